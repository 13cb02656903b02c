import Layers
import TestSupport
import Testing

/// Layers that are computed together, against the same layers one after another, which observation
/// of their outputs has them be.
@Suite("Fused layers")
struct FusionTests {
  static let networks: [(name: String, make: @Sendable () -> Sequential)] = [
    (
      "convolution, batch normalisation, ReLU",
      {
        Sequential {
          Conv2D(3, 16, kernel: 3, padding: 1)
          BatchNorm(16)
          ReLU()
        }
      }
    ),
    (
      "without an offset, without ReLU",
      {
        Sequential {
          Conv2D(3, 16, kernel: 3, stride: 2, bias: false)
          BatchNorm(16)
          Tanh()
        }
      }
    ),
    (
      "convolutions whose input lies in blocks",
      {
        Sequential {
          Conv2D(3, 64, kernel: 3)
          ReLU()
          Conv2D(64, 64, kernel: 3)
          ReLU()
          Conv2D(64, 32, kernel: 1)
          ReLU()
        }
      }
    ),
    (
      "ReLU6 after a batch normalisation and after a convolution, depthwise",
      {
        Sequential {
          Conv2D(3, 16, kernel: 3, bias: false)
          BatchNorm(16)
          ReLU6()
          Conv2D(16, 16, kernel: 3, padding: 1, groups: 16)
          ReLU6()
        }
      }
    ),
    (
      "convolution and ReLU",
      {
        Sequential {
          Conv2D(3, 12, kernel: 3)
          ReLU()
          Conv2D(12, 8, kernel: 1)
        }
      }
    ),
    (
      "batch normalisation before the convolution",
      {
        Sequential {
          Conv2D(3, 16, kernel: 3)
          MaxPool2D(2)
          BatchNorm(16)
          ReLU()
          Conv2D(16, 8, kernel: 1)
        }
      }
    ),
    (
      "a residual unit",
      {
        Sequential {
          Conv2D(3, 16, kernel: 3, padding: 1)
          Residual {
            Conv2D(16, 16, kernel: 3, padding: 1)
            BatchNorm(16)
            ReLU()
            Conv2D(16, 16, kernel: 3, padding: 1)
            BatchNorm(16)
          }
          ReLU()
        }
      }
    ),
  ]

  /// A network whose statistics and factors are not those of the start.
  private func used(_ make: () -> Sequential) -> Sequential {
    var model = make().initialized(seed: 3)
    var number = 0
    model.forEachParameter { parameter in
      number += 1
      parameter.withMutableArray { array in
        array =
          array
          + NDArray.uniform(
            array.shape, in: -0.2..<0.2, key: RandomKey(seed: UInt64(number)), dtype: .float32)
      }
    }
    for step in 0..<3 {
      var context = Context(.training, step: UInt64(step))
      _ = model(image(seed: UInt64(10 + step)), &context)
      model.apply(statisticsOf: context)
    }
    return model
  }

  private func image(seed: UInt64, batch: Int = 4) -> Tensor {
    Tensor(
      NDArray.normal(
        [batch, 3, 10, 10], mean: 0.4, standardDeviation: 1, key: RandomKey(seed: seed),
        dtype: .float32))
  }

  private func outputs(_ model: Sequential, _ x: Tensor, _ mode: Context.Mode) -> (
    fused: NDArray, single: NDArray
  ) {
    var context = Context(mode)
    let fused = model(x, &context)
    var observed = Context(mode)
    observed.observesOutputs = true
    return (fused.array, model(x, &observed).array)
  }

  @Test(arguments: networks.indices, [1, 4, 9])
  func agreesWithLayerByLayer(_ index: Int, batch: Int) {
    let (name, make) = Self.networks[index]
    let model = used(make)
    for mode in [Context.Mode.evaluation, .training] {
      let (fused, single) = outputs(model, image(seed: 1, batch: batch), mode)
      #expect(relativeDifference(fused, single) < 1e-5, "\(name), \(mode)")
    }
  }

  @Test("gradients agree with those of double precision", arguments: networks.indices)
  func gradients(_ index: Int) {
    let (name, make) = Self.networks[index]
    func found(_ dtype: DType) -> [NDArray] {
      var model = used(make)
      model.cast(to: dtype)
      var context = Context(.training)
      let x = Tensor(image(seed: 2).array.cast(to: dtype))
      let (_, gradients) = valueWithGradients(of: model, &context) { model, context in
        (model(x, &context) * 0.5).squared().sum()
      }
      return gradients.entries.map(\.array)
    }
    let (single, double) = (found(.float32), found(.float64))
    // An offset before a batch normalisation has no gradient but rounding's: all are measured by the
    // largest.
    let largest = double.map { $0.absolute().maximum().item }.max() ?? 0
    #expect(largest > 0.1)
    for (single, double) in zip(single, double) {
      let difference = (single.cast(to: .float64) - double).absolute().maximum().item
      #expect(difference < 1e-5 * largest, "\(name), \(single.shape)")
    }
  }

  @Test("folded filters follow every change of a parameter or a statistic")
  func foldedFiltersFollow() {
    var model = used(Self.networks[0].make)
    let x = image(seed: 5)
    var last: NDArray?
    func check(_ what: String) {
      let (fused, single) = outputs(model, x, .evaluation)
      #expect(relativeDifference(fused, single) < 1e-5, "\(what)")
      if let last { #expect(relativeDifference(fused, last) > 1e-3, "\(what) changed nothing") }
      last = fused
    }
    check("at first")
    var names: [String] = []
    model.forEachParameter { names.append($0.path) }
    for name in names {
      model.forEachParameter { parameter in
        guard parameter.path == name else { return }
        // In place, as optimizers do.
        parameter.withMutableArray { array in
          array.withMutableElements(as: Float.self) { values in
            for place in values.indices { values[place] = values[place] * 1.5 + 0.1 }
          }
        }
      }
      check(name)
    }
    var context = Context(.training)
    _ = model(image(seed: 77) * 3, &context)
    model.apply(statisticsOf: context)
    check("statistics")
  }

  @Test("no samples after some, through filters in groups that were packed for those")
  func empty() {
    let model = Sequential {
      Conv2D(32, 32, kernel: 3, padding: 1, groups: 32, bias: false)
      BatchNorm(32)
      ReLU6()
      Conv2D(32, 64, kernel: 3, groups: 4)
      ReLU()
    }.initialized(seed: 1)
    for batch in [4, 0] {
      var context = Context(.evaluation)
      let x = Tensor(NDArray(repeating: 0.5, shape: [batch, 32, 20, 20]))
      #expect(model(x, &context).shape == [batch, 64, 18, 18])
    }
  }

  @Test("a NaN comes through", arguments: networks.indices)
  func notANumber(_ index: Int) {
    let (name, make) = Self.networks[index]
    let model = used(make)
    var array = image(seed: 1).array
    array.withMutableElements(as: Float.self) { $0[37] = .nan }
    for mode in [Context.Mode.evaluation, .training] {
      var context = Context(mode)
      #expect(model(Tensor(array), &context).array.floats.contains { $0.isNaN }, "\(name)")
    }
    var broken = model
    broken.forEachParameter { parameter in
      if parameter.path.hasSuffix("weight") {
        parameter.withMutableArray { $0 = $0 * .nan }
      }
    }
    for mode in [Context.Mode.evaluation, .training] {
      var context = Context(mode)
      #expect(broken(image(seed: 1), &context).array.floats.contains { $0.isNaN }, "\(name)")
    }
  }
}
