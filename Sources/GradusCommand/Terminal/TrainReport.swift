import ArgumentParser
import Formats
import Plots
import Workbench

/// What is shown of a training while it goes on and at its end.
struct TrainReport {
  let json: Bool
  private var line: ProgressLine?

  init(json: Bool) { self.json = json }

  /// Shows an event.
  mutating func report(_ event: TrainRun.Event) {
    switch event {
    case .started(let start):
      if !json {
        let done = start.epochsDone > 0 ? ", \(start.epochsDone) done" : ""
        Output.note(
          "\(start.model) (\(start.parameters) parameters) on "
            + Excerpt.count(start.samples, "sample") + " of "
            + start.data
            + (start.epochs > 0 ? ", " + Excerpt.count(start.epochs, "epoch") + done : "")
            + "; run \(start.run)")
        if start.patienceSpent == nil, start.epochs > 0, start.epochsDone >= start.epochs {
          Output.note("all of them are done: nothing is left to train")
        }
        if let weights = start.weights { Output.note(weights.description) }
      } else if let weights = start.weights {
        Output.print(
          json: ["event": "start", "run": .string(start.run), "weights": weights.json])
      }
      if let patience = start.patienceSpent {
        Output.note(
          "gradus: the run is over after epoch \(start.epochsDone): its validation loss has got no "
            + "lower for \(Excerpt.count(patience, "epoch")) (--patience \(patience)); nothing is left "
            + "to train")
      }
      // Made before the first step, so that its rate counts that step's time.
      line = ProgressLine(title: "epoch \(start.epochsDone + 1)")
    case .differs(let reasons):
      Output.note(
        "gradus: the run was started with \(reasons.joined(separator: ", ")): "
          + "the last bits will differ from an unbroken run's")
    case .dataDiffers(let before, let now):
      Output.note(
        "gradus: the run was started with \(Excerpt.count(before, "sample")) to train on, now \(now): "
          + "it goes on with other batches than an unbroken run")
    case .step(let step):
      line?.update(
        done: step.samples, total: step.sampleCount,
        fields: [
          ProgressBar.Field("loss", step.running.loss, style: .number),
          ProgressBar.Field("accuracy", step.running.accuracy, style: .percent),
        ])
    case .epoch(let record, let seconds):
      line?.clear()
      line = ProgressLine(title: "epoch \(record.epoch + 1)")
      if json {
        Output.print(json: record.json(seconds: seconds))
      } else {
        Output.note(Self.text(record, seconds: seconds))
      }
    case .skipped(let images):
      if json {
        Output.print(json: images.json)
      } else {
        Output.note(images.description)
      }
    }
  }

  private static func text(_ record: EpochRecord, seconds: Double) -> String {
    func scores(_ name: String, _ scores: Scores) -> String {
      "\(name) loss \(Text.fixed(scores.loss, 4)), accuracy \(Text.percent(scores.accuracy))"
    }
    let parts =
      [scores("training", record.train)]
      + (record.validation.map { [scores("validation", $0)] } ?? [])
    // Damaged ones, and those that they had left alone in a batch under batch normalisation.
    let skipped = record.skipped.map { "  " + Excerpt.count($0, "image") + " left out" } ?? ""
    return "epoch \(Text.right(record.epoch, 3))  " + parts.joined(separator: "  ")
      + "  \(Text.fixed(seconds, 2)) s" + skipped
  }

  /// Shows how the run ended; where it was stopped, whether `--resume` goes on with it.
  /// - Throws: Exit code 130 for a run that was stopped.
  func finish(_ result: TrainRun.Result, canResume: Bool = true) throws {
    if json {
      var members: [(key: String, value: JSONValue)] = [
        (key: "event", value: result.stopped ? "stopped" : "done"),
        (key: "run", value: .string(result.run)),
      ]
      if let test = result.test { members.append((key: "test", value: test.json)) }
      members += result.skipped.members
      members.append((key: "seconds", value: .number(result.seconds)))
      Output.print(json: .object(JSONObject(members)))
    } else {
      show(result, canResume: canResume)
    }
    if result.stopped { throw ExitCode(130) }
  }

  private func show(_ result: TrainRun.Result, canResume: Bool) {
    if result.epochs.count > 1 {
      Swift.print(
        TrainRun.curves(result.epochs, title: "the run").terminal(
          width: min(Output.width, 80), height: 14, color: Output.color))
    }
    if let test = result.test {
      let top = test.top.map { ", top \($0) \(Text.percent(test.topAccuracy))" } ?? ""
      Swift.print(
        "test accuracy \(Text.percent(test.accuracy))\(top), loss \(Text.fixed(test.loss, 4)); "
          + "\(Text.fixed(result.seconds, 1)) s; run \(result.run)")
    }
    if !result.skipped.files.isEmpty { Output.note("test set: \(result.skipped)") }
    if result.stopped {
      Output.note(
        canResume
          ? "stopped; `gradus train --resume \(result.run)` goes on from here"
          : "stopped; run \(result.run) keeps the classifier as far as it was trained")
    }
  }
}
