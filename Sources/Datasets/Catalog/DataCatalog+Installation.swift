import Formats
import Foundation
import Logging

extension DataCatalog {
  /// Brings a data set to this machine and verifies it: one of a Debian package by `apt-get`, as
  /// root or by `sudo` where that asks for no password.
  /// - Parameters:
  ///   - name: A name of the catalogue.
  ///   - places: The folders in which data sets are looked for.
  ///   - logger: Told the same lines (info), and of what failed (error).
  ///   - progress: Called with a line of text for each step, and with what `apt-get` says.
  /// - Returns: The folder where the data set is now; nil where it is part of the program.
  /// - Throws: `DatasetError` for an unknown name; where the system does not install, with the
  ///   command or the files that would do; where the files that came are not those expected.
  @discardableResult
  public static func install(
    _ name: String, places: DataPlaces = DataPlaces(), logger: Logger = .silent,
    progress: (String) -> Void = { _ in }
  ) throws(DatasetError) -> String? {
    try install(
      entry(named: name), places: places, commands: SystemCommands(), logger: logger,
      progress: progress)
  }

  package static func install(
    _ entry: CatalogEntry, places: DataPlaces, commands: some CommandRunner, logger: Logger,
    progress: (String) -> Void
  ) throws(DatasetError) -> String? {
    do {
      return try install(entry, places: places, commands: commands) { line in
        logger.info("\(line)", metadata: ["data": "\(entry.name)"])
        progress(line)
      }
    } catch {
      logger.error(
        "installation failed", metadata: ["data": "\(entry.name)", "reason": "\(error)"])
      throw error
    }
  }

  package static func install(
    _ entry: CatalogEntry, places: DataPlaces, commands: some CommandRunner,
    progress: (String) -> Void
  ) throws(DatasetError) -> String? {
    if entry.installation == .embedded {
      progress("\(entry.name) is part of the program")
      return nil
    }
    if let folder = location(of: entry, places: places) {
      progress("\(entry.name) is in \(folder)")
      try verify(entry, in: folder, progress: progress)
      return folder
    }
    guard case .debian(let package) = entry.installation else {
      throw missing(entry, places: places)
    }
    try installPackage(package, of: entry, places: places, commands: commands, progress: progress)
    guard let folder = location(of: entry, places: places) else {
      throw DatasetError(
        .missing, at: entry.name,
        found: "no files of this data set after the installation of \(package)",
        expected: advice(for: entry, places: places))
    }
    try verify(entry, in: folder, progress: progress)
    return folder
  }

  /// Reads a data set's files, compares the SHA-256 of their contents with those published, and
  /// counts.
  /// - Throws: `DatasetError` for a file that is missing, damaged or another.
  public static func verify(
    _ entry: CatalogEntry, in folder: String, progress: (String) -> Void = { _ in }
  ) throws(DatasetError) {
    for (name, expected) in entry.digests {
      let stem = name.split(separator: "-").prefix(2).joined(separator: "-")
      let rank = name.contains("idx1") ? 1 : 3
      guard let file = IDXFolder(folder).find([stem], ranks: [rank]) else {
        throw DatasetError(
          .missing, at: folder, found: "no \(name)(.gz)", expected: "that file of \(entry.name)")
      }
      let found: String
      do {
        var bytes = try Files.read(file)
        if Gzip.isGzip(bytes) {
          bytes = try Gzip.decompress(bytes, maximum: Files.defaultMaximum, file: file)
        }
        found = SHA256.hex(of: bytes)
      } catch {
        throw DatasetError(error)
      }
      guard found == expected else {
        throw DatasetError(
          .malformed, at: file, found: "content with SHA-256 \(found)",
          expected: "\(expected), that of \(entry.name)")
      }
      progress("\(file): SHA-256 is right")
    }
    let splits = try IDXFolder(folder, of: entry).splits()
    let counts = [splits.train.count, splits.validation.count, splits.test.count]
    let expected = [entry.trainCount, entry.validationCount, entry.testCount]
    guard counts == expected else {
      throw DatasetError(
        .mismatched, at: folder, found: "\(counts) samples to train, validate and test",
        expected: "\(expected)")
    }
    progress("\(entry.name): \(entry.count) samples")
  }

  private static func installPackage(
    _ package: String, of entry: CatalogEntry, places: DataPlaces, commands: some CommandRunner,
    progress: (String) -> Void
  ) throws(DatasetError) {
    func refused(_ found: String, _ expected: String) -> DatasetError {
      DatasetError(.refused, at: entry.name, found: found, expected: expected)
    }
    guard commands.exists("apt-get") else {
      let folders = places.candidates(for: entry.name).joined(separator: ", ")
      throw refused(
        "no apt-get on this system",
        "its files (\(entry.source)) in one of these folders, or their folder as --data PATH: "
          + folders)
    }
    let install = ["apt-get", "install", "--yes", "--no-install-recommends", package]
    let byHand = "`sudo apt-get install \(package)`"
    var prefix: [String] = []
    if !commands.isRoot {
      guard commands.exists("sudo"),
        (try? commands.run(["sudo", "-n", "true"]) { _ in }) == 0
      else { throw refused("no right to install packages", byHand) }
      prefix = ["sudo", "-n"]
    }
    var lastLine = ""
    /// Whether the command succeeded.
    func run(_ command: [String]) throws(DatasetError) -> Bool {
      let command = prefix + command
      progress(command.joined(separator: " "))
      do {
        return try commands.run(command) { line in
          lastLine = line
          progress(line)
        } == 0
      } catch {
        throw refused("\(command[0]) could not be started: \(error)", byHand)
      }
    }
    // A fresh system has no lists of packages yet.
    if try run(install) { return }
    if try run(["apt-get", "update"]), try run(install) { return }
    throw refused("apt-get failed, last with \(Excerpt.quoted(lastLine))", "\(byHand) to succeed")
  }
}
