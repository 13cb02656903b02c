/// Numbers, or arrays of arrays of them: what `NDArray(nested:)` takes and `nested(as:)` gives.
public protocol NestedElements: Sendable {
  /// The numbers inside.
  associatedtype Scalar: ArrayElement
  /// Levels of arrays: 0 for a number, 2 for an array of arrays.
  static var depth: Int { get }

  /// Checks that lists side by side are of equal length and notes the lengths.
  /// - Parameters:
  ///   - level: The levels of arrays around this one.
  ///   - sizes: The length at each level, as far as it is known.
  ///   - place: Such as `nested[1][0]`.
  /// - Throws: `ArrayConversionError` for a list that is longer or shorter than the first.
  func measure(
    level: Int, sizes: inout [Int?], place: @autoclosure () -> String
  ) throws(ArrayConversionError)

  /// Appends the numbers in row-major order.
  func append(to scalars: inout [Scalar])

  /// The value of these numbers, lengths level by level.
  static func assembled(
    from scalars: ArraySlice<Scalar>, sizes: ArraySlice<Int>
  ) -> Self
}

extension NestedElements where Self: ArrayElement {
  public static var depth: Int { 0 }
  public func measure(
    level: Int, sizes: inout [Int?], place: @autoclosure () -> String
  ) throws(ArrayConversionError) {}
  /// Appends the number itself.
  public func append(to scalars: inout [Self]) { scalars.append(self) }
  /// The first of the numbers, which has no lengths.
  public static func assembled(from scalars: ArraySlice<Self>, sizes: ArraySlice<Int>) -> Self {
    scalars[scalars.startIndex]
  }
}

extension Float: NestedElements {}
extension Double: NestedElements {}
extension Int32: NestedElements {}
extension Int64: NestedElements {}
extension UInt8: NestedElements {}
extension Bool: NestedElements {}

extension Array: NestedElements where Element: NestedElements {
  public static var depth: Int { Element.depth + 1 }

  public func measure(
    level: Int, sizes: inout [Int?], place: @autoclosure () -> String
  ) throws(ArrayConversionError) {
    if let size = sizes[level], size != count {
      throw ArrayConversionError(
        place: place(), found: "\(count) elements",
        expected: "\(size), as many as the lists before it have")
    }
    sizes[level] = count
    if Element.depth == 0 { return }
    for (index, element) in enumerated() {
      try element.measure(level: level + 1, sizes: &sizes, place: place() + "[\(index)]")
    }
  }

  public func append(to scalars: inout [Element.Scalar]) {
    for element in self { element.append(to: &scalars) }
  }

  public static func assembled(
    from scalars: ArraySlice<Element.Scalar>, sizes: ArraySlice<Int>
  ) -> [Element] {
    let count = sizes.first ?? 0
    let width = count == 0 ? 0 : scalars.count / count
    return (0..<count).map { index in
      let start = scalars.startIndex + index * width
      return Element.assembled(
        from: scalars[start..<(start + width)], sizes: sizes.dropFirst())
    }
  }
}

extension NDArray {
  /// An array from arrays of arrays: `NDArray(nested: [[[1.0, 2], [3, 4]]])` has shape [1, 2, 2].
  /// - Precondition: lists of equal length at each level, at most eight levels; for lists from
  ///   outside there is `init(checking:)`.
  public init<Nested: NestedElements>(nested: Nested) {
    do {
      try self.init(checking: nested)
    } catch {
      fatalError("NDArray: \(error)")
    }
  }

  /// An array from arrays of arrays that came from outside.
  /// - Throws: `ArrayConversionError` with the place of a list that is longer or shorter than those
  ///   before it at its level, and for more than eight levels.
  public init<Nested: NestedElements>(checking nested: Nested) throws(ArrayConversionError) {
    guard Nested.depth <= Shape.maximumRank else {
      throw ArrayConversionError(
        place: "nested", found: "\(Nested.depth) levels", expected: "at most \(Shape.maximumRank)")
    }
    var sizes = [Int?](repeating: nil, count: Nested.depth)
    try nested.measure(level: 0, sizes: &sizes, place: "nested")
    var scalars: [Nested.Scalar] = []
    nested.append(to: &scalars)
    self.init(scalars, shape: Shape(sizes.map { $0 ?? 0 }))
  }

  /// The elements as arrays of arrays: `x.nested(as: [[Float]].self)`.
  /// - Precondition: as many levels as the array has axes, and its own type of elements.
  public func nested<Nested: NestedElements>(as type: Nested.Type = Nested.self) -> Nested {
    guard Nested.depth == rank else {
      fatalError("NDArray: shape \(shape) read as \(type), which has \(Nested.depth) levels")
    }
    return Nested.assembled(
      from: elements(as: Nested.Scalar.self)[...], sizes: Array(shape)[...])
  }
}
