import Arrays
import Formats

/// Reference numbers of `Tests/References`: tensors by name, and the parameters of each case.
public struct References: Sendable {
  /// A case's name and parameters.
  public struct Case: Sendable, CustomStringConvertible {
    public let name: String
    public let parameters: JSONObject

    /// The operation, as PyTorch's side calls it.
    public var operation: String { parameters["operation"]?.string ?? "" }
    public var description: String { name }
  }

  /// The cases in the order in which they were made; empty where the file has no list of them.
  public let cases: [Case]
  private let file: SafetensorsFile

  /// Opens a file by its name without extension, such as `operations`.
  public init(_ name: String) throws {
    file = try SafetensorsFile(Self.path(name + ".safetensors"))
    var cases: [Case] = []
    if let text = file.metadata["cases"], let object = try JSONParser.parse(text).object {
      for (name, parameters) in object {
        guard let parameters = parameters.object else { continue }
        cases.append(Case(name: name, parameters: parameters))
      }
    }
    self.cases = cases
  }

  /// The names of all tensors.
  public var names: [String] { file.names }

  /// A tensor by its whole name.
  public func tensor(_ name: String) throws -> NDArray { try file.tensor(name) }

  /// A tensor of a case, nil where it has none of that name.
  public func tensor(_ key: String, of item: Case) throws -> NDArray? {
    let name = item.name + "/" + key
    return file.contains(name) ? try file.tensor(name) : nil
  }

  /// Where a file of the folder is.
  public static func path(_ name: String, here: String = #filePath) -> String {
    let tests = here.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
    return tests.joined(separator: "/") + "/References/" + name
  }
}

extension JSONObject {
  /// A list of whole numbers.
  public func integers(_ key: String) -> [Int]? { self[key]?.array?.compactMap(\.integer) }
}
