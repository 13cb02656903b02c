/// Branches side by side on one input, their outputs put together along the channels.
///
/// - Shapes: [N, C, ..] → [N, C₁ + C₂ + …, ..], where branch i gives [N, Cᵢ, ..]
/// - Source: Szegedy et al. 2015, "Going Deeper with Convolutions", figure 2.
public struct Branches: Layer {
  /// The branches in the order of their channels in the output.
  public var branches: [any Layer]
  /// Whether the input itself comes first, as in a dense block.
  public let includesInput: Bool
  private let names: [String]

  /// Branches of a list; their parameters are named `branches.0.…` and so on.
  /// - Parameters:
  ///   - branches: At least one.
  ///   - includesInput: Whether the input itself comes first.
  public init(_ branches: [any Layer], includesInput: Bool = false) {
    self.init(
      branches, branches.indices.map { "branches.\($0)" }, includesInput: includesInput)
  }

  /// Branches with names; an empty name adds nothing to the names inside.
  /// - Parameters:
  ///   - branches: At least one.
  ///   - includesInput: Whether the input itself comes first.
  public init(named branches: KeyValuePairs<String, any Layer>, includesInput: Bool = false) {
    self.init(branches.map(\.value), branches.map(\.key), includesInput: includesInput)
  }

  private init(_ branches: [any Layer], _ names: [String], includesInput: Bool) {
    guard !branches.isEmpty else { fatalError("Branches: none, expected at least one") }
    self.branches = branches
    self.names = names
    self.includesInput = includesInput
  }

  public func callAsFunction(_ x: Tensor, _ context: inout Context) -> Tensor {
    var parts = includesInput ? [x] : []
    for (name, branch) in zip(names, branches) { parts.append(context.call(name, branch, x)) }
    return Tensor.concatenate(parts, axis: 1)
  }

  public mutating func visitParameters(_ visit: inout ParameterVisitor) {
    for index in branches.indices { visit(names[index], &branches[index]) }
  }

  public func outputShape(_ input: Shape) throws(ShapeError) -> Shape {
    var parts = includesInput ? [input] : []
    for branch in branches { parts.append(try branch.outputShape(input)) }
    return try together(parts)
  }

  public func summarize(
    _ input: Shape, into summary: inout SummaryBuilder
  ) throws(ShapeError) -> Shape {
    try summary.branches(input: input) { (summary) throws(ShapeError) in
      let start = summary.position
      var end = start
      var parts = includesInput ? [input] : []
      for (name, branch) in zip(names, branches) {
        let waiting = includesInput ? Array(parts.dropFirst()) : parts
        parts.append(
          try summary.branch(name, branch, input: input, from: start, to: &end, holding: waiting))
      }
      summary.position = end
      do throws(ShapeError) {
        return try together(parts)
      } catch {
        throw summary.placed(error)
      }
    }
  }

  private func together(_ parts: [Shape]) throws(ShapeError) -> Shape {
    let first = parts[0]
    for part in parts {
      guard first.rank >= 2, part.rank == first.rank, part[0] == first[0],
        part.dropFirst(2).elementsEqual(first.dropFirst(2))
      else {
        throw ShapeError(
          operation: "Branches", shapes: parts,
          reason: "the branches' outputs differ in more than their channels")
      }
    }
    return Shape([first[0], parts.reduce(0) { $0 + $1[1] }] + first.dropFirst(2))
  }
}
