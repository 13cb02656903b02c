import Training

/// The embedded digits as images with a margin of background, most to train and some to test, so
/// that they can be moved without loss.
package struct FramedDigits {
  /// Images to train on, `[N, 1, S, S]`, from 0 (background) to 1 (ink).
  package let train: NDArray
  /// Their classes, `[N]`.
  package let trainLabels: NDArray
  /// Images to test on, `[M, 1, S, S]`.
  package let test: NDArray
  /// Their classes, `[M]`.
  package let testLabels: NDArray
  /// Rows and columns of an image.
  package let side: Int

  /// A split by the seed, each class alike.
  /// - Parameters:
  ///   - margin: Rows and columns of background on all four sides; at least 0.
  ///   - scale: How many pixels along each axis a pixel becomes; at least 1.
  ///   - trainShare: The share of the digits to train on, between 0 and 1.
  package init(margin: Int = 0, scale: Int = 1, trainShare: Double = 0.7, seed: UInt64) throws {
    let parts = try LabDigits.parts([trainShare, 1 - trainShare], seed: seed)
    let images = parts.map { Self.framed($0.images, margin: margin, scale: scale) }
    (train, test) = (images[0], images[1])
    (trainLabels, testLabels) = (parts[0].labels, parts[1].labels)
    side = train.shape[2]
  }

  private static func framed(_ images: NDArray, margin: Int, scale: Int) -> NDArray {
    let (count, size) = (images.shape[0], images.shape[2])
    let enlarged = images.reshaped([count, 1, size, 1, size, 1])
      .broadcast(to: [count, 1, size, scale, size, scale])
      .reshaped([count, 1, size * scale, size * scale])
    return enlarged.padded(before: [0, 0, margin, margin], after: [0, 0, margin, margin])
  }

  /// Images moved; background enters, and what leaves is lost.
  /// - Parameters:
  ///   - images: `[N, C, H, W]`.
  ///   - pixels: How far to the right, to the left where negative; less than W.
  ///   - rows: How far downwards, upwards where negative; less than H.
  package static func moved(_ images: NDArray, by pixels: Int, downwards rows: Int = 0) -> NDArray {
    let (height, width) = (images.shape[2], images.shape[3])
    return images.sliced(axis: 3, max(0, -pixels)..<min(width, width - pixels))
      .sliced(axis: 2, max(0, -rows)..<min(height, height - rows))
      .padded(
        before: [0, 0, max(0, rows), max(0, pixels)],
        after: [0, 0, max(0, -rows), max(0, -pixels)])
  }

  /// Images each moved by a draw of its own, each distance along either axis as likely.
  /// - Parameters:
  ///   - images: `[N, C, H, W]`.
  ///   - most: The furthest along each axis; less than H and W.
  package static func scattered(_ images: NDArray, by most: Int, seed: UInt64) -> NDArray {
    var random = RandomGenerator(key: RandomKey(seed: seed, path: "places"))
    return NDArray.concatenate(
      (0..<images.shape[0]).map { index in
        let (pixels, rows) = (
          random.integer(below: 2 * most + 1) - most, random.integer(below: 2 * most + 1) - most
        )
        return moved(images.sliced(axis: 0, index..<index + 1), by: pixels, downwards: rows)
      })
  }

  /// The share of images whose class is right.
  package func accuracy(of model: Sequential, movedBy pixels: Int = 0) -> Double {
    LabData.accuracy(of: model, Self.moved(test, by: pixels), testLabels)
  }
}
