/// A function of a tensor with parameters of its own: a struct with stored parameters, one
/// initialiser, one call and one visitor.
///
/// Copying a layer copies its parameters: two copies train apart.
public protocol Layer: Sendable {
  /// The layer's output for a batch.
  /// - Parameters:
  ///   - x: The batch, of a shape that `outputShape` takes.
  ///   - context: Mode and random state; collects new values of statistics.
  /// - Precondition: the model has been initialised; the shape fits.
  func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor

  /// Visits every parameter, statistic, random stream and layer inside by name, always in the
  /// same order.
  mutating func visitParameters(_ visit: inout ParameterVisitor)

  /// The shape of the output for an input of the given shape, batch axis included.
  /// - Throws: `ShapeError` where the layer does not take such an input.
  func outputShape(_ input: Shape) throws(ShapeError) -> Shape

  /// Adds the layer's row, or those of the layers inside, to a summary and returns the output's
  /// shape. A layer that holds others calls ``SummaryBuilder/inside(_:_:input:)`` for each.
  /// - Throws: `ShapeError` where the layer does not take such an input.
  func summarize(_ input: Shape, into summary: inout SummaryBuilder) throws(ShapeError) -> Shape

  /// Multiplications paired with additions for one sample; 0 unless the layer says otherwise.
  /// - Parameters:
  ///   - input: The input's shape, batch axis included.
  ///   - output: The output's shape, batch axis included.
  func multiplyAdds(input: Shape, output: Shape) -> Int

  /// The window that slides over the image, for the receptive field; nil where there is none.
  var window: Window? { get }

  /// The window where it depends on the input's shape; `window` unless the layer says otherwise.
  func window(over input: Shape) -> Window?
}

/// The size, step and spacing of a window along both image axes.
public struct Window: Sendable, Hashable {
  /// Rows and columns; at least 1.
  public var size: [Int]
  /// Steps along both axes; at least 1.
  public var stride: [Int]
  /// Distance between taps along both axes; at least 1.
  public var dilation: [Int]
  /// Whether the windows together see just the whole image, whatever `stride` says: those of adaptive
  /// pooling, which may begin at unequal distances.
  public var coversImage: Bool

  /// A window; two numbers each, rows then columns.
  public init(
    size: [Int], stride: [Int], dilation: [Int] = [1, 1], coversImage: Bool = false
  ) {
    self.size = size
    self.stride = stride
    self.dilation = dilation
    self.coversImage = coversImage
  }
}

extension Layer {
  public mutating func visitParameters(_ visit: inout ParameterVisitor) {}

  public func outputShape(_ input: Shape) throws(ShapeError) -> Shape { input }

  public func multiplyAdds(input: Shape, output: Shape) -> Int { 0 }

  public var window: Window? { nil }

  public func window(over input: Shape) -> Window? { window }

  public func summarize(
    _ input: Shape, into summary: inout SummaryBuilder
  ) throws(ShapeError) -> Shape {
    try summary.add(self, input: input)
  }

  /// Visits every parameter with the names already stamped.
  package mutating func forEachParameter(_ body: (inout Parameter) -> Void) {
    withoutActuallyEscaping(body) { body in
      var visitor = ParameterVisitor(parameter: { _, parameter in body(&parameter) })
      visitParameters(&visitor)
    }
  }

  /// Visits every statistic with the names already stamped.
  package mutating func forEachStatistic(_ body: (inout Statistic) -> Void) {
    withoutActuallyEscaping(body) { body in
      var visitor = ParameterVisitor(statistic: { _, statistic in body(&statistic) })
      visitParameters(&visitor)
    }
  }

  /// Gives every parameter, statistic and random stream its path and first values.
  ///
  /// Values depend on the seed and the path alone: neither on the order of layers nor on threads.
  ///
  /// - Parameters:
  ///   - seed: Any number; another gives other values.
  ///   - dtype: float32 or float64.
  public mutating func initialize(seed: UInt64 = 0, dtype: DType = .float32) {
    var visitor = ParameterVisitor(
      parameter: { path, parameter in
        parameter.path = path
        parameter.tensor = Tensor(
          parameter.initializer.draw(
            parameter.shape, fans: parameter.fans,
            key: RandomKey(seed: seed, path: path, step: 0), dtype: dtype))
      },
      statistic: { path, statistic in
        statistic.path = path
        statistic.array = NDArray(
          repeating: statistic.initial, shape: statistic.shape, dtype: dtype)
      },
      stream: { path, stream in stream.path = path },
      naming: true)
    visitParameters(&visitor)
  }

  /// A copy with values drawn for the seed, as `initialize` does.
  public func initialized(seed: UInt64 = 0, dtype: DType = .float32) -> Self {
    var copy = self
    copy.initialize(seed: seed, dtype: dtype)
    return copy
  }

  /// Converts every parameter and statistic to the type, float32 or float64.
  public mutating func cast(to dtype: DType) {
    forEachParameter { $0.value = $0.value.map { Tensor($0.array.cast(to: dtype)) } }
    forEachStatistic { $0.value = $0.value?.cast(to: dtype) }
  }

  /// Parameters and statistics by path, in the order of visits: what a checkpoint holds.
  public var state: [(path: String, array: NDArray)] {
    var copy = self
    var entries: [(String, NDArray)] = []
    var visitor = ParameterVisitor(
      parameter: { _, parameter in entries.append((parameter.path, parameter.tensor.array)) },
      statistic: { _, statistic in entries.append((statistic.path, statistic.array)) })
    copy.visitParameters(&visitor)
    return entries
  }

  /// The type of the parameters; float32 where there are none.
  public var dtype: DType {
    var copy = self
    var found: DType?
    copy.forEachParameter { if found == nil { found = $0.value?.dtype } }
    return found ?? .float32
  }

  /// The number of elements of all parameters.
  public var parameterCount: Int {
    var copy = self
    var count = 0
    copy.forEachParameter { count += $0.shape.elementCount }
    return count
  }
}
