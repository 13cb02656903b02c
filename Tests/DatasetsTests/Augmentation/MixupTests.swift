import Arrays
import Datasets
import Testing

@Suite("Mixup") struct MixupTests {
  private func batches(
    _ augmentation: Augmentation?, size: Int = 50, epoch: Int = 0, prefetch: Int = 0
  ) throws -> [Batch] {
    let loader = try BatchLoader(
      dataset: Digits.splits.test, preparation: try InputPreparation(fitting: Digits.splits.test),
      inputShape: [64], batchSize: size, shuffleSeed: 1, epoch: epoch, prefetch: prefetch,
      augmentation: augmentation)
    var batches: [Batch] = []
    while let batch = try loader.next() { batches.append(batch) }
    return batches
  }

  @Test("each input is λ of its own and 1 − λ of its partner's, rounded")
  func mixtures() throws {
    let plain = try batches(nil)
    let mixed = try batches(Augmentation([], mixup: 1))
    #expect(plain.count == 8 && mixed.count == 8)
    for (before, after) in zip(plain, mixed) {
      let mixing = try #require(after.mixing)
      #expect(mixing.share >= 0.5 && mixing.share <= 1)
      #expect(mixing.partners.sorted() == Array(0..<after.count))
      #expect(before.indices == after.indices)
      #expect(before.labels.integers == after.labels.integers)
      #expect(before.mixing == nil && before.partnerLabels == nil)
      let labels = before.labels.integers
      #expect(after.partnerLabels?.integers == mixing.partners.map { labels[$0] })
      let (x, y) = (before.inputs.floats, after.inputs.floats)
      let (own, other) = (Float(mixing.share), Float(1 - mixing.share))
      for sample in 0..<after.count {
        for place in 0..<64 {
          let a = x[sample * 64 + place]
          let b = x[mixing.partners[sample] * 64 + place]
          let found = y[sample * 64 + place]
          #expect(found == own * a + other * b)
          // Convex: between the two, up to rounding.
          #expect(found >= min(a, b) - 2e-6 && found <= max(a, b) + 2e-6)
        }
      }
    }
  }

  @Test("distributions of labels have rows of sum 1, and are one-hot where nothing is mixed")
  func distributions() throws {
    for batch in try batches(Augmentation([], mixup: 0.5)) {
      let mixing = try #require(batch.mixing)
      let rows = batch.labelDistributions(classes: 10)
      #expect(rows.shape == [batch.count, 10])
      let partnerLabels = try #require(batch.partnerLabels)
      let (values, own, other) = (rows.floats, batch.labels.integers, partnerLabels.integers)
      for sample in 0..<batch.count {
        let row = values[(sample * 10)..<(sample * 10 + 10)]
        for (label, value) in row.enumerated() {
          let expected =
            (label == own[sample] ? mixing.share : 0)
            + (label == other[sample] ? 1 - mixing.share : 0)
          #expect(abs(Double(value) - expected) < 1e-6)
        }
      }
    }
    for batch in try batches(nil) {
      #expect(
        batch.labelDistributions(classes: 10).floats
          == batch.labels.oneHot(depth: 10, dtype: .float32).floats)
    }
  }

  /// Of Beta(α, α) the mean of (λ − ½)² is 1/(4(2α + 1)); λ and 1 − λ have the same square. The
  /// standard error is at most that of numbers spread over 0 to ¼.
  @Test("shares are of the distribution Beta(α, α)", arguments: [0.01, 0.2, 1, 8, 100])
  func shares(_ alpha: Double) throws {
    var shares: [Double] = []
    for epoch in 0..<10 {
      shares += try batches(Augmentation([], mixup: alpha), size: 1, epoch: epoch)
        .compactMap { $0.mixing?.share }
    }
    #expect(shares.count == 3590 && Set(shares).count > 1)
    let squares = shares.map { ($0 - 0.5) * ($0 - 0.5) }
    let mean = squares.reduce(0, +) / 3590
    let variance = squares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3590
    #expect(abs(mean - 1 / (4 * (2 * alpha + 1))) < 4 * (variance / 3590).squareRoot() + 1e-12)
    if alpha == 1 {
      // Uniform: a tenth of the shares in each twentieth of ½ to 1.
      for part in 0..<10 {
        let low = 0.5 + Double(part) / 20
        let found = shares.filter { $0 >= low && $0 < low + 0.05 }.count
        #expect(abs(found - 359) < 72)  // 4 deviations of 18
      }
    }
  }

  @Test("a batch alone decides, not how far ahead it is made")
  func sameWhateverTheTiming() throws {
    let augmentation = try Augmentation([], mixup: 0.4)
    let plain = try batches(augmentation)
    for prefetch in [1, 4] {
      let found = try batches(augmentation, prefetch: prefetch)
      #expect(found.map { $0.inputs.floats } == plain.map { $0.inputs.floats })
      #expect(found.map(\.mixing) == plain.map(\.mixing))
    }
    let next = try batches(augmentation, epoch: 1)
    #expect(next.map { $0.mixing?.share } != plain.map { $0.mixing?.share })
  }
}
