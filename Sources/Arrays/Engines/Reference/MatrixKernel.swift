/// A matrix somewhere in memory: the address of its first element, and strides in elements.
struct MatrixView<Real: RealElement> {
  var base: UnsafePointer<Real>
  var rowStride: Int
  var columnStride: Int

  init(_ base: UnsafePointer<Real>, rowStride: Int, columnStride: Int) {
    self.base = base
    self.rowStride = rowStride
    self.columnStride = columnStride
  }

  init(_ base: UnsafeMutablePointer<Real>, rowStride: Int, columnStride: Int = 1) {
    self.init(UnsafePointer(base), rowStride: rowStride, columnStride: columnStride)
  }
}

/// Matrix product by tiles of 4 rows and two vector registers of columns, held in registers while
/// the inner index runs; operands are packed so that the tile reads them in order (Goto and van de
/// Geijn, "Anatomy of high-performance matrix multiplication", 2008).
enum MatrixKernel<Real: RealElement> {
  typealias Lanes = Real.Lanes

  private static var tileRows: Int { 4 }
  private static var laneCount: Int { Lanes.scalarCount }
  private static var tileColumns: Int { 2 * laneCount }
  /// Longest run of the inner index in a block; a strip of the left operand stays in L1.
  private static var blockDepth: Int { 256 }
  /// Columns of a block; a block of the right operand stays in L2.
  private static var blockColumns: Int { 64 * laneCount }
  /// From so many rows on it pays to pack the right operand even where its rows are contiguous.
  private static var packedRows: Int { 32 }

  /// The most working memory that a product takes, in bytes.
  static var largestScratch: Int {
    (tileRows * blockDepth + blockColumns * blockDepth + tileRows * tileColumns)
      * MemoryLayout<Real>.stride
  }

  /// c = a · b, or c += a · b; the rows of c are contiguous.
  static func multiply(
    rows: Int, columns: Int, depth: Int, _ a: MatrixView<Real>, _ b: MatrixView<Real>,
    into c: UnsafeMutablePointer<Real>, rowStride: Int, accumulate: Bool
  ) {
    if rows == 0 || columns == 0 { return }
    if depth == 0 {
      if accumulate { return }
      for row in 0..<rows { (c + row &* rowStride).update(repeating: 0, count: columns) }
      return
    }
    let runDepth = min(depth, blockDepth)
    let runColumns = (min(columns, blockColumns) + tileColumns - 1) / tileColumns * tileColumns
    let stripCount = tileRows * runDepth
    let panelCount = runColumns * runDepth
    let tileCount = tileRows * tileColumns
    let scratch = Storage(
      byteCount: (stripCount + panelCount + tileCount) * MemoryLayout<Real>.stride)
    defer { withExtendedLifetime(scratch) {} }
    let strip = scratch.pointer.assumingMemoryBound(to: Real.self)
    let panels = strip + stripCount
    let tile = panels + panelCount
    let packsAll = b.columnStride != 1 || rows >= packedRows

    var firstColumn = 0
    while firstColumn < columns {
      let width = min(blockColumns, columns - firstColumn)
      var start = 0
      while start < depth {
        let run = min(blockDepth, depth - start)
        let adds = accumulate || start > 0
        let block =
          b.base + (start &* b.rowStride &+ firstColumn &* b.columnStride)
        // Whole panels that need no packing are read in place.
        let inPlace = packsAll ? 0 : width / tileColumns * tileColumns
        pack(b, block, run, from: inPlace, to: width, into: panels)
        var row = 0
        while row < rows {
          let height = min(tileRows, rows - row)
          pack(a, rows: height, from: row, depth: run, start, into: strip)
          var column = 0
          while column < width {
            let target = c + (row &* rowStride &+ firstColumn &+ column)
            let isWhole = height == tileRows && column &+ tileColumns <= width
            let panel = column < inPlace ? block + column : UnsafePointer(panels + column &* run)
            let step = column < inPlace ? b.rowStride : tileColumns
            multiplyTile(
              run, strip, panel, step, into: isWhole ? target : tile,
              rowStride: isWhole ? rowStride : tileColumns, accumulate: isWhole && adds)
            if !isWhole {
              copyTile(
                tile, height, min(tileColumns, width - column), to: target, rowStride, adds)
            }
            column &+= tileColumns
          }
          row &+= tileRows
        }
        start += run
      }
      firstColumn += width
    }
  }

