/// Gaussian error linear unit, element-wise: y = x·Φ(x) with the normal distribution Φ, or its
/// approximation by tanh.
///
/// - Source: Hendrycks and Gimpel 2016, "Gaussian Error Linear Units", section 2.
struct GELU: UnaryOperation {
  static let name = "gelu"
  static let formula = Formula(
    value: "0.5 * x * (1 + erf(x / sqrt(2)))",
    gradient:
      "u * (0.5 * (1 + erf(x / sqrt(2))) + x * exp(-x ^ 2 / 2) * 0.3989422804014327)")
  var formula: Formula { Self.formula }
  var saves: Saves { .first }

  func value(_ x: NDArray) -> NDArray { x.unary(.gelu) }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    let x = saved.x
    let distribution = ((x * 0.7071067811865476).errorFunction() + 1) * 0.5
    let density = (x.squared() * -0.5).exp() * 0.3989422804014327
    return upstream * (distribution + x * density)
  }

  func fusedGradient(_ upstream: NDArray, _ saved: Saved) -> NDArray? {
    engine(for: upstream.dtype).unaryGradient(
      .geluFromInput, upstream: upstream, saved: saved.x.array, alpha: 0)
  }
}

/// GELU's approximation, y = ½x (1 + tanh(√(2/π) (x + 0.044715 x³))).
///
/// - Source: Hendrycks and Gimpel 2016, section 2.
struct GELUTanh: UnaryOperation {
  static let name = "geluTanh"
  static let formula = Formula(
    value: "0.5 * x * (1 + tanh(0.7978845608028654 * (x + 0.044715 * x ^ 3)))",
    gradient: """
      u * (0.5 * (1 + tanh(0.7978845608028654 * (x + 0.044715 * x ^ 3))) + 0.5 * x * \
      (1 - tanh(0.7978845608028654 * (x + 0.044715 * x ^ 3)) ^ 2) * 0.7978845608028654 * \
      (1 + 0.134145 * x ^ 2))
      """)
  var formula: Formula { Self.formula }
  var saves: Saves { .first }

  func value(_ x: NDArray) -> NDArray { x.unary(.geluTanh) }

  func gradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    let x = saved.x
    let square = x.squared()
    let t = (x * (square * 0.044715 + 1) * 0.7978845608028654).tanh()
    let slope = (square * 0.134145 + 1) * 0.7978845608028654
    return upstream * ((t + 1) * 0.5 + x * 0.5 * (1 - t.squared()) * slope)
  }

  func fusedGradient(_ upstream: NDArray, _ saved: Saved) -> NDArray? {
    engine(for: upstream.dtype).unaryGradient(
      .geluTanhFromInput, upstream: upstream, saved: saved.x.array, alpha: 0)
  }
}

/// The two forms of GELU.
public enum GELUForm: String, Sendable, Codable, CaseIterable {
  /// x·Φ(x) by the error function; PyTorch's default and this library's.
  case exact
  /// ½x·(1 + tanh(√(2/π)·(x + 0.044715 x³))), which GPT-2 used.
  case tanh
}

extension Tensor {
  /// x·Φ(x) with the standard normal distribution Φ, element-wise, exact or by tanh.
  /// - Source: Hendrycks and Gimpel 2016, "Gaussian Error Linear Units", section 2.
  public func gelu(_ form: GELUForm = .exact) -> Tensor {
    form == .exact ? apply(GELU(), self) : apply(GELUTanh(), self)
  }
}
