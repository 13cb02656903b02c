import Arrays
import Formats

extension Layer {
  /// How a file of weights fits this model; no tensor is read.
  ///
  /// - Parameters:
  ///   - weights: The file.
  ///   - excluded: Whether a path is left out of account on both sides.
  public func report(
    on weights: WeightsFile, excluding excluded: (String) -> Bool = { _ in false }
  ) -> WeightsReport {
    var copy = self
    var own: [(path: String, shape: Shape)] = []
    var visitor = ParameterVisitor(
      parameter: { own.append(($0, $1.shape)) }, statistic: { own.append(($0, $1.shape)) },
      naming: true)
    copy.visitParameters(&visitor)
    own = own.filter { !excluded($0.path) }
    let known = Set(own.map(\.path))
    let extra = weights.names.filter { !known.contains($0) && !excluded($0) }
    let missing = own.filter { weights.sizes($0.path) == nil }
    var fitting: [String] = []
    var problems: [WeightsReport.Problem] = []
    func add(_ kind: WeightsReport.Problem.Kind, _ path: String, _ nearest: String? = nil) {
      problems.append(WeightsReport.Problem(kind: kind, path: path, nearest: nearest))
    }
    let others = extra.map { (path: $0, sizes: weights.sizes($0) ?? []) }
    let absent = missing.map { (path: $0.path, sizes: Array($0.shape)) }
    for (path, shape) in own {
      guard let sizes = weights.sizes(path) else {
        add(.missing, path, counterpart(of: path, sizes: Array(shape), among: others))
        continue
      }
      if sizes != Array(shape) {
        add(.misshapen(found: sizes, expected: Array(shape)), path)
      } else if let found = weights.unsuitableType(path) {
        add(.mistyped(found: found), path)
      } else {
        fitting.append(path)
      }
    }
    for (path, sizes) in others {
      add(.unexpected, path, counterpart(of: path, sizes: sizes, among: absent))
    }
    let missed = Set(absent.map(\.path))
    return WeightsReport(
      file: weights.path, fitting: fitting, count: own.count, problems: problems,
      prefix: commonPrefix(of: extra, before: missed))
  }

  /// Takes parameters and statistics from a file of weights, converted to the model's type.
  ///
  /// - Parameters:
  ///   - weights: The file.
  ///   - partial: Whether what fits is taken where not everything does; the rest stays as it is.
  ///   - excluded: Whether a path is left out of account on both sides.
  /// - Returns: What was taken, and what not.
  /// - Throws: `WeightsError` listing all that does not fit, unless `partial`; where nothing fits; and
  ///   for NaN or infinity among the numbers. `FormatError` where the file does not hold what its
  ///   header says. The model is then unchanged.
  /// - Precondition: the model has been initialised.
  @discardableResult
  public mutating func load(
    _ weights: WeightsFile, partial: Bool = false,
    excluding excluded: (String) -> Bool = { _ in false }
  ) throws -> WeightsReport {
    let report = report(on: weights, excluding: excluded)
    try report.require(partial: partial)
    let dtype = self.dtype
    var arrays: [String: NDArray] = [:]
    var broken: [WeightsReport.Problem] = []
    for path in report.fitting {
      let array = try weights.tensor(path).cast(to: dtype)
      // A sum is finite unless an element is not; or beyond float32's range, which is as useless.
      if array.elementCount > 0, !array.sum().item.isFinite {
        broken.append(WeightsReport.Problem(kind: .notFinite, path: path, nearest: nil))
      }
      arrays[path] = array
    }
    guard broken.isEmpty else { throw WeightsError(report: report.adding(broken)) }
    forEachParameter { if let array = arrays[$0.path] { $0.tensor = Tensor(array) } }
    forEachStatistic { if let array = arrays[$0.path] { $0.array = array } }
    return report
  }
}

/// The tensor of the other side that was probably meant: of the same shape and with the nearest
/// name, or one whose name is this one after or before a prefix, such as `module.`; of another
/// shape only where its name is near.
private func counterpart(
  of path: String, sizes: [Int], among others: [(path: String, sizes: [Int])]
) -> String? {
  let alike = others.filter { $0.sizes == sizes }.map(\.path)
  return alike.filter { $0.hasSuffix("." + path) || path.hasSuffix("." + $0) }
    .max { $0.utf8.count < $1.utf8.count }
    ?? nearestName(path, among: alike)
    ?? nearestName(path, among: others.filter { $0.sizes != sizes }.map(\.path))
}

/// What stands before every name of a file, such as `module.`, where all would be the model's without it;
/// nil where there is nothing of that sort.
private func commonPrefix(of names: [String], before known: Set<String>) -> String? {
  guard let first = names.first else { return nil }
  let places = first.indices.filter { first[$0] == "." }
  return places.map { String(first[...$0]) }.first { prefix in
    names.allSatisfy { $0.hasPrefix(prefix) && known.contains(String($0.dropFirst(prefix.count))) }
  }
}
