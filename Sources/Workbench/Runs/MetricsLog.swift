import Formats
import Foundation

/// `metrics.jsonl`: a line an epoch, as `train --json` prints them.
struct MetricsLog {
  let path: String
  private var lines: [String]

  /// Starts a log with the lines of an earlier part of the run, as far as `epochs`.
  init(path: String, keepingEpochs epochs: Int) throws {
    self.path = path
    lines = []
    if epochs > 0, FileManager.default.fileExists(atPath: path) {
      let text = String(decoding: try Files.read(path), as: UTF8.self)
      lines = text.split(separator: "\n").prefix(epochs).map(String.init)
    }
  }

  /// The epochs that a log tells of, none where there is no such file.
  /// - Throws: `WorkbenchError` with the line that is not one, `FormatError` where the file cannot be
  ///   read.
  static func read(_ path: String) throws -> [RunEpoch] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    let text = String(decoding: try Files.read(path), as: UTF8.self)
    return try text.split(separator: "\n").enumerated().map { index, line in
      guard let value = try? JSONParser.parse(String(line)), let epoch = RunEpoch(value) else {
        throw WorkbenchError(
          .input, "\(path): line \(index + 1)",
          "found \(Excerpt.quoted(String(line))), expected the line of an epoch")
      }
      return epoch
    }
  }

  /// Adds a line; the file is there whole at any moment.
  mutating func append(_ event: JSONValue) throws {
    lines.append(event.text())
    try AtomicFile.write(lines.joined(separator: "\n") + "\n", to: path)
  }
}
