import Formats

/// Damaged images that were left out: which they are, and the classes that nothing is left of.
public struct SkippedImages: Sendable, Hashable, CustomStringConvertible {
  /// The most files that are listed.
  public static let mostListed = 20

  /// Their paths.
  public let files: [String]
  /// The names of the classes of the training part of which no image can be read.
  public let lostClasses: [String]

  /// What reading has found damaged so far.
  /// - Parameters:
  ///   - parts: Parts of a data set.
  ///   - training: The part whose classes are looked at, one of them; nil looks at none.
  init(_ parts: [Dataset], training: Dataset? = nil) {
    files = parts.flatMap { $0.damaged.map(\.file) }
    guard let training else {
      lostClasses = []
      return
    }
    let labels = training.labels.elements(as: Int32.self)
    let counts = training.classCounts
    var damaged = [Int](repeating: 0, count: counts.count)
    for (index, _) in training.damaged { damaged[Int(labels[index])] += 1 }
    lostClasses = counts.indices.filter { counts[$0] > 0 && counts[$0] == damaged[$0] }
      .map { training.classNames[$0] }
  }

  /// Such as `2 damaged images left out: a/3.png, b/7.png`, with a line for each lost class.
  public var description: String {
    let more = files.count - Self.mostListed
    return "\(files.count) damaged \(files.count == 1 ? "image" : "images") left out: "
      + files.prefix(Self.mostListed).joined(separator: ", ")
      + (more > 0 ? " and \(more) more" : "")
      + lostClasses.map { "\nno image of class \($0) can be read: nothing is learnt of it" }
      .joined()
  }

  /// `skipped`, their number, and `skipped_files`, the first of them; none where there are none.
  package var members: [(key: String, value: JSONValue)] {
    guard !files.isEmpty else { return [] }
    return [
      (key: "skipped", value: .integer(files.count)),
      (
        key: "skipped_files",
        value: .array(files.prefix(Self.mostListed).map { .string($0) })
      ),
    ]
  }

  /// The line of `train --json`.
  public var json: JSONValue {
    .object(
      JSONObject(
        [(key: "event", value: "skipped")] + members + [
          (key: "lost_classes", value: .array(lostClasses.map { .string($0) }))
        ]))
  }
}
