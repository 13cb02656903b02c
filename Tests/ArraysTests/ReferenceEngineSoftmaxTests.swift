import Arrays
import Foundation
import Testing

@Suite("Reference engine: softmax and cross-entropy")
struct ReferenceEngineSoftmaxTests {
  static let cases: [(Shape, Int)] = [
    ([5], 0), ([4, 6], 1), ([4, 6], 0), ([2, 3, 4], 1), ([2, 3, 4], 0), ([3, 1], 1), ([0, 3], 1),
    ([3, 0], 1), ([2, 0, 3], 0),
  ]

  /// Along the axis, for each line: the places of its elements.
  static func lines(_ shape: Shape, _ axis: Int) -> [[Int]] {
    let heads = shape.reduced(along: [axis], keepingAxes: true)
    return places(heads).map { head in
      (0..<shape[axis]).map { index in
        var place = head
        place[axis] = index
        return offset(place, in: shape)
      }
    }
  }

  @Test(arguments: floatingTypes)
  func valuesAndGradients(dtype: DType) {
    for (shape, axis) in Self.cases {
      let x = NDArray.uniform(shape, in: -5..<5, key: RandomKey(seed: 1), dtype: dtype)
      let upstream = draw(shape, dtype, seed: 2)
      let (values, ups) = (numbers(x), numbers(upstream))
      var soft = values
      var logarithm = values
      var softGradient = values
      var logGradient = values
      for line in Self.lines(shape, axis) {
        let sum = line.reduce(0) { $0 + exp(values[$1]) }
        for index in line {
          soft[index] = exp(values[index]) / sum
          logarithm[index] = values[index] - log(sum)
        }
        // The Jacobians, element by element.
        for index in line {
          softGradient[index] = line.reduce(0) { total, other in
            total + ups[other] * soft[other] * ((other == index ? 1 : 0) - soft[index])
          }
          logGradient[index] = line.reduce(0) { total, other in
            total + ups[other] * ((other == index ? 1 : 0) - soft[index])
          }
        }
      }
      for turned in [false, true] {
        let x = turned ? reversedLayout(x) : x
        let u = turned ? reversedLayout(upstream) : upstream
        let value = reference.softmax(x, axis: axis)
        expect(value, soft, shape: shape, dtype: dtype)
        let logValue = reference.logSoftmax(x, axis: axis)
        expect(logValue, logarithm, shape: shape, dtype: dtype, scale: 1)
        expect(
          reference.softmaxGradient(u, value: value, axis: axis), softGradient, shape: shape,
          dtype: dtype, scale: 1)
        expect(
          reference.logSoftmaxGradient(u, value: logValue, axis: axis), logGradient, shape: shape,
          dtype: dtype, scale: 1)
      }
    }
  }

  @Test(arguments: floatingTypes)
  func largeLogits(dtype: DType) {
    let x = reference.cast(NDArray([1e4, 1e4, -1e4, -.infinity] as [Double]), to: dtype)
    #expect(numbers(reference.softmax(x, axis: 0)) == [0.5, 0.5, 0, 0])
    let logarithm = numbers(reference.logSoftmax(x, axis: 0))
    #expect((logarithm[0] + log(2)).magnitude < 1e-6)
    #expect((logarithm[2] + 2e4 + log(2)).magnitude < 1e-2)
    #expect(logarithm[3] == -.infinity)
    let broken = reference.cast(NDArray([1, .nan, 2] as [Double]), to: dtype)
    #expect(numbers(reference.softmax(broken, axis: 0)).allSatisfy { $0.isNaN })
    #expect(numbers(reference.logSoftmax(broken, axis: 0)).allSatisfy { $0.isNaN })
  }

  @Test(arguments: floatingTypes)
  func crossEntropy(dtype: DType) {
    for (rows, classes) in [(1, 1), (4, 3), (3, 10), (0, 5)] {
      let logits = NDArray.uniform(
        [rows, classes], in: -4..<4, key: RandomKey(seed: 1), dtype: dtype)
      let labels = NDArray((0..<rows).map { Int32($0 * 7 % classes) })
      let upstream = draw([rows], dtype, seed: 2)
      let (values, ups) = (numbers(logits), numbers(upstream))
      var losses: [Double] = []
      var probabilities: [Double] = []
      var gradient: [Double] = []
      for row in 0..<rows {
        let line = Array(values[row * classes..<(row + 1) * classes])
        let sum = line.reduce(0) { $0 + exp($1) }
        let label = row * 7 % classes
        losses.append(log(sum) - line[label])
        for (index, value) in line.enumerated() {
          probabilities.append(exp(value) / sum)
          gradient.append((exp(value) / sum - (index == label ? 1 : 0)) * ups[row])
        }
      }
      for logits in [logits, reversedLayout(logits)] {
        let result = reference.crossEntropy(logits: logits, labels: labels)
        expect(result.loss, losses, shape: [rows], dtype: dtype, scale: 1)
        expect(result.probabilities, probabilities, shape: [rows, classes], dtype: dtype)
        expect(
          reference.crossEntropyGradient(
            upstream, probabilities: result.probabilities, labels: labels), gradient,
          shape: [rows, classes], dtype: dtype, scale: 1)
      }
    }
  }

  @Test func aCertainAnswerCostsNothingAndAWrongOneTheDistance() {
    let logits = NDArray([1000, 0, 1000, 0] as [Float], shape: [2, 2])
    let loss = reference.crossEntropy(logits: logits, labels: NDArray([0, 1] as [Int32])).loss
    #expect(numbers(loss) == [0, 1000])
  }

  @Test func labelsOutOfRangeTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = reference.crossEntropy(logits: .zeros([1, 3]), labels: NDArray([Int32(3)]))
    }
    await #expect(processExitsWith: .failure) {
      _ = reference.crossEntropyGradient(
        .zeros([1]), probabilities: .zeros([1, 3]), labels: NDArray([Int32(-1)]))
    }
  }
}
