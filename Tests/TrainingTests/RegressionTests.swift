import Formats
import Foundation
import TestSupport
import Testing
import Training

@Suite("Regression in closed form") struct RegressionTests {
  /// Cases of `Tests/References/regression.py`: by NumPy's `lstsq`, which shares no code with this.
  struct References: Decodable, Sendable {
    /// A vector or a matrix.
    enum Numbers: Decodable, Sendable {
      case number(Double)
      case vector([Double])
      case matrix([[Double]])

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
          self = .number(number)
        } else if let vector = try? container.decode([Double].self) {
          self = .vector(vector)
        } else {
          self = .matrix(try container.decode([[Double]].self))
        }
      }

      var array: NDArray {
        switch self {
        case .number(let number): NDArray(number)
        case .vector(let vector): NDArray(vector)
        case .matrix(let rows): NDArray(rows: rows)
        }
      }
    }

    struct Linear: Decodable, Sendable, CustomTestStringConvertible {
      let name: String
      let inputs, targets, weights, offset: Numbers
      let ridge, error: Double
      let intercept: Bool
      let rank: Int
      var testDescription: String { name }
    }

    struct Polynomial: Decodable, Sendable, CustomTestStringConvertible {
      let name: String
      let inputs, targets, coefficients, places, values: [Double]
      let degree: Int
      let ridge, error: Double
      var testDescription: String { name }
    }

    let linear: [Linear]
    let polynomial: [Polynomial]

    static let all: References = {
      do {
        let bytes = try Files.read(TestSupport.References.path("regression.json"), maximum: 1 << 20)
        return try JSONDecoder().decode(References.self, from: Data(bytes))
      } catch {
        fatalError("regression.json: \(error)")
      }
    }()
  }

  private func distance(_ a: NDArray, _ b: NDArray) -> Double {
    guard a.shape == b.shape else { return .infinity }
    let size = max(1, b.doubles.map(abs).max() ?? 0)
    return (zip(a.doubles, b.doubles).map { abs($0 - $1) }.max() ?? 0) / size
  }

  /// Condition numbers are below 10², so that 1e-12 leaves a hundred roundings.
  @Test("weights, intercept, rank and error are NumPy's", arguments: References.all.linear)
  func linear(_ row: References.Linear) throws {
    let (x, y) = (row.inputs.array, row.targets.array)
    let fit = try LinearRegression(
      fitting: x, to: y, ridge: row.ridge, hasIntercept: row.intercept)
    #expect(distance(fit.weights, row.weights.array) < 1e-12)
    #expect(distance(fit.intercept, row.offset.array) < 1e-12)
    #expect(fit.rank == row.rank)
    #expect(fit.ridge == row.ridge)
    #expect(abs(try fit.meanSquaredError(x, y) - row.error) < 1e-12)
    #expect(try fit.predictions(for: x).shape == y.shape)
  }

  /// The polynomial through 15 points has coefficients of some 10⁴ and a condition number like that.
  @Test("coefficients and values are NumPy's", arguments: References.all.polynomial)
  func polynomial(_ row: References.Polynomial) throws {
    let (x, y) = (NDArray(row.inputs), NDArray(row.targets))
    let fit = try PolynomialRegression(fitting: x, to: y, degree: row.degree, ridge: row.ridge)
    #expect(distance(NDArray(fit.coefficients), NDArray(row.coefficients)) < 1e-9)
    #expect(distance(fit.predictions(for: NDArray(row.places)), NDArray(row.values)) < 1e-9)
    #expect(abs(try fit.meanSquaredError(x, y) - row.error) < 1e-12)
    #expect(fit.lowest == row.inputs.min() && fit.highest == row.inputs.max())
    #expect(fit.rank == min(row.degree, 14))
  }

  // MARK: By hand

  @Test("one input: slope cov(x, y)/var(x), and the line goes through the means")
  func byHand() throws {
    // x − 3 is −2, −1, 0, 1, 2 with squares' sum 10; Σ(x − 3)·y = −2·2 − 4 + 5 + 2·4 = 5.
    let (x, y) = ([1.0, 2, 3, 4, 5], [2.0, 4, 5, 5, 4])
    let fit = try LinearRegression(fitting: NDArray(x, shape: [5, 1]), to: NDArray(y))
    #expect(abs(fit.weights.doubles[0] - 0.5) < 1e-14)
    #expect(abs(fit.intercept.item - 2.5) < 1e-14)
    #expect(abs(fit.singularValues[0] - 10.0.squareRoot()) < 1e-14)
    // The penalty divides by 10 + λ instead.
    let ridge = try LinearRegression(fitting: NDArray(x, shape: [5, 1]), to: NDArray(y), ridge: 10)
    #expect(abs(ridge.weights.doubles[0] - 0.25) < 1e-14)
    #expect(abs(ridge.intercept.item - 3.25) < 1e-14)
  }

  /// Of all solutions of w₁ + w₂ = 2 the shortest is (1, 1).
  @Test("the shortest of several solutions")
  func shortest() throws {
    let x = NDArray([1.0, 1, 2, 2, 3, 3], shape: [3, 2])
    let fit = try LinearRegression(fitting: x, to: NDArray([2.0, 4, 6]), hasIntercept: false)
    #expect(distance(fit.weights, NDArray([1.0, 1])) < 1e-14)
    #expect(fit.rank == 1)
    // Inputs that are all equal tell nothing: the mean is left.
    let constant = try LinearRegression(
      fitting: .ones([4, 2], dtype: .float64), to: NDArray([1.0, 2, 3, 6]), ridge: 0)
    #expect(constant.rank == 0 && constant.weights.doubles == [0, 0])
    #expect(constant.intercept.item == 3)
    // A penalty near 0 comes near the shortest.
    let ridge = try LinearRegression(
      fitting: x, to: NDArray([2.0, 4, 6]), ridge: 1e-9, hasIntercept: false)
    #expect(distance(ridge.weights, NDArray([1.0, 1])) < 1e-9)
  }

  /// At the minimum Xᵀ(y − Xw − b) = λw and the residuals sum to 0.
  @Test("the gradient of the penalised error is 0", arguments: [0, 0.5, 20])
  func stationary(_ ridge: Double) throws {
    let x = NDArray.normal([30, 6], key: RandomKey(seed: 2, path: "x"), dtype: .float64)
    let y = NDArray.normal([30, 2], key: RandomKey(seed: 2, path: "y"), dtype: .float64)
    let fit = try LinearRegression(fitting: x, to: y, ridge: ridge)
    let residual = y - (try fit.predictions(for: x))
    let gradient = x.matmul(residual, transposeSelf: true) - fit.weights * NDArray(ridge)
    #expect(gradient.doubles.allSatisfy { abs($0) < 1e-12 })
    #expect(residual.sum(axes: [0]).doubles.allSatisfy { abs($0) < 1e-12 })
  }

  @Test("other types are as good, to their precision")
  func types() throws {
    let x = NDArray([Float(1), 2, 3, 4, 5], shape: [5, 1])
    let fit = try LinearRegression(fitting: x, to: NDArray([Int32(2), 4, 5, 5, 4]))
    #expect(abs(fit.weights.doubles[0] - 0.5) < 1e-14 && fit.weights.dtype == .float64)
  }

  /// A cubic's own coefficients come back: x³ on −1 … 1 is ⅗P₁ + ⅖P₃.
  @Test("a polynomial of the degree fitted comes back")
  func cubic() throws {
    let x = (0..<9).map { Double($0) / 4 - 1 }
    let fit = try PolynomialRegression(
      fitting: NDArray(x), to: NDArray(x.map { $0 * $0 * $0 }), degree: 5)
    #expect(distance(NDArray(fit.coefficients), NDArray([0, 0.6, 0, 0.4, 0, 0])) < 1e-14)
  }

  /// Powers of x up to 30 on 1000 … 2000 would have lost all digits.
  @Test("high degrees far from 0 keep their digits")
  func wellConditioned() throws {
    let x = (0...200).map { 1000 + 5 * Double($0) }
    let y = x.map { sin($0 / 100) }
    let fit = try PolynomialRegression(fitting: NDArray(x), to: NDArray(y), degree: 30)
    #expect(fit.rank == 30)
    #expect(try fit.meanSquaredError(NDArray(x), NDArray(y)) < 1e-20)
  }

  @Test("training error falls with the degree; test error falls and rises")
  func capacity() throws {
    func samples(_ count: Int, _ path: String) -> (x: NDArray, y: NDArray) {
      let x = (0..<count).map { 2 * Double($0) / Double(count - 1) - 1 }
      let noise = NDArray.normal(
        [count], standardDeviation: 0.2, key: RandomKey(seed: 1, path: path), dtype: .float64)
      return (NDArray(x), NDArray(zip(x, noise.doubles).map { sin(3 * $0) + $1 }))
    }
    let (train, test) = (samples(15, "train"), samples(200, "test"))
    let errors = try [0, 1, 3, 14].map { degree in
      let fit = try PolynomialRegression(fitting: train.x, to: train.y, degree: degree)
      return (
        train: try fit.meanSquaredError(train.x, train.y),
        test: try fit.meanSquaredError(test.x, test.y)
      )
    }
    #expect(zip(errors, errors.dropFirst()).allSatisfy { $0.train > $1.train })
    #expect(errors[3].train < 1e-12)
    #expect(errors[2].test < 0.5 * errors[0].test && errors[3].test > 2 * errors[2].test)
  }

  @Test("a single input, or all of them equal, leaves the mean")
  func equalInputs() throws {
    let fit = try PolynomialRegression(
      fitting: NDArray([2.0, 2, 2]), to: NDArray([1.0, 2, 6]), degree: 3)
    #expect(fit.coefficients == [3, 0, 0, 0] && fit.rank == 0)
    #expect(fit.predictions(for: NDArray([2.0])).doubles == [3])
  }

  // MARK: What does not fit

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test func misfits() throws {
    let (x, y) = (NDArray.zeros([3, 2]), NDArray.zeros([3]))
    func linear(_ x: NDArray, _ y: NDArray, _ ridge: Double = 0) -> String {
      message { _ = try LinearRegression(fitting: x, to: y, ridge: ridge) }
    }
    #expect(
      linear(.zeros([3]), y)
        == "inputs: found [3], expected [samples, inputs], at least one of both")
    #expect(
      linear(.zeros([0, 2]), .zeros([0]))
        == "inputs: found [0, 2], expected [samples, inputs], at least one of both")
    #expect(
      linear(x, .zeros([4]))
        == "targets: found [4], expected [3] or [3, targets], as many as samples")
    #expect(linear(x, y, -1) == "ridge: found -1.0, expected a number of at least 0")
    #expect(linear(x, y, .nan) == "ridge: found nan, expected a number of at least 0")
    #expect(
      linear(NDArray([0, 1, 2, Float.nan], shape: [2, 2]), .zeros([2]))
        == "inputs[1][1]: found nan, expected a finite number")
    #expect(
      linear(x, NDArray([0, Float.infinity, 0]))
        == "targets[1]: found inf, expected a finite number")
    let fit = try LinearRegression(fitting: x, to: y)
    #expect(
      message { _ = try fit.predictions(for: .zeros([3, 4])) }
        == "inputs: found [3, 4], expected [N, 2], as were fitted")
    #expect(
      message { _ = try fit.meanSquaredError(x, .zeros([3, 2])) }
        == "targets: found [3, 2], expected [3], as were fitted")
    func polynomial(_ x: NDArray, _ y: NDArray, _ degree: Int) -> String {
      message { _ = try PolynomialRegression(fitting: x, to: y, degree: degree) }
    }
    #expect(polynomial(y, y, -1) == "degree: found -1, expected from 0 to 1000")
    #expect(polynomial(x, y, 1) == "inputs: found [3, 2], expected [samples], at least one")
    #expect(
      polynomial(y, .zeros([2]), 1) == "targets: found [2], expected [3], one for each input")
    #expect(
      polynomial(NDArray([0, Float.nan]), .zeros([2]), 1)
        == "inputs[1]: found nan, expected a finite number")
  }
}
