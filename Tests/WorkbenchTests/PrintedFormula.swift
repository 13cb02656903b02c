import Foundation

/// Evaluates a formula from its printed text alone, as a reader would: shares no code with the
/// library.
struct PrintedFormula {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// A matrix; scalars are 1×1 and not `isArray`.
  struct Number {
    var rows: Int
    var columns: Int
    var elements: [Double]
    var isArray: Bool

    init(_ value: Double) { (rows, columns, elements, isArray) = (1, 1, [value], false) }

    init(rows: Int, columns: Int, _ elements: [Double]) {
      (self.rows, self.columns, self.elements, isArray) = (rows, columns, elements, true)
    }

    func map(_ body: (Double) -> Double) -> Number {
      var copy = self
      copy.elements = elements.map(body)
      return copy
    }

    func with(_ other: Number, _ body: (Double, Double) -> Double) throws -> Number {
      let (height, width) = (max(rows, other.rows), max(columns, other.columns))
      guard [rows, other.rows].allSatisfy({ $0 == 1 || $0 == height }),
        [columns, other.columns].allSatisfy({ $0 == 1 || $0 == width })
      else { throw Failure(description: "shapes do not fit") }
      func at(_ x: Number, _ row: Int, _ column: Int) -> Double {
        x.elements[(x.rows == 1 ? 0 : row) * x.columns + (x.columns == 1 ? 0 : column)]
      }
      var result = Number(
        rows: height, columns: width,
        (0..<height * width).map {
          body(at(self, $0 / width, $0 % width), at(other, $0 / width, $0 % width))
        })
      result.isArray = isArray || other.isArray
      return result
    }

    func product(_ other: Number) throws -> Number {
      guard isArray, other.isArray else { return try with(other, *) }
      guard columns == other.rows else { throw Failure(description: "inner sizes differ") }
      var result: [Double] = []
      for row in 0..<rows {
        for column in 0..<other.columns {
          result.append(
            (0..<columns).reduce(0) {
              $0 + elements[row * columns + $1] * other.elements[$1 * other.columns + column]
            })
        }
      }
      return Number(rows: rows, columns: other.columns, result)
    }

    var transposed: Number {
      Number(
        rows: columns, columns: rows,
        (0..<elements.count).map { elements[($0 % rows) * columns + $0 / rows] })
    }

    /// The matrix without a row and a column.
    private func minor(_ row: Int, _ column: Int) -> Number {
      let places = (0..<rows * columns).filter { $0 / columns != row && $0 % columns != column }
      return Number(rows: rows - 1, columns: columns - 1, places.map { elements[$0] })
    }

    /// The determinant by its first row.
    var determinant: Double {
      if rows == 0 { return 1 }
      return (0..<columns).reduce(0) {
        $0 + ($1 % 2 == 0 ? 1 : -1) * elements[$1] * minor(0, $1).determinant
      }
    }

    /// Cofactor matrix.
    var cofactors: Number {
      Number(
        rows: rows, columns: columns,
        (0..<rows * columns).map { place in
          let (row, column) = (place / columns, place % columns)
          return ((row + column) % 2 == 0 ? 1 : -1) * minor(row, column).determinant
        })
    }

    /// Summed to a number of rows and columns.
    func summed(rows height: Int, columns width: Int) -> Number {
      var result = [Double](repeating: 0, count: height * width)
      for (index, value) in elements.enumerated() {
        let (row, column) = (index / columns, index % columns)
        result[(height == 1 ? 0 : row) * width + (width == 1 ? 0 : column)] += value
      }
      return Number(rows: height, columns: width, result)
    }
  }

  private var rest: Substring
  /// The shape of the result, for sums over part of the axes.
  private let shape: [Int]

  /// - Parameters:
  ///   - text: The printed formula with numbers put in.
  ///   - shape: The shape of the value that is printed behind it.
  static func value(_ text: String, shape: [Int]) throws -> Number {
    var parser = PrintedFormula(rest: text[...], shape: shape)
    let result = try parser.sum()
    parser.skip()
    guard parser.rest.isEmpty else {
      throw Failure(description: "left over: '\(parser.rest)' of '\(text)'")
    }
    return result
  }

