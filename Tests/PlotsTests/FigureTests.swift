import Foundation
import Plots
import Testing

/// What holds for a figure of any kind.
@Suite struct FigureTests {
  /// Texts that a label may be, and what must not become of them.
  static let texts: [(name: String, change: @Sendable (String) -> String)] = [
    ("plain", { $0 }),
    ("hostile", { "<script>&\"'\u{0}\u{1B}[2J\n\($0)" }),
    ("chinese", { "损失函数的值与训练轮次 \($0)" }),
    ("long", { $0 + String(repeating: " and more", count: 40) }),
    ("empty", { _ in "" }),
  ]

  @Test(arguments: Gallery.names, texts.map(\.name))
  func thePictureIsXMLThatSaysWhatItIs(name: String, kind: String) throws {
    let change = try #require(Self.texts.first { $0.name == kind }).change
    let figure = Gallery(text: change).figure(name)
    let text = try figure.svg(description: "what it shows")
    try write(text, "\(name)-\(kind).svg")
    let svg = try SVGReader(text)
    let root = svg.elements[0]
    #expect(root.attributes["role"] == "img" && root.attributes["viewBox"] != nil)
    #expect(svg.elements[1].name == "title" && !svg.elements[1].text.isEmpty)
    #expect(svg["desc"].map(\.text) == ["what it shows"])
    #expect(svg["script"].isEmpty && svg["style"].isEmpty)
    // Nothing is referred to by a name, and nothing comes from outside.
    #expect(!svg.elements.contains { $0.attributes["id"] != nil })
    for element in svg.elements {
      for (attribute, value) in element.attributes where attribute != "href" {
        #expect(!value.contains("nan") && !value.contains("inf"), "\(attribute)")
      }
      #expect(element.attributes["href"]?.hasPrefix("data:image/png;base64,") ?? true)
    }
    #expect(text.utf8.count < 400_000, "\(text.utf8.count) bytes")
  }

  @Test(arguments: Gallery.names, texts.map(\.name))
  func textsStayInTheFrameAndDoNotOverlap(name: String, kind: String) throws {
    let change = try #require(Self.texts.first { $0.name == kind }).change
    let svg = try SVGReader(Gallery(text: change).figure(name).svg())
    let (width, height) = (svg.elements[0].number("width"), svg.elements[0].number("height"))
    let boxes = svg.textBoxes
    for box in boxes {
      #expect(box.x.lowerBound >= -2 && box.x.upperBound <= width + 2, "\(box)")
      #expect(box.y.lowerBound >= -2 && box.y.upperBound <= height + 2, "\(box)")
      #expect(box.size >= 6.5)
    }
    // Nodes of a graph stand where its edges pull them.
    if ["karate", "graph", "directed"].contains(name) { return }
    for (index, box) in boxes.enumerated() {
      for other in boxes[(index + 1)...] where box.overlaps(other) {
        Issue.record("\(box.text) \(box.x) \(box.y) and \(other.text) \(other.x) \(other.y)")
      }
    }
  }

  @Test(arguments: Gallery.names, texts.map(\.name))
  func theTerminalKeepsToTheWidth(name: String, kind: String) throws {
    let change = try #require(Self.texts.first { $0.name == kind }).change
    let figure = Gallery(text: change).figure(name)
    for limit in [0, 24, 40, 80] {
      for color in [false, true] {
        let text = try figure.terminal(width: limit, color: color)
        #expect(width(text) <= max(name == "confusion" ? 40 : 24, limit))
        #expect(color || !text.contains("\u{1B}"))
        #expect(!text.contains("\u{1B}[2J"))
        #expect(lines(text).contains { !$0.isEmpty })
        if limit == 80 { try write(text, "\(name)-\(kind)-\(color ? "colour" : "plain").txt") }
      }
    }
  }

  @Test(arguments: Gallery.names, ["plain", "hostile"])
  func theNumbersComeBackFromJSON(name: String, kind: String) throws {
    let change = try #require(Self.texts.first { $0.name == kind }).change
    let figure = Gallery(text: change).figure(name)
    let json = try figure.json()
    #expect(!json.contains("<"))
    let parsed = try JSONDecoder().decode(ParsedFigure.self, from: Data(json.utf8))
    #expect(parsed.title == figure.title && parsed.summary == figure.summary)
    #expect(parsed.tables.map(\.name) == figure.tables.map(\.name))
    #expect(parsed.tables.map(\.columns) == figure.tables.map(\.columns))
    for (found, table) in zip(parsed.tables, figure.tables) {
      #expect(found.rows == table.rows)
    }
  }

