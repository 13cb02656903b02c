import Arrays
import Formats
import TestSupport
import Testing

/// Damaged inputs end in a result or in a `FormatError` that can be shown, and take little memory.
///
/// Each format runs in a process of its own, so that a crash is a failure and other tests do not
/// disturb the memory count; `GRADUS_FUZZ_IN_PLACE=1` shows what failed.
@Suite(.serialized) struct FuzzTests {
  @Test func idx() async throws {
    if Fuzzer.isInPlace { return try Self.idx() }
    #if compiler(>=6.2)
      await #expect(processExitsWith: .success) { try FuzzTests.idx() }
    #endif
  }

  @Test func compressedIDX() async throws {
    if Fuzzer.isInPlace { return try Self.compressedIDX() }
    #if compiler(>=6.2)
      await #expect(processExitsWith: .success) { try FuzzTests.compressedIDX() }
    #endif
  }

  @Test func gzip() async throws {
    if Fuzzer.isInPlace { return try Self.gzip() }
    #if compiler(>=6.2)
      await #expect(processExitsWith: .success) { try FuzzTests.gzip() }
    #endif
  }

  @Test func csv() async throws {
    if Fuzzer.isInPlace { return try Self.csv() }
    #if compiler(>=6.2)
      await #expect(processExitsWith: .success) { try FuzzTests.csv() }
    #endif
  }

  @Test func png() async throws {
    if Fuzzer.isInPlace { return try Self.png() }
    #if compiler(>=6.2)
      await #expect(processExitsWith: .success) { try FuzzTests.png() }
    #endif
  }

  @Test func jpeg() async throws {
    if Fuzzer.isInPlace { return try Self.jpeg() }
    #if compiler(>=6.2)
      await #expect(processExitsWith: .success) { try FuzzTests.jpeg() }
    #endif
  }

  @Test func cifar() async throws {
    if Fuzzer.isInPlace { return try Self.cifar() }
    #if compiler(>=6.2)
      await #expect(processExitsWith: .success) { try FuzzTests.cifar() }
    #endif
  }

  @Test func tar() async throws {
    if Fuzzer.isInPlace { return try Self.tar() }
    #if compiler(>=6.2)
      await #expect(processExitsWith: .success) { try FuzzTests.tar() }
    #endif
  }

  @Test func safetensors() async throws {
    if Fuzzer.isInPlace { return try Self.safetensors() }
    #if compiler(>=6.2)
      await #expect(processExitsWith: .success) { try FuzzTests.safetensors() }
    #endif
  }

  @Test func json() async throws {
    if Fuzzer.isInPlace { return try Self.json() }
    #if compiler(>=6.2)
      await #expect(processExitsWith: .success) { try FuzzTests.json() }
    #endif
  }

  @Test func npz() async throws {
    if Fuzzer.isInPlace { return try Self.npz() }
    #if compiler(>=6.2)
      await #expect(processExitsWith: .success) { try FuzzTests.npz() }
    #endif
  }

  @Test func npy() async throws {
    if Fuzzer.isInPlace { return try Self.npy() }
    #if compiler(>=6.2)
      await #expect(processExitsWith: .success) { try FuzzTests.npy() }
    #endif
  }

  private static func npz() throws {
    let inputs = try [false, true].map { compressed in
      let scratch = try ScratchFolder()
      try NPZ.write(
        arrays.enumerated().map { ("array \($0)", $1) }, compressed: compressed,
        to: scratch("a.npz"))
      return try scratch.bytes("a.npz")
    }
    try Fuzzer.run(inputs, words: ["PK\u{1}\u{2}", "PK\u{5}\u{6}", ".npy"], seed: 8) { bytes in
      for (_, array) in try NPZ.decode(bytes) {
        #expect(array.elementCount <= bytes.count * 1032)
      }
    }
  }

  private static func npy() throws {
    let words = ["'descr'", "(", ")", ",", "'>f8'", "True", "99999999999", "-1", "{", "}", "shape"]
    try Fuzzer.run(arrays.map { NPY.encode($0) }, words: words, seed: 9) { bytes in
      let array = try NPY.decode(bytes)
      #expect(array.elementCount <= bytes.count)
    }
  }

  private static let arrays = [
    NDArray((0..<30).map { UInt8($0) }, shape: [3, 2, 5]),
    NDArray([0.5, -1, 3] as [Float], shape: [3, 1]),
    NDArray([1, 2, 3] as [Double], shape: [3]),
    NDArray([7, -8] as [Int32], shape: [1, 2]),
  ]

