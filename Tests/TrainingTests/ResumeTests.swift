import TestSupport
import Testing
import Training

@Suite("Resuming a run")
struct ResumeTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let make: @Sendable () -> any Optimizer
    var dtype = DType.float32
    /// Where it is resumed: at epochs' edges and within them, or everywhere.
    var steps = [1, 6, 7, 8, 13, 14, 20, 21]
    var testDescription: String { name }
  }

  static let rows = [
    Row(name: "momentum") { SGD(learningRate: 0.05, momentum: 0.9, weightDecay: 1e-3) },
    Row(name: "nesterov") { SGD(learningRate: 0.05, momentum: 0.9, nesterov: true) },
    Row(name: "sgd") { SGD(learningRate: 0.1) },
    Row(name: "adam", make: { Adam(learningRate: 0.01) }, steps: Array(1...21)),
    Row(name: "adam in float64", make: { Adam(learningRate: 0.01) }, dtype: .float64),
  ]

  /// One run is saved after every step, also in the moment between an epoch's last step and its
  /// validation; each of the saved is then trained to the end.
  @Test("equals an unbroken run, from any step", arguments: rows)
  func anyStep(_ row: Row) throws {
    let lesson = try Lesson()
    let scratch = try ScratchFolder()
    let folder = CheckpointFolder(scratch("checkpoints"), keeping: 100)
    var unbroken = lesson.trainer(row.make(), dtype: row.dtype)
    try lesson.run(&unbroken) { event, trainer in
      if case .step = event { try folder.save(Checkpoint(trainer)) }
      return .proceed
    }
    let entries = try folder.entries()
    #expect(entries.map(\.step) == Array(1...21))
    #expect(unbroken.position.history.count == 3)
    for entry in entries where row.steps.contains(entry.step) {
      var resumed = lesson.trainer(row.make(), dtype: row.dtype)
      try folder.load(entry).restore(&resumed)
      #expect(resumed.position.step == entry.step)
      try lesson.run(&resumed)
      #expect(differences(resumed, unbroken) == [], "from step \(entry.step)")
    }
  }

  @Test("after a stop or a crash, through several processes' worth of restarts")
  func severalBreaks() throws {
    var lesson = try Lesson()
    let scratch = try ScratchFolder()
    let folder = CheckpointFolder(scratch("checkpoints"))
    var unbroken = lesson.trainer(Adam())
    try lesson.run(&unbroken)
    for (index, stop) in [1, 6, 7, 8, 14, 20].enumerated() {
      lesson.options.prefetch = index % 4
      var part = lesson.trainer(Adam())
      try folder.latest()?.restore(&part)
      let outcome = try lesson.run(&part) { _, trainer in
        trainer.position.step >= stop ? .stop : .proceed
      }
      #expect(outcome == .stopped)
      #expect(part.position.step == stop)
      try folder.save(Checkpoint(part))
      // Steps that are done after the checkpoint and lost with the process change nothing.
      #expect(throws: Lesson.Crash.self) {
        try lesson.run(&part) { _, _ in throw Lesson.Crash() }
      }
    }
    var last = lesson.trainer(Adam())
    try folder.latest()?.restore(&last)
    #expect(try lesson.run(&last) == .finished)
    #expect(differences(last, unbroken) == [])
  }

  @Test("an epoch's last step ends with its validation, also when asked to stop")
  func epochEdge() throws {
    let lesson = try Lesson()
    var trainer = lesson.trainer(SGD(learningRate: 0.1))
    try lesson.run(&trainer) { _, trainer in trainer.position.step >= 7 ? .stop : .proceed }
    #expect(trainer.position.epoch == 1)
    #expect(trainer.position.batch == 0)
    #expect(trainer.position.history.count == 1)
    #expect(trainer.position.history[0].validation != nil)
  }

  @Test("batches prepared ahead or in turn give the same bits", arguments: [1, 3])
  func prefetch(_ ahead: Int) throws {
    var lesson = try Lesson()
    lesson.options.prefetch = 0
    var inTurn = lesson.trainer(Adam())
    try lesson.run(&inTurn)
    lesson.options.prefetch = ahead
    var before = lesson.trainer(Adam())
    try lesson.run(&before)
    #expect(differences(inTurn, before) == [])
  }

  @Test("the seed decides, and the network learns")
  func seeds() throws {
    var lesson = try Lesson()
    lesson.options.epochs = 12
    var first = lesson.trainer(Adam(learningRate: 0.01))
    try lesson.run(&first)
    #expect(first.position.history[11].train.accuracy > 0.85)
    #expect(first.position.history[11].validation!.accuracy > 0.7)
    lesson.options.seed = 6
    var second = lesson.trainer(Adam(learningRate: 0.01))
    try lesson.run(&second)
    #expect(differences(first, second).contains("position"))
  }

  @Test("a copy of a trainer trains apart")
  func copies() throws {
    let lesson = try Lesson()
    var first = lesson.trainer(SGD(learningRate: 0.1, momentum: 0.9))
    try lesson.run(&first) { _, trainer in trainer.position.step >= 3 ? .stop : .proceed }
    let kept = first
    let before = bits(kept)
    try lesson.run(&first)
    #expect(bits(kept) == before)
    var second = kept
    try lesson.run(&second)
    #expect(differences(first, second) == [])
  }
}
