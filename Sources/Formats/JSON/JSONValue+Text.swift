extension JSONValue {
  /// This value as JSON text without a line feed at its end.
  /// - Parameter pretty: Whether members stand on lines of their own, indented by two spaces;
  ///   arrays of numbers, strings and truth values stay on one line. Without it the text is one
  ///   line without spaces.
  public func text(pretty: Bool = false) -> String {
    String(decoding: encoded(pretty: pretty), as: UTF8.self)
  }

  /// The bytes of `text(pretty:)` as UTF-8.
  public func encoded(pretty: Bool = false) -> [UInt8] {
    var writer = JSONWriter(isPretty: pretty)
    writer.write(self)
    return writer.bytes
  }
}
