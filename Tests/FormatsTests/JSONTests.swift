import Formats
import Testing

@Suite struct JSONTests {
  @Test func valuesOfEverySort() throws {
    let text = """
      {"name": "Größe \\u00e9\\n\\uD83D\\uDE00", "whole": -12, "number": 2.5e-3,
       "list": [true, false, null, [], {}], "large": 9007199254740993}
      """
    let value = try JSONParser.parse(text)
    #expect(value["name"]?.string == "Größe é\n😀")
    #expect(value["whole"]?.integer == -12)
    #expect(value["number"]?.double == 0.0025)
    #expect(value["large"]?.integer == 9_007_199_254_740_993)
    #expect(value["list"] == [true, false, nil, [], [:]])
    #expect(value.object?.keys == ["name", "whole", "number", "list", "large"])
    #expect(value["none"] == nil)
  }

  @Test func textAndBack() throws {
    let value: JSONValue = [
      "numbers": [0, -1, 1.5, 1e-7, 1e300, -0.0, 5.0], "text": "\"\\/\u{8}\u{1}\u{7F}\t€",
      "nested": [["a": nil], ["b": [[1, 2], [3, 4]]]], "empty": [[:], []],
    ]
    #expect(try JSONParser.parse(value.text()) == value)
    #expect(try JSONParser.parse(value.text(pretty: true)) == value)
    #expect(
      value.text() == #"{"numbers":[0,-1,1.5,1e-07,1e+300,-0.0,5.0],"#
        + #""text":"\"\\/\b\u0001\u007f\t€","nested":[{"a":null},{"b":[[1,2],[3,4]]}],"#
        + #""empty":[{},[]]}"#)
  }

