import Foundation
import FoundationXML
import Plots
import Testing

/// The elements of an SVG image in their order; fails the test where it is no XML.
final class SVGReader: NSObject, XMLParserDelegate {
  struct Element {
    var name: String
    var attributes: [String: String]
    var text = ""
    /// How far the groups around it move it.
    var offset = (x: 0.0, y: 0.0)

    /// An attribute as a number; not a number where it is missing.
    func number(_ attribute: String) -> Double {
      attributes[attribute].flatMap(Double.init) ?? .nan
    }
  }

  private(set) var elements: [Element] = []
  private var open: [Int] = []

  init(_ svg: String) throws {
    super.init()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = self
    try #require(parser.parse(), "\(parser.parserError.debugDescription) in \(svg.prefix(2000))")
  }

  subscript(_ name: String) -> [Element] { elements.filter { $0.name == name } }

  /// What is written in the image.
  var texts: [String] { self["text"].map(\.text) }

  func parser(
    _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    var element = Element(name: elementName, attributes: attributes)
    element.offset = open.last.map { elements[$0].offset } ?? (0, 0)
    if let move = attributes["transform"]?.firstMatch(of: /translate\(([-0-9.]+) ([-0-9.]+)\)/) {
      element.offset.x += Double(move.1) ?? .nan
      element.offset.y += Double(move.2) ?? .nan
    }
    open.append(elements.count)
    elements.append(element)
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    if let last = open.last { elements[last].text += string }
  }

  func parser(
    _ parser: XMLParser, didEndElement elementName: String, namespaceURI: String?,
    qualifiedName: String?
  ) {
    open.removeLast()
  }
}

extension SVGReader {
  /// About where a text is drawn.
  struct TextBox {
    var text: String
    var x: ClosedRange<Double>
    var y: ClosedRange<Double>
    var size: Double

    func overlaps(_ other: TextBox) -> Bool {
      x.overlaps(other.x) && y.overlaps(other.y)
    }
  }

  /// The boxes of all texts, with wide letters taken as what they are: one em, others 0.55.
  var textBoxes: [TextBox] {
    self["text"].map { element in
      let size = element.number("font-size")
      let width = element.text.reduce(0.0) { sum, character in
        sum + (TerminalText.width(String(character)) == 2 ? 1 : 0.55) * size
      }
      let start =
        switch element.attributes["text-anchor"] {
        case "middle": -width / 2
        case "end": -width
        default: 0.0
        }
      let (x, y) = (
        element.number("x") + element.offset.x, element.number("y") + element.offset.y
      )
      // Capitals rise 0.7 em above the line.
      let (along, across) = (start...start + width, -0.7 * size...0.1 * size)
      if element.attributes["transform"]?.hasPrefix("rotate(-90") ?? false {
        return TextBox(
          text: element.text, x: x + across.lowerBound...x + across.upperBound,
          y: y - along.upperBound...y - along.lowerBound, size: size)
      }
      return TextBox(
        text: element.text, x: x + along.lowerBound...x + along.upperBound,
        y: y + across.lowerBound...y + across.upperBound, size: size)
    }
  }
}
