import Arrays
import CKernels
import Testing

/// Reductions of many elements to few results, which are shared among threads in bands, at each
/// instruction set and several numbers of threads: the last rows, columns beside each other, bands
/// of unequal sizes.
@Suite("Long reductions", .serialized)
struct LongReductionTests {
  /// [outer, middle, inner]: one band less than is shared, two and one more element, several rows
  /// at once with some left over, one column too many for bands, few rows of many columns.
  static let sizes: [(outer: Int, middle: Int, inner: Int)] = [
    (1, 131_071, 1), (1, 131_072, 1), (1, 131_073, 1), (1, 393_217, 1), (3, 200_003, 1),
    (1, 70_001, 3), (2, 30_011, 10), (1, 4001, 100), (1, 1501, 513), (1, 401, 1024),
    (1, 401, 1025), (2, 67, 1100), (1, 64, 2500), (1, 65, 2500), (1, 7, 1100),
  ]

  static func number(_ index: Int) -> Float {
    Float((index &* 7919) % 10_007) / 5000 + Float(index % 3)
  }

  static func reduce(
    _ reduction: Reduction, _ x: [Float], _ size: (outer: Int, middle: Int, inner: Int)
  ) -> [Float] {
    var y = [Float](repeating: -7, count: size.outer * size.inner)
    gk_reduce(reduction.rawValue, x, &y, size.outer, size.middle, size.inner)
    return y
  }

  static func exact(
    _ reduction: Reduction, _ x: [Float], _ size: (outer: Int, middle: Int, inner: Int)
  ) -> [Double] {
    var result: [Double] = []
    for outer in 0..<size.outer {
      for column in 0..<size.inner {
        var (sum, most, least) = (0.0, -Double.infinity, Double.infinity)
        let start = outer * size.middle * size.inner + column
        for row in 0..<size.middle {
          let value = Double(x[start + row * size.inner])
          sum += value
          most = max(most, value)
          least = min(least, value)
        }
        let mean = sum / Double(size.middle)
        var square = 0.0
        if reduction == .variance {
          for row in 0..<size.middle {
            let d = Double(x[start + row * size.inner]) - mean
            square += d * d
          }
        }
        switch reduction {
        case .sum: result.append(sum)
        case .mean: result.append(mean)
        case .maximum: result.append(most)
        case .minimum: result.append(least)
        case .variance: result.append(square / Double(size.middle))
        }
      }
    }
    return result
  }

  @Test(arguments: Reduction.allCases) func valuesAndThreads(_ reduction: Reduction) {
    let threads = Compute.threads
    defer {
      gk_limit_level(2)
      Compute.threads = threads
    }
    for size in Self.sizes {
      let count = size.outer * size.middle * size.inner
      var x = (0..<count).map(Self.number)
      // The extremes stand last, where loops leave something over.
      x[count - 1] = 90
      x[count - size.inner] = size.inner > 1 ? -90 : 90
      let exact = Self.exact(reduction, x, size)
      for level in Int32(0)...2 where gk_limit_level(level) == level {
        Compute.threads = 1
        let single = Self.reduce(reduction, x, size)
        for (index, (a, b)) in zip(single, exact).enumerated() {
          #expect(
            abs(Double(a) - b) <= 1e-6 * abs(b),
            "\(reduction) of \(size), level \(level), result \(index): \(a), expected \(b)")
        }
        for count in [2, 3] {
          Compute.threads = count
          #expect(Self.reduce(reduction, x, size) == single, "\(size) on \(count) threads")
        }
      }
    }
  }

  /// A large mean costs the variance no digits: deviations are from a band's own mean, whose
  /// rounding is made up for before bands are joined.
  @Test func varianceFarFromZero() {
    for size in Self.sizes {
      let count = size.outer * size.middle * size.inner
      let x = (0..<count).map { 4096 + Self.number($0) }
      let exact = Self.exact(.variance, x, size)
      for (a, b) in zip(Self.reduce(.variance, x, size), exact) {
        #expect(abs(Double(a) - b) <= 1e-5 * b, "\(size): \(a), expected \(b)")
      }
    }
  }

  @Test(arguments: Reduction.allCases) func notANumberIsFound(_ reduction: Reduction) {
    defer { gk_limit_level(2) }
    for level in Int32(0)...2 where gk_limit_level(level) == level {
      for size in Self.sizes {
        let count = size.outer * size.middle * size.inner
        var x = (0..<count).map(Self.number)
        // In the first and in the last rows, in each of the four that are taken at once.
        let rows = [0, 1, 2, 3, 4, size.middle / 2] + (max(0, size.middle - 6)..<size.middle)
        for row in rows where row < size.middle {
          let place = row * size.inner + size.inner / 2
          let before = x[place]
          x[place] = .nan
          let found = Self.reduce(reduction, x, size).map(\.isNaN)
          x[place] = before
          #expect(
            found.indices.allSatisfy { found[$0] == ($0 == size.inner / 2) },
            "\(reduction) of \(size), level \(level), row \(row)")
        }
      }
    }
  }
}
