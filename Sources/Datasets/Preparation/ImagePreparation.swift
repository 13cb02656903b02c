import Arrays
import Formats

/// How a picture from outside becomes a sample like those that a network was trained on: its
/// colours, its size and whether ink is light or dark.
public struct ImagePreparation: Sendable {
  /// Whether light and dark are exchanged.
  public enum Inversion: String, Sendable, Codable, CaseIterable {
    /// They are where the picture's background is light and the training samples' dark, or the
    /// other way round. A background is light where the mean of the outermost pixels is more than
    /// half of the largest value. Colour pictures are left as they are.
    case automatic
    /// They are not.
    case never
    /// They are.
    case always
  }

  /// The shape of one sample, `[C, H, W]`.
  public let sampleShape: Shape
  /// The value of full ink or light.
  public let maximumValue: Double
  /// Whether light and dark are exchanged.
  public let inversion: Inversion
  /// Whether a gray picture too is scaled to cover samples and cut to them, as those of colours are.
  private let covers: Bool
  /// The mean of the outermost pixels of the training samples, 0 to 1.
  private let borderLevel: Double

  /// The way to samples of a data set.
  /// - Throws: `DatasetError` where its samples are features, or images of other than one or three
  ///   channels, or of a size that memory has no room for.
  public init(
    for preparation: InputPreparation, inversion: Inversion = .automatic
  ) throws(DatasetError) {
    try self.init(preparation, inversion: inversion, covers: false)
  }

  /// The way to samples of a data set that is read from image files, the same that its own images go:
  /// gray pictures too are scaled to cover samples and cut to them, light and dark stay as they are,
  /// and what is transparent is white.
  /// - Throws: `DatasetError`, as `init(for:inversion:)` does.
  public init(forFilesLike preparation: InputPreparation) throws(DatasetError) {
    try self.init(preparation, inversion: .never, covers: true)
  }

  private init(
    _ preparation: InputPreparation, inversion: Inversion, covers: Bool
  ) throws(DatasetError) {
    sampleShape = preparation.sampleShape
    guard sampleShape.rank == 3, sampleShape[0] == 1 || sampleShape[0] == 3 else {
      throw DatasetError(
        .unsupported, at: "image", found: "a model trained on samples of shape \(sampleShape)",
        expected: "one trained on images of one or three channels")
    }
    try Dataset.requireMemory(for: [(sampleShape, .float32)], of: "image")
    maximumValue = preparation.maximumValue
    self.inversion = inversion
    self.covers = covers
    borderLevel = preparation.borderLevel ?? 0
  }

  /// Reads a PNG or JPEG file. Colour becomes grey (luma) where samples have one channel; what is
  /// transparent is white, or black where the picture would be nothing but white and samples are not
  /// read from files.
  /// - Throws: `DatasetError` where it cannot be read or is neither.
  public func read(_ path: String) throws(DatasetError) -> PreparedImage {
    let channels: PNG.Channels = sampleShape[0] == 1 ? .gray : .rgb
    do {
      var picture = try ImageFile.read(path, channels: channels)
      if !covers, picture.withElements(as: UInt8.self, { $0.allSatisfy { $0 == 255 } }) {
        picture = try ImageFile.read(path, channels: channels, background: .black)
      }
      return try prepare(picture)
    } catch let error as FormatError {
      throw DatasetError(error)
    } catch let error as DatasetError {
      throw error
    } catch {
      throw DatasetError(.unreadable, at: path, found: "\(error)", expected: "a PNG or JPEG image")
    }
  }

