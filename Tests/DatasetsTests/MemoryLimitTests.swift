import Arrays
import Datasets
import Formats
import Testing

/// What would not fit is refused before it is read or copied. The limit is the process's, so that
/// each test lowers it in a process of its own.
@Suite struct MemoryLimitTests {
  #if compiler(>=6.2)
    /// The images fit, but not with the copy that the split makes of them.
    @Test(arguments: [false, true]) func imagesByTheirHeader(compressed: Bool) async {
      await #expect(processExitsWith: .success) { [compressed] in
        let folder = try TemporaryFolder()
        let path = try writeIDXFolder(folder, train: 100_000, compressed: compressed)
        let free = MemoryPool.shared.statistics.bytesInUse
        MemoryPool.shared.limit = free + 1_000_000
        MemoryPool.shared.resetPeak()
        #expect(
          message { _ = try DataCatalog.splits(path) }
            == "\(path): found samples [100000, 2, 3] of uint8, for which 1310784 bytes are needed, "
            + "expected at most what is left of the memory limit of \(free + 1_000_000) bytes, of "
            + "which \(free) are in use")
        #expect(MemoryPool.shared.statistics.peakBytesInUse == free)
        MemoryPool.shared.limit = free + 4_000_000
        #expect(try DataCatalog.splits(path).train.count == 90_000)
      }
    }

    /// Features of one byte take four once read.
    @Test func featuresThatGrow() async {
      await #expect(processExitsWith: .success) {
        let folder = try TemporaryFolder()
        let path = try writeIDXFolder(folder)
        try IDX.write(
          NDArray([UInt8](repeating: 1, count: 200_000), shape: [20, 10_000]),
          to: path + "/train-images-idx2-ubyte")
        try folder.remove("set/train-images-idx3-ubyte")
        let free = MemoryPool.shared.statistics.bytesInUse
        MemoryPool.shared.limit = free + 1_000_000
        #expect(
          message { _ = try DataCatalog.splits(path) }.hasPrefix(
            "\(path): found samples [20, 10000] of uint8, for which 2293824 bytes"))
      }
    }

    @Test func copiesOfSamples() async {
      await #expect(processExitsWith: .success) {
        let data = try countingImages(1000, height: 10, width: 10)
        let free = MemoryPool.shared.statistics.bytesInUse
        MemoryPool.shared.limit = free + 60_000
        for copy in [
          { _ = try data.splits() }, { _ = try data.prefix(999) },
          { _ = try data.subset(Array(repeating: 0, count: 1001)) },
        ] {
          #expect(message(copy).hasPrefix("counting: found samples ["))
        }
        #expect(try data.prefix(300).count == 300)
        MemoryPool.shared.limit = free + 200_000
        #expect(try data.splits().train.count == 700)
      }
    }

    /// Lack of memory for a picture is no damage to it: it ends reading, and later it is read.
    @Test func imagesForWhichThereIsNoRoom() async {
      await #expect(processExitsWith: .success) {
        let folder = try TemporaryFolder()
        try writeImages(folder, ".", classes: ["a"], count: 10, size: (300, 400))
        let options = ImageOptions(
          size: .init(height: 4, width: 4), channels: 3, corrupt: .skip, cacheByteCount: 0)
        let train = try DataCatalog.splits(folder.path, images: options).train
        let limit = MemoryPool.shared.limit
        MemoryPool.shared.limit = MemoryPool.shared.statistics.bytesInUse + 500_000
        let text = message { _ = try train.source.read([0]) }
        #expect(text.contains(".png: byte 16: found content that needs 720000 bytes, expected at"))
        #expect(!text.contains("corrupt"))
        #expect(train.damaged.isEmpty)
        MemoryPool.shared.limit = limit
        #expect(try train.source.read([0]).indices == [0])
      }
    }

    @Test func batches() async {
      await #expect(processExitsWith: .success) {
        let data = try countingImages(1000, height: 10, width: 10)
        let preparation = try InputPreparation(fitting: data)
        MemoryPool.shared.limit = MemoryPool.shared.statistics.bytesInUse + 300_000
        func loader(_ size: Int, _ shape: Shape) throws -> BatchLoader {
          try BatchLoader(
            dataset: data, preparation: preparation, inputShape: shape, batchSize: size,
            prefetch: 1)
        }
        #expect(
          message { _ = try loader(600, [1, 10, 10]) }
            == "batches: found batches of 600 inputs [1, 10, 10], expected at most 327, the largest "
            + "batch that would fit")
        let fitting = try loader(327, [1, 10, 10])
        var count = 0
        while let batch = try fitting.next() { count += batch.indices.count }
        #expect(count == 1000)
        #expect(
          message { _ = try loader(600, [1, 1000, 1000]) }
            == "batches: found batches of 600 inputs [1, 1000, 1000], expected smaller inputs: not "
            + "even a batch of 1 would fit")
        #expect(
          message { _ = try loader(600, [1, 3_000_000_000, 3_000_000_000]) }.contains(
            "not even a batch of 1 would fit"))
      }
    }
  #endif

  @Test func picturesOfImpossibleSize() throws {
    let preparation = try InputPreparation(
      sampleShape: [1, 3_000_000, 3_000_000], maximumValue: 255, mean: [0], standardDeviation: [1])
    #expect(
      message { _ = try ImagePreparation(for: preparation) }.hasPrefix(
        "image: found samples [1, 3000000, 3000000] of float32, for which "))
  }
}
