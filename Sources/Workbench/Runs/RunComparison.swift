import Formats
import Foundation
import Plots

/// Runs side by side: what differs in how they were trained, and their curves over one another.
public struct RunComparison: Sendable {
  /// The runs, in the order that was asked for.
  public let runs: [RunSummary]

  /// A comparison of at least two runs.
  /// - Throws: `WorkbenchError` for fewer, and for one named twice.
  public init(_ runs: [RunSummary]) throws(WorkbenchError) {
    guard runs.count >= 2 else {
      throw WorkbenchError(.usage, "RUN", "found \(runs.count), expected two or more runs")
    }
    for (index, run) in runs.enumerated()
    where runs[..<index].contains(where: { $0.folder.path == run.folder.path }) {
      throw WorkbenchError(.usage, "RUN", "\(run.folder.path) is named twice")
    }
    self.runs = runs
  }

  /// The settings whose values differ: a name, and each run's value as it stands in `run.yaml`.
  /// - Throws: What encoding throws.
  public func differences() throws -> [(setting: String, values: [String])] {
    let settings = try runs.map { run -> [String: JSONValue] in
      let data = try JSONEncoder().encode(run.description.request)
      let object = try JSONParser.parse(String(decoding: data, as: UTF8.self)).object
      return Dictionary(
        (object ?? JSONObject()).map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first }
      )
    }
    return Set(settings.flatMap(\.keys)).sorted().compactMap { name in
      // The network's text is what the model's name stands for.
      if name == "network" { return nil }
      let values = settings.map { $0[name].map { Self.text($0) } ?? "–" }
      return Set(values).count > 1 ? (name, values) : nil
    }
  }

  private static func text(_ value: JSONValue) -> String { value.string ?? value.text() }

  /// The loss of every run by epoch: on the validation set, or the training set where one of them has
  /// none.
  public func curves() -> LineChart {
    let isValidated = runs.allSatisfy { $0.epochs.allSatisfy { $0.validation != nil } }
    let names = names
    return LineChart(
      title: isValidated ? "Validation loss" : "Training loss", xLabel: "epoch", yLabel: "loss",
      series: zip(runs, names).map { run, name in
        Series(name, values: run.epochs.map { isValidated ? $0.loss : $0.train.loss })
      })
  }

  /// The runs' names, or paths where two names are the same.
  public var names: [String] {
    let names = runs.map(\.name)
    return Set(names).count == names.count ? names : runs.map(\.folder.path)
  }
}
