import Formats
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The description of the error that a closure throws, checked to be a `FormatError`.
func message(of body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch let error as FormatError {
    return error.description
  } catch {
    Issue.record("not a FormatError: \(error)")
    return "\(error)"
  }
}

/// A folder that is gone with everything in it when the last reference goes.
final class TemporaryFolder {
  let path: String

  init() {
    var template = Array("\(environment("TMPDIR") ?? "/tmp")/gradus-formats-XXXXXX".utf8CString)
    path = template.withUnsafeMutableBufferPointer { buffer in
      mkdtemp(buffer.baseAddress!).map { String(cString: $0) } ?? "/tmp"
    }
  }

  deinit {
    for name in names { unlink("\(path)/\(name)") }
    rmdir(path)
  }

  /// The names of what is in the folder, hidden files included.
  var names: [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The path of a file in the folder.
  func file(_ name: String) -> String { "\(path)/\(name)" }
}

/// The path of a file in `Tests/References/formats`.
func reference(_ name: String, from test: String = #filePath) -> String {
  var parts = test.split(separator: "/", omittingEmptySubsequences: false)
  while let last = parts.last, last != "FormatsTests" { parts.removeLast() }
  parts.removeLast()
  return parts.joined(separator: "/") + "/References/formats/\(name)"
}

/// The value of an environment variable.
func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

/// Four bytes, the highest first.
func bigEndian(_ number: UInt32) -> [UInt8] {
  [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
}

/// Eight bytes, the lowest first.
func littleEndian(_ number: UInt64) -> [UInt8] {
  (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) }
}
