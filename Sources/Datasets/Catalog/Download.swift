import Formats
import Foundation

/// A file that is fetched by HTTP, known by its digest.
public struct Download: Sendable, Hashable {
  /// The file's name.
  public let file: String
  /// Its length in bytes.
  public let byteCount: Int
  /// SHA-256 of its content, 64 hexadecimal digits in lower case.
  public let sha256: String
  /// Where it is, in the order in which they are tried.
  public let urls: [String]
  /// Whether it is a tar archive, of whose files the data set consists.
  public let isArchive: Bool

  /// A file of this name, length and digest at these places.
  public init(
    file: String, byteCount: Int, sha256: String, urls: [String], isArchive: Bool = false
  ) {
    self.file = file
    self.byteCount = byteCount
    self.sha256 = sha256
    self.urls = urls
    self.isArchive = isArchive
  }
}

/// Why a place did not give a file.
private struct Refusal: Error {
  let reason: String
  init(_ reason: String) { self.reason = reason }
}

/// Fetches files by `curl` (decision 013).
///
/// What has come is kept beside the place of the file, with `.part` at its name's end, and the next
/// attempt goes on from there; the file takes its place once its digest is right.
package struct Downloader {
  private let commands: any CommandRunner
  private let progress: (String) -> Void

  /// Attempts at one place, each of which must bring something.
  private static let mostAttempts = 5

  /// - Parameters:
  ///   - commands: The system whose `curl` is run.
  ///   - progress: Called with a line for each step.
  package init(commands: any CommandRunner, progress: @escaping (String) -> Void) {
    self.commands = commands
    self.progress = progress
  }

  /// Fetches a file into a folder, which is made where there is none; does nothing where the right
  /// one is there.
  /// - Returns: The file's path.
  /// - Throws: `DatasetError` where the folder cannot be written, there is no `curl`, or none of the
  ///   places gave the right file, with what each gave.
  package func fetch(_ download: Download, into folder: String) throws(DatasetError) -> String {
    let path = "\(folder)/\(download.file)"
    if try isRight(path, download) {
      progress("\(path): is there, SHA-256 is right")
      return path
    }
    guard commands.exists("curl") else {
      throw DatasetError(
        .refused, at: download.file, found: "no curl on this system",
        expected: "`sudo apt-get install curl`, or that file from \(download.urls[0]) in \(folder)")
    }
    let isNew = !FileManager.default.fileExists(atPath: folder)
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw DatasetError(
        .refused, at: folder, found: "a folder that cannot be made",
        expected: "a place that this user may write to; GRADUS_DATA names one")
    }
    let part = path + ".part"
    var reasons: [String] = []
    for url in download.urls {
      do throws(Refusal) {
        try fetch(download, from: url, to: part)
        guard rename(part, path) == 0 else {
          throw Refusal("\(part) cannot be renamed: \(String(cString: strerror(errno)))")
        }
        progress("\(path): SHA-256 is right")
        return path
      } catch {
        progress("\(url): \(error.reason)")
        reasons.append("\(url): \(error.reason)")
      }
    }
    // Where nothing has come, nothing stays: this removes a folder only if it is empty.
    if isNew { rmdir(folder) }
    throw DatasetError(
      .refused, at: download.file, found: reasons.joined(separator: "; "),
      expected:
        "\(download.byteCount) bytes with SHA-256 \(download.sha256); try again, or put the "
        + "file into \(folder)")
  }

  /// Brings the part to its whole length from one place, and checks its digest.
  private func fetch(_ download: Download, from url: String, to part: String) throws(Refusal) {
    // What an earlier attempt left may be of another file: then once more from the beginning.
    let isResumed = byteCount(part) > 0
    do throws(Refusal) {
      try complete(part, download, from: url)
      return try check(part, download)
    } catch {
      guard isResumed, byteCount(part) == 0 else { throw error }
    }
    try complete(part, download, from: url)
    try check(part, download)
  }

  private func complete(
    _ part: String, _ download: Download, from url: String
  ) throws(Refusal) {
    for _ in 0..<Self.mostAttempts {
      let before = byteCount(part)
      if before == download.byteCount { return }
      if before > download.byteCount { try remove(part) }
      let start = byteCount(part)
      progress("\(url)" + (start > 0 ? " from byte \(start) on" : ""))
      let (status, message) = try transfer(url, to: part, from: start, download)
      let now = byteCount(part)
      if now > download.byteCount {
        try remove(part)
        throw Refusal("gave more than \(download.byteCount) bytes")
      }
      if now == download.byteCount { return }
      if status == 0, now == start || start == 0 {
        // The server says that this is all.
        throw Refusal("gave \(now) bytes")
      }
      if now <= start {
        // The server cannot go on within a file, or has none as long as the part (HTTP's 416).
        let isRange = [33, 36].contains(status) || status == 22 && message.hasSuffix(": 416")
        guard start > 0, isRange else { throw Refusal(message) }
        try remove(part)
      }
    }
    throw Refusal("was cut off \(Self.mostAttempts) times; \(byteCount(part)) bytes are kept")
  }

  /// Runs curl once.
  private func transfer(
    _ url: String, to part: String, from start: Int, _ download: Download
  ) throws(Refusal) -> (status: Int32, message: String) {
    var command = [
      "curl", "--fail", "--location", "--max-redirs", "5", "--connect-timeout", "30",
      // A connection that brings nothing for a minute is given up.
      "--speed-limit", "1", "--speed-time", "60",
      "--max-filesize", "\(download.byteCount)", "--output", part,
    ]
    if url.hasPrefix("https:") { command += ["--proto", "=https"] }
    if start > 0 { command += ["--continue-at", "\(start)"] }
    var message = ""
    var shown = -1
    let status: Int32
    do {
      // curl writes a line of its meter each second.
      status = try commands.run(command + [url]) { line in
        // The meter's line may not be finished when curl says why it ends.
        if let place = line.range(of: "curl: (") { message = String(line[place.lowerBound...]) }
        let count = byteCount(part)
        let percent = count * 100 / max(download.byteCount, 1)
        if percent / 10 > shown / 10 || shown < 0, (1...100).contains(percent) {
          shown = percent
          progress("\(download.file): \(percent)%")
        }
        return count <= download.byteCount
      }
    } catch {
      throw Refusal("curl could not be started: \(error)")
    }
    return (status, message.isEmpty ? Self.meaning(of: status) : message)
  }

  /// What a status of curl means where it does not say so itself.
  package static func meaning(of status: Int32) -> String {
    let reason: String? =
      switch status {
      case 6: "the host's name could not be resolved"
      case 7: "the host refused the connection"
      case 22: "the server answered with an error"
      case 28: "the connection timed out"
      case 35: "no encrypted connection could be made"
      case 60: "the server's certificate could not be verified"
      default: nil
      }
    return (reason.map { $0 + "; " } ?? "") + "curl ended with status \(status)"
  }

  private func check(_ part: String, _ download: Download) throws(Refusal) {
    let found: String
    do { found = try SHA256.hex(ofFile: part) } catch { throw Refusal(error.description) }
    if found == download.sha256 { return }
    try remove(part)
    throw Refusal("gave another file, with SHA-256 \(found)")
  }

  private func isRight(_ path: String, _ download: Download) throws(DatasetError) -> Bool {
    guard byteCount(path) == download.byteCount else { return false }
    do { return try SHA256.hex(ofFile: path) == download.sha256 } catch {
      throw DatasetError(error)
    }
  }

  /// The length of a file; 0 where there is none.
  private func byteCount(_ path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }

  private func remove(_ path: String) throws(Refusal) {
    guard unlink(path) == 0 || errno == ENOENT else {
      throw Refusal("\(path) cannot be removed: \(String(cString: strerror(errno)))")
    }
  }
}
