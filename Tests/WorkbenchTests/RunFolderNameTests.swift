import TestSupport
import Testing
import Workbench

@Suite("Names of run folders")
struct RunFolderNameTests {
  /// A path stays one part of the name, and what is there is not touched.
  @Test(arguments: [
    ("digits", "mlp-digits"), ("./flowers", "mlp-flowers"), ("/data/flowers/", "mlp-flowers"),
    ("../a b", "mlp-a b"),
  ])
  func next(data: String, expected: String) throws {
    let scratch = try ScratchFolder()
    let first = RunFolder.next(model: "mlp", data: data, in: scratch("runs"))
    #expect(first.path == scratch("runs") + "/" + expected + "-1")
    try first.create()
    let second = RunFolder.next(model: "mlp", data: data, in: scratch("runs"))
    #expect(second.path == scratch("runs") + "/" + expected + "-2")
  }
}
