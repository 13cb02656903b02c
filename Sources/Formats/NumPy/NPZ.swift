import Arrays

/// NumPy's format of several arrays: a ZIP archive with an npy file for each.
public enum NPZ {
  /// Writes arrays as `numpy.savez` does, or compressed as `numpy.savez_compressed`; the file is
  /// there whole or not at all.
  /// - Throws: `FormatError` for a name that is used twice, empty or longer than 60,000 bytes, for
  ///   arrays of 4 GiB and more in all, and where the file cannot be written.
  public static func write(
    _ arrays: [(name: String, array: NDArray)], compressed: Bool = false, to path: String
  ) throws(FormatError) {
    var writer = try ZIPWriter(path)
    for (name, array) in arrays {
      try writer.add(name + ".npy", NPY.encode(array), compressed: compressed)
    }
    try writer.finish()
  }

  /// Reads all arrays in the archive's order, stored or compressed by deflate.
  /// - Throws: `FormatError` where the file cannot be read, is larger than `Files.defaultMaximum`, is
  ///   no ZIP archive or a damaged one, or holds other files than npy.
  public static func read(
    _ path: String
  ) throws(FormatError) -> [(name: String, array: NDArray)] {
    try decode(Files.read(path), file: path)
  }

  /// All arrays of a file's content, as `read` gives them.
  /// - Parameters:
  ///   - bytes: All of the file.
  ///   - file: The name that errors give.
  /// - Throws: `FormatError`, as `read` does.
  public static func decode(
    _ bytes: [UInt8], file: String = "npz data"
  ) throws(FormatError) -> [(name: String, array: NDArray)] {
    var arrays: [(name: String, array: NDArray)] = []
    for entry in try ZIPArchive(bytes, file: file).entries {
      let place = "entry \(Excerpt.quoted(entry.name))"
      guard entry.name.hasSuffix(".npy") else {
        throw FormatError(
          .unsupported, file: file, place: place, found: "another kind of file",
          expected: "npy files alone")
      }
      let content = try entry.content(of: bytes, file: file)
      arrays.append(
        (
          name: String(entry.name.dropLast(4)),
          array: try NPY.decode(content, file: file, place: place)
        ))
    }
    return arrays
  }
}
