import Explain
import Plots
import Training

extension Lab {
  /// The validation loss falls and rises again; early stopping goes back to its least (L5.7).
  static let earlyStopping = Lab(
    name: "early-stopping", rows: ["L5.7"],
    title: Prose(en: "Early stopping", zh: "早停"),
    claim: Prose(
      en: """
        Training that goes on fits the training set's accidents: the loss on validation data, which \
        has fallen, rises again. Early stopping ends training there.
        """,
      zh: "训练继续下去会拟合训练集的偶然特征：验证集上的损失先降后升。早停在误差上升时停止训练。")
  ) { notebook in
    let runs = try train(&notebook)
    try draw(&notebook, runs[0])
    conclude(&notebook, runs)
  }

  private static let repeats = 5
  private static let epochs = 80
  private static let patience = 10
  private static let wrongShare = 0.2
  private static let decay = 0.03
  private static let learningRate = 0.002
  private static let hiddenUnits = 128

  /// The end of a run.
  private struct End {
    let epochs: Int
    let validationLoss: Double
    let test: Scores
  }

  /// One split, trained in three ways.
  private struct Run {
    /// Each epoch of the run that goes on to the end, with the test's scores behind it.
    let history: [EpochRecord]
    let testLosses: [Double]
    let decayedHistory: [EpochRecord]
    let toTheEnd: End
    let stopped: End
    let decayed: End
    /// The epoch whose weights are gone back to, from 0.
    let best: Int

    var losses: [Double] { Run.losses(history) }

    static func losses(_ history: [EpochRecord]) -> [Double] {
      history.compactMap { TrainingMetric.validationLoss.value(in: $0) }
    }

    /// The last validation loss over the least.
    static func rise(_ history: [EpochRecord]) -> Double {
      let losses = losses(history)
      return losses.last! / losses.min()!
    }
  }

  /// All runs.
  private static func train(_ notebook: inout Notebook) throws -> [Run] {
    notebook.section(Prose(en: "What was done", zh: "做法"))
    let fractions = [0.12, 0.1, 0.78]
    let parts = try Digits.all.split(fractions: fractions, seed: notebook.seed(0))
    notebook.write(
      Prose(
        en: """
          A perceptron with a hidden layer of \(hiddenUnits) units learns \
          \(parts[0].count) digits of 8 × 8 pixels; \(parts[1].count) others are for validation, and \
          \(parts[2].count) for the test. A share of \(wrongShare.description) of the labels is \
          wrong, in training and in validation, not in the test: accidents to be learned by heart. \
          Adam with η = \(learningRate.description), batches of 32; \(repeats) splits, each trained in three \
          ways: \(epochs) epochs to the end; the same with early stopping on the validation loss, \
          which ends after \(patience) epochs without a new least loss (the patience) and goes back \
          to the weights of the best epoch; and to the end with weight decay, λ = \(decay.description).
          """,
        zh: """
          含 \(hiddenUnits) 个隐藏单元的感知机学习 \(parts[0].count) 个 8 × 8 像素的数字；另有 \
          \(parts[1].count) 个用于验证，\(parts[2].count) 个用于测试。训练集和验证集中有 \(wrongShare.description) \
          的标签是错的（测试集没有），供网络死记。Adam，η = \(learningRate.description)，批大小 32；\(repeats) 次划分，每次训练三遍：训练到底，\
          \(epochs) 轮；同样训练但按验证损失早停，连续 \(patience) 轮没有新低（耐心值）就停止，并恢复最佳一轮的权重；\
          以及带权重衰减训练到底，λ = \(decay.description)。
          """))
    return try (0..<repeats).map { number in
      let run = try run(fractions, seed: notebook.seed(number))
      try notebook.reach(Double(number + 1) / Double(repeats))
      return run
    }
  }

  private static func run(_ fractions: [Double], seed: UInt64) throws -> Run {
    let parts = try Digits.all.split(fractions: fractions, seed: seed)
    let training = try DigitTraining(
      train: try parts[0].mislabeled(share: wrongShare, seed: seed),
      validation: try parts[1].mislabeled(share: wrongShare, seed: seed &+ 1),
      hiddenUnits: hiddenUnits)
    func end(_ trainer: Trainer<Sequential>) throws -> End {
      End(
        epochs: trainer.position.history.count,
        validationLoss: try training.scores(of: trainer.model, on: training.validation!).loss,
        test: try training.scores(of: trainer.model, on: parts[2]))
    }
    var options = TrainingOptions(epochs: epochs, seed: seed, prefetch: 0)
    var testLosses: [Double] = []
    let toTheEnd = try training.run(learningRate: learningRate, options: options) { trainer in
      testLosses.append(try training.scores(of: trainer.model, on: parts[2]).loss)
    }
    options.regularization.l2 = decay
    let decayed = try training.run(learningRate: learningRate, options: options)
    options.regularization.l2 = 0
    let rule = EarlyStopping(patience: patience)
    options.earlyStopping = rule
    let stopped = try training.run(learningRate: learningRate, options: options)
    return Run(
      history: toTheEnd.position.history, testLosses: testLosses,
      decayedHistory: decayed.position.history, toTheEnd: try end(toTheEnd),
      stopped: try end(stopped), decayed: try end(decayed),
      best: rule.bestEpoch(in: stopped.position.history) ?? 0)
  }

