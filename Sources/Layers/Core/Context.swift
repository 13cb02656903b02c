/// What a forward pass needs beside its input: mode, random state, and statistics waiting to be
/// applied. Nothing is ambient.
public struct Context: Sendable {
  /// What the pass is for.
  public enum Mode: Sendable {
    /// Dropout drops, batch normalisation uses the batch.
    case training
    /// Dropout passes, batch normalisation uses running statistics.
    case evaluation
  }

  /// What the pass is for.
  public var mode: Mode
  /// Fixes every random draw, together with the layer's path and the step.
  public var seed: UInt64
  /// The number of the training step.
  public var step: UInt64
  /// New values of statistics, to be applied once the step is done.
  public private(set) var pendingStatistics: [(path: String, array: NDArray)] = []
  private var draws: [String: UInt64] = [:]
  /// Whether the outputs of the layers inside are kept, for finding out where something went
  /// wrong.
  public var observesOutputs = false
  /// Path, kind and output of each layer so far, where `observesOutputs`.
  public private(set) var outputs: [(path: String, kind: String, array: NDArray)] = []
  private var location: [String] = []
  /// What auxiliary heads gave in a training pass, with their shares in the loss.
  public internal(set) var auxiliaryOutputs: [(output: Tensor, weight: Double)] = []

  /// A context for one pass.
  /// - Parameters:
  ///   - mode: What the pass is for; evaluation unless said otherwise.
  ///   - seed: Fixes every random draw, together with the layer's path and the step.
  ///   - step: The number of the training step; another step draws anew.
  public init(_ mode: Mode = .evaluation, seed: UInt64 = 0, step: UInt64 = 0) {
    self.mode = mode
    self.seed = seed
    self.step = step
  }

  /// A key for a layer's draw. A layer that draws several times in a step gets a new key each time.
  public mutating func key(for stream: RandomStream) -> RandomKey {
    let count = draws[stream.path, default: 0]
    draws[stream.path] = count + 1
    return RandomKey(
      seed: seed, path: count == 0 ? stream.path : "\(stream.path)#\(count)", step: step)
  }

  /// Calls a layer inside under its name; layers that hold others call them through this. An empty
  /// name adds nothing to the path.
  public mutating func call(
    _ name: @autoclosure () -> String, _ layer: any Layer, _ x: Tensor
  ) -> Tensor {
    guard observesOutputs else { return layer(x, &self) }
    let outer = location
    let name = name()
    if !name.isEmpty { location.append(name) }
    let count = outputs.count
    let y = layer(x, &self)
    // A layer that holds others is told of by those.
    if outputs.count == count {
      outputs.append((location.joined(separator: "."), layer.kind, y.array))
    }
    location = outer
    return y
  }

  /// Keeps a statistic's new value until the step is done.
  public mutating func update(_ statistic: Statistic, to array: NDArray) {
    pendingStatistics.append((statistic.path, array))
  }

  /// A loss of the network's output plus, for each auxiliary head, its weight times the loss of
  /// what it gave: L = ℓ(y) + Σ wᵢ·ℓ(yᵢ). There are none but in training. The heads' outputs are
  /// taken out of the context.
  ///
  /// - Parameters:
  ///   - output: What the network gave in this pass.
  ///   - loss: ℓ, of scores of the network's shape; a scalar.
  public mutating func totalLoss(of output: Tensor, _ loss: (Tensor) -> Tensor) -> Tensor {
    // Mutating, so that the output cannot be computed, and the context changed, within the call.
    defer { auxiliaryOutputs = [] }
    return auxiliaryOutputs.reduce(loss(output)) { $0 + loss($1.output) * $1.weight }
  }
}

extension Layer {
  /// Applies the statistics that a training pass left in the context.
  public mutating func apply(statisticsOf context: Context) {
    if context.pendingStatistics.isEmpty { return }
    var values: [String: NDArray] = [:]
    for (path, array) in context.pendingStatistics { values[path] = array }
    forEachStatistic { statistic in
      if let array = values[statistic.path] { statistic.array = array }
    }
  }
}
