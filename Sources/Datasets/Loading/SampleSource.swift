import Arrays

/// Where a data set's samples are: an array in memory, or files that are read when a batch needs
/// them.
///
/// Reading is a pure function of the indices: who reads, when and what else changes nothing, so that
/// a run can stop at any batch and go on with the same bits.
public protocol SampleSource: Sendable {
  /// The number of samples.
  var count: Int { get }
  /// The shape of one sample, `[C, H, W]` or `[F]`.
  var sampleShape: Shape { get }
  /// The type of the samples' values: uint8 for images, or float32.
  var dtype: DType { get }

  /// Reads samples, on the calling thread, which may be a loader's: no kernel is run.
  /// - Parameter indices: At least 0 and below `count`, in the order in which they are wanted.
  /// - Returns: The samples; fewer than asked for where the source is to leave out what is damaged.
  /// - Throws: `DatasetError` for a sample that cannot be read.
  func read(_ indices: [Int]) throws(DatasetError) -> SampleRows

  /// The source of those samples alone, in this order; an index may occur more than once.
  /// - Precondition: indices in range, and memory for what is copied.
  func selecting(_ indices: [Int]) -> any SampleSource

  /// The samples that reading has found damaged so far and left out, by index, with their files.
  var damaged: [(index: Int, file: String)] { get }
}

extension SampleSource {
  /// None: what most sources hold was looked at before.
  public var damaged: [(index: Int, file: String)] { [] }
}

/// Samples that a source has read, as rows of an array.
public struct SampleRows: Sendable {
  /// Row-major rows of samples: `[rows]` + the shape of one; others than those meant may be there.
  public let samples: NDArray
  /// The row of each sample that was read.
  public let rows: [Int]
  /// The index of each sample that was read: what random changes of it are drawn for.
  public let indices: [Int]

  /// Samples by their rows and indices, as many of both.
  public init(samples: NDArray, rows: [Int], indices: [Int]) {
    self.samples = samples
    self.rows = rows
    self.indices = indices
  }
}

/// Samples in memory.
struct ArraySource: SampleSource {
  /// `[N]` + the shape of one, row-major.
  let samples: NDArray

  var count: Int { samples.shape[0] }
  var sampleShape: Shape { Shape(samples.shape.dropFirst()) }
  var dtype: DType { samples.dtype }

  /// The array itself, whatever is asked for: nothing is copied.
  func read(_ indices: [Int]) -> SampleRows {
    SampleRows(samples: samples, rows: indices, indices: indices)
  }

  func selecting(_ indices: [Int]) -> any SampleSource {
    ArraySource(samples: samples.rows(indices))
  }
}