  /// The first split's losses by epoch.
  private static func draw(_ notebook: inout Notebook, _ run: Run) throws {
    notebook.section(Prose(en: "Losses by epoch", zh: "各轮的损失"))
    try notebook.figure(
      "losses",
      Chart(
        notebook.words("Trained to the end", "训练到底"), x: Axis(notebook.words("epoch", "轮")),
        y: Axis(notebook.words("loss", "损失")),
        marks: [
          .line(notebook.words("training", "训练"), values: run.history.map(\.train.loss)),
          .line(notebook.words("validation", "验证"), values: run.losses),
          .line(notebook.words("test", "测试"), values: run.testLosses),
          .rule(notebook.words("best epoch", "最佳一轮"), x: Double(run.best + 1)),
          .rule(notebook.words("stopped", "停止"), x: Double(run.stopped.epochs)),
        ], height: 360),
      caption: Prose(
        en: """
          The first split. The training loss goes on to fall as the wrong labels are learned too; \
          the validation loss rises again. The test's labels are right: there the loss stays as it \
          is, while accuracy falls (table below). The vertical lines: the epoch whose weights early \
          stopping keeps, and the one after which it ends.
          """,
        zh: """
          第一次划分。训练损失随着错误标签也被记住而继续下降；验证损失却又上升。测试集的标签都对，损失大致不变，准确率却下降（见下表）。\
          竖线：早停所保留权重的那一轮，以及停止的那一轮。
          """))
    try notebook.figure(
      "decay",
      Chart(
        notebook.words("Validation loss with and without weight decay", "有无权重衰减的验证损失"),
        x: Axis(notebook.words("epoch", "轮")),
        y: Axis(notebook.words("validation loss", "验证损失")),
        marks: [
          .line(notebook.words("no weight decay", "无权重衰减"), values: run.losses),
          .line(notebook.words("weight decay", "权重衰减"), values: Run.losses(run.decayedHistory)),
        ], height: 320),
      caption: Prose(
        en: "Weight decay keeps the weights too small to learn accidents by heart: hardly a rise.",
        zh: "权重衰减使权重小到难以死记偶然特征：验证损失几乎不再上升。"))
  }

  private static func conclude(_ notebook: inout Notebook, _ runs: [Run]) {
    func mean(_ value: (Run) -> Double) -> Double { Statistics.mean(runs.map(value)) }
    let ways: [(Prose, KeyPath<Run, End>)] = [
      (Prose(en: "To the end", zh: "训练到底"), \.toTheEnd),
      (Prose(en: "Early stopping", zh: "早停"), \.stopped),
      (Prose(en: "Weight decay", zh: "权重衰减"), \.decayed),
    ]
    notebook.section(Prose(en: "On the test", zh: "测试结果"))
    notebook.table(
      [
        Prose(en: "Means over \(repeats) splits", zh: "\(repeats) 次划分的均值"),
        Prose(en: "Epochs trained", zh: "训练轮数"),
        Prose(en: "Validation loss", zh: "验证损失"), Prose(en: "Test loss", zh: "测试损失"),
        Prose(en: "Test accuracy", zh: "测试准确率"),
      ],
      ways.map { title, way in
        [.prose(title)]
          + [
            mean { Double($0[keyPath: way].epochs) }, mean { $0[keyPath: way].validationLoss },
            mean { $0[keyPath: way].test.loss }, mean { $0[keyPath: way].test.accuracy },
          ].map { .digits(LabNumber.text($0)) }
      })
    let hasty = runs.count { run in
      let losses = run.losses
      let first = losses.indices.dropFirst().first { losses[$0] > losses[$0 - 1] }
      return first.map { $0 - 1 < run.best } ?? false
    }
    notebook.note(
      Prose(
        en: """
          The loss also goes up and down by chance. Stopped at the first rise, \(hasty) of the \
          \(repeats) splits would have ended before their best epoch; hence the patience, and the \
          return to the best weights.
          """,
        zh: """
          损失也会偶然起伏。若一上升就停止，\(repeats) 次划分中有 \(hasty) 次会停在最佳一轮之前；所以要有耐心值，并恢复最佳权重。
          """))
    notebook.conclude(
      "rise",
      Prose(
        en: "Trained to the end, the validation loss ends above its least by the factor",
        zh: "训练到底时，最后的验证损失是最低值的多少倍"),
      mean { Run.rise($0.history) }, .atLeast(1.3))
    notebook.conclude(
      "restored-difference",
      Prose(
        en: "The model that is kept has the least loss of its epochs (largest relative difference)",
        zh: "保留的模型具有各轮中最低的验证损失（最大相对差）"),
      runs.map { abs($0.stopped.validationLoss / $0.losses[$0.best] - 1) }.max()!, .atMost(1e-5))
    notebook.conclude(
      "epochs-share",
      Prose(en: "Early stopping trains a share of the epochs", zh: "早停所用轮数的比例"),
      mean { Double($0.stopped.epochs) } / Double(epochs), .atMost(0.5))
    notebook.conclude(
      "accuracy-gain",
      Prose(
        en: "It gains test accuracy over training to the end", zh: "与训练到底相比，测试准确率提高"),
      mean { $0.stopped.test.accuracy - $0.toTheEnd.test.accuracy }, .atLeast(0.03))
    notebook.conclude(
      "decay-rise",
      Prose(
        en: "With weight decay the validation loss ends above its least by the factor",
        zh: "带权重衰减时，最后的验证损失是最低值的多少倍"),
      mean { Run.rise($0.decayedHistory) }, .atMost(1.2))
    notebook.conclude(
      "decay-gain",
      Prose(
        en: "Weight decay gains test accuracy over training to the end without",
        zh: "与不带权重衰减训练到底相比，测试准确率提高"),
      mean { $0.decayed.test.accuracy - $0.toTheEnd.test.accuracy }, .atLeast(0.03))
  }
}
