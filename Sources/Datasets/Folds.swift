import Arrays

/// One of the parts of k-fold cross-validation, by the samples' indices.
public struct Fold: Sendable, Hashable {
  /// The samples to train on, ascending: those of all other folds.
  public let training: [Int]
  /// The samples to validate on, ascending.
  public let validation: [Int]
}

/// The parts of k-fold cross-validation, each made when it is asked for.
public struct Folds: RandomAccessCollection, Sendable, Hashable {
  /// How many there are.
  public let count: Int
  /// In which fold each sample is validated on, from 0.
  public let foldOfSample: [Int]

  public var startIndex: Int { 0 }
  public var endIndex: Int { count }

  public subscript(fold: Int) -> Fold {
    guard indices.contains(fold) else { fatalError("Folds: fold \(fold) of \(count)") }
    let samples = foldOfSample.indices
    return Fold(
      training: samples.filter { foldOfSample[$0] != fold },
      validation: samples.filter { foldOfSample[$0] == fold })
  }
}

extension Dataset {
  /// Divides the samples at random into k folds, each of which is validated on once: every sample is
  /// in exactly one fold's validation part, and in the training part of all others.
  ///
  /// The sizes of two folds differ by at most 1, and where classes are divided alike, so do the
  /// numbers of each class.
  ///
  /// ```swift
  /// for fold in try data.folds(5) {
  ///   let (train, validation) = (try data.subset(fold.training), try data.subset(fold.validation))
  ///   counts.append([train.count, validation.count])
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - count: k, from 2 to the number of samples.
  ///   - seed: Any number; another gives other folds. The order is drawn from the key (seed,
  ///     "folds", class), or (seed, "folds", 0) for all.
  ///   - stratified: Whether each class is divided alike.
  /// - Throws: `DatasetError` for another k.
  public func folds(
    _ count: Int, seed: UInt64 = 0, stratified: Bool = true
  ) throws(DatasetError) -> Folds {
    guard count >= 2, count <= self.count else {
      throw DatasetError(
        .malformed, at: name, found: "\(count) \(count == 1 ? "fold" : "folds")",
        expected: self.count < 2
          ? "at least 2 samples to divide" : "from 2 to \(self.count), the number of samples")
    }
    // Samples are dealt in turn: class after class, or all in one random order.
    var groups = [[Int]](repeating: [], count: stratified ? classNames.count : 1)
    labels.withElements(as: Int32.self) { labels in
      for (index, label) in labels.enumerated() {
        groups[stratified ? Int(label) : 0].append(index)
      }
    }
    let key = RandomKey(seed: seed, path: "folds")
    var foldOfSample = [Int](repeating: 0, count: self.count)
    var dealt = 0
    for (number, group) in groups.enumerated() {
      var generator = RandomGenerator(key: key.at(step: UInt64(number)))
      for place in generator.permutation(group.count) {
        foldOfSample[group[place]] = dealt % count
        dealt += 1
      }
    }
    return Folds(count: count, foldOfSample: foldOfSample)
  }
}
