import Arrays
import Formats

extension Augmentation: Codable {
  enum Key: String, CodingKey, CaseIterable { case steps, border, mixup }

  /// The first number, beside those of steps, that is out of range.
  var problem: ConfigurationProblem<Key>? {
    guard let mixup, !(0.01...100).contains(mixup) else { return nil }
    return ConfigurationProblem(.mixup, mixup, "from 0.01 to 100")
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(steps, forKey: .steps)
    try container.encode(border, forKey: .border)
    try container.encodeIfPresent(mixup, forKey: .mixup)
  }

  /// Takes defaults for what is left out.
  /// - Throws: `DecodingError` with the key, what was found and what would do, for an unknown key or
  ///   step and for a number out of range.
  public init(from decoder: any Decoder) throws {
    let reader = try ConfigurationReader<Key>(decoder)
    let name = try reader.value(.border, default: Border.level.rawValue)
    guard let border = Border(rawValue: name) else {
      throw DecodingError.mismatch(
        decoder.codingPath + [Key.border], found: Excerpt.quoted(name),
        expected: "one of " + Border.allCases.map(\.rawValue).joined(separator: ", "))
    }
    self.border = border
    steps = try reader.value(.steps, default: [])
    mixup = try reader.value(.mixup, default: nil)
    try reader.refuse(problem)
  }
}

extension Augmentation.Step: Codable {
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(name.rawValue, forKey: .step)
    func encode<Bound: Encodable>(_ range: ClosedRange<Bound>, _ key: Key) throws {
      try container.encode([range.lowerBound, range.upperBound], forKey: key)
    }
    switch self {
    case .shift(let down, let right):
      try encode(down, .down)
      try encode(right, .right)
    case .rotation(let degrees), .shear(let degrees), .hue(let degrees):
      try encode(degrees, .degrees)
    case .scale(let factor), .brightness(let factor), .contrast(let factor),
      .saturation(let factor):
      try encode(factor, .factor)
    case .flip(let probability): try container.encode(probability, forKey: .probability)
    case .crop(let padding): try container.encode(padding, forKey: .padding)
    case .noise(let deviation): try encode(deviation, .deviation)
    case .cutout(let size, let count):
      try container.encode(size, forKey: .size)
      try container.encode(count, forKey: .count)
    }
  }

  /// - Throws: `DecodingError` with the key, what was found and what would do.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let text = try container.decode(String.self, forKey: .step)
    guard let name = Name(rawValue: text) else {
      throw DecodingError.mismatch(
        decoder.codingPath + [Key.step], found: Excerpt.quoted(text),
        expected: "one of " + Name.allCases.map(\.rawValue).joined(separator: ", "))
    }
    let reader = try ConfigurationReader(decoder, keys: [.step] + name.keys)
    func numbers(_ key: Key) throws -> ClosedRange<Double> {
      let ends = try container.decode([Double].self, forKey: key)
      guard ends.count == 2, ends[0] <= ends[1] else {
        throw DecodingError.mismatch(
          decoder.codingPath + [key], found: "\(ends)",
          expected: "two numbers, the least and the most")
      }
      return ends[0]...ends[1]
    }
    func pixels(_ key: Key) throws -> ClosedRange<Int> {
      let ends = try numbers(key)
      guard let least = Int(exactly: ends.lowerBound), let most = Int(exactly: ends.upperBound)
      else {
        throw DecodingError.mismatch(
          decoder.codingPath + [key], found: "[\(ends.lowerBound), \(ends.upperBound)]",
          expected: "two whole numbers of pixels, the least and the most")
      }
      return least...most
    }
    func whole(_ key: Key) throws -> Int {
      guard container.contains(key) else {
        return try container.decode(Int.self, forKey: key)  // says that it is missing
      }
      return try reader.value(key, default: 0)
    }
    switch name {
    case .shift: self = .shift(down: try pixels(.down), right: try pixels(.right))
    case .rotation: self = .rotation(degrees: try numbers(.degrees))
    case .scale: self = .scale(factor: try numbers(.factor))
    case .shear: self = .shear(degrees: try numbers(.degrees))
    case .flip: self = .flip(probability: try reader.value(.probability, default: 0.5))
    case .crop: self = .crop(padding: try whole(.padding))
    case .brightness: self = .brightness(factor: try numbers(.factor))
    case .contrast: self = .contrast(factor: try numbers(.factor))
    case .saturation: self = .saturation(factor: try numbers(.factor))
    case .hue: self = .hue(degrees: try numbers(.degrees))
    case .noise: self = .noise(deviation: try numbers(.deviation))
    case .cutout:
      self = .cutout(size: try whole(.size), count: try reader.value(.count, default: 1))
    }
    try reader.refuse(problem)
  }
}
