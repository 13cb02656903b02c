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
  /// Pillow's bilinear filter does it. They are resized whenever they are read, so that memory never
  /// holds all of them.
  /// - Parameter size: Rows and columns; each at least 1.
  /// - Throws: `DatasetError` for features, for images other than of uint8 that are of another size, for a
  ///   size below 1, and where memory has no room for even one image.
  public func resized(to size: [Int]) throws(DatasetError) -> Dataset {
    if isImages, size == [sampleShape[1], sampleShape[2]] { return self }
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
    try Self.requireMemory(for: [([sampleShape[0], size[0], size[1]], .uint8)], of: name)
    return Dataset(
      checked: name, source: ResizedSource(source, height: size[0], width: size[1]), labels: labels,
      classNames: classNames, maximumValue: maximumValue)
  }
}

/// The images of another source at another size.
private struct ResizedSource: SampleSource {
  private let source: any SampleSource
  private let resizing: Resizing

  init(_ source: any SampleSource, height: Int, width: Int) {
    self.source = source
    let old = source.sampleShape
    resizing = Resizing(
      from: (height: old[1], width: old[2]), to: (height: height, width: width), filter: .bilinear)
  }

  private init(_ source: any SampleSource, _ resizing: Resizing) {
    self.source = source
    self.resizing = resizing
  }

  var count: Int { source.count }
  var sampleShape: Shape { [source.sampleShape[0], resizing.height, resizing.width] }
  var dtype: DType { .uint8 }

  func read(_ indices: [Int]) throws(DatasetError) -> SampleRows {
    let read = try source.read(indices)
    var samples = NDArray(
      uninitialized: Shape([read.rows.count] + Array(sampleShape)), dtype: .uint8)
    let size = sampleShape.elementCount
    samples.withMutableElements(as: UInt8.self) { pixels in
      for (place, row) in read.rows.enumerated() {
        let picture = read.samples.rows([row]).reshaped(source.sampleShape)
        resizing(picture).withElements(as: UInt8.self) {
          _ = UnsafeMutableBufferPointer(rebasing: pixels[(place * size)...]).update(from: $0)
        }
      }
    }
    return SampleRows(samples: samples, rows: Array(read.rows.indices), indices: read.indices)
  }

  var damaged: [(index: Int, file: String)] { source.damaged }

  func selecting(_ indices: [Int]) -> any SampleSource {
    ResizedSource(source.selecting(indices), resizing)
  }
}
