import Arrays
import Testing

/// A call of a function of one matrix.
struct LinearAlgebraCall: Sendable, CustomTestStringConvertible {
  let name: String
  let run: @Sendable (NDArray) throws(LinearAlgebraError) -> Void
  var testDescription: String { name }

  init(_ name: String, _ run: @escaping @Sendable (NDArray) throws(LinearAlgebraError) -> Void) {
    self.name = name
    self.run = run
  }

  /// Functions that call LAPACK on square matrices.
  static let square = [
    LinearAlgebraCall("inverse") { a throws(LinearAlgebraError) in
      _ = try LinearAlgebra.inverse(a)
    },
    LinearAlgebraCall("determinant") { a throws(LinearAlgebraError) in
      _ = try LinearAlgebra.determinant(a)
    },
    LinearAlgebraCall("logarithmicDeterminant") { a throws(LinearAlgebraError) in
      _ = try LinearAlgebra.logarithmicDeterminant(a)
    },
    LinearAlgebraCall("symmetricEigen") { a throws(LinearAlgebraError) in
      _ = try LinearAlgebra.symmetricEigen(a)
    },
    LinearAlgebraCall("cholesky") { a throws(LinearAlgebraError) in
      _ = try LinearAlgebra.cholesky(a)
    },
  ]
  static let trace = LinearAlgebraCall("trace") { a throws(LinearAlgebraError) in
    _ = try LinearAlgebra.trace(a)
  }
  /// Functions that call LAPACK on matrices of any shape.
  static let rectangular = [
    LinearAlgebraCall("singularValues") { a throws(LinearAlgebraError) in
      _ = try LinearAlgebra.singularValues(a)
    },
    LinearAlgebraCall("matrixNorm") { a throws(LinearAlgebraError) in
      _ = try LinearAlgebra.matrixNorm(a, .l2)
    },
  ]
}

@Suite struct LinearAlgebraErrorTests {
  /// The message of the error that the call throws.
  static func message(_ body: () throws(LinearAlgebraError) -> Void) -> String {
    do throws(LinearAlgebraError) {
      try body()
      return "no error"
    } catch {
      return error.description
    }
  }

