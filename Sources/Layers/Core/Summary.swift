import Arrays

/// A network layer by layer, worked out from shapes alone.
public struct Summary: Sendable {
  /// One layer.
  public struct Row: Sendable {
    /// The name within the model, such as `layers.0`.
    public let path: String
    /// The layer's type, such as `Conv2D`.
    public let kind: String
    /// The output's shape, batch axis included.
    public let output: Shape
    /// Elements of the layer's own parameters.
    public let parameters: Int
    /// Multiplications paired with additions, for one sample.
    public let multiplyAdds: Int
    /// Height and width of the part of the input image that one output element sees; nil for
    /// inputs that are no images, and where it is beyond 2³¹.
    public let receptiveField: [Int]?
  }

  /// The layers in the order in which data pass through them.
  public let rows: [Row]
  /// The network's input shape, batch axis included.
  public let input: Shape
  /// The network's output shape, batch axis included.
  public let output: Shape
  /// What the layers hold, for estimates of memory.
  let memory: MemoryTrace

  /// Elements of all parameters.
  public var parameters: Int { rows.reduce(0) { $0 + $1.parameters } }
  /// Multiplications paired with additions, for one sample.
  public var multiplyAdds: Int { rows.reduce(0) { $0 + $1.multiplyAdds } }
  /// Elements of all layers' outputs, for one sample: what a training step keeps, at the least.
  public var activations: Int {
    rows.reduce(0) { $0 + $1.output.elementCount / Swift.max($1.output.first ?? 1, 1) }
  }
}

/// Collects the rows of a summary while shapes are followed through a network.
public struct SummaryBuilder {
  private(set) var rows: [Summary.Row] = []
  private(set) var memory = MemoryTrace()
  private var prefix = ""
  private var field: ReceptiveField?

  /// The part of the input that one element sees, and the distance between neighbours' parts: n
  /// neighbours together see `size + (n − 1) · jump`.
  fileprivate struct ReceptiveField {
    var size = [1, 1]
    var jump = [1, 1]
    /// What that counts too much for all elements of the image together: 0 unless windows begin at
    /// unequal distances, of which `jump` is the largest.
    var excess = [0, 0]

    /// Whether it is larger than any image, so that sums with another window could overflow.
    var isBeyondCounting: Bool { (size + jump).contains { $0 > 1 << 31 } }

    /// What all elements of an image together see.
    func whole(_ image: Shape, _ axis: Int) -> Int {
      size[axis] + (image[axis + 2] - 1) * jump[axis] - excess[axis]
    }

    /// The field after a window over an image.
    mutating func add(_ window: Window, input: Shape, output: Shape) {
      for axis in 0..<2 {
        let before = whole(input, axis)
        size[axis] += window.dilation[axis] * (window.size[axis] - 1) * jump[axis]
        jump[axis] *= window.stride[axis]
        if window.coversImage { excess[axis] += whole(output, axis) - before }
        // No element sees more than all do.
        let beyond = max(size[axis] - whole(output, axis), 0)
        size[axis] -= beyond
        excess[axis] -= beyond
      }
    }
  }

  init(input: Shape) { field = input.rank == 4 ? ReceptiveField() : nil }

  /// Adds one layer's row and returns its output shape.
  public mutating func add<Single: Layer>(
    _ layer: Single, input: Shape
  ) throws(ShapeError) -> Shape {
    let output: Shape
    do {
      output = try layer.outputShape(input)
    } catch {
      throw placed(error)
    }
    if let window = layer.window(over: input), field != nil {
      field!.add(window, input: input, output: output)
      if field!.isBeyondCounting { field = nil }
    } else if output.rank != 4 && input.rank == 4 && field != nil {
      // Everything before is seen at once: the field is the whole of what each element saw.
      for axis in 0..<2 { field!.size[axis] = field!.whole(input, axis) }
    }
    rows.append(
      Summary.Row(
        path: prefix, kind: layer.kind, output: output, parameters: layer.parameterCount,
        multiplyAdds: layer.multiplyAdds(input: input, output: output),
        receptiveField: field?.size))
    memory.add(
      output, from: input,
      copies: layer is MaxPool2D ? 2 : layer is LocalResponseNorm ? 3 : 1)
    if let convolution = layer as? Conv2D {
      if convolution.keepsPacked(input: input, output: output) {
        memory.keptFilters.append(convolution.weight.shape.elementCount)
      }
      memory.convolutions.append(
        ConvolutionSizes(
          input: input, weight: convolution.weight.shape, output: output,
          geometry: convolution.geometry))
    }
    return output
  }