  private static func idx() throws {
    let shorts: [UInt8] = [0, 0, 11, 1, 0, 0, 0, 2, 1, 2, 3, 4]
    try Fuzzer.run(arrays.map { try IDX.encode($0) } + [shorts], seed: 1) { bytes in
      let array = try IDX.decode(bytes)
      #expect(array.elementCount <= bytes.count)
    }
  }

  private static func compressedIDX() throws {
    // Half of the mutants are damaged before compression, so that inflating them succeeds.
    let plain = try arrays.map { try IDX.encode($0) }
    try Fuzzer.run(plain + plain.map { try Gzip.compress($0) }, seed: 2) { bytes, mutator in
      guard !Gzip.isGzip(bytes), let packed = try? Gzip.compress(bytes) else { return bytes }
      return packed
    } _: { bytes in
      _ = try IDX.decode(bytes)
    }
  }

  private static func gzip() throws {
    let text = Array(String(repeating: "to be or not to be ", count: 20).utf8)
    let inputs = try [0, 6, 9].map { try Gzip.compress(text, level: $0) }
    let zeros = try Gzip.compress([UInt8](repeating: 0, count: 40_000))
    try Fuzzer.run(inputs + [inputs[0] + inputs[1], zeros], seed: 3) { bytes in
      let content = try Gzip.decompress(bytes, maximum: 50_000)
      #expect(content.count <= 50_000)
    }
  }

  private static func csv() throws {
    let plain = CSVOptions()
    let classes = CSVOptions(labels: .classes(.index(-1)), dtype: .float64)
    let values = CSVOptions(labels: .values(.index(0)))
    let inputs = [
      "a,b,label\r\n1,2,x\r\n3,4,y\r\n", "1,2,3\n4,5,6\n", "0.5,\"-1e3\",\"7\"\n1,2,\" 3 \"\n\n",
      "\u{FEFF}\"x \"\"y\"\"\",z\n1,2\n", "1\n2\n3",
    ]
    let words = [
      "\"", "\"\"", ",", "\n", "\r\n", "\r", "nan", "-inf", "1e999", "1e-999", "0x1p3", "", " ",
      "123456789012345678901234567890.5", ".", "-", "+.5e+5", "\u{FEFF}", "é",
    ]
    try Fuzzer.run(inputs.map { Array($0.utf8) }, words: words, seed: 4) { bytes in
      let results = [plain, classes, values].map { options in
        Result { try CSV.decode(bytes, options) }
      }
      for case .success(let table) in results {
        let isFinite = table.features.doubles.allSatisfy(\.isFinite)
        #expect(isFinite)
        #expect(table.features.elementCount <= bytes.count)
        #expect(table.labels.map { $0.shape == [table.features.shape[0]] } ?? true)
      }
      for result in results where (try? result.get()) != nil { return }
      for result in results { _ = try result.get() }
    }
  }

