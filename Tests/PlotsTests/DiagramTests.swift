import Plots
import Testing

/// Timelines, networks, graphs and grids of pictures.
@Suite struct DiagramTests {
  @Test(arguments: [10, 60, 300]) func namesOfATimelineTouchNothing(count: Int) throws {
    var numbers = Numbers(seed: UInt64(count))
    let timeline = Timeline(
      "t",
      events: (0..<count).map { _ in
        .init(
          1900 + (100 * numbers.next()).rounded(),
          String(repeating: "event ", count: 1 + Int(4 * numbers.next())))
      })
    let labels = timeline.labels(from: 30, to: 840).labels
    for (index, one) in labels.enumerated() {
      #expect(one.x + one.width <= 841)
      for other in labels[(index + 1)...] where other.isAbove == one.isAbove {
        // A line that runs through a name's columns ends nearer to the axis than the name.
        if other.x <= one.x + one.width { #expect(other.lane < one.lane) }
      }
    }
    let svg = try SVGReader(timeline.svg())
    #expect(svg["circle"].count == count)
  }

  @Test func aTimelineInATerminalIsSortedAndNamesEachYearOnce() throws {
    let timeline = Timeline(
      "t", events: [.init(2014, "VGG"), .init(1943, "neurons"), .init(2014, "GAN")])
    let text = lines(try timeline.terminal(width: 40, color: false))
    #expect(text.first == "t" && text[1] == "1943 ● neurons")
    #expect(text.suffix(2) == ["2014 ● VGG", "     │ GAN"])
    // Seventy years are a longer pause than none.
    #expect(text.count == 8 && text[2] == "     │")
  }

  @Test func weightsAreLinesByMagnitudeAndSign() throws {
    let diagram = NetworkDiagram(
      "n", layers: [.init(units: ["a", "b"]), .init(units: ["c"])], weights: [[[1, -0.2]]])
    let paths = try SVGReader(diagram.svg())["path"]
    #expect(paths.count == 2)
    // The faint one first.
    #expect(paths[0].number("stroke-width") < paths[1].number("stroke-width"))
    #expect(paths[0].attributes["stroke-dasharray"] != nil)
    #expect(paths[1].attributes["stroke-dasharray"] == nil)
    #expect(paths[0].attributes["stroke"] != paths[1].attributes["stroke"])
  }

  @Test func ofWideLayersTheMiddleIsLeftOut() throws {
    let diagram = NetworkDiagram("n", layers: [.init(count: 784), .init(count: 10)])
    #expect(diagram.drawn(0) == [0, 1, 2, 3, 4, 5, nil, 779, 780, 781, 782, 783])
    #expect(diagram.drawn(1) == (0..<10).map { $0 })
    let svg = try SVGReader(diagram.svg())
    #expect(svg.texts.contains("784"))
    #expect(svg["circle"].count == 11 + 3 + 10)
  }

  @Test func edgesEndAtTheRimsOfTheirNodes() throws {
    let diagram = GraphDiagram(
      "g", nodes: [.init("a"), .init("b")], edges: [.init(from: 0, to: 1)],
      layout: .places([.init(x: 0, y: 0), .init(x: 1, y: 0)]))
    let svg = try SVGReader(diagram.svg())
    func numbers(_ path: Int) throws -> [Double] {
      let data = try #require(svg["path"][path].attributes["d"])
      return data.matches(of: /[-0-9.]+/).compactMap { Double($0.0) }
    }
    // A curve, and after it the discs: each begins at its left end.
    let (edge, discs) = (try numbers(0), try numbers(1))
    let radius = discs[2]
    let second = discs.count / 2
    #expect(abs(edge[0] - (discs[0] + 2 * radius)) < 0.11)
    #expect(abs(edge[4] - discs[second]) < 0.11)
    #expect(abs(edge[1] - discs[1]) < 0.11)
  }

  @Test func directedEdgesHaveHeadsAndGroupsALegend() throws {
    let nodes = ["x", "y", "z"].map { GraphDiagram.Node($0, group: $0 == "z" ? "B" : "A") }
    let edges = [(0, 1), (1, 0), (1, 2)].map { GraphDiagram.Edge(from: $0.0, to: $0.1) }
    let plain = try SVGReader(GraphDiagram("g", nodes: nodes, edges: edges).svg())
    let directed = try SVGReader(
      GraphDiagram("g", nodes: nodes, edges: edges, isDirected: true).svg())
    #expect(directed["path"].count == plain["path"].count + 3)
    // Groups have a shape each too.
    let shapes = plain["path"].filter { $0.attributes["stroke-width"] == "1.4" }
    #expect(shapes.count == 4)
    #expect(plain.texts.contains("A") && plain.texts.contains("B"))
    // There and back bend apart.
    let curves = directed["path"].compactMap { $0.attributes["d"] }.filter { $0.contains("Q") }
    #expect(Set(curves.joined().split(separator: "M")).count == 3)
  }

  @Test func aLargeGraphIsDrawnWithoutNames() throws {
    var numbers = Numbers(seed: 5)
    let graph = GraphDiagram(
      "g", nodes: (0..<1000).map { .init("node \($0)", group: "\($0 % 3)") },
      edges: (0..<1500).map { _ in
        .init(from: Int(1000 * numbers.next()), to: Int(1000 * numbers.next()))
      })
    let text = try graph.svg()
    #expect(text.utf8.count < 400_000)
    #expect(!text.contains("node 7<"))
  }

  @Test func picturesKeepTheirShapeAndOrder() throws {
    let grid = ImageGrid(
      "i", images: (0..<5).map { Raster(gray: [[Double($0) / 4, 1]]) },
      captions: ["a", "b", "c", "d", "e"], columns: 3)
    let svg = try SVGReader(grid.svg())
    let images = svg["image"]
    #expect(images.count == 5)
    for image in images {
      #expect(abs(image.number("width") - 2 * image.number("height")) < 0.02)
    }
    #expect(images[0].number("x") == images[3].number("x"))
    #expect(images[0].number("y") < images[3].number("y"))
    #expect(
      lines(try grid.terminal(width: 80, color: false)) == [
        "i", "  ██  ░░██  ▒▒██", "a     b     c", "", "▓▓██  ████", "d     e",
      ])
  }

