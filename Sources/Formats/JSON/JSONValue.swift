/// A JSON value (RFC 8259) whose objects keep their members' order.
///
/// Whole numbers that fit are kept apart from other numbers, so that large counts lose no digit.
/// Numbers that JSON has not are written as the strings `"nan"`, `"inf"` and `"-inf"`, and `double`
/// reads those back.
///
/// ```swift
/// let event: JSONValue = ["event": "epoch", "epoch": 1, "train": ["loss": 0.25]]
/// print(event.text())  // {"event":"epoch","epoch":1,"train":{"loss":0.25}}
/// ```
public enum JSONValue: Sendable, Hashable {
  /// Nothing: `null`.
  case null
  /// A truth value.
  case bool(Bool)
  /// A whole number, kept apart from other numbers.
  case integer(Int)
  /// Any other number, or one that JSON has not and that is written as a string.
  case number(Double)
  /// A text.
  case string(String)
  /// Values in their order.
  case array([JSONValue])
  /// Named values in their order.
  case object(JSONObject)

  /// A number with as many digits as tell this `Float` from its neighbours, not those of its
  /// expansion as a `Double`.
  public init(_ value: Float) {
    self = .number(value.isFinite ? Double(value.description) ?? Double(value) : Double(value))
  }

  /// The truth value, where this is one.
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

  /// The whole number, where this is one.
  public var integer: Int? { if case .integer(let value) = self { value } else { nil } }

  /// The number, where this is one, or one of the strings that stand for NaN and the infinities.
  public var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    case .string("nan"): .nan
    case .string("inf"): .infinity
    case .string("-inf"): -.infinity
    default: nil
    }
  }

  /// The text, where this is a string.
  public var string: String? { if case .string(let value) = self { value } else { nil } }

  /// The elements, where this is an array.
  public var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }

  /// The members, where this is an object.
  public var object: JSONObject? { if case .object(let value) = self { value } else { nil } }

  /// The member of that name, where this is an object that has one.
  public subscript(key: String) -> JSONValue? { object?[key] }

  /// What sort of value this is, for messages: `a number`, `an object`.
  public var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a truth value"
    case .integer: "a whole number"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringInterpolation,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(nilLiteral: ()) { self = .null }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(stringLiteral value: String) { self = .string(value) }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(elements.map { (key: $0.0, value: $0.1) }))
  }
}