  /// Whether the numbers are what a line asks for that names them as zeros of a polynomial; nil for
  /// other lines.
  static func isSolution(_ text: String, _ values: [Double]) throws -> Bool? {
    func argument(_ name: String) -> String? {
      text.hasPrefix(name + "(") && text.hasSuffix(")")
        ? String(text.dropFirst(name.count + 1).dropLast()) : nil
    }
    if let inner = argument("eigenvalues") {
      let matrix = try value(inner, shape: [])
      let scale = matrix.elements.map { abs($0) }.max() ?? 1
      return values.count == matrix.rows
        && values.allSatisfy { eigenvalue in
          var shifted = matrix
          for index in 0..<matrix.rows {
            shifted.elements[index * matrix.columns + index] -= eigenvalue
          }
          return abs(shifted.determinant) <= 1e-9 * pow(max(1, scale), Double(matrix.rows))
        }
    }
    if let inner = argument("eigenvectors")
      ?? argument("leading(eigenvectors").map({ String($0.dropFirst(0).dropLast()) })
    {
      // Unit columns that the matrix only stretches.
      let matrix = try value(inner, shape: [])
      let columns = values.count / matrix.rows
      let scale = max(1, matrix.elements.map { abs($0) }.max() ?? 1)
      return try (0..<columns).allSatisfy { column in
        let vector = Number(
          rows: matrix.rows, columns: 1,
          (0..<matrix.rows).map { values[$0 * columns + column] })
        let image = try matrix.product(vector)
        let stretch = zip(image.elements, vector.elements).reduce(0) { $0 + $1.0 * $1.1 }
        let length = vector.elements.reduce(0) { $0 + $1 * $1 }
        return abs(length - 1) < 1e-12
          && zip(image.elements, vector.elements).allSatisfy {
            abs($0 - stretch * $1) < 1e-9 * scale
          }
      }
    }
    if let inner = argument("root") {
      // λ³ − tλ² + cλ − d
      let t = try inner.split(separator: ",").map { try value(String($0), shape: []).elements[0] }
      let x = values[0]
      return abs(((x - t[0]) * x + t[1]) * x - t[2]) <= 1e-9 * max(1, abs(t[2]))
    }
    return nil
  }

  private mutating func skip() { while rest.first?.isWhitespace == true { rest.removeFirst() } }

  private mutating func take(_ options: String) -> Character? {
    skip()
    guard let next = rest.first, options.contains(next) else { return nil }
    return rest.removeFirst()
  }

  private mutating func sum() throws -> Number {
    var result = try product()
    while let sign = take("+−-") {
      let next = try product()
      result = try result.with(next, sign == "+" ? { $0 + $1 } : { $0 - $1 })
    }
    return result
  }

  private mutating func product() throws -> Number {
    var result = try signed()
    while let sign = take("×·⊙/") {
      let next = try signed()
      switch sign {
      case "·": result = try result.product(next)
      case "/": result = try result.with(next, /)
      default: result = try result.with(next, *)
      }
    }
    return result
  }

  private mutating func signed() throws -> Number {
    if take("−-") != nil { return try signed().map { -$0 } }
    return try power()
  }

  private mutating func power() throws -> Number {
    var base = try primary()
    while true {
      if rest.first == "ᵀ" {
        rest.removeFirst()
        base = base.transposed
        continue
      }
      let digits = rest.prefix { "⁰¹²³⁴⁵⁶⁷⁸⁹".contains($0) }
      if !digits.isEmpty {
        rest = rest.dropFirst(digits.count)
        let exponent = Double(
          String(digits.map { Character(String("⁰¹²³⁴⁵⁶⁷⁸⁹".distance(of: $0))) }))!
        base = base.map { pow($0, exponent) }
        continue
      }
      if take("^") != nil {
        let exponent = try signed()
        base = try base.with(exponent) { pow($0, $1) }
        continue
      }
      return base
    }
  }

  private mutating func primary() throws -> Number {
    skip()
    guard let next = rest.first else { throw Failure(description: "the text ends") }
    if take("(") != nil {
      let inner = try sum()
      guard take(")") != nil else { throw Failure(description: "no ')' at '\(rest)'") }
      return inner
    }
    if next == "[" { return try matrix() }
    if next.isNumber || next == "." || next == "∞" { return Number(try number()) }
    let name = String(rest.prefix { $0.isLetter || $0 == "_" || $0.isNumber })
    rest = rest.dropFirst(name.count)
    guard !name.isEmpty, take("(") != nil else {
      throw Failure(description: "unexpected '\(name.isEmpty ? String(next) : name)'")
    }
    var arguments = [try sum()]
    while take(",") != nil { arguments.append(try sum()) }
    guard take(")") != nil else { throw Failure(description: "no ')' after \(name)") }
    return try call(name, arguments)
  }

