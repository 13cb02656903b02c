import Explain
import Foundation
import FoundationXML
import Plots
import Testing

@Suite struct RenderingHTMLTests {
  @Test(arguments: Language.allCases)
  func aPageIsWellFormedAndNeedsNothingElse(language: Language) throws {
    for solution in RenderingFixtures.all {
      let html = solution.rendered(.html, language: language)
      #expect(html.hasPrefix("<!DOCTYPE html>\n<html "))
      let page = try PageReader(html)
      #expect(page["html"].first?.attributes["lang"] == (language == .english ? "en" : "zh-Hans"))
      #expect(page["script"].isEmpty && page["link"].isEmpty && page["img"].isEmpty)
      #expect(page["h1"].count == 1)
      // Symbols where there are any, the sections and the check.
      let sections = (solution.symbols.isEmpty ? 0 : 1) + solution.sections.count + 1
      #expect(page["section"].count == sections && page["h2"].count == sections)
      for element in page.elements {
        for (name, value) in element.attributes where name != "xmlns" {
          #expect(!value.contains("http"))
        }
      }
      let names = page.elements.compactMap { $0.attributes["id"] }
      #expect(Set(names).count == names.count)
    }
  }

  @Test func wordsMeanThemselves() throws {
    let page = try PageReader(RenderingFixtures.everything.rendered(.html))
    let nasty = "a<b & c>d_e %f #g $h^i ~j \\k {l} `m` *n* [o] |p| \"q\" 'r' – 10⁻³ ½ α→β ♞"
    #expect(page["title"].first?.text == nasty)
    #expect(page["h1"].first?.text == nasty)
  }

  @Test(arguments: [
    (MathNode.number("-1.2e-05"), "<mrow><mo form=\"prefix\">−</mo><mn>1.2</mn>"),
    (
      RenderingFixtures.symbol("w", "1", "2", layer: 2),
      "<msubsup><mi>w</mi><mrow><mn>1</mn><mn>2</mn></mrow><mrow>"
    ),
    (RenderingFixtures.symbol("W", isMatrix: true), "<mi mathvariant=\"normal\" class=\"array\">W"),
    (
      .fraction(.number("1"), .number("2")), "<mfrac><mrow><mn>1</mn></mrow><mrow><mn>2</mn></mrow>"
    ),
    (
      .power(RenderingFixtures.symbol("w", layer: 1), .number("2")),
      "<msup><mrow><mo form=\"prefix\""
    ),
    (.call("sqrt", [.number("2")]), "<msqrt><mn>2</mn></msqrt>"),
    (
      .infix(.greater, .number("2"), .number("1")),
      "<mo form=\"infix\" lspace=\"0\" rspace=\"0\">&gt;"
    ),
  ])
  func aFormulaIsSet(node: MathNode, expected: String) {
    var solution = Solution(kind: "x", title: Prose("x"))
    solution.sections = [Section(Prose("x"), [.formula(node)])]
    #expect(solution.rendered(.html).contains(expected))
  }

  @Test func resultsAreBoxedAndStagesMarked() throws {
    let page = try PageReader(RenderingFixtures.network.rendered(.html))
    #expect(page.elements.filter { $0.attributes["class"] == "boxed" }.count == 1)
    #expect(page.elements.filter { $0.attributes["class"] == "step forward" }.count == 3)
    #expect(page.elements.filter { $0.attributes["class"] == "step update" }.count == 1)
    #expect(page.elements.filter { $0.attributes["class"] == "passed" }.count == 3)
  }

