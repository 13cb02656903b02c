import Foundation
import Plots
import Testing

@Suite struct PNGImageTests {
  /// The chunks of a file, after a check of their CRC by division bit by bit.
  private func chunks(_ file: [UInt8]) throws -> [(name: String, content: [UInt8])] {
    try #require(file.prefix(8) == [137, 80, 78, 71, 13, 10, 26, 10])
    var result: [(String, [UInt8])] = []
    var place = 8
    func number(_ at: Int) -> Int { file[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
    while place < file.count {
      let size = number(place)
      let body = Array(file[place + 4..<place + 8 + size])
      var crc = UInt32.max
      for byte in body {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
      }
      #expect(Int(~crc) == number(place + 8 + size))
      result.append((String(decoding: body.prefix(4), as: UTF8.self), Array(body.dropFirst(4))))
      place += 12 + size
    }
    return result
  }

  /// The bytes in a zlib stream of stored blocks.
  private func inflated(_ stream: [UInt8]) throws -> [UInt8] {
    try #require((Int(stream[0]) << 8 | Int(stream[1])).isMultiple(of: 31))
    var place = 2
    var result: [UInt8] = []
    while true {
      let header = stream[place]
      let size = Int(stream[place + 1]) | Int(stream[place + 2]) << 8
      let complement = Int(stream[place + 3]) | Int(stream[place + 4]) << 8
      try #require(header <= 1 && size ^ 0xFFFF == complement)
      result += stream[place + 5..<place + 5 + size]
      place += 5 + size
      if header == 1 { break }
    }
    let a = result.reduce(1) { ($0 + Int($1)) % 65_521 }
    var (sum, b) = (1, 0)
    for byte in result {
      sum = (sum + Int(byte)) % 65_521
      b = (b + sum) % 65_521
    }
    let adler = stream[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
    #expect(adler == b << 16 | a && stream.count == place + 4)
    return result
  }

  @Test(arguments: [(1, 1), (3, 2), (28, 28), (300, 301)])
  func pixelsComeBack(width: Int, height: Int) throws {
    let gray = (0..<width * height).map { UInt8($0 * 7 % 256) }
    let colors = gray.map { RGB($0, 255 - $0, $0 / 2) }
    let palette = (0..<256).map { RGB(UInt8($0), 1, 2) }
    let files = [
      (PNGImage.gray(width: width, height: height, pixels: gray), 0, gray),
      (
        PNGImage.indexed(width: width, height: height, pixels: gray, colors: palette), 3, gray
      ),
      (
        PNGImage.color(width: width, height: height, pixels: colors), 2,
        colors.flatMap { [$0.red, $0.green, $0.blue] }
      ),
    ]
    for (file, type, expected) in files {
      let chunks = try chunks(file)
      #expect(chunks.first?.name == "IHDR" && chunks.last?.name == "IEND")
      let header = chunks[0].content
      #expect(header.count == 13 && header[8] == 8 && Int(header[9]) == type)
      #expect(header[2...3].reduce(0) { $0 << 8 | Int($1) } == width)
      #expect(header[6...7].reduce(0) { $0 << 8 | Int($1) } == height)
      let data = try inflated(try #require(chunks.first { $0.name == "IDAT" }).content)
      let row = expected.count / height
      #expect(data.count == height * (row + 1))
      let rows = (0..<height).map { Array(data[$0 * (row + 1)..<($0 + 1) * (row + 1)]) }
      #expect(rows.allSatisfy { $0[0] == 0 })
      #expect(Array(rows.map { $0.dropFirst() }.joined()) == expected)
    }
  }

  @Test(arguments: 0...9) func base64IsThatOfFoundation(count: Int) {
    let bytes = (0..<count).map { UInt8($0 * 83 % 256) }
    #expect(Base64.text(bytes) == Data(bytes).base64EncodedString())
  }
}
