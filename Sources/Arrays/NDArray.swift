/// A value of numbers in up to eight dimensions.
///
/// Copying is cheap: copies share storage until one is changed. How the elements lie in memory is
/// the array's own business; every operation sees them in row-major order.
public struct NDArray: Sendable {
  package private(set) var storage: Storage
  /// Sizes along each axis.
  public let shape: Shape
  /// Type of the elements.
  public let dtype: DType
  package private(set) var layout: Layout

  package init(storage: Storage, shape: Shape, dtype: DType, layout: Layout = .rowMajor) {
    self.storage = storage
    self.shape = shape
    self.dtype = dtype
    self.layout = layout
  }

  /// A row-major array with undefined content.
  package init(uninitialized shape: Shape, dtype: DType) {
    guard let count = shape.checkedElementCount, count <= Int.max / 16 else {
      fatalError("NDArray: shape \(shape) has more elements than memory can address")
    }
    self.init(
      storage: Storage(byteCount: count &* dtype.byteCount), shape: shape, dtype: dtype)
  }

  /// Number of axes.
  public var rank: Int { shape.rank }
  /// Number of elements.
  public var elementCount: Int { shape.elementCount }

  /// Whether the elements lie in row-major order from the storage's first byte.
  package var isRowMajor: Bool {
    if case .rowMajor = layout { true } else { false }
  }

  /// Whether the elements are those of the storage, in whatever order: not a view of some of them.
  package var isPacked: Bool {
    if case .strided = layout { false } else { true }
  }

  /// Offset and strides in elements, or nil for an opaque layout.
  package var strided: (offset: Int, strides: SIMD8<Int>)? {
    switch layout {
    case .rowMajor: (0, shape.rowMajorStrides)
    case .strided(let view): (view.offset, view.strides)
    case .blocked: nil
    }
  }

  /// The same elements in row-major order; a copy only where they are not so already.
  package func rowMajor() -> NDArray {
    if isRowMajor { return self }
    return engine(for: dtype).copy(self)
  }
}

// MARK: Making arrays

extension NDArray {
  /// An array of the given elements in row-major order.
  /// - Precondition: as many elements as the shape has.
  public init<Element: ArrayElement>(_ elements: [Element], shape: Shape) {
    guard elements.count == shape.elementCount else {
      fatalError("NDArray: \(elements.count) elements for shape \(shape)")
    }
    self.init(uninitialized: shape, dtype: Element.dtype)
    elements.withUnsafeBytes { source in
      if let base = source.baseAddress, source.count > 0 {
        storage.pointer.copyMemory(from: base, byteCount: source.count)
      }
    }
  }

  /// A vector.
  public init<Element: ArrayElement>(_ elements: [Element]) {
    self.init(elements, shape: [elements.count])
  }

  /// A scalar.
  public init<Element: ArrayElement>(_ element: Element) {
    self.init([element], shape: .scalar)
  }

  /// A matrix from its rows.
  /// - Precondition: rows of equal length.
  public init<Element: ArrayElement>(rows: [[Element]]) {
    let width = rows.first?.count ?? 0
    guard rows.allSatisfy({ $0.count == width }) else {
      fatalError("NDArray: rows of lengths \(rows.map(\.count)) make no matrix")
    }
    self.init(rows.flatMap { $0 }, shape: [rows.count, width])
  }

  /// An array with every element equal to `value`, converted to `dtype` (towards zero).
  /// - Precondition: the value is within the type's range.
  public init(repeating value: Double, shape: Shape, dtype: DType = .float32) {
    self.init(uninitialized: shape, dtype: dtype)
    let bytes = UnsafeMutableRawBufferPointer(
      start: storage.pointer, count: shape.elementCount * dtype.byteCount)
    switch dtype {
    case .float32: bytes.bindMemory(to: Float.self).update(repeating: Float(value))
    case .float64: bytes.bindMemory(to: Double.self).update(repeating: value)
    case .int32: bytes.bindMemory(to: Int32.self).update(repeating: Int32(value))
    case .int64: bytes.bindMemory(to: Int64.self).update(repeating: Int64(value))
    case .bool, .uint8: bytes.bindMemory(to: UInt8.self).update(repeating: UInt8(value))
    case .float16:
      bytes.bindMemory(to: UInt16.self).update(repeating: HalfPrecision.bits(of: Float(value)))
    }
  }

  /// An array of zeros.
  public static func zeros(_ shape: Shape, dtype: DType = .float32) -> NDArray {
    NDArray(repeating: 0, shape: shape, dtype: dtype)
  }

  /// An array of ones.
  public static func ones(_ shape: Shape, dtype: DType = .float32) -> NDArray {
    NDArray(repeating: 1, shape: shape, dtype: dtype)
  }

  /// The whole numbers from 0 up to, not including, `count`.
  /// - Precondition: 0 ≤ count ≤ the largest int32.
  public static func range(_ count: Int, dtype: DType = .int32) -> NDArray {
    NDArray((0..<count).map { Int32($0) }).cast(to: dtype)
  }

  /// The identity matrix of size n × n.
  public static func identity(_ size: Int, dtype: DType = .float32) -> NDArray {
    var elements = [Double](repeating: 0, count: size * size)
    for index in 0..<size { elements[index * size + index] = 1 }
    return NDArray(elements, shape: [size, size]).cast(to: dtype)
  }
}

// MARK: Access to the elements

