import Exercises
import Explain
import Foundation

// Closed forms and central differences in plain Swift, written apart from the library.

extension KeyOracle {
  static let softmax = KeyOracle(
    kind: .softmax, path: "closed forms",
    values: { problem in
      let problem = problem as! SoftmaxProblem
      let z = problem.logits[0]
      let e = z.map { exp($0) }
      let sum = e.reduce(0, +)
      let p = e.map { $0 / sum }
      var values: [String: [Double]] = ["S": [sum]]
      for j in z.indices {
        values["e.1.\(j + 1)"] = [e[j]]
        values["p.1.\(j + 1)"] = [p[j]]
        for k in z.indices {
          values["J.\(j + 1).\(k + 1)"] = [j == k ? p[j] * (1 - p[j]) : -p[j] * p[k]]
        }
      }
      if let y = problem.target?[0] {
        values["L"] = [-zip(y, p).reduce(0) { $0 + $1.0 * log($1.1) }]
        for j in z.indices { values["∂z.1.\(j + 1)"] = [p[j] - y[j]] }
      }
      return values
    })

  static let batchNorm = KeyOracle(
    kind: .batchNorm, path: "closed forms forward, central differences back",
    values: { problem in
      let problem = problem as! BatchNormProblem
      let z = problem.input
      let (count, width) = (z.count, z[0].count)
      let scale = problem.scale ?? [Double](repeating: 1, count: width)
      let shift = problem.shift ?? [Double](repeating: 0, count: width)
      func statistics(_ z: [[Double]], _ j: Int) -> (mean: Double, variance: Double) {
        let mean = z.reduce(0) { $0 + $1[j] } / Double(count)
        return (mean, z.reduce(0) { $0 + ($1[j] - mean) * ($1[j] - mean) } / Double(count))
      }
      func output(_ z: [[Double]], _ scale: [Double], _ shift: [Double]) -> [[Double]] {
        z.map { row in
          (0..<width).map { j in
            let (mean, variance) = statistics(z, j)
            return scale[j] * (row[j] - mean) / (variance + problem.epsilon).squareRoot() + shift[j]
          }
        }
      }
      let upstream = problem.upstream ?? z.map { $0.map { _ in 1 } }
      func loss(_ z: [[Double]], _ scale: [Double], _ shift: [Double]) -> Double {
        zip(output(z, scale, shift), upstream).reduce(0) { sum, rows in
          sum + zip(rows.0, rows.1).reduce(0) { $0 + $1.0 * $1.1 }
        }
      }
      var values: [String: [Double]] = [:]
      let h = output(z, scale, shift)
      for j in 0..<width {
        let (mean, variance) = statistics(z, j)
        values["μ.1.\(j + 1)"] = [mean]
        values["σ.1.\(j + 1)"] = [variance]
        for n in 0..<count {
          values["n.\(n + 1).\(j + 1)"] = [
            (z[n][j] - mean) / (variance + problem.epsilon).squareRoot()
          ]
          values["h.\(n + 1).\(j + 1)"] = [h[n][j]]
          values["∂z.\(n + 1).\(j + 1)"] = [
            KeyCheck.slope(z[n][j]) {
              var moved = z
              moved[n][j] = $0
              return loss(moved, scale, shift)
            }
          ]
        }
        values["∂γ.1.\(j + 1)"] = [
          KeyCheck.slope(scale[j]) {
            var moved = scale
            moved[j] = $0
            return loss(z, moved, shift)
          }
        ]
        values["∂β.1.\(j + 1)"] = [
          KeyCheck.slope(shift[j]) {
            var moved = shift
            moved[j] = $0
            return loss(z, scale, moved)
          }
        ]
        if let test = problem.test {
          // From 0 and 1, the share α of the batch's own.
          let runningMean = problem.momentum * mean
          let running = (1 - problem.momentum) + problem.momentum * variance
          values["rm"] = [runningMean]
          values["rv"] = [running]
          values["ht"] = [
            scale[j] * (test[j] - runningMean) / (running + problem.epsilon).squareRoot() + shift[j]
          ]
        }
      }
      // A single unit has no index.
      if width == 1 {
        for name in ["μ", "σ", "∂γ", "∂β"] { values[name] = values[name + ".1.1"] }
      }
      return values
    }, tolerance: 1e-7)

