import Arrays
import Datasets
import Formats
import Foundation
import TestSupport
import Testing

@Suite struct ImageFolderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func splits(_ options: ImageOptions = ImageOptions()) throws -> DatasetSplits {
    try DataCatalog.splits(folder.path, images: options)
  }

  private func batches(
    _ dataset: Dataset, size: Int = 7, seed: UInt64? = 3, from start: Int = 0, prefetch: Int = 0,
    augmentation: Augmentation? = nil
  ) throws -> [Batch] {
    let loader = try BatchLoader(
      dataset: dataset, preparation: InputPreparation(fitting: dataset),
      inputShape: dataset.sampleShape, batchSize: size, shuffleSeed: seed, startBatch: start,
      prefetch: prefetch, augmentation: augmentation)
    var batches: [Batch] = []
    while let batch = try loader.next() { batches.append(batch) }
    return batches
  }

  // MARK: What belongs where

  @Test func classesAlone() throws {
    try writeImages(folder, ".", classes: ["b", "a", "Z"], count: 10)
    try folder.write("README.md", "about")
    try folder.write("a/.hidden", "")
    let splits = try splits()
    #expect(splits.classNames == ["Z", "a", "b"])
    #expect(splits.train.classCounts == [7, 7, 7] && splits.validation.classCounts == [1, 1, 1])
    #expect(splits.test.classCounts == [2, 2, 2])
    #expect(splits.train.sampleShape == [3, 4, 5] && splits.train.isImages)
    #expect(!splits.train.isInMemory && splits.train.maximumValue == 255)
  }

  @Test func parts() throws {
    try writeImages(folder, "train", classes: ["a", "b"], count: 20)
    try writeImages(folder, "test", classes: ["a", "b"], count: 3)
    let two = try splits()
    #expect([two.train, two.validation, two.test].map(\.count) == [36, 4, 6])
    try writeImages(folder, "val", classes: ["b"], count: 2)
    let three = try splits()
    #expect([three.train, three.validation, three.test].map(\.count) == [40, 2, 6])
    #expect(three.validation.classCounts == [0, 2])
    try folder.remove("test")
    let without = try splits()
    #expect([without.train, without.validation, without.test].map(\.count) == [36, 4, 2])
  }

  @Test func sizes() throws {
    try writeImages(folder, ".", classes: ["a"], count: 8, size: (6, 8))
    try writeImages(folder, ".", classes: ["b"], count: 9, size: (12, 4))
    #expect(try splits().train.sampleShape == [3, 12, 4])
    #expect(
      try splits(ImageOptions(largest: .init(height: 9, width: 9))).train.sampleShape == [3, 9, 9])
    #expect(
      try splits(ImageOptions(largest: .init(height: 12, width: 9))).train.sampleShape
        == [3, 12, 4])
    let square = try splits(ImageOptions(size: .init(height: 3, width: 3)))
    #expect(square.train.sampleShape == [3, 3, 3])
    // 6 × 8 becomes 3 × 4, of which the first three columns are as near the middle as any.
    let file = try PNG.read(folder("a/0.png"))
    let small = Resizing(
      from: (6, 8), to: (3, 4), rows: 0..<3, columns: 0..<3, filter: .bilinear)(file)
    let parts = [square.train, square.validation, square.test]
    let images = try parts.flatMap { part in
      let images = try part.source.read(Array(0..<part.count)).samples
      return (0..<part.count).map { images.selecting(axis: 0, index: $0).integers }
    }
    #expect(images.contains(small.integers))
  }

  @Test func grayOnes() throws {
    try writeImages(folder, ".", classes: ["a", "b"], count: 10, channels: 1)
    #expect(try splits().train.sampleShape == [1, 4, 5])
    try folder.write("a/x.jpg", jpeg("color-420"))
    #expect(try splits(ImageOptions(size: .init(height: 4, width: 5))).train.sampleShape[0] == 3)
  }

  @Test func whatIsWrong() throws {
    let place = folder.path
    func text() -> String { message { _ = try splits() } }
    #expect(
      text() == "\(place): found no data set of a kind that is known, expected IDX files named as "
        + "MNIST's (train-images-idx3-ubyte and so on), CIFAR batches (data_batch_1.bin to "
        + "data_batch_5.bin and test_batch.bin), or folders of images (CLASS/*.jpg, or "
        + "train/CLASS/*.png with test/… or val/…)")
    _ = try folder.folder("train")
    #expect(
      text() == "\(place): found a folder train, but neither test nor val, expected one of "
        + "them at least, or folders of classes alone")
    _ = try folder.folder("test/a")
    #expect(
      text() == "\(place)/train: found no folders of classes, expected CLASS/*.jpg or "
        + "CLASS/*.png")
    _ = try folder.folder("train/a")
    #expect(text() == "\(place)/train/a: found no images, expected at least one of this class")
    try folder.write("train/a/x.gif", "GIF89a")
    #expect(
      text() == "\(place)/train/a/x.gif: found no image by its name, expected files that end in "
        + ".png, .jpg or .jpeg")
    try folder.remove("train/a/x.gif")
    try folder.write("train/x.png", "")
    #expect(
      text() == "\(place)/train/x.png: found an image outside the folders of classes, expected "
        + "images in folders that are named as their class")
    try folder.remove("train/x.png")
    try writeImages(folder, "train", classes: ["a"], count: 3)
    try folder.remove("test/a")
    try writeImages(folder, "test", classes: ["b"], count: 3)
    #expect(
      text() == "\(place)/test/b: found a class that is not in train, expected the classes of "
        + "\(place)/train")
    try folder.remove("test/b")
    try writeImages(folder, "test", classes: ["a"], count: 1)
    #expect(
      message { _ = try splits(ImageOptions(size: .init(height: 0, width: 4))) }
        == "\(place): found images of 0 × 4 pixels, expected 1 to 16384 pixels; --image-size "
        + "names another size")
    _ = try folder.folder("train/a/deeper.png")
    #expect(text().hasPrefix("\(place)/train/a/deeper.png: found a folder, expected a file"))
  }

  @Test(.enabled(if: geteuid() != 0, "root may read every folder"))
  func foldersThatMayNotBeRead() throws {
    try writeImages(folder, ".", classes: ["a"], count: 1)
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: folder("a"))
    defer {
      try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder("a"))
    }
    #expect(
      message { _ = try splits() } == "\(folder("a")): found a folder that cannot be listed, "
        + "expected one that this user may read")
  }

  // MARK: Reading

  @Test("streamed samples are those in memory, in every order")
  func asInMemory() throws {
    try writeImages(folder, ".", classes: ["a", "b"], count: 20)
    for cache in [0, 500, 1 << 20] {
      let streamed = try splits(ImageOptions(cacheByteCount: cache)).train
      let pixels = try streamed.source.read(Array(0..<streamed.count)).samples
      let inMemory = try Dataset(
        name: "copy", inputs: pixels, labels: streamed.labels, classNames: ["a", "b"])
      #expect(
        try InputPreparation(fitting: streamed) == InputPreparation(fitting: inMemory))
      let augmentation = try Augmentation([.flip(probability: 0.5), .crop(padding: 1)], mixup: 0.3)
      for (part, copy) in [
        (streamed, inMemory),
        (try streamed.subset([5, 1, 1, 9]), try inMemory.subset([5, 1, 1, 9])),
        (try streamed.prefix(6), try inMemory.prefix(6)),
      ] {
        for prefetch in [0, 2] {
          let one = try batches(part, prefetch: prefetch, augmentation: augmentation)
          let other = try batches(copy, augmentation: augmentation)
          #expect(one.map(\.indices) == other.map(\.indices))
          #expect(one.map(\.inputs.floats) == other.map(\.inputs.floats))
          #expect(one.map(\.labels.integers) == other.map(\.labels.integers))
        }
      }
    }
  }

  @Test("a damaged image ends reading, or is left out and counted, the same however it is read")
  func damaged() throws {
    try writeImages(folder, "train", classes: ["a", "b"], count: 15)
    for part in ["val", "test"] { try writeImages(folder, part, classes: ["a"], count: 1) }
    var bytes = try jpeg("color-420")
    bytes.removeLast(200)
    try folder.write("train/a/3.png", bytes)
    let size = ImageOptions.Size(height: 4, width: 5)
    let stopping = try splits(ImageOptions(size: size, corrupt: .skip, cacheByteCount: 0)).train
    let broken = try #require(
      (0..<stopping.count).first { try stopping.source.read([$0]).indices.isEmpty })
    let whole = try batches(stopping, size: 6)
    #expect(whole.map(\.skipped).reduce(0, +) == 1)
    #expect(whole.flatMap(\.indices).sorted() == (0..<stopping.count).filter { $0 != broken })
    #expect(stopping.damaged.map(\.index) == [broken])
    #expect(stopping.damaged.map(\.file) == [folder("train/a/3.png")])
    let resized = try stopping.resized(to: [2, 2])
    #expect(try resized.subset([broken == 0 ? 1 : 0, broken]).damaged.map(\.index) == [1])
    #expect(try resized.subset([broken == 0 ? 1 : 0]).damaged.isEmpty)
    // From any batch on the rest is the same; with a cache and ahead, too.
    let cached = try splits(ImageOptions(size: size, corrupt: .skip)).train
    for start in 0..<whole.count {
      let rest = try batches(cached, size: 6, from: start, prefetch: start % 3)
      #expect(rest.map(\.indices) == whole[start...].map(\.indices))
      #expect(rest.map(\.inputs.floats) == whole[start...].map(\.inputs.floats))
    }
    // A batch of nothing else is empty.
    let alone = try batches(stopping.subset([broken, 0, broken]), size: 1, seed: nil)
    #expect(alone.map(\.count) == [0, 1, 0] && alone.map(\.skipped) == [1, 0, 1])
    #expect(
      message { _ = try InputPreparation(fitting: stopping.subset([broken])) }
        == "\(folder.path): found 1 sample, which cannot be read, expected at least one")
    #expect(
      message { _ = try InputPreparation(fitting: splits(ImageOptions(size: size)).train) }
        == "\(folder("train/a/3.png")): found \"Premature end of JPEG file\" by libjpeg, expected an "
        + "intact JPEG image; --corrupt-images skip would leave it out")
    // Where the beginning is damaged, the size cannot be known.
    try folder.write("train/a/3.png", "no image")
    #expect(
      message { _ = try splits() }.hasPrefix("\(folder("train/a/3.png")): byte 0: found bytes 110 ")
    )
    #expect(try splits(ImageOptions(corrupt: .skip)).train.sampleShape == [3, 4, 5])
    // Where it is given, no file is looked at.
    let given = try splits(ImageOptions(size: size, channels: 1))
    #expect(given.train.sampleShape == [1, 4, 5])
    #expect(try given.test.source.read([0]).indices == [0])
    #expect(
      message { _ = try splits(ImageOptions(size: size, channels: 2)) }
        == "\(folder.path): found images of 2 channels, expected 1 or 3")
  }

  @Test("a file that is gone ends reading even where damaged ones are skipped")
  func gone() throws {
    try writeImages(folder, ".", classes: ["a"], count: 10)
    let train = try splits(ImageOptions(corrupt: .skip, cacheByteCount: 0)).train
    for number in 0..<10 { try folder.remove("a/\(number).png") }
    #expect(
      message { _ = try train.source.read([0]) }.hasSuffix("found no such file, expected a file"))
  }

  #if compiler(>=6.2)
    @Test("memory is that of some batches and the cache, not that of all images")
    func boundedMemory() async {
      await #expect(processExitsWith: .success) {
        let folder = try TemporaryFolder()
        // 300 images of 48 KiB each: 14 MiB.
        try writeImages(folder, ".", classes: ["a", "b", "c"], count: 100, size: (128, 128))
        let imageBytes = 3 * 128 * 128
        for cached in [0, 40] {
          let train = try DataCatalog.splits(
            folder.path, images: ImageOptions(cacheByteCount: cached * imageBytes)
          ).train
          let preparation = try InputPreparation(fitting: train)
          MemoryPool.shared.resetPeak()
          let before = MemoryPool.shared.statistics.bytesInUse
          let loader = try BatchLoader(
            dataset: train, preparation: preparation, inputShape: [3, 128, 128], batchSize: 4,
            shuffleSeed: 1, prefetch: 2)
          var count = 0
          while let batch = try loader.next() { count += batch.count }
          #expect(count == 210)
          let statistics = MemoryPool.shared.statistics
          // Seven batches of float32, and what is read for one of them; all images are 210.
          #expect(statistics.peakBytesInUse - before < (7 * 4 * 4 + 8) * imageBytes)
        }
      }
    }
  #endif

  // MARK: CIFAR-10 as JPEG

  /// `GRADUS_CIFAR10_JPEG` names the folder with train and test.
  private static let cifar = ProcessInfo.processInfo.environment["GRADUS_CIFAR10_JPEG"]

  @Test(.enabled(if: cifar != nil, "GRADUS_CIFAR10_JPEG names no folder with train/ and test/"))
  func verifyCIFAR10() throws {
    let path = try #require(Self.cifar)
    let start = ContinuousClock.now
    let splits = try DataCatalog.splits(path)
    let listed = ContinuousClock.now
    let preparation = try InputPreparation(fitting: splits.train)
    let fitted = ContinuousClock.now
    #expect([splits.train, splits.validation, splits.test].map(\.count) == [45_000, 5000, 10_000])
    #expect(splits.train.sampleShape == [3, 32, 32] && splits.classNames == CIFARFolder.classNames)
    for (mean, expected) in zip(preparation.mean, [0.4914, 0.4822, 0.4465]) {
      #expect(abs(mean - expected) < 0.003)
    }
    for epoch in 0..<2 {
      let start = ContinuousClock.now
      let loader = try BatchLoader(
        dataset: splits.train, preparation: preparation, inputShape: [3, 32, 32], batchSize: 128,
        shuffleSeed: 0, epoch: epoch, prefetch: 0)
      var count = 0
      while let batch = try loader.next() { count += batch.count }
      #expect(count == 45_000)
      print("epoch \(epoch + 1) read in \(ContinuousClock.now - start)")
    }
    print("listed in \(listed - start), fitted in \(fitted - listed)")
  }
}
