import Explain
import Plots

extension Lab {
  /// The course's milestones in time (L1.3).
  static let timeline = Lab(
    name: "timeline", rows: ["L1.3"],
    title: Prose(en: "Milestones of deep learning", zh: "深度学习的里程碑"),
    claim: Prose(
      en: """
        Neural networks came in waves: early explorations from the \(1940)s to the \(1960)s, a \
        dark era after the critique of 1969, a second wave in the \(1980)s and \(1990)s, and an \
        explosion that began with AlexNet in 2012.
        """,
      zh: """
        神经网络的发展有几次浪潮：20 世纪 40 至 60 年代的早期探索，1969 年的批评之后的低谷期，80 至 90 年代的第二次浪潮，\
        以及始于 2012 年 AlexNet 的爆发。
        """)
  ) { notebook in
    try milestones(&notebook)
    try competition(&notebook)
  }

  private static func milestones(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "Years", zh: "年份"))
    notebook.write(
      Prose(
        en: """
          The milestones that the course names, with the Transformer at the end, each in the year of \
          its publication, AlexNet in that of its competition. From a year the decade follows, which \
          is what the course asks for.
          """,
        zh: "课程提到的里程碑（最后加上 Transformer）；取发表年份，AlexNet 取参赛年份。课程要求掌握的年代可由年份得出。"))
    try notebook.figure(
      "milestones",
      Timeline(
        notebook.words("Milestones", "里程碑"),
        events: Milestone.all.map { .init(Double($0.year), $0.name.plain(notebook.language)) }),
      caption: Prose(
        en: "Two silences: after 1969 and after 1998. From 2012 on they crowd.",
        zh: "两段沉寂：1969 年之后与 1998 年之后。2012 年起里程碑密集出现。"))
    notebook.table(
      [
        Prose(en: "Year", zh: "年份"), Prose(en: "Decade", zh: "年代"),
        Prose(en: "Milestone", zh: "里程碑"), Prose(en: "By", zh: "提出者"),
      ],
      Milestone.all.map { milestone in
        let decade = milestone.year / 10 * 10
        return [
          .digits("\(milestone.year)"),
          .prose(Prose(en: "\(decade)s", zh: "\(decade) 年代")),
          .prose(milestone.name), .prose(milestone.authors),
        ]
      })
    notebook.note(
      Prose(
        en: """
          The notes date LeNet from the early \(1990)s and, elsewhere, from 1998. The first LeNet was \
          published in 1989; LeNet-5 is of 1998. Back-propagation is older than 1986 (Linnainmaa \
          1970, Werbos 1974): that year made it known.
          """,
        zh: """
          笔记把 LeNet 记在 20 世纪 90 年代初，别处又记为 1998 年。最初的 LeNet 发表于 1989 年，LeNet-5 是 1998 年。\
          反向传播早于 1986 年就已提出（Linnainmaa 1970，Werbos 1974），1986 年使它广为人知。
          """))
    let gap = Milestone.longestGap
    notebook.conclude(
      "gap-start",
      Prose(
        en: "The longest time without a milestone begins with the critique of 1969",
        zh: "最长的沉寂期始于 1969 年的批评"),
      Double(gap.before.year), .within(1969...1969))
    notebook.conclude(
      "gap-end",
      Prose(
        en: "It ends with the multilayer perceptron and back-propagation in 1986",
        zh: "它结束于 1986 年的多层感知机与反向传播"),
      Double(gap.after.year), .within(1986...1986))
    let before = Milestone.most(within: 4, beginning: 1943...2008)
    let after = Milestone.most(within: 4, beginning: 2012...2012)
    notebook.measure("most-in-four-years-before-2012", Double(before))
    notebook.measure("in-2012-to-2015", Double(after))
    notebook.conclude(
      "explosion",
      Prose(
        en: """
          The four years from 2012 have more milestones (\(after)) than any four years before \
          (at most \(before)): ratio
          """,
        zh: "2012 年起的四年中里程碑数（\(after)）多于此前任何四年（最多 \(before)）：比值"),
      Double(after) / Double(before), .atLeast(2))
  }

  private static func competition(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "What began in 2012", zh: "2012 年开始了什么"))
    notebook.write(
      Prose(
        en: """
          ImageNet's competition: 1,000 classes, five answers an image, the share of test images \
          with no right answer. Until 2011 features were made by hand, from 2012 on they were \
          learned.
          """,
        zh: "ImageNet 大赛：1000 个类别，每张图给出五个答案，统计五个答案全错的测试图像比例。2011 年以前特征由人工设计，2012 年起由网络学习。"))
    let winners = ImageNetWinner.all
    let kinds = [
      (false, notebook.words("features made by hand", "人工设计的特征")),
      (true, notebook.words("learned features", "学习所得的特征")),
    ]
    try notebook.figure(
      "imagenet-error",
      Chart(
        notebook.words(
          "Error of the best entry to ImageNet's competition", "ImageNet 大赛各年最佳成绩的错误率"),
        x: Axis(notebook.words("year", "年份")),
        y: Axis(notebook.words("top-5 error", "前五错误率"), unit: "%"),
        marks: kinds.map { isLearned, name in
          let chosen = winners.filter { $0.learnsFeatures == isLearned }
          return .line(name, x: chosen.map { Double($0.year) }, y: chosen.map(\.error))
        }
          // Above the line, which falls to the right of each point.
          + winners.map { .text($0.name, x: Double($0.year), y: $0.error + 2.4) },
        height: 340),
      caption: Prose(
        en: """
          The fall of 2012 is far larger than that of the year before; with deeper networks the \
          error fell further.
          """,
        zh: "2012 年的下降远大于前一年；此后随着深度增加，错误率继续下降。"))
    let improvements = ImageNetWinner.improvements
    notebook.table(
      [
        Prose(en: "Year", zh: "年份"), Prose(en: "Entry", zh: "参赛者"),
        Prose(en: "Features", zh: "特征"), Prose(en: "Layers", zh: "层数"),
        Prose(en: "Top-5 error, %", zh: "前五错误率（%）"),
        Prose(en: "Fell by, %", zh: "降幅（%）"),
      ],
      winners.map { winner in
        let part = improvements.first { $0.year == winner.year }?.part
        return [
          .digits("\(winner.year)"), .prose(Prose(Prose.Run(stringLiteral: winner.name))),
          .prose(
            winner.learnsFeatures
              ? Prose(en: "learned", zh: "学习所得") : Prose(en: "made by hand", zh: "人工设计")),
          .digits(winner.layers.map { "\($0)" } ?? "–"),
          .digits(LabNumber.text(winner.error)),
          .digits(part.map { LabNumber.text(100 * $0) } ?? "–"),
        ]
      })
    notebook.note(
      Prose(
        en: """
          The notes give AlexNet 16.4%. That is the ensemble trained on the competition's data alone; \
          the entry that won had 15.3%.
          """,
        zh: "笔记给出 AlexNet 的错误率为 16.4%。那是只用竞赛数据训练的集成模型；获胜的参赛结果是 15.3%。"))
    let part = { (year: Int) in improvements.first { $0.year == year }?.part ?? .nan }
    notebook.conclude(
      "fall-2012",
      Prose(
        en: "The error fell in 2012 by a larger part than in 2011: ratio",
        zh: "2012 年错误率的降幅与 2011 年之比"),
      part(2012) / part(2011), .atLeast(3))
  }
}
