extension ReferenceEngine {
  /// x, or a row-major copy of it where it lies in oneDNN's layout, which only that engine knows.
  @inline(__always)
  static func readable(_ x: NDArray) -> NDArray {
    if case .blocked = x.layout { return unblocked(x) }
    return x
  }

  @inline(never)
  private static func unblocked(_ x: NDArray) -> NDArray {
    #if OneDNN
      return OneDNNEngine.shared.copy(x)
    #else
      fatalError("an array in oneDNN's layout in a build without oneDNN")
    #endif
  }
}
