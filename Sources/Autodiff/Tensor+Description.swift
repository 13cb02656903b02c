extension Tensor: CustomStringConvertible {
  /// The numbers as `NDArray` writes them; the history is left out.
  public var description: String { array.description }
}
