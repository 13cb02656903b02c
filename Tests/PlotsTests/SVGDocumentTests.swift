import Plots
import Testing

@Suite struct SVGDocumentTests {
  @Test func whateverTheTextTheDocumentIsXMLThatSaysIt() throws {
    let nasty = "a<b> & \"c\" 'd' ]]> <!-- 损失"
    var image = SVGDocument(width: 200, height: 100)
    image.write(nasty, x: 1, y: 2)
    let svg = try SVGReader(image.text(title: nasty, description: nasty))
    #expect(svg.texts == [nasty])
    #expect(svg["title"].map(\.text) == [nasty])
    #expect(svg["desc"].map(\.text) == [nasty])
  }

  @Test func charactersThatXMLCannotHoldAreReplaced() {
    #expect(SVGDocument.escaped("a\u{0}b\u{1B}c\u{FFFF}d\te") == "a\u{FFFD}b\u{FFFD}c\u{FFFD}d e")
  }

  @Test func theRootNamesSizeAndRole() throws {
    let svg = try SVGReader(
      SVGDocument(width: 200, height: 100.5).text(title: "t", description: "d"))
    let root = svg.elements[0]
    #expect(root.name == "svg")
    #expect(root.attributes["viewBox"] == "0 0 200 100.5")
    #expect(root.attributes["role"] == "img")
    #expect(root.attributes["xmlns"] == "http://www.w3.org/2000/svg")
    // A title names the image only where it is the first child.
    #expect(svg.elements[1].name == "title")
  }

  @Test func textIsFittedToItsRoom() throws {
    var image = SVGDocument(width: 200, height: 100)
    image.write("a title of thirty characters..", x: 0, y: 0, size: 17, room: 200)
    image.write(String(repeating: "long ", count: 40), x: 0, y: 0, size: 17, room: 200)
    image.write("", x: 0, y: 0)
    let texts = try SVGReader(image.text(title: "", description: ""))["text"]
    #expect(texts.count == 2)
    #expect(texts[0].number("font-size") < 17 && texts[0].text.hasSuffix(".."))
    #expect(texts[1].number("font-size") == 9 && texts[1].text.hasSuffix("…"))
    for text in texts {
      #expect(SVGDocument.textWidth(text.text, size: text.number("font-size")) <= 201)
    }
  }

  /// A text that has been made smaller until it fits is not cut on top of that.
  @Test func textThatFitsIsWhole() throws {
    var image = SVGDocument(width: 200, height: 100)
    let texts = (18...34).map { String(repeating: "n", count: $0) }
    for text in texts { image.write(text, x: 0, y: 0, size: 17, bold: true, room: 223.1) }
    #expect(try SVGReader(image.text(title: "", description: "")).texts == texts)
  }
}
