import Arrays

/// How a stored picture is turned to stand upright: the Exif tag Orientation.
///
/// Source: CIPA DC-008, "Exchangeable image file format", section 4.6.4.A; TIFF 6.0, section 8.
enum PictureOrientation: Int {
  case upright = 1
  case mirrored, turnedAround, upsideDown, transposed, clockwise, transversed, counterclockwise

  /// The orientation that a JPEG file's Exif segment gives; upright where there is none, and where
  /// it breaks its rules, which leave the picture itself as it is.
  init(exifOf bytes: [UInt8]) {
    self = Self.tag(bytes).flatMap { PictureOrientation(rawValue: $0) } ?? .upright
  }

  private static let head = Array("Exif\0\0".utf8)

  /// The value of the tag.
  private static func tag(_ bytes: [UInt8]) -> Int? {
    var place = 2
    // Segments: FF, a marker, a length of two bytes that counts itself. The first scan ends them.
    while place + 4 <= bytes.count, bytes[place] == 0xFF {
      let marker = bytes[place + 1]
      if marker == 0xFF {  // padding
        place += 1
        continue
      }
      if marker == 0xDA || marker == 0xD9 { return nil }
      let length = Int(bytes[place + 2]) << 8 | Int(bytes[place + 3])
      let end = place + 2 + length
      guard length >= 2, end <= bytes.count else { return nil }
      let content = bytes[(place + 4)..<max(place + 4, end)]
      if marker == 0xE1, content.starts(with: head) {
        return tag(inTIFF: Array(content.dropFirst(head.count)))
      }
      place = end
    }
    return nil
  }

  /// The value of the tag in the first directory of TIFF data.
  private static func tag(inTIFF data: [UInt8]) -> Int? {
    guard data.count >= 8 else { return nil }
    let isLittle = data[0] == UInt8(ascii: "I")
    func number(_ place: Int, _ count: Int) -> Int {
      let bytes = data[place..<(place + count)]
      return isLittle
        ? bytes.reversed().reduce(0) { $0 << 8 | Int($1) } : bytes.reduce(0) { $0 << 8 | Int($1) }
    }
    guard isLittle || data[0] == UInt8(ascii: "M"), data[1] == data[0], number(2, 2) == 42 else {
      return nil
    }
    let directory = number(4, 4)
    guard directory <= data.count - 2 else { return nil }
    for entry in 0..<number(directory, 2) {
      let start = directory + 2 + 12 * entry
      guard start + 12 <= data.count else { return nil }
      if number(start, 2) == 0x0112 {
        return number(start + 2, 2) == 3 && number(start + 4, 4) == 1 ? number(start + 8, 2) : nil
      }
    }
    return nil
  }

  /// Whether rows become columns.
  var exchangesAxes: Bool { rawValue >= 5 }

  /// A picture `uint8` [C, H, W] as it is to be seen.
  /// - Throws: `FormatError` where memory has no room.
  func turned(_ picture: NDArray, file: String) throws(FormatError) -> NDArray {
    let (channels, height, width) = (picture.shape[0], picture.shape[1], picture.shape[2])
    let (rows, columns) = exchangesAxes ? (width, height) : (height, width)
    let result = try NDArray.content(
      of: file, place: "", sizes: [channels, rows, columns], dtype: .uint8)
    // The places of the first pixel, of the one to its right and of the one below it, as stored.
    let (right, bottom) = (width - 1, (height - 1) * width)
    let (first, across, down) =
      switch self {
      case .upright: (0, 1, width)
      case .mirrored: (right, -1, width)
      case .turnedAround: (bottom + right, -1, -width)
      case .upsideDown: (bottom, 1, -width)
      case .transposed: (0, width, 1)
      case .clockwise: (bottom, -width, 1)
      case .transversed: (bottom + right, -width, -1)
      case .counterclockwise: (right, width, -1)
      }
    try result.withContentBytes { (target) throws(FormatError) in
      picture.withElements(as: UInt8.self) { source in
        for channel in 0..<channels {
          let plane = channel * height * width
          for row in 0..<rows {
            var from = plane + first + row * down
            let to = plane + row * columns
            for column in 0..<columns {
              target[to + column] = source[from]
              from += across
            }
          }
        }
      }
    }
    return result
  }
}
