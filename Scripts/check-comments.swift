// swift Scripts/check-comments.swift FOLDER: whether every public symbol of the symbol graphs in
// FOLDER has a documentation comment, and whether each comment's fields come in the project's
// order. Prints the symbols for which that does not hold.
//
// Left out are symbols that the compiler makes, such as the `!=` that comes with `==`, and
// extensions themselves (their members count). A symbol that fulfils a protocol's requirement has
// the requirement's comment where it has none of its own, which the graphs contain already.
import Foundation

struct Graph: Decodable {
  struct Symbol: Decodable {
    struct Identifier: Decodable { let precise: String }
    struct Kind: Decodable { let identifier: String }
    struct Comment: Decodable {
      struct Line: Decodable { let text: String }
      let lines: [Line]
      let module: String?
    }
    struct Location: Decodable {
      struct Position: Decodable { let line: Int }
      let uri: String
      let position: Position
    }
    let identifier: Identifier
    let kind: Kind
    let pathComponents: [String]
    let docComment: Comment?
    let location: Location?
  }
  struct Module: Decodable { let name: String }
  let module: Module
  let symbols: [Symbol]
}

/// The fields of a comment in the order in which they come; equal numbers may come in any order.
let order = [
  "Shapes": 0, "Parameter": 1, "Parameters": 1, "Returns": 2, "Throws": 3, "Precondition": 3,
  "Complexity": 4, "Source": 5,
]

/// The first field that comes too late, with the one before it.
func disorder(_ lines: [String]) -> String? {
  var last: (name: String, number: Int)?
  for line in lines where line.hasPrefix("- ") {
    let name = line.dropFirst(2).prefix { $0.isLetter }
    guard let number = order[String(name)] else { continue }
    if let last, number < last.number { return "\(name) comes after \(last.name)" }
    last = (String(name), number)
  }
  return nil
}

let folder = CommandLine.arguments[1]
let files = (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? [])
  .filter { $0.hasSuffix(".symbols.json") }.sorted()
var count = 0
var problems: [String] = []
for file in files {
  let graph = try JSONDecoder().decode(
    Graph.self, from: Data(contentsOf: URL(filePath: folder + "/" + file)))
  for symbol in graph.symbols {
    let isMade = symbol.identifier.precise.contains("::SYNTHESIZED::")
    if isMade || symbol.kind.identifier == "swift.extension" { continue }
    count += 1
    let name = "\(graph.module.name).\(symbol.pathComponents.joined(separator: "."))"
    let place = symbol.location.map {
      "\($0.uri.replacingOccurrences(of: "file://", with: "")):\($0.position.line + 1)"
    }
    let lines = symbol.docComment?.lines.map(\.text) ?? []
    if lines.allSatisfy({ $0.allSatisfy(\.isWhitespace) }) {
      problems.append("\(place ?? "?"): \(name) has no documentation comment")
    } else if symbol.docComment?.module == graph.module.name, let disorder = disorder(lines) {
      problems.append("\(place ?? "?"): in the comment of \(name), \(disorder)")
    }
  }
}
for problem in problems.sorted() { print(problem) }
guard count > 0 else {
  print("no public symbols in \(folder)")
  exit(1)
}
print("\(count) public symbols, \(problems.count) problems with their documentation comments")
exit(problems.isEmpty ? 0 : 1)
