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
      return [
        "model": .string(model), "input": sizes(summary.input),
        "parameters": .integer(summary.parameters),
        "multiply_adds": .integer(summary.multiplyAdds),
        "layers": .array(
          summary.rows.map { row in
            [
              "path": .string(row.path), "kind": .string(row.kind), "output": sizes(row.output),
              "parameters": .integer(row.parameters),
              "multiply_adds": .integer(row.multiplyAdds),
              "receptive_field": row.receptiveField.map { .array($0.map { .integer($0) }) }
                ?? .null,
            ]
          }),
      ]
    }
  }

  /// Summarises a model, for the samples of a data set where one is named.
  ///
  /// - Parameters:
  ///   - model: A name of the catalogue, or the path of a network file.
  ///   - data: A data set's name or path; nil takes the model's own input, or 28 × 28 pixels.
  ///   - weights: A file that is held against the model; nil for none.
  /// - Throws: `WorkbenchError` for an unknown name, a wrong file, data that do not fit, and weights
  ///   of which not all fit, unless partial ones will do.
  public static func perform(
    model: String, data: String?, weights: StartingWeights? = nil
  ) throws -> Result {
    do {
      var sample: Shape?
      var classes: Int?
      if let data {
        let images = ImageOptions(largest: try Network.imageSize(of: model))
        let set = try DataCatalog.splits(data, images: images).train
        sample = set.sampleShape
        classes = set.classNames.count
      }
      let network = try Network(model, sample: sample, classes: classes)
      let report = try weights.map { network.layers.report(on: try WeightsFile($0.file)) }
      try report?.require(partial: weights?.isPartial == true)
      return Result(
        model: network.name,
        summary: try network.layers.summary(input: Shape([1] + network.input)), weights: report)
    } catch {
      throw WorkbenchError(error)
    }
  }
}
