import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What installing asks of the system.
package protocol CommandRunner {
  /// Whether this process may do anything.
  var isRoot: Bool { get }
  /// Whether there is a program of this name.
  func exists(_ program: String) -> Bool
  /// Runs a program with arguments, without a shell, and waits for its end.
  /// - Parameter line: Called with each line of its output and of its errors; returns whether the
  ///   program is to go on, which is ended otherwise.
  /// - Returns: Its exit status; 128 where it was ended.
  func run(_ command: [String], line: (String) -> Bool) throws -> Int32
}

/// The programs of this machine.
package struct SystemCommands: CommandRunner {
  private static let folders = ["/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin"]

  package init() {}

  package var isRoot: Bool { geteuid() == 0 }

  package func exists(_ program: String) -> Bool { path(of: program) != nil }

  private func path(of program: String) -> String? {
    Self.folders.map { $0 + "/" + program }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
  }

  package func run(_ command: [String], line: (String) -> Bool) throws -> Int32 {
    guard let program = command.first, let path = path(of: program) else {
      throw CocoaError(.fileNoSuchFile)
    }
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = Array(command.dropFirst())
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"], uniquingKeysWith: { $1 })
    let output = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    try process.run()
    var rest: [UInt8] = []
    func finishLine() {
      if !rest.isEmpty, !line(String(decoding: rest, as: UTF8.self)) {
        // Other signals may be blocked on this thread, and so in the program that it has started.
        kill(process.processIdentifier, SIGKILL)
      }
      rest = []
    }
    while true {
      let data = output.fileHandleForReading.availableData
      if data.isEmpty { break }
      for byte in data {
        if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
          finishLine()
        } else {
          rest.append(byte)
        }
      }
    }
    finishLine()
    process.waitUntilExit()
    return process.terminationReason == .exit ? process.terminationStatus : 128
  }
}
