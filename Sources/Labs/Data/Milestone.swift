import Explain

/// Something that happened to neural networks, with its year.
package struct Milestone: Sendable {
  /// The year of the publication, or of the competition.
  package let year: Int
  /// What it was.
  package let name: Prose
  /// Whose it was.
  package let authors: Prose
  /// The fact card of the course that asks for the year; nil where none does.
  package let card: String?

  private init(_ year: Int, en: String, zh: String, by authors: String, card: String? = nil) {
    self.year = year
    name = Prose(en: Prose.Run(stringLiteral: en), zh: Prose.Run(stringLiteral: zh))
    let names = Prose.Run(stringLiteral: authors)
    let othersToo = authors.replacing(" and others", with: " 等")
    self.authors = Prose(en: names, zh: Prose.Run(stringLiteral: othersToo))
    self.card = card
  }

  /// The milestones of the course in order.
  package static let all: [Milestone] = [
    Milestone(
      1943, en: "Neural nets", zh: "神经网络", by: "McCulloch, Pitts", card: "L1.year-neural-nets"),
    Milestone(1958, en: "Perceptron", zh: "感知机", by: "Rosenblatt", card: "L1.year-perceptron"),
    Milestone(
      1969, en: "XOR critique", zh: "XOR 批评", by: "Minsky, Papert", card: "L1.year-xor-critique"),
    Milestone(
      1986, en: "MLP and back-propagation", zh: "MLP 与反向传播",
      by: "Rumelhart, Hinton, Williams", card: "L1.year-mlp-backprop"),
    Milestone(1989, en: "First LeNet", zh: "最初的 LeNet", by: "LeCun and others"),
    Milestone(1997, en: "LSTM", zh: "LSTM", by: "Hochreiter, Schmidhuber", card: "L1.year-lstm"),
    Milestone(
      1998, en: "LeNet-5", zh: "LeNet-5", by: "LeCun, Bottou, Bengio, Haffner",
      card: "L7.lenet5-year"),
    Milestone(
      2012, en: "AlexNet", zh: "AlexNet", by: "Krizhevsky, Sutskever, Hinton",
      card: "L1.year-alexnet"),
    Milestone(2014, en: "GAN", zh: "GAN", by: "Goodfellow and others", card: "L1.year-gan"),
    Milestone(2014, en: "VGG", zh: "VGG", by: "Simonyan, Zisserman", card: "L7.vgg-year"),
    Milestone(
      2014, en: "GoogLeNet", zh: "GoogLeNet", by: "Szegedy and others", card: "L7.googlenet-year"),
    Milestone(2015, en: "ResNet", zh: "ResNet", by: "He, Zhang, Ren, Sun", card: "L1.year-resnet"),
    Milestone(2017, en: "Transformer", zh: "Transformer", by: "Vaswani and others"),
  ]

  /// The two milestones, one after the other, with the most years between them.
  package static var longestGap: (before: Milestone, after: Milestone) {
    zip(all, all.dropFirst()).map { (before: $0, after: $1) }
      .max { $0.after.year - $0.before.year < $1.after.year - $1.before.year }
      ?? (before: all[0], after: all[0])
  }

  /// The most milestones in a row of years that begins in a range.
  package static func most(within years: Int, beginning range: ClosedRange<Int>) -> Int {
    range.map { first in all.count { (first..<first + years).contains($0.year) } }.max() ?? 0
  }
}
