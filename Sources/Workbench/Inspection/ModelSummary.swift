import Formats

/// A network layer by layer: the work behind `gradus summary`.
public enum ModelSummary {
  /// What a summary shows.
  public struct Result: Sendable {
    /// The model's name.
    public let model: String
    /// Its layers.
    public let summary: Summary
    /// How weights of a file fit it; nil where none are named.
    public let weights: WeightsReport?

    /// What `gradus summary --json` prints, for scripts to read; shapes without the batch axis.
    public var json: JSONValue {
      func sizes(_ shape: Shape) -> JSONValue {
        .array(shape.dropFirst().map { .integer($0) })
      }
      let layers = summary.rows.map { row -> JSONValue in
        [
          "path": .string(row.path), "kind": .string(row.kind), "output": sizes(row.output),
          "parameters": .integer(row.parameters),
          "multiply_adds": .integer(row.multiplyAdds),
          "receptive_field": row.receptiveField.map { .array($0.map { .integer($0) }) } ?? .null,
        ]
      }
      var members: [(key: String, value: JSONValue)] = [
        (key: "model", value: .string(model)), (key: "input", value: sizes(summary.input)),
        (key: "parameters", value: .integer(summary.parameters)),
        (key: "multiply_adds", value: .integer(summary.multiplyAdds)),
        (key: "layers", value: .array(layers)),
      ]
      if let weights { members.append((key: "weights", value: weights.json)) }
      return .object(JSONObject(members))
    }
  }

  /// Summarises a model, for the samples of a data set where one is named.
  ///
  /// - Parameters:
  ///   - model: A name of the catalogue, or the path of a network file.
  ///   - data: A data set's name or path; nil takes the model's own input, or 28 × 28 pixels.
  ///   - weights: A file that is held against the model as it is used, so that it may lack auxiliary
  ///     heads; nil for none.
  ///   - imageSize: Rows and columns of the images that the model takes; nil for its own, or the
  ///     data's.
  /// - Throws: `WorkbenchError` for an unknown name, a wrong file, data that do not fit, a network
  ///   file for images of another size, and weights of which not all fit, unless partial ones will do.
  public static func perform(
    model: String, data: String?, weights: StartingWeights? = nil, imageSize: Int? = nil
  ) throws -> Result {
    do {
      try TrainRequest.checkImageSize(imageSize)
      var sample: Shape?
      var classes: Int?
      if let data {
        // Only sizes and classes are looked at, of which damaged images tell nothing.
        let images = ImageOptions(
          size: imageSize.map { ImageOptions.Size(height: $0, width: $0) },
          largest: try Network.imageSize(of: model), corrupt: .skip)
        var set = try DataCatalog.splits(data, images: images).train
        if let imageSize { set = try set.resized(to: [imageSize, imageSize]) }
        sample = set.sampleShape
        classes = set.classNames.count
      }
      let network = try Network(model, sample: sample, classes: classes, imageSize: imageSize)
      let report = try weights?.report(on: network.layers)
      return Result(
        model: network.name,
        summary: try network.layers.summary(input: Shape([1] + network.input)), weights: report)
    } catch {
      throw WorkbenchError(error)
    }
  }
}
