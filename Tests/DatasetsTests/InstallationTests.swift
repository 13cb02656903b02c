import Datasets
import Formats
import Foundation
import Synchronization
import TestSupport
import Testing

/// A system that notes the commands and answers as told.
private final class FakeCommands: CommandRunner {
  let isRoot: Bool
  private let programs: [String]
  private let answer: @Sendable ([String]) throws -> (Int32, [String])
  private let list = Mutex<[String]>([])

  init(
    isRoot: Bool = true, programs: [String] = ["apt-get", "sudo"],
    answer: @escaping @Sendable ([String]) throws -> (Int32, [String])
  ) {
    self.isRoot = isRoot
    self.programs = programs
    self.answer = answer
  }

  var commands: [String] { list.withLock { $0 } }

  func exists(_ program: String) -> Bool { programs.contains(program) }

  func run(_ command: [String], line: (String) -> Bool) throws -> Int32 {
    list.withLock { $0.append(command.joined(separator: " ")) }
    let (status, lines) = try answer(command)
    return lines.allSatisfy(line) ? status : 128
  }
}

@Suite struct InstallationTests {
  private static let install =
    "apt-get install --yes --no-install-recommends dataset-fashion-mnist"

  private func failure(
    _ commands: FakeCommands, _ name: String = "fashion-mnist", in folder: String = "/nowhere"
  ) -> String {
    message {
      _ = try DataCatalog.install(
        DataCatalog.entry(named: name), places: DataPlaces(folders: [folder]), commands: commands
      ) { _ in }
    }
  }

  @Test func embedded() throws {
    var lines: [String] = []
    #expect(try DataCatalog.install("digits") { lines.append($0) } == nil)
    #expect(lines == ["digits is part of the program"])
  }

  @Test("the logger hears each line, and of failure")
  func logging() throws {
    let log = RecordedLog()
    var lines: [String] = []
    _ = try DataCatalog.install("digits", logger: log.logger(.info)) { lines.append($0) }
    #expect(log.lines == ["info digits is part of the program data=digits"])
    #expect(lines == ["digits is part of the program"])
    let failed = RecordedLog()
    #expect(throws: DatasetError.self) {
      try DataCatalog.install(
        DataCatalog.entry(named: "fashion-mnist"), places: DataPlaces(folders: ["/nowhere"]),
        commands: FakeCommands { _ in (1, ["no network"]) }, logger: failed.logger(.info)
      ) { _ in }
    }
    #expect(failed.lines.contains("info no network data=fashion-mnist"))
    #expect(
      failed.lines.last?.hasPrefix("error installation failed data=fashion-mnist reason=") == true)
  }

  @Test func unknownNames() {
    #expect(
      message { try DataCatalog.install("fashon-mnist") }.hasSuffix(
        "did you mean \"fashion-mnist\"?"))
    #expect(
      message { try DataCatalog.install("x; rm -rf /") }.hasPrefix("data: found \"x; rm -rf /\""))
  }

  @Test func asRoot() {
    let commands = FakeCommands { _ in (0, []) }
    #expect(
      failure(commands).hasPrefix(
        "fashion-mnist: found no files of this data set after the installation of "
          + "dataset-fashion-mnist, expected"))
    #expect(commands.commands == [Self.install])
  }

  @Test func listsOfPackagesAreRenewedOnce() {
    let commands = FakeCommands { command in
      command[1] == "update" ? (0, []) : (100, ["E: Unable to locate package"])
    }
    #expect(
      failure(commands)
        == "fashion-mnist: found apt-get failed, last with \"E: Unable to locate package\", "
        + "expected `sudo apt-get install dataset-fashion-mnist` to succeed")
    #expect(commands.commands == [Self.install, "apt-get update", Self.install])
  }

  @Test func withoutRights() {
    let commands = FakeCommands(isRoot: false) { _ in (1, ["sudo: a password is required"]) }
    let expected =
      "fashion-mnist: found no right to install packages, expected `sudo apt-get install "
      + "dataset-fashion-mnist`"
    #expect(failure(commands) == expected)
    #expect(commands.commands == ["sudo -n true"])
    #expect(
      failure(FakeCommands(isRoot: false, programs: ["apt-get"]) { _ in (0, []) }) == expected)
    let allowed = FakeCommands(isRoot: false) { _ in (0, []) }
    #expect(failure(allowed).contains("after the installation"))
    #expect(allowed.commands == ["sudo -n true", "sudo -n " + Self.install])
  }

  @Test func withoutApt() {
    let commands = FakeCommands(programs: []) { _ in (0, []) }
    #expect(
      failure(commands)
        == "fashion-mnist: found no apt-get on this system, expected its files (Xiao, Rasul and "
        + "Vollgraf 2017, Fashion-MNIST, arXiv:1708.07747) in one of these folders, or their folder "
        + "as --data PATH: /nowhere/fashion-mnist")
  }

  @Test func otherFilesThanExpected() throws {
    let folder = try TemporaryFolder()
    let commands = FakeCommands { _ in
      (try writeIDXFolder(folder, "fashion-mnist", compressed: true).isEmpty ? 1 : 0, [])
    }
    let found = failure(commands, in: folder.path)
    #expect(
      found.hasPrefix(
        "\(folder.path)/fashion-mnist/train-images-idx3-ubyte.gz: found content with SHA-256 "))
    #expect(found.hasSuffix(", that of fashion-mnist"))
  }

  /// Installs on this machine; only where asked for, since it changes it.
  @Test(
    .enabled(
      if: ProcessInfo.processInfo.environment["GRADUS_TEST_INSTALL"] != nil,
      "GRADUS_TEST_INSTALL is not set"))
  func reallyInstalled() throws {
    let places = DataPlaces(folders: ["/usr/share/datasets"])
    var lines: [String] = []
    #expect(
      try DataCatalog.install("fashion-mnist", places: places) { lines.append($0) }
        == "/usr/share/datasets/fashion-mnist")
    #expect(lines.last == "fashion-mnist: 70000 samples")
    let splits = try DataCatalog.splits("fashion-mnist", places: places)
    #expect(splits.test.classCounts == [Int](repeating: 1000, count: 10))
  }
}
