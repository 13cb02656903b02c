import Foundation
import Testing
import Workbench

@Suite("Network files within JSON")
struct NetworkFileCodableTests {
  private struct Configuration: Codable {
    var network: NetworkFile
  }

  private static let text = """
    name: tiny
    input: [4]
    layers:
      - dense: 3
    """

  @Test("there and back")
  func roundTrip() throws {
    let file = try NetworkFile(text: Self.text, file: "tiny.yaml")
    let data = try JSONEncoder().encode(Configuration(network: file))
    let back = try JSONDecoder().decode(Configuration.self, from: data).network
    #expect(back.name == "tiny" && back.input == [4] && back.text == Self.text)
    #expect(try back.layers(for: [4]).parameterCount == 15)
  }

  @Test("a wrong network is refused with both places")
  func errors() throws {
    func message(_ text: String) throws -> String {
      let data = try JSONEncoder().encode(["network": text])
      do {
        _ = try JSONDecoder().decode(Configuration.self, from: data)
        return "no error"
      } catch let DecodingError.dataCorrupted(context) {
        return context.codingPath.map(\.stringValue).joined() + " " + context.debugDescription
      }
    }
    let layer = try message(Self.text.replacing("dense: 3", with: "dense: -3"))
    #expect(layer.hasPrefix("network network: layers[0]"), "\(layer)")
    #expect(layer.contains("found '-3', expected a whole number"), "\(layer)")
    let key = try message(Self.text.replacing("input", with: "imput"))
    #expect(key.contains("unknown key 'imput'; did you mean input?"), "\(key)")
  }
}
