import Foundation
import Testing

@Suite("The example of the README")
struct ReadmeTests {
  @Test("trains LeNet-5 to its accuracy")
  func runs() throws {
    #expect(try trainDigits() > 0.9)
  }

  @Test("is the one that is compiled here")
  func isCompiled() throws {
    let source = try String(
      contentsOfFile: Repository.path("Tests/WorkbenchTests/ReadmeExample.swift"), encoding: .utf8)
    let example = try #require(
      source.components(separatedBy: "// <readme>\n").last?
        .components(separatedBy: "// </readme>").first)
    let readme = try String(contentsOfFile: Repository.path("README.md"), encoding: .utf8)
    let block = try #require(
      readme.components(separatedBy: "```swift\n").dropFirst().first?
        .components(separatedBy: "```").first, "README.md has no ```swift block")
    #expect(block == example)
  }
}
