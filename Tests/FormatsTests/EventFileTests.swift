import Formats
import Foundation
import TestSupport
import Testing

@Suite struct EventFileTests {
  /// Byte for byte what TensorBoard's own writer makes of the same events (`References/events.py`).
  @Test func bytesAreTensorBoards() throws {
    let folder = try ScratchFolder()
    let file = try EventFile(folder: folder.path, step: 3, wallTime: 1_700_000_000.25)
    try file.add(
      [("loss/training", 0.3125), ("loss/validation", 0.1)], step: 7, wallTime: 1_700_000_001.5)
    try file.add([("loss/training", .nan)], step: 70_000, wallTime: 1_700_000_002.5)
    #expect(file.path == folder("events.out.tfevents.1700000000.gradus"))
    #expect(try Files.read(file.path) == Files.read(References.path("events.tfevents")))
  }

  @Test func aTakenNameGetsANumber() throws {
    let folder = try ScratchFolder()
    let files = try (0..<3).map { _ in try EventFile(folder: folder.path, wallTime: 5) }
    let name = folder("events.out.tfevents.5.gradus")
    #expect(files.map(\.path) == [name, name + ".1", name + ".2"])
    try files[1].add([("a", 1)], step: 1)
    let sizes = try files.map { try Files.read($0.path).count }
    #expect(sizes[0] == sizes[2] && sizes[1] > sizes[0])
  }

  @Test func aFolderThatIsMissing() throws {
    let folder = try ScratchFolder()
    let error = #expect(throws: FormatError.self) {
      try EventFile(folder: folder("none"), wallTime: 5)
    }
    #expect(
      error?.description
        == "\(folder("none"))/events.out.tfevents.5.gradus: found \"No such file or directory\" "
        + "while writing, expected a path in a folder that exists")
  }
}
