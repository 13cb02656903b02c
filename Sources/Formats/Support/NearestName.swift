/// The name that was probably meant: of those that differ from `name` by few letters the nearest,
/// or one that begins with it; nil where none is near.
///
/// Letters added, left out, changed and swapped with their neighbour count one each (Damerau, "A
/// technique for computer detection and correction of spelling errors", 1964), small and capital
/// letters as equal. Up to one in three letters may differ; of names equally near the first counts.
public func nearestName(_ name: String, among names: [String]) -> String? {
  let wanted = Array(name.lowercased())
  guard (1...64).contains(wanted.count) else { return nil }
  let most = max(1, (wanted.count + 1) / 3)
  var best: (name: String, distance: Int)?
  for candidate in names {
    let letters = Array(candidate.lowercased())
    // So many letters at least have to be added or left out.
    guard abs(letters.count - wanted.count) <= most else { continue }
    let distance = editDistance(wanted, letters)
    if distance < best?.distance ?? Int.max { best = (candidate, distance) }
  }
  if let best, best.distance <= most { return best.name }
  guard wanted.count >= 3 else { return nil }
  return names.first { $0.lowercased().starts(with: wanted) }
}

/// How many letters must be added, removed, changed or swapped to get from one to the other.
private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    row.reserveCapacity(b.count + 1)
    for j in b.indices {
      var cost = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        cost = min(cost, beforeLast[j - 1] + 1)
      }
      row.append(cost)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
