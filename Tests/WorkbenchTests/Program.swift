import Formats
import Foundation
import TestSupport
import Testing
import Workbench

/// The built executable, run as a process in a folder of its own.
struct Program {
  struct Result {
    let status: Int32
    let output: String
    let errors: String

    /// Each line of standard output as JSON; a line that is none fails the test.
    func lines(_ location: SourceLocation = #_sourceLocation) throws -> [JSONObject] {
      try output.split(separator: "\n").map {
        try #require(try JSONParser.parse(String($0)).object, sourceLocation: location)
      }
    }

    /// The kind, place and message of the one error on standard output.
    func error(_ location: SourceLocation = #_sourceLocation) throws -> [String] {
      let lines = try lines(location)
      try #require(lines.count == 1, "\(output)", sourceLocation: location)
      let error = try #require(lines[0]["error"]?.object, sourceLocation: location)
      #expect(error.count == 3, sourceLocation: location)
      return ["kind", "place", "message"].map { error[$0]?.string ?? "none" }
    }
  }

  let folder: ScratchFolder
  let path: String

  init() throws {
    folder = try ScratchFolder()
    path = try Self.built()
  }

  init(path: String, folder: ScratchFolder) {
    self.path = path
    self.folder = folder
  }

  /// The executable beside the tests.
  static func built() throws -> String {
    var places = [CommandLine.arguments[0], Bundle.main.bundlePath + "/x"]
    if let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
      places.append(own)
    }
    if let flag = CommandLine.arguments.firstIndex(of: "--test-bundle-path"),
      flag + 1 < CommandLine.arguments.count
    {
      places.append(CommandLine.arguments[flag + 1])
    }
    for place in places {
      let path = URL(filePath: place).deletingLastPathComponent().appending(path: "gradus").path
      if FileManager.default.isExecutableFile(atPath: path) { return path }
    }
    throw WorkbenchError(.input, "tests", "no executable 'gradus' beside \(places)")
  }

  /// Starts the program; its output goes to files, which cannot fill up as pipes do.
  func start(
    _ arguments: [String], environment: [String: String] = [:], shell: String? = nil
  ) throws -> Running {
    let process = Process()
    if let shell {
      process.executableURL = URL(filePath: "/bin/sh")
      process.arguments = ["-c", shell + "; exec \"$0\" \"$@\"", path] + arguments
    } else {
      process.executableURL = URL(filePath: path)
      process.arguments = arguments
    }
    process.currentDirectoryURL = URL(filePath: folder.path)
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    let name = UUID().uuidString
    let files = ["out", "err"].map { NSTemporaryDirectory() + "/gradus-\(name).\($0)" }
    let handles = try files.map { file in
      #expect(FileManager.default.createFile(atPath: file, contents: nil))
      return try FileHandle(forWritingTo: URL(filePath: file))
    }
    process.standardOutput = handles[0]
    process.standardError = handles[1]
    try process.run()
    for handle in handles { try handle.close() }
    return Running(process: process, files: files)
  }

  struct Running {
    let process: Process
    let files: [String]

    /// What is on standard output by now.
    var output: String { (try? String(contentsOfFile: files[0], encoding: .utf8)) ?? "" }

    func wait() -> Result {
      process.waitUntilExit()
      let texts = files.map { (try? String(contentsOfFile: $0, encoding: .utf8)) ?? "" }
      for file in files { try? FileManager.default.removeItem(atPath: file) }
      return Result(
        status: process.terminationReason == .exit
          ? process.terminationStatus : 128 + process.terminationStatus,
        output: texts[0], errors: texts[1])
    }
  }

  /// Runs the program to its end.
  @discardableResult
  func callAsFunction(
    _ arguments: String..., environment: [String: String] = [:], shell: String? = nil
  ) throws -> Result {
    try start(arguments, environment: environment, shell: shell).wait()
  }

  /// A short training; more arguments override.
  @discardableResult
  func train(_ arguments: String..., shell: String? = nil) throws -> Result {
    try start(
      ["train", "logistic", "--data", "digits", "--limit-train", "64", "--threads", "1", "--json"]
        + arguments, shell: shell
    ).wait()
  }
}
