import Layers
import TestSupport
import Testing

/// Layers over windows of an image or of channels, against their definitions in plain loops.
@Suite struct WindowTests {
  /// Means over rows ⌊iH/h⌋ ..< ⌈(i+1)H/h⌉, for images larger, equal, smaller and uneven.
  @Test(arguments: [([7, 5], [3, 2]), ([6, 4], [3, 2]), ([2, 1], [3, 4]), ([1, 1], [6, 6])])
  func adaptiveAverage(_ image: [Int], _ size: [Int]) {
    let shape: Shape = [2, 3, image[0], image[1]]
    for dtype in [DType.float32, .float64] {
      let x = TestArray.one(shape, dtype: dtype)
      let numbers = x.doubles
      var expected: [Double] = []
      for plane in 0..<6 {
        for i in 0..<size[0] {
          for j in 0..<size[1] {
            let rows = i * image[0] / size[0]..<((i + 1) * image[0] + size[0] - 1) / size[0]
            let columns = j * image[1] / size[1]..<((j + 1) * image[1] + size[1] - 1) / size[1]
            var sum = 0.0
            for row in rows {
              for column in columns { sum += numbers[(plane * image[0] + row) * image[1] + column] }
            }
            expected.append(sum / Double(rows.count * columns.count))
          }
        }
      }
      var context = Context()
      let y = AdaptiveAveragePool2D(size: size)(Tensor(x), &context).array
      // Sums of at most nine numbers.
      let reference = NDArray(expected, shape: [2, 3, size[0], size[1]])
      #expect(relativeDifference(y, reference) < (dtype == .float32 ? 1e-6 : 1e-14))
    }
  }

  /// x / (k + α·Σ x²)^β over the n channels around, of which an even n has one more below.
  @Test(arguments: [1, 2, 5, 9], [false, true])
  func localResponse(_ n: Int, _ averages: Bool) {
    let x = TestArray.one([2, 4, 3])
    let numbers = x.doubles
    let alpha = averages ? 0.7 / Double(n) : 0.7
    var expected = numbers
    for (index, value) in numbers.enumerated() {
      let (sample, channel, place) = (index / 12, index / 3 % 4, index % 3)
      var sum = 0.0
      for other in max(channel - n / 2, 0)...min(channel + (n - 1) / 2, 3) {
        sum += numbers[sample * 12 + other * 3 + place] * numbers[sample * 12 + other * 3 + place]
      }
      // (2 + s)^½ by the square root, so that the power is not the same call.
      expected[index] = value / (2 + alpha * sum).squareRoot()
    }
    var context = Context()
    let layer = LocalResponseNorm(n, alpha: 0.7, beta: 0.5, k: 2, averages: averages)
    let y = layer(Tensor(x), &context).array
    #expect(relativeDifference(y, NDArray(expected, shape: [2, 4, 3])) < 1e-14)
  }

  /// Sizes rounded up as PyTorch's `ceil_mode` has them: 112 → 56 by windows of 3 at steps of 2,
  /// and no window that starts beyond the image.
  @Test func sizesRoundedUp() throws {
    func rows(_ size: Int, _ window: Int, _ stride: Int, _ padding: Int) throws -> [Int] {
      try [false, true].map {
        try MaxPool2D(window, stride: stride, padding: padding, roundsUp: $0)
          .outputShape([1, 1, size, size])[2]
      }
    }
    #expect(try rows(112, 3, 2, 0) == [55, 56])
    #expect(try rows(7, 3, 2, 0) == [3, 3])
    #expect(try rows(3, 1, 2, 0) == [2, 2])
    #expect(try rows(2, 1, 3, 0) == [1, 1])  // a second window would start at 3
    #expect(try rows(4, 2, 3, 1) == [2, 2])
    #expect(try rows(5, 2, 3, 1) == [2, 2])  // a third would start at 5
    #expect(try MaxPool2D(3, stride: 2, roundsUp: true).outputShape([1, 1, 2, 2]) == [1, 1, 1, 1])
    #expect(throws: ShapeError.self) { try MaxPool2D(3, stride: 2).outputShape([1, 1, 2, 2]) }
  }

  /// What the last window has of the image, in both engines.
  @Test(arguments: [DType.float32, .float64])
  func lastWindowIsCutOff(_ dtype: DType) {
    let x = Tensor(NDArray((0..<16).map { Double(-$0) }, shape: [1, 1, 4, 4]).cast(to: dtype))
    var context = Context()
    let y = MaxPool2D(3, stride: 2, roundsUp: true)(x, &context)
    #expect(y.array.doubles == [0, -2, -8, -10])
  }

  @Test func clippedAtSix() {
    var context = Context()
    let x = Tensor([-1.0, 0, 2, 6, 7, .infinity], shape: [6])
    #expect(ReLU6()(x, &context).array.doubles == [0, 0, 2, 6, 6, 6])
  }
}