  /// Counts filters that a batch normalisation is multiplied into, unless they are counted already.
  mutating func addNormalized(_ convolution: Conv2D, input: Shape, output: Shape) {
    guard !convolution.keepsPacked(input: input, output: output) else { return }
    memory.keptFilters.append(convolution.weight.shape.elementCount)
  }

  /// Counts the array of the layer before the last as one to work with: both are computed in one
  /// pass, or the first is let go at once.
  mutating func joinRectifier() { memory.joinLast() }

  /// The error with the present layer's name.
  public func placed(_ error: ShapeError) -> ShapeError {
    let place = prefix.isEmpty ? error.operation : "\(prefix) (\(error.operation))"
    return ShapeError(operation: place, shapes: error.shapes, reason: error.reason)
  }

  /// Follows a shape through a layer inside, under its name; an empty one adds nothing to paths.
  public mutating func inside(
    _ name: String, _ layer: any Layer, input: Shape
  ) throws(ShapeError) -> Shape {
    let outer = prefix
    if !name.isEmpty { prefix = outer.isEmpty ? name : outer + "." + name }
    defer { prefix = outer }
    return try layer.summarize(input, into: &self)
  }

  /// Follows the branches of a layer that puts them together, holding its input meanwhile.
  mutating func branches(
    input: Shape, _ body: (inout SummaryBuilder) throws(ShapeError) -> Shape
  ) throws(ShapeError) -> Shape {
    memory.hold(input)
    let whole = try body(&self)
    memory.release(input)
    memory.add(whole, from: input)
    return whole
  }

  /// Follows one of several branches of a layer, which starts where the others do.
  /// - Parameters:
  ///   - start: The position at the layer's input.
  ///   - end: Becomes the larger of what the branches so far have reached.
  ///   - holding: What the branches before gave, which waits meanwhile.
  mutating func branch(
    _ name: String, _ layer: any Layer, input: Shape, from start: Position, to end: inout Position,
    holding: [Shape]
  ) throws(ShapeError) -> Shape {
    position = start
    for shape in holding { memory.hold(shape) }
    let output = try inside(name, layer, input: input)
    for shape in holding { memory.release(shape) }
    end = end.united(with: position)
    return output
  }

  /// Follows a layer beside the network, from which nothing goes on.
  mutating func aside(_ layer: any Layer, input: Shape) throws(ShapeError) {
    let start = position
    memory.hold(input)
    _ = try inside("", layer, input: input)
    memory.release(input)
    position = start
  }

  /// What has been seen of the input so far. A layer with branches keeps it, sets it back before
  /// each branch, and leaves the larger of the branches' at the end.
  public var position: Position {
    get { Position(field: field) }
    set { field = newValue.field }
  }

  /// A receptive field reached within a network.
  public struct Position {
    fileprivate var field: ReceptiveField?

    /// The larger of two, axis by axis.
    public func united(with other: Position) -> Position {
      guard let a = field, let b = other.field else { return Position(field: field ?? other.field) }
      return Position(
        field: ReceptiveField(
          size: zip(a.size, b.size).map { Swift.max($0, $1) },
          jump: zip(a.jump, b.jump).map { Swift.max($0, $1) },
          excess: zip(a.excess, b.excess).map { Swift.min($0, $1) }))
    }
  }
}

extension Layer {
  /// The layer's type as summaries name it.
  public var kind: String { "\(Self.self)" }

  /// The network layer by layer for an input of the given shape; allocates no parameters.
  /// - Throws: `ShapeError` naming the layer that does not take its input.
  public func summary(input: Shape) throws(ShapeError) -> Summary {
    var builder = SummaryBuilder(input: input)
    let output = try summarize(input, into: &builder)
    return Summary(rows: builder.rows, input: input, output: output, memory: builder.memory)
  }
}

extension Conv2D {
  /// Whether an evaluation keeps the filters in their kernel's layout, too.
  fileprivate func keepsPacked(input: Shape, output: Shape) -> Bool {
    keepsPackedWeight(weight.shape, geometry: geometry, input: input, output: output)
  }
}
