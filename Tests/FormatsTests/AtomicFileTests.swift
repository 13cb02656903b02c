import Formats
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct AtomicFileTests {
  private struct Interruption: Error {}

  @Test func largeContentIsStreamed() throws {
    let folder = TemporaryFolder()
    try AtomicFile.write(folder.file("a")) { file in
      for index in 0..<1000 { try file.write(String(repeating: "\(index % 10)", count: 997)) }
      try file.write([UInt8](repeating: 7, count: 200_000))
      #expect(file.byteCount == 1_197_000)
      #expect(!folder.names.contains("a"))
    }
    #expect(folder.names == ["a"])
    let content = try Files.read(folder.file("a"))
    #expect(content.count == 1_197_000)
    #expect(content[996] == UInt8(ascii: "0") && content[997] == UInt8(ascii: "1"))
    #expect(content.suffix(200_000).allSatisfy { $0 == 7 })
  }

  @Test func afterAnErrorTheOldContentStands() throws {
    let folder = TemporaryFolder()
    try AtomicFile.write("old", to: folder.file("a"))
    #expect(throws: Interruption.self) {
      try AtomicFile.write(folder.file("a")) { file in
        try file.write("new")
        throw Interruption()
      }
    }
    #expect(folder.names == ["a"])
    #expect(try Files.read(folder.file("a")) == Array("old".utf8))
  }

  @Test func anAbandonedFileLeavesNothing() throws {
    let folder = TemporaryFolder()
    do {
      let file = try AtomicFile(folder.file("a"))
      try file.write("new")
      #expect(folder.names.count == 1)
    }
    #expect(folder.names == [])
  }

  /// The disk is full after some bytes: at the first write, in the middle, at the last flush.
  @Test(arguments: [0, 70_000, 299_999])
  func aFullDiskLeavesTheOldContent(room: Int) throws {
    let folder = TemporaryFolder()
    let path = folder.file("model.safetensors")
    try AtomicFile.write("old", to: path)
    var left = room
    let text = message {
      let file = try AtomicFile(path) { descriptor, bytes, count in
        if left == 0 {
          errno = ENOSPC
          return -1
        }
        let part = min(left, count)
        left -= part
        return write(descriptor, bytes, part)
      }
      for _ in 0..<100 { try file.write([UInt8](repeating: 1, count: 3000)) }
      try file.commit()
    }
    #expect(
      text == "\(path): found \"No space left on device\" while writing, "
        + "expected room on the disk; nothing was left behind")
    #expect(folder.names == ["model.safetensors"])
    #expect(try Files.read(path) == Array("old".utf8))
  }

  @Test func interruptedWritesGoOn() throws {
    let folder = TemporaryFolder()
    var calls = 0
    let file = try AtomicFile(folder.file("a")) { descriptor, bytes, count in
      calls += 1
      if calls % 2 == 1 {
        errno = EINTR
        return -1
      }
      return write(descriptor, bytes, min(count, 5))
    }
    try file.write("interrupted, but whole")
    try file.commit()
    #expect(try Files.read(folder.file("a")) == Array("interrupted, but whole".utf8))
  }

  @Test func devicesAreWrittenToAndStay() throws {
    try AtomicFile.write("gone", to: "/dev/null")
    var status = stat()
    #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    #expect(
      message { try AtomicFile.write("x", to: "/dev/full") }
        == "/dev/full: found \"No space left on device\" while writing, "
        + "expected room on the disk; nothing was left behind")
  }

  @Test func saysWhyAPathCannotBeWritten() throws {
    let folder = TemporaryFolder()
    try AtomicFile.write("old", to: folder.file("a"))
    let long = String(repeating: "n", count: 300)
    let table: [(String, String)] = [
      (
        folder.file("none/b"),
        "found \"No such file or directory\" while writing, "
          + "expected a path in a folder that exists"
      ),
      (
        folder.file("a/b"),
        "found \"Not a directory\" while writing, expected a path whose parents are folders"
      ),
      (
        folder.path,
        "found \"Is a directory\" while writing, expected a path that is not a folder"
      ),
      (
        folder.file(long),
        "found \"File name too long\" while writing, expected a shorter name"
      ),
    ]
    for (path, expected) in table {
      #expect(message { try AtomicFile.write("x", to: path) } == "\(path): \(expected)")
    }
    #expect(folder.names == ["a"])
  }

  @Test func permissionsAndLinksAreKept() throws {
    let folder = TemporaryFolder()
    try AtomicFile.write("old", to: folder.file("a"))
    chmod(folder.file("a"), 0o640)
    symlink("a", folder.file("link"))
    try AtomicFile.write("new", to: folder.file("link"))
    var status = stat()
    #expect(lstat(folder.file("link"), &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    #expect(lstat(folder.file("a"), &status) == 0 && status.st_mode & 0o777 == 0o640)
    #expect(try Files.read(folder.file("a")) == Array("new".utf8))
  }
}
