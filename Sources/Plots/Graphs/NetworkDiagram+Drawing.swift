extension NetworkDiagram {
  private struct Layout {
    var radius: Double
    var x: [Double]
    /// For each layer the heights of what `drawn` lists.
    var y: [[Double]]
    var bottom: Double
    var height: Double
  }

  private func layout(width: Double, height: Double) -> Layout {
    let top = title.isEmpty ? 16.0 : 52
    let folded = layers.indices.contains { drawn($0).contains(nil) }
    let below = 16 + (layers.contains { !$0.name.isEmpty } ? 24.0 : 0) + (folded ? 18 : 0)
    let most = layers.indices.map { drawn($0).count }.max() ?? 1
    // A few units do not stand further apart than helps.
    let step = min(84, (height - top - below) / Double(most))
    let bottom = top + step * Double(most)
    let names = layers.map { SVGDocument.textWidth($0.name, size: 13) }
    let radius = min(24, max(6, step * 0.36))
    let side = max(radius + 20, min(80, max(names.first ?? 0, names.last ?? 0) / 2 + 12))
    let count = layers.count
    let x = layers.indices.map { index in
      count == 1 ? width / 2 : side + Double(index) / Double(count - 1) * (width - 2 * side)
    }
    let y = layers.indices.map { layer in
      let places = drawn(layer).count
      let start = (top + bottom) / 2 - Double(places - 1) / 2 * step
      return (0..<places).map { start + Double($0) * step }
    }
    return Layout(radius: radius, x: x, y: y, bottom: bottom, height: bottom + below)
  }

  public func drawing() -> SVGDocument {
    let width = SVGDocument.side(width, least: 240)
    let layout = layout(width: width, height: SVGDocument.side(height, least: 180))
    let height = layout.height
    var image = SVGDocument(width: width, height: height)
    if !title.isEmpty {
      image.write(title, x: 20, y: 30, size: 17, color: "#111111", bold: true, room: width - 40)
    }
    drawWeights(layout, in: &image)
    for layer in layers.indices {
      for (place, unit) in drawn(layer).enumerated() {
        let (x, y) = (layout.x[layer], layout.y[layer][place])
        guard let unit else {
          for dot in [-5.0, 0, 5] { image.circle(x: x, y: y + dot, radius: 1.6, color: "#555555") }
          continue
        }
        image.ring(x: x, y: y, radius: layout.radius, color: "#333333", width: 1.4)
        image.write(
          layers[layer].units[unit], x: x, y: y + 4.5, size: 13, anchor: .middle, color: "#111111",
          room: 2 * layout.radius - 4)
      }
      let spacing = layers.count > 1 ? layout.x[1] - layout.x[0] - 8 : width
      let room = min(spacing, 2 * min(layout.x[layer], width - layout.x[layer]) - 12)
      let count = layers[layer].units.count
      if drawn(layer).contains(nil) {
        image.write(
          "\(count)", x: layout.x[layer], y: layout.bottom + 14, size: 12, anchor: .middle,
          color: "#666666")
      }
      image.write(
        layers[layer].name, x: layout.x[layer], y: height - 12, size: 13, anchor: .middle,
        room: room)
    }
    return image
  }

  /// Lines of one look are one path, the faint ones first.
  private func drawWeights(_ layout: Layout, in image: inout SVGDocument) {
    let largest = largestWeight
    var paths: [(depth: Int, data: String)] = []
    for layer in layers.indices.dropFirst() {
      for (toPlace, to) in drawn(layer).enumerated() {
        for (fromPlace, from) in drawn(layer - 1).enumerated() {
          guard let to, let from else { continue }
          let weight = weights.isEmpty ? 0 : weights[layer - 1][to][from]
          // Ten depths each of positive and negative; 0 is grey.
          let depth =
            largest > 0 ? Int((weight / largest * 10).rounded(.awayFromZero)) : 0
          let data = SVGDocument.data(
            [
              (layout.x[layer - 1] + layout.radius, layout.y[layer - 1][fromPlace]),
              (layout.x[layer] - layout.radius, layout.y[layer][toPlace]),
            ], closed: false)
          if let index = paths.firstIndex(where: { $0.depth == depth }) {
            paths[index].data += data
          } else {
            paths.append((depth, data))
          }
        }
      }
    }
    for path in paths.sorted(by: { abs($0.depth) < abs($1.depth) }) {
      let share = Double(abs(path.depth)) / 10
      image.path(
        path.data, color: NetworkDiagram.color(path.depth).hex,
        width: path.depth == 0 ? 0.8 : 0.6 + 3.4 * share,
        dash: path.depth < 0 ? "6 3" : "", opacity: path.depth == 0 ? 1 : 0.45 + 0.5 * share)
    }
  }

  /// Red for positive, blue for negative, grey for none.
  private static func color(_ depth: Int) -> RGB {
    depth == 0 ? RGB("#AAAAAA") : ColorMap.diverging.color(depth > 0 ? 0.88 : 0.12)
  }

  /// The units of each layer and the weights with the largest magnitudes.
  public func characters(width: Int, color: Bool) -> String {
    let top = title.isEmpty ? [] : [TerminalText.cut(title, to: width)]
    let rows = 16
    let scale = Scale(
      Axis(range: 0...1), showing: [], about: 1, extent: .inside, padding: 0)
    var plane = TerminalPlane(
      x: scale, y: scale, width: width, height: rows, color: color, seriesCount: 1)
    let place = { (layer: Int, index: Int, count: Int) in
      Series.Point(
        x: layers.count == 1 ? 0.5 : 0.08 + 0.84 * Double(layer) / Double(layers.count - 1),
        y: 1 - (Double(index) + 0.5) / Double(count))
    }
    let largest = largestWeight
    for layer in layers.indices.dropFirst() {
      let (units, before) = (drawn(layer), drawn(layer - 1))
      for (toPlace, to) in units.enumerated() {
        for (fromPlace, from) in before.enumerated() {
          guard let to, let from else { continue }
          let weight = weights.isEmpty ? 0 : weights[layer - 1][to][from]
          // Many lines alike say nothing, and many faint ones would hide the strong ones.
          if largest == 0 && units.count * before.count > 40 { continue }
          if largest > 0 && abs(weight) < 0.25 * largest { continue }
          let ink: Ink =
            largest == 0 ? .neutral : .color(NetworkDiagram.color(weight > 0 ? 1 : -1))
          plane.line(
            [place(layer - 1, fromPlace, before.count), place(layer, toPlace, units.count)],
            Pen(ink))
        }
      }
    }
    for layer in layers.indices {
      let units = drawn(layer)
      for (index, unit) in units.enumerated() {
        let text = unit.map { layers[layer].units[$0] } ?? "⋮"
        plane.text(
          text.isEmpty ? "○" : TerminalText.cut(text, to: 9),
          at: place(layer, index, units.count), .over, ground: nil, room: nil)
      }
    }
    let names = layers.map { "\($0.name.isEmpty ? "" : $0.name + " ")\($0.units.count)" }
    return
      (top + (0..<rows).map { plane.line($0) }
      + [TerminalText.cut(names.joined(separator: " → "), to: width)]).joined(separator: "\n")
  }
}
