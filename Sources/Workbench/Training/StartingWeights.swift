import Formats

/// The weights that training begins with, from a file.
public struct StartingWeights: Sendable, Codable, Hashable {
  /// The path of the safetensors file.
  public var file: String
  /// Whether what fits is taken where not everything does.
  public var isPartial: Bool
  /// Whether the classifier is drawn anew, and what the file has for it left out.
  public var hasNewClassifier: Bool
  /// What the learning rate is multiplied by for all layers below the classifier, at least 0; nil
  /// trains all alike.
  public var rateBelow: Double?

  /// Weights of a file; see the properties of the same names.
  public init(
    file: String, isPartial: Bool = false, hasNewClassifier: Bool = false,
    rateBelow: Double? = nil
  ) {
    self.file = file
    self.isPartial = isPartial
    self.hasNewClassifier = hasNewClassifier
    self.rateBelow = rateBelow
  }

  /// Loads the weights.
  ///
  /// With a new classifier, last layers of auxiliary heads whose number of classes is another are new
  /// too.
  /// - Parameter trainsHeads: Whether auxiliary heads are going to be used. Where not, the file may lack
  ///   them, as torchvision's do unless asked.
  /// - Throws: `WorkbenchError` for a file that cannot be read, and weights that do not fit.
  package func load(into layers: inout Sequential, trainsHeads: Bool = true) throws -> WeightsReport
  {
    do {
      let weights = try WeightsFile(file)
      let isUnused: (String) -> Bool =
        trainsHeads ? { _ in false } : layers.absentHeads(in: weights)
      guard hasNewClassifier else {
        return try layers.load(weights, partial: isPartial, excluding: isUnused)
      }
      let (path, classifier) = try layers.classifier()
      let classes = classifier.weight.shape[0]
      func isNew(_ problem: WeightsReport.Problem) -> Bool {
        guard case .misshapen(let found, let expected) = problem.kind else { return false }
        return expected.first == classes && found.dropFirst() == expected.dropFirst()
      }
      let isLeftOut = { (name: String) in name.hasPrefix(path + ".") || isUnused(name) }
      let report = layers.report(on: weights, excluding: isLeftOut)
      let new = Set(report.problems.filter(isNew).map(\.path))
      return try layers.load(
        weights, partial: isPartial, excluding: { isLeftOut($0) || new.contains($0) })
    } catch {
      throw WorkbenchError(error)
    }
  }

  /// How the weights fit where nothing is trained; none is read.
  /// - Throws: `FormatError` for a file that is none, and `WeightsError` for weights that do not fit,
  ///   unless partial ones will do.
  func report(on layers: Sequential) throws -> WeightsReport {
    let weights = try WeightsFile(file)
    let report = layers.report(on: weights, excluding: layers.absentHeads(in: weights))
    try report.require(partial: isPartial)
    return report
  }

  /// The groups of parameters that are trained at other rates.
  func groups(for model: Sequential) throws(TrainingError) -> [ParameterGroup] {
    guard let rateBelow else { return [] }
    return [
      ParameterGroup(paths: [try model.classifier().path + ".*"]),
      ParameterGroup(paths: ["*"], rateFactor: rateBelow),
    ]
  }
}

extension Sequential {
  /// Whether a path is of an auxiliary head of which a file has nothing.
  fileprivate func absentHeads(in weights: WeightsFile) -> (String) -> Bool {
    let absent = steps.filter { $0.layer is Auxiliary }.map { $0.path + "." }.filter { head in
      !weights.names.contains { $0.hasPrefix(head) }
    }
    return { name in absent.contains { name.hasPrefix($0) } }
  }
}

extension DatasetSplits {
  /// The same with all images at another size.
  /// - Throws: `DatasetError` where samples cannot be resized.
  func resized(to size: Int) throws(DatasetError) -> DatasetSplits {
    DatasetSplits(
      train: try train.resized(to: [size, size]),
      validation: try validation.resized(to: [size, size]),
      test: try test.resized(to: [size, size]))
  }
}
