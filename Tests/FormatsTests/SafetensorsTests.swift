import Arrays
import Formats
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct SafetensorsTests {
  /// A file with the given header and so many bytes of data.
  private func file(_ header: String, data: Int = 0) -> [UInt8] {
    littleEndian(UInt64(header.utf8.count)) + Array(header.utf8)
      + (0..<data).map { UInt8(truncatingIfNeeded: $0) }
  }

  private var tensors: [(name: String, array: NDArray)] {
    [
      ("flags", NDArray([true, false, true])),
      ("conv1.weight", NDArray([0.5, -1, .infinity, 0x1p-140] as [Float], shape: [2, 1, 2])),
      ("bytes", NDArray([1, 2, 255] as [UInt8], shape: [3, 1])),
      ("double", NDArray([0.1, 1e-300])),
      ("größe", NDArray([Int32.min, 7])),
      ("step", NDArray(Int64(1) << 60)),
      ("none", NDArray([] as [Float], shape: [0, 3])),
    ]
  }

  @Test func roundTrip() throws {
    let folder = TemporaryFolder()
    let path = folder.file("model.safetensors")
    let metadata = ["format": "gradus", "note": "ü \"x\"\n"]
    try Safetensors.write(tensors, metadata: metadata, to: path)
    let (back, read) = try Safetensors.read(path)
    #expect(read == metadata)
    #expect(back.map(\.name) == tensors.map(\.name))
    for ((_, a), (_, b)) in zip(back, tensors) {
      #expect(a.shape == b.shape && a.dtype == b.dtype && a.doubles == b.doubles)
    }
    #expect(try Files.read(path) == Safetensors.encode(tensors, metadata: metadata))
    #expect(folder.names == ["model.safetensors"])
  }

  @Test func dataAreAligned() throws {
    let bytes = try Safetensors.encode(tensors)
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    #expect(length % 8 == 0 && bytes[8] == UInt8(ascii: "{"))
    let header = try JSONParser.parse(Array(bytes[8..<(8 + length)]))
    for (name, array) in tensors {
      let begin = header[name]?["data_offsets"]?.array?[0].integer ?? 1
      #expect(begin % array.dtype.byteCount == 0)
    }
    let empty = try Safetensors.encode([])
    #expect(empty == littleEndian(8) + Array("{}      ".utf8))
    #expect(try SafetensorsFile(empty).names == [])
  }

  @Test func tensorsAreReadOneByOne() throws {
    let folder = TemporaryFolder()
    try Safetensors.write(tensors, to: folder.file("a"))
    let file = try SafetensorsFile(folder.file("a"))
    #expect(file.names == tensors.map(\.name))
    #expect(file.sizes("conv1.weight") == [2, 1, 2] && file.dtype("conv1.weight") == .float32)
    #expect(file.contains("double") && !file.contains("x") && file.dataByteCount == 54)
    #expect(try file.tensor("double").elements(as: Double.self) == [0.1, 1e-300])
    #expect(
      message { _ = try file.tensor("conv2.weight") } == "\(folder.path)/a: "
        + "tensor \"conv2.weight\": found no such tensor, expected one of the 7, such as "
        + "\"flags\", \"conv1.weight\", \"bytes\", \"double\", \"größe\", \"step\"")
  }

  /// What the official library wrote: `References/formats/make_python_safetensors.py`.
  @Test func aFileMadeByPython() throws {
    let path = reference("python.safetensors")
    let file = try SafetensorsFile(path)
    #expect(file.metadata == ["made by": "safetensors 0.8.0", "note": "ü"])
    #expect(file.names.count == 12)
    let weight = try file.tensor("layer1.0.conv1.weight")
    #expect(weight.shape == [2, 2, 3])
    #expect(weight.elements(as: Float.self) == (-6..<6).map { Float($0) / 4 })
    let double = try file.tensor("double")
    #expect(double.elements(as: Double.self) == [1.0 / 3, -2.5e-300, 1e300, 0])
    let half = try file.tensor("half")
    #expect(half.dtype == .float16)
    #expect(half.cast(to: .float32).elements(as: Float.self) == [1, -0.33325195, 65504, 0x1p-24])
    #expect(try file.tensor("counts").elements(as: Int64.self) == [.min, -1, 0, .max])
    #expect(try file.tensor("labels").elements(as: Int32.self) == [.min, 7, .max])
    #expect(try file.tensor("pixels").elements(as: UInt8.self) == [0, 60, 120, 180, 240])
    #expect(try file.tensor("mask").elements(as: Bool.self) == [true, false, true])
    #expect(try file.tensor("scalar").item == 2.75 && file.sizes("scalar") == [])
    #expect(try file.tensor("empty").shape == [0, 3])
    #expect(try file.tensor("größe 尺寸").elements(as: Float.self) == [1.5])
    let brain = try file.tensor("brain")
    #expect(brain.dtype == .float32 && brain.elements(as: Float.self) == [1, -2.5, 3.140625])
    let types = "one of F64, F32, F16, BF16, I64, I32, U8, BOOL"
    let text = "\(path): tensor \"short\": found dtype \"I16\", expected \(types)"
    #expect(message { _ = try file.tensor("short") } == text)
    #expect(message { _ = try Safetensors.read(path) } == text)
  }

  @Test func theLengthOfTheHeaderIsChecked() {
    let table: [([UInt8], String)] = [
      (
        [],
        "byte 0: found the end of the file, "
          + "expected eight bytes that hold the header's length, and the header"
      ),
      (
        littleEndian(0),
        "byte 8: found the end of the file, "
          + "expected eight bytes that hold the header's length, and the header"
      ),
      (
        littleEndian(.max) + [0x7B, 0x7D],
        "byte 0: found a header of 18446744073709551615 bytes, "
          + "expected 2 to 2 bytes in a file of 10"
      ),
      (
        littleEndian(3) + [0x7B, 0x7D],
        "byte 10: found the end of the file, "
          + "expected 1 byte more of the header: the file is cut short"
      ),
      (
        littleEndian(2) + [0x5B, 0x5D],
        "byte 8: found \"[\", expected \"{\", which begins the header"
      ),
      (file(" {}"), "byte 8: found \" \", expected \"{\", which begins the header"),
      (file("{}x"), "byte 10: found \"x\", expected the end of the text"),
      (
        file("{\"__metadata__\":{\"a\":1}}"),
        "__metadata__, member \"a\": found a whole number, expected a string"
      ),
      (
        file("{\"__metadata__\":3}"),
        "__metadata__: found a whole number, expected an object of strings"
      ),
      (
        file("{}", data: 3),
        "the end: found 3 bytes outside of any tensor, expected 0 bytes of data"
      ),
    ]
    for (bytes, expected) in table {
      #expect(message { _ = try SafetensorsFile(bytes, file: "m") } == "m: \(expected)")
    }
  }

  /// What is given for weights by mistake is told as what it is.
  @Test func otherFormats() {
    let save =
      "expected a safetensors file, which safetensors.torch.save_file makes of a checkpoint"
    let table: [([UInt8], String)] = [
      (
        [0x50, 0x4B, 3, 4, 0, 0, 8, 8, 0, 0, 0, 0],
        "found a ZIP archive, as PyTorch's checkpoints are, " + save
      ),
      (
        [0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20],
        "found a pickle, as PyTorch's checkpoints are, " + save
      ),
      (
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0x0D],
        "found no safetensors file, expected eight bytes that hold the header's length, and the "
          + "header from its \"{\" on"
      ),
    ]
    for (bytes, expected) in table {
      #expect(message { _ = try SafetensorsFile(bytes, file: "m") } == "m: \(expected)")
    }
  }

  @Test func tensorsAreCheckedAgainstTheFile() {
    func one(_ dtype: String, _ shape: String, _ offsets: String, data: Int) -> [UInt8] {
      file(
        "{\"a\":{\"dtype\":\(dtype),\"shape\":\(shape),\"data_offsets\":\(offsets)}}", data: data)
    }
    func two(_ first: String, _ second: String, data: Int) -> [UInt8] {
      func entry(_ offsets: String, _ size: Int) -> String {
        "{\"dtype\":\"U8\",\"shape\":[\(size)],\"data_offsets\":\(offsets)}"
      }
      return file("{\"a\":\(entry(first, 4)),\"b\":\(entry(second, 4))}", data: data)
    }
    let types = "expected one of F64, F32, F16, BF16, I64, I32, U8, BOOL"
    let table: [([UInt8], String)] = [
      (
        file("{\"a\":1}"),
        "found a whole number, expected an object with dtype, shape and data_offsets"
      ),
      (file("{\"a\":{}}"), "found no dtype, expected a string such as \"F32\""),
      (
        one("7", "[]", "[0,4]", data: 4),
        "found a whole number as dtype, expected a string such as \"F32\""
      ),
      (one("\"F31\"", "[]", "[0,4]", data: 4), "found dtype \"F31\", \(types)"),
      (
        one("\"F32\"", "{}", "[0,4]", data: 4),
        "found an object as shape, expected an array of sizes"
      ),
      (
        one("\"F32\"", "[-1]", "[0,4]", data: 4), "found the size -1, expected whole numbers from 0"
      ),
      (
        one("\"F32\"", "[1.0]", "[0,4]", data: 4),
        "found the size 1.0, expected whole numbers from 0"
      ),
      (
        one("\"F32\"", "[99999999999999999999]", "[0,4]", data: 4),
        "found the size 1e+20, expected whole numbers from 0"
      ),
      (
        one("\"F32\"", "[1]", "[0]", data: 4),
        "found data_offsets [0], expected begin and end, ascending, from 0"
      ),
      (
        one("\"F32\"", "[1]", "[4,0]", data: 4),
        "found data_offsets [4, 0], expected begin and end, ascending, from 0"
      ),
      (
        one("\"F32\"", "[1]", "[-4,0]", data: 4),
        "found data_offsets [-4, 0], expected begin and end, ascending, from 0"
      ),
      (
        one("\"F32\"", "[2]", "[0,4]", data: 4),
        "found 4 bytes of data, expected 8 for shape [2] of F32"
      ),
      (
        one("\"F64\"", "[4294967296,4294967296,4]", "[0,4]", data: 4),
        "found shape [4294967296, 4294967296, 4], "
          + "expected sizes whose product memory can address"
      ),
      (
        one("\"F64\"", "[0,9223372036854775807,2]", "[0,0]", data: 0),
        "found shape [0, 9223372036854775807, 2], "
          + "expected sizes whose product memory can address"
      ),
      (
        one("\"U8\"", "[4]", "[2,6]", data: 6),
        "found data from offset 2, expected data from 0, where the tensor before it ends"
      ),
    ]
    for (bytes, expected) in table {
      #expect(
        message { _ = try SafetensorsFile(bytes, file: "m") } == "m: tensor \"a\": \(expected)")
    }
    let pairs: [([UInt8], String)] = [
      (
        one("\"F32\"", "[2]", "[0,8]", data: 4),
        "the end: found 4 bytes of data, expected 8: the file is cut short by 4 bytes"
      ),
      (
        two("[0,4]", "[4,8]", data: 1),
        "the end: found 1 byte of data, expected 8: the file is cut short by 7 bytes"
      ),
      (
        two("[0,4]", "[3,7]", data: 7),
        "tensor \"b\": found data from offset 3, expected data from 4, where the tensor before it ends"
      ),
      (
        two("[0,4]", "[5,9]", data: 9),
        "tensor \"b\": found data from offset 5, expected data from 4, where the tensor before it ends"
      ),
      (
        two("[0,4]", "[4,8]", data: 9),
        "the end: found 1 byte outside of any tensor, expected 8 bytes of data"
      ),
      (
        file("{\"a\":{},\"a\":{}}"),
        "byte 16: found the name \"a\" a second time, expected each name once"
      ),
    ]
    for (bytes, expected) in pairs {
      #expect(message { _ = try SafetensorsFile(bytes, file: "m") } == "m: \(expected)")
    }
  }

  @Test func tensorsThatArraysCannotHold() throws {
    let nine = try SafetensorsFile(
      file(
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,1]}}", data: 1),
      file: "m")
    #expect(
      message { _ = try nine.tensor("a") }
        == "m: tensor \"a\": found 9 axes, expected at most 8")
    let truth = try SafetensorsFile(
      file("{\"a\":{\"dtype\":\"BOOL\",\"shape\":[3],\"data_offsets\":[0,3]}}", data: 3), file: "m")
    #expect(
      message { _ = try truth.tensor("a") }
        == "m: tensor \"a\", element 2: found the byte 2, expected 0 or 1 in a BOOL")
  }

  @Test func aFileThatShrinksIsAnError() throws {
    let folder = TemporaryFolder()
    try Safetensors.write([("a", NDArray([1, 2, 3]))], to: folder.file("a"))
    let bytes = try Files.read(folder.file("a"))
    let file = try SafetensorsFile(folder.file("a"))
    // The open file is the old one, which stays whole after another has taken its name.
    try AtomicFile.write(Array(bytes.dropLast(9)), to: folder.file("a"))
    #expect(try file.tensor("a").elements(as: Double.self) == [1, 2, 3])
    #expect(
      message { _ = try SafetensorsFile(folder.file("a")) }
        == "\(folder.path)/a: the end: found 15 bytes of data, "
        + "expected 24: the file is cut short by 9 bytes")
  }

  @Test func aFileThatIsCutWhileOpenIsAnError() throws {
    let folder = TemporaryFolder()
    let path = folder.file("a")
    try Safetensors.write([("a", NDArray([1, 2, 3]))], to: path)
    let count = try Files.read(path).count
    let file = try SafetensorsFile(path)
    truncate(path, count - 9)
    #expect(
      message { _ = try file.tensor("a") }
        == "\(path): byte \(count - 9): found the end of the file, expected 9 bytes more")
  }

  @Test func namesAreUsedOnce() {
    let one = NDArray([1.0])
    #expect(
      message { _ = try Safetensors.encode([("a", one), ("a", one)], file: "m") }
        == "m: tensor \"a\": found the name a second time, expected each tensor under a name of its "
        + "own")
    let folder = TemporaryFolder()
    #expect(
      message { try Safetensors.write([("__metadata__", one)], to: folder.file("a")) }
        == "\(folder.path)/a: tensor \"__metadata__\": found a reserved name, "
        + "expected each tensor under a name of its own")
    #expect(folder.names == [])
  }
}
