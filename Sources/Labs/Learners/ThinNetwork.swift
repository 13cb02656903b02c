import Training

/// The residual networks for small images, and plain ones of the same layers, thin enough to be
/// trained in a lab: a 3 × 3 convolution, three stages of units of two, and a dense layer on the
/// means; 6n + 2 layers with weights.
///
/// - Source: He et al. 2016, "Deep Residual Learning for Image Recognition", section 4.2.
package enum ThinNetwork {
  /// A network of 6n + 2 layers for one channel and ten classes.
  /// - Parameters:
  ///   - units: n, units of a stage; at least 1.
  ///   - width: Channels of the first stage, doubled in each of the others.
  ///   - isResidual: Whether a shortcut goes around each unit.
  package static func make(units: Int, width: Int, isResidual: Bool) -> Sequential {
    var layers: [any Layer] = [
      Conv2D(1, width, kernel: 3, padding: 1, bias: false, initializer: .heNormal),
      BatchNorm(width), ReLU(),
    ]
    var channels = width
    for stage in 0..<3 {
      let filters = width << stage
      for unit in 0..<units {
        let step = stage > 0 && unit == 0 ? 2 : 1
        let body = Sequential {
          Conv2D(
            channels, filters, kernel: 3, stride: step, padding: 1, bias: false,
            initializer: .heNormal)
          BatchNorm(filters)
          ReLU()
          Conv2D(filters, filters, kernel: 3, padding: 1, bias: false, initializer: .heNormal)
          BatchNorm(filters)
        }
        layers.append(
          isResidual
            ? Residual(body, shortcut: step == 1 ? nil : projection(channels, filters)) : body)
        layers.append(ReLU())
        channels = filters
      }
    }
    layers += [GlobalAveragePool2D(), Dense(channels, 10)]
    return Sequential(layers)
  }

  /// Every other place, by 1 × 1 filters to more channels.
  private static func projection(_ channels: Int, _ filters: Int) -> Sequential {
    Sequential {
      Conv2D(
        channels, filters, kernel: 1, stride: 2, bias: false, initializer: .heNormal)
      BatchNorm(filters)
    }
  }
}
