import Foundation

/// A map of the plane: x to the right, y down, in pixels from the image's centre.
struct AffineMap: Equatable {
  /// x ↦ xx·x + xy·y + x0
  var xx = 1.0
  var xy = 0.0
  var x0 = 0.0
  /// y ↦ yx·x + yy·y + y0
  var yx = 0.0
  var yy = 1.0
  var y0 = 0.0

  /// The map that leaves all where it is.
  static let identity = AffineMap()

  /// First `inner`, then this.
  func after(_ inner: AffineMap) -> AffineMap {
    AffineMap(
      xx: xx * inner.xx + xy * inner.yx, xy: xx * inner.xy + xy * inner.yy,
      x0: xx * inner.x0 + xy * inner.y0 + x0,
      yx: yx * inner.xx + yy * inner.yx, yy: yx * inner.xy + yy * inner.yy,
      y0: yx * inner.x0 + yy * inner.y0 + y0)
  }
}

// Where a pixel of the changed image comes from: the inverse of each change.
extension AffineMap {
  static func shift(down: Int, right: Int) -> AffineMap {
    AffineMap(x0: -Double(right), y0: -Double(down))
  }

  static func rotation(degrees: Double) -> AffineMap {
    // Multiples of a right angle are exact, so that such an image is one with its pixels permuted.
    let quarters = (degrees / 90).rounded()
    let rest = (degrees - 90 * quarters) * .pi / 180
    let (sine, cosine) = (sin(rest), cos(rest))
    let (y, x): (Double, Double) =
      switch Int(quarters) & 3 {
      case 0: (sine, cosine)
      case 1: (cosine, -sine)
      case 2: (-sine, -cosine)
      default: (-cosine, sine)
      }
    return AffineMap(xx: x, xy: -y, yx: y, yy: x)
  }

  static func scale(_ factor: Double) -> AffineMap {
    AffineMap(xx: 1 / factor, yy: 1 / factor)
  }

  static func shear(degrees: Double) -> AffineMap { AffineMap(xy: tan(degrees * .pi / 180)) }

  static let flip = AffineMap(xx: -1)
}
