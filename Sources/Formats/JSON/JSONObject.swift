/// The members of a JSON object in their order, each name once.
///
/// Names are compared as Swift compares strings: two that differ only in how they compose a letter
/// with its accent are the same.
public struct JSONObject: Sendable, ExpressibleByDictionaryLiteral, RandomAccessCollection {
  /// A name and its value.
  public typealias Element = (key: String, value: JSONValue)

  private var members: [Element] = []
  /// Where each name stands; made when there are enough members to pay for it.
  private var places: [String: Int]?
  private static let fewMembers = 8

  /// An object without members.
  public init() {}

  /// An object with the given members in this order; a later one replaces an earlier of its name.
  public init(_ members: some Sequence<Element>) {
    for (key, value) in members { self[key] = value }
  }

  /// An object with the given members in this order.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    for (key, value) in elements { self[key] = value }
  }

  /// 0.
  public var startIndex: Int { 0 }
  /// The number of members.
  public var endIndex: Int { members.count }
  /// The member at a place from 0.
  public subscript(position: Int) -> Element { members[position] }

  /// The names in their order.
  public var keys: [String] { members.map(\.key) }

  /// The value of a name. Setting appends a new name at the end and replaces a known one in its
  /// place; setting nil removes it.
  public subscript(key: String) -> JSONValue? {
    get { place(of: key).map { members[$0].value } }
    set {
      switch (place(of: key), newValue) {
      case (let place?, let value?): members[place].value = value
      case (nil, let value?): append(key, value)
      case (let place?, nil):
        members.remove(at: place)
        places = nil
        if members.count > Self.fewMembers { index() }
      case (nil, nil): break
      }
    }
  }

  /// Adds a member at the end, unless the name is there already; returns whether it was added.
  mutating func appendNew(_ key: String, _ value: JSONValue) -> Bool {
    if place(of: key) != nil { return false }
    append(key, value)
    return true
  }

  private mutating func append(_ key: String, _ value: JSONValue) {
    members.append((key, value))
    if places != nil {
      places?[key] = members.count - 1
    } else if members.count > Self.fewMembers {
      index()
    }
  }

  private mutating func index() {
    places = Dictionary(
      members.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
  }

  private func place(of key: String) -> Int? {
    if let places { return places[key] }
    return members.firstIndex { $0.key == key }
  }
}

extension JSONObject: Hashable {
  /// Whether both have the same members in the same order.
  public static func == (a: JSONObject, b: JSONObject) -> Bool {
    a.members.count == b.members.count
      && zip(a.members, b.members).allSatisfy { $0.key == $1.key && $0.value == $1.value }
  }

  public func hash(into hasher: inout Hasher) {
    for (key, value) in members {
      hasher.combine(key)
      hasher.combine(value)
    }
  }
}
