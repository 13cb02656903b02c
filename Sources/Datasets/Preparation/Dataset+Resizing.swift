import Arrays

extension Dataset {
  /// The same images at another size, one way for all of them: stretched or shrunk along each axis,
  /// by linear interpolation where they get larger and by the mean over areas where smaller, rounded
  /// to whole numbers.
  /// - Parameter size: Rows and columns; each at least 1.
  /// - Throws: `DatasetError` for features and images other than of uint8, for a size below 1, and
  ///   where memory has no room.
  public func resized(to size: [Int]) throws(DatasetError) -> Dataset {
    guard isImages, inputs.dtype == .uint8 else {
      throw DatasetError(
        .unsupported, at: name, found: "samples \(sampleShape) of \(inputs.dtype)",
        expected: "images of uint8, which can be resized")
    }
    guard size.count == 2, size.allSatisfy({ $0 >= 1 }) else {
      throw DatasetError(
        .malformed, at: name, found: "the image size \(size)",
        expected: "rows and columns, at least 1 each")
    }
    let old = (height: inputs.shape[2], width: inputs.shape[3])
    if size == [old.height, old.width] { return self }
    let shape: Shape = [inputs.shape[0], inputs.shape[1], size[0], size[1]]
    try Self.requireMemory(for: [(shape, .uint8)], of: name)
    var result = NDArray(uninitialized: shape, dtype: .uint8)
    let (from, to) = (old.height * old.width, size[0] * size[1])
    inputs.withElements(as: UInt8.self) { source in
      result.withMutableElements(as: UInt8.self) { target in
        for plane in 0..<(shape[0] * shape[1]) {
          let pixels = UnsafeBufferPointer(rebasing: source[(plane * from)...].prefix(from))
          let values = resampled(pixels, from: old, to: (size[0], size[1]))
          for (place, value) in values.enumerated() {
            target[plane * to + place] = UInt8(min(max(value.rounded(), 0), 255))
          }
        }
      }
    }
    return Dataset(
      checked: name, inputs: result, labels: labels, classNames: classNames,
      maximumValue: maximumValue)
  }
}