extension NDArray {
  /// The elements in row-major order.
  /// - Precondition: `Element` is the array's own type.
  public func elements<Element: ArrayElement>(as type: Element.Type = Element.self) -> [Element] {
    withElements(as: type) { Array($0) }
  }

  /// The elements in row-major order, converted to `Double`.
  public var doubles: [Double] {
    dtype == .float64 ? elements() : cast(to: .float64).elements()
  }

  /// The elements in row-major order, converted to `Float`.
  public var floats: [Float] {
    dtype == .float32 ? elements() : cast(to: .float32).elements()
  }

  /// The elements in row-major order, converted to `Int`: towards zero, NaN to 0.
  public var integers: [Int] {
    cast(to: .int64).elements(as: Int64.self).map { Int($0) }
  }

  /// The only element, converted to `Double`.
  /// - Precondition: the array has one element.
  public var item: Double {
    guard elementCount == 1 else { fatalError("item: shape \(shape) has \(elementCount) elements") }
    if isRowMajor {
      if dtype == .float32 { return Double(storage.pointer.load(as: Float.self)) }
      if dtype == .float64 { return storage.pointer.load(as: Double.self) }
    }
    return doubles[0]
  }

  /// Calls `body` with the elements in row-major order; the buffer is valid during the call only.
  /// - Precondition: `Element` is the array's own type.
  public func withElements<Element: ArrayElement, Result, Failure: Error>(
    as type: Element.Type = Element.self,
    _ body: (UnsafeBufferPointer<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    check(type)
    let ordered = rowMajor()
    defer { withExtendedLifetime(ordered.storage) {} }
    return try body(
      UnsafeBufferPointer(
        start: UnsafePointer(ordered.storage.pointer.assumingMemoryBound(to: type)),
        count: elementCount))
  }

  /// Calls `body` with the elements in row-major order, to be changed in place; storage shared
  /// with other arrays is copied first.
  /// - Precondition: `Element` is the array's own type.
  public mutating func withMutableElements<Element: ArrayElement, Result, Failure: Error>(
    as type: Element.Type = Element.self,
    _ body: (UnsafeMutableBufferPointer<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    check(type)
    makeUnique()
    defer { withExtendedLifetime(storage) {} }
    return try body(
      UnsafeMutableBufferPointer(
        start: storage.pointer.assumingMemoryBound(to: type), count: elementCount))
  }

  /// Makes this array the only user of its storage and row-major; it is going to be changed.
  package mutating func makeUnique() {
    if isRowMajor {
      if isKnownUniquelyReferenced(&storage) { return storage.dropDerived() }
      let copy = Storage(byteCount: elementCount * dtype.byteCount)
      copy.pointer.copyMemory(from: storage.pointer, byteCount: elementCount * dtype.byteCount)
      storage = copy
    } else {
      self = engine(for: dtype).copy(self)
    }
  }

  /// Makes this array the only user of its storage, in the layout of another of its shape and type: one
  /// that is going to be added to it place by place.
  /// - Returns: The number of places, of which a layout in blocks may have more than there are elements.
  package mutating func makeUnique(inLayoutOf other: NDArray) -> Int {
    guard case .blocked(let wanted) = other.layout else {
      makeUnique()
      return elementCount
    }
    #if OneDNN
      if case .blocked(let present) = layout, present == wanted {
        if isKnownUniquelyReferenced(&storage) {
          storage.dropDerived()
        } else {
          let copy = Storage(byteCount: wanted.byteCount)
          copy.pointer.copyMemory(from: storage.pointer, byteCount: wanted.byteCount)
          storage = copy
        }
      } else {
        self = OneDNNEngine.repacked(self, inLayoutOf: other)
      }
      return wanted.byteCount / dtype.byteCount
    #else
      fatalError("an array in oneDNN's layout in a build without oneDNN")
    #endif
  }

  /// Adds an array of the same shape and type, in place where this one's storage has no other user and
  /// both lie alike.
  package mutating func accumulate(_ other: NDArray) {
    #if OneDNN
      if dtype == .float32, shape == other.shape, layout.isPacked(as: other.layout),
        isKnownUniquelyReferenced(&storage)
      {
        storage.dropDerived()
        OneDNNEngine.add(other, to: self)
        return
      }
    #endif
    self = self + other
  }

  /// Of the values max(x, 0) makes the gradient by x: `upstream` where they are above 0, else 0. In place
  /// where this array's storage has no other user and both lie alike.
  package mutating func becomeReLUGradient(_ upstream: NDArray) {
    #if OneDNN
      if dtype == .float32, shape == upstream.shape, layout.isPacked(as: upstream.layout),
        isKnownUniquelyReferenced(&storage)
      {
        storage.dropDerived()
        OneDNNEngine.replaceByReLUGradient(self, upstream)
        return
      }
    #endif
    self = engine(for: dtype).unaryGradient(
      .reluFromValue, upstream: upstream, saved: self, alpha: 0)
  }

  /// Whether no other array uses this one's storage.
  package mutating func isUnique() -> Bool { isKnownUniquelyReferenced(&storage) }

  private func check<Element: ArrayElement>(_ type: Element.Type) {
    let matches = Element.dtype == dtype || (dtype == .bool && Element.dtype == .uint8)
    guard matches else {
      fatalError("NDArray of \(dtype) read as \(Element.dtype); cast(to:) converts")
    }
  }
}
