/// A type that elements are stored as: how it becomes a number and back.
protocol StoredElement: BitwiseCopyable, Sendable, Comparable {
  /// The value; beyond 2⁵³ an `Int64` is rounded.
  var double: Double { get }
  /// The nearest value; to integers towards zero, saturating, NaN to 0.
  init(converting value: Double)
  static func sum(_ a: Self, _ b: Self) -> Self
}

extension Float: StoredElement {
  @inline(__always) var double: Double { Double(self) }
  @inline(__always) init(converting value: Double) { self = Float(value) }
  @inline(__always) static func sum(_ a: Float, _ b: Float) -> Float { a + b }
}

extension Double: StoredElement {
  @inline(__always) var double: Double { self }
  @inline(__always) init(converting value: Double) { self = value }
  @inline(__always) static func sum(_ a: Double, _ b: Double) -> Double { a + b }
}

extension Int32: StoredElement {
  @inline(__always) var double: Double { Double(self) }
  @inline(__always) init(converting value: Double) {
    if value >= 2_147_483_647 {
      self = .max
    } else if value <= -2_147_483_648 {
      self = .min
    } else {
      self = value.isNaN ? 0 : Int32(value)
    }
  }
  /// Wraps around.
  @inline(__always) static func sum(_ a: Int32, _ b: Int32) -> Int32 { a &+ b }
}

extension Int64: StoredElement {
  @inline(__always) var double: Double { Double(self) }
  @inline(__always) init(converting value: Double) {
    if value >= 9_223_372_036_854_775_808 {
      self = .max
    } else if value < -9_223_372_036_854_775_808 {
      self = .min
    } else {
      self = value.isNaN ? 0 : Int64(value)
    }
  }
  /// Wraps around.
  @inline(__always) static func sum(_ a: Int64, _ b: Int64) -> Int64 { a &+ b }
}

extension UInt8: StoredElement {
  @inline(__always) var double: Double { Double(self) }
  @inline(__always) init(converting value: Double) {
    if value >= 255 {
      self = 255
    } else {
      self = value > 0 ? UInt8(value) : 0
    }
  }
  /// Wraps around.
  @inline(__always) static func sum(_ a: UInt8, _ b: UInt8) -> UInt8 { a &+ b }
}

/// An element of a `bool` array: any byte but 0 is true.
struct StoredBool: StoredElement {
  let byte: UInt8

  @inline(__always) init(_ value: Bool) { byte = value ? 1 : 0 }
  @inline(__always) init(converting value: Double) { self.init(value != 0) }
  @inline(__always) var double: Double { byte == 0 ? 0 : 1 }

  static func == (a: StoredBool, b: StoredBool) -> Bool { (a.byte != 0) == (b.byte != 0) }
  static func < (a: StoredBool, b: StoredBool) -> Bool { a.byte == 0 && b.byte != 0 }
  /// Logical or.
  static func sum(_ a: StoredBool, _ b: StoredBool) -> StoredBool {
    StoredBool(a.byte != 0 || b.byte != 0)
  }
}

/// An element of a `float16` array.
struct StoredHalf: StoredElement {
  let bits: UInt16

  @inline(__always) init(converting value: Double) {
    bits = HalfPrecision.bits(of: Float(value))
  }
  @inline(__always) var double: Double { Double(HalfPrecision.value(ofBits: bits)) }

  static func == (a: StoredHalf, b: StoredHalf) -> Bool { a.double == b.double }
  static func < (a: StoredHalf, b: StoredHalf) -> Bool { a.double < b.double }
  static func sum(_ a: StoredHalf, _ b: StoredHalf) -> StoredHalf {
    StoredHalf(converting: a.double + b.double)
  }
}