  @Test(arguments: LinearAlgebraCall.square + [.trace])
  func squareShapes(call: LinearAlgebraCall) {
    let table: [(NDArray, String)] = [
      (NDArray(2.0), ": [], expected a square matrix [.., n, n]"),
      (NDArray([1.0, 2]), ": [2], expected a square matrix [.., n, n]"),
      (NDArray.zeros([4, 2, 3]), ": [4, 2, 3], not square: 2 rows and 3 columns"),
      (NDArray.zeros([0, 3]), ": [0, 3], not square: 0 rows and 3 columns"),
      (NDArray([Int32(1)], shape: [1, 1]), ": [1, 1] of int32, expected float32 or float64"),
    ]
    for (array, expected) in table {
      #expect(
        Self.message { () throws(LinearAlgebraError) in try call.run(array) }
          == call.name + expected)
    }
  }

  @Test(arguments: LinearAlgebraCall.rectangular)
  func rectangularShapes(call: LinearAlgebraCall) {
    let table: [(NDArray, String)] = [
      (NDArray(2.0), ": [], expected a matrix [.., m, n]"),
      (NDArray([1.0, 2]), ": [2], expected a matrix [.., m, n]"),
      (NDArray([true], shape: [1, 1]), ": [1, 1] of bool, expected float32 or float64"),
    ]
    for (array, expected) in table {
      #expect(
        Self.message { () throws(LinearAlgebraError) in try call.run(array) }
          == call.name + expected)
    }
  }

  @Test(arguments: LinearAlgebraCall.square + LinearAlgebraCall.rectangular, linearAlgebraTypes)
  func notFinite(call: LinearAlgebraCall, dtype: DType) {
    for value in [Double.nan, .infinity, -.infinity] {
      let single = NDArray.batch([1, value, value, 1], [2, 2], dtype)
      #expect(
        Self.message { () throws(LinearAlgebraError) in try call.run(single) }
          == "\(call.name): [2, 2], element [0, 1] is not a finite number")
      let batch = NDArray.batch([1, 0, 0, 1, 1, 0, 0, value], [2, 2, 2], dtype)
      #expect(
        Self.message { () throws(LinearAlgebraError) in try call.run(batch) }
          == "\(call.name): [2, 2, 2], element [1, 1, 1] is not a finite number")
    }
  }

  @Test func vectorNormShapes() {
    let table: [(NDArray, String)] = [
      (NDArray(2.0), "vectorNorm: [], expected a vector [.., n]"),
      (NDArray([Int32(1)]), "vectorNorm: [1] of int32, expected float32 or float64"),
    ]
    for (array, expected) in table {
      #expect(
        Self.message { () throws(LinearAlgebraError) in _ = try LinearAlgebra.vectorNorm(array) }
          == expected)
    }
  }

  @Test func solveShapes() {
    let unit = NDArray(rows: [[1.0, 0], [0, 1]])
    let table: [(NDArray, NDArray, String)] = [
      (unit, NDArray([1.0, 2, 3]), "[2, 2] × [3], 2 rows of a and 3 of b differ"),
      (
        unit, NDArray(1.0),
        "[2, 2] × [], expected b [.., n] or [.., n, k] with the leading axes of a [.., n, n]"
      ),
      (
        unit, .zeros([1, 2, 1], dtype: .float64),
        "[2, 2] × [1, 2, 1], expected b [.., n] or [.., n, k] with the leading axes of a [.., n, n]"
      ),
      (
        .zeros([2, 3, 3]), .zeros([4, 3]),
        "[2, 3, 3] × [4, 3], leading axes [2] of a and [4] of b differ"
      ),
      (.zeros([2, 3]), .zeros([2]), "[2, 3] × [2], not square: 2 rows and 3 columns"),
      (.zeros([2]), .zeros([2]), "[2] × [2], expected a square matrix [.., n, n]"),
      (
        unit, NDArray([Float(1), 2]),
        "[2, 2] × [2] of float64 and float32, expected twice float32 or twice float64"
      ),
      (
        NDArray([Int32(1)], shape: [1, 1]), NDArray([Int32(1)]),
        "[1, 1] × [1] of int32 and int32, expected twice float32 or twice float64"
      ),
      (
        NDArray(rows: [[1, .nan], [0, 1]]), NDArray([1.0, 2]),
        "[2, 2] × [2], element [0, 1] of a is not a finite number"
      ),
      (
        unit, NDArray([1.0, .infinity]),
        "[2, 2] × [2], element [1] of b is not a finite number"
      ),
      (
        NDArray(rows: [[1.0, 2], [2, 4]]), NDArray([1.0, 2]),
        "[2, 2] × [2], singular: pivot 2 of 2 is zero"
      ),
      (
        NDArray([1.0, 0], shape: [2, 1, 1]), NDArray([1.0, 2], shape: [2, 1]),
        "[2, 1, 1] × [2, 1], matrix [1] is singular: pivot 1 of 1 is zero"
      ),
    ]
    for (a, b, expected) in table {
      #expect(
        Self.message { () throws(LinearAlgebraError) in _ = try LinearAlgebra.solve(a, b) }
          == "solve: " + expected)
    }
  }

  @Test func matricesWithoutResult() {
    let singular = NDArray(rows: [[1.0, 2], [2, 4]])
    let batch = NDArray(
      [1.0, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1], shape: [2, 2, 2, 2])
    let indefinite = NDArray(rows: [[4.0, 2, 0], [2, 1, 0], [0, 0, 1]])
    let asymmetric = NDArray(rows: [[1.0, 2, 3], [2, 1, 4], [3, 5, 1]])
    let pair = NDArray([1.0, 0, 0, 1, 1, 2, 0, 1], shape: [2, 2, 2])
    let table: [(LinearAlgebraCall, NDArray, String)] = [
      (LinearAlgebraCall.square[0], singular, "inverse: [2, 2], singular: pivot 2 of 2 is zero"),
      (
        LinearAlgebraCall.square[0], batch,
        "inverse: [2, 2, 2, 2], matrix [1, 1] is singular: pivot 1 of 2 is zero"
      ),
      (
        LinearAlgebraCall.square[4], indefinite,
        "cholesky: [3, 3], not positive definite: the leading minor of order 2 of 3 is not positive"
      ),
      (
        LinearAlgebraCall.square[4], batch,
        "cholesky: [2, 2, 2, 2], matrix [1, 1] is not positive definite: "
          + "the leading minor of order 1 of 2 is not positive"
      ),
      (
        LinearAlgebraCall.square[4], asymmetric,
        "cholesky: [3, 3], not symmetric: elements [1, 2] and [2, 1] differ"
      ),
      (
        LinearAlgebraCall.square[3], pair,
        "symmetricEigen: [2, 2, 2], matrix [1] is not symmetric: elements [0, 1] and [1, 0] differ"
      ),
      (
        LinearAlgebraCall.square[3], NDArray(rows: [[0, 1.7e308], [-1.7e308, 0]]),
        "symmetricEigen: [2, 2], not symmetric: elements [0, 1] and [1, 0] differ"
      ),
    ]
    for (call, array, expected) in table {
      #expect(
        Self.message { () throws(LinearAlgebraError) in try call.run(array) } == expected)
    }
  }

  /// Rounding of a product such as XᵀX is no asymmetry.
  @Test func roundingIsSymmetric() throws {
    let a = NDArray(rows: [[1, 0.3 + 1e-9], [0.3, 1]])
    #expect(abs(try LinearAlgebra.symmetricEigen(a).values.doubles[0] - 0.7) < 1e-8)
    let single = NDArray(rows: [[Float(1), 0.30001], [0.3, 1]])
    #expect(try LinearAlgebra.cholesky(single).doubles[0] == 1)
  }

  /// Sizes that LAPACK's integers cannot count are refused before memory is asked for; the arrays
  /// here are one number seen many times.
  @Test func tooLarge() {
    func broadcast(_ rows: Int, _ columns: Int) -> NDArray {
      NDArray([Float(1)]).view([rows, columns], strides: [0, 0])
    }
    let calls = Dictionary(
      uniqueKeysWithValues: (LinearAlgebraCall.square + LinearAlgebraCall.rectangular).map {
        ($0.name, $0)
      })
    let table: [(String, NDArray, String)] = [
      ("symmetricEigen", broadcast(32767, 32767), "2147549181"),
      ("inverse", broadcast(1 << 25, 1 << 25), "2147483648"),
      ("determinant", broadcast(1 << 31, 1 << 31), "2147483648"),
      ("cholesky", broadcast(1 << 31, 1 << 31), "2147483648"),
      ("singularValues", broadcast(23170, 23170), "2150732080"),
      ("singularValues", broadcast(1 << 25, 1), "2415919180"),
      ("matrixNorm", broadcast(2, 1 << 31), "154618822816"),
    ]
    for (name, array, counted) in table {
      #expect(
        Self.message { () throws(LinearAlgebraError) in try calls[name]!.run(array) }
          == "\(name): \(array.shape), too large: LAPACK would count to \(counted), "
          + "its integers end at 2147483647")
    }
    let a = broadcast(3, 3)
    let b = broadcast(3, 1 << 31)
    #expect(
      Self.message { () throws(LinearAlgebraError) in _ = try LinearAlgebra.solve(a, b) }
        == "solve: [3, 3] × [3, 2147483648], too large: LAPACK would count to 2147483648, "
        + "its integers end at 2147483647")
  }

  /// A full basis of a long matrix is refused before it is asked for.
  @Test func outOfMemory() {
    let long = NDArray([1.0]).view([10_000_000, 1], strides: [0, 0])
    do throws(LinearAlgebraError) {
      _ = try LinearAlgebra.singularValues(long, full: true)
      Issue.record("no error")
    } catch {
      guard case .outOfMemory(let needed) = error.reason else {
        Issue.record("\(error)")
        return
      }
      #expect(needed > 8 * 10_000_000 * 10_000_000)
      #expect(
        error.description.hasPrefix("singularValues: [10000000, 1], out of memory: needs ")
          && error.description.hasSuffix(" TiB, more than is free"))
    }
  }

  @Test func reasonsCanBeTold() throws {
    let error = #expect(throws: LinearAlgebraError.self) {
      try LinearAlgebra.inverse(NDArray([1.0, 0], shape: [2, 1, 1]))
    }
    #expect(
      error
        == LinearAlgebraError(
          operation: "inverse", shapes: [[2, 1, 1]], matrix: [1], reason: .singular(pivot: 1)))
    let unfinished = LinearAlgebraError(
      operation: "singularValues", shapes: [[7, 3, 2]], matrix: [4], reason: .notConverged)
    #expect(
      unfinished.description
        == "singularValues: [7, 3, 2], matrix [4] is without a result: the iteration did not "
        + "converge")
  }
}
