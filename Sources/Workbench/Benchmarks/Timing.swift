import Labs

/// Times of pieces of work that take turns, so that what disturbs the machine disturbs all alike.
package struct Timing {
  /// A piece of work and how it is called.
  package struct Candidate {
    let name: String
    let work: () -> Void

    package init(name: String, work: @escaping () -> Void) {
      self.name = name
      self.work = work
    }
  }

  /// The shortest time that is trusted to the clock, in seconds: work that takes less is repeated
  /// this long at a turn.
  private static let turn = 0.002

  /// The median over the turns of each candidate's time, in seconds.
  ///
  /// At least five turns each after two that are not counted, more until the budget is spent.
  /// - Parameters:
  ///   - candidates: What takes turns; the order is turned round at every other turn.
  ///   - budget: Seconds for all of them together.
  package static func medians(of candidates: [Candidate], budget: Double) -> [Double] {
    var repeats = [Int](repeating: 1, count: candidates.count)
    for (index, candidate) in candidates.enumerated() {
      candidate.work()
      let once = time(candidate, repeats: 1)
      // The first call may be slow for its own reasons; the second says how many fill a turn.
      let count = min(Int(turn / max(once, 1e-7)) + 1, 20_000)
      repeats[index] = once >= turn ? 1 : max(1, Int(turn / time(candidate, repeats: count)) + 1)
    }
    var times = [[Double]](repeating: [], count: candidates.count)
    let start = ContinuousClock.now
    var turns = 0
    while turns < 5 || (start.duration(to: .now).seconds < budget && turns < 1000) {
      let order = Array(candidates.indices)
      for index in turns % 2 == 0 ? order : order.reversed() {
        times[index].append(time(candidates[index], repeats: repeats[index]))
      }
      turns += 1
    }
    return times.map { Statistics.median($0) }
  }

  /// Seconds of one call, over so many in a row.
  private static func time(_ candidate: Candidate, repeats: Int) -> Double {
    let before = ContinuousClock.now
    for _ in 0..<repeats { candidate.work() }
    return before.duration(to: .now).seconds / Double(repeats)
  }
}
