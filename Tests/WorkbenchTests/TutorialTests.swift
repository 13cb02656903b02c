import Arrays
import Foundation
import TestSupport
import Testing

/// The tutorial: its code is what is compiled, and it prints what is said.
@Suite("The tutorial")
struct TutorialTests {
  static let article = "Sources/Gradus/Gradus.docc/Tutorial.md"

  @Test("has the code that is compiled here, in that order")
  func isCompiled() throws {
    let blocks = try Markdown.blocks("swift", in: Self.article)
    #expect(blocks.count > 10)
    #expect(try blocks == Markdown.regions(of: "Tests/WorkbenchTests/TutorialExample.swift"))
  }

  /// Words and whole numbers are compared as they are. Losses and accuracies depend on the order in
  /// which an engine adds: here 180 and 359 images were tested, so that one more or less is 0.006.
  @Test("prints what it says")
  func runs() throws {
    // Two threads that wait for each other are slow where other work fills the processors.
    let threads = Compute.threads
    Compute.threads = 1
    defer { Compute.threads = threads }
    let folder = try ScratchFolder()
    let found = try runTutorial(
      folder: folder.path, picture: Repository.path("Examples/three.png"))
    let expected = try Markdown.blocks("text", in: Self.article)
      .flatMap { $0.split(separator: "\n").map(String.init) }
    #expect(found.count == expected.count)
    for (found, expected) in zip(found, expected) {
      let isMeasured = expected.contains("loss") || expected.contains("accuracy")
      let words = (found.split(separator: " "), expected.split(separator: " "))
      guard isMeasured, words.0.count == words.1.count else {
        #expect(found == expected)
        continue
      }
      for (one, other) in zip(words.0, words.1) where one != other {
        let numbers = [one, other].compactMap { $0.contains(".") ? Double($0) : nil }
        #expect(
          numbers.count == 2 && abs(numbers[0] - numbers[1]) < 0.035,
          "found \"\(found)\", the tutorial says \"\(expected)\"")
      }
    }
  }
}

/// Code in articles, decision records and documentation comments is compiled somewhere.
@Suite("Articles and comments")
struct ArticleTests {
  private static func compiled() throws -> Set<String> {
    let sources = try Repository.files(in: "Tests").filter { $0.hasSuffix(".swift") }
    return Set(try sources.flatMap { try Markdown.regions(of: $0) })
  }

  @Test("have no Swift in comments that is not compiled")
  func everyExampleIsCompiled() throws {
    let compiled = try Self.compiled()
    var count = 0
    for source in try Repository.files(in: "Sources").filter({ $0.hasSuffix(".swift") }) {
      for block in try Markdown.comments("swift", in: source) {
        count += 1
        #expect(compiled.contains(block), "\(source):\n\(block)")
      }
    }
    #expect(count >= 9)
  }

  @Test("have no Swift in articles that is not compiled")
  func everyBlockIsCompiled() throws {
    let compiled = try Self.compiled()
    let articles = try (Repository.files(in: "Documentation") + Repository.files(in: "Sources"))
      .filter { $0.hasSuffix(".md") }
    #expect(articles.contains(TutorialTests.article))
    for article in articles {
      for block in try Markdown.blocks("swift", in: article) {
        #expect(compiled.contains(block), "\(article):\n\(block)")
      }
    }
  }
}

/// Code in articles, and regions of source files that are compared with it.
enum Markdown {
  /// The blocks of an article that are fenced by three backticks and the language.
  static func blocks(_ language: String, in article: String) throws -> [String] {
    blocks(
      language, of: try String(contentsOfFile: Repository.path(article), encoding: .utf8))
  }

  /// The same of a source file's documentation comments.
  static func comments(_ language: String, in source: String) throws -> [String] {
    let text = try String(contentsOfFile: Repository.path(source), encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.drop { $0 == " " } }
      .map { $0.hasPrefix("/// ") ? String($0.dropFirst(4)) : $0 == "///" ? "" : "code" }
    return blocks(language, of: lines.joined(separator: "\n"))
  }

  private static func blocks(_ language: String, of text: String) -> [String] {
    ("\n" + text).components(separatedBy: "\n```\(language)\n").dropFirst()
      .map { ($0.components(separatedBy: "\n```").first ?? "") + "\n" }
  }

  /// What stands between the lines `// <name>` and `// </name>` of a source file, without the
  /// indentation of the first of these and empty lines at the end.
  static func regions(of source: String) throws -> [String] {
    let text = try String(contentsOfFile: Repository.path(source), encoding: .utf8)
    var regions: [String] = []
    var lines: [Substring]?
    var indentation = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let content = line.drop { $0 == " " }
      if content.hasPrefix("// </"), let region = lines {
        regions.append(region.map { $0 + "\n" }.joined())
        lines = nil
      } else if content.hasPrefix("// <"), content.hasSuffix(">") {
        lines = []
        indentation = line.count - content.count
      } else {
        lines?.append(line.dropFirst(indentation))
      }
    }
    return regions.map { region in
      var region = region
      while region.hasSuffix("\n\n") { region.removeLast() }
      return region
    }
  }
}

extension Repository {
  /// The paths of the files in a folder and those inside it.
  static func files(in folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: path(folder)).map { folder + "/" + $0 }
  }
}
