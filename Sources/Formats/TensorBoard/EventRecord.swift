/// An entry of TensorBoard's event files, as bytes.
///
/// The message `Event` of TensorFlow's `event.proto` in protocol buffers' wire format (field number
/// and type in a byte, then the value), framed as a record: length, the length's check, the message,
/// its check.
///
/// - Source: TensorFlow, `tensorflow/core/util/event.proto`, `tensorflow/core/framework/summary.proto`
///   and "TFRecords format details"; Protocol Buffers, "Encoding".
struct EventRecord {
  /// What an entry tells.
  enum Content {
    /// The format's version, which every file begins with.
    case version
    /// A process begins at the entry's step: what an earlier one wrote at it and after counts no more.
    case start
    /// Numbers by name.
    case scalars([(tag: String, value: Double)])
  }

  /// The moment, in seconds since 1970.
  let wallTime: Double
  /// The optimizer's step.
  let step: Int
  /// What is told.
  let content: Content

  /// The framed record.
  var bytes: [UInt8] {
    let message = message
    let length = Self.littleEndian(UInt64(message.count))
    return length + Self.littleEndian(Self.masked(length)) + message
      + Self.littleEndian(Self.masked(message))
  }

  private var message: [UInt8] {
    var message: [UInt8] = [1 << 3 | 1] + Self.littleEndian(wallTime.bitPattern)
    if step != 0 {
      message += [2 << 3 | 0] + Self.variable(UInt64(bitPattern: Int64(step)))
    }
    switch content {
    case .version: message += Self.field(3, Array("brain.Event:2".utf8))
    case .start: message += Self.field(7, [1 << 3 | 0, 1])
    case .scalars(let scalars):
      let values = scalars.flatMap { scalar -> [UInt8] in
        let value = Self.littleEndian(Float(scalar.value).bitPattern)
        return Self.field(1, Self.field(1, Array(scalar.tag.utf8)) + [2 << 3 | 5] + value)
      }
      message += Self.field(5, values)
    }
    return message
  }

  /// A field that has a length.
  private static func field(_ number: UInt8, _ content: [UInt8]) -> [UInt8] {
    [number << 3 | 2] + variable(UInt64(content.count)) + content
  }

  /// Seven bits a byte, the lowest first, the high bit where more follow.
  private static func variable(_ number: UInt64) -> [UInt8] {
    var rest = number
    var bytes: [UInt8] = []
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  private static func littleEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }

  /// A check turned about and shifted, so that a check over a check is none of the usual ones.
  private static func masked(_ bytes: [UInt8]) -> UInt32 {
    let sum = CRC32C.checksum(bytes)
    return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
  }
}