  static let dropout = KeyOracle(
    kind: .dropout, path: "closed forms",
    values: { problem in
      let problem = problem as! DropoutProblem
      var values: [String: [Double]] = [:]
      for (j, a) in problem.activations.enumerated() {
        values["training.\(j + 1)"] = [a * problem.mask[j]]
        values["test.\(j + 1)"] = [a * problem.keep]
        values["inverted.\(j + 1)"] = [a * problem.mask[j] / problem.keep]
      }
      return values
    })

  static let convolution = KeyOracle(
    kind: .convolution, path: "counting windows, central differences",
    values: { problem in
      let problem = problem as! ConvolutionProblem
      func out(_ size: Int, _ kernel: Int) -> Int {
        // Windows counted one by one.
        var count = 0
        var start = -problem.padding
        while start + kernel <= size + problem.padding {
          count += 1
          start += problem.stride
        }
        return count
      }
      switch problem.content {
      case .sizes(let sizes):
        return [
          "hout": [Double(out(sizes.rows, sizes.kernel))],
          "wout": [Double(out(sizes.columns, sizes.kernel))], "dout": [Double(sizes.filters)],
          "parameters": [
            Double(sizes.filters * (sizes.kernel * sizes.kernel * sizes.channels + 1))
          ],
        ]
      case .numbers(let numbers):
        let image = numbers.input.shape[1]
        let size = out(image, 2)
        func output(_ kernel: [Double], _ bias: Double) -> [Double] {
          (0..<size * size).map { place in
            var sum = bias
            for tap in 0..<4 {
              let row = place / size * problem.stride - problem.padding + tap / 2
              let column = place % size * problem.stride - problem.padding + tap % 2
              if (0..<image).contains(row), (0..<image).contains(column) {
                sum += kernel[tap] * numbers.input.elements[row * image + column]
              }
            }
            return sum
          }
        }
        let kernel = numbers.kernel.elements
        let bias = numbers.bias?[0] ?? 0
        var values: [String: [Double]] = ["hout": [Double(size)], "wout": [Double(size)]]
        for (place, number) in output(kernel, bias).enumerated() {
          values["y.1.1.\(place / size + 1).\(place % size + 1)"] = [number]
        }
        if let upstream = numbers.upstream?.elements {
          func loss(_ kernel: [Double], _ bias: Double) -> Double {
            zip(output(kernel, bias), upstream).reduce(0) { $0 + $1.0 * $1.1 }
          }
          for tap in 0..<4 {
            values["∂k.1.1.\(tap / 2 + 1).\(tap % 2 + 1)"] = [
              KeyCheck.slope(kernel[tap]) {
                var moved = kernel
                moved[tap] = $0
                return loss(moved, bias)
              }
            ]
          }
          values["∂b"] = [KeyCheck.slope(bias) { loss(kernel, $0) }]
        }
        return values
      }
    }, tolerance: 1e-8)

  static let pooling = KeyOracle(
    kind: .pooling, path: "a loop over windows, central differences",
    values: { problem in
      let problem = problem as! PoolingProblem
      let (rows, columns) = (problem.input.shape[1], problem.input.shape[2])
      let height = problem.window ?? rows
      let width = problem.window ?? columns
      let (down, across) = (rows / height, columns / width)
      func output(_ x: [Double]) -> [Double] {
        (0..<down * across).map { place in
          var members: [Double] = []
          for r in 0..<height {
            for c in 0..<width {
              members.append(
                x[(place / across * height + r) * columns + place % across * width + c])
            }
          }
          return problem.mode == .maximum
            ? members.max()! : members.reduce(0, +) / Double(members.count)
        }
      }
      var values: [String: [Double]] = [:]
      for (place, number) in output(problem.input.elements).enumerated() {
        values["y.1.1.\(place / across + 1).\(place % across + 1)"] = [number]
      }
      if down * across == 1 { values["y"] = values["y.1.1.1.1"] }
      if let upstream = problem.upstream?.elements {
        for index in problem.input.elements.indices {
          values["∂x.1.1.\(index / columns + 1).\(index % columns + 1)"] = [
            KeyCheck.slope(problem.input.elements[index]) { number in
              var moved = problem.input.elements
              moved[index] = number
              return zip(output(moved), upstream).reduce(0) { $0 + $1.0 * $1.1 }
            }
          ]
        }
      }
      return values
    }, tolerance: 1e-8)
}
