import Formats
import Foundation
import Plots

/// A run's folder at a glance: what was trained, how far it came and how well.
public struct RunSummary: Sendable {
  /// The folder.
  public let folder: RunFolder
  /// What was trained and how.
  public let description: RunDescription
  /// The epochs that `metrics.jsonl` tells of.
  public let epochs: [RunEpoch]
  /// The time of the epochs so far, in seconds.
  public var seconds: Double { epochs.reduce(0) { $0 + $1.seconds } }
  /// When the run was last written to, in seconds since 1970.
  public let modified: Double

  /// Reads a run's folder.
  /// - Throws: `WorkbenchError` for a folder without a run, and for a damaged `metrics.jsonl` with the
  ///   line.
  public init(_ folder: RunFolder) throws {
    self.folder = folder
    description = try folder.read()
    epochs = try MetricsLog.read(folder.metricsPath)
    let paths = [folder.descriptionPath, folder.metricsPath]
    modified =
      paths.compactMap {
        let attributes = try? FileManager.default.attributesOfItem(atPath: $0)
        return (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970
      }.max() ?? 0
  }

  /// The folder's name without those above it.
  public var name: String { String(folder.path.split(separator: "/").last ?? "") }

  /// Whether nothing was trained: `gradus transfer --way features` has saved what a network gives
  /// before its classifier.
  public var holdsFeatures: Bool { description.request.transfer == .features }

  /// The epochs that were asked for; none where nothing was to be trained.
  public var epochCount: Int { holdsFeatures ? 0 : description.request.epochs }

  /// Whether as many epochs are done as were asked for, or the features are there.
  public var isFinished: Bool {
    holdsFeatures
      ? FileManager.default.fileExists(atPath: folder.featuresPath) : epochs.count >= epochCount
  }

  /// The epoch with the least validation loss, or training loss where nothing is validated on.
  public var best: RunEpoch? {
    epochs.filter(\.loss.isFinite).min { $0.loss < $1.loss }
  }

  /// The loss by epoch.
  public func curves() -> LineChart {
    var series = [Series("training", values: epochs.map(\.train.loss))]
    if epochs.allSatisfy({ $0.validation != nil }) {
      series.append(Series("validation", values: epochs.compactMap { $0.validation?.loss }))
    }
    return LineChart(title: "Loss of \(name)", xLabel: "epoch", yLabel: "loss", series: series)
  }

  /// A line an epoch, with headings.
  public var csv: String {
    let lines = epochs.map { epoch in
      let numbers = [
        epoch.train.loss, epoch.train.accuracy, epoch.validation?.loss, epoch.validation?.accuracy,
        epoch.seconds,
      ]
      return ([String(epoch.epoch)] + numbers.map { $0.map { String($0) } ?? "" })
        .joined(separator: ",")
    }
    let headings = "epoch,train_loss,train_accuracy,validation_loss,validation_accuracy,seconds"
    return ([headings] + lines).map { $0 + "\n" }.joined()
  }

  /// The runs in a folder, the newest first; folders that hold no run are left out.
  /// - Returns: The runs, and what keeps others from being read.
  /// - Throws: `WorkbenchError` where the folder cannot be read.
  public static func all(
    in path: String
  ) throws -> (runs: [RunSummary], problems: [WorkbenchError]) {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    } catch {
      throw WorkbenchError(
        .input, path,
        "no such folder, or not one that can be read; expected a folder of runs, such as "
          + "`gradus train` makes")
    }
    var runs: [RunSummary] = []
    var problems: [WorkbenchError] = []
    for name in names {
      let folder = RunFolder("\(path)/\(name)")
      guard folder.exists else { continue }
      do {
        runs.append(try RunSummary(folder))
      } catch {
        problems.append(WorkbenchError(error))
      }
    }
    return (runs.sorted { ($0.modified, $0.name) > ($1.modified, $1.name) }, problems)
  }

  /// What scripts read of a run.
  public var json: JSONValue {
    let request = description.request
    var members: [(key: String, value: JSONValue)] = [
      ("run", .string(folder.path)), ("model", .string(request.model)),
      ("data", .string(request.data)), ("epochs", .integer(epochCount)),
      ("epochs_done", .integer(epochs.count)), ("finished", .bool(isFinished)),
      ("seconds", .number(seconds)),
    ]
    if let way = request.transfer { members.append(("transfer", .string(way.rawValue))) }
    if let best {
      members.append(("best_epoch", .integer(best.epoch)))
      members.append(("train", best.train.json))
      if let validation = best.validation { members.append(("validation", validation.json)) }
    }
    return .object(JSONObject(members))
  }
}
