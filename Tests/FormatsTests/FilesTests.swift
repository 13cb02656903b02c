import Formats
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct FilesTests {
  @Test func readsWhatWasWritten() throws {
    let folder = TemporaryFolder()
    let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    try AtomicFile.write(content, to: folder.file("a"))
    #expect(try Files.read(folder.file("a")) == content)
    #expect(try Files.read(folder.file("a"), maximum: 300_000) == content)
    try AtomicFile.write("", to: folder.file("a"))
    #expect(try Files.read(folder.file("a")) == [])
  }

  @Test func saysWhyAFileCannotBeRead() throws {
    let folder = TemporaryFolder()
    let file = folder.file("a")
    try AtomicFile.write("12345", to: file)
    let table: [(String, String)] = [
      (folder.file("none"), "\(folder.path)/none: found no such file, expected a file"),
      ("\(file)/b", "\(file)/b: found no such file, expected a file"),
      (folder.path, "\(folder.path): found a folder, expected a file"),
      ("/dev/zero", "/dev/zero: found a device, expected a file"),
      ("", "\"\": found an empty path, expected a path"),
      ("a\0b", "a\\u{0}b: found a zero byte in the path, expected a path"),
      (file, "\(file): found 5 bytes, expected at most 4"),
    ]
    for (path, expected) in table {
      #expect(message { _ = try Files.read(path, maximum: 4) } == expected)
    }
  }

  @Test func filesWithoutAKnownLengthAreReadUpToTheLimit() throws {
    #expect(try Files.read("/proc/self/stat").count > 10)
    #expect(
      message { _ = try Files.read("/proc/self/stat", maximum: 3) }
        == "/proc/self/stat: found more than 3 bytes, expected at most 3")
  }

  @Test func permissionIsNamed() throws {
    if geteuid() == 0 { return }  // The superuser may read everything.
    let folder = TemporaryFolder()
    try AtomicFile.write("1", to: folder.file("a"))
    chmod(folder.file("a"), 0)
    #expect(
      message { _ = try Files.read(folder.file("a")) }
        == "\(folder.path)/a: found \"Permission denied\", expected a file that this user may read")
  }

  @Test func namesThatWouldTroubleATerminalAreEscaped() {
    let error = FormatError(
      .malformed, file: "a\u{1B}[31m\nb", place: "byte 1", found: "x", expected: "y")
    #expect(error.description == "a\\u{1b}[31m\\nb: byte 1: found x, expected y")
  }
}
