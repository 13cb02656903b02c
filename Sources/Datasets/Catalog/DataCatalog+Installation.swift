import Formats
import Foundation
import Logging

extension DataCatalog {
  /// Brings a data set to this machine and verifies it: one of a Debian package by `apt-get`, as
  /// root or by `sudo` where that asks for no password; another by `curl` into the first of the
  /// places. What a cut connection left is gone on with the next time.
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
    let from: String
    switch entry.installation {
    case .embedded: return nil
    case .debian(let package):
      from = package
      try installPackage(
        package, of: entry, places: places, commands: commands, progress: progress)
    case .download(let downloads):
      from = downloads.map(\.file).joined(separator: ", ")
      try fetch(downloads, of: entry, places: places, commands: commands, progress: progress)
    }
    // What is still not whole is told by name when it is verified.
    guard
      let folder = location(of: entry, places: places)
        ?? partialLocation(of: entry, places: places)
    else {
      throw DatasetError(
        .missing, at: entry.name,
        found: "no files of this data set after the installation of \(from)",
        expected: advice(for: entry, places: places))
    }
    try verify(entry, in: folder, progress: progress)
    return folder
  }

  /// Reads a data set's files, compares the SHA-256 of their contents with those published, where they
  /// are known singly, or else with those that they had when they were unpacked, and counts.
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
    for (path, expected) in try UnpackedDigests.read(in: folder) {
      let file = "\(folder)/\(path)"
      // What is missing and needed is told when the parts are read.
      guard case .other = PathKind(file) else { continue }
      let found: String
      do { found = try SHA256.hex(ofFile: file) } catch { throw DatasetError(error) }
      guard found == expected else {
        throw DatasetError(
          .malformed, at: file, found: "content with SHA-256 \(found)",
          expected: "\(expected), as it was unpacked; without the file `gradus data install "
            + "\(entry.name)` fetches it again")
      }
      progress("\(file): SHA-256 is that of what was unpacked")
    }
    let splits = try splits(of: entry, in: folder)
    let counts = [splits.train.count, splits.validation.count, splits.test.count]
    let expected = [entry.trainCount, entry.validationCount, entry.testCount]
    guard counts == expected else {
      throw DatasetError(
        .mismatched, at: folder, found: "\(counts) samples to train, validate and test",
        expected: "\(expected)")
    }
    progress("\(entry.name): \(entry.count) samples")
  }

  /// Fetches the files of a data set, and unpacks those that are archives.
  private static func fetch(
    _ downloads: [Download], of entry: CatalogEntry, places: DataPlaces,
    commands: some CommandRunner, progress: (String) -> Void
  ) throws(DatasetError) {
    guard let folder = places.candidates(for: entry.name).first else {
      throw DatasetError(
        .refused, at: entry.name, found: "no folder for data sets",
        expected: "GRADUS_DATA or HOME in the environment")
    }
    try withoutActuallyEscaping(progress) { (progress) throws(DatasetError) in
      let downloader = Downloader(commands: commands, progress: progress)
      for download in downloads {
        let path = try downloader.fetch(download, into: folder)
        if download.isArchive { try unpack(path, into: folder, progress: progress) }
      }
    }
  }

  /// The largest file in an archive that is unpacked: eight times those of CIFAR-10.
  private static let largestUnpacked = 1 << 28

  /// Unpacks a verified archive, notes the digests of what was in it, and removes it.
  private static func unpack(
    _ path: String, into folder: String, progress: (String) -> Void
  ) throws(DatasetError) {
    do {
      let reader = TarReader(
        try Files.read(path), maximumFile: largestUnpacked, file: path)
      var digests: [UnpackedDigests.Digest] = []
      while let file = try reader.next() {
        let target = "\(folder)/\(file.path)"
        let parent = target.prefix(upTo: target.lastIndex(of: "/")!)
        try FileManager.default.createDirectory(
          atPath: String(parent), withIntermediateDirectories: true)
        try AtomicFile.write(file.content, to: target)
        digests.append((path: file.path, sha256: SHA256.hex(of: file.content)))
        progress("\(target): \(file.content.count) bytes")
      }
      try UnpackedDigests.write(digests, in: folder)
      try FileManager.default.removeItem(atPath: path)
    } catch let error as FormatError {
      throw DatasetError(error)
    } catch {
      throw DatasetError(
        .refused, at: folder, found: "\(error.localizedDescription)",
        expected: "a folder that this user may write to")
    }
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
        (try? commands.run(["sudo", "-n", "true"]) { _ in true }) == 0
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
          return true
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
