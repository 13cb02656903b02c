import Autodiff

/// Products, convolutions and poolings straight from their definitions, in double precision. They
/// share no code with the engines.
enum NaiveMath {
  /// Elements by index, in loops over whole shapes.
  private struct Grid {
    let shape: Shape
    var elements: [Double]

    init(_ array: NDArray) { (shape, elements) = (array.shape, array.doubles) }
    init(zeros shape: Shape) {
      self.shape = shape
      elements = [Double](repeating: 0, count: shape.elementCount)
    }

    func place(_ index: [Int]) -> Int { zip(index, shape).reduce(0) { $0 * $1.1 + $1.0 } }
    subscript(_ index: Int...) -> Double {
      get { elements[place(index)] }
      set { elements[place(index)] = newValue }
    }
    var array: NDArray { NDArray(elements, shape: shape) }
  }

  // MARK: Products

  static func matmul(_ a: NDArray, _ b: NDArray) -> NDArray {
    let (rows, inner) = (a.shape[a.rank - 2], a.shape[a.rank - 1])
    let columns = b.shape[b.rank - 1]
    let leading =
      trapping { () throws(ShapeError) in
        try Shape.broadcast(Shape(a.shape.dropLast(2)), Shape(b.shape.dropLast(2)), operation: "")
      }
    let first = a.broadcast(to: Shape(Array(leading) + [rows, inner])).doubles
    let second = b.broadcast(to: Shape(Array(leading) + [inner, columns])).doubles
    var result: [Double] = []
    for matrix in 0..<leading.elementCount {
      for row in 0..<rows {
        for column in 0..<columns {
          var sum = 0.0
          for k in 0..<inner {
            sum +=
              first[(matrix * rows + row) * inner + k]
              * second[(matrix * inner + k) * columns + column]
          }
          result.append(sum)
        }
      }
    }
    return NDArray(result, shape: Shape(Array(leading) + [rows, columns]))
  }

  // MARK: Convolution

  /// Calls `body` for every product of the sum that defines a convolution, with the indices of
  /// output, input and weight.
  private static func forEachTap(
    _ input: Shape, _ weight: Shape, _ output: Shape, _ geometry: ConvolutionGeometry,
    _ body: (_ y: (Int, Int, Int, Int), _ x: (Int, Int, Int, Int), _ w: (Int, Int, Int, Int)) ->
      Void
  ) {
    let outputsPerGroup = weight[0] / geometry.groups
    for n in 0..<output[0] {
      for o in 0..<output[1] {
        for row in 0..<output[2] {
          for column in 0..<output[3] {
            for c in 0..<weight[1] {
              for i in 0..<weight[2] {
                for j in 0..<weight[3] {
                  let top =
                    row * geometry.stride[0] - geometry.padding[0] + i * geometry.dilation[0]
                  let left =
                    column * geometry.stride[1] - geometry.padding[1] + j * geometry.dilation[1]
                  guard top >= 0, top < input[2], left >= 0, left < input[3] else { continue }
                  let channel = o / outputsPerGroup * weight[1] + c
                  body((n, o, row, column), (n, channel, top, left), (o, c, i, j))
                }
              }
            }
          }
        }
      }
    }
  }

  static func convolve(_ x: NDArray, _ w: NDArray, _ geometry: ConvolutionGeometry) -> NDArray {
    let (input, weight) = (Grid(x), Grid(w))
    var y = Grid(
      zeros: trapping { () throws(ShapeError) in
        try geometry.outputShape(input: x.shape, weight: w.shape)
      })
    forEachTap(x.shape, w.shape, y.shape, geometry) { place, from, tap in
      y[place.0, place.1, place.2, place.3] +=
        input[from.0, from.1, from.2, from.3] * weight[tap.0, tap.1, tap.2, tap.3]
    }
    return y.array
  }

  static func convolutionByInput(
    _ u: NDArray, _ w: NDArray, _ geometry: ConvolutionGeometry, _ shape: Shape
  ) -> NDArray {
    let (upstream, weight) = (Grid(u), Grid(w))
    var x = Grid(zeros: shape)
    forEachTap(shape, w.shape, u.shape, geometry) { place, from, tap in
      x[from.0, from.1, from.2, from.3] +=
        upstream[place.0, place.1, place.2, place.3] * weight[tap.0, tap.1, tap.2, tap.3]
    }
    return x.array
  }

  static func convolutionByWeight(
    _ u: NDArray, _ x: NDArray, _ geometry: ConvolutionGeometry, _ shape: Shape
  ) -> NDArray {
    let (upstream, input) = (Grid(u), Grid(x))
    var w = Grid(zeros: shape)
    forEachTap(x.shape, shape, u.shape, geometry) { place, from, tap in
      w[tap.0, tap.1, tap.2, tap.3] +=
        upstream[place.0, place.1, place.2, place.3] * input[from.0, from.1, from.2, from.3]
    }
    return w.array
  }

  // MARK: Pooling

  /// Calls `body` for every place of every window of one plane.
  private static func forEachPlace(
    _ input: Shape, _ output: Shape, _ geometry: PoolingGeometry,
    _ body: (_ y: (Int, Int, Int, Int), _ x: (Int, Int, Int, Int)) -> Void
  ) {
    for n in 0..<output[0] {
      for c in 0..<output[1] {
        for row in 0..<output[2] {
          for column in 0..<output[3] {
            for i in 0..<geometry.window[0] {
              for j in 0..<geometry.window[1] {
                let top = row * geometry.stride[0] - geometry.padding[0] + i
                let left = column * geometry.stride[1] - geometry.padding[1] + j
                guard top >= 0, top < input[2], left >= 0, left < input[3] else { continue }
                body((n, c, row, column), (n, c, top, left))
              }
            }
          }
        }
      }
    }
  }

