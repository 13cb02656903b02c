import Arrays

/// What a forward pass writes, array by array, and what it holds meanwhile; for one sample.
struct MemoryTrace: Sendable {
  /// One array that a layer gives.
  struct Step: Sendable {
    /// Elements for one sample.
    let elements: Int
    /// The same where channels are padded to the blocks in which oneDNN's convolutions like them.
    let padded: Int
    /// Whether the image is so small and has so few channels that batches are not padded.
    let isSmall: Bool
    /// Elements held beside it by layers around, which still need their input.
    let held: Int
    /// Elements of an array to work with, while it or its gradient is computed.
    var working = 0

    /// Elements for a batch in float32; never fewer for more samples.
    func elements(batchSize: Int) -> (partialValue: Int, overflow: Bool) {
      guard isSmall, batchSize >= SmallImages.batch else {
        return padded.multipliedReportingOverflow(by: batchSize)
      }
      let (count, overflows) = elements.multipliedReportingOverflow(by: batchSize)
      let (least, beyond) = padded.multipliedReportingOverflow(by: SmallImages.batch - 1)
      return (max(count, least), overflows || beyond)
    }
  }

  private(set) var steps: [Step] = []
  /// Convolutions with 3 × 3 filters, for one sample, which may need memory to work with.
  var convolutions: [ConvolutionSizes] = []
  /// Elements of the filters that an evaluation in float32 keeps once more: in their kernel's layout, or
  /// with a batch normalisation multiplied in.
  var keptFilters: [Int] = []
  private var held = 0

  /// A layer's output.
  /// - Parameter copies: Arrays of its size that it keeps: itself, and where each element came from.
  mutating func add(_ output: Shape, from input: Shape, copies: Int = 1) {
    let (plain, padded) = Self.elements(output)
    let isSmall =
      output.rank == 4 && output[1] < SmallImages.channelBlock && input.rank == 4
      && SmallImages.hasFewChannels(input[1], outputs: output[1])
      && Self.elements(input).plain <= SmallImages.elements
    steps.append(
      Step(elements: copies * plain, padded: copies * padded, isSmall: isSmall, held: held))
  }

  /// Makes the last output but one, of which nothing is kept, an array to work with.
  mutating func joinLast() {
    let first = steps.remove(at: steps.count - 2)
    steps[steps.count - 1].working = first.padded
  }

  /// Holds an array until it is released.
  mutating func hold(_ shape: Shape) { held += Self.elements(shape).padded }

  mutating func release(_ shape: Shape) { held -= Self.elements(shape).padded }

  private static func elements(_ shape: Shape) -> (plain: Int, padded: Int) {
    let plain = shape.elementCount / max(shape.first ?? 1, 1)
    guard shape.rank == 4, shape[1] > 0 else { return (plain, plain) }
    let (padded, overflow) = (plain / shape[1]).multipliedReportingOverflow(
      by: (shape[1] + SmallImages.channelBlock - 1) / SmallImages.channelBlock
        * SmallImages.channelBlock)
    return (plain, overflow ? plain : padded)
  }
}

extension Summary {
  /// Bytes that training takes: parameters, gradients and optimizer state, the batches that are
  /// prepared ahead, and what the tape holds at its fullest, the rounding to the pool's size
  /// classes included. `Int.max` where it is beyond counting.
  ///
  /// The tape is fullest on the way back: layer by layer it still holds the outputs so far, the
  /// gradient that comes in and the one that goes out.
  ///
  /// - Parameters:
  ///   - samples: Samples in the data set; no more of them are prepared ahead.
  ///   - batchSize: Samples at a time, at least 1.
  ///   - dtype: The type of the parameters, float32 or float64.
  ///   - optimizerStates: Arrays as large as the parameters that the optimizer keeps.
  ///   - prefetch: Batches prepared ahead.
  public func trainingBytes(
    samples: Int = .max, batchSize: Int, dtype: DType = .float32, optimizerStates: Int,
    prefetch: Int = 2
  ) -> Int {
    var count = ByteCount(dtype)
    for row in rows { count.add(row.parameters, times: 2 + optimizerStates) }
    count.addInputs(input, samples: samples, batchSize: batchSize, prefetch: prefetch)
    let sizes = memory.steps.map { count.size($0, batchSize) }
    var (sum, fullest) = (0, 0)
    for (index, size) in sizes.enumerated() {
      sum = ByteCount.sum(sum, size)
      // The next layer's output is let go only after its gradient has been used.
      let next = index + 1 < sizes.count ? sizes[index + 1] : 0
      let gradients = ByteCount.sum(size, index > 0 ? sizes[index - 1] : 0)
      let working = ByteCount.sum(next, count.size(memory.steps[index].working, batchSize))
      fullest = max(fullest, ByteCount.sum(ByteCount.sum(sum, working), gradients))
    }
    return ByteCount.sum(ByteCount.sum(count.total, fullest), workspace(batchSize, dtype))
  }

