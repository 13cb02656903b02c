/// Batch sizes as `train --batch-size` gives them: `32`, or `32,64@10,128@20` for 64 samples a batch
/// from the tenth epoch on and 128 from the twentieth.
struct BatchSizeOption {
  let size: Int
  let changes: [BatchSizeChange]

  /// - Throws: `WorkbenchError` for anything else.
  init(_ text: String) throws(WorkbenchError) {
    let fail = WorkbenchError(
      .usage, "--batch-size",
      "found '\(text)', expected a number such as 32, or sizes with the epochs from which they hold, "
        + "such as 32,64@10")
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard let size = Int(parts[0]) else { throw fail }
    self.size = size
    var changes: [BatchSizeChange] = []
    for part in parts.dropFirst() {
      let sides = part.split(separator: "@", omittingEmptySubsequences: false)
      guard sides.count == 2, let size = Int(sides[0]), let epoch = Int(sides[1]) else {
        throw fail
      }
      changes.append(BatchSizeChange(epoch: epoch, size: size))
    }
    self.changes = changes
  }
}

extension TrainRequest {
  /// Takes batch sizes as `train --batch-size` gives them.
  /// - Throws: `WorkbenchError` for anything else.
  public mutating func setBatchSize(option text: String) throws(WorkbenchError) {
    let option = try BatchSizeOption(text)
    batchSize = option.size
    batchSizeChanges = option.changes.isEmpty ? nil : option.changes
  }
}

extension ClassWeights {
  /// Class weights as `train --class-weights` gives them: `balanced`, or a number for each class
  /// between commas.
  /// - Throws: `WorkbenchError` for anything else.
  public init(option text: String) throws(WorkbenchError) {
    if text == "balanced" {
      self = .balanced
      return
    }
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Double($0) }
    guard numbers.count == parts.count, numbers.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw WorkbenchError(
        .usage, "--class-weights",
        "found '\(text)', expected balanced, or numbers above 0 between commas")
    }
    self = .given(numbers)
  }
}
