extension GraphDiagram {
  private typealias Pixel = (x: Double, y: Double)

  public func drawing() -> SVGDocument {
    let (width, groups) = (max(240, width), groups)
    let legend = Legend.rows(
      groups.enumerated().map {
        Chart.LegendEntry(name: $0.element, number: $0.offset, sample: .marker)
      }, width: width - 40)
    let top = (title.isEmpty ? 16.0 : 44.0) + Double(legend.count) * 22 + 12
    let height = max(max(180, height), top + 140)
    var image = SVGDocument(width: width, height: height)
    if !title.isEmpty {
      image.write(title, x: 20, y: 30, size: 17, color: "#111111", bold: true, room: width - 40)
    }
    for (row, entries) in legend.enumerated() {
      let y = (title.isEmpty ? 18 : 50) + Double(row) * 22
      for entry in entries { Legend.draw(entry, y: y, width: width, in: &image) }
    }

    let places = places
    let radius = radius
    // A name beside its node needs room at the right.
    let longest =
      nodes.map { isInside($0) ? 0 : SVGDocument.textWidth($0.name, size: 12) }.max() ?? 0
    let margin = radius + 26
    let room = (
      x: width - 2 * margin - (hasNames ? min(110, longest) : 0), y: height - top - 2 * margin + 10
    )
    let xs = places.map(\.x)
    let ys = places.map(\.y)
    let spans = (
      x: max(1e-9, (xs.max() ?? 1) - (xs.min() ?? 0)),
      y: max(1e-9, (ys.max() ?? 1) - (ys.min() ?? 0))
    )
    // Each direction fills its own room where nodes may stand anywhere.
    let free = if case .springs = layout { true } else { false }
    let unit = min(room.x / spans.x, room.y / spans.y)
    let scale = (
      x: free ? min(room.x / spans.x, unit * 1.5) : unit,
      y: free ? min(room.y / spans.y, unit * 1.5) : unit
    )
    let middle: Pixel = (margin + room.x / 2, top + margin - 10 + room.y / 2)
    let pixels = places.map { place -> Pixel in
      (middle.x + (place.x - 0.5) * scale.x, middle.y - (place.y - 0.5) * scale.y)
    }
    drawEdges(pixels, radius: radius, in: &image)
    drawNodes(pixels, radius: radius, groups: groups, right: width - 8, in: &image)
    return image
  }

  private var radius: Double {
    nodes.count <= 12 ? 17 : nodes.count <= 60 ? 11 : nodes.count <= 300 ? 5 : 2.5
  }

  /// Names of very many nodes would hide the graph.
  private var hasNames: Bool { nodes.count <= 120 }

  /// Whether a node's name has room in it.
  private func isInside(_ node: Node) -> Bool {
    SVGDocument.textWidth(node.name, size: min(13, radius)) <= 2 * radius - 3
  }

  private func drawNodes(
    _ pixels: [Pixel], radius: Double, groups: [String], right: Double, in image: inout SVGDocument
  ) {
    for (node, pixel) in zip(nodes, pixels) {
      let group = groups.firstIndex(of: node.group)
      let color = group.map { Palette.color($0) } ?? RGB("#5B6770")
      image.disc(
        x: pixel.x, y: pixel.y, radius: radius,
        fill: hasNames ? RGB.white.mixed(with: color, 0.3).hex : color.hex, outline: color.hex)
    }
    guard hasNames else { return }
    for (node, pixel) in zip(nodes, pixels) where !node.name.isEmpty {
      if isInside(node) {
        image.write(
          node.name, x: pixel.x, y: pixel.y + min(13, radius) * 0.36, size: min(13, radius),
          anchor: .middle, color: "#111111")
      } else {
        image.write(
          node.name, x: pixel.x + radius + 4, y: pixel.y + 4.5, size: 12, color: "#111111",
          hasSeam: true, room: max(30, right - pixel.x - radius - 4))
      }
    }
  }