  @Test func smallPicturesLeaveRoomForTheirCaptions() throws {
    let caption = "what the network sees"
    let grid = ImageGrid(
      images: Array(repeating: Raster(gray: [[0, 1], [1, 0]]), count: 3),
      captions: [caption, "b", "c"], columns: 3)
    let svg = try SVGReader(grid.svg())
    #expect(svg.texts == [caption, "b", "c"])
    #expect(svg["image"][0].number("width") >= SVGDocument.textWidth(caption, size: 12) - 0.01)
  }

  @Test func numbersOfAMatrixAreColouredByTheMap() {
    let raster = Raster([[-1, 0, 1]])
    #expect(raster.color(row: 0, column: 1) == RGB("#F7F7F7"))
    #expect(raster.color(row: 0, column: 0) == RGB("#053061"))
    // Grey and colour are half each: #440154 at 0, #FDE725 at the greatest.
    let looked = Raster(
      red: [[1, 1], [1, 1]], green: [[0, 0], [0, 0]], blue: [[0, 0], [0, 0]]
    )
    .overlaid(by: [[0, 2], [0, 2]])
    let gray = 76  // 0.299 · 255
    #expect(
      looked.color(row: 0, column: 1)
        == RGB(
          UInt8((gray + 0xFD + 1) / 2), UInt8((gray + 0xE7 + 1) / 2), UInt8((gray + 0x25 + 1) / 2)))
    #expect(
      looked.color(row: 1, column: 0)
        == RGB(UInt8((gray + 0x44) / 2), UInt8((gray + 0x01 + 1) / 2), UInt8((gray + 0x54) / 2)))
    // A place that is dark because the picture is, and one that is not looked at, differ in hue.
    let dark = Raster(gray: [[0, 1]]).overlaid(by: [[1, 0]])
    #expect(dark.color(row: 0, column: 0).red > dark.color(row: 0, column: 0).blue)
    #expect(dark.color(row: 0, column: 1).red < dark.color(row: 0, column: 1).blue)
    // Without any heat there is none, rather than no picture.
    let cold = Raster(gray: [[1]]).overlaid(by: [[0]]).color(row: 0, column: 0)
    #expect(cold == RGB.white.mixed(with: RGB("#440154"), 0.5))
  }

  @Test func aBarTellsWhatTheColoursOfPicturesAre() throws {
    let plain = ImageGrid("i", images: [Raster([[0, 1]])])
    var grid = plain
    grid.legend = .init("share", range: 0...0.25)
    let (svg, without) = (try SVGReader(grid.svg()), try SVGReader(plain.svg()))
    #expect(svg.texts.filter { !without.texts.contains($0) }.suffix(3) == ["0", "0.250", "share"])
    let bar = svg["rect"].filter { $0.number("height") == 10 }
    #expect(bar.first?.attributes["fill"] == ColorMap.sequential.color(0.5 / 48).hex)
    #expect(abs(bar.reduce(0) { max($0, $1.number("x") + $1.number("width")) } - 140) < 0.02)
    #expect(try grid.terminal(width: 80, color: false).hasSuffix("share from 0 to 0.250"))
    #expect(try grid.terminal(width: 80, color: true).hasSuffix(" 0.250  share"))
    #expect(grid.summary == "Pictures, 1 of 2 × 1 pixels. Colours: share from 0 to 0.250.")
  }

  @Test func rowsOfDifferentLengthStopTheProgram() async {
    await #expect(processExitsWith: .failure) { _ = Raster(gray: [[1], [1, 2]]) }
    await #expect(processExitsWith: .failure) {
      _ = Raster(red: [[1]], green: [[1, 2]], blue: [[1]])
    }
    await #expect(processExitsWith: .failure) {
      _ = FigureTable(name: "", columns: ["a"], rows: [[]])
    }
  }

  @Test func panelsStandInRowsAndNameTheirTables() throws {
    let chart = { (title: String) in Chart(title, marks: [.line("a", values: [1, 2])]) }
    let panels = Panels("all", figures: [chart("one"), chart("two"), chart("three")], columns: 2)
    let svg = try SVGReader(panels.svg())
    #expect(svg.elements[0].number("width") == 1440)
    #expect(svg["g"].map(\.offset.x) == [0, 720, 0])
    #expect(svg["title"].count == 1)
    #expect(panels.tables.map(\.name) == ["one: a", "two: a", "three: a"])
  }
}
