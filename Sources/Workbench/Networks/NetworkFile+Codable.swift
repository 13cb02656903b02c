/// A network file within another file: its text, as one string.
extension NetworkFile: Codable {
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }

  /// - Throws: `DecodingError` with the place within the network's text, what was found and what
  ///   would do. Layers are checked too where the text says the shape of a sample.
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    do {
      try self.init(text: text, file: "network")
      if let input { _ = try layers(for: input) }
    } catch {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "\(error)", underlyingError: error))
    }
  }
}
