import Exercises
import Formats

/// The work behind `gradus quiz` and `gradus grade`.
public enum Quiz {
  /// The most questions on a paper.
  public static let mostQuestions = 100

  /// Draws a paper from the kinds of calculation and the fact cards that ship with the program.
  /// - Throws: `WorkbenchError` for an unknown topic, with the nearest known one, and for settings
  ///   out of range.
  public static func paper(_ settings: PaperSettings) throws(WorkbenchError) -> Paper {
    do {
      let source = PaperSource(try EmbeddedCourse.read(about: settings.topic))
      guard source.topics.contains(settings.topic) else {
        throw try unknown(settings.topic)
      }
      return try source.paper(settings)
    } catch let error as ExerciseError {
      throw WorkbenchError(.usage, "quiz", error.description)
    } catch {
      throw WorkbenchError(error)
    }
  }

  private static func unknown(_ topic: String) throws -> WorkbenchError {
    let known = PaperSource(try EmbeddedCourse.read()).topics
    let nearest = nearestName(topic, among: known).map { "did you mean \($0)? " } ?? ""
    return WorkbenchError(
      .usage, "topic",
      "unknown topic '\(Excerpt.short(topic))'; \(nearest)`gradus quiz --list` lists them")
  }

  /// A name that papers can be drawn about.
  public struct Topic: Sendable {
    /// The name.
    public let name: String
    /// What it is.
    public let meaning: Words
  }

  /// The names that papers can be drawn about, rows of the syllabus left out.
  /// - Throws: `WorkbenchError` where the fact cards cannot be read.
  public static func topics() throws -> [Topic] {
    let course = try EmbeddedCourse.read()
    var topics = [
      Topic(name: "exam", meaning: Words(en: "a mock examination", zh: "模拟考试")),
      Topic(name: "facts", meaning: Words(en: "statements of all lectures", zh: "全部讲次的知识点")),
    ]
    topics += ExerciseKind.all.map { Topic(name: $0.name, meaning: $0.title) }
    for lecture in course.lectures {
      topics.append(Topic(name: "L\(lecture.number)", meaning: lecture.title))
      topics += lecture.topics.map { Topic(name: $0.name, meaning: $0.title) }
    }
    var seen: Set<String> = []
    return topics.filter { seen.insert($0.name).inserted }
  }
}
