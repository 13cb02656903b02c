import Arrays
import Formats
import TestSupport
import Testing

@Suite("Arrays as text")
struct ArrayTextTests {
  /// A case of `Tests/References/printing.py`.
  struct Case: Sendable, CustomStringConvertible {
    let description: String
    let array: NDArray
    let options: ArrayTextOptions
    let text: String

    init(_ object: JSONObject) throws {
      description = try #require(object["name"]?.string)
      let dtype = try #require(
        DType.allCases.first { "\($0)" == object["dtype"]?.string })
      let shape = Shape(try #require(object.integers("shape")))
      if let count = object["range"]?.integer {
        array = NDArray.range(count).cast(to: dtype).reshaped(shape)
      } else {
        let words = try #require(object["elements"]?.array).map { try #require($0.string) }
        if dtype == .int64 {
          array = NDArray(try words.map { try #require(Int64($0)) }, shape: shape)
        } else if dtype == .bool {
          array = NDArray(words.map { $0 == "True" }, shape: shape)
        } else {
          let numbers = try words.map { try #require(Double($0)) }
          array = NDArray(numbers, shape: shape).cast(to: dtype)
        }
      }
      let given = try #require(object["options"]?.object)
      var options = ArrayTextOptions()
      if let value = given["threshold"]?.integer { options.threshold = value }
      if let value = given["edgeitems"]?.integer { options.edgeItems = value }
      if let value = given["precision"]?.integer { options.precision = value }
      if let value = given["linewidth"]?.integer { options.lineWidth = value }
      self.options = options
      text = try #require(object["text"]?.string)
    }
  }

  static let cases: [Case] = {
    do {
      let bytes = try Files.read(References.path("printing.json"), maximum: 1 << 22)
      return try JSONParser.parse(bytes, file: "printing.json").array!.map { try Case($0.object!) }
    } catch {
      fatalError("printing.json: \(error)")
    }
  }()

  @Test("are what NumPy prints")
  func reference() {
    #expect(Self.cases.count > 240)
    for item in Self.cases {
      let text = item.array.text(item.options)
      #expect(text == item.text, "\(item)")
      if item.options == ArrayTextOptions() { #expect("\(item.array)" == item.text, "\(item)") }
    }
  }

  @Test("are the same for views", arguments: [TestView.transposed, .sliced, .shifted])
  func views(view: TestView) {
    for item in Self.cases where item.array.elementCount < 5000 {
      // Other views pass through double precision, which keeps all but the largest int64.
      guard item.array.dtype != .int64, item.array.dtype != .bool else { continue }
      #expect(view.of(item.array).text(item.options) == item.text, "\(item)")
    }
  }

  @Test("of a huge array reads its edges alone")
  func huge() {
    // 10¹⁵ elements would take a week to go through.
    let one = NDArray([Float(1.5)])
    let shape: Shape = [100_000, 100_000, 100_000]
    let many = NDArray(
      storage: one.storage, shape: shape, dtype: .float32,
      layout: .strided(StridedLayout(offset: 0, strides: SIMD8(repeating: 0))))
    let text = "\(many)"
    #expect(text.hasPrefix("[[[1.5 1.5 1.5 ... 1.5 1.5 1.5]\n  [1.5 1.5"))
    #expect(text.split(separator: "\n").count == 6 * 7 + 1)
  }

  @Test("options that make no sense")
  func misuse() async {
    await #expect(processExitsWith: .failure) { _ = ArrayTextOptions(edgeItems: 0) }
    await #expect(processExitsWith: .failure) {
      var options = ArrayTextOptions()
      options.precision = -1
      _ = NDArray([1.0]).text(options)
    }
  }
}