  /// 1 ÷ the number of places that each window's mean is taken over.
  private static func shares(
    _ input: Shape, _ output: Shape, _ geometry: PoolingGeometry
  ) -> Grid {
    var counts = Grid(zeros: output)
    forEachPlace(input, output, geometry) { y, _ in counts[y.0, y.1, y.2, y.3] += 1 }
    let whole = Double(geometry.window[0] * geometry.window[1])
    counts.elements = counts.elements.map { 1 / (geometry.countsPadding ? whole : $0) }
    return counts
  }

  static func averagePool(_ x: NDArray, _ geometry: PoolingGeometry) -> NDArray {
    let input = Grid(x)
    var y = Grid(
      zeros: trapping { () throws(ShapeError) in try geometry.outputShape(input: x.shape) })
    let share = shares(x.shape, y.shape, geometry)
    forEachPlace(x.shape, y.shape, geometry) { to, from in
      y[to.0, to.1, to.2, to.3] +=
        input[from.0, from.1, from.2, from.3] * share[to.0, to.1, to.2, to.3]
    }
    return y.array
  }

  static func averagePoolSpread(
    _ u: NDArray, _ geometry: PoolingGeometry, _ shape: Shape
  ) -> NDArray {
    let upstream = Grid(u)
    var x = Grid(zeros: shape)
    let share = shares(shape, u.shape, geometry)
    forEachPlace(shape, u.shape, geometry) { to, from in
      x[from.0, from.1, from.2, from.3] +=
        upstream[to.0, to.1, to.2, to.3] * share[to.0, to.1, to.2, to.3]
    }
    return x.array
  }

  static func maximumPool(_ x: NDArray, _ geometry: PoolingGeometry) -> NDArray {
    let input = Grid(x)
    var y = Grid(
      zeros: trapping { () throws(ShapeError) in try geometry.outputShape(input: x.shape) })
    y.elements = y.elements.map { _ in -.infinity }
    forEachPlace(x.shape, y.shape, geometry) { to, from in
      y[to.0, to.1, to.2, to.3] =
        max(y[to.0, to.1, to.2, to.3], input[from.0, from.1, from.2, from.3])
    }
    return y.array
  }

  /// The upstream elements put where each window's maximum came from, the first of equal ones.
  static func maximumPoolRoute(
    _ u: NDArray, _ x: NDArray, _ geometry: PoolingGeometry
  ) -> NDArray {
    let (upstream, input) = (Grid(u), Grid(x))
    let largest = Grid(maximumPool(x, geometry))
    var result = Grid(zeros: x.shape)
    var done = Grid(zeros: u.shape)
    forEachPlace(x.shape, u.shape, geometry) { to, from in
      guard done[to.0, to.1, to.2, to.3] == 0,
        input[from.0, from.1, from.2, from.3] == largest[to.0, to.1, to.2, to.3]
      else { return }
      done[to.0, to.1, to.2, to.3] = 1
      result[from.0, from.1, from.2, from.3] += upstream[to.0, to.1, to.2, to.3]
    }
    return result.array
  }

  // MARK: Linear algebra

  /// Each matrix by itself.
  private static func eachMatrix(
    _ x: NDArray, _ body: (inout [[Double]]) -> [Double], to shape: Shape
  ) -> NDArray {
    let (rows, columns) = (x.shape[x.rank - 2], x.shape[x.rank - 1])
    let elements = x.doubles
    var result: [Double] = []
    for matrix in 0..<Shape(x.shape.dropLast(2)).elementCount {
      var lines = (0..<rows).map { row -> [Double] in
        let start = (matrix * rows + row) * columns
        return Array(elements[start..<(start + columns)])
      }
      result += body(&lines)
    }
    return NDArray(result, shape: shape)
  }

  /// By Gauss and Jordan's elimination with row interchanges.
  static func inverse(_ x: NDArray) -> NDArray {
    eachMatrix(
      x,
      { a in
        let size = a.count
        for row in 0..<size { a[row] += (0..<size).map { $0 == row ? 1 : 0 } }
        for column in 0..<size {
          let pivot = (column..<size).max { abs(a[$0][column]) < abs(a[$1][column]) }!
          a.swapAt(column, pivot)
          let divisor = a[column][column]
          a[column] = a[column].map { $0 / divisor }
          for row in 0..<size where row != column {
            let factor = a[row][column]
            for place in 0..<(2 * size) { a[row][place] -= factor * a[column][place] }
          }
        }
        return a.flatMap { $0.dropFirst(size) }
      }, to: x.shape)
  }

  /// By expansion along the first row.
  static func determinant(_ x: NDArray) -> NDArray {
    func expanded(_ a: [[Double]]) -> Double {
      guard let first = a.first else { return 1 }
      var sum = 0.0
      for (column, factor) in first.enumerated() {
        let minor = a.dropFirst().map { row in
          row.enumerated().filter { $0.offset != column }.map(\.element)
        }
        sum += (column % 2 == 0 ? factor : -factor) * expanded(minor)
      }
      return sum
    }
    return eachMatrix(x, { [expanded($0)] }, to: Shape(x.shape.dropLast(2)))
  }

  /// Row by row, from the definition L·Lᵀ = A.
  static func cholesky(_ x: NDArray) -> NDArray {
    eachMatrix(
      x,
      { a in
        let size = a.count
        var l = a.map { $0.map { _ in 0.0 } }
        for row in 0..<size {
          for column in 0...row {
            var sum = a[row][column]
            for k in 0..<column { sum -= l[row][k] * l[column][k] }
            l[row][column] = row == column ? sum.squareRoot() : sum / l[column][column]
          }
        }
        return l.flatMap { $0 }
      }, to: x.shape)
  }
}
