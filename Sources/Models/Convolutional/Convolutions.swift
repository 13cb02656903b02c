/// A convolution without an offset, for a batch normalisation follows that has one; drawn by He's
/// initialiser, as the papers of the networks here do or might have.
func convolution(
  _ channels: Int, _ filters: Int, kernel: [Int], stride: Int = 1, padding: [Int]? = nil,
  groups: Int = 1
) -> Conv2D {
  Conv2D(
    channels, filters, kernel: kernel, stride: [stride, stride], padding: padding ?? [0, 0],
    groups: groups, bias: false, initializer: .heNormal)
}

/// The same with square filters.
func convolution(
  _ channels: Int, _ filters: Int, kernel: Int, stride: Int = 1, padding: Int = 0,
  groups: Int = 1
) -> Conv2D {
  convolution(
    channels, filters, kernel: [kernel, kernel], stride: stride, padding: [padding, padding],
    groups: groups)
}

/// A convolution, batch normalisation and ReLU, as the Inception networks are made of.
///
/// - Parameter padding: Nothing where nil.
func normalizedConvolution(
  _ channels: Int, _ filters: Int, kernel: [Int], stride: Int = 1, padding: [Int]? = nil
) -> Sequential {
  Sequential(named: [
    "conv": convolution(channels, filters, kernel: kernel, stride: stride, padding: padding),
    "bn": BatchNorm(filters, epsilon: 1e-3),
    "relu": ReLU(),
  ])
}

/// The same with square filters.
func normalizedConvolution(
  _ channels: Int, _ filters: Int, kernel: Int, stride: Int = 1, padding: Int = 0
) -> Sequential {
  normalizedConvolution(
    channels, filters, kernel: [kernel, kernel], stride: stride, padding: [padding, padding])
}

/// The same with windows of 1 × `size`.
func rowConvolution(_ channels: Int, _ filters: Int, _ size: Int) -> Sequential {
  normalizedConvolution(channels, filters, kernel: [1, size], padding: [0, size / 2])
}

/// The same with windows of `size` × 1.
func columnConvolution(_ channels: Int, _ filters: Int, _ size: Int) -> Sequential {
  normalizedConvolution(channels, filters, kernel: [size, 1], padding: [size / 2, 0])
}
