/// A grid of terminal cells with 2 × 4 dots each, and the owners of each cell's dots.
package struct BrailleCanvas {
  /// In cells.
  package let width: Int
  package let height: Int
  private var dots: [UInt8]
  /// For each cell a bit for each of its owners.
  private var owners: [UInt64]

  package init(width: Int, height: Int) {
    self.width = width
    self.height = height
    dots = Array(repeating: 0, count: width * height)
    owners = Array(repeating: 0, count: width * height)
  }

  /// Sets the dot at column x (0 ..< 2 × width) and row y (0 ..< 4 × height, downwards); anything
  /// outside is left out.
  ///
  /// - Parameter owner: not negative; owners that differ by 64 are taken for one.
  package mutating func set(x: Int, y: Int, owner: Int) {
    guard (0..<2 * width).contains(x), (0..<4 * height).contains(y) else { return }
    // Unicode numbers the dots down the left column, down the right one, then the lowest row.
    let bits: [[UInt8]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]
    dots[y / 4 * width + x / 2] |= bits[x % 2][y % 4]
    owners[y / 4 * width + x / 2] |= 1 << UInt64(owner % 64)
  }

  /// Sets the dots of a straight line (Bresenham's algorithm).
  package mutating func line(from a: (x: Int, y: Int), to b: (x: Int, y: Int), owner: Int) {
    let (dx, dy) = (abs(b.x - a.x), -abs(b.y - a.y))
    let (stepX, stepY) = (a.x < b.x ? 1 : -1, a.y < b.y ? 1 : -1)
    var (x, y, error) = (a.x, a.y, dx + dy)
    while true {
      set(x: x, y: y, owner: owner)
      if x == b.x && y == b.y { return }
      let twice = 2 * error
      if twice >= dy {
        error += dy
        x += stepX
      }
      if twice <= dx {
        error += dx
        y += stepY
      }
    }
  }

  /// The cell's braille character, and whose it is; nil where no dot is set.
  ///
  /// Where lines run through the same cells their owners take turns from column to column.
  package func cell(column: Int, row: Int) -> (character: Character, owner: Int)? {
    let index = row * width + column
    guard dots[index] != 0, let scalar = Unicode.Scalar(0x2800 + UInt32(dots[index])) else {
      return nil
    }
    let sharing = (0..<64).filter { owners[index] >> UInt64($0) & 1 == 1 }
    return (Character(scalar), sharing[column % sharing.count])
  }
}
