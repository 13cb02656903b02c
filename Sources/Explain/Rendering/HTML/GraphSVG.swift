import Plots

/// Draws a graph for a page: values above the wires, gradients below them.
struct GraphSVG {
  let layout: GraphLayout

  /// The image as an element that takes its colours from the page's style.
  ///
  /// - Parameters:
  ///   - title: Its name, for screen readers.
  ///   - description: What it shows, in words.
  ///   - identifier: A prefix of the names within it, unlike others on the page.
  func element(title: String, description: String, identifier: String) -> String {
    let (width, height) = (number(layout.width), number(layout.height))
    var body = ""
    for edge in layout.edges {
      var path = "M\(point(edge.start))"
      for curve in edge.curves {
        path += "C\(point(curve.control1)) \(point(curve.control2)) \(point(curve.end))"
      }
      body += "<path class=\"edge\" d=\"\(path)\" marker-end=\"url(#\(identifier)-arrow)\"/>\n"
    }
    for node in layout.nodes { body += element(node, identifier) }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="\(width)" \
      height="\(height)" role="img" aria-labelledby="\(identifier)-title \(identifier)-description">
      <title id="\(identifier)-title">\(SVGDocument.escaped(title))</title>
      <desc id="\(identifier)-description">\(SVGDocument.escaped(description))</desc>
      <defs><marker id="\(identifier)-arrow" viewBox="0 0 8 8" refX="7.5" refY="4" \
      markerWidth="7" markerHeight="7" orient="auto"><path class="head" d="M0 0.8L8 4L0 7.2z"/>\
      </marker></defs>
      \(body)</svg>

      """
  }

  private func element(_ node: GraphLayout.PlacedNode, _ identifier: String) -> String {
    let middle = (node.wireStart.x + node.wireEnd.x) / 2
    let y = node.center.y
    var result = "<g><title>\(SVGDocument.escaped(description(node.node)))</title>\n"
    let arrow = node.isResult ? " marker-end=\"url(#\(identifier)-arrow)\"" : ""
    result +=
      "<path class=\"edge\" d=\"M\(point(node.wireStart))L\(point(node.wireEnd))\"\(arrow)/>\n"
    if node.isOperation {
      let height = GraphLayout.nodeHeight
      result += "<rect class=\"node\" x=\"\(number(node.center.x - node.width / 2))\""
      result += " y=\"\(number(y - height / 2))\" width=\"\(number(node.width))\""
      result += " height=\"\(number(height))\" rx=\"\(number(height / 2))\"/>\n"
    }
    result += text(
      label(node.node.label), x: node.center.x, y: y + 5.5, size: GraphLayout.labelSize,
      kind: "label")
    result += text(
      SVGDocument.escaped(node.value), x: middle, y: y - 6, size: GraphLayout.valueSize,
      kind: "value")
    if let gradient = node.gradient {
      result += text(
        SVGDocument.escaped(gradient), x: middle, y: y + 16, size: GraphLayout.valueSize,
        kind: "gradient")
    }
    return result + "</g>\n"
  }

  private func description(_ node: GraphDrawing.Node) -> String {
    MathText.text(node.label) + " = " + MathText.digits(node.value)
      + (node.gradient.map { ", ∂: " + MathText.digits($0) } ?? "")
  }

  private func text(_ text: String, x: Double, y: Double, size: Double, kind: String) -> String {
    "<text class=\"\(kind)\" x=\"\(number(x))\" y=\"\(number(y))\""
      + " font-size=\"\(number(size))\" text-anchor=\"middle\">\(text)</text>\n"
  }

  /// A symbol with its indices lowered and raised; other formulas in a line.
  private func label(_ node: MathNode) -> String {
    guard case .symbol(let symbol) = node else { return SVGDocument.escaped(MathText.text(node)) }
    let base = MathText.text(Symbol(symbol.base, accent: symbol.accent))
    var result = "<tspan class=\"letter\">\(SVGDocument.escaped(base))</tspan>"
    var raised = ""
    if let layer = symbol.layer { raised += "[\(layer)]" }
    if let sample = symbol.sample { raised += "⟨\(sample)⟩" }
    if let iteration = symbol.iteration { raised += "(\(iteration))" }
    let lowered = symbol.subscriptText
    if !lowered.isEmpty {
      result += "<tspan dy=\"4\" font-size=\"11\">\(SVGDocument.escaped(lowered))</tspan>"
    }
    if !raised.isEmpty {
      result += "<tspan dy=\"\(lowered.isEmpty ? -6 : -10)\" font-size=\"11\">"
      result += "\(SVGDocument.escaped(raised))</tspan>"
    }
    return result
  }

  private func point(_ point: GraphLayout.Point) -> String {
    "\(number(point.x)) \(number(point.y))"
  }

  private func number(_ value: Double) -> String {
    let text = NumberText.fixed(value, places: 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
