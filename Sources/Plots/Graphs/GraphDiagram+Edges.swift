extension GraphDiagram {
  /// Edges of one look are one path; heads and names lie on top.
  package func drawEdges(_ pixels: [Pixel], in image: inout SVGDocument) {
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
}
