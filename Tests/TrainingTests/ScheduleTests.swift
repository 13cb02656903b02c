import Formats
import Foundation
import TestSupport
import Testing
import Training

@Suite("Schedules of the learning rate")
struct ScheduleTests {
  static let cases = ((try? References("update-rules"))?.cases ?? []).filter {
    $0.name.hasPrefix("schedule/")
  }

  @Test("the cases are read")
  func casesAreRead() { #expect(Self.cases.count == 12) }

  private static func decode(_ text: some Sequence<UInt8>) throws -> Schedule {
    try JSONDecoder().decode(Schedule.self, from: Data(text))
  }

  /// An epoch in which every metric is this number.
  private static func record(_ epoch: Int, _ value: Double) throws -> EpochRecord {
    let scores = ["loss": value, "accuracy": value, "topAccuracy": value]
    let scoresText = String(decoding: try JSONEncoder().encode(scores), as: UTF8.self)
    let text = #"{"epoch": \#(epoch), "train": \#(scoresText), "validation": \#(scoresText)}"#
    return try JSONDecoder().decode(EpochRecord.self, from: Data(text.utf8))
  }

  @Test("agree with PyTorch's", arguments: cases)
  func pytorch(_ item: References.Case) throws {
    let references = try References("update-rules")
    let schedule = try Self.decode(try #require(item.parameters["schedule"]).encoded())
    #expect(try Self.decode(JSONEncoder().encode(schedule)) == schedule)
    let name = item.name.replacing("schedule/", with: "")
    let expected = try references.tensor(item.name).doubles
    let momenta =
      references.names.contains("momentum/" + name)
      ? try references.tensor("momentum/" + name).doubles : nil
    let metric =
      references.names.contains("metric/" + name)
      ? try references.tensor("metric/" + name).doubles : nil
    var history: [EpochRecord] = []
    for unit in expected.indices {
      let values = schedule.values(
        at: .init(
          step: unit, of: expected.count, epoch: unit, of: expected.count, history: history))
      // PyTorch multiplies on from unit to unit, which rounds at each.
      #expect(abs(values.rateFactor - expected[unit]) < 1e-13, "\(unit)")
      #expect((values.momentum == nil) == (momenta == nil))
      if let momentum = values.momentum, let momenta {
        #expect(abs(momentum - momenta[unit]) < 1e-13, "\(unit)")
      }
      if let metric { history.append(try Self.record(unit + 1, metric[unit])) }
    }
  }

  @Test("lengths that are left out are those of the run, less its warm-up")
  func lengths() throws {
    let named = Schedule(.cosine(length: 30, minimum: 0.1), unit: .step, warmup: .init(length: 10))
    let run = Schedule(.cosine(minimum: 0.1), unit: .step, warmup: .init(length: 10))
    for step in 0..<50 {
      let time = Schedule.Time(step: step, of: 40, epoch: step / 10, of: 4)
      #expect(named.values(at: time) == run.values(at: time))
    }
    // Beyond the end the rate stays.
    #expect(run.values(at: .init(step: 100, of: 40, epoch: 4, of: 4)).rateFactor == 0.1)
    let cycle = Schedule(.oneCycle(.init(momentum: 0.8...0.9)))
    let last = cycle.values(at: .init(step: 900, of: 100, epoch: 90, of: 10))
    #expect(abs(last.rateFactor - 4e-6) < 1e-15)
    #expect(last.momentum == 0.9)
    // A cycle too short to rise begins with its peak.
    let short = Schedule(.oneCycle(.init()))
    #expect(short.values(at: .init(step: 0, of: 10, epoch: 0, of: 2)).rateFactor == 1)
  }

  @Test("by epochs the rate holds through an epoch, by steps it changes with each")
  func trainer() throws {
    var lesson = try Lesson()
    func rates(_ schedule: Schedule) throws -> [Double] {
      lesson.options.schedule = schedule
      var trainer = lesson.trainer(SGD(learningRate: 0.2))
      var rates: [Double] = []
      try lesson.run(&trainer) { event, _ in
        if case .step(let report) = event { rates.append(report.learningRate) }
        return .proceed
      }
      #expect(trainer.optimizer.learningRate == 0.2)
      return rates
    }
    #expect(try rates(.constant) == [Double](repeating: 0.2, count: 21))
    let halved = try rates(Schedule(.step(every: 1, factor: 0.5)))
    #expect(halved == (0..<21).map { 0.2 * [1, 0.5, 0.25][$0 / 7] })
    let line = try rates(Schedule(.polynomial(), unit: .step))
    for (step, rate) in line.enumerated() {
      #expect(abs(rate - 0.2 * (1 - Double(step) / 21)) < 1e-15)
    }
  }

  @Test("half the factor is half the rate, to the bit")
  func sameBits() throws {
    var lesson = try Lesson()
    lesson.options.epochs = 1
    var slow = lesson.trainer(SGD(learningRate: 0.05, momentum: 0.9))
    try lesson.run(&slow)
    lesson.options.schedule = Schedule(.constant, warmup: .init(length: 5, start: 0.5))
    var scheduled = lesson.trainer(SGD(learningRate: 0.1, momentum: 0.9))
    try lesson.run(&scheduled)
    #expect(differences(slow, scheduled) == ["rate"])
  }

  @Test("wrong values are refused with place, found and expected")
  func errors() {
    let table: [(String, String)] = [
      (
        #"{"rule": "linear"}"#,
        #"rule: found "linear", expected one of constant, step, multi-step, exponential, cosine, "#
          + "polynomial, one-cycle, plateau"
      ),
      (#"{"rule": "step", "every": 0}"#, "every: found 0, expected from 1 to 1000000000"),
      (
        #"{"rule": "step", "every": 3, "factor": 0}"#,
        "factor: found 0.0, expected above 0, at most 1"
      ),
      (
        #"{"rule": "multi-step", "milestones": [5, 5]}"#,
        "milestones: found [5, 5], expected rising numbers from 1 to 1000000000"
      ),
      (
        #"{"rule": "cosine", "minimum": 2}"#, "minimum: found 2.0, expected from 0 to 1"
      ),
      (
        #"{"rule": "cosine", "every": 2}"#,
        "every: found the unknown key 'every', expected one of rule, unit, warmup, length, minimum"
      ),
      (
        #"{"rule": "exponential", "factor": 1.5}"#,
        "factor: found 1.5, expected above 0, at most 1"
      ),
      (#"{"rule": "polynomial", "power": 0}"#, "power: found 0.0, expected above 0"),
      (
        #"{"rule": "one-cycle", "rise": 1}"#, "rise: found 1.0, expected above 0 and below 1"
      ),
      (
        #"{"rule": "one-cycle", "lowestMomentum": 0.96}"#,
        "lowestMomentum: found 0.96, expected at most the highest, 0.95"
      ),
      (
        #"{"rule": "one-cycle", "highestMomentum": 1}"#,
        "highestMomentum: found 1.0, expected below 1"
      ),
      (#"{"rule": "plateau", "factor": 1}"#, "factor: found 1.0, expected from 0 to below 1"),
      (
        #"{"rule": "plateau", "metric": "loss"}"#,
        #"metric: found "loss", expected one of training-loss, training-accuracy, "#
          + "validation-loss, validation-accuracy"
      ),
      (
        #"{"rule": "constant", "unit": "batch"}"#,
        #"unit: found "batch", expected one of epoch, step"#
      ),
      (
        #"{"rule": "constant", "warmup": {"length": 0}}"#,
        "warmup.length: found 0, expected from 1 to 1000000000"
      ),
    ]
    for (text, message) in table {
      do {
        _ = try Self.decode(text.utf8)
        Issue.record("\(text) was taken")
      } catch let DecodingError.dataCorrupted(context) {
        let place = context.codingPath.map(\.stringValue).joined(separator: ".")
        #expect("\(place): \(context.debugDescription)" == message)
      } catch {
        Issue.record(error)
      }
    }
  }
}
