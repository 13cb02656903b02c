import Arrays
import Datasets
import Testing

@Suite struct DatasetTests {
  private static let images = NDArray([UInt8](0..<12), shape: [2, 1, 2, 3])
  private static let labels = NDArray([Int32(1), 0])

  @Test func partsOfIt() throws {
    let dataset = try countingImages(5, classes: 3)
    #expect(dataset.count == 5)
    #expect(dataset.sampleShape == [1, 2, 3])
    #expect(dataset.isImages)
    #expect(dataset.maximumValue == 255)
    #expect(dataset.classCounts == [2, 2, 1])

    let subset = try dataset.subset([4, 0, 4])
    #expect(subset.labels.integers == [1, 0, 1])
    #expect(subset.inputs.integers == Array(24..<30) + Array(0..<6) + Array(24..<30))
    #expect(subset.classNames == dataset.classNames)

    let first = try dataset.prefix(2)
    #expect(first.labels.integers == [0, 1])
    #expect(try dataset.prefix(99).count == 5)
  }

  @Test func viewsArePutInOrder() throws {
    let columns = NDArray([Float(0), 1, 2, 3, 4, 5], shape: [2, 3])
    let dataset = try Dataset(
      name: "view", inputs: columns.transposed(),
      labels: NDArray([Int32(0), 9, 1, 9, 0, 9])
        .sliced(axis: 0, 0..<6, step: 2), classNames: ["a", "b"])
    #expect(dataset.count == 3)
    #expect(dataset.maximumValue == 1)
    #expect(try dataset.subset([1]).inputs.floats == [1, 4])
    #expect(dataset.labels.integers == [0, 1, 0])
  }

  private static let wrong: [(NDArray, NDArray, [String], String)] = [
    (
      NDArray.zeros([0, 1, 2, 3], dtype: .uint8), NDArray.zeros([0], dtype: .int32), ["a"],
      "s: found no samples, expected at least one"
    ),
    (
      images, NDArray([Int32(0)]), ["a"],
      "s: found 2 inputs and 1 labels, expected as many of both"
    ),
    (images, labels, [], "s: found no classes, expected at least one"),
    (images, labels, ["a"], "s: labels[0]: found 1, expected 0, the only class"),
    (
      images, NDArray([Int32(0), 3]), ["a", "b", "c"],
      "s: labels[1]: found 3, expected 0 to 2"
    ),
    (images, NDArray([Int32(0), -1]), ["a", "b"], "s: labels[1]: found -1, expected 0 to 1"),
    (
      images, NDArray([Float(0), 1]), ["a", "b"],
      "s: found labels [2] of float32, expected [N] of int32"
    ),
    (
      NDArray([UInt8](0..<12), shape: [2, 2, 3]), labels, ["a", "b"],
      "s: found inputs [2, 2, 3] of uint8, expected images [N, C, H, W] of uint8 or float32, or "
        + "features [N, F] of float32"
    ),
    (
      NDArray.zeros([2, 1, 0, 3], dtype: .uint8), labels, ["a", "b"],
      "s: found samples of shape [1, 0, 3], expected sizes of at least 1"
    ),
    (
      NDArray([Float(0), 1, 2, .nan], shape: [2, 2]), labels, ["a", "b"],
      "s: inputs[1][1]: found NaN, expected a finite number"
    ),
    (
      NDArray([Float(0), -.infinity, 2, 3], shape: [2, 2]), labels, ["a", "b"],
      "s: inputs[0][1]: found -inf, expected a finite number"
    ),
  ]

  @Test(arguments: wrong)
  func wrongParts(_ inputs: NDArray, _ labels: NDArray, _ classes: [String], _ expected: String) {
    #expect(
      message {
        _ = try Dataset(name: "s", inputs: inputs, labels: labels, classNames: classes)
      } == expected)
  }

  @Test func wrongRequests() throws {
    let dataset = try countingImages(4)
    #expect(
      message { _ = try dataset.subset([]) }
        == "counting: found no samples, expected at least one")
    #expect(
      message { _ = try dataset.subset([0, 4]) }
        == "counting: indices[1]: found 4, expected 0 to 3")
    #expect(
      message { _ = try dataset.prefix(0) }
        == "counting: found 0 samples asked for, expected at least 1")
    #expect(
      message {
        _ = try Dataset(
          name: "s", inputs: Self.images, labels: Self.labels, classNames: ["a", "b"],
          maximumValue: 0)
      } == "s: found the largest value 0.0, expected a positive number")
  }
}
