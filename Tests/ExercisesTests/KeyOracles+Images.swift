import Exercises
import Explain
import Foundation

// Convolution and pooling in plain loops.

extension KeyOracle {
  static let convolution = KeyOracle(
    kind: .convolution, path: "counting windows and taps, central differences",
    values: { problem in
      let problem = problem as! ConvolutionProblem
      switch problem.content {
      case .sizes(let sizes): return PlainConvolution(problem).counts(sizes)
      case .numbers(let numbers): return PlainConvolution(problem).values(numbers)
      }
    }, tolerance: 1e-8)

  static let pooling = KeyOracle(
    kind: .pooling, path: "a loop over windows, central differences",
    values: { problem in
      let problem = problem as! PoolingProblem
      let shape = problem.input.shape
      let size = [problem.window ?? shape[1], problem.window ?? shape[2]]
      let steps = problem.stride.map { [$0, $0] } ?? size
      // Places where a window fits, one after another.
      let tops = stride(from: 0, through: shape[1] - size[0], by: steps[0])
      let lefts = stride(from: 0, through: shape[2] - size[1], by: steps[1])
      func output(_ x: [Double]) -> [(name: String, value: Double)] {
        var result: [(String, Double)] = []
        for channel in 0..<shape[0] {
          for (i, top) in tops.enumerated() {
            for (j, left) in lefts.enumerated() {
              var members: [Double] = []
              for row in top..<top + size[0] {
                for column in left..<left + size[1] {
                  members.append(x[(channel * shape[1] + row) * shape[2] + column])
                }
              }
              let value =
                problem.mode == .maximum
                ? members.max()! : members.reduce(0, +) / Double(members.count)
              result.append(("y.1.\(channel + 1).\(i + 1).\(j + 1)", value))
            }
          }
        }
        return result
      }
      let x = problem.input.elements
      let y = output(x)
      var values: [String: [Double]] = [:]
      for (name, value) in y { values[y.count == 1 ? "y" : name] = [value] }
      if let upstream = problem.upstream?.elements {
        for index in x.indices {
          let (channel, rest) = (index / (shape[1] * shape[2]), index % (shape[1] * shape[2]))
          let name = "∂x.1.\(channel + 1).\(rest / shape[2] + 1).\(rest % shape[2] + 1)"
          values[name] = [
            KeyCheck.slope(
              x[index],
              { moved in
                zip(output(x.replacing(index, moved)), upstream).reduce(0) {
                  $0 + $1.0.value * $1.1
                }
              })
          ]
        }
      }
      return values
    }, tolerance: 1e-8)
}

/// Cross-correlation in loops over filters, places, channels and taps.
private struct PlainConvolution {
  let problem: ConvolutionProblem

  init(_ problem: ConvolutionProblem) { self.problem = problem }

  /// How many windows fit, counted one by one.
  func places(_ size: Int, _ kernel: Int) -> Int {
    var count = 0
    var start = -problem.padding
    while start + problem.dilation * (kernel - 1) < size + problem.padding {
      count += 1
      start += problem.stride
    }
    return count
  }

  func counts(_ sizes: ConvolutionProblem.Sizes) -> [String: [Double]] {
    let (rows, columns) = (places(sizes.rows, sizes.kernel), places(sizes.columns, sizes.kernel))
    var (parameters, multiplications) = (0, 0)
    for _ in 0..<sizes.filters {
      for _ in 0..<sizes.channels {
        for _ in 0..<sizes.kernel * sizes.kernel {
          parameters += 1
          multiplications += rows * columns
        }
      }
      if sizes.hasBias { parameters += 1 }
    }
    let inputs = sizes.rows * sizes.columns * sizes.channels
    return [
      "hout": [Double(rows)], "wout": [Double(columns)], "dout": [Double(sizes.filters)],
      "parameters": [Double(parameters)], "multiplications": [Double(multiplications)],
      "dense": [Double(inputs * rows * columns * sizes.filters)],
    ]
  }

  func values(_ numbers: ConvolutionProblem.Numbers) -> [String: [Double]] {
    let (image, filter) = (numbers.input.shape, numbers.kernel.shape)
    let (filters, channels, size) = (filter[0], filter[1], filter[2])
    let (rows, columns) = (places(image[1], size), places(image[2], size))
    func output(_ x: [Double], _ k: [Double], _ b: [Double]) -> [Double] {
      var result: [Double] = []
      for f in 0..<filters {
        for place in 0..<rows * columns {
          var sum = b[f]
          for c in 0..<channels {
            for tap in 0..<size * size {
              let row =
                place / columns * problem.stride - problem.padding
                + tap / size * problem.dilation
              let column =
                place % columns * problem.stride - problem.padding
                + tap % size * problem.dilation
              guard (0..<image[1]).contains(row), (0..<image[2]).contains(column) else { continue }
              sum +=
                k[(f * channels + c) * size * size + tap]
                * x[(c * image[1] + row) * image[2] + column]
            }
          }
          result.append(sum)
        }
      }
      return result
    }
    let (x, k) = (numbers.input.elements, numbers.kernel.elements)
    let b = numbers.bias ?? [Double](repeating: 0, count: filters)
    var values: [String: [Double]] = ["hout": [Double(rows)], "wout": [Double(columns)]]
    func name(_ key: String, _ index: Int, _ shape: [Int]) -> String {
      var rest = index
      var parts: [Int] = []
      for size in shape.reversed() {
        parts.insert(rest % size + 1, at: 0)
        rest /= size
      }
      return shape.reduce(1, *) == 1 ? key : key + parts.map { ".\($0)" }.joined()
    }
    for (index, value) in output(x, k, b).enumerated() {
      values[name("y", index, [1, filters, rows, columns])] = [value]
    }
    guard let upstream = numbers.upstream?.elements else { return values }
    func loss(_ x: [Double], _ k: [Double], _ b: [Double]) -> Double {
      zip(output(x, k, b), upstream).reduce(0) { $0 + $1.0 * $1.1 }
    }
    for i in k.indices {
      values[name("∂k", i, filter)] = [
        KeyCheck.slope(k[i], { loss(x, k.replacing(i, $0), b) })
      ]
    }
    for i in b.indices {
      values[name("∂b", i, [filters])] = [
        KeyCheck.slope(b[i], { loss(x, k, b.replacing(i, $0)) })
      ]
    }
    for i in x.indices {
      values[name("∂x", i, [1] + image)] = [
        KeyCheck.slope(x[i], { loss(x.replacing(i, $0), k, b) })
      ]
    }
    return values
  }
}
