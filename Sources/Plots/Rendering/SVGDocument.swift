/// A picture as SVG that stands by itself: nothing outside is referred to, and nothing within by a
/// name, so that several can stand in one page.
public struct SVGDocument: Sendable {
  /// Where a text's given x is.
  package enum Anchor: String {
    case start, middle, end
  }

  package let width: Double
  package let height: Double
  private var body = ""

  package init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  /// The document. It shrinks with the page, and its text with it.
  ///
  /// - Parameters:
  ///   - title: its name, for screen readers and tooltips.
  ///   - description: what it shows, in words.
  public func text(title: String, description: String) -> String {
    #"<?xml version="1.0" encoding="UTF-8"?>"# + "\n"
      + element(title: title, description: description)
  }

  /// The element `svg` alone, to stand in a page; otherwise as `text`.
  public func element(title: String, description: String) -> String {
    let (w, h) = (SVGDocument.number(width), SVGDocument.number(height))
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(w) \(h)" width="\(w)" height="\(h)" \
      style="max-width:100%;height:auto" role="img" \
      font-family="system-ui, 'Segoe UI', 'DejaVu Sans', 'Noto Sans CJK SC', sans-serif">
      <title>\(SVGDocument.escaped(title))</title>
      <desc>\(SVGDocument.escaped(description))</desc>
      <rect width="\(w)" height="\(h)" fill="#FFFFFF"/>
      \(body)</svg>

      """
  }

  /// Puts another picture, without its ground, at a place in this one.
  package mutating func place(_ other: SVGDocument, x: Double, y: Double) {
    body += "<g transform=\"translate(\(SVGDocument.number(x)) \(SVGDocument.number(y)))\">\n"
    body += other.body + "</g>\n"
  }

  /// Writes a line of text; where it would not fit into `room`, in smaller letters, and where
  /// these would not be readable it is cut. A seam is white, for text on any ground.
  package mutating func write(
    _ text: String, x: Double, y: Double, size: Double = 13, anchor: Anchor = .start,
    color: String = "#333333", bold: Bool = false, turned: Bool = false,
    hasSeam: Bool = false, room: Double = .infinity
  ) {
    if text.isEmpty { return }
    var (text, size) = (text, size)
    if room.isFinite {
      let em = bold ? 1.15 : 1.0
      size = max(9, min(size, room / SVGDocument.textWidth(text, size: em)))
      // A text made to fit is not cut for a rounding error.
      let columns = room / SVGDocument.textWidth("n", size: size * em)
      text = TerminalText.cut(text, to: Int(columns + 1e-6))
    }
    let place = "x=\"\(SVGDocument.number(x))\" y=\"\(SVGDocument.number(y))\""
    // A quarter turn against the clock about the text's own place.
    let turn =
      turned ? " transform=\"rotate(-90 \(SVGDocument.number(x)) \(SVGDocument.number(y)))\"" : ""
    body += "<text \(place) font-size=\"\(SVGDocument.number(size))\""
    body += " text-anchor=\"\(anchor.rawValue)\" fill=\"\(color)\""
    body += hasSeam ? " paint-order=\"stroke\" stroke=\"#FFFFFF\" stroke-width=\"3\"" : ""
    body += (bold ? " font-weight=\"600\"" : "") + turn
    body += ">\(SVGDocument.escaped(text))</text>\n"
  }

  /// About how wide a text is drawn; the fonts differ, so this is generous.
  package static func textWidth(_ text: String, size: Double = 13) -> Double {
    Double(TerminalText.width(text)) * size * 0.6
  }

  /// Text as XML character data or an attribute's value; what XML 1.0 cannot hold becomes U+FFFD.
  package static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n", "\r": result += " "
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A coordinate, to a hundredth.
  package static func number(_ value: Double, decimals: Int = 2) -> String {
    var text = NumberText.fixed(value, decimals: decimals)
    while text.hasSuffix("0") { text.removeLast() }
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }

  /// A side that was asked for as one that can be drawn.
  package static func side(_ asked: Double, least: Double) -> Double {
    asked.isFinite ? min(20_000, max(least, asked)) : least
  }

  package mutating func append(_ element: String) { body += element + "\n" }
}
