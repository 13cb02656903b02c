/// The sizes of a convolution written as matrix products: the weight of a group, one row an output
/// channel, times the unfolded input, one column a place of the output (Chellapilla, Puri and
/// Simard, "High performance convolutional neural networks for document processing", 2006). The
/// unfolded input is made a few output rows at a time, so that it stays in the cache.
struct ConvolutionPlan<Real: RealElement> {
  /// Some rows of the output of one image and group.
  struct Tile {
    let image: Int
    let group: Int
    let rows: Range<Int>
    /// Places of the output in the tile.
    let width: Int
  }

  /// The unfolded input of a tile, or its gradient.
  struct Columns {
    let base: UnsafeMutablePointer<Real>
    let rowStride: Int
    /// Whether it is the input itself, as for a window of one place.
    let isInput: Bool
  }

  /// Elements of the unfolded input of a tile, about.
  private static var tileSize: Int { 1 << 15 }

  private let geometry: ConvolutionGeometry
  private let images: Int
  /// Channels of a group.
  private let inputChannels: Int
  private let inputSize: (rows: Int, columns: Int)
  private let window: (rows: Int, columns: Int)
  private let outputSize: (rows: Int, columns: Int)
  private let isPointwise: Bool
  private let scratch: Storage
  private let rowsPerTile: Int

  /// Output channels of a group.
  let outputChannels: Int
  /// Weights of an output channel.
  let depth: Int
  let outputPlane: Int

  init(_ geometry: ConvolutionGeometry, input: Shape, weight: Shape, output: Shape) {
    self.geometry = geometry
    images = input[0]
    inputChannels = weight[1]
    outputChannels = weight[0] / geometry.groups
    inputSize = (input[2], input[3])
    window = (weight[2], weight[3])
    outputSize = (output[2], output[3])
    depth = weight[1] * weight[2] * weight[3]
    outputPlane = output[2] * output[3]
    isPointwise =
      window == (1, 1) && geometry.stride == [1, 1] && geometry.padding == [0, 0]
      && inputSize == outputSize
    let rowSize = max(1, depth * outputSize.columns)
    rowsPerTile = max(1, min(outputSize.rows, Self.tileSize / rowSize))
    scratch = Storage(
      byteCount: isPointwise ? 0 : rowsPerTile * rowSize * MemoryLayout<Real>.stride)
  }

  private var inputPlane: Int { inputSize.rows * inputSize.columns }

  func weightOffset(_ tile: Tile) -> Int { tile.group * outputChannels * depth }

  func outputOffset(_ tile: Tile) -> Int {
    (tile.image * geometry.groups + tile.group) * outputChannels * outputPlane
      + tile.rows.lowerBound * outputSize.columns
  }

  private func inputOffset(_ tile: Tile) -> Int {
    (tile.image * geometry.groups + tile.group) * inputChannels * inputPlane
  }

  func forEachTile(_ body: (Tile) -> Void) {
    if outputPlane == 0 || outputChannels == 0 { return }
    for image in 0..<images {
      for group in 0..<geometry.groups {
        for first in stride(from: 0, to: outputSize.rows, by: rowsPerTile) {
          let rows = first..<min(outputSize.rows, first + rowsPerTile)
          body(
            Tile(
              image: image, group: group, rows: rows, width: rows.count * outputSize.columns))
        }
      }
    }
    withExtendedLifetime(scratch) {}
  }

  /// Where a tile's unfolded input lies: in scratch memory or in the input.
  func tileColumns(_ input: UnsafeMutablePointer<Real>, _ tile: Tile) -> Columns {
    if isPointwise {
      let base = input + inputOffset(tile) + tile.rows.lowerBound * inputSize.columns
      return Columns(base: base, rowStride: inputPlane, isInput: true)
    }
    return Columns(
      base: scratch.pointer.assumingMemoryBound(to: Real.self), rowStride: tile.width,
      isInput: false)
  }

  /// The input unfolded: for each channel and place of the window a row with the elements that it
  /// meets, zeros outside.
  func unfold(_ input: UnsafeMutablePointer<Real>, _ tile: Tile) -> Columns {
    let columns = tileColumns(input, tile)
    if columns.isInput { return columns }
    let step = geometry.stride[1]
    forEachLine(tile) { line, from, inside in
      let target = columns.base + line
      guard let from else {
        target.update(repeating: 0, count: outputSize.columns)
        return
      }
      let source = input + from
      target.update(repeating: 0, count: inside.lowerBound)
      if step == 1 {
        (target + inside.lowerBound).update(from: source, count: inside.count)
      } else {
        for index in 0..<inside.count {
          target[inside.lowerBound &+ index] = source[index &* step]
        }
      }
      (target + inside.upperBound).update(
        repeating: 0, count: outputSize.columns &- inside.upperBound)
    }
    return columns
  }

  /// Adds unfolded gradients to the input elements that they came from.
  func fold(_ columns: Columns, into input: UnsafeMutablePointer<Real>, _ tile: Tile) {
    if columns.isInput { return }
    let step = geometry.stride[1]
    forEachLine(tile) { line, from, inside in
      guard let from else { return }
      let source = columns.base + (line &+ inside.lowerBound)
      let target = input + from
      if step == 1 {
        for index in 0..<inside.count { target[index] += source[index] }
      } else {
        for index in 0..<inside.count { target[index &* step] += source[index] }
      }
    }
  }

  /// Calls `body` for each line of the unfolded input (channel, place of the window, output row)
  /// with its offset, the offset of the first input element that it meets, nil if none, and the
  /// output columns that meet one.
  @inline(__always)
  private func forEachLine(
    _ tile: Tile, _ body: (_ line: Int, _ input: Int?, _ inside: Range<Int>) -> Void
  ) {
    let (rowStep, columnStep) = (geometry.stride[0], geometry.stride[1])
    let (rowPadding, columnPadding) = (geometry.padding[0], geometry.padding[1])
    let (rowDilation, columnDilation) = (geometry.dilation[0], geometry.dilation[1])
    let origin = inputOffset(tile)
    var line = 0
    for channel in 0..<inputChannels {
      for windowRow in 0..<window.rows {
        for windowColumn in 0..<window.columns {
          let shift = windowColumn &* columnDilation &- columnPadding
          // Columns ox with 0 ≤ ox · step + shift < size.
          let first = shift >= 0 ? 0 : (columnStep &- 1 &- shift) / columnStep
          let room = inputSize.columns &- 1 &- shift
          let end = room < 0 ? 0 : min(outputSize.columns, room / columnStep &+ 1)
          let inside = min(first, end)..<end
          for row in tile.rows {
            let inputRow = row &* rowStep &+ windowRow &* rowDilation &- rowPadding
            if inputRow < 0 || inputRow >= inputSize.rows || inside.isEmpty {
              body(line, nil, 0..<0)
            } else {
              let place = inside.lowerBound &* columnStep &+ shift
              body(
                line, origin &+ channel &* inputPlane &+ inputRow &* inputSize.columns &+ place,
                inside)
            }
            line &+= outputSize.columns
          }
        }
      }
    }
  }
}
