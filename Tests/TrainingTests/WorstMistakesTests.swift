import Foundation
import Testing
import Training

@Suite struct WorstMistakesTests {
  private func batch(_ labels: [Int32], from first: Int) -> Batch {
    Batch(
      inputs: NDArray.zeros([labels.count, 1]), labels: NDArray(labels),
      indices: Array(first..<(first + labels.count)), number: 0)
  }

  @Test func ordered() {
    var worst = WorstMistakes(limit: 2)
    // Right; wrong by little; wrong by much, with a shift that changes nothing.
    worst.add(
      batch([0, 1, 0], from: 0),
      scores: NDArray([2.0, 0, 0, 1, 0.9, 0, 100, 105, 100], shape: [3, 3]))
    #expect(worst.count == 2 && worst.mistakes.map(\.index) == [2, 1])
    let first = worst.mistakes[0]
    #expect(first.label == 0 && first.answer == 1)
    #expect(abs(first.loss - (5 + log(1 + 2 * exp(-5.0)))) < 1e-12)
    #expect(abs(first.confidence - 1 / (1 + 2 * exp(-5.0))) < 1e-12)
    // Worse than both; equal to the second, but later.
    worst.add(
      batch([2, 1], from: 3), scores: NDArray([9.0, 0, 0, 1, 0.9, 0], shape: [2, 3]))
    #expect(worst.count == 4 && worst.mistakes.map(\.index) == [3, 2])
  }
}
