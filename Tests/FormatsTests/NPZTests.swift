import Arrays
import Formats
import Foundation
import TestSupport
import Testing

/// NumPy's formats.
@Suite struct NPZTests {
  private static let arrays: [(name: String, array: NDArray)] = [
    ("a/b", NDArray([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])),
    ("half", NDArray([1.5, -2] as [Float]).cast(to: .float16)),
    ("double", NDArray([1e300], shape: [1, 1])), ("scalar", NDArray(2.5)),
    ("counts", NDArray([Int64.min, 7])), ("labels", NDArray([3, -4] as [Int32])),
    ("mask", NDArray([true, false])), ("empty", NDArray.zeros([0, 3])),
    ("größe", NDArray([UInt8](repeating: 9, count: 3000), shape: [30, 100])),
  ]

  private func same(_ a: NDArray, _ b: NDArray) -> Bool {
    guard a.dtype == b.dtype, a.shape == b.shape else { return false }
    // Doubles do not hold all of them.
    if a.dtype == .int64 { return a.elements(as: Int64.self) == b.elements(as: Int64.self) }
    return a.doubles == b.doubles
  }

  @Test(arguments: [false, true])
  func roundTrip(_ compressed: Bool) throws {
    let scratch = try ScratchFolder()
    try NPZ.write(Self.arrays, compressed: compressed, to: scratch("a.npz"))
    let found = try NPZ.read(scratch("a.npz"))
    #expect(found.map(\.name) == Self.arrays.map(\.name))
    for (a, b) in zip(found, Self.arrays) { #expect(same(a.array, b.array), "\(a.name)") }
    let size = try scratch.bytes("a.npz").count
    #expect(compressed ? size < 3000 : size > 3000)
    try NPZ.write([], to: scratch("none.npz"))
    #expect(try NPZ.read(scratch("none.npz")).isEmpty)
    for (_, array) in Self.arrays {
      try NPY.write(array, to: scratch("a.npy"))
      #expect(same(try NPY.read(scratch("a.npy")), array))
    }
  }

  /// Elements begin at a multiple of 64, as NumPy has it; views are written in their order.
  @Test func layout() throws {
    let view = NDArray([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3]).transposed()
    let bytes = NPY.encode(view)
    #expect((bytes.count - 24) % 64 == 0)
    #expect(try NPY.decode(bytes).doubles == [1, 4, 2, 5, 3, 6])
    #expect(
      String(decoding: bytes[10..<127], as: UTF8.self).hasPrefix(
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }"))
  }

  @Test(arguments: ["numpy.npz", "numpy-compressed.npz"])
  func madeByNumPy(_ name: String) throws {
    let arrays = try NPZ.read(References.path("formats/" + name))
    let expected: [(name: String, array: NDArray)] = [
      ("weights", NDArray((-6..<6).map { Float($0) / 4 }, shape: [2, 2, 3])),
      ("double", NDArray([1.0 / 3, -2.5e-300, 1e300, 0], shape: [2, 2])),
      ("half", NDArray([1, -0.333251953125, 65504] as [Float]).cast(to: .float16)),
      ("counts", NDArray([Int64.min, -1, Int64.max])),
      ("labels", NDArray([Int32.min, 7, Int32.max])),
      ("pixels", NDArray((0..<200).map { UInt8($0 % 7) }, shape: [20, 10])),
      ("mask", NDArray([true, false, true])), ("scalar", NDArray(Float(2.75))),
      ("empty", NDArray.zeros([0, 3])),
      ("fortran", NDArray([0, 1, 2, 3, 4, 5], shape: [2, 3])),
      ("big", NDArray([0, 1, 2, 3] as [Int32])),
    ]
    #expect(arrays.map(\.name) == expected.map(\.name))
    for (a, b) in zip(arrays, expected) { #expect(same(a.array, b.array), "\(a.name)") }
  }

  private func npy(_ header: String, data: Int = 0, version: UInt8 = 1) -> [UInt8] {
    let length: [UInt8] = [UInt8(header.utf8.count), 0] + (version > 1 ? [0, 0] : [])
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + Array(header.utf8)
      + [UInt8](repeating: 1, count: data)
  }

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch { return "\(error)" }
  }

  @Test func headers() throws {
    let good = "{'shape':(2,),\"descr\":'|u1', 'fortran_order': True}"
    #expect(try NPY.decode(npy(good, data: 2)).elements(as: UInt8.self) == [1, 1])
    #expect(try NPY.decode(npy(good, data: 2, version: 2)).shape == [2])
    let rows: [([UInt8], String)] = [
      ([], "npy data: found no \"\\x93NUMPY\" at the start, expected a file in NumPy's npy format"),
      (
        npy(good, data: 3),
        "npy data: found 3 bytes of data, expected as much as shape [2] of uint8 has, of at most 8 "
          + "axes"
      ),
      (npy(good, data: 2, version: 9), "npy data: found version 9, expected version 1, 2 or 3"),
      (
        npy("{'descr': '<c8', 'fortran_order': False, 'shape': ()}"),
        "npy data: header: found the type \"<c8\", expected one of f4, f8, f2, i4, i8, u1, b1"
      ),
      (
        npy("{'descr': '<f4', 'shape': (1, }"),
        "npy data: header: found \"{'descr': '<f4', 'shape': (1, }\", expected a dictionary with "
          + "'descr', 'fortran_order' and 'shape'"
      ),
      (
        npy("{'descr': '|b1', 'fortran_order': False, 'shape': (1,)}") + [2],
        "npy data: found the byte 2 as a bool, expected 0 or 1"
      ),
    ]
    for (bytes, text) in rows { #expect(message { _ = try NPY.decode(bytes) } == text) }
  }

  @Test("sizes that the end of an archive cannot tell; all ones mean ZIP64")
  func archiveLimits() {
    let most = Int(UInt32.max) - 1
    #expect(ZIPWriter.fits(start: most, directory: most, files: 65_534))
    #expect(!ZIPWriter.fits(start: most + 1, directory: 100, files: 1))
    #expect(!ZIPWriter.fits(start: 100, directory: most + 1, files: 1))
    #expect(!ZIPWriter.fits(start: 100, directory: 100, files: 65_535))
  }

  @Test("a file larger than memory is an error before it is read")
  func largerThanMemory() throws {
    let scratch = try ScratchFolder()
    try scratch.write("large", [])
    let file = try FileHandle(forWritingTo: URL(filePath: scratch("large")))
    try file.truncate(atOffset: 1 << 42)  // 4 TiB, of which none are on the disk
    try file.close()
    for read in [{ _ = try NPY.read($0) }, { _ = try NPZ.read($0) }] as [(String) throws -> Void] {
      let error = #expect(throws: FormatError.self) { try read(scratch("large")) }
      #expect(error?.kind == .tooLarge)
    }
  }

  @Test func damagedArchives() throws {
    let scratch = try ScratchFolder()
    for compressed in [false, true] {
      try NPZ.write(Array(Self.arrays.prefix(2)), compressed: compressed, to: scratch("a.npz"))
      let bytes = try scratch.bytes("a.npz")
      for count in 0..<bytes.count {
        #expect(throws: FormatError.self) { try NPZ.decode(Array(bytes.prefix(count))) }
      }
      for place in bytes.indices {
        var changed = bytes
        changed[place] ^= 0x10
        // An array or, as its type says, a `FormatError`; never a crash.
        _ = Result { () throws(FormatError) in try NPZ.decode(changed) }
      }
      // Within the data the checksum tells.
      var changed = bytes
      changed[bytes.count / 4] ^= 1
      #expect(throws: FormatError.self) { try NPZ.decode(changed) }
    }
    #expect(
      message { _ = try NPZ.decode(Array("no archive, surely none".utf8)) }
        == "npz data: found no directory at the end, expected a ZIP archive")
    #expect(
      message { try NPZ.write([Self.arrays[0], Self.arrays[0]], to: scratch("b.npz")) }
        .hasSuffix(
          "b.npz: entry \"a/b.npy\": found the name a second time, expected each file under a name "
            + "of its own, of 1 to 60000 bytes"))
    #expect(!FileManager.default.fileExists(atPath: scratch("b.npz")))
  }
}
