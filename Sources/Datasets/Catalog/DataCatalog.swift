import Formats

/// The data sets that are known by name, and the way from a name or a path to samples.
public enum DataCatalog {
  /// The data sets that are known by name.
  public static let entries: [CatalogEntry] = [.digits, .mnist, .fashionMNIST, .cifar10]

  /// The names of the data sets.
  public static var names: [String] { entries.map(\.name) }

  /// The data set of a name.
  /// - Throws: `DatasetError` that suggests the nearest name.
  public static func entry(named name: String) throws(DatasetError) -> CatalogEntry {
    if let entry = entries.first(where: { $0.name == name }) { return entry }
    let all = names.joined(separator: ", ")
    let path = "the path of \(Self.paths)"
    throw DatasetError(
      .unknown, at: "data", found: Excerpt.quoted(name),
      expected: nearestName(name, among: names).map {
        "one of \(all), or \(path); did you mean \(Excerpt.quoted($0))?"
      } ?? "one of \(all), or \(path)")
  }

  private static let paths =
    "a folder with IDX files, CIFAR batches or folders of images, or of a CSV or CIFAR file"

  /// The parts of a data set.
  ///
  /// - Parameters:
  ///   - data: A name of the catalogue; or the path of a folder that holds IDX files as MNIST has
  ///     them, see ``IDXFolder``, CIFAR-10's batches, see ``CIFARFolder``, or folders of images, see
  ///     ``ImageFolder``; or the path of a CSV file, see ``CSVSamples``, or of a file of CIFAR-10's
  ///     records, see ``CIFARFile``. Text with a slash and what stands in the working folder under no
  ///     catalogue's name are paths.
  ///   - places: The folders in which named data sets are looked for.
  ///   - images: How images in files become samples.
  /// - Throws: `DatasetError` for an unknown name, for a data set whose files are not there, with
  ///   what to do about it, and for files that are wrong.
  public static func splits(
    _ data: String, places: DataPlaces = DataPlaces(), images: ImageOptions = ImageOptions()
  ) throws(DatasetError) -> DatasetSplits {
    let isName = names.contains(data)
    let kind = isName ? .nothing : PathKind(data)
    if !isName && (kind != .nothing || looksLikePath(data)) {
      switch kind {
      case .folder: return try splits(ofFolder: data, images)
      case .other:
        if CSVSamples.isName(data) { return try CSVSamples.read(data).splits() }
        if CIFARFile.isName(data) { return try CIFARFile.read(data).splits() }
        throw DatasetError(
          .unsupported, at: data, found: "a file",
          expected: "a folder, or a file whose name ends in .csv, .tsv or .bin (.gz)")
      case .nothing:
        throw DatasetError(
          .missing, at: data, found: "no such file or folder",
          expected: "\(Self.paths), or one of " + names.joined(separator: ", "))
      }
    }
    let entry = try entry(named: data)
    if entry.installation == .embedded { return Digits.splits }
    guard
      let folder = location(of: entry, places: places)
        ?? partialLocation(of: entry, places: places)
    else {
      throw missing(entry, places: places)
    }
    return try splits(of: entry, in: folder)
  }

  /// The parts of a data set of the catalogue whose files are in a folder.
  static func splits(
    of entry: CatalogEntry, in folder: String
  ) throws(DatasetError) -> DatasetSplits {
    switch entry.layout {
    case .idx: try IDXFolder(folder, of: entry).splits()
    case .cifar: try CIFARFolder(folder, name: entry.name).splits()
    }
  }

  /// The parts of whatever a folder holds, which the files in it tell.
  private static func splits(
    ofFolder path: String, _ images: ImageOptions
  ) throws(DatasetError) -> DatasetSplits {
    if CIFARFolder(path).hasFiles { return try CIFARFolder(path).splits() }
    if IDXFolder(path).hasFiles { return try IDXFolder(path).splits() }
    let folder = ImageFolder(path, images)
    guard folder.hasFolders else {
      throw DatasetError(
        .missing, at: path, found: "no data set of a kind that is known",
        expected: "IDX files named as MNIST's (train-images-idx3-ubyte and so on), CIFAR batches "
          + "(data_batch_1.bin to data_batch_5.bin and test_batch.bin), or folders of images "
          + "(CLASS/*.jpg, or train/CLASS/*.png with test/… or val/…)")
    }
    return try folder.splits()
  }

  /// The folder in which all of a data set's files are; nil where no place has them all, as after an
  /// installation that was cut off, and for an embedded data set.
  public static func location(
    of entry: CatalogEntry, places: DataPlaces = DataPlaces()
  ) -> String? {
    guard entry.installation != .embedded else { return nil }
    return places.candidates(for: entry.name).first { folder in
      switch entry.layout {
      case .idx: IDXFolder(folder).hasAllFiles
      case .cifar: CIFARFolder(folder).hasAllFiles
      }
    }
  }

  /// The first folder in which images to train with are, whatever else is missing: reading it says
  /// what.
  static func partialLocation(of entry: CatalogEntry, places: DataPlaces) -> String? {
    guard entry.installation != .embedded else { return nil }
    return places.candidates(for: entry.name).first { folder in
      switch entry.layout {
      case .idx: IDXFolder(folder).hasTrainingImages
      case .cifar: CIFARFolder(folder).hasTrainingImages
      }
    }
  }

  /// What to do where a data set is not there, as a sentence.
  public static func advice(
    for entry: CatalogEntry, places: DataPlaces = DataPlaces()
  ) -> String {
    let folders = places.candidates(for: entry.name).joined(separator: ", ")
    let files: String
    switch (entry.installation, entry.layout) {
    case (.embedded, _): return "nothing to do, it is part of the program"
    case (_, .idx):
      files = entry.digests.map { $0.file + ".gz" }.joined(separator: ", ") + " (or without .gz)"
    case (_, .cifar):
      files = (CIFARFolder.trainingNames + [CIFARFolder.testName]).joined(separator: ", ")
    }
    return "`gradus data install \(entry.name)`, or its files \(files) in one of these folders, or "
      + "their folder as --data PATH: \(folders)"
  }

  static func missing(_ entry: CatalogEntry, places: DataPlaces) -> DatasetError {
    DatasetError(
      .missing, at: entry.name, found: "no files of this data set",
      expected: advice(for: entry, places: places))
  }

  private static func looksLikePath(_ data: String) -> Bool {
    data.contains("/") || data.hasPrefix(".") || CSVSamples.isName(data) || CIFARFile.isName(data)
  }
}
