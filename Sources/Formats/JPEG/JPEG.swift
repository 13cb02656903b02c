import Arrays
import CJPEG

/// JPEG images, by libjpeg.
///
/// Source: ITU-T T.81, "Digital compression and coding of continuous-tone still images"; ITU-T
/// T.871 (JFIF); libjpeg.txt of the Independent JPEG Group.
public enum JPEG {
  /// How many channels are wanted; gray is the luma that the file stores.
  public typealias Channels = PNG.Channels

  /// Whether the bytes begin as a JPEG file does.
  public static func isJPEG(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0xFF, 0xD8, 0xFF]) }

  /// Reads an image, gray or colour, baseline or progressive, upright as its Exif orientation says.
  ///
  /// Chrominance of lower resolution is interpolated, as libjpeg does by default.
  /// - Parameters:
  ///   - path: The file.
  ///   - channels: How many channels are wanted.
  ///   - maximumPixels: The most pixels that are read.
  /// - Returns: `uint8` [channels, height, width].
  /// - Throws: `FormatError` where the file cannot be read, is no JPEG, a damaged one or one that is
  ///   cut off; where its colours are inks (CMYK), which only a printer's profile turns into light,
  ///   or it is coded arithmetically or with more than 8 bits a sample; where it has more pixels
  ///   than allowed.
  public static func read(
    _ path: String, channels: Channels = .asStored,
    maximumPixels: Int = PNG.defaultMaximumPixels
  ) throws(FormatError) -> NDArray {
    let maximum = ImageFile.maximumByteCount(pixels: maximumPixels)
    return try decode(
      Files.read(path, maximum: maximum), file: path, channels: channels,
      maximumPixels: maximumPixels)
  }

  /// The image that the bytes of a file hold, as `read` gives it.
  /// - Parameters:
  ///   - bytes: The content of the file.
  ///   - file: The name that errors give.
  ///   - channels: How many channels are wanted.
  ///   - maximumPixels: The most pixels that are read.
  /// - Throws: `FormatError`, as `read` does.
  public static func decode(
    _ bytes: [UInt8], file: String = "JPEG data", channels: Channels = .asStored,
    maximumPixels: Int = PNG.defaultMaximumPixels
  ) throws(FormatError) -> NDArray {
    let header = try JPEGHeader(bytes, file: file, maximumPixels: maximumPixels)
    let wanted =
      switch channels {
      case .asStored: header.isColor ? 3 : 1
      case .gray: 1
      case .rgb: 3
      }
    let (width, height) = (header.width, header.height)
    // Pictures of several scans come from coefficients that are kept, padded to whole blocks.
    let blocks = ((width + 63) / 32) * ((height + 63) / 32) * 1024
    let coefficients = header.hasScans ? 2 * 3 * blocks : 0
    let turned = header.orientation == .upright ? 0 : wanted * width * height
    try NDArray.requireMemory(
      of: file, place: "", byteCount: wanted * width * height + coefficients + turned)
    let picture = try NDArray.content(
      of: file, place: "", sizes: [wanted, height, width], dtype: .uint8)
    var report = gradus_jpeg_report()
    let status = try picture.withContentBytes { (target) throws(FormatError) in
      gradus_jpeg_planes(
        bytes, bytes.count, Int32(wanted), Int32(width), Int32(height),
        Int64(coefficients + 1 << 21), target.bindMemory(to: UInt8.self).baseAddress, &report)
    }
    try JPEGHeader.check(status, report, file: file)
    return header.orientation == .upright
      ? picture : try header.orientation.turned(picture, file: file)
  }
}
