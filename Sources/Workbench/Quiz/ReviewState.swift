import Exercises
import Formats
import Foundation

/// What a user has reviewed, in a file of the user's.
public struct ReviewState: Sendable {
  /// The file's path.
  public let file: String
  /// By the cards' names in the file's order, those too that no course has any longer.
  private var cards: JSONObject

  /// Largest file that is read.
  private static let largest = 1 << 24

  /// `$XDG_STATE_HOME/gradus/review.json`, or `~/.local/state/gradus/review.json` where that is not
  /// set.
  public static var defaultFile: String {
    let environment = ProcessInfo.processInfo.environment
    let home = environment["HOME"] ?? NSHomeDirectory()
    let state = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    return (state ?? home + "/.local/state") + "/gradus/review.json"
  }

  /// Reads a file; nothing is reviewed where there is none.
  /// - Parameter file: Its path.
  /// - Throws: `WorkbenchError` with the place of what is not as it is written.
  public init(file: String) throws {
    self.file = file
    cards = JSONObject()
    guard FileManager.default.fileExists(atPath: file) else { return }
    let value: JSONValue
    do {
      value = try JSONParser.read(file, maximum: Self.largest)
    } catch {
      throw WorkbenchError(error)
    }
    guard value["format"]?.integer == 1, let found = value["cards"]?.object else {
      throw WorkbenchError(
        .input, file, "found no reviews as `gradus quiz review` writes them, expected format 1")
    }
    cards = found
    for (name, value) in found { _ = try Self.item(value, "\(file): cards.\(name)") }
  }

  /// A card's item; nil where it has not been reviewed.
  public subscript(_ card: String) -> ReviewItem? {
    get { cards[card].flatMap { try? Self.item($0, file) } }
    set {
      cards[card] = newValue.map { item in
        [
          "repetitions": .integer(item.repetitions), "interval": .integer(item.interval),
          "ease": .number(item.easeFactor), "due": .integer(item.due),
        ]
      }
    }
  }

  private static func item(_ value: JSONValue, _ place: String) throws -> ReviewItem {
    func integer(_ key: String, _ range: ClosedRange<Int>) throws -> Int {
      guard let number = value[key]?.integer, range.contains(number) else {
        throw WorkbenchError(
          .input, "\(place).\(key)",
          "found \(value[key]?.text() ?? "nothing"), expected a whole number from "
            + "\(range.lowerBound) to \(range.upperBound)")
      }
      return number
    }
    guard let ease = value["ease"]?.double, (ReviewItem.smallestEaseFactor...100).contains(ease)
    else {
      throw WorkbenchError(
        .input, "\(place).ease",
        "found \(value["ease"]?.text() ?? "nothing"), expected a number from "
          + "\(ReviewItem.smallestEaseFactor) to 100")
    }
    return ReviewItem(
      repetitions: try integer("repetitions", 0...1_000_000),
      interval: try integer("interval", 0...ReviewItem.longestInterval), easeFactor: ease,
      due: try integer("due", -3_000_000...3_000_000))
  }

  /// Writes the file whole or not at all.
  /// - Throws: `WorkbenchError` with the system's reason.
  public func write() throws {
    let folder = (file as NSString).deletingLastPathComponent
    do {
      if !folder.isEmpty {
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true)
      }
    } catch {
      throw WorkbenchError(
        .output, folder, "the folder cannot be made: \(error.localizedDescription)")
    }
    do {
      let value: JSONValue = ["format": 1, "cards": .object(cards)]
      try AtomicFile.write(value.text(pretty: true) + "\n", to: file)
    } catch {
      throw WorkbenchError(error)
    }
  }
}
