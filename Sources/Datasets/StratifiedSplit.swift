import Arrays

/// Divides samples at random into parts of the given fractions, each class alike.
///
/// Of each class a part gets its fraction rounded up or down; where the rounding falls is chosen so
/// that the parts' whole sizes come near theirs too. Which samples they are is drawn for each class
/// from the key (seed, "split", class).
///
/// - Parameters:
///   - labels: `[N]` int32, none negative.
///   - fractions: Each at least 0, together 1.
///   - seed: Any number; another gives another split.
/// - Returns: The indices of each part, ascending; together every index once.
/// - Throws: `DatasetError` for other fractions.
public func stratifiedSplit(
  labels: NDArray, fractions: [Double], seed: UInt64
) throws(DatasetError) -> [[Int]] {
  let sum = fractions.reduce(0, +)
  guard fractions.allSatisfy({ $0 >= 0 }), abs(sum - 1) < 1e-9 else {
    throw DatasetError(
      .malformed, at: "split", found: "fractions \(fractions)",
      expected: "none negative and a sum of 1")
  }
  var members: [[Int]] = []
  labels.withElements(as: Int32.self) { labels in
    members = [[Int]](repeating: [], count: Int(labels.max() ?? -1) + 1)
    for (index, label) in labels.enumerated() { members[Int(label)].append(index) }
  }
  var parts = [[Int]](repeating: [], count: fractions.count)
  /// What each part is owed by the rounding in the classes so far.
  var owed = [Double](repeating: 0, count: fractions.count)
  let key = RandomKey(seed: seed, path: "split")
  for (label, indices) in members.enumerated() {
    var generator = RandomGenerator(key: key.at(step: UInt64(label)))
    let order = generator.permutation(indices.count)
    var sizes: [Int] = []
    for (part, fraction) in fractions.enumerated() {
      // A little more, lest 0.7 · 10 come out below 7.
      let size = Int((fraction * Double(indices.count) + 1e-9).rounded(.down))
      sizes.append(size)
      owed[part] += fraction * Double(indices.count) - Double(size)
    }
    let rest = indices.count - sizes.reduce(0, +)
    // The parts that are owed most get one more each; of equals the earlier.
    let byDebt = fractions.indices.sorted { owed[$0] == owed[$1] ? $0 < $1 : owed[$0] > owed[$1] }
    for part in byDebt.prefix(rest) {
      sizes[part] += 1
      owed[part] -= 1
    }
    var place = 0
    for (part, size) in sizes.enumerated() {
      parts[part] += order[place..<(place + size)].map { indices[$0] }
      place += size
    }
  }
  return parts.map { $0.sorted() }
}
