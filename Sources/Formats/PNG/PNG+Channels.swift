extension PNG {
  /// How many channels are wanted.
  public enum Channels: Sendable {
    /// Gray where the file has no colour, otherwise red, green, blue.
    case asStored
    /// One: luma of ITU-R BT.601, 0.299 R + 0.587 G + 0.114 B, where the file has colour.
    case gray
    /// Three; a gray image repeats its one.
    case rgb
  }
}
