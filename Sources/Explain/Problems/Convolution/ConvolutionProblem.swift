import Autodiff

/// A convolution worked by hand, or its sizes and parameters counted.
///
/// - Source: Dumoulin and Visin 2016, "A guide to convolution arithmetic for deep learning",
///   sections 2 and 4.
public struct ConvolutionProblem: Problem {
  public static let kind = "convolution"

  /// The numbers of a convolution.
  public struct Numbers: Sendable, Hashable {
    /// The image, `[channels, rows, columns]`.
    public var input: Value
    /// The filters, `[filters, channels, rows, columns]`.
    public var kernel: Value
    /// A number a filter; none where nil.
    public var bias: [Double]?
    /// The gradient that comes back, of the output's shape; ones where nil.
    public var upstream: Value?

    /// - Parameters:
    ///   - input: The image, `[channels, rows, columns]`.
    ///   - kernel: The filters, `[filters, channels, rows, columns]`.
    ///   - bias: A number a filter.
    ///   - upstream: The gradient that comes back, of the output's shape.
    public init(input: Value, kernel: Value, bias: [Double]? = nil, upstream: Value? = nil) {
      self.input = input
      self.kernel = kernel
      self.bias = bias
      self.upstream = upstream
    }
  }

  /// Sizes alone.
  public struct Sizes: Sendable, Hashable {
    /// Rows and columns of the image.
    public var rows: Int
    /// Columns of the image.
    public var columns: Int
    /// Channels of the image, d_in.
    public var channels: Int
    /// Number of filters, n_f.
    public var filters: Int
    /// Rows and columns of a filter, h_f.
    public var kernel: Int
    /// Whether there is a bias a filter.
    public var hasBias: Bool

    /// - Parameters:
    ///   - rows: Rows of the image.
    ///   - columns: Columns of the image.
    ///   - channels: Channels of the image.
    ///   - filters: Number of filters.
    ///   - kernel: Rows and columns of a filter.
    ///   - hasBias: Whether there is a bias a filter.
    public init(
      rows: Int, columns: Int, channels: Int, filters: Int, kernel: Int, hasBias: Bool = true
    ) {
      self.rows = rows
      self.columns = columns
      self.channels = channels
      self.filters = filters
      self.kernel = kernel
      self.hasBias = hasBias
    }
  }

  /// What is worked out.
  public enum Content: Sendable, Hashable {
    /// Every number.
    case numbers(Numbers)
    /// Output size, parameters and multiplications.
    case sizes(Sizes)
  }

  /// What is worked out.
  public var content: Content
  /// Steps of the window along both axes.
  public var stride: Int
  /// Zeros around the image.
  public var padding: Int
  /// Distance between the filter's taps.
  public var dilation: Int
  /// The heading; a description where nil.
  public var title: Prose?

  /// - Parameters:
  ///   - content: What is worked out.
  ///   - stride: Steps of the window along both axes, at least 1.
  ///   - padding: Zeros around the image, at least 0.
  ///   - dilation: Distance between the filter's taps, at least 1.
  ///   - title: The heading.
  public init(
    _ content: Content, stride: Int = 1, padding: Int = 0, dilation: Int = 1, title: Prose? = nil
  ) {
    self.content = content
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.title = title
  }

  static let mostElements = 100

  /// The sizes, and for given numbers every output and gradient.
  public func solved(_ options: ExplainOptions) throws -> Solution {
    guard stride >= 1, padding >= 0, dilation >= 1, max(stride, padding, dilation) <= 1000 else {
      throw ProblemError(
        "",
        "found stride \(stride), padding \(padding) and dilation \(dilation), expected a "
          + "stride and dilation from 1 and a padding from 0, up to 1000")
    }
    switch content {
    case .sizes(let sizes): return try solved(sizes, options)
    case .numbers(let numbers): return try solved(numbers, options)
    }
  }
}
