import Arrays
import Formats
import Foundation

/// How images in files become samples.
public struct ImageOptions: Sendable, Hashable {
  /// Height and width of each sample in pixels; nil for those that most images have.
  public var size: Size?
  /// The channels of each sample, 1 or 3; nil for 3 where an image to train with has colour. Where
  /// they are given with the size, no file is read before its sample is asked for.
  public var channels: Int?
  /// What takes the place of the size that most images have where they are higher or wider than
  /// this: the size of a model's input, for instance.
  public var largest: Size?
  /// What happens where an image is damaged.
  public var corrupt: CorruptImages
  /// The most bytes of decoded pixels that are kept; never more than a quarter of what memory has
  /// left.
  public var cacheByteCount: Int

  /// A height and a width, in pixels.
  public struct Size: Sendable, Hashable {
    /// The number of rows.
    public var height: Int
    /// The number of columns.
    public var width: Int

    /// A size of so many rows and columns.
    public init(height: Int, width: Int) {
      self.height = height
      self.width = width
    }
  }

  /// Options; by default images keep the size that most have, a damaged one ends reading, and up to
  /// 1 GiB of pixels is kept, which the 60,000 images of CIFAR-10 take a fifth of.
  public init(
    size: Size? = nil, channels: Int? = nil, largest: Size? = nil, corrupt: CorruptImages = .stop,
    cacheByteCount: Int = 1 << 30
  ) {
    self.size = size
    self.channels = channels
    self.largest = largest
    self.corrupt = corrupt
    self.cacheByteCount = cacheByteCount
  }

  /// The largest height or width that is taken.
  package static let mostPixels = 16_384
}

/// A folder with a folder of PNG or JPEG images for each class, which are decoded as they are needed.
///
/// Either `train/CLASS/*.jpg` with `test/…`, `val/…` or both; or `CLASS/*.jpg` alone, of which 70%
/// of each class are to train with, 10% to validate and 20% to test with (the split of seed 0). Of
/// `test` and `val` one alone is the test set, and a tenth of each class of `train` validates.
/// Classes are in the order of their names' bytes, and samples such that the first of them, however
/// many, are of all classes in about the classes' proportion. Hidden files are passed over, and at the top, so
/// that a read-me or a licence may stand there, what is neither folder nor image.
public struct ImageFolder: Sendable {
  /// The folder's path.
  public let path: String
  private let options: ImageOptions

  /// A folder; nothing is read yet.
  public init(_ path: String, _ options: ImageOptions = ImageOptions()) {
    self.path = path
    self.options = options
  }

  /// Whether it has folders in it; says nothing of what is in them.
  public var hasFolders: Bool {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.contains { name in
      guard !name.hasPrefix("."), case .folder = PathKind("\(path)/\(name)") else { return false }
      return true
    }
  }

  /// The parts. The names of all files are read, and the beginnings of some to know the size where
  /// `options` do not give it.
  /// - Throws: `DatasetError` for a folder that cannot be read, has no images or others files than
  ///   images, and for a class of `test` or `val` that `train` does not have.
  public func splits() throws(DatasetError) -> DatasetSplits {
    let folders = try Self.folders(in: path)
    guard folders.contains("train") else {
      let whole = try ClassFolders(path, folders)
      return try dataset([whole])[0].splits()
    }
    let others = ["val", "test"].filter { folders.contains($0) }
    guard !others.isEmpty else {
      throw DatasetError(
        .missing, at: path, found: "a folder train, but neither test nor val",
        expected: "one of them at least, or folders of classes alone")
    }
    let parts = try (["train"] + others).map { (name) throws(DatasetError) in
      let folder = "\(path)/\(name)"
      return try ClassFolders(folder, Self.folders(in: folder))
    }
    let sets = try dataset(parts)
    if sets.count == 3 {
      return DatasetSplits(train: sets[0], validation: sets[1], test: sets[2])
    }
    let split = try sets[0].split(fractions: [0.9, 0.1], seed: 0)
    return DatasetSplits(train: split[0], validation: split[1], test: sets[1])
  }

  /// A data set of each part, by one reader for all; the classes are the first one's.
  private func dataset(_ parts: [ClassFolders]) throws(DatasetError) -> [Dataset] {
    let classes = parts[0].classes.map(\.name)
    var numbers: [String: Int32] = [:]
    for (number, name) in classes.enumerated() { numbers[name] = Int32(number) }
    var paths: [String] = []
    var ranges: [Range<Int>] = []
    var labels: [[Int32]] = []
    for part in parts {
      let start = paths.count
      var samples: [(path: String, label: Int32, place: Double)] = []
      for (name, files) in part.classes {
        guard let number = numbers[name] else {
          throw DatasetError(
            .mismatched, at: "\(part.path)/\(name)", found: "a class that is not in train",
            expected: "the classes of \(parts[0].path)")
        }
        for (place, file) in files.enumerated() {
          samples.append(
            (
              "\(part.path)/\(name)/\(file)", number, (Double(place) + 0.5) / Double(files.count)
            ))
        }
      }
      samples.sort { ($0.place, $0.label) < ($1.place, $1.label) }
      paths += samples.map(\.path)
      ranges.append(start..<paths.count)
      labels.append(samples.map(\.label))
    }
    let shape = try shape(of: Array(paths[ranges[0]]))
    let reader = try ImageReader(
      paths, shape: shape, corrupt: options.corrupt, cacheByteCount: options.cacheByteCount)
    var sets: [Dataset] = []
    for (range, labels) in zip(ranges, labels) {
      sets.append(
        try Dataset(
          name: path, source: ImageSource(reader: reader, files: Array(range)),
          labels: NDArray(labels), classNames: classes))
    }
    return sets
  }

