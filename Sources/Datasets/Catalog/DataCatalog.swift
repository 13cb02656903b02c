import Formats

/// The data sets that are known by name, and the way from a name or a path to samples.
public enum DataCatalog {
  /// The data sets that are known by name.
  public static let entries: [CatalogEntry] = [.digits, .mnist, .fashionMNIST]

  /// The names of the data sets.
  public static var names: [String] { entries.map(\.name) }

  /// The data set of a name.
  /// - Throws: `DatasetError` that suggests the nearest name.
  public static func entry(named name: String) throws(DatasetError) -> CatalogEntry {
    if let entry = entries.first(where: { $0.name == name }) { return entry }
    let all = names.joined(separator: ", ")
    let path = "the path of a folder with IDX files or of a CSV file"
    throw DatasetError(
      .unknown, at: "data", found: Excerpt.quoted(name),
      expected: nearestName(name, among: names).map {
        "one of \(all), or \(path); did you mean \(Excerpt.quoted($0))?"
      } ?? "one of \(all), or \(path)")
  }

  /// The parts of a data set.
  ///
  /// - Parameters:
  ///   - data: A name of the catalogue; or the path of a folder that holds IDX files as MNIST has
  ///     them, see ``IDXFolder``; or the path of a CSV file, see ``CSVSamples``. Text with a slash
  ///     and what stands in the working folder under no catalogue's name are paths.
  ///   - places: The folders in which named data sets are looked for.
  /// - Throws: `DatasetError` for an unknown name, for a data set whose files are not there, with
  ///   what to do about it, and for files that are wrong.
  public static func splits(
    _ data: String, places: DataPlaces = DataPlaces()
  ) throws(DatasetError) -> DatasetSplits {
    let isName = names.contains(data)
    let kind = isName ? .nothing : PathKind(data)
    if !isName && (kind != .nothing || looksLikePath(data)) {
      switch kind {
      case .folder: return try IDXFolder(data).splits()
      case .other:
        guard CSVSamples.isName(data) else {
          throw DatasetError(
            .unsupported, at: data, found: "a file",
            expected: "a folder with IDX files, or a file whose name ends in .csv or .tsv (.gz)")
        }
        return try CSVSamples.read(data).splits()
      case .nothing:
        throw DatasetError(
          .missing, at: data, found: "no such file or folder",
          expected: "a folder with IDX files, a CSV file, or one of "
            + names.joined(separator: ", "))
      }
    }
    let entry = try entry(named: data)
    if entry.installation == .embedded { return Digits.splits }
    guard let folder = location(of: entry, places: places) else {
      throw missing(entry, places: places)
    }
    return try IDXFolder(folder, of: entry).splits()
  }

  /// The folder in which a data set's files are; nil where they are in none of the places, and for
  /// an embedded data set.
  public static func location(
    of entry: CatalogEntry, places: DataPlaces = DataPlaces()
  ) -> String? {
    guard entry.installation != .embedded else { return nil }
    return places.candidates(for: entry.name).first { IDXFolder($0).hasTrainingImages }
  }

  /// What to do where a data set is not there, as a sentence.
  public static func advice(
    for entry: CatalogEntry, places: DataPlaces = DataPlaces()
  ) -> String {
    let folders = places.candidates(for: entry.name).joined(separator: ", ")
    let files = entry.digests.map { $0.file + ".gz" }.joined(separator: ", ")
    let byHand =
      "its files \(files) (or without .gz) in one of these folders, or their folder as "
      + "--data PATH"
    return switch entry.installation {
    case .embedded: "nothing to do, it is part of the program"
    case .debian:
      "`gradus data install \(entry.name)`, or \(byHand): \(folders)"
    case .files: "\(byHand): \(folders)"
    }
  }

  static func missing(_ entry: CatalogEntry, places: DataPlaces) -> DatasetError {
    DatasetError(
      .missing, at: entry.name, found: "no files of this data set",
      expected: advice(for: entry, places: places))
  }

  private static func looksLikePath(_ data: String) -> Bool {
    data.contains("/") || data.hasPrefix(".") || CSVSamples.isName(data)
  }
}