  /// Edges of one look are one path; heads and names lie on top.
  private func drawEdges(_ pixels: [Pixel], radius: Double, in image: inout SVGDocument) {
    let largest = max(1e-300, edges.map { abs($0.weight) }.max() ?? 1)
    let pairs = Set(edges.map { [$0.from, $0.to] })
    let isWeighted = edges.contains { $0.weight != edges[0].weight }
    var paths: [(width: Double, dash: String, data: String)] = []
    var on = SVGDocument(width: image.width, height: image.height)
    for edge in edges {
      let share = isWeighted ? abs(edge.weight) / largest : 0.35
      let width = (nodes.count > 300 ? 0.4 : 0.8) + 2.6 * share * (nodes.count > 60 ? 0.5 : 1)
      let rounded = (width * 5).rounded() / 5
      let dash = edge.weight < 0 ? "5 3" : ""
      let (a, b) = (pixels[edge.from], pixels[edge.to])
      var data: String
      var middle: Pixel
      if edge.from == edge.to {
        // A loop above the node.
        let (side, rise) = (radius + 4, radius * 0.85)
        data = "M\(point((a.x - side / 2, a.y - rise)))"
        data += "C\(point((a.x - 1.6 * side, a.y - 2.4 * side)))"
        data += " \(point((a.x + 1.6 * side, a.y - 2.4 * side)))"
        data += " \(point((a.x + side / 2, a.y - rise)))"
        middle = (a.x, a.y - 2 * side - 8)
        if isDirected {
          on.arrowHead(
            from: (a.x + 1.2 * side, a.y - 1.6 * side), to: (a.x + side / 2, a.y - rise),
            size: 6 + width * 1.6, color: "#5B6770")
        }
      } else {
        // Two edges there and back bend apart.
        let bend = isDirected && pairs.contains([edge.to, edge.from]) ? 0.16 : 0
        let curve = Curve(from: a, to: b, bend: bend, radius: radius + (isDirected ? 1.5 : 0))
        data = "M\(point(curve.start))Q\(point(curve.control)) \(point(curve.end))"
        middle = curve.middle
        if isDirected {
          on.arrowHead(
            from: curve.control, to: curve.end, size: 6 + width * 1.6, color: "#5B6770")
        }
      }
      if let index = paths.firstIndex(where: { $0.width == rounded && $0.dash == dash }) {
        paths[index].data += data
      } else {
        paths.append((rounded, dash, data))
      }
      if hasNames {
        on.write(
          edge.name, x: middle.x, y: middle.y + 4, size: 11, anchor: .middle, color: "#333333",
          hasSeam: true)
      }
    }
    for path in paths {
      image.path(
        path.data, color: nodes.count > 60 ? "#B4BCC2" : "#7A858D", width: path.width,
        dash: path.dash)
    }
    image.place(on, x: 0, y: 0)
  }

  private func point(_ pixel: Pixel) -> String {
    SVGDocument.number(pixel.x, decimals: 1) + " " + SVGDocument.number(pixel.y, decimals: 1)
  }

  /// A parabola from one circle's rim to another one's.
  private struct Curve {
    var start: Pixel
    var control: Pixel
    var end: Pixel
    var middle: Pixel

    init(from a: Pixel, to b: Pixel, bend: Double, radius: Double) {
      let (dx, dy) = (b.x - a.x, b.y - a.y)
      control = ((a.x + b.x) / 2 + dy * bend, (a.y + b.y) / 2 - dx * bend)
      let rim = { (center: Pixel, towards: Pixel) -> Pixel in
        let (ux, uy) = (towards.x - center.x, towards.y - center.y)
        let length = max(1e-9, (ux * ux + uy * uy).squareRoot())
        let reach = min(radius, length / 2)
        return (center.x + ux / length * reach, center.y + uy / length * reach)
      }
      start = rim(a, control)
      end = rim(b, control)
      middle = (
        (start.x + 2 * control.x + end.x) / 4, (start.y + 2 * control.y + end.y) / 4
      )
    }
  }

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
