import Formats
import Foundation

/// A folder of checkpoints and its manifest, which lists each file with its checksum.
///
/// A file is written first and listed after, each atomically: whatever moment the process ends at,
/// the manifest lists only whole files. Older checkpoints are removed once a newer one is listed.
public struct CheckpointFolder: Sendable {
  /// One listed file.
  public struct Entry: Sendable, Codable, Hashable {
    /// Name within the folder.
    public let file: String
    /// Updates that had been done.
    public let step: Int
    /// Epochs that had been finished.
    public let epoch: Int
    /// The size of the file in bytes.
    public let byteCount: Int
    /// SHA-256 in hexadecimal.
    public let sha256: String
  }

  private struct Manifest: Codable {
    var format = 1
    var checkpoints: [Entry] = []
  }

  /// The folder's path.
  public let path: String
  /// How many of the newest checkpoints are kept.
  public let kept: Int

  /// A folder, which is made when the first checkpoint is saved.
  /// - Parameters:
  ///   - path: The folder's path.
  ///   - kept: How many of the newest checkpoints are kept; at least 1, 2 by default.
  public init(_ path: String, keeping kept: Int = 2) {
    self.path = path
    self.kept = max(kept, 1)
  }

  private var manifestPath: String { path + "/manifest.json" }

  /// The listed checkpoints, oldest first; none where there is no manifest.
  /// - Throws: `FormatError` for a manifest that cannot be read or is not what `save` writes.
  public func entries() throws -> [Entry] {
    guard FileManager.default.fileExists(atPath: manifestPath) else { return [] }
    let bytes = try Files.read(manifestPath, maximum: 1 << 20)
    func malformed(_ found: String, _ place: String = "") -> FormatError {
      FormatError(
        .malformed, file: manifestPath, place: place, found: found,
        expected: "a list of checkpoints as gradus train writes it")
    }
    // Parsed strictly first: doubled keys and deep nesting are refused there.
    _ = try JSONParser.parse(bytes, file: manifestPath)
    let manifest: Manifest
    do {
      manifest = try JSONDecoder().decode(Manifest.self, from: Data(bytes))
    } catch {
      throw malformed("\(error)")
    }
    guard manifest.format == 1 else { throw malformed("format \(manifest.format)", "format") }
    var names: Set<String> = []
    for (index, entry) in manifest.checkpoints.enumerated() {
      let place = "checkpoints[\(index)].file"
      guard entry.file == Self.name(step: entry.step) else {
        throw FormatError(
          .malformed, file: manifestPath, place: place, found: JSONValue.string(entry.file).text(),
          expected: "\"\(Self.name(step: entry.step))\", the name for step \(entry.step)")
      }
      guard names.insert(entry.file).inserted else {
        throw malformed("\(entry.file) a second time", place)
      }
    }
    return manifest.checkpoints
  }

  /// The only name that a checkpoint has; another in a manifest, such as a path, is refused.
  private static func name(step: Int) -> String {
    let digits = String(step)
    return "step-" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
      + ".safetensors"
  }

  /// Writes a checkpoint and lists it; removes those beyond the number kept.
  /// - Returns: The new entry of the list.
  /// - Throws: `FormatError` where the folder cannot be made, a file not be written or the manifest
  ///   not be read; the list is then as it was.
  @discardableResult
  public func save(_ checkpoint: Checkpoint) throws -> Entry {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw FormatError(
        .unwritable, file: path, found: "a folder that cannot be made", expected: "one that can")
    }
    let position = checkpoint.description.position
    let file = Self.name(step: position.step)
    let full = path + "/" + file
    let before = try entries()
    try checkpoint.write(to: full)
    do {
      return try list(file, position, before)
    } catch {
      // A file that is not listed would only take room.
      if !before.contains(where: { $0.file == file }) { unlink(full) }
      throw error
    }
  }

  private func list(
    _ file: String, _ position: TrainingPosition, _ before: [Entry]
  ) throws -> Entry {
    let full = path + "/" + file
    let attributes = try FileManager.default.attributesOfItem(atPath: full)
    let entry = Entry(
      file: file, step: position.step, epoch: position.epoch,
      byteCount: (attributes[.size] as? Int) ?? 0, sha256: try SHA256.hex(ofFile: full))
    var listed = before.filter { $0.file != file } + [entry]
    let removed = listed.prefix(max(0, listed.count - kept))
    listed.removeFirst(removed.count)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    let manifest = try encoder.encode(Manifest(checkpoints: listed))
    try AtomicFile.write(Array(manifest) + [10], to: manifestPath)
    for old in removed { unlink(path + "/" + old.file) }
    return entry
  }

  /// The newest listed checkpoint, checked against its checksum, or nil where none is listed.
  /// - Throws: `FormatError` where the file is missing or differs from what was written.
  public func latest() throws -> Checkpoint? {
    guard let entry = try entries().last else { return nil }
    return try load(entry)
  }

  /// A listed checkpoint, checked against its checksum.
  /// - Throws: `FormatError` where the file is missing or differs from what was written.
  public func load(_ entry: Entry) throws -> Checkpoint {
    let full = path + "/" + entry.file
    let found = try SHA256.hex(ofFile: full)
    guard found == entry.sha256 else {
      throw FormatError(
        .malformed, file: full, found: "SHA-256 \(found.prefix(16))…",
        expected: "\(entry.sha256.prefix(16))… as listed in manifest.json; "
          + "the file has changed since it was written")
    }
    return try Checkpoint(readingFrom: full)
  }
}