  @Test func theGraphSaysWhatItShows() throws {
    let page = try PageReader(RenderingFixtures.expression.rendered(.html))
    let svg = try #require(page["svg"].first)
    #expect(svg.attributes["role"] == "img")
    #expect(svg.attributes["aria-labelledby"] == "graph-1-title graph-1-description")
    #expect(
      page["desc"].first?.text
        == "x = 1, gradient 2; y = 2, gradient 5; z = 0, gradient 0; [3] +(x, y) = 3, gradient 2; "
        + "[4] max(y, z) = 2, gradient 3; [5] ×([3], [4]) = 6, gradient 1")
    let texts = page["text"]
    #expect(texts.filter { $0.attributes["class"] == "value" }.map(\.text).sorted().count == 6)
    #expect(texts.filter { $0.attributes["class"] == "gradient" }.count == 6)
  }

  /// A graph of so many nodes, each of one or two earlier ones.
  private func graph(nodes count: Int, seed: UInt64) -> GraphDrawing {
    var state = seed &* 6_364_136_223_846_793_005 &+ 1
    func random(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    return GraphDrawing(
      nodes: (0..<count).map { id in
        let isInput = id < 2 || random(3) == 0
        let recent = min(id, 9)
        let inputs = isInput ? [] : (0...random(2)).map { _ in id - 1 - random(recent) }
        let label: MathNode =
          isInput
          ? RenderingFixtures.symbol("w", "\(id)", layer: 1)
          : .word(["+", "×", "max", "softmax"][random(4)])
        return .init(
          id: id, label: label, operation: "", inputs: inputs,
          value: ["1", "-0.25", "[[1, 2], [3, 4]]"][random(3)],
          gradient: random(4) == 0 ? nil : "-1.2e-05")
      })
  }

  @Test(arguments: 0..<40)
  func nothingInAGraphOverlaps(seed: UInt64) throws {
    var solution = Solution(kind: "x", title: Prose("x"))
    solution.sections = [Section(Prose("x"), [.graph])]
    solution.graph = graph(nodes: 3 + Int(seed), seed: seed)
    let page = try PageReader(solution.rendered(.html))
    let svg = try #require(page["svg"].first)
    var boxes: [CGRect] = page["rect"].map { rect in
      CGRect(
        x: rect.number("x"), y: rect.number("y"), width: rect.number("width"),
        height: rect.number("height"))
    }
    let nodes = boxes
    for text in page["text"] {
      let size = text.number("font-size")
      let width = SVGDocument.textWidth(text.text, size: size * 0.95)
      let box = CGRect(
        x: text.number("x") - width / 2, y: text.number("y") - size * 0.75, width: width,
        height: size * 0.8)
      // A label stands within its node.
      if nodes.contains(where: { $0.contains(CGPoint(x: box.midX, y: box.midY)) }) { continue }
      boxes.append(box)
    }
    let frame = CGRect(x: 0, y: 0, width: svg.number("width"), height: svg.number("height"))
    for (index, box) in boxes.enumerated() {
      #expect(frame.contains(box), "\(box)")
      for other in boxes[(index + 1)...] { #expect(!box.intersects(other), "\(box) \(other)") }
    }
    // Edges come to a node from the left and run through none.
    for path in page["path"] where path.attributes["marker-end"] != nil {
      for point in curve(path.attributes["d"] ?? "") {
        #expect(frame.contains(point))
        #expect(!nodes.contains { $0.insetBy(dx: 6, dy: 3).contains(point) }, "\(point)")
      }
    }
  }

  /// Points of a path of Bézier curves.
  private func curve(_ path: String) -> [CGPoint] {
    let numbers = path.split { "MCL ".contains($0) }.compactMap { Double($0) }
    let corners = stride(from: 0, to: numbers.count - 1, by: 2).map {
      CGPoint(x: numbers[$0], y: numbers[$0 + 1])
    }
    guard path.contains("C") else { return corners }
    return stride(from: 0, to: corners.count - 3, by: 3).flatMap { start in
      (0...20).map { step in
        let t = Double(step) / 20
        let weights = [pow(1 - t, 3), 3 * t * pow(1 - t, 2), 3 * t * t * (1 - t), t * t * t]
        return zip(weights, corners[start..<start + 4]).reduce(CGPoint.zero) {
          CGPoint(x: $0.x + $1.0 * $1.1.x, y: $0.y + $1.0 * $1.1.y)
        }
      }
    }
  }
}

/// The elements of a page in their order; fails the test where it is no XML.
private final class PageReader: NSObject, XMLParserDelegate {
  struct Element {
    var name: String
    var attributes: [String: String]
    /// The text in it, that of elements within it too.
    var text = ""

    /// An attribute as a number; not a number where it is missing.
    func number(_ attribute: String) -> Double {
      attributes[attribute].flatMap(Double.init) ?? .nan
    }
  }

  private(set) var elements: [Element] = []
  private var open: [Int] = []

  init(_ page: String) throws {
    super.init()
    let parser = XMLParser(data: Data(page.utf8))
    parser.delegate = self
    try #require(parser.parse(), "\(parser.parserError.debugDescription)")
  }

  subscript(_ name: String) -> [Element] { elements.filter { $0.name == name } }

  func parser(
    _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    open.append(elements.count)
    elements.append(Element(name: elementName, attributes: attributes))
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    for place in open { elements[place].text += string }
  }

  func parser(
    _ parser: XMLParser, didEndElement elementName: String, namespaceURI: String?,
    qualifiedName: String?
  ) {
    open.removeLast()
  }
}
