import ArgumentParser
import Formats
import Workbench

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Data sets: what there is, where it comes from, and how to get it.",
    discussion: """
      Example: gradus data install cifar10
      DATA is a name or a path: a folder with IDX files as MNIST has them, with CIFAR-10's batches, or
      with images as CLASS/*.jpg or train/CLASS/*.png with test/… and val/…; a CSV or TSV file, or
      records of CIFAR-10 (.bin), each with .gz or without.
      """,
    subcommands: [List.self, Info.self, Install.self], defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "All data sets known by name.", discussion: "Example: gradus data list")

    @OptionGroup var common: CommonOptions

    func run() throws {
      try common.prepare()
      if common.json {
        Output.print(json: .array(DataCatalog.entries.map(DataCommand.json)))
        return
      }
      print(
        Text.table(
          ["name", "samples", "what", "where"],
          DataCatalog.entries.map {
            [
              $0.name, Text.grouped($0.count), $0.summary,
              DataCommand.place($0) ?? "not installed",
            ]
          }, right: [1]))
    }
  }

  struct Info: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Source, licence, sizes and place of a data set, or of the files at a path.",
      discussion: "Example: gradus data info digits")

    @Argument(help: "A name or path.") var data: String
    @Option(help: "What a damaged image file does: stop, or skip to go on without it. [stop]")
    var corruptImages: String?
    @OptionGroup var common: CommonOptions

    func run() throws {
      try common.prepare()
      guard let entry = DataCatalog.entries.first(where: { $0.name == data }) else {
        let corrupt = try corruptImages.map(CorruptImages.named) ?? .stop
        let splits = try DataCatalog.splits(data, images: ImageOptions(corrupt: corrupt))
        let parts = [
          ("train", splits.train), ("validation", splits.validation), ("test", splits.test),
        ]
        if common.json {
          Output.print(
            json: .object(
              JSONObject(
                [
                  (key: "name", value: JSONValue.string(splits.name)),
                  (key: "shape", value: DataCommand.json(splits.train.sampleShape)),
                  (key: "classes", value: .array(splits.classNames.map { .string($0) })),
                ] + parts.map { (key: $0.0, value: .integer($0.1.count)) })))
          return
        }
        print(
          "\(splits.name): samples \(splits.train.sampleShape), "
            + parts.map { "\($0.0) \($0.1.count)" }.joined(separator: ", "))
        print("classes: \(splits.classNames.joined(separator: ", "))")
        return
      }
      if common.json {
        Output.print(json: DataCommand.json(entry))
        return
      }
      print(
        """
        \(entry.name): \(entry.summary)
        samples   \(entry.sampleShape); train \(entry.trainCount), validation \
        \(entry.validationCount), test \(entry.testCount)
        classes   \(entry.classNames.joined(separator: ", "))
        source    \(entry.source)
        licence   \(entry.licence)
        where     \(DataCommand.place(entry) ?? "not installed: \(DataCatalog.advice(for: entry))")
        """)
    }
  }

  struct Install: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Get a data set and verify it.",
      discussion: """
        Example: gradus data install mnist
        fashion-mnist comes as a Debian package, mnist and cifar10 by curl into $GRADUS_DATA or
        ~/.local/share/gradus. After a cut connection the same command goes on.
        """)

    @Argument(help: "A data set's name.") var data: String
    @OptionGroup var common: CommonOptions

    func run() throws {
      try common.prepare()
      let place = try DataCatalog.install(data) { Output.note($0) }
      if common.json {
        Output.print(
          json: ["name": .string(data), "place": place.map { .string($0) } ?? "embedded"])
      } else {
        print("\(data): \(place ?? "embedded, nothing to install")")
      }
    }
  }

  static func place(_ entry: CatalogEntry) -> String? {
    entry.installation == .embedded ? "embedded" : DataCatalog.location(of: entry)
  }

  private static func json(_ shape: Shape) -> JSONValue { .array(shape.map { .integer($0) }) }

  static func json(_ entry: CatalogEntry) -> JSONValue {
    [
      "name": .string(entry.name), "summary": .string(entry.summary),
      "source": .string(entry.source), "licence": .string(entry.licence),
      "shape": json(entry.sampleShape),
      "classes": .array(entry.classNames.map { .string($0) }),
      "train": .integer(entry.trainCount), "validation": .integer(entry.validationCount),
      "test": .integer(entry.testCount),
      "place": place(entry).map { .string($0) } ?? .null,
    ]
  }
}
