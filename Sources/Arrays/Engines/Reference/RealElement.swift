#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// `Float` or `Double`: what the engine's arithmetic is generic over. The functions are the C
/// library's of that precision.
protocol RealElement: StoredElement, BinaryFloatingPoint, ArrayElement, Codable {
  /// A vector register of 16 bytes, which every 64-bit processor has.
  associatedtype Lanes: SIMD where Lanes.Scalar == Self

  /// sum += factor · lanes; concrete, since operators of generic vectors compile to loops.
  static func addProduct(_ factor: Self, _ lanes: Lanes, to sum: inout Lanes)
  static func add(_ lanes: Lanes, to sum: inout Lanes)

  static func exp(_ x: Self) -> Self
  static func log(_ x: Self) -> Self
  static func log1p(_ x: Self) -> Self
  static func sin(_ x: Self) -> Self
  static func cos(_ x: Self) -> Self
  static func tanh(_ x: Self) -> Self
  static func erf(_ x: Self) -> Self
  static func erfc(_ x: Self) -> Self
  static func pow(_ x: Self, _ y: Self) -> Self
}

extension Float: RealElement {
  typealias Lanes = SIMD4<Float>

  @inline(__always)
  static func addProduct(_ factor: Float, _ lanes: SIMD4<Float>, to sum: inout SIMD4<Float>) {
    sum += lanes * factor
  }
  @inline(__always)
  static func add(_ lanes: SIMD4<Float>, to sum: inout SIMD4<Float>) { sum += lanes }

  @inline(__always) static func exp(_ x: Float) -> Float { expf(x) }
  @inline(__always) static func log(_ x: Float) -> Float { logf(x) }
  @inline(__always) static func log1p(_ x: Float) -> Float { log1pf(x) }
  @inline(__always) static func sin(_ x: Float) -> Float { sinf(x) }
  @inline(__always) static func cos(_ x: Float) -> Float { cosf(x) }
  @inline(__always) static func tanh(_ x: Float) -> Float { tanhf(x) }
  @inline(__always) static func erf(_ x: Float) -> Float { erff(x) }
  @inline(__always) static func erfc(_ x: Float) -> Float { erfcf(x) }
  @inline(__always) static func pow(_ x: Float, _ y: Float) -> Float { powf(x, y) }
}

extension Double: RealElement {
  typealias Lanes = SIMD2<Double>

  @inline(__always)
  static func addProduct(_ factor: Double, _ lanes: SIMD2<Double>, to sum: inout SIMD2<Double>) {
    sum += lanes * factor
  }
  @inline(__always)
  static func add(_ lanes: SIMD2<Double>, to sum: inout SIMD2<Double>) { sum += lanes }

  @inline(__always) static func exp(_ x: Double) -> Double { cExp(x) }
  @inline(__always) static func log(_ x: Double) -> Double { cLog(x) }
  @inline(__always) static func log1p(_ x: Double) -> Double { cLog1p(x) }
  @inline(__always) static func sin(_ x: Double) -> Double { cSin(x) }
  @inline(__always) static func cos(_ x: Double) -> Double { cCos(x) }
  @inline(__always) static func tanh(_ x: Double) -> Double { cTanh(x) }
  @inline(__always) static func erf(_ x: Double) -> Double { cErf(x) }
  @inline(__always) static func erfc(_ x: Double) -> Double { cErfc(x) }
  @inline(__always) static func pow(_ x: Double, _ y: Double) -> Double { cPow(x, y) }
}

// The C library's functions of a `Double`, under names that the methods above do not hide.

@inline(__always) private func cExp(_ x: Double) -> Double { exp(x) }
@inline(__always) private func cLog(_ x: Double) -> Double { log(x) }
@inline(__always) private func cLog1p(_ x: Double) -> Double { log1p(x) }
@inline(__always) private func cSin(_ x: Double) -> Double { sin(x) }
@inline(__always) private func cCos(_ x: Double) -> Double { cos(x) }
@inline(__always) private func cTanh(_ x: Double) -> Double { tanh(x) }
@inline(__always) private func cErf(_ x: Double) -> Double { erf(x) }
@inline(__always) private func cErfc(_ x: Double) -> Double { erfc(x) }
@inline(__always) private func cPow(_ x: Double, _ y: Double) -> Double { pow(x, y) }
