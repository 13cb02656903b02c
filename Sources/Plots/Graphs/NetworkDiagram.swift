/// A layered network: units as circles, weights as lines, the wider the larger their magnitude,
/// red for positive and blue, dashed, for negative ones.
///
/// ```swift
/// let network = NetworkDiagram(
///   "XOR",
///   layers: [
///     .init("input", units: ["x₁", "x₂"]), .init("hidden", count: 2),
///     .init("output", units: ["ŷ"]),
///   ],
///   weights: [[[1, 1], [-1, -1]], [[2, 2]]])
/// ```
public struct NetworkDiagram: Figure, Hashable {
  /// Units side by side.
  public struct Layer: Sendable, Hashable {
    /// Stands below the layer; may be empty.
    public var name: String
    /// What stands in each unit, such as its name or its value; may be empty.
    public var units: [String]

    /// A layer; see the properties of the same names.
    public init(_ name: String = "", units: [String]) {
      self.name = name
      self.units = units
    }

    /// A layer of units without names.
    public init(_ name: String = "", count: Int) {
      self.init(name, units: Array(repeating: "", count: max(0, count)))
    }
  }

  /// Stands above the network; may be empty.
  public var title: String
  /// From the input on the left to the output on the right.
  public var layers: [Layer]
  /// For each layer but the first the weights to its units: `weights[l][to][from]`. None draws all
  /// lines alike.
  public var weights: [[[Double]]]
  /// How many units of a layer are drawn at most; of more the middle ones are left out.
  public var unitLimit: Int
  /// In pixels; below 240 it is taken for 240.
  public var width: Double
  /// In pixels, at most; below 180 it is taken for 180.
  public var height: Double

  /// A network; see the properties of the same names.
  public init(
    _ title: String = "", layers: [Layer], weights: [[[Double]]] = [], unitLimit: Int = 12,
    width: Double = 720, height: Double = 400
  ) {
    self.title = title
    self.layers = layers
    self.weights = weights
    self.unitLimit = unitLimit
    self.width = width
    self.height = height
  }

  public var summary: String {
    let sizes = layers.map { layer in
      "\(layer.units.count)" + (layer.name.isEmpty ? "" : " (\(layer.name))")
    }
    let all = weights.joined().joined()
    let range =
      all.isEmpty
      ? ""
      : "; weights from \(NumberText.significant(all.min() ?? 0, digits: 4)) to "
        + NumberText.significant(all.max() ?? 0, digits: 4)
    return "Network, \(layers.count) layers of \(sizes.joined(separator: ", ")) units\(range)."
  }

  public var tables: [FigureTable] {
    let units = FigureTable(
      name: "units", columns: ["layer", "unit", "name"],
      rows: layers.enumerated().flatMap { layer, content in
        content.units.enumerated().map {
          [.number(Double(layer)), .number(Double($0.offset)), .text($0.element)]
        }
      })
    let lines = weights.enumerated().flatMap { layer, matrix in
      matrix.enumerated().flatMap { to, row in
        row.enumerated().map { from, weight -> [FigureTable.Cell] in
          [
            .number(Double(layer + 1)), .number(Double(to)), .number(Double(from)),
            .number(weight),
          ]
        }
      }
    }
    if lines.isEmpty { return [units] }
    return [
      units,
      FigureTable(name: "weights", columns: ["layer", "unit", "from", "weight"], rows: lines),
    ]
  }

  public func check() throws(FigureError) {
    let place = "network '\(title)'"
    if layers.isEmpty {
      throw FigureError(.empty, at: place, found: "no layers", expected: "at least one")
    }
    if let index = layers.firstIndex(where: { $0.units.isEmpty }) {
      throw FigureError(
        .empty, at: "\(place), layer \(index)", found: "no units", expected: "at least one")
    }
    if weights.isEmpty { return }
    if weights.count != layers.count - 1 {
      throw FigureError(
        .mismatched, at: place, found: "\(weights.count) matrices of weights",
        expected: "\(layers.count - 1), one for each layer but the first, or none")
    }
    for (index, matrix) in weights.enumerated() {
      let (to, from) = (layers[index + 1].units.count, layers[index].units.count)
      if matrix.count != to || matrix.contains(where: { $0.count != from }) {
        let sizes = Set(matrix.map(\.count)).sorted().map(String.init)
        throw FigureError(
          .mismatched, at: "\(place), weights[\(index)]",
          found: "\(matrix.count) rows of \(sizes.joined(separator: " and ")) numbers",
          expected: "\(to) rows of \(from)")
      }
      for (row, numbers) in matrix.enumerated() {
        if let error = FigureError.firstUndrawable(
          numbers, at: "\(place), weights[\(index)][\(row)]")
        {
          throw error
        }
      }
    }
  }

  /// The units of a layer that are drawn; nil is the gap where others are left out.
  package func drawn(_ layer: Int) -> [Int?] {
    let count = layers[layer].units.count
    let limit = max(3, unitLimit)
    if count <= limit { return Array(0..<count) }
    let first = (limit - 1 + 1) / 2
    let last = limit - 1 - first
    return Array(0..<first) + [nil] + Array(count - last..<count)
  }

  /// The largest magnitude of a weight, 0 where there are none.
  package var largestWeight: Double { weights.joined().joined().map(abs).max() ?? 0 }
}