  /// Bytes that the convolution with the largest need works with.
  private func workspace(_ batchSize: Int, _ dtype: DType) -> Int {
    memory.convolutions.map { $0.workspaceBytes(samples: batchSize, dtype: dtype) }.max() ?? 0
  }

  /// Bytes that an evaluation takes: parameters, and those filters again that are kept in their
  /// kernel's layout or normalised, too; the batches that are prepared ahead, the largest layer's input, output and an
  /// array as large as that to work with, and what the largest matrix product packs. `Int.max` where it
  /// is beyond counting.
  ///
  /// - Parameters:
  ///   - samples: Samples in the data set; no more of them are prepared ahead.
  ///   - batchSize: Samples at a time, at least 1.
  ///   - dtype: The type of the parameters, float32 or float64.
  ///   - prefetch: Batches prepared ahead.
  public func evaluationBytes(
    samples: Int = .max, batchSize: Int, dtype: DType = .float32, prefetch: Int = 3
  ) -> Int {
    var count = ByteCount(dtype)
    for row in rows { count.add(row.parameters, times: 1) }
    if dtype == .float32 {
      for elements in memory.keptFilters { count.add(elements, times: 1) }
    }
    count.addInputs(input, samples: samples, batchSize: batchSize, prefetch: prefetch)
    var (before, fullest) = (0, 0)
    for step in memory.steps {
      let size = count.size(step, batchSize)
      let held = count.size(step.held, batchSize)
      fullest = max(
        fullest, ByteCount.sum(ByteCount.sum(before, held), ByteCount.sum(size, size)))
      before = size
    }
    let weights = rows.map(\.parameters).max() ?? 0
    let scratch = max(
      productScratch(elements: weights, dtype: dtype), workspace(batchSize, dtype))
    return ByteCount.sum(ByteCount.sum(count.total, fullest), scratch)
  }
}

/// Adds up blocks of the pool; what overflows stays at `Int.max`.
private struct ByteCount {
  private(set) var total = 0
  private let dtype: DType

  init(_ dtype: DType) { self.dtype = dtype }

  /// The bytes of a block for what a layer gives for so many samples; in float32 channels may be
  /// padded.
  func size(_ step: MemoryTrace.Step, _ batchSize: Int) -> Int {
    guard dtype == .float32 else { return size(step.elements, batchSize) }
    let (count, overflows) = step.elements(batchSize: batchSize)
    return overflows ? .max : size(count, 1)
  }

  /// The bytes of a block for so many samples.
  func size(_ elements: Int, _ batchSize: Int) -> Int {
    block(elements, batchSize, dtype.byteCount)
  }

  mutating func add(_ elements: Int, times count: Int) {
    let (bytes, overflow) = size(elements, 1).multipliedReportingOverflow(by: count)
    total = Self.sum(total, overflow ? .max : bytes)
  }

  /// Batches of float32: those prepared ahead, the one being prepared, the one in use; and that one
  /// converted.
  mutating func addInputs(_ input: Shape, samples: Int, batchSize: Int, prefetch: Int) {
    let elements = input.elementCount / max(input.first ?? 1, 1)
    let width = DType.float32.byteCount
    let (most, overflow) = batchSize.multipliedReportingOverflow(by: min(prefetch, 1 << 30) + 1)
    total = Self.sum(total, block(elements, overflow ? samples : min(most, samples), width))
    total = Self.sum(total, block(elements, batchSize, width))
    if dtype != .float32 { total = Self.sum(total, size(elements, batchSize)) }
  }

  private func block(_ elements: Int, _ batchSize: Int, _ width: Int) -> Int {
    let (count, overflow) = elements.multipliedReportingOverflow(by: batchSize)
    guard !overflow, count <= 1 << 56 else { return .max }
    return count == 0 ? 0 : MemoryPool.sizeClass(of: count * width).byteCount
  }

  static func sum(_ a: Int, _ b: Int) -> Int {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : sum
  }
}
