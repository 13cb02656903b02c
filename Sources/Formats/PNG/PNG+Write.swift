import Arrays
import CPNG

extension PNG {
  /// Writes an image with 8 bits a sample.
  /// - Parameters:
  ///   - image: `uint8` [height, width], [1, height, width] or [3, height, width].
  ///   - path: The file, which is replaced where there is one.
  /// - Throws: `FormatError` for another type or shape, or where the file cannot be written; the
  ///   file is there whole or not at all.
  public static func write(_ image: NDArray, to path: String) throws(FormatError) {
    try AtomicFile.write(encode(image, file: path), to: path)
  }

  /// The bytes of a file of an image.
  /// - Parameters:
  ///   - image: `uint8` [height, width], [1, height, width] or [3, height, width].
  ///   - file: The name that errors give.
  /// - Throws: `FormatError` for another type or shape.
  public static func encode(
    _ image: NDArray, file: String = "PNG data"
  ) throws(FormatError) -> [UInt8] {
    let channels = image.rank == 2 ? 1 : image.rank == 3 ? image.shape[0] : 0
    guard image.dtype == .uint8, channels == 1 || channels == 3 else {
      throw FormatError(
        .unsupported, file: file, found: "an array of \(image.dtype) \(image.shape)",
        expected: "uint8 [height, width], [1, height, width] or [3, height, width]")
    }
    let width = image.shape[image.rank - 1]
    let height = image.shape[image.rank - 2]
    // libpng takes sizes up to a million by default.
    guard (1...1_000_000).contains(width), (1...1_000_000).contains(height) else {
      throw FormatError(
        .unsupported, file: file, found: "\(width) × \(height) pixels",
        expected: "sizes from 1 to 1000000")
    }
    let pixels = width * height
    var interleaved = [UInt8](repeating: 0, count: pixels * channels)
    image.withElements(as: UInt8.self) { planes in
      for channel in 0..<channels {
        for pixel in 0..<pixels {
          interleaved[pixel * channels + channel] = planes[channel * pixels + pixel]
        }
      }
    }
    var description = png_image()
    description.version = png_uint_32(PNG_IMAGE_VERSION)
    description.width = png_uint_32(width)
    description.height = png_uint_32(height)
    description.format = channels == 3 ? 0x02 : 0  // PNG_FORMAT_RGB or PNG_FORMAT_GRAY
    defer { png_image_free(&description) }
    // Deflate adds little to what it cannot shrink; where this is too little, libpng says how much.
    var length = interleaved.count + interleaved.count / 16 + height + 4096
    for _ in 0..<2 {
      var succeeded = false
      let capacity = length
      let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, initialized in
        succeeded =
          png_image_write_to_memory(
            &description, buffer.baseAddress, &length, 0, interleaved,
            png_int_32(width * channels), nil) != 0
        initialized = succeeded ? length : 0
      }
      if succeeded { return bytes }
      if length <= capacity { break }
    }
    throw failure(&description, file: file)
  }
}
