extension TerminalPlane {
  /// The dots whose middles lie within outlines in the unit square, by rows from the top; where an
  /// outline is narrower than a dot, the nearest.
  package static func spans(
    _ outlines: [[Series.Point]], columns: Int, rows: Int
  ) -> [(row: Int, columns: Range<Int>)] {
    var crossings = Array(repeating: [Double](), count: rows)
    for outline in outlines {
      for (a, b) in zip(outline, outline.dropFirst() + outline.prefix(1)) where a.y != b.y {
        let (low, high) = a.y < b.y ? (a, b) : (b, a)
        // Row r has its middle at 1 − (r + ½) / rows.
        let first = max(0, Int(((1 - high.y) * Double(rows) - 0.5).rounded(.up)))
        let last = min(rows - 1, Int(((1 - low.y) * Double(rows) - 0.5).rounded(.up)) - 1)
        guard first <= last else { continue }
        for row in first...last {
          let y = 1 - (Double(row) + 0.5) / Double(rows)
          crossings[row].append(low.x + (y - low.y) / (high.y - low.y) * (high.x - low.x))
        }
      }
    }
    var result: [(row: Int, columns: Range<Int>)] = []
    for (row, places) in crossings.enumerated() {
      let sorted = places.sorted()
      for pair in stride(from: 0, to: sorted.count - 1, by: 2) {
        let start = sorted[pair] * Double(columns)
        let end = sorted[pair + 1] * Double(columns)
        var first = min(columns - 1, max(0, Int((start - 0.5).rounded(.up))))
        var past = min(columns, max(0, Int((end - 0.5).rounded(.up))))
        if past <= first && end > start {
          first = min(columns - 1, max(0, Int((start + end) / 2)))
          past = first + 1
        }
        if first < past { result.append((row, first..<past)) }
      }
    }
    return result
  }

  /// Between which of ascending edges a value is.
  package static func place(of value: Double, in edges: [Double]) -> Int? {
    guard let first = edges.first, let last = edges.last, value >= first, value <= last else {
      return nil
    }
    var (low, high) = (0, edges.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if edges[middle] <= value { low = middle } else { high = middle }
    }
    return low
  }
}
