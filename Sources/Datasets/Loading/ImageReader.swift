import Arrays
import Formats

/// What happens where an image is damaged: cut off, corrupt, or of a sort that is not read.
public enum CorruptImages: String, Sendable, Codable, CaseIterable {
  /// It is left out of its batch, and counted.
  case skip
  /// Reading ends with an error that names it.
  case stop
}

/// Images in files, decoded when they are asked for and brought to one size.
///
/// Pictures of another size are scaled, bilinearly and as a whole, until they just cover the wanted
/// size, and cut to it around their middle. Decoded pixels are kept as long as the cache has room:
/// the first that are read stay, for each epoch asks for all of them in another order, where throwing
/// out what was used longest ago would always throw out what comes next.
final class ImageReader: Sendable {
  /// The shape of one image, `[C, H, W]`; 1 or 3 channels.
  let shape: Shape
  private let paths: [String]
  private let corrupt: CorruptImages
  private let cache: PixelCache

  /// - Parameters:
  ///   - paths: The files.
  ///   - shape: `[C, H, W]`, 1 or 3 channels.
  ///   - corrupt: What happens where one is damaged.
  ///   - cacheByteCount: The most bytes of decoded pixels that are kept.
  /// - Throws: `DatasetError` where memory has no room for even one image.
  init(
    _ paths: [String], shape: Shape, corrupt: CorruptImages, cacheByteCount: Int
  ) throws(DatasetError) {
    try Dataset.requireMemory(for: [(shape, .float32)], of: "images of \(shape)")
    self.paths = paths
    self.shape = shape
    self.corrupt = corrupt
    cache = PixelCache(
      files: paths.count, imageByteCount: shape.elementCount, byteCount: cacheByteCount)
  }

  /// Puts the pixels of one file, by its number, into a buffer of their size.
  /// - Returns: Whether they are there; not where the file is damaged and to be skipped.
  /// - Throws: `DatasetError` naming a file that cannot be read, or is damaged and not to be skipped.
  func read(
    _ number: Int, into target: UnsafeMutableBufferPointer<UInt8>
  ) throws(DatasetError) -> Bool {
    switch cache.copy(number, into: target) {
    case .copied: return true
    case .damaged: return false
    case .absent: break
    }
    do throws(FormatError) {
      let picture = try ImageFile.read(
        paths[number], channels: shape[0] == 1 ? .gray : .rgb)
      Self.fitted(picture, to: shape).withElements(as: UInt8.self) {
        _ = target.update(from: $0)
      }
    } catch {
      guard error.isOfContent, corrupt == .skip else { throw error.asDatasetError(corrupt) }
      cache.markDamaged(number)
      return false
    }
    cache.keep(number, UnsafeBufferPointer(target))
    return true
  }

  /// The places, in a list of files by their numbers, of those found damaged so far, and their paths.
  func damaged(in files: [Int]) -> [(index: Int, file: String)] {
    cache.damagedPlaces(in: files).map { ($0, paths[files[$0]]) }
  }

  /// A picture scaled to cover a size, and its middle.
  static func fitted(_ picture: NDArray, to shape: Shape) -> NDArray {
    let old = (height: picture.shape[1], width: picture.shape[2])
    let (height, width) = (shape[1], shape[2])
    if old == (height, width) { return picture }
    // The side that is shorter, for the wanted shape, becomes just as long as it is to be.
    let isTall = old.height * width >= height * old.width
    let new =
      isTall
      ? (height: max(height, old.height * width / old.width), width: width)
      : (height: height, width: max(width, old.width * height / old.height))
    let (top, left) = ((new.height - height) / 2, (new.width - width) / 2)
    return Resizing(
      from: old, to: new, rows: top..<(top + height), columns: left..<(left + width),
      filter: .bilinear)(picture)
  }
}

extension FormatError {
  /// Whether what is in the file is wrong, rather than that it cannot be read or that memory has no
  /// room for it just now.
  var isOfContent: Bool { kind == .malformed || kind == .unsupported || kind == .tooLarge }

  /// The error of an image of a data set, with the way to go on without it.
  func asDatasetError(_ corrupt: CorruptImages) -> DatasetError {
    let error = DatasetError(self)
    guard isOfContent, corrupt == .stop else { return error }
    return DatasetError(
      error.kind, at: error.place, found: error.found,
      expected: error.expected + "; --corrupt-images skip would leave it out")
  }
}

/// Images of a reader by their files' numbers: a data set's samples, read when they are asked for.
struct ImageSource: SampleSource {
  let reader: ImageReader
  /// The number of each sample's file.
  let files: [Int]

  var count: Int { files.count }
  var sampleShape: Shape { reader.shape }
  var dtype: DType { .uint8 }

  func read(_ indices: [Int]) throws(DatasetError) -> SampleRows {
    var samples = NDArray(
      uninitialized: Shape([indices.count] + Array(reader.shape)), dtype: .uint8)
    let size = reader.shape.elementCount
    var read: [Int] = []
    read.reserveCapacity(indices.count)
    let failure: DatasetError? = samples.withMutableElements(as: UInt8.self) { pixels in
      do throws(DatasetError) {
        for index in indices {
          let target = UnsafeMutableBufferPointer(
            rebasing: pixels[(read.count * size)...].prefix(size))
          if try reader.read(files[index], into: target) { read.append(index) }
        }
        return nil
      } catch {
        return error
      }
    }
    if let failure { throw failure }
    return SampleRows(samples: samples, rows: Array(read.indices), indices: read)
  }

  var damaged: [(index: Int, file: String)] { reader.damaged(in: files) }

  func selecting(_ indices: [Int]) -> any SampleSource {
    ImageSource(reader: reader, files: indices.map { files[$0] })
  }
}