  /// A picture `[C, height, width]` of uint8, with as many channels as samples have, as a sample.
  ///
  /// A gray one is scaled as a whole to the largest size that fits, by means where it gets smaller by
  /// a whole factor and bilinearly otherwise, and put in the middle of background. One of colours, and
  /// any where samples are read from files, is scaled, bilinearly, to the smallest size that covers the
  /// sample, and cut to it around its middle.
  /// - Throws: `DatasetError` for another shape or type.
  public func prepare(_ picture: NDArray) throws(DatasetError) -> PreparedImage {
    guard picture.rank == 3, picture.dtype == .uint8, picture.shape[0] == sampleShape[0],
      picture.elementCount > 0
    else {
      throw DatasetError(
        .mismatched, at: "image", found: "an array of \(picture.dtype) \(picture.shape)",
        expected: "uint8 [\(sampleShape[0]), height, width]")
    }
    let (height, width) = (picture.shape[1], picture.shape[2])
    let level = Self.borderLevel(of: picture)
    let isInverted =
      switch inversion {
      case .automatic: sampleShape[0] == 1 && (level > 0.5) != (borderLevel > 0.5)
      case .never: false
      case .always: true
      }
    let (toHeight, toWidth) = (sampleShape[1], sampleShape[2])
    // Photographs fill samples, as they do in a folder that is trained on; of ink nothing is cut off.
    let fills = covers || sampleShape[0] == 3
    let scale = min(Double(toHeight) / Double(height), Double(toWidth) / Double(width))
    func scaled(_ size: Int, _ most: Int) -> Int {
      fills ? most : min(most, max(1, Int((Double(size) * scale).rounded())))
    }
    let (newHeight, newWidth) = (scaled(height, toHeight), scaled(width, toWidth))
    let (top, left) = ((toHeight - newHeight) / 2, (toWidth - newWidth) / 2)
    let background = borderLevel > 0.5 ? Float(maximumValue) : 0
    var image = NDArray(
      repeating: Double(background), shape: [1, sampleShape[0], toHeight, toWidth])
    let unit = maximumValue / 255
    let changed: NDArray
    if fills {
      changed = ImageReader.fitted(picture, to: sampleShape)
    } else {
      // By a whole factor each new pixel has whole old ones in it; otherwise their means would be of
      // now more, now fewer.
      let isWhole = height % newHeight == 0 && width % newWidth == 0
      changed = Resizing(
        from: (height, width), to: (newHeight, newWidth), filter: isWhole ? .area : .bilinear)(
          picture)
    }
    changed.withElements(as: UInt8.self) { pixels in
      image.withMutableElements(as: Float.self) { target in
        for line in 0..<(sampleShape[0] * newHeight) {
          let (channel, row) = line.quotientAndRemainder(dividingBy: newHeight)
          let start = (channel * toHeight + top + row) * toWidth + left
          for column in 0..<newWidth {
            let value = Double(pixels[line * newWidth + column])
            target[start + column] = Float((isInverted ? 255 - value : value) * unit)
          }
        }
      }
    }
    return PreparedImage(
      image: image, originalHeight: height, originalWidth: width, scaledHeight: newHeight,
      scaledWidth: newWidth, borderLevel: level, isInverted: isInverted,
      isCut: fills && height * toWidth != width * toHeight)
  }

  /// The mean of the outermost pixels, 0 to 1.
  private static func borderLevel(of picture: NDArray) -> Double {
    let (height, width) = (picture.shape[1], picture.shape[2])
    return picture.withElements(as: UInt8.self) { pixels in
      var (sum, count) = (0, 0)
      for row in 0..<(picture.shape[0] * height) {
        let isEdge = row % height == 0 || row % height == height - 1 || width == 1
        for column in stride(from: 0, to: width, by: isEdge ? 1 : width - 1) {
          sum += Int(pixels[row * width + column])
          count += 1
        }
      }
      return Double(sum) / Double(count) / 255
    }
  }
}

/// A picture as a sample, and what was done to it.
public struct PreparedImage: Sendable {
  /// `[1, C, H, W]` float32 from 0 to the data set's largest value, as `InputPreparation` takes it.
  public let image: NDArray
  /// The picture's height in pixels.
  public let originalHeight: Int
  /// The picture's width in pixels.
  public let originalWidth: Int
  /// Its height within the sample, in pixels.
  public let scaledHeight: Int
  /// Its width within the sample, in pixels.
  public let scaledWidth: Int
  /// The mean of the picture's outermost pixels: 0 black, 1 white.
  public let borderLevel: Double
  /// Whether light and dark were exchanged.
  public let isInverted: Bool
  /// Whether what goes beyond the sample's shape was cut off, alike on both sides.
  public let isCut: Bool

  /// What was done to the picture, a sentence each; empty where nothing was.
  public var notes: [String] {
    var notes: [String] = []
    if scaledHeight != originalHeight || scaledWidth != originalWidth {
      notes.append(
        "scaled from \(originalWidth) × \(originalHeight) to \(scaledWidth) × \(scaledHeight) "
          + "pixels")
    }
    if isCut { notes.append("cut to the middle") }
    if scaledHeight != image.shape[2] || scaledWidth != image.shape[3] {
      notes.append("put in the middle of \(image.shape[3]) × \(image.shape[2]) pixels")
    }
    if isInverted {
      let percent = Int((borderLevel * 100).rounded())
      notes.append("light and dark exchanged (the border is \(percent)% white)")
    }
    return notes
  }
}
