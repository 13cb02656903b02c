import ArgumentParser
import Formats
import Workbench

struct QuizCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quiz",
    abstract:
      "Exercise sheets with keys, mock examinations, and reviews of the course's statements.",
    discussion: """
      Example: gradus quiz network --seed 7 --count 3 --difficulty 3 --out sheet.yaml
               gradus quiz exam --seed 1 --out exam.yaml --print html --key
               gradus quiz review gradient-descent --count 10
      TOPIC is a kind of calculation, a topic, lecture or row of the course, `facts` for all
      statements, or `exam` for a whole paper; `--list` lists them. The same seed and settings give
      the same sheet, so that its key can be made again at any time: `--key` writes NAME.key.yaml
      beside NAME.yaml, or prints the key where there is no `--out`. `gradus grade` marks a sheet.

      `quiz review [TOPIC]` asks statements at growing intervals (the algorithm SM-2). Enter shows
      the answer; then grade yourself from 0, no idea, to 5, at once. What was below 4 comes again
      at the end. q or the end of the input stops.
      """)

  @Argument(help: "TOPIC, exam, or review [TOPIC].")
  var topic: [String] = []
  @Option(help: "Fixes everything that is drawn.")
  var seed: UInt64 = 0
  @Option(help: "Questions, 1 to 100: 5 where left out, 20 for a review; an exam has its own.")
  var count: Int?
  @Option(help: "From 1, one gate, to 5, two iterations or Adam.")
  var difficulty: Int = 2
  @Option(help: "full (a line for every number), headings or none.")
  var scaffold: String = "full"
  @Option(help: "en or zh.")
  var language: String = "en"
  @Option(help: "Write the sheet to this file, NAME.yaml, instead of standard output.")
  var out: String?
  @Flag(help: "Write the key too, to NAME.key.yaml; without --out print it instead of the sheet.")
  var key = false
  @Option(
    name: .customLong("print"),
    help: "html or markdown, or both with a comma: write a page to print, NAME.html, too.")
  var pages: [String] = []
  @Flag(help: "List the topics.")
  var list = false
  @Flag(help: "review: list what is due and ask nothing.")
  var due = false
  @Option(help: "review: the file of your reviews; ~/.local/state/gradus/review.json.")
  var state: String?
  @Option(help: "review: the day, such as 2026-03-01, instead of today.")
  var date: String?
  @OptionGroup var common: CommonOptions

  func run() throws {
    try common.prepare()
    let language = try choice("--language", language, Language.allCases)
    if list { return try listTopics(language) }
    guard let first = topic.first else {
      throw WorkbenchError(
        .usage, "TOPIC", "is missing, expected a topic; `gradus quiz --list` lists them")
    }
    let isReview = first == "review"
    guard topic.count <= (isReview ? 2 : 1) else {
      throw WorkbenchError(
        .usage, "TOPIC", "found \(topic.joined(separator: " ")), expected one topic")
    }
    if isReview {
      try refuse([
        (out != nil, "--out"), (key, "--key"), (!pages.isEmpty, "--print"),
        (scaffold != "full", "--scaffold"),
      ])
      return try QuizReview(
        topic: topic.dropFirst().first, count: count ?? 20, isDueOnly: due, state: state,
        date: date,
        language: language, json: common.json
      ).run()
    }
    try refuse([(due, "--due"), (state != nil, "--state"), (date != nil, "--date")])
    try draw(first, language)
  }

  private func refuse(_ options: [(isSet: Bool, name: String)]) throws {
    if let option = options.first(where: \.isSet) {
      throw WorkbenchError(
        .usage, option.name,
        topic.first == "review" ? "is for sheets, not for reviews" : "is for `quiz review`")
    }
  }

  private func listTopics(_ language: Language) throws {
    let topics = try Quiz.topics()
    if common.json {
      Output.print(
        json: .array(
          topics.map {
            ["topic": .string($0.name), "meaning": .string($0.meaning.text(language))]
          }))
      return
    }
    print(Text.table(["topic", "about"], topics.map { [$0.name, $0.meaning.text(language)] }))
    print("\nRows of the syllabus, such as L5.6, are topics too.")
  }

  // MARK: Sheets

  private func draw(_ topic: String, _ language: Language) throws {
    let formats = try pages.flatMap { $0.split(separator: ",") }.map { name in
      let format = try choice("--print", String(name), [SolutionFormat.html, .markdown])
      return (format: format, ending: format == .html ? "html" : "md")
    }
    guard formats.isEmpty || out != nil else {
      throw WorkbenchError(
        .usage, "--print", "expected --out NAME.yaml, which gives the pages' name")
    }
    try check("--count", count ?? 5, 1...Quiz.mostQuestions)
    try check("--difficulty", difficulty, 1...5)
    let paper = try Quiz.paper(
      PaperSettings(
        topic: topic, seed: seed, count: count ?? 5, difficulty: difficulty,
        scaffold: try choice("--scaffold", scaffold, PaperSettings.Scaffold.allCases),
        language: language))
    let sheet = Sheet(paper)
    if let out {
      let name = [".yaml", ".yml"].first { out.hasSuffix($0) }.map {
        String(out.dropLast($0.count))
      }
      for isKey in key ? [false, true] : [false] {
        let stem = (name ?? out) + (isKey ? ".key" : "")
        try write(sheet.yaml(isKey: isKey), to: isKey ? stem + ".yaml" : out)
        for (format, ending) in formats {
          let page = PaperDocument(paper, isKey: isKey).solution
            .rendered(format, language: language)
          try write(page, to: "\(stem).\(ending)")
        }
      }
    }
    if common.json {
      Output.print(json: sheet.json(isKey: key))
    } else if out == nil {
      print(sheet.yaml(isKey: key), terminator: "")
    }
  }

  private func check(_ option: String, _ value: Int, _ range: ClosedRange<Int>) throws {
    guard range.contains(value) else {
      throw WorkbenchError(
        .usage, option,
        "found \(value), expected from \(range.lowerBound) to \(range.upperBound)")
    }
  }

  private func write(_ text: String, to file: String) throws {
    try AtomicFile.write(text, to: file)
    if !common.json { Output.note("wrote \(file)") }
  }
}
