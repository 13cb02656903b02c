import Arrays
import Datasets
import Testing

@Suite("Folds of cross-validation") struct FoldTests {
  /// 17 samples of three classes: 9, 5 and 3.
  private let dataset: Dataset

  init() throws {
    let labels = [Int32](repeating: 0, count: 9) + [1, 1, 1, 1, 1, 2, 2, 2]
    dataset = try Dataset(
      name: "folded", inputs: NDArray((0..<17).map(Float.init), shape: [17, 1]),
      labels: NDArray(labels), classNames: ["a", "b", "c"])
  }

  @Test("each sample is validated on once and trained on in all others", arguments: [2, 3, 5, 17])
  func partition(_ count: Int) throws {
    for stratified in [true, false] {
      let folds = try dataset.folds(count, seed: 4, stratified: stratified)
      #expect(folds.count == count)
      #expect(folds.flatMap(\.validation).sorted() == Array(0..<17))
      for fold in folds {
        #expect((fold.training + fold.validation).sorted() == Array(0..<17))
        #expect(fold.training == fold.training.sorted())
        #expect(fold.validation == fold.validation.sorted())
        #expect((17 / count...(17 + count - 1) / count).contains(fold.validation.count))
      }
    }
  }

  @Test("classes are divided alike where that is asked for")
  func stratified() throws {
    let labels = dataset.labels.integers
    for seed in 0..<20 {
      for fold in try dataset.folds(4, seed: UInt64(seed)) {
        for (label, count) in [9, 5, 3].enumerated() {
          let members = fold.validation.filter { labels[$0] == label }.count
          #expect((count / 4...(count + 3) / 4).contains(members))
        }
      }
    }
    // Without, some fold has classes in other numbers for some seed.
    let isAlike = try (0..<20).allSatisfy { seed in
      try dataset.folds(4, seed: UInt64(seed), stratified: false).allSatisfy { fold in
        (2...3).contains(fold.validation.filter { labels[$0] == 0 }.count)
      }
    }
    #expect(!isAlike)
  }

  @Test("the seed decides")
  func seeds() throws {
    for stratified in [true, false] {
      let folds = try dataset.folds(3, seed: 1, stratified: stratified)
      #expect(try dataset.folds(3, seed: 1, stratified: stratified) == folds)
      #expect(try dataset.folds(3, seed: 2, stratified: stratified) != folds)
    }
  }

  @Test(arguments: [
    (1, "folded: found 1 fold, expected from 2 to 17, the number of samples"),
    (0, "folded: found 0 folds, expected from 2 to 17, the number of samples"),
    (-3, "folded: found -3 folds, expected from 2 to 17, the number of samples"),
    (18, "folded: found 18 folds, expected from 2 to 17, the number of samples"),
  ])
  func wrongNumbers(_ count: Int, _ expected: String) {
    #expect(message { _ = try dataset.folds(count) } == expected)
  }

  @Test func oneSample() throws {
    let one = try dataset.prefix(1)
    #expect(
      message { _ = try one.folds(2) }
        == "folded: found 2 folds, expected at least 2 samples to divide")
  }
}