  /// The most files whose beginnings are read.
  private static let mostOutlines = 256

  /// `[C, H, W]` of the samples, by images evenly spread among those to train with: one channel where
  /// none of them has colour, and the size that most have, of equal numbers the smaller. None is
  /// looked at where the options give both.
  private func shape(of paths: [String]) throws(DatasetError) -> Shape {
    if let size = options.size, let channels = options.channels {
      return try checked(size, channels: channels)
    }
    var counts: [ImageOptions.Size: Int] = [:]
    var isColor = false
    let most = min(paths.count, Self.mostOutlines)
    for number in 0..<most {
      let file = paths[number * paths.count / most]
      do throws(FormatError) {
        let outline = try ImageFile.outline(Files.read(file), file: file)
        counts[.init(height: outline.height, width: outline.width), default: 0] += 1
        isColor = isColor || outline.isColor
      } catch {
        guard error.isOfContent, options.corrupt == .skip else {
          throw error.asDatasetError(options.corrupt)
        }
      }
    }
    let sizes = counts.keys.sorted {
      (counts[$1]!, $0.height, $0.width) < (counts[$0]!, $1.height, $1.width)
    }
    var common = sizes.first
    if let largest = options.largest, let size = common,
      size.height > largest.height || size.width > largest.width
    {
      common = largest
    }
    guard let size = options.size ?? common, !sizes.isEmpty else {
      throw DatasetError(
        .malformed, at: path, found: "\(most) images, of which none can be read",
        expected: "at least one")
    }
    return try checked(size, channels: options.channels ?? (isColor ? 3 : 1))
  }

  /// `[C, H, W]` where samples may be of that shape.
  private func checked(
    _ size: ImageOptions.Size, channels: Int
  ) throws(DatasetError) -> Shape {
    for side in [size.height, size.width] where !(1...ImageOptions.mostPixels).contains(side) {
      throw DatasetError(
        .malformed, at: path, found: "images of \(size.height) × \(size.width) pixels",
        expected: "1 to \(ImageOptions.mostPixels) pixels; --image-size names another size")
    }
    guard channels == 1 || channels == 3 else {
      throw DatasetError(
        .unsupported, at: path, found: "images of \(channels) channels", expected: "1 or 3")
    }
    return [channels, size.height, size.width]
  }

  /// The names of the folders in one, in the order of their bytes.
  /// - Throws: `DatasetError` where it cannot be read, has none, or has images beside them.
  static func folders(in path: String) throws(DatasetError) -> [String] {
    var folders: [String] = []
    for name in try names(in: path) {
      if case .folder = PathKind("\(path)/\(name)") {
        folders.append(name)
      } else if ImageFile.isName(name) {
        throw DatasetError(
          .malformed, at: "\(path)/\(name)", found: "an image outside the folders of classes",
          expected: "images in folders that are named as their class")
      }
    }
    guard !folders.isEmpty else {
      throw DatasetError(
        .malformed, at: path, found: "no folders of classes",
        expected: "CLASS/*.jpg or CLASS/*.png")
    }
    return folders
  }

  /// The names of what is in a folder, less hidden ones, in the order of their bytes.
  static func names(in path: String) throws(DatasetError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path)
        .filter { !$0.hasPrefix(".") }
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    } catch {
      throw DatasetError(
        .unreadable, at: path, found: "a folder that cannot be listed",
        expected: "one that this user may read")
    }
  }
}

/// The files of each class in a folder of class folders.
private struct ClassFolders {
  let path: String
  /// Each class's name and the names of its files, both in the order of their bytes.
  let classes: [(name: String, files: [String])]

  /// - Throws: `DatasetError` for a class without images, and for what is no image.
  init(_ path: String, _ folders: [String]) throws(DatasetError) {
    self.path = path
    classes = try folders.map { (name) throws(DatasetError) in
      let folder = "\(path)/\(name)"
      let files = try ImageFolder.names(in: folder)
      if let other = files.first(where: { !ImageFile.isName($0) }) {
        throw DatasetError(
          .unsupported, at: "\(folder)/\(other)", found: "no image by its name",
          expected: "files that end in .png, .jpg or .jpeg")
      }
      guard !files.isEmpty else {
        throw DatasetError(
          .malformed, at: folder, found: "no images", expected: "at least one of this class")
      }
      return (name, files)
    }
  }
}