  private static func png() throws {
    let inputs =
      try [
        PNG.encode(NDArray((0..<60).map { UInt8($0) }, shape: [3, 4, 5])),
        PNG.encode(NDArray((0..<20).map { UInt8($0) }, shape: [4, 5])),
      ] + [
        PNGBuilder.file(
          width: 4, height: 1, bits: 2, color: 3,
          palette: [255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 8, 7], transparency: [9, 0],
          data: [0, 0b0001_1011]),
        PNGBuilder.file(
          width: 3, height: 3, bits: 8, color: 0, interlaced: true,
          data: [0, 1, 0, 3, 0, 7, 9, 0, 2, 0, 8, 0, 4, 5, 6]),
        PNGBuilder.file(
          width: 2, height: 1, bits: 16, color: 6, gamma: 60_000,
          data: [0] + (0..<16).map { UInt8($0 * 15) }),
      ]
    let words = ["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "sBIT", "iCCP", "cHRM", "zTXt"]
    try Fuzzer.run(inputs, words: words, seed: 5) { bytes, mutator in
      // Most with right checksums, so that more than those is tested.
      Int.random(in: 0..<4, using: &mutator) == 0 ? bytes : PNGBuilder.mended(bytes)
    } _: { bytes in
      let image = try PNG.decode(bytes, maximumPixels: 4_000_000)
      #expect(image.elementCount <= 3 * Self.ratio * bytes.count)
    }
  }

  /// The most pixels of one bit that a byte of deflate can give.
  private static let ratio = 8 * 1032

  private static func jpeg() throws {
    let names = ["gray", "color-420", "progressive", "restarts", "pixel", "orientation-6"]
    let inputs = try names.map {
      try References("images").tensor($0 + "/file").elements(as: UInt8.self)
    }
    try Fuzzer.run(inputs, words: ["Exif", "JFIF", "Adobe"], seed: 11) { bytes in
      let image = try JPEG.decode(bytes, maximumPixels: 1_000_000)
      #expect(image.elementCount <= 3 * 2048 * bytes.count)
    }
  }

  private static func cifar() throws {
    let pixels = (0..<(2 * 3072)).map { UInt8(truncatingIfNeeded: $0) }
    let plain = try CIFAR.encode(
      images: NDArray(pixels, shape: [2, 3, 32, 32]), labels: NDArray([3, 9] as [Int32]))
    try Fuzzer.run([plain, Gzip.compress(plain)], seed: 12) { bytes in
      let (images, labels) = try CIFAR.decode(bytes, maximum: 1 << 20)
      #expect(images.shape[0] == labels.shape[0])
      #expect(labels.integers.allSatisfy { (0..<10).contains($0) })
    }
  }

  private static func tar() throws {
    let plain = TarBuilder.archive([
      ("a/", nil), ("a/b", Array("text".utf8)), ("c", [UInt8](repeating: 5, count: 600)),
    ])
    let words = ["../", "/", "ustar", "00000000010", "777777777777"]
    try Fuzzer.run([plain, Gzip.compress(plain)], words: words, seed: 13) { bytes, mutator in
      // Most with a right sum, so that more than that is tested.
      guard bytes.count >= 512, !Gzip.isGzip(bytes), Int.random(in: 0..<4, using: &mutator) > 0
      else { return bytes }
      return TarBuilder.mended(Array(bytes[..<512])) + bytes[512...]
    } _: { bytes in
      let reader = TarReader(bytes, maximumFile: 1 << 16)
      while let file = try reader.next() {
        #expect(!file.path.split(separator: "/").contains("..") && !file.path.hasPrefix("/"))
      }
    }
  }

  private static func safetensors() throws {
    let named = arrays.enumerated().map { (name: "layer.\($0)", array: $1) }
    let flags: [(name: String, array: NDArray)] = [("flags", NDArray([true, false]))]
    let inputs = [
      try Safetensors.encode(named, metadata: ["format": "gradus"]),
      try Safetensors.encode(flags), try Safetensors.encode([]),
      try Files.read(reference("python.safetensors")),
    ]
    let words = [
      "{", "}", "[", "]", ",", ":", "\"", "\"a\":", "\"dtype\":\"F32\"", "\"shape\":[1]",
      "\"data_offsets\":[0,4]", "\"__metadata__\":{}", "9223372036854775807", "-1", "BF16", "F16",
      "18446744073709551616", "1e3", "null",
    ]
    try Fuzzer.run(inputs, words: words, seed: 6) { bytes, mutator in
      // Most with a length that fits, so that the rest of the header is tested.
      guard bytes.count > 8, Int.random(in: 0..<4, using: &mutator) > 0 else { return bytes }
      let end = bytes.lastIndex(of: UInt8(ascii: "}")).map { max($0 + 1, 8) } ?? bytes.count
      return littleEndian(UInt64(end - 8)) + bytes[8...]
    } _: { bytes in
      let file = try SafetensorsFile(bytes)
      var tensors: [(name: String, array: NDArray)] = []
      for name in file.names {
        do { tensors.append((name, try file.tensor(name))) } catch is FormatError {}
      }
      let again = try SafetensorsFile(
        Safetensors.encode(tensors, metadata: file.metadata))
      #expect(again.names == tensors.map(\.name) && again.metadata == file.metadata)
    }
  }

  private static func json() throws {
    let inputs = [
      "{\"a\": [1, -2.5e3, true, false, null], \"b\": {\"c\": \"text \\u00e9\\n\"}}",
      "[[[[[[1]]]], {}, []], \"é😀\"]", "-0.0", "\"\\uD83D\\uDE00\"",
    ]
    let words = [
      "[", "{", "}", "]", "\"", "\\u", "\\uD800", "1e999", "-", "0", "null", "true", ",", ":",
      "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "\u{FEFF}",
    ]
    try Fuzzer.run(inputs.map { Array($0.utf8) }, words: words, seed: 7) { bytes in
      let value = try JSONParser.parse(bytes)
      #expect(try JSONParser.parse(value.encoded()) == value)
      #expect(try JSONParser.parse(value.encoded(pretty: true)) == value)
    }
  }
}
