import Datasets
import Formats
import Foundation
import TestSupport
import Testing

/// Files fetched by curl from a server in this process.
@Suite(
  .serialized,
  .enabled(if: SystemCommands().exists("curl"), "there is no curl on this machine"))
struct DownloadTests {
  private static let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 * 31 + $0 >> 8) }
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Fetches the file; returns what was said.
  private func fetch(
    _ servers: [FileServer], expecting content: [UInt8] = content, _ lines: Lines
  ) throws -> [UInt8] {
    let download = Download(
      file: "file", byteCount: content.count, sha256: SHA256.hex(of: content),
      urls: servers.map(\.url))
    let path = try Downloader(commands: SystemCommands()) { lines.all.append($0) }
      .fetch(download, into: folder("set"))
    #expect(path == folder("set/file"))
    return try Files.read(path)
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder("set")).sorted()
  }

  @Test func whole() throws {
    let server = try FileServer(Self.content, .good)
    let lines = Lines()
    #expect(try fetch([server], lines) == Self.content)
    #expect(lines.all.first == server.url)
    #expect(lines.all.last == "\(folder("set/file")): SHA-256 is right")
    #expect(try names() == ["file"])
    // What is there is not fetched again.
    #expect(try fetch([server], lines) == Self.content)
    #expect(server.requests == ["0"])
    #expect(lines.all.last == "\(folder("set/file")): is there, SHA-256 is right")
  }

  @Test("a connection that is cut is gone on with")
  func cut() throws {
    let server = try FileServer(
      Self.content, .cut(after: 100_000), .cut(after: 50_000), .good)
    let lines = Lines()
    #expect(try fetch([server], lines) == Self.content)
    #expect(server.requests == ["0", "100000", "150000"])
    #expect(lines.all.contains("\(server.url) from byte 100000 on"))
  }

  @Test("what has come is kept for the next time, and for the next place")
  func kept() throws {
    let broken = try FileServer(Self.content, .cut(after: 70_000), .status(503))
    let lines = Lines()
    let text = message { _ = try fetch([broken], lines) }
    #expect(
      text.hasPrefix("file: found \(broken.url): curl: (22) The requested URL returned error: 503"))
    #expect(try names() == ["file.part"])
    let other = try FileServer(Self.content, .good)
    #expect(try fetch([broken, other], lines) == Self.content)
    #expect(other.requests == ["70000"])
  }

  @Test("a server that cannot go on within a file sends it from the beginning")
  func withoutRanges() throws {
    let server = try FileServer(Self.content, .cut(after: 70_000), .wholeAlways)
    let lines = Lines()
    #expect(try fetch([server], lines) == Self.content)
    #expect(server.requests == ["0", "70000", "0"])
  }

  @Test("a wrong file is refused by its digest, and the next place tried")
  func wrongFile() throws {
    var wrong = Self.content
    wrong[5] ^= 1
    let (bad, good) = (try FileServer(wrong, .good), try FileServer(Self.content, .good))
    let lines = Lines()
    #expect(try fetch([bad, good], lines) == Self.content)
    #expect(
      lines.all.contains("\(bad.url): gave another file, with SHA-256 \(SHA256.hex(of: wrong))"))
    #expect(good.requests == ["0"])  // nothing of the wrong one is kept
  }

  @Test("a part of another file is given up, and the file fetched whole")
  func wrongPart() throws {
    _ = try folder.folder("set")
    try folder.write("set/file.part", [UInt8](repeating: 1, count: 1000))
    let server = try FileServer(Self.content, .good)
    let lines = Lines()
    #expect(try fetch([server], lines) == Self.content)
    #expect(server.requests == ["1000", "0"])
  }

  @Test("lengths that are not true")
  func lies() throws {
    let lines = Lines()
    // Shorter than said: cut off. Longer: only so much is taken, and that is not the file.
    let long = try FileServer(Self.content, .lie(length: 400_000))
    #expect(message { _ = try fetch([long], lines) }.contains("curl: (63)"))
    let short = try FileServer(Self.content, .lie(length: 200_000))
    #expect(
      message { _ = try fetch([short], lines) }.contains("\(short.url): gave 200000 bytes"))
    try folder.remove("set/file.part")
    let less = try FileServer(
      Array(Self.content.prefix(250_000)), .lie(length: 300_000), .status(404))
    #expect(message { _ = try fetch([less], lines) }.contains("404"))
    #expect(try names() == ["file.part"])
    #expect(try Files.read(folder("set/file.part")) == Array(Self.content.prefix(250_000)))
  }

  @Test("a file without end is cut off")
  func endless() throws {
    let server = try FileServer(Self.content, .endless)
    let lines = Lines()
    #expect(
      message { _ = try fetch([server], lines) }.contains("gave more than 300000 bytes"))
    // Where nothing is kept there is no folder either.
    #expect(!FileManager.default.fileExists(atPath: folder("set")))
  }

  @Test func noServer() throws {
    let server = try FileServer(Self.content, .status(404))
    let lines = Lines()
    let text = message { _ = try fetch([server], lines) }
    #expect(text.hasPrefix("file: found \(server.url): curl: (22)"))
    #expect(text.hasSuffix("try again, or put the file into \(folder("set"))"))
    #expect(!FileManager.default.fileExists(atPath: folder("set")))
    // A folder that was there stays.
    _ = try folder.folder("set")
    _ = message { _ = try fetch([server], lines) }
    #expect(try names().isEmpty)
  }

  /// curl's own words, also behind an unfinished line of its meter; else what its status means.
  @Test(
    arguments: [
      (
        6, "  0     0    0 --:--:--     0curl: (6) Could not resolve host: x", "curl: (6) Could not"
      ),
      (6, "", "the host's name could not be resolved; curl ended with status 6"),
      (7, "", "the host refused the connection"), (22, "", "the server answered with an error"),
      (28, "", "the connection timed out"), (35, "", "no encrypted connection could be made"),
      (60, "", "the server's certificate could not be verified"),
      (99, "", "https://example.org/a: curl ended with status 99"),
    ] as [(Int32, String, String)])
  func reasons(_ status: Int32, _ line: String, _ reason: String) throws {
    let download = Download(
      file: "a", byteCount: 1, sha256: "", urls: ["https://example.org/a"])
    let text = message {
      _ = try Downloader(commands: FailingCommands(status: status, line: line)) { _ in }
        .fetch(download, into: folder("set"))
    }
    #expect(text.contains(reason), "\(text)")
    #expect(!FileManager.default.fileExists(atPath: folder("set")))
  }

  /// An archive is verified, unpacked and removed, and the data set found.
  @Test func archive() throws {
    var entries: [(path: String, content: [UInt8]?)] = [("cifar-10-batches-bin/", nil)]
    for name in (1...5).map({ "data_batch_\($0)" }) + ["test_batch"] {
      let count = name == "test_batch" ? 10 : 20
      entries.append(("cifar-10-batches-bin/\(name).bin", cifarRecords(count) { $0 }))
    }
    let archive = try Gzip.compress(TarBuilder.archive(entries))
    let server = try FileServer(archive, .cut(after: 1000), .good)
    let entry = try DataCatalog.entry(named: "cifar10").replaced(
      name: "small",
      downloads: [
        Download(
          file: "a.tar.gz", byteCount: archive.count, sha256: SHA256.hex(of: archive),
          urls: [server.url], isArchive: true)
      ], train: 90, validation: 10, test: 10)
    let places = DataPlaces(folders: [folder.path])
    var said: [String] = []
    let place = try DataCatalog.install(
      entry, places: places, commands: SystemCommands()
    ) { said.append($0) }
    #expect(place == folder("small"))
    #expect(said.last == "small: 110 samples")
    #expect(
      Set(try FileManager.default.contentsOfDirectory(atPath: folder("small")))
        == ["SHA256SUMS", "cifar-10-batches-bin"])
    // The second time it is only verified.
    _ = try DataCatalog.install(entry, places: places, commands: SystemCommands()) { _ in }
    #expect(server.requests.count == 2)
    // As many images as before, one of them another.
    let batch = folder("small/cifar-10-batches-bin/data_batch_3.bin")
    var bytes = try Files.read(batch)
    let before = SHA256.hex(of: bytes)
    bytes[100] ^= 1
    try AtomicFile.write(bytes, to: batch)
    #expect(
      message {
        _ = try DataCatalog.install(entry, places: places, commands: NoCommands()) { _ in }
      }
        == "\(batch): found content with SHA-256 \(SHA256.hex(of: bytes)), expected \(before), as it "
        + "was unpacked; without the file `gradus data install small` fetches it again")
    try folder.write("small/SHA256SUMS", "abc data_batch_3.bin\n")
    #expect(
      message {
        _ = try DataCatalog.install(entry, places: places, commands: NoCommands()) { _ in }
      }
        == "\(folder("small/SHA256SUMS")): found \"abc data_batch_3.bin\", expected lines of a "
        + "SHA-256, two spaces and a file's name")
  }

  @Test("of several files those that came are kept when the next one fails")
  func severalFiles() throws {
    _ = try writeIDXFolder(folder, "served", compressed: true)
    let names = ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"]
      .map { $0 + "-ubyte.gz" }
    let servers = try names.enumerated().map { place, name in
      let content = try Files.read(folder("served/\(name)"))
      return place == 1
        ? try FileServer(content, .status(503), .good) : try FileServer(content, .good)
    }
    let entry = try DataCatalog.entry(named: "mnist").replaced(
      name: "small",
      downloads: zip(names, servers).map { name, server in
        let content = try Files.read(folder("served/\(name)"))
        return Download(
          file: name, byteCount: content.count, sha256: SHA256.hex(of: content),
          urls: [server.url])
      }, train: 18, validation: 2, test: 4)
    let places = DataPlaces(folders: [folder.path])
    func install() throws -> String? {
      try DataCatalog.install(entry, places: places, commands: SystemCommands()) { _ in }
    }
    #expect(message { _ = try install() }.hasPrefix("\(names[1]): found \(servers[1].url): curl"))
    #expect(DataCatalog.location(of: entry, places: places) == nil)
    #expect(try install() == folder("small"))
    #expect(DataCatalog.location(of: entry, places: places) == folder("small"))
    #expect(servers.map(\.requests) == [["0"], ["0", "0"], ["0"], ["0"]])
  }

  @Test("an unpacking that was cut off is done again")
  func partlyUnpacked() throws {
    let names = (1...5).map { "data_batch_\($0).bin" } + ["test_batch.bin"]
    let archive = try Gzip.compress(
      TarBuilder.archive(names.map { ("cifar-10-batches-bin/\($0)", cifarRecords(20) { $0 }) }))
    let entry = try DataCatalog.entry(named: "cifar10").replaced(
      name: "small",
      downloads: [
        Download(
          file: "a.tar.gz", byteCount: archive.count, sha256: SHA256.hex(of: archive), urls: [],
          isArchive: true)
      ], train: 90, validation: 10, test: 20)
    _ = try folder.folder("small/cifar-10-batches-bin")
    try folder.write("small/a.tar.gz", archive)
    try folder.write("small/cifar-10-batches-bin/\(names[0])", cifarRecords(20) { $0 })
    let places = DataPlaces(folders: [folder.path])
    #expect(DataCatalog.location(of: entry, places: places) == nil)
    #expect(
      try DataCatalog.install(entry, places: places, commands: NoCommands()) { _ in }
        == folder("small"))
    #expect(
      Set(try FileManager.default.contentsOfDirectory(atPath: folder("small")))
        == ["SHA256SUMS", "cifar-10-batches-bin"])
  }

  @Test func withoutCurl() throws {
    let entry = try DataCatalog.entry(named: "cifar10").replaced(
      name: "small",
      downloads: [
        Download(file: "a", byteCount: 1, sha256: "", urls: ["https://example.org/a"])
      ], train: 1, validation: 1, test: 1)
    #expect(
      message {
        _ = try DataCatalog.install(
          entry, places: DataPlaces(folders: [folder.path]), commands: NoCommands()
        ) { _ in }
      }
        == "a: found no curl on this system, expected `sudo apt-get install curl`, or that file "
        + "from https://example.org/a in \(folder("small"))")
  }
}

/// What was said.
private final class Lines {
  var all: [String] = []
}

/// A system without programs.
private struct NoCommands: CommandRunner {
  let isRoot = false
  func exists(_ program: String) -> Bool { false }
  func run(_ command: [String], line: (String) -> Bool) throws -> Int32 { 127 }
}

/// A system whose programs say a line and fail.
private struct FailingCommands: CommandRunner {
  let isRoot = false
  let status: Int32
  let line: String
  func exists(_ program: String) -> Bool { true }
  func run(_ command: [String], line: (String) -> Bool) throws -> Int32 {
    _ = line(self.line)
    return status
  }
}
