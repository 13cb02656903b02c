import Foundation

/// One step of gradient descent on a weight under a penalty.
package enum PenalizedStep {
  /// By the subgradient of λ|w|: w ← w − η(g + λ·sign w), with sign 0 = 0.
  package static func subgradient(
    _ weight: Double, gradient: Double, learningRate: Double, strength: Double
  ) -> Double {
    let sign = weight > 0 ? 1.0 : weight < 0 ? -1 : 0
    return weight - learningRate * (gradient + strength * sign)
  }

  /// The proximal step of λ|w|: the gradient's step, then towards 0 by ηλ, but not beyond it.
  ///
  /// - Source: Daubechies, Defrise and De Mol 2004, "An iterative thresholding algorithm for linear
  ///   inverse problems with a sparsity constraint".
  package static func proximal(
    _ weight: Double, gradient: Double, learningRate: Double, strength: Double
  ) -> Double {
    let moved = weight - learningRate * gradient
    return moved.sign == .minus
      ? min(moved + learningRate * strength, 0) : max(moved - learningRate * strength, 0)
  }

  /// The decay of (λ/2)·w²: w ← (1 − λη)·w − η·g.
  package static func decay(
    _ weight: Double, gradient: Double, learningRate: Double, strength: Double
  ) -> Double {
    (1 - strength * learningRate) * weight - learningRate * gradient
  }
}
