import Arrays
import Datasets
import TestSupport
import Testing

/// Sizes changed as Pillow changes them; see `Tests/References/images.py`.
@Suite struct ResizingTests {
  private static let sources = ["small", "odd", "even", "line"]

  @Test(arguments: sources, ResizeFilter.allCases)
  func asPillowResizes(_ name: String, _ filter: ResizeFilter) throws {
    let references = try References("images")
    let source = try references.tensor("resize/\(name)")
    let (height, width) = (source.shape[1], source.shape[2])
    let prefix = "resize/\(name)/\(filter.rawValue)/"
    let cases = references.names.filter { $0.hasPrefix(prefix) }
    #expect(cases.count >= 5)
    for name in cases {
      let expected = try references.tensor(name)
      let (newHeight, newWidth) = (expected.shape[1], expected.shape[2])
      let result = Resizing(
        from: (height, width), to: (newHeight, newWidth), filter: filter)(source)
      #expect(result.shape == expected.shape)
      let distance = zip(result.integers, expected.integers).map { abs($0 - $1) }.max()
      #expect(distance == 0, "\(name)")
      // A window is a part of the whole.
      let (rows, columns) = (newHeight / 4..<newHeight, 0..<(newWidth + 1) / 2)
      let window = Resizing(
        from: (height, width), to: (newHeight, newWidth), rows: rows, columns: columns,
        filter: filter)(source)
      #expect(
        window.integers
          == result.sliced(axis: 1, rows).sliced(axis: 2, columns).integers)
    }
  }

  @Test("nothing is lighter or darker than before, however many pixels there are")
  func extremes() {
    for (level, size) in [(UInt8(255), 4099), (0, 4099), (255, 3), (1, 1)] {
      let row = NDArray([UInt8](repeating: level, count: size), shape: [1, 1, size])
      for filter in ResizeFilter.allCases {
        for width in [1, 2, 7, 64] {
          let result = Resizing(from: (1, size), to: (1, width), filter: filter)(row)
          #expect(result.integers == [Int](repeating: Int(level), count: width))
        }
      }
    }
  }

  /// Images of whatever type are left alone at their own size.
  @Test func ownSize() throws {
    let images = try Dataset(
      name: "float", inputs: NDArray.zeros([2, 1, 4, 4]), labels: NDArray([0, 1] as [Int32]),
      classNames: ["a", "b"])
    #expect(try images.resized(to: [4, 4]).isInMemory)
    #expect(throws: DatasetError.self) { try images.resized(to: [5, 4]) }
  }
}