  private mutating func number() throws -> Double {
    if take("∞") != nil { return .infinity }
    var text = ""
    func isDigit(_ character: Character?) -> Bool {
      character.map { $0.isASCII && $0.isNumber } ?? false
    }
    while isDigit(rest.first) || rest.first == "." { text.append(rest.removeFirst()) }
    if rest.first == "e" {
      text.append(rest.removeFirst())
      if let sign = rest.first, "+-−".contains(sign) {
        text.append(sign == "−" ? "-" : sign)
        rest.removeFirst()
      }
      while isDigit(rest.first) { text.append(rest.removeFirst()) }
    }
    guard let value = Double(text) else { throw Failure(description: "'\(text)' is no number") }
    return value
  }

  private mutating func matrix() throws -> Number {
    guard take("[") != nil else { throw Failure(description: "no matrix") }
    var rows: [[Double]] = []
    func signedNumber() throws -> Double {
      let negative = take("−-") != nil
      skip()
      return negative ? -(try number()) : try number()
    }
    skip()
    if rest.first == "[" {
      repeat {
        guard take("[") != nil else { throw Failure(description: "no row at '\(rest)'") }
        var row = [try signedNumber()]
        while take(",") != nil { row.append(try signedNumber()) }
        guard take("]") != nil else { throw Failure(description: "no ']' at '\(rest)'") }
        rows.append(row)
      } while take(",") != nil
    } else {
      var row = [try signedNumber()]
      while take(",") != nil { row.append(try signedNumber()) }
      rows = [row]
    }
    guard take("]") != nil else { throw Failure(description: "no ']' at '\(rest)'") }
    return Number(rows: rows.count, columns: rows[0].count, rows.flatMap { $0 })
  }

  private func call(_ name: String, _ x: [Number]) throws -> Number {
    let functions: [String: (Double) -> Double] = [
      "exp": exp, "ln": log, "log": log, "sqrt": { $0.squareRoot() }, "sin": sin, "cos": cos,
      "tanh": tanh, "σ": { 1 / (1 + exp(-$0)) }, "abs": { abs($0) },
      "sign": { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }, "step": { $0 > 0 ? 1 : 0 },
      "ReLU": { max($0, 0) }, "floor": { $0.rounded(.down) },
    ]
    let pairs: [String: (Double, Double) -> Double] = [
      "max": { max($0, $1) }, "min": { min($0, $1) }, "atleast": { $0 >= $1 ? 1 : 0 },
      "atmost": { $0 <= $1 ? 1 : 0 }, "greater": { $0 > $1 ? 1 : 0 }, "less": { $0 < $1 ? 1 : 0 },
    ]
    if let function = functions[name], x.count == 1 { return x[0].map(function) }
    if let function = pairs[name], x.count >= 2 {
      return try x.dropFirst().reduce(x[0]) { try $0.with($1, function) }
    }
    switch name {
    case "sum": return Number(x[0].elements.reduce(0, +))
    case "rowsum": return x[0].summed(rows: x[0].rows, columns: 1)
    case "columnsum": return x[0].summed(rows: 1, columns: x[0].columns)
    case "rowmean":
      return x[0].summed(rows: x[0].rows, columns: 1).map { $0 / Double(x[0].columns) }
    case "columnmean":
      return x[0].summed(rows: 1, columns: x[0].columns).map { $0 / Double(x[0].rows) }
    case "diag":
      let count = x[0].elements.count
      return Number(
        rows: count, columns: count,
        (0..<count * count).map { $0 / count == $0 % count ? x[0].elements[$0 / count] : 0 })
    case "leading":  // the first columns
      let count = shape.last ?? 1
      return Number(
        rows: x[0].rows, columns: count,
        (0..<x[0].rows * count).map { x[0].elements[$0 / count * x[0].columns + $0 % count] })
    case "oriented":  // each column's entry of largest magnitude made positive
      var result = x[0]
      for column in 0..<x[0].columns {
        let places = (0..<x[0].rows).map { $0 * x[0].columns + column }
        let largest = places.map { abs(x[0].elements[$0]) }.max()!
        let first = places.first { abs(x[0].elements[$0]) >= largest * (1 - 1e-8) }!
        if x[0].elements[first] < 0 { for place in places { result.elements[place] *= -1 } }
      }
      return result
    case "cofactors": return x[0].cofactors
    default: throw Failure(description: "no function '\(name)'")
    }
  }
}

extension String {
  /// The place of a character.
  fileprivate func distance(of character: Character) -> Int {
    distance(from: startIndex, to: firstIndex(of: character)!)
  }
}
