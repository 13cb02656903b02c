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

  /// Adds a line; the file is there whole at any moment.
  mutating func append(_ event: JSONValue) throws {
    lines.append(event.text())
    try AtomicFile.write(lines.joined(separator: "\n") + "\n", to: path)
  }
}
