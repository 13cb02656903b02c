import Foundation
import Testing

/// What the architecture forbids, read from the sources.
@Suite("The architecture")
struct ArchitectureTests {
  /// What each target may name itself; what those may import comes with them.
  static let allowed: [String: Set<String>] = [
    "Arrays": ["COneDNN", "CKernels", "CLAPACK"],
    "Formats": ["Arrays", "CJPEG", "CPNG", "CZlib", "CCrypto"],
    "Autodiff": ["Arrays"],
    "Layers": ["Autodiff"],
    "Models": ["Layers"],
    "Datasets": ["Formats", "CDigits", "CKernels", "Logging"],
    "Training": ["Layers", "Datasets", "CKernels", "Logging"],
    "Plots": [],
    "Explain": ["Training", "Formats", "Plots"],
    "Exercises": ["Explain"],
    "Labs": ["Explain", "Models"],
    "Workbench": [
      "CFactCards", "ExampleProblems", "Exercises", "Explain", "Labs", "Training", "Models",
      "Plots", "Yams",
    ],
    "Gradus": [
      "Arrays", "Formats", "Autodiff", "Layers", "Models", "Datasets", "Training", "Explain",
      "Exercises", "Labs", "Plots", "Workbench",
    ],
    "GradusCommand": ["Workbench", "ArgumentParser"],
  ]

  /// The system's modules. Foundation stays out of the lower targets, which need little and are
  /// used from everywhere.
  static let system: Set<String> = ["Glibc", "Musl", "Darwin", "Dispatch", "Synchronization"]
  static let mayUseFoundation: Set<String> = [
    "Datasets", "Training", "Explain", "Exercises", "Labs", "Workbench", "GradusCommand",
  ]

  struct Source: Sendable {
    /// Such as `Arrays/Shape.swift`.
    let path: String
    let text: String
    var target: String { String(path.prefix { $0 != "/" }) }
    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    /// Lines without comments.
    var code: [Substring] {
      lines.filter { !$0.drop { $0 == " " }.hasPrefix("//") }
    }
  }

  let sources: [Source]
  let package: String

  init() throws {
    let root = Repository.path("Sources")
    let names = try #require(FileManager.default.enumerator(atPath: root))
    sources = try names.compactMap { $0 as? String }.sorted()
      .filter { $0.hasSuffix(".swift") || $0.hasSuffix(".c") || $0.hasSuffix(".h") }
      .map { Source(path: $0, text: try String(contentsOfFile: root + "/" + $0, encoding: .utf8)) }
    package = try String(contentsOfFile: Repository.path("Package.swift"), encoding: .utf8)
    #expect(sources.count > 150)
  }

  private var swift: [Source] { sources.filter { $0.path.hasSuffix(".swift") } }

  /// A target's allowed imports with all that they may import. C modules and packages are not
  /// handed on: who calls one names it.
  private func reachable(_ target: String) -> Set<String> {
    var result = Self.allowed[target] ?? []
    for name in Self.allowed[target] ?? [] {
      result.formUnion(reachable(name).filter { Self.allowed[$0] != nil })
    }
    return result
  }

  @Test("who may import whom, by the import lines")
  func imports() throws {
    let line = try Regex(
      #"^\s*(?:@\w+ )*(?:public |package |internal |private )?import (?:struct |class |func )?(\w+)"#
    )
    for source in swift {
      let allowed = try #require(
        Self.allowed[source.target] != nil ? reachable(source.target) : nil,
        "\(source.target) is not in the table")
      for text in source.lines {
        guard let match = try line.firstMatch(in: text), let name = match.output[1].substring
        else { continue }
        let isSystem =
          Self.system.contains(String(name))
          || (name == "Foundation" && Self.mayUseFoundation.contains(source.target))
        #expect(isSystem || allowed.contains(String(name)), "\(source.path): \(text)")
      }
    }
  }

  @Test("who may import whom, by Package.swift")
  func dependencies() throws {
    let target = try Regex(
      #"\.(?:target|executableTarget)\(\s*name: "(\w+)"(?:, dependencies: \[|,\s*dependencies: \[)([^\]]*)\]"#
    )
    var seen: Set<String> = []
    for match in package.matches(of: target) {
      let name = String(try #require(match.output[1].substring))
      guard let allowed = Self.allowed[name] else { continue }
      seen.insert(name)
      let text = String(try #require(match.output[2].substring))
      let names = text.replacing(try Regex(#"\.product\(name: ("\w+"), package: "[\w-]+"\)"#)) {
        String($0.output[1].substring ?? "")
      }.matches(of: try Regex(#""(\w+)""#)).compactMap { $0.output[1].substring.map(String.init) }
      #expect(Set(names) == allowed, "\(name)")
    }
    #expect(seen == Set(Self.allowed.keys).subtracting(["Plots"]))
    #expect(package.contains(#".target(name: "Plots"),"#))
  }

  @Test("no more @unchecked Sendable than storage and the tape's nodes")
  func unchecked() {
    let places = swift.flatMap { source in
      source.code.filter { $0.contains("@unchecked") }.map { "\(source.path): \($0)" }
    }
    for place in places {
      let isStorage = place.hasPrefix("Arrays/Memory/Storage.swift: package final class Storage")
      let isNode = place.hasPrefix("Autodiff/Tape/") && (place.contains("Node"))
      #expect(isStorage || isNode, "\(place)")
    }
    #expect(places.count == 6)
    let escapes = swift.filter { $0.text.contains("nonisolated(unsafe)") }.map(\.path)
    #expect(escapes == [])
  }

  @Test(
    "nothing that makes results depend on chance, or on how a module was built",
    arguments: [
      "@testable", "@inlinable", "@usableFromInline", "try!", ".shuffled()",
      ".shuffled(using", ".randomElement(",
      "drand48", "arc4random", "Mirror(reflecting", "@differentiable",
    ])
  func forbidden(_ word: String) {
    for source in swift where source.code.contains(where: { $0.contains(word) }) {
      Issue.record("\(source.path) has \(word)")
    }
  }

  @Test("numeric code draws only from keyed generators and hashes nothing")
  func randomness() {
    let numeric: Set<String> = ["Arrays", "Autodiff", "Layers", "Models", "Datasets", "Training"]
    for source in swift where numeric.contains(source.target) {
      for word in ["Hasher", "SystemRandomNumberGenerator", ".random(in"] {
        #expect(!source.code.contains { $0.contains(word) }, "\(source.path) has \(word)")
      }
    }
  }

  @Test("oneDNN is called from COneDNN alone")
  func seam() throws {
    let call = try Regex(#"\bdnnl_\w+|#include .dnnl|\bimport dnnl"#)
    for source in sources where source.target != "COneDNN" {
      let found = try source.code.first { try call.firstMatch(in: $0) != nil }
      #expect(found == nil, "\(source.path): \(found ?? "")")
    }
  }

  @Test("no file is over 400 lines")
  func lengths() {
    for source in swift {
      #expect(source.lines.count <= 401, "\(source.path) has \(source.lines.count) lines")
    }
  }
}
