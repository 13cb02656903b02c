import Foundation
import TestSupport
import Testing
import Workbench

/// Files changed at random: whatever comes of it is a network, a run or a `WorkbenchError`.
@Suite("Mutated files")
struct MutationTests {
  static let count = Fuzzer.count

  /// What is put in: marks of the format, and words that mean something in the wrong place.
  static let words = [
    "[", "]", "{", "}", ":", "- ", "\n", "  ", ",", "&a ", "*a", "!!int ", "|\n", ">", "\"", "'",
    "#", "0", "-1", "1000000", "9223372036854775807", "1e308", "nan", "4096", "~", "null", "true",
    "\u{0}", "\u{FEFF}", "é", "? ", "% ", "---\n", "...", "<<: ", "layers", "residual", "dense",
    "conv2d", "flatten", "embedding", "groups", "layers: [dense: 3]", "{filters: 7, kernel: 2}",
  ]

  static func mutant(_ text: String, _ generator: inout RandomGenerator) -> String {
    var bytes = Array(text.utf8)
    func below(_ bound: Int) -> Int { Int(generator.next() % UInt64(max(bound, 1))) }
    for _ in 0...below(4) {
      let place = below(bytes.count + 1)
      switch below(6) {
      case 0 where place < bytes.count: bytes[place] ^= UInt8(1 << below(8))
      case 1: bytes.removeSubrange(place..<min(bytes.count, place + 1 + below(12)))
      case 2:
        let end = min(bytes.count, place + 1 + below(40))
        bytes.insert(contentsOf: Array(bytes[place..<end]), at: below(bytes.count + 1))
      case 3:
        bytes = Array(bytes.prefix(place))
      case 4:
        var lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\n")
        lines.swapAt(below(lines.count), below(lines.count))
        bytes = Array(lines.joined(separator: "\n").utf8)
      default: bytes.insert(contentsOf: words[below(words.count)].utf8, at: place)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// What is printed must not move the cursor, whatever a file has in it.
  static func expectShown(_ error: WorkbenchError) {
    let isShown = error.description.unicodeScalars.allSatisfy { scalar in
      scalar == "\n" || scalar.properties.generalCategory != .control
    }
    #expect(isShown, "\(error.description.debugDescription)")
  }

  @Test("control characters of a file are not printed")
  func controlCharacters() {
    for text in ["\"layers\\e[2J\": 1", "layers: [\"\\e]0;x\\a\"]", "input: \"\\r\\x9b\""] {
      let error = #expect(throws: WorkbenchError.self) {
        _ = try Network("net.yaml", text: text, sample: [1, 8, 8], classes: nil)
      }
      error.map(Self.expectShown)
      #expect(error?.description.contains("\\u{") == true)
    }
  }

  /// A tenth of the other formats' mutants: each that is still a problem is worked out.
  @Test("problem files")
  func problems() {
    var generator = RandomGenerator(key: RandomKey(seed: 1, path: "problems", step: 0))
    var solved = 0
    let count = max(Self.count / 10, 200)
    let texts = Explanation.examples.compactMap(Explanation.exampleText)
    for index in 0..<count {
      let text = Self.mutant(texts[index % texts.count], &generator)
      do {
        let solution = try Explanation(text: text, name: "problem.yaml").solved()
        #expect(!solution.steps.isEmpty || !solution.sections.isEmpty)
        solved += 1
      } catch let error as WorkbenchError {
        Self.expectShown(error)
      } catch {
        Issue.record("\(type(of: error)) \(error) of\n\(text)")
      }
    }
    #expect(solved > count / 50, "the mutants are so broken that little is tried")
    #expect(solved < count)
  }

  @Test("network files")
  func networks() {
    var generator = RandomGenerator(key: RandomKey(seed: 1, path: "networks", step: 0))
    var made = 0
    let texts = [NetworkFileTests.leNet, NetworkFileTests.everything]
    for index in 0..<Self.count {
      let text = Self.mutant(texts[index % 2], &generator)
      do {
        let network = try Network("net.yaml", text: text, sample: [1, 8, 8], classes: nil)
        _ = try network.trainingBytes(batchSize: 32, dtype: .float32, optimizerStates: 2)
        made += 1
      } catch let error as WorkbenchError {
        Self.expectShown(error)
      } catch {
        Issue.record("\(type(of: error)) \(error) of\n\(text)")
      }
    }
    #expect(made > Self.count / 50, "the mutants are so broken that little is tried")
    #expect(made < Self.count)
  }

  @Test("run.yaml")
  func runs() throws {
    let scratch = try ScratchFolder()
    let request = TrainRequest(model: "mlp", epochs: 1, limitTrain: 32)
    var run = try TrainRun(request, out: scratch("run"))
    _ = try run.run { _ in }
    let text = String(decoding: try scratch.bytes("run/run.yaml"), as: UTF8.self)
    let folder = RunFolder(scratch("run"))
    var generator = RandomGenerator(key: RandomKey(seed: 2, path: "runs", step: 0))
    var read = 0
    for _ in 0..<Self.count {
      let mutant = Self.mutant(text, &generator)
      try scratch.write("run/run.yaml", mutant)
      do {
        let description = try folder.read()
        _ = try folder.network(description)
        read += 1
      } catch let error as WorkbenchError {
        Self.expectShown(error)
      } catch {
        Issue.record("\(type(of: error)) \(error) of\n\(mutant)")
      }
    }
    #expect(read > 10)
  }

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch let error as WorkbenchError {
      return error.description
    } catch {
      return "not a WorkbenchError: \(error)"
    }
  }

  @Test("a run.yaml with something missing, of another kind or out of range")
  func hostileRuns() throws {
    let scratch = try ScratchFolder()
    var run = try TrainRun(
      TrainRequest(model: "logistic", epochs: 1, limitTrain: 32), out: scratch("run"))
    _ = try run.run { _ in }
    let path = scratch("run/run.yaml")
    let text = String(decoding: try scratch.bytes("run/run.yaml"), as: UTF8.self)
    func changed(_ pattern: String, _ replacement: String) throws -> String {
      let result = text.replacing(try Regex(pattern).anchorsMatchLineEndings(), with: replacement)
      try #require(result != text, "\(pattern) is not in\n\(text)")
      try scratch.write("run/run.yaml", result)
      return message { _ = try RunFolder(scratch("run")).trainedNetwork() }
    }
    let head = "\(path): found no run as gradus train writes it ("
    #expect(try changed("^format: 1$", "format: 2") == "\(path): found format 2, expected 1")
    #expect(try changed("^format: 1$\n", "") == head + "'format' is missing)")
    #expect(try changed("^  epochs: 1$\n", "") == head + "'request.epochs' is missing)")
    #expect(try changed("^  epochs: 1$", "  epochs: many").hasPrefix(head + "request.epochs: "))
    #expect(try changed("^  optimizer: adam$", "  optimizer: x").hasPrefix(head))
    #expect(
      try changed("^  batchSize: 32$", "  batchSize: 0")
        == "--batch-size: found 0, expected from 1 to 10000000")
    #expect(
      try changed("^  model: logistic$", "  model: nothing").hasPrefix("model: unknown model"))
    #expect(
      try changed("^  model: logistic$", "  model: lenet5").hasPrefix("checkpoint: layers.0.weight")
    )
    #expect(try changed("^format: 1$", "format: 1\nformat: 1").hasPrefix("\(path): found no valid"))
    #expect(try changed("^format: 1$", "format: &a 1\nb: *a").contains("found the alias '*a'"))
    #expect(try changed("^input:\n(- .*\n)+", "input: [1]\n").contains("checkpoint: "))
    #expect(
      try changed("^input:\n(- .*\n)+", "input: [2000000000000, 2000000000000, 9]\n")
        .hasPrefix("\(path): found input"))
    #expect(
      try changed("^input:\n(- .*\n)+", "input: [1, 30000, 30000]\n").hasPrefix(
        "\(path): out of memory: the model needs"))
    // The samples' own shape, by which predict would make room for a picture.
    _ = try changed(
      "^  sampleShape:\n(  - .*\n)+", "  sampleShape: [1, 1000000, 1000000]\n")
    #expect(
      message { _ = try PredictRun(run: scratch("run")) }
        == "input: found samples of shape [1, 1000000, 1000000], expected at most 8 × 8 pixels, the "
        + "model's input")
    try scratch.write("run/run.yaml", [0xff, 0xfe])
    #expect(
      message { _ = try RunFolder(scratch("run")).read() }
        == "\(path): found bytes that are not UTF-8, expected a YAML text")
    try scratch.write("run/run.yaml", text)
    #expect(message { _ = try RunFolder(scratch("run")).trainedNetwork() } == "no error")
  }

  @Test("class names that look like marks of the format survive")
  func classNames() throws {
    let scratch = try ScratchFolder()
    var table = "x,y,label\n"
    let names = ["Home & Garden", "*star", "[0, 1)", "a: b", "- dash", "#1", "true", "50 %"]
    for row in 0..<160 { table += "\(row % 13),\(row % 7),\"\(names[row % 8])\"\n" }
    let file = try scratch.write("table.csv", table)
    var run = try TrainRun(
      TrainRequest(model: "logistic", data: file, epochs: 1), out: scratch("run"))
    _ = try run.run { _ in }
    let read = try RunFolder(scratch("run")).read()
    #expect(Set(read.classNames) == Set(names))
    _ = try EvaluateRun.perform(run: scratch("run"), data: nil)
  }
}
