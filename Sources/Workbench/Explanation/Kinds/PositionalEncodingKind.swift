import Explain
import Formats

extension ProblemKind {
  /// Sinusoidal positional encodings.
  static let positionalEncoding = ProblemKind(
    name: PositionalEncodingProblem.kind,
    summary: "Sinusoidal positional encoding: the table, the sum with embeddings, the rotation.",
    keys: [
      .required("dimensions", "numbers a place has, even"),
      .optional("positions", "number of places; as many as embeddings, else 4"),
      .optional("base", "base of the wavelengths; 10000"),
      .optional("embeddings", "a row of numbers for each place, to which the encoding is added"),
      .optional(
        "rotation", "{position, shift}: the place that is turned, and how far; {1, 1}; or none"),
    ],
    example: """
      kind: positional-encoding
      dimensions: 4
      positions: 3
      rotation: {position: 1, shift: 2}
      """,
    read: { members in
      let embeddings = try members.matrix("embeddings")
      var rotation: PositionalEncodingProblem.Rotation? = .init(position: 1, shift: 1)
      if let value = members["rotation"] {
        if value.isMapping {
          let parts = try value.members(["position", "shift"])
          guard let position = parts["position"] else { throw value.missing("position") }
          guard let shift = parts["shift"] else { throw value.missing("shift") }
          rotation = .init(
            position: try position.integer(0...999), shift: try shift.integer(-1000...1000))
        } else {
          rotation = try value.choice("rotation", [("none", nil)])
        }
      }
      return PositionalEncodingProblem(
        dimensions: try members.integer("dimensions", 1...1_000_000)!,
        positions: try members.integer("positions", 1...1_000_000) ?? embeddings?.count ?? 4,
        base: try members.number("base") ?? 10000, embeddings: embeddings, rotation: rotation,
        title: try members.title())
    })
}
