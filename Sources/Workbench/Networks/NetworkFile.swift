import Formats
import Foundation

/// A network written as YAML:
///
/// ```yaml
/// name: small-cnn
/// input: [1, 32, 32]        # channels, rows, columns; the data's own size where left out
/// layers:
///   - conv2d: {filters: 8, kernel: 3, padding: 1}
///   - batch-norm
///   - relu
///   - max-pool: 2
///   - flatten
///   - dense: 10
/// loss: cross-entropy
/// ```
///
/// Sizes of inputs follow from the layer before.
public struct NetworkFile: Sendable {
  /// The network's name: the file's own `name`, otherwise its file name without the ending.
  public let name: String
  /// The shape of a sample, or nil for the data's own.
  public let input: Shape?
  /// What it is trained on; cross-entropy where the file says nothing.
  public let loss: ModelCatalog.Loss
  /// The file's text, which a run keeps.
  public let text: String
  private let file: String

  /// Reads a file; `layers(for:)` makes the layers.
  /// - Throws: `WorkbenchError` with the place in the file.
  public init(path: String) throws {
    try self.init(text: YAMLValue.text(of: path), file: path)
  }

  /// Reads a text.
  /// - Parameters:
  ///   - text: The YAML.
  ///   - file: The name that errors give.
  /// - Throws: `WorkbenchError` with the place in the text.
  public init(text: String, file: String) throws {
    self.text = text
    self.file = file
    let members = try YAMLValue(text: text, file: file).members(["name", "input", "layers", "loss"])
    name =
      try members["name"]?.string("a name")
      ?? URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
    // The name becomes that of the run's folder.
    if let value = members["name"] {
      let isPlain = name.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || ("0"..."9").contains($0)
          || " -_.+".unicodeScalars.contains($0)
      }
      guard isPlain, (1...64).contains(name.count), !name.hasPrefix(".") else {
        throw value.expected("1 to 64 letters, digits, spaces and - _ . +, the first no dot")
      }
    }
    if let value = members["input"] {
      let sizes = try value.list("[features] or [channels, rows, columns]").map {
        try $0.integer(1...1_000_000)
      }
      guard sizes.count == 1 || sizes.count == 3 else {
        throw value.expected("[features] or [channels, rows, columns]")
      }
      guard sizes.reduce(1, *) <= LayerReader.mostElements else {
        throw value.expected("at most \(LayerReader.mostElements) numbers a sample")
      }
      input = Shape(sizes)
    } else {
      input = nil
    }
    if let value = members["loss"] {
      let name = try value.string("a loss")
      guard let known = ModelCatalog.Loss(rawValue: name) else {
        throw value.expected(
          "one of " + ModelCatalog.Loss.allCases.map(\.rawValue).joined(separator: ", "))
      }
      loss = known
    } else {
      loss = .crossEntropy
    }
  }

  /// The network for samples of the given shape (batch axis left out).
  /// - Throws: `WorkbenchError` naming the layer that does not fit.
  public func layers(for sample: Shape) throws -> Sequential {
    let value = try YAMLValue(text: text, file: file)
    guard let list = try value.members(["name", "input", "layers", "loss"])["layers"] else {
      throw value.missing("layers")
    }
    var shape = Shape([1] + sample)
    let network = try LayerReader.sequence(list, input: &shape)
    return network
  }
}
