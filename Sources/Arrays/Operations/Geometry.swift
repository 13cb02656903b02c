/// Stride, padding, dilation and groups of a two-dimensional convolution.
public struct ConvolutionGeometry: Sendable, Hashable, Codable {
  /// Steps of the window, rows then columns; at least 1.
  public var stride: [Int]
  /// Zeros added on both sides of each axis; at least 0.
  public var padding: [Int]
  /// Distance between the window's taps; at least 1.
  public var dilation: [Int]
  /// Number of groups that the channels are split into; divides both channel counts.
  public var groups: Int

  /// The geometry of a convolution; nothing is checked before a shape is asked for.
  /// - Parameters:
  ///   - stride: Steps of the window, rows then columns; at least 1.
  ///   - padding: Zeros added on both sides of each axis; at least 0.
  ///   - dilation: Distance between the window's taps; at least 1, which is a window without gaps.
  ///   - groups: Number of groups of channels; at least 1.
  public init(
    stride: [Int] = [1, 1], padding: [Int] = [0, 0], dilation: [Int] = [1, 1], groups: Int = 1
  ) {
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
  }

  /// The shape of the result of convolving `input` with `weight`; sizes are rounded down, so that
  /// rows and columns which the last step does not reach are left out.
  ///
  /// - Shapes: input [N, C, H, W], weight [O, C/groups, h, w] → [N, O, H′, W′],
  ///   H′ = ⌊(H + 2·padding − dilation·(h − 1) − 1) / stride⌋ + 1
  /// - Throws: `ShapeError` for other numbers of axes or channels, a number out of its range, and a
  ///   window that is larger than the padded input.
  /// - Source: Dumoulin and Visin 2016, "A guide to convolution arithmetic for deep learning",
  ///   section 2.4.
  public func outputShape(input: Shape, weight: Shape) throws(ShapeError) -> Shape {
    func fail(_ reason: String) -> ShapeError {
      ShapeError(operation: "convolution", shapes: [input, weight], reason: reason)
    }
    guard input.rank == 4, weight.rank == 4 else {
      throw fail("expected [N, C, H, W] and [O, C/groups, h, w]")
    }
    guard stride.count == 2, padding.count == 2, dilation.count == 2,
      stride.allSatisfy({ $0 >= 1 }), padding.allSatisfy({ $0 >= 0 }),
      dilation.allSatisfy({ $0 >= 1 }), groups >= 1
    else {
      throw fail("stride \(stride), padding \(padding), dilation \(dilation), groups \(groups)")
    }
    guard input[1] == weight[1] * groups else {
      throw fail("\(input[1]) channels, but the weight takes \(weight[1]) × \(groups) groups")
    }
    guard weight[0] % groups == 0 else {
      throw fail("\(weight[0]) output channels do not divide into \(groups) groups")
    }
    var sizes = [input[0], weight[0]]
    for axis in 0..<2 {
      let extent = dilation[axis] * (weight[axis + 2] - 1) + 1
      let padded = input[axis + 2] + 2 * padding[axis]
      guard weight[axis + 2] >= 1, extent <= padded else {
        throw fail("a window of \(extent) on \(padded) \(axis == 0 ? "rows" : "columns")")
      }
      sizes.append((padded - extent) / stride[axis] + 1)
    }
    return Shape(sizes)
  }

