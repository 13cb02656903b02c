extension PNG {
  /// A colour, 0 to 255 a channel.
  public struct Color: Sendable, Hashable {
    /// The red channel.
    public var red: UInt8
    /// The green channel.
    public var green: UInt8
    /// The blue channel.
    public var blue: UInt8

    /// A colour of three channels.
    public init(red: UInt8, green: UInt8, blue: UInt8) {
      self.red = red
      self.green = green
      self.blue = blue
    }

    /// All channels at 255.
    public static let white = Color(red: 255, green: 255, blue: 255)
    /// All channels at 0.
    public static let black = Color(red: 0, green: 0, blue: 0)
  }
}
