/// The sizes of an array along each axis, at most eight of them.
///
/// Stored in line, so that copying a shape neither allocates nor counts references.
public struct Shape: Sendable, Hashable, RandomAccessCollection, ExpressibleByArrayLiteral,
  CustomStringConvertible
{
  /// The largest number of axes.
  public static let maximumRank = 8

  /// Sizes; unused lanes are 0.
  package private(set) var lanes: SIMD8<Int>
  /// Number of axes; 0 for a scalar.
  public let rank: Int

  /// A shape with the given sizes.
  /// - Precondition: at most eight sizes, none negative.
  public init<Sizes: Collection>(_ sizes: Sizes) where Sizes.Element == Int {
    guard sizes.count <= Self.maximumRank else {
      fatalError("Shape: \(sizes.count) axes, at most \(Self.maximumRank) are supported")
    }
    var lanes = SIMD8<Int>(repeating: 0)
    var axis = 0
    for size in sizes {
      guard size >= 0 else { fatalError("Shape: size \(size) of axis \(axis) is negative") }
      lanes[axis] = size
      axis += 1
    }
    self.lanes = lanes
    rank = axis
  }

  /// A shape written as a list of sizes: `[64, 1, 28, 28]`.
  /// - Precondition: at most eight sizes, none negative.
  public init(arrayLiteral elements: Int...) { self.init(elements) }

  package init(lanes: SIMD8<Int>, rank: Int) {
    self.lanes = lanes
    self.rank = rank
  }

  /// The shape of a scalar.
  public static let scalar = Shape([])

  /// The first axis, 0.
  public var startIndex: Int { 0 }
  /// The number of axes.
  public var endIndex: Int { rank }

  /// The size of an axis, counted from the front.
  /// - Precondition: 0 ≤ axis < rank; a new size is not checked.
  public subscript(axis: Int) -> Int {
    get {
      guard axis >= 0 && axis < rank else {
        fatalError("Shape: axis \(axis) of \(self), which has \(rank)")
      }
      return lanes[axis]
    }
    set {
      guard axis >= 0 && axis < rank else {
        fatalError("Shape: axis \(axis) of \(self), which has \(rank)")
      }
      lanes[axis] = newValue
    }
  }

  /// The product of the sizes; 1 for a scalar.
  public var elementCount: Int {
    var count = 1
    for axis in 0..<rank { count &*= lanes[axis] }
    return count
  }

  /// The product of the sizes, or nil where it does not fit in an `Int`.
  public var checkedElementCount: Int? {
    var count = 1
    for size in self {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      if overflow { return contains(0) ? 0 : nil }
      count = product
    }
    return count
  }

  public var description: String {
    "[" + map(String.init).joined(separator: ", ") + "]"
  }

  /// An axis counted from the front; negative axes count from the back (−1 is the last).
  /// - Precondition: the axis exists.
  public func normalizedAxis(_ axis: Int) -> Int {
    let result = axis < 0 ? axis + rank : axis
    guard result >= 0 && result < rank else {
      fatalError("axis \(axis) of shape \(self), which has \(rank) axes")
    }
    return result
  }

  /// This shape without the given axes, or with size 1 there.
  public func reduced(along axes: [Int], keepingAxes: Bool) -> Shape {
    var sizes: [Int] = []
    let removed = Set(axes.map(normalizedAxis))
    for axis in 0..<rank {
      if !removed.contains(axis) {
        sizes.append(lanes[axis])
      } else if keepingAxes {
        sizes.append(1)
      }
    }
    return Shape(sizes)
  }

  /// The shape that both broadcast to: sizes are aligned at the last axis, and 1 stretches.
  /// - Throws: `ShapeError` where two sizes differ and neither is 1.
  public static func broadcast(
    _ a: Shape, _ b: Shape, operation: @autoclosure () -> String
  ) throws(ShapeError) -> Shape {
    if a == b { return a }
    let rank = Swift.max(a.rank, b.rank)
    var lanes = SIMD8<Int>(repeating: 0)
    for back in 1...Swift.max(rank, 1) where back <= rank {
      let x = back <= a.rank ? a.lanes[a.rank - back] : 1
      let y = back <= b.rank ? b.lanes[b.rank - back] : 1
      guard x == y || x == 1 || y == 1 else {
        throw ShapeError(
          operation: operation(), shapes: [a, b],
          reason: "sizes \(x) and \(y) do not broadcast (equal, or one of them 1)")
      }
      lanes[rank - back] = x == 1 ? y : x
    }
    return Shape(lanes: lanes, rank: rank)
  }

  /// Row-major strides in elements.
  package var rowMajorStrides: SIMD8<Int> {
    var strides = SIMD8<Int>(repeating: 0)
    var step = 1
    var axis = rank - 1
    while axis >= 0 {
      strides[axis] = step
      step &*= lanes[axis]
      axis -= 1
    }
    return strides
  }
}

/// Shapes that an operation cannot work on.
public struct ShapeError: Error, Sendable, CustomStringConvertible {
  /// The operation's name.
  public let operation: String
  /// The shapes that it was given.
  public let shapes: [Shape]
  /// Which sizes do not fit.
  public let reason: String

  /// An error of an operation.
  public init(operation: String, shapes: [Shape], reason: String) {
    self.operation = operation
    self.shapes = shapes
    self.reason = reason
  }

  public var description: String {
    "\(operation): " + shapes.map(\.description).joined(separator: " × ") + ", " + reason
  }
}

/// The value of `body`, or the end of the program with the shapes quoted: operations on arrays
/// treat shapes that do not fit as an error of the program, since user input is checked before.
package func trapping<Value>(_ body: () throws(ShapeError) -> Value) -> Value {
  do {
    return try body()
  } catch {
    fatalError(error.description)
  }
}