  /// The shape of the transposed convolution of `input` with `weight`: the smallest input whose
  /// convolution has `input`'s shape, plus `outputPadding` rows and columns.
  ///
  /// - Shapes: input [N, I, H, W], weight [I, O/groups, h, w] → [N, O, H′, W′],
  ///   H′ = (H − 1)·stride − 2·padding + dilation·(h − 1) + 1 + outputPadding
  /// - Throws: `ShapeError` for other numbers of axes or channels, a number out of its range
  ///   (`outputPadding` is at least 0 and below the stride), and a result without a row or column.
  /// - Source: Dumoulin and Visin 2016, "A guide to convolution arithmetic for deep learning",
  ///   section 4.
  public func transposedOutputShape(
    input: Shape, weight: Shape, outputPadding: [Int] = [0, 0]
  ) throws(ShapeError) -> Shape {
    func fail(_ reason: String) -> ShapeError {
      ShapeError(operation: "transposed convolution", shapes: [input, weight], reason: reason)
    }
    guard input.rank == 4, weight.rank == 4 else {
      throw fail("expected [N, I, H, W] and [I, O/groups, h, w]")
    }
    guard stride.count == 2, padding.count == 2, dilation.count == 2, outputPadding.count == 2,
      stride.allSatisfy({ $0 >= 1 }), padding.allSatisfy({ $0 >= 0 }),
      dilation.allSatisfy({ $0 >= 1 }), groups >= 1
    else {
      throw fail("stride \(stride), padding \(padding), dilation \(dilation), groups \(groups)")
    }
    guard input[1] == weight[0] else {
      throw fail("\(input[1]) channels, but the weight takes \(weight[0])")
    }
    guard weight[0] % groups == 0 else {
      throw fail("\(weight[0]) channels do not divide into \(groups) groups")
    }
    var sizes = [input[0], weight[1] * groups]
    for axis in 0..<2 {
      guard outputPadding[axis] >= 0, outputPadding[axis] < stride[axis]
      else { throw fail("output padding \(outputPadding) with stride \(stride)") }
      let size =
        (input[axis + 2] - 1) * stride[axis] - 2 * padding[axis]
        + dilation[axis] * (weight[axis + 2] - 1) + 1 + outputPadding[axis]
      guard size >= 1 else { throw fail("the result would have size \(size)") }
      sizes.append(size)
    }
    return Shape(sizes)
  }
}

/// Window, stride and padding of a two-dimensional pooling.
public struct PoolingGeometry: Sendable, Hashable, Codable {
  /// Size of the window, rows then columns; at least 1.
  public var window: [Int]
  /// Steps of the window; at least 1.
  public var stride: [Int]
  /// Places added on both sides, at most half the window; an average counts them only with
  /// `countsPadding`, a maximum never.
  public var padding: [Int]
  /// Whether an average divides by the whole window even where it overlaps the padding.
  public var countsPadding: Bool
  /// Whether a last window that reaches beyond the padding is kept, and cut off there: sizes are
  /// then rounded up. Only a maximum takes that.
  public var roundsUp: Bool

  /// The geometry of a pooling; nothing is checked before a shape is asked for.
  /// - Parameters:
  ///   - window: Size of the window, rows then columns; at least 1.
  ///   - stride: Steps of the window, at least 1; the window's own size where nil.
  ///   - padding: Places added on both sides of each axis; at least 0, at most half the window.
  ///   - countsPadding: Whether an average divides by the whole window even where it overlaps the
  ///     padding; true by default, as in PyTorch.
  ///   - roundsUp: Whether a last window that reaches beyond the padding is kept (`ceil_mode` in
  ///     PyTorch); for a maximum alone.
  public init(
    window: [Int], stride: [Int]? = nil, padding: [Int] = [0, 0], countsPadding: Bool = true,
    roundsUp: Bool = false
  ) {
    self.window = window
    self.stride = stride ?? window
    self.padding = padding
    self.countsPadding = countsPadding
    self.roundsUp = roundsUp
  }

  /// The shape of the result of pooling `input`; sizes are rounded down, or up with `roundsUp`
  /// unless the last window would start beyond the input.
  ///
  /// - Shapes: [N, C, H, W] → [N, C, H′, W′], H′ = ⌊(H + 2·padding − window) / stride⌋ + 1
  /// - Throws: `ShapeError` for another number of axes, a number out of range, and a window that
  ///   is larger than the padded input.
  public func outputShape(input: Shape) throws(ShapeError) -> Shape {
    func fail(_ reason: String) -> ShapeError {
      ShapeError(operation: "pooling", shapes: [input], reason: reason)
    }
    guard input.rank == 4 else { throw fail("expected [N, C, H, W]") }
    guard window.count == 2, stride.count == 2, padding.count == 2,
      window.allSatisfy({ $0 >= 1 }), stride.allSatisfy({ $0 >= 1 }),
      zip(padding, window).allSatisfy({ $0 >= 0 && 2 * $0 <= $1 })
    else { throw fail("window \(window), stride \(stride), padding \(padding)") }
    var sizes = [input[0], input[1]]
    for axis in 0..<2 {
      let padded = input[axis + 2] + 2 * padding[axis]
      let beyond = roundsUp ? stride[axis] - 1 : 0
      guard window[axis] <= padded + beyond else {
        throw fail("a window of \(window[axis]) on \(padded) \(axis == 0 ? "rows" : "columns")")
      }
      var size = (padded + beyond - window[axis]) / stride[axis] + 1
      if roundsUp, (size - 1) * stride[axis] >= input[axis + 2] + padding[axis] { size -= 1 }
      sizes.append(size)
    }
    return Shape(sizes)
  }
}