  @Test func prettyText() {
    let value: JSONValue = [
      "shape": [64, 10], "rows": [[1, 2], [3, 4]], "none": [:], "layers": [["kind": "dense"]],
    ]
    #expect(
      value.text(pretty: true) == """
        {
          "shape": [64, 10],
          "rows": [
            [1, 2],
            [3, 4]
          ],
          "none": {},
          "layers": [
            {
              "kind": "dense"
            }
          ]
        }
        """)
  }

  @Test func numbersThatJSONHasNot() throws {
    let value: JSONValue = [.number(.nan), .number(.infinity), .number(-.infinity)]
    #expect(value.text() == #"["nan","inf","-inf"]"#)
    let back = try JSONParser.parse(value.text()).array ?? []
    #expect(back[0].double?.isNaN == true)
    #expect(back[1].double == .infinity && back[2].double == -.infinity)
  }

  @Test func singlePrecisionKeepsItsDigits() {
    #expect(JSONValue(0.1 as Float).text() == "0.1")
    #expect(JSONValue(Float.greatestFiniteMagnitude).text() == "3.4028235e+38")
    #expect(JSONValue(Float.nan).text() == "\"nan\"")
  }

  @Test func decimalNumbersAreTheNearest() throws {
    for text in [
      "0.1", "123456789012345678", "0.30000000000000004", "1e22", "1e23", "8.5e-5",
      "2.2250738585072011e-308", "5e-324", "1.7976931348623157e308", "123456789012345.6e10",
      "0.000000000000000000000000000001", "100000000000000000000000000000.25",
      "9223372036854775808", "-9223372036854775809", "1e-400",
    ] {
      #expect(try JSONParser.parse(text).double == Double(text), "\(text)")
    }
    var state: UInt64 = 1
    for _ in 0..<20_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value = Double(bitPattern: state)
      if value.isFinite {
        #expect(try JSONParser.parse(value.description).double == value)
      }
      let short = Double(Int64(bitPattern: state) >> 30) / 1e4
      #expect(try JSONParser.parse(short.description).double == short)
    }
  }

  @Test func errorsNameThePlace() {
    let deep = String(repeating: "[", count: 100)
    let table: [(String, String)] = [
      ("", "line 1, column 1: found the end of the text, expected a value"),
      ("{\n  \"a\": 1,\n}", "line 3, column 1: found \"}\", expected a name in quotation marks"),
      ("[1 2]", "line 1, column 4: found \"2\", expected \",\" or \"]\""),
      ("{\"a\" 1}", "line 1, column 6: found \"1\", expected \":\""),
      ("{\"a\": 1 \"b\"}", "line 1, column 9: found \"\\\"\", expected \",\" or \"}\""),
      ("[1] x", "line 1, column 5: found \"x\", expected the end of the text"),
      ("nul", "line 1, column 1: found \"n\", expected null"),
      ("NaN", "line 1, column 1: found \"N\", expected a value"),
      ("01", "line 1, column 2: found \"1\", expected no digit after a leading zero"),
      ("1.", "line 1, column 3: found the end of the text, expected a digit"),
      ("-", "line 1, column 2: found the end of the text, expected a digit"),
      ("1e+", "line 1, column 4: found the end of the text, expected a digit"),
      (
        "[1e999]",
        "line 1, column 2: found \"1e999\", expected a number of magnitude at most 1.8e308"
      ),
      ("\"abc", "line 1, column 5: found the end of the text, expected a closing quotation mark"),
      ("\"a\nb\"", "line 1, column 3: found \"\\n\", expected an escape such as \\n"),
      (
        "\"\\x\"",
        "line 1, column 3: found \"x\", expected one of \" \\ / b f n r t u after a backslash"
      ),
      ("\"\\u12G4\"", "line 1, column 6: found \"G\", expected four hexadecimal digits"),
      (
        "\"é\\uD800\"",
        "line 1, column 3: found half of a surrogate pair, expected a whole character"
      ),
      (
        "\"\\uDC00\"",
        "line 1, column 2: found half of a surrogate pair, expected a whole character"
      ),
      (
        "\"\\uD83D\\u0041\"",
        "line 1, column 2: found half of a surrogate pair, expected a whole character"
      ),
      (
        "{\"a\": 1, \"\\u0061\": 2}",
        "line 1, column 10: found the name \"a\" a second time, expected each name once"
      ),
      (deep, "line 1, column 65: found more than 64 levels of nesting, expected at most 64"),
      ("\u{FEFF}{}", "line 1, column 1: found \"\\u{feff}\", expected a value"),
    ]
    for (text, expected) in table {
      #expect(message { _ = try JSONParser.parse(text, file: "a.json") } == "a.json: \(expected)")
    }
  }

  @Test func bytesThatAreNoTextAreNamed() {
    let table: [([UInt8], String)] = [
      ([0xFF], "line 1, column 1: found byte 0xff, expected a value"),
      (
        [0x22, 0xC3, 0x28, 0x22],
        "line 1, column 1: found a string whose bytes are not UTF-8, expected UTF-8"
      ),
      (  // an over-long encoding of "/"
        [0x22, 0xC0, 0xAF, 0x22],
        "line 1, column 1: found a string whose bytes are not UTF-8, expected UTF-8"
      ),
      (
        [0x22, 0xED, 0xA0, 0x80, 0x5C, 0x6E, 0x22],
        "line 1, column 1: found a string whose bytes are not UTF-8, expected UTF-8"
      ),
      ([0x5B, 0xE2, 0x82], "line 1, column 2: found byte 0xe2, expected a value"),
    ]
    for (bytes, expected) in table {
      #expect(message { _ = try JSONParser.parse(bytes, file: "a.json") } == "a.json: \(expected)")
    }
  }

  @Test func theNumberOfValuesIsLimited() {
    let limits = JSONParser.Limits(depth: 2, values: 3)
    #expect(message { _ = try JSONParser.parse("[[1]]", limits: limits) } == "no error")
    #expect(
      message { _ = try JSONParser.parse("[1,2,3]", limits: limits) }
        == "JSON: line 1, column 6: found more than 3 values, expected at most 3")
  }

  @Test func files() throws {
    let folder = TemporaryFolder()
    let path = folder.file("a.json")
    try AtomicFile.write("{\"a\": [1]}\n", to: path)
    #expect(try JSONParser.read(path) == ["a": [1]])
    try AtomicFile.write("{\"a\": [1}", to: path)
    #expect(
      message { _ = try JSONParser.read(path) }
        == "\(path): line 1, column 9: found \"}\", expected \",\" or \"]\"")
  }

  @Test func objectsKeepTheirOrder() {
    var object: JSONObject = ["b": 1, "a": 2]
    for index in 0..<20 { object["k\(index)"] = .integer(index) }
    object["a"] = 3
    object["b"] = nil
    object["k5"] = nil
    #expect(object.keys.first == "a" && object.count == 20)
    #expect(object["a"] == 3 && object["k19"] == 19 && object["k5"] == nil && object["b"] == nil)
    object["b"] = 4
    #expect(object.keys.last == "b")
    #expect(object.map(\.key) == object.keys)
    let other: JSONObject = ["x": 1, "y": 2]
    #expect(other != ["y": 2, "x": 1] && other == ["x": 1, "y": 2])
    #expect(other.hashValue == (["x": 1, "y": 2] as JSONObject).hashValue)
  }
}
