import Arrays
import Formats
import Testing

@Suite struct CSVTests {
  private func table(
    _ text: String, _ options: CSVOptions = CSVOptions(), file: String = "digits.csv"
  ) throws -> CSVTable {
    try CSV.decode(Array(text.utf8), options, file: file)
  }

  @Test func numbersWithoutAHeader() throws {
    let table = try table("1,2.5,-3e2\n.5,+6.,7E-1\n")
    #expect(table.features.shape == [2, 3] && table.features.dtype == .float32)
    #expect(table.features.elements(as: Float.self) == [1, 2.5, -300, 0.5, 6, 0.7])
    #expect(table.names == [] && table.labels == nil && table.classes == [])
  }

  @Test func numbersOfManyDigits() throws {
    let texts = [
      "12345678901234567890.", ".12345678901234567890", "-0.000000000000000000000000000001e30",
      "1e-400", "179769313486231570000e288", "0.1e1", "4.9406564584124654e-324", "-0",
    ]
    let values = [
      12_345_678_901_234_567_168, 0.1234567890123456789, -1, 0, 1.7976931348623157e308, 1,
      Double.leastNonzeroMagnitude,
    ]
    let row = texts.joined(separator: ",")
    let numbers = try table(row, CSVOptions(dtype: .float64)).features.elements(as: Double.self)
    #expect(Array(numbers.dropLast()) == values)
    #expect(numbers[7].sign == .minus)
  }

  @Test func headerQuotesAndLineEnds() throws {
    let options = CSVOptions(labels: .classes(.name("what, then?")), dtype: .float64)
    let text =
      "\u{FEFF}\"a\",\"what, then?\",\"b \"\"quoted\"\"\nand more\"\r\n"
      + " 1 ,7,\"2\"\r\n3,\"8\",\t4.25\r\n\r\n\n"
    let table = try table(text, options)
    #expect(table.names == ["a", "b \"quoted\"\nand more"])
    #expect(table.features.elements(as: Double.self) == [1, 2, 3, 4.25])
    #expect(table.labels?.elements(as: Int32.self) == [7, 8])
    #expect(table.classes == [])
  }

  @Test func textClassesAreSorted() throws {
    let options = CSVOptions(labels: .classes(.index(-1)))
    let text = "5.1,virginica\n4.9,setosa\n6,\" spaced \"\n7,setosa"
    let table = try table(text, options)
    #expect(table.classes == [" spaced ", "setosa", "virginica"])
    #expect(table.labels?.elements(as: Int32.self) == [2, 1, 0, 1])
    #expect(table.features.shape == [4, 1])
  }

  @Test func negativeNumbersAreClassesByTheirOrder() throws {
    let table = try table("1,1\n2,-1\n3,1.0\n", CSVOptions(labels: .classes(.index(1))))
    #expect(table.classes == ["-1", "1"])
    #expect(table.labels?.elements(as: Int32.self) == [1, 0, 1])
  }

  @Test func classesKnownBefore() throws {
    let options = CSVOptions(labels: .classes(.index(0)), classes: ["no", "yes", "maybe"])
    let table = try table("yes,1\nno,2\n", options)
    #expect(table.classes == ["no", "yes", "maybe"])
    #expect(table.labels?.elements(as: Int32.self) == [1, 0])
  }

  @Test func valuesToPredict() throws {
    let options = CSVOptions(labels: .values(.name("y")), delimiter: ";")
    let table = try table("x;y\n1;0.5\n2;-1.25\n", options)
    #expect(table.labels?.dtype == .float32)
    #expect(table.labels?.elements(as: Float.self) == [0.5, -1.25])
    #expect(table.names == ["x"])
  }

  @Test func theHeaderCanBeStated() throws {
    let with = try table("0,1\n2,3\n", CSVOptions(header: .present))
    #expect(with.names == ["0", "1"] && with.features.elements(as: Float.self) == [2, 3])
    let without = try table("0,1\n2,3\n", CSVOptions(header: .absent))
    #expect(without.features.shape == [2, 2])
  }

