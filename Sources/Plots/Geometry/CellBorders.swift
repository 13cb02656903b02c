/// The lines between regions of a grid of cells.
package enum CellBorders {
  /// The sides between cells of different classes, as straight lines as long as they can be.
  package static func lines(_ cells: [[Int]], x: [Double], y: [Double]) -> [[Series.Point]] {
    func runs(_ count: Int, differs: (Int) -> Bool) -> [Range<Int>] {
      var runs: [Range<Int>] = []
      for index in 0..<count where differs(index) {
        if let last = runs.last, last.upperBound == index {
          runs[runs.count - 1] = last.lowerBound..<index + 1
        } else {
          runs.append(index..<index + 1)
        }
      }
      return runs
    }
    let columns = cells.first?.count ?? 0
    var lines: [[Series.Point]] = []
    for row in cells.indices.dropFirst() {
      for run in runs(columns, differs: { cells[row][$0] != cells[row - 1][$0] }) {
        lines.append([run.lowerBound, run.upperBound].map { Series.Point(x: x[$0], y: y[row]) })
      }
    }
    for column in 0..<columns where column > 0 {
      for run in runs(cells.count, differs: { cells[$0][column] != cells[$0][column - 1] }) {
        lines.append([run.lowerBound, run.upperBound].map { Series.Point(x: x[column], y: y[$0]) })
      }
    }
    return lines
  }
}