  @Test(arguments: Gallery.names, ["plain", "hostile", "chinese"])
  func theNumbersComeBackFromCSV(name: String, kind: String) throws {
    let change = try #require(Self.texts.first { $0.name == kind }).change
    let figure = Gallery(text: change).figure(name)
    let csv = try figure.csv()
    if csv.utf8.count > 1_000_000 { return }
    let records = parseCSV(csv)
    let header = records[0]
    #expect(records.allSatisfy { $0.count == header.count })
    let expected = figure.tables.flatMap { table in table.rows.map { (table, $0) } }
    #expect(records.count == expected.count + 1)
    for (record, (table, row)) in zip(records.dropFirst(), expected) {
      #expect(record[0] == table.name)
      for (column, cell) in zip(table.columns, row) {
        let found = record[try #require(header.firstIndex(of: column))]
        switch cell {
        case .number(let number): #expect(Double(found) == number)
        case .text(let text): #expect(found == text)
        }
      }
    }
  }

  @Test(arguments: Gallery.names) func theSameFigureIsTheSameText(name: String) throws {
    #expect(try Gallery().figure(name).svg() == Gallery().figure(name).svg())
  }

  @Test func numbersThatAreNoneAreNullInJSONAndNamedInCSV() throws {
    let chart = Chart(
      "gap", x: "x", y: "y", marks: [.line("a", x: [1, 2, 3], y: [1, .nan, .infinity])])
    #expect(try chart.json().contains("\"rows\":[[1,1],[2,null],[3,null]]"))
    #expect(try chart.csv() == "series,x,y\r\na,1,1\r\na,2,nan\r\na,3,inf\r\n")
    #expect(NumberSamples.texts == ["0.1", "-0.0", "9007199254740992.0", "5e-324"])
  }

  /// Writes the gallery where `GRADUS_GALLERY` says, to be looked at.
  private func write(_ text: String, _ name: String) throws {
    guard let folder = ProcessInfo.processInfo.environment["GRADUS_GALLERY"] else { return }
    try text.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
  }
}

enum NumberSamples {
  /// Numbers as CSV writes them.
  static var texts: [String] {
    let values = [0.1, -0.0, 9_007_199_254_740_992, .leastNonzeroMagnitude]
    let csv = try? Chart(marks: [.line(x: values, y: values)]).csv()
    return parseCSV(csv ?? "").dropFirst().map { $0[1] }
  }
}

/// The records of a CSV text, by RFC 4180.
func parseCSV(_ text: String) -> [[String]] {
  var records: [[String]] = []
  var record: [String] = []
  var cell = String.UnicodeScalarView()
  var isQuoted = false
  var scalars = text.unicodeScalars.makeIterator()
  var next = scalars.next()
  while let scalar = next {
    next = scalars.next()
    switch scalar {
    case "\"" where isQuoted && next == "\"":
      cell.append("\"")
      next = scalars.next()
    case "\"": isQuoted.toggle()
    case "," where !isQuoted:
      record.append(String(cell))
      cell = .init()
    case "\r" where !isQuoted && next == "\n":
      record.append(String(cell))
      records.append(record)
      (record, cell) = ([], .init())
      next = scalars.next()
    default: cell.append(scalar)
    }
  }
  return records
}

/// A figure's JSON, read by Foundation.
private struct ParsedFigure: Decodable {
  struct Table: Decodable {
    var name: String
    var columns: [String]
    private var cells: [[Cell]]
    var rows: [[FigureTable.Cell]] { cells.map { $0.map(\.value) } }

    private enum CodingKeys: String, CodingKey {
      case name, columns
      case cells = "rows"
    }
  }

  private struct Cell: Decodable {
    var value: FigureTable.Cell

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        value = .number(number)
      } else {
        value = .text(try container.decode(String.self))
      }
    }
  }

  var title: String
  var summary: String
  var tables: [Table]
}
