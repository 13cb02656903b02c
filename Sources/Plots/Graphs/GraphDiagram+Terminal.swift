extension GraphDiagram {
  /// Nodes and edges in braille dots, nodes of a graph of up to 60 by their names.
  public func characters(width: Int, color: Bool) -> String {
    let heading = title.isEmpty ? [] : [TerminalText.cut(title, to: width)]
    let rows = 20
    let places = places
    let scale = Scale(
      Axis(range: -0.04...1.04), showing: [], about: 1, extent: .inside, padding: 0)
    var plane = TerminalPlane(
      x: scale, y: scale, width: min(width, 60), height: rows, color: color, seriesCount: 1)
    for edge in edges {
      plane.line([places[edge.from], places[edge.to]], Pen(.neutral))
      if isDirected && edge.from != edge.to {
        let (a, b) = (places[edge.from], places[edge.to])
        let near = Series.Point(x: a.x + 0.85 * (b.x - a.x), y: a.y + 0.85 * (b.y - a.y))
        plane.head(from: a, to: near, .neutral)
      }
    }
    let groups = groups
    for (index, (node, place)) in zip(nodes, places).enumerated() {
      let group = groups.firstIndex(of: node.group)
      plane.markers([place], series: group ?? 0, size: 1)
      if nodes.count <= 60 {
        let name = node.name.isEmpty ? "\(index)" : node.name
        plane.text(
          TerminalText.cut(name, to: 12), at: place, .over, ground: nil, room: nil,
          ink: group.map { .series($0) })
      }
    }
    let legend = groups.enumerated().map { index, group in
      TerminalText.colored("●", color ? Ink.series(index).terminal : nil) + " "
        + TerminalText.cut(group, to: width - 2)
    }
    return (heading + (0..<rows).map { plane.line($0) } + (color ? legend : []))
      .joined(separator: "\n")
  }
}
