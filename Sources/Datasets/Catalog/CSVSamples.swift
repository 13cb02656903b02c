import Arrays
import Formats

/// Samples in a CSV file: a row each, numbers and one column of labels.
///
/// The label column is the one that a header names `label` (in small or capital letters), otherwise
/// the last. Labels are whole numbers from 0, or any text.
public enum CSVSamples {
  /// Whether a file's name says that it is a CSV file, its fields divided by commas (`.csv`) or
  /// tabs (`.tsv`), compressed by gzip (`.gz`) or not.
  public static func isName(_ path: String) -> Bool {
    let name = path.lowercased()
    return [".csv", ".tsv", ".csv.gz", ".tsv.gz"].contains { name.hasSuffix($0) }
  }

  /// Reads a file.
  /// - Throws: `DatasetError` where it cannot be read, with line and column where a field is no
  ///   finite number, a row has too many or too few, or there are no rows.
  public static func read(_ path: String) throws(DatasetError) -> Dataset {
    let table: CSVTable
    do {
      var bytes = try Files.read(path)
      if Gzip.isGzip(bytes) {
        bytes = try Gzip.decompress(bytes, maximum: Files.defaultMaximum, file: path)
      }
      let name = path.lowercased()
      let isTabbed = name.hasSuffix(".tsv") || name.hasSuffix(".tsv.gz")
      var options = CSVOptions(
        labels: .classes(.index(-1)), delimiter: isTabbed ? "\t" : ",")
      if let header = labelName(in: bytes, delimiter: UInt8(options.delimiter.value)) {
        options.header = .present
        options.labels = .classes(.name(header))
      }
      table = try CSV.decode(bytes, options, file: path)
    } catch {
      throw DatasetError(error)
    }
    guard let labels = table.labels else { fatalError("CSVSamples: no labels were read") }
    let classes =
      table.classes.isEmpty
      ? try classNames(numbering: [labels], place: path) : table.classes
    return try Dataset(name: path, inputs: table.features, labels: labels, classNames: classes)
  }

  /// The field of the first line that says `label`, as it is written there.
  private static func labelName(in bytes: [UInt8], delimiter: UInt8) -> String? {
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let line = bytes[start...].prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    for field in line.split(separator: delimiter) {
      let marks: [UInt8] = [UInt8(ascii: " "), UInt8(ascii: "\"")]
      var content = field.drop { marks.contains($0) }
      while let last = content.last, marks.contains(last) { content.removeLast() }
      let text = String(decoding: content, as: UTF8.self)
      if text.lowercased() == "label" { return text }
    }
    return nil
  }
}
