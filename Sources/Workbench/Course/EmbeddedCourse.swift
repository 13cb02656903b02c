import CFactCards
@_exported import Exercises

/// The course's fact cards that ship with the program.
public enum EmbeddedCourse {
  /// How many lectures there are.
  static var count: Int { gradus_fact_lectures() }

  /// What messages call a lecture's file.
  static func file(_ lecture: Int) -> String {
    "Course/Facts/L\(lecture < 10 ? "0" : "")\(lecture).yaml"
  }

  /// The text of a lecture's file.
  static func text(_ lecture: Int) -> String {
    let bytes = UnsafeBufferPointer(
      start: gradus_fact_cards(lecture), count: gradus_fact_cards_size(lecture))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The whole course.
  /// - Throws: `WorkbenchError` with the file and the place in it.
  public static func read() throws -> Course {
    try CourseReader.course((1...count).map { (text($0), file($0)) })
  }

  /// The lectures that can have to do with a topic, a lecture or a row: those that have a topic of
  /// that name or a row that begins with it. `exam` and `facts` take the whole course.
  ///
  /// Groups of wrong choices do not reach from one lecture to another, so that questions are the
  /// same as from the whole course.
  /// - Throws: `WorkbenchError` with the file and the place in it.
  public static func read(about topic: String) throws -> Course {
    if topic == "exam" || topic == "facts" { return try read() }
    let marks = ["\n  \(topic):", "row: \(topic)"].map { Array($0.utf8) }
    let texts = (1...count).filter { lecture in
      topic == "L\(lecture)" || marks.contains { contains($0, lecture: lecture) }
    }
    return try CourseReader.course(texts.map { (text($0), file($0)) })
  }

  /// The cards about a topic, a lecture such as `L5` or a row such as `L5.6`; nil where there are
  /// none.
  /// - Throws: `WorkbenchError` with the file and the place in it.
  public static func facts(about name: String) throws -> FactsDocument? {
    if name == "exam" || name == "facts" { return nil }
    return FactsDocument(about: name, in: try read(about: name))
  }

  /// The same, with an error for a name that nothing is known by.
  ///
  /// - Parameters:
  ///   - name: The topic, lecture or row.
  ///   - what: What messages call it.
  ///   - others: Other names that would do.
  /// - Throws: `WorkbenchError` with the nearest name that is known.
  public static func facts(
    about name: String, what: String, others: [String] = []
  ) throws -> FactsDocument {
    if let facts = try facts(about: name) { return facts }
    let course = try read()
    throw WorkbenchError.unknown(
      what, name,
      among: others + course.topics.map(\.name) + course.lectures.map { "L\($0.number)" })
  }

  /// A course of some texts of fact cards.
  ///
  /// - Parameter texts: Each with the name that messages give it.
  /// - Throws: `WorkbenchError` with the file and the place in it.
  package static func read(texts: [(text: String, file: String)]) throws -> Course {
    try CourseReader.course(texts)
  }

  /// Whether some bytes stand in a lecture's file.
  private static func contains(_ wanted: [UInt8], lecture: Int) -> Bool {
    let bytes = UnsafeBufferPointer(
      start: gradus_fact_cards(lecture), count: gradus_fact_cards_size(lecture))
    guard bytes.count >= wanted.count else { return false }
    for start in 0...(bytes.count - wanted.count) where bytes[start] == wanted[0] {
      if wanted.indices.allSatisfy({ bytes[start + $0] == wanted[$0] }) { return true }
    }
    return false
  }
}
