import Arrays

extension Dataset {
  /// The samples with these indices in memory, whatever the source; fewer where it leaves out what is
  /// damaged.
  /// - Throws: `DatasetError` for a sample that cannot be read, and where memory has no room.
  /// - Precondition: indices in range.
  package func read(_ indices: [Int]) throws(DatasetError) -> Dataset {
    try requireMemory(samples: indices.count)
    let read = try source.read(indices)
    return Dataset(
      checked: name, inputs: read.samples.rows(read.rows), labels: labels.rows(read.indices),
      classNames: classNames, maximumValue: maximumValue)
  }

  /// The same images at another size, one way for all of them: stretched or shrunk along each axis, as
  /// Pillow's bilinear filter does it. Images that are read from files at that size are left there.
  /// - Parameter size: Rows and columns; each at least 1.
  /// - Throws: `DatasetError` for features and images other than of uint8, for a size below 1, and
  ///   where memory has no room.
  public func resized(to size: [Int]) throws(DatasetError) -> Dataset {
    guard isImages, source.dtype == .uint8 else {
      throw DatasetError(
        .unsupported, at: name, found: "samples \(sampleShape) of \(source.dtype)",
        expected: "images of uint8, which can be resized")
    }
    guard size.count == 2, size.allSatisfy({ $0 >= 1 }) else {
      throw DatasetError(
        .malformed, at: name, found: "the image size \(size)",
        expected: "rows and columns, at least 1 each")
    }
    let old = (height: sampleShape[1], width: sampleShape[2])
    if size == [old.height, old.width] { return self }
    try Self.requireMemory(
      for: [([count, sampleShape[0], size[0], size[1]], .uint8)], of: name)
    let resizing = Resizing(from: old, to: (size[0], size[1]), filter: .bilinear)
    var read: [Int] = []
    var images: [NDArray] = []
    for index in 0..<count {
      let sample = try source.read([index])
      guard let row = sample.rows.first else { continue }
      read.append(index)
      images.append(resizing(sample.samples.selecting(axis: 0, index: row)).expanded(axis: 0))
    }
    guard !images.isEmpty else { throw .noneReadable(self) }
    return Dataset(
      checked: name, inputs: NDArray.concatenate(images, axis: 0), labels: labels.rows(read),
      classNames: classNames, maximumValue: maximumValue)
  }
}
