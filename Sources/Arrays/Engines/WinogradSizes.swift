import CKernels

/// The sizes of a convolution by Winograd's algorithm F(4 × 4, 3 × 3): one rule for the engine, which
/// chooses by them, and for estimates of memory.
struct WinogradSizes {
  /// Channels of the image and of the result.
  let channels, outputs: Int
  /// Tiles of 4 × 4 elements, samples counted, that cover the image and the result.
  let inputTiles, outputTiles: Int
  /// Multiplications of the definition for each pair of channels.
  private let products: Int

  /// Nil where the algorithm does not apply.
  init?(input: Shape, weight: Shape, output: Shape, _ geometry: ConvolutionGeometry) {
    guard weight[2] == 3, weight[3] == 3, geometry.groups == 1, geometry.stride == [1, 1],
      geometry.dilation == [1, 1], geometry.padding.allSatisfy({ $0 <= 2 }),
      input.elementCount > 0, output.elementCount > 0
    else { return nil }
    (channels, outputs) = (weight[1], weight[0])
    (inputTiles, outputTiles) = (Self.tiles(of: input), Self.tiles(of: output))
    products = 9 * output[0] * output[2] * output[3]
  }

  static func tiles(of image: Shape) -> Int {
    image[0] * ((image[2] + 3) / 4) * ((image[3] + 3) / 4)
  }

  /// Whether it is faster than the definition by oneDNN's kernels. Measured on a processor with AVX2: a
  /// multiplication in a matrix product takes 1.4 times as long as in those, and each tile's and each
  /// filter's transform as long as 32 products of one of its elements.
  var isFaster: Bool {
    guard min(channels, outputs) >= 16 else { return false }
    let transforms = 32 / Double(channels) + 32 / Double(outputs) + 32 / Double(outputTiles)
    return 1.4 * 36 * Double(outputTiles) * (1 + transforms) < 0.95 * Double(products)
  }

  /// Tiles that are worked on at once, of so many in all: few enough for the cache, enough for the
  /// products to be worth reading the filters.
  func tilesAtOnce(of total: Int) -> Int {
    let wanted = max(192, (8 << 20) / (36 * 4 * (channels + outputs)))
    let parts = (total + wanted - 1) / wanted
    return (total + parts - 1) / parts
  }
}

extension WinogradSizes {
  /// The most bytes that a pass works with beside its operands and its result.
  var workspaceBytes: Int {
    let tiles = max(tilesAtOnce(of: inputTiles), tilesAtOnce(of: outputTiles))
    let block = SmallImages.channelBlock
    let (c, o) = (
      (channels + block - 1) / block * block, (outputs + block - 1) / block * block
    )
    return [c * o, tiles * c, tiles * o].reduce(0) { $0 + 36 * 4 * Self.plane($1) }
  }

  /// Elements from one of 36 matrices of so many to the next.
  static func plane(_ elements: Int) -> Int { gk_winograd_plane(elements) }
}