  @Test func errorsNameLineAndColumn() {
    let labels = CSVOptions(labels: .classes(.index(1)))
    let named = CSVOptions(labels: .classes(.name("label")))
    let known = CSVOptions(labels: .classes(.index(1)), classes: ["0", "1"])
    let narrow = CSVOptions(maximumFieldBytes: 4, maximumColumns: 2)
    let one = CSVOptions(labels: .classes(.index(1)), maximumClasses: 1)
    let plain = CSVOptions()
    let table: [(String, CSVOptions, String)] = [
      ("", plain, "found no rows, expected at least one row of numbers"),
      ("a,b\n", plain, "found a header and no rows, expected at least one row of numbers"),
      ("\n1,2\n", plain, "line 1: found an empty line, expected a row"),
      ("1,2\n\n3,4\n", plain, "line 2: found an empty line, expected a row, or nothing more"),
      ("a,b\n1,2\n3,nan\n", plain, "line 3, column 2: found \"nan\", expected a finite number"),
      ("1,NaN\n", plain, "line 1, column 2: found \"NaN\", expected a finite number"),
      ("nan,inf\n", plain, "line 1, column 1: found \"nan\", expected a finite number"),
      ("1,-Infinity", plain, "line 1, column 2: found \"-Infinity\", expected a finite number"),
      ("1,1e39", plain, "line 1, column 2: found \"1e39\", expected a finite number"),
      ("1,0x10", plain, "line 1, column 2: found \"0x10\", expected a finite number"),
      ("1,2,\n", plain, "line 1, column 3: found an empty field, expected a finite number"),
      ("1,  \n", plain, "line 1, column 2: found an empty field, expected a finite number"),
      ("1,\"\"", plain, "line 1, column 2: found an empty field, expected a finite number"),
      (
        "1,2", CSVOptions(dtype: .int32),
        "found the type int32 asked for, expected float32 or float64"
      ),
      (
        "1,2", CSVOptions(delimiter: "\""),
        "found the delimiter \"\\\"\", expected an ASCII character such as a comma, a semicolon "
          + "or a tab"
      ),
      ("1,2\n3\n", plain, "line 2: found 1 field, expected 2, as in line 1"),
      ("1,2\n3,4,5,6\n", plain, "line 2: found 4 fields, expected 2, as in line 1"),
      (
        "1,2\n3,a\"b\"\n", plain,
        "line 2, column 2: found a quotation mark within a field, "
          + "expected quotation marks around the whole field, and two for one inside"
      ),
      (
        "1,\"2\"x\n", plain,
        "line 1, column 2: found \"x\" after a closing quotation mark, "
          + "expected a delimiter or the end of the row"
      ),
      (
        "1,2\n\"3,4\n", plain,
        "line 2, column 1: found the end of the file within quotation marks, expected a closing one"
      ),
      (
        "1,2\r3,4\r", plain,
        "line 1, column 2: found a carriage return without a line feed, "
          + "expected CR LF or LF between rows"
      ),
      ("1,12345", narrow, "line 1, column 2: found a field of 5 bytes, expected at most 4"),
      ("1,2,3", narrow, "line 1: found more than 2 fields, expected at most 2"),
      ("1,\n", labels, "line 1, column 2: found an empty field, expected a label"),
      ("1,2\n3,nan", labels, "line 2, column 2: found \"nan\", expected a label"),
      (
        "1,2\n3,4", one,
        "line 2, column 2: found one more than 1 different label, expected at most so many classes"
      ),
      ("1,2\n", known, "line 1, column 2: found \"2\", expected one of the classes \"0\", \"1\""),
      (
        "1\n", labels,
        "line 1: found 1 column, none of them number 1, expected a label column from -1 to 0"
      ),
      (
        "1\n2\n", CSVOptions(labels: .classes(.index(0))),
        "line 1: found the label column alone, expected at least one column of features beside it"
      ),
      (
        "1,2\n", named,
        "line 1: found no header row, expected one that names the label column \"label\""
      ),
      ("a,b\n1,2\n", named, "line 1: found no column \"label\", expected one of \"a\", \"b\""),
      (
        "label,label\n1,2\n", named,
        "line 1: found 2 columns \"label\", expected one, to take as label"
      ),
      (
        "0,label\n1,7\n2,8\n", labels,
        "line 1, column 2: found \"label\", expected a whole number as in the rows below, "
          + "or the statement that the first row is a header"
      ),
    ]
    for (text, options, expected) in table {
      #expect(message { _ = try self.table(text, options) } == "digits.csv: \(expected)")
    }
  }

  @Test func bytesThatAreNoTextAreNamed() {
    let options = CSVOptions(labels: .classes(.index(0)))
    let table: [([UInt8], String)] = [
      (
        [0xFF, 0xFE, 0x31, 0x00],
        "byte 0: found the byte order mark of UTF-16, expected text in UTF-8"
      ),
      (
        Array("1,2\n".utf8) + [0xC3, 0x28] + Array(",3".utf8),
        "line 2, column 1: found bytes that are not UTF-8, expected text in UTF-8"
      ),
      (
        Array("1,2\n1,".utf8) + [0x1B, 0x5B],
        "line 2, column 2: found \"\\u{1b}[\", expected a finite number"
      ),
    ]
    for (bytes, expected) in table {
      #expect(message { _ = try CSV.decode(bytes, options, file: "a.csv") } == "a.csv: \(expected)")
    }
  }

  @Test func aCompressedFile() throws {
    let folder = TemporaryFolder()
    try AtomicFile.write(Gzip.compress(Array("1,2\n3,4\n".utf8)), to: folder.file("a.csv.gz"))
    #expect(
      try CSV.read(folder.file("a.csv.gz")).features.elements(as: Float.self) == [1, 2, 3, 4])
    #expect(
      message { _ = try CSV.read(folder.file("b.csv")) }
        == "\(folder.path)/b.csv: found no such file, expected a file")
  }
}
