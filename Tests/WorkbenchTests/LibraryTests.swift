import Foundation
import Testing

/// What a package that depends on Gradus relies on, read from the sources; `Scripts/outsider` builds
/// such packages.
@Suite("Gradus as a library")
struct LibraryTests {
  private func text(_ path: String) throws -> String {
    try String(contentsOfFile: Repository.path(path), encoding: .utf8)
  }

  @Test("no unsafe flags, which a dependency by version may not have")
  func flags() throws {
    let package = try text("Package.swift")
    #expect(!package.contains("unsafeFlags"))
    #expect(package.contains("swiftLanguageModes: [.v6]"))
  }

  @Test("each library has a product of its own")
  func products() throws {
    let package = try text("Package.swift")
    for name in [
      "Gradus", "Arrays", "Formats", "Autodiff", "Layers", "Models", "Datasets", "Training",
      "Explain", "Plots",
    ] {
      #expect(package.contains(#".library(name: "\#(name)", targets: ["\#(name)"])"#))
    }
  }

  @Test("the library prints nothing: reports go to a logger or a caller's function")
  func prints() throws {
    let root = Repository.path("Sources")
    let names = try #require(FileManager.default.enumerator(atPath: root))
    let call = try Regex(
      #"(^|[^.\w])(Swift\.)?(print|debugPrint|dump|puts|putchar|NSLog|printf|fprintf)\(|(FileHandle|[(=:,] ?)\.standard(Output|Error)\b|\.standard(Output|Error) =|\bstd(out|err)\b"#
    )
    var count = 0
    for name in names.compactMap({ $0 as? String }).sorted() {
      guard name.hasSuffix(".swift") || name.hasSuffix(".c"), !name.hasPrefix("GradusCommand/")
      else { continue }
      count += 1
      for line in try text("Sources/" + name).split(separator: "\n") {
        let code = line.drop { $0 == " " }
        if code.hasPrefix("//") { continue }
        // The output of a program that is run is not our own.
        if name == "Datasets/Catalog/CommandRunner.swift", code.hasPrefix("process.") { continue }
        // The reason of a trap, as `fatalError` gives it.
        if name == "COneDNN/cache.c", code == #"fprintf(stderr, "%s\n", message);"# { continue }
        #expect(try call.firstMatch(in: code) == nil, "\(name): \(code)")
      }
    }
    #expect(count > 150)
  }
}