  /// One tile: the sum over k of column k of the strip times row k of the panel.
  @inline(__always)
  private static func multiplyTile(
    _ depth: Int, _ strip: UnsafePointer<Real>, _ panel: UnsafePointer<Real>, _ panelStep: Int,
    into c: UnsafeMutablePointer<Real>, rowStride: Int, accumulate: Bool
  ) {
    var (s00, s01, s10, s11) = (Lanes(), Lanes(), Lanes(), Lanes())
    var (s20, s21, s30, s31) = (Lanes(), Lanes(), Lanes(), Lanes())
    var a = strip
    var b = panel
    for _ in 0..<depth {
      let b0 = load(b)
      let b1 = load(b + laneCount)
      Real.addProduct(a[0], b0, to: &s00)
      Real.addProduct(a[0], b1, to: &s01)
      Real.addProduct(a[1], b0, to: &s10)
      Real.addProduct(a[1], b1, to: &s11)
      Real.addProduct(a[2], b0, to: &s20)
      Real.addProduct(a[2], b1, to: &s21)
      Real.addProduct(a[3], b0, to: &s30)
      Real.addProduct(a[3], b1, to: &s31)
      a += 4
      b += panelStep
    }
    store(s00, s01, c, accumulate)
    store(s10, s11, c + rowStride, accumulate)
    store(s20, s21, c + 2 &* rowStride, accumulate)
    store(s30, s31, c + 3 &* rowStride, accumulate)
  }

  @inline(__always)
  private static func load(_ place: UnsafePointer<Real>) -> Lanes {
    UnsafeRawPointer(place).loadUnaligned(as: Lanes.self)
  }

  @inline(__always)
  private static func store(
    _ low: Lanes, _ high: Lanes, _ place: UnsafeMutablePointer<Real>, _ accumulate: Bool
  ) {
    var low = low
    var high = high
    if accumulate {
      Real.add(load(place), to: &low)
      Real.add(load(place + laneCount), to: &high)
    }
    UnsafeMutableRawPointer(place).storeBytes(of: low, as: Lanes.self)
    UnsafeMutableRawPointer(place + laneCount).storeBytes(of: high, as: Lanes.self)
  }

  /// Copies or adds the part of a tile that lies within the result.
  private static func copyTile(
    _ tile: UnsafePointer<Real>, _ rows: Int, _ columns: Int,
    to target: UnsafeMutablePointer<Real>, _ rowStride: Int, _ accumulate: Bool
  ) {
    for row in 0..<rows {
      let from = tile + row &* tileColumns
      let to = target + row &* rowStride
      if accumulate {
        for column in 0..<columns { to[column] += from[column] }
      } else {
        for column in 0..<columns { to[column] = from[column] }
      }
    }
  }

  /// Rows `row`… of a, interleaved element by element, missing rows as zeros.
  private static func pack(
    _ a: MatrixView<Real>, rows: Int, from row: Int, depth: Int, _ start: Int,
    into strip: UnsafeMutablePointer<Real>
  ) {
    let source = a.base + (row &* a.rowStride &+ start &* a.columnStride)
    if rows == 4 {
      let (one, two) = (a.rowStride, 2 &* a.rowStride)
      let three = one &+ two
      for index in 0..<depth {
        let from = source + index &* a.columnStride
        let to = strip + index &* 4
        to[0] = from[0]
        to[1] = from[one]
        to[2] = from[two]
        to[3] = from[three]
      }
      return
    }
    strip.update(repeating: 0, count: 4 &* depth)
    for row in 0..<rows {
      for index in 0..<depth {
        strip[index &* 4 &+ row] = source[row &* a.rowStride &+ index &* a.columnStride]
      }
    }
  }

  /// Columns of a block of b in panels as wide as a tile, missing columns as zeros.
  private static func pack(
    _ b: MatrixView<Real>, _ block: UnsafePointer<Real>, _ depth: Int, from first: Int,
    to width: Int, into panels: UnsafeMutablePointer<Real>
  ) {
    var column = first
    while column < width {
      let panel = panels + column &* depth
      let source = block + column &* b.columnStride
      let present = min(tileColumns, width &- column)
      if present == tileColumns && b.columnStride == 1 {
        for index in 0..<depth {
          let from = source + index &* b.rowStride
          let to = UnsafeMutableRawPointer(panel + index &* tileColumns)
          to.storeBytes(of: load(from), as: Lanes.self)
          (to + MemoryLayout<Lanes>.stride).storeBytes(
            of: load(from + laneCount), as: Lanes.self)
        }
      } else {
        for index in 0..<depth {
          let from = source + index &* b.rowStride
          let to = panel + index &* tileColumns
          for lane in 0..<present { to[lane] = from[lane &* b.columnStride] }
          for lane in present..<tileColumns { to[lane] = 0 }
        }
      }
      column &+= tileColumns
    }
  }
}
