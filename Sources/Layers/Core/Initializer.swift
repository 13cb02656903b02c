/// How the first values of a parameter are drawn.
///
/// `inputs` and `outputs` are the parameter's ``Parameter/Fans``: of a dense layer its sizes, of a
/// convolution channels in a group times taps.
public enum Initializer: Sendable, Hashable {
  /// 0.
  case zeros
  /// 1.
  case ones
  /// The given number.
  case constant(Double)
  /// U(low, high): equally likely from `low` up to, not including, `high`.
  case uniform(low: Double, high: Double)
  /// N(mean, standardDeviation²).
  case normal(mean: Double, standardDeviation: Double)
  /// U(±√(6 / (inputs + outputs))).
  ///
  /// Source: Glorot and Bengio 2010, "Understanding the difficulty of training deep feedforward
  /// neural networks", equation 16.
  case xavierUniform
  /// N(0, 2 / (inputs + outputs)), which has the same variance.
  case xavierNormal
  /// N(0, 2 / inputs).
  ///
  /// Source: He et al. 2015, "Delving Deep into Rectifiers", section 2.2.
  case heNormal
  /// U(±√(6 / inputs)), which has the variance of `heNormal`.
  case heUniform
  /// U(±1/√inputs), PyTorch's default for dense and convolutional layers.
  case inverseRootUniform
  /// Orthonormal rows or columns, whichever are fewer, times a gain: from the QR decomposition of
  /// a normal matrix.
  ///
  /// Source: Saxe, McClelland and Ganguli 2014, "Exact solutions to the nonlinear dynamics of
  /// learning in deep linear neural networks", section 3.
  case orthogonal(gain: Double)

  /// The first values, which depend on the key alone.
  func draw(_ shape: Shape, fans: Parameter.Fans, key: RandomKey, dtype: DType) -> NDArray {
    let inputs = Double(max(fans.inputs, 1))
    let sum = Double(max(fans.inputs + fans.outputs, 1))
    func uniform(_ bound: Double) -> NDArray {
      NDArray.uniform(shape, in: -bound..<bound, key: key, dtype: dtype)
    }
    func normal(_ deviation: Double, mean: Double = 0) -> NDArray {
      NDArray.normal(shape, mean: mean, standardDeviation: deviation, key: key, dtype: dtype)
    }
    switch self {
    case .zeros: return NDArray.zeros(shape, dtype: dtype)
    case .ones: return NDArray.ones(shape, dtype: dtype)
    case .constant(let value): return NDArray(repeating: value, shape: shape, dtype: dtype)
    case .uniform(let low, let high):
      return NDArray.uniform(shape, in: low..<high, key: key, dtype: dtype)
    case .normal(let mean, let deviation): return normal(deviation, mean: mean)
    case .xavierUniform: return uniform((6 / sum).squareRoot())
    case .xavierNormal: return normal((2 / sum).squareRoot())
    case .heNormal: return normal((2 / inputs).squareRoot())
    case .heUniform: return uniform((6 / inputs).squareRoot())
    case .inverseRootUniform: return uniform(1 / inputs.squareRoot())
    case .orthogonal(let gain):
      return Self.orthogonal(shape, key: key).cast(to: dtype) * gain
    }
  }

  /// Gram–Schmidt, twice for accuracy, on the rows of a normal matrix in float64.
  private static func orthogonal(_ shape: Shape, key: RandomKey) -> NDArray {
    let rows = shape.first ?? 1
    let columns = shape.dropFirst().reduce(1, *)
    let wide = rows <= columns
    let (count, length) = wide ? (rows, columns) : (columns, rows)
    let drawn = NDArray.normal(
      [count, length], mean: 0, standardDeviation: 1, key: key, dtype: .float64
    ).doubles
    var basis: [[Double]] = []
    for row in 0..<count {
      var vector = Array(drawn[(row * length)..<((row + 1) * length)])
      for _ in 0..<2 {
        for other in basis {
          let projection = zip(vector, other).reduce(0) { $0 + $1.0 * $1.1 }
          for index in 0..<length { vector[index] -= projection * other[index] }
        }
      }
      let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
      basis.append(vector.map { $0 / norm })
    }
    let matrix = NDArray(basis.flatMap { $0 }, shape: [count, length])
    return (wide ? matrix : matrix.transposed()).reshaped(shape)
  }
}
