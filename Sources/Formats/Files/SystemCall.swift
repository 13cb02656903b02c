#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the system said when it refused.
struct SystemCall {
  /// The value of `errno`.
  let code: Int32

  /// The error of the call that has just failed.
  static var failure: SystemCall { SystemCall(code: errno) }

  /// The system's sentence, quoted.
  var text: String { Excerpt.quoted(String(cString: strerror(code))) }

  /// The error of an attempt to open or read.
  func reading(_ file: String, place: String = "") -> FormatError {
    switch code {
    case ENOENT, ENOTDIR:
      FormatError(.missing, file: file, place: place, found: "no such file", expected: "a file")
    case EISDIR:
      FormatError(.unreadable, file: file, place: place, found: "a folder", expected: "a file")
    case EACCES, EPERM:
      FormatError(
        .unreadable, file: file, place: place, found: text,
        expected: "a file that this user may read")
    default:
      FormatError(
        .unreadable, file: file, place: place, found: "\(text) while reading",
        expected: "a readable file")
    }
  }

  /// The error of an attempt to create, write, synchronise or rename.
  func writing(_ file: String) -> FormatError {
    let expected =
      switch code {
      case ENOENT: "a path in a folder that exists"
      case ENOTDIR: "a path whose parents are folders"
      case EACCES, EPERM, EROFS: "a folder that this user may write to"
      case EISDIR: "a path that is not a folder"
      case ENOSPC, EDQUOT, EFBIG: "room on the disk; nothing was left behind"
      case ENAMETOOLONG: "a shorter name"
      default: "a place that can be written to"
      }
    return FormatError(
      .unwritable, file: file, found: "\(text) while writing", expected: expected)
  }

  /// Checks that a path can be passed to the system.
  static func check(path: String) throws(FormatError) {
    if path.isEmpty {
      throw FormatError(.missing, file: "\"\"", found: "an empty path", expected: "a path")
    }
    if path.utf8.contains(0) {
      throw FormatError(
        .missing, file: path, found: "a zero byte in the path", expected: "a path")
    }
  }
}
