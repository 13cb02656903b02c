extension GraphDiagram {
  package typealias Pixel = (x: Double, y: Double)

  public func drawing() -> SVGDocument {
    let (width, groups) = (SVGDocument.side(width, least: 240), groups)
    let legend = Legend.rows(
      groups.enumerated().map {
        Chart.LegendEntry(name: $0.element, number: $0.offset, sample: .node)
      }, width: width - 40)
    let top = (title.isEmpty ? 16.0 : 44.0) + Double(legend.count) * 22 + 12
    let height = max(SVGDocument.side(height, least: 180), top + 140)
    var image = SVGDocument(width: width, height: height)
    if !title.isEmpty {
      image.write(title, x: 20, y: 30, size: 17, color: "#111111", bold: true, room: width - 40)
    }
    for (row, entries) in legend.enumerated() {
      let y = (title.isEmpty ? 18 : 50) + Double(row) * 22
      for entry in entries { Legend.draw(entry, y: y, width: width, in: &image) }
    }
    let pixels = pixels(width: width, top: top, height: height)
    drawEdges(pixels, in: &image)
    drawNodes(pixels, groups: groups, in: &image)
    drawNames(pixels, right: width, in: &image)
    return image
  }

  package var radius: Double {
    nodes.count <= 12 ? 17 : nodes.count <= 60 ? 11 : nodes.count <= 300 ? 5 : 2.5
  }

  /// Names of very many nodes would hide the graph.
  package var hasNames: Bool { nodes.count <= 120 }

  /// Whether a node's name has room in it.
  private func isInside(_ node: Node) -> Bool {
    SVGDocument.textWidth(node.name, size: min(13, radius)) <= 2 * radius - 3
  }

  /// The nodes' places in the picture.
  private func pixels(width: Double, top: Double, height: Double) -> [Pixel] {
    var places = places
    let margin = radius + 24
    // Names beside their nodes need room on both sides.
    let longest = nodes.map { isInside($0) ? 0 : SVGDocument.textWidth($0.name, size: 12) }.max()
    let side = margin + (hasNames ? min(90, (longest ?? 0) * 0.8) : 0)
    let room = (x: max(60, width - 2 * side), y: max(60, height - top - 2 * margin + 8))
    let middle: Pixel = (width / 2, top - 8 + (height - top) / 2)
    func spans() -> (x: Double, y: Double) {
      let (xs, ys) = (places.map(\.x), places.map(\.y))
      return (
        max(1e-9, (xs.max() ?? 1) - (xs.min() ?? 0)), max(1e-9, (ys.max() ?? 1) - (ys.min() ?? 0))
      )
    }
    var scale = (x: 1.0, y: 1.0)
    if case .springs = layout {
      // Nodes may stand anywhere: a tall graph lies down in a wide picture, and fills it.
      if (spans().x < spans().y) != (room.x < room.y) {
        places = places.map { Series.Point(x: $0.y, y: 1 - $0.x) }
      }
      let unit = min(room.x / spans().x, room.y / spans().y)
      scale = (min(room.x / spans().x, unit * 1.5), min(room.y / spans().y, unit * 1.5))
    } else {
      let unit = min(room.x / spans().x, room.y / spans().y)
      scale = (unit, unit)
    }
    return places.map {
      (middle.x + ($0.x - 0.5) * scale.x, middle.y - ($0.y - 0.5) * scale.y)
    }
  }

  private func drawNodes(_ pixels: [Pixel], groups: [String], in image: inout SVGDocument) {
    // Nodes of a group are one path.
    var data: [Int: String] = [:]
    let numbers = nodes.map { groups.firstIndex(of: $0.group) }
    for (number, pixel) in zip(numbers, pixels) {
      data[number ?? -1, default: ""] += GraphDiagram.nodeData(
        number ?? 0, x: pixel.x, y: pixel.y, radius: radius)
    }
    for number in data.keys.sorted() {
      GraphDiagram.drawNodes(
        data[number] ?? "", color: number < 0 ? RGB("#5B6770") : Palette.color(number),
        isFaint: hasNames, in: &image)
    }
  }

  /// Nodes that carry names are faint.
  package static func drawNodes(
    _ data: String, color: RGB, isFaint: Bool, in image: inout SVGDocument
  ) {
    let fill = isFaint ? RGB.white.mixed(with: color, 0.3) : color
    image.append(
      "<path d=\"\(data)\" fill=\"\(fill.hex)\" stroke=\"\(color.hex)\" stroke-width=\"1.4\"/>")
  }

  /// A node as a path: a disc, square, diamond or hexagon by the number of its group, to be told
  /// apart without colour.
  package static func nodeData(_ group: Int, x: Double, y: Double, radius r: Double) -> String {
    let corners: [(Double, Double)]
    switch group % 4 {
    case 0: return SVGPlane.circleData(x: x, y: y, radius: r)
    case 1: corners = [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]
    case 2: corners = [(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)]
    default:
      corners = [(-1.1, 0), (-0.55, -0.95), (0.55, -0.95), (1.1, 0), (0.55, 0.95), (-0.55, 0.95)]
    }
    return SVGDocument.data(corners.map { (x + $0.0 * r, y + $0.1 * r) }, closed: true)
  }

  private func drawNames(_ pixels: [Pixel], right: Double, in image: inout SVGDocument) {
    guard hasNames else { return }
    for (index, node) in nodes.enumerated() where !node.name.isEmpty {
      let pixel = pixels[index]
      if isInside(node) {
        let size = min(13, radius)
        image.write(
          node.name, x: pixel.x, y: pixel.y + size * 0.36, size: size, anchor: .middle,
          color: "#111111")
        continue
      }
      let away = radius + 5
      let (x, y, anchor): (Double, Double, SVGDocument.Anchor)
      switch freeSide(of: index, pixels) {
      case .right: (x, y, anchor) = (pixel.x + away, pixel.y + 4.5, .start)
      case .left: (x, y, anchor) = (pixel.x - away, pixel.y + 4.5, .end)
      case .above: (x, y, anchor) = (pixel.x, pixel.y - away, .middle)
      case .below: (x, y, anchor) = (pixel.x, pixel.y + away + 9, .middle)
      }
      let room =
        switch anchor {
        case .start: right - x - 6
        case .end: x - 6
        case .middle: 2 * min(x, right - x) - 12
        }
      image.write(
        node.name, x: x, y: y, size: 12, anchor: anchor, color: "#111111", hasSeam: true,
        room: max(24, room))
    }
  }

  private enum Side: CaseIterable {
    case right, left, below, above

    var direction: Pixel {
      switch self {
      case .right: (1, 0)
      case .left: (-1, 0)
      case .above: (0, -1)
      case .below: (0, 1)
      }
    }
  }

  /// The side of a node from which its edges keep away furthest.
  private func freeSide(of node: Int, _ pixels: [Pixel]) -> Side {
    var directions: [Pixel] = []
    for edge in edges where edge.from == node || edge.to == node {
      if edge.from == edge.to {
        directions.append((0, -1))
        continue
      }
      let other = pixels[edge.from == node ? edge.to : edge.from]
      let (dx, dy) = (other.x - pixels[node].x, other.y - pixels[node].y)
      let length = max(1e-9, (dx * dx + dy * dy).squareRoot())
      directions.append((dx / length, dy / length))
    }
    func nearness(_ side: Side) -> Double {
      let nearest = directions.map { $0.x * side.direction.x + $0.y * side.direction.y }.max() ?? -1
      // A text beside a node is wider than one above it.
      return side == .right ? nearest - 0.1 : side == .left ? nearest : nearest + 0.05
    }
    return Side.allCases.min { nearness($0) < nearness($1) } ?? .right
  }
}
