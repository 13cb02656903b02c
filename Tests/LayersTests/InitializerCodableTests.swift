import Foundation
import Layers
import Testing

@Suite("Initializers as JSON")
struct InitializerCodableTests {
  private static let spelt: [(Initializer, String)] = [
    (.zeros, #""zeros""#), (.ones, #""ones""#), (.xavierUniform, #""xavier-uniform""#),
    (.xavierNormal, #""xavier-normal""#), (.heNormal, #""he-normal""#),
    (.heUniform, #""he-uniform""#), (.inverseRootUniform, #""inverse-root-uniform""#),
    (.orthogonal(gain: 1), #""orthogonal""#), (.orthogonal(gain: 2), #"{"orthogonal":2}"#),
    (.constant(0.5), #"{"constant":0.5}"#), (.uniform(low: -1, high: 2), #"{"uniform":[-1,2]}"#),
    (.normal(mean: 0, standardDeviation: 0.25), #"{"normal":[0,0.25]}"#),
  ]

  @Test("are spelt as in network files, and come back")
  func roundTrip() throws {
    for (value, text) in Self.spelt {
      #expect(String(decoding: try JSONEncoder().encode(value), as: UTF8.self) == text)
      #expect(try JSONDecoder().decode(Initializer.self, from: Data(text.utf8)) == value)
    }
  }

  @Test("nothing that no numbers can be drawn by")
  func errors() {
    let names =
      "zeros, ones, xavier-uniform, xavier-normal, he-normal, he-uniform, inverse-root-uniform, "
      + "orthogonal"
    let table: [(String, String)] = [
      (#""xavier""#, "found 'xavier', expected one of \(names)"),
      (
        #"{"uniform": [1, 1]}"#, "found [1.0, 1.0], expected [low, high] with low below high"
      ),
      (#"{"uniform": [1]}"#, "found [1.0], expected [low, high] with low below high"),
      (
        #"{"normal": [0, -1]}"#,
        "found [0.0, -1.0], expected [mean, deviation] with a deviation of at least 0"
      ),
      (
        #"{"constant": 1, "orthogonal": 1}"#,
        "found no name of an initialiser, expected one, or a mapping with one of constant, uniform, "
          + "normal, orthogonal"
      ),
      (
        "{}",
        "found no name of an initialiser, expected one, or a mapping with one of constant, uniform, "
          + "normal, orthogonal"
      ),
    ]
    for (text, message) in table {
      do {
        let value = try JSONDecoder().decode(Initializer.self, from: Data(text.utf8))
        Issue.record("\(text) gave \(value)")
      } catch let DecodingError.dataCorrupted(context) {
        #expect(context.debugDescription == message)
      } catch {
        Issue.record("\(text): \(error)")
      }
    }
  }
}
