import Explain
import Formats

extension ProblemKind {
  /// Networks with their numbers.
  static let network = ProblemKind(
    name: NetworkProblem.kind,
    summary: "A network: forward pass, backward pass and update of one or more iterations.",
    keys: [
      .required("input", "samples, a row each ([[1, 0.5]]), or images [N, C, H, W]"),
      .required("target", "targets, a row a sample; one-hot or probabilities for cross-entropy"),
      .required(
        "layers",
        "a list of dense {weight (rows of outputs) or units and seed, bias, activation}, "
          + "convolution {weight, bias, stride, padding, activation}, "
          + "max-pool and average-pool {window, stride}, batch-norm {scale, shift, epsilon}, "
          + "dropout {mask, keep}, flatten, or an activation alone; activations: identity sigmoid "
          + "tanh relu leaky-relu softmax, or {leaky-relu: slope}"),
      .required(
        "loss", "half-squared-error, mean-squared-error, cross-entropy or binary-cross-entropy"),
      .optional(
        "optimizer",
        "{name: sgd momentum nesterov delta-bar-delta adagrad rmsprop adam, learning-rate, momentum, "
          + "decay, beta1, beta2, epsilon, increase, decrease}; {name: sgd, learning-rate: 0.1}; "
          + "'none' for gradients alone"),
      .optional("regularization", "a list of {parameter: layers.0.weight, l1: λ, l2: λ}"),
      .optional("iterations", "updates; 1"),
    ],
    example: """
      kind: network
      input: [[1.0]]
      target: [[0.0]]
      layers:
        - dense: {weight: [[0.5]], activation: sigmoid}
        - dense: {weight: [[-0.4]], activation: identity}
      loss: half-squared-error
      optimizer: {name: sgd, learning-rate: 0.1}
      iterations: 1
      """,
    read: { members in
      let input = try members.array("input")!
      var width = input.shape.last ?? 0
      let entries = try members["layers"]!.list("a list of layers")
      guard entries.count <= 50 else { throw members["layers"]!.expected("at most 50 layers") }
      let layers = try entries.enumerated().map { index, entry in
        try layer(entry, index, width: &width)
      }
      return NetworkProblem(
        input: input, target: try members.matrix("target")!, layers: layers,
        loss: try members["loss"]!.choice(
          "loss", NetworkProblem.Loss.allCases.map { ($0.rawValue, $0) }),
        optimizer: try optimizer(members["optimizer"]),
        penalties: try members["regularization"].map(penalties) ?? [],
        iterations: try members.integer("iterations", 1...1000) ?? 1, title: try members.title())
    })

  private static let layerNames = [
    "dense", "convolution", "max-pool", "average-pool", "batch-norm", "dropout", "flatten",
    "identity", "sigmoid", "tanh", "relu", "leaky-relu", "softmax",
  ]

  /// A layer of a network; `width` is what comes in and, after it, what goes out.
  static func layer(
    _ entry: YAMLValue, _ index: Int, width: inout Int
  ) throws -> NetworkProblem.Layer {
    let (name, value) = try entry.named("a layer such as 'relu' or 'dense: {weight: [[0.5]]}'")
    func members(_ keys: [String]) throws -> [String: YAMLValue] {
      guard let value else { throw entry.expected("\(name): {\(keys.joined(separator: ", "))}") }
      return try value.members(keys)
    }
    func pooling() throws -> (window: Int, stride: Int) {
      guard let value else { throw entry.expected("\(name): window") }
      if !value.isMapping {
        let window = try value.integer(1...1000)
        return (window, window)
      }
      let parts = try value.members(["window", "stride"])
      guard let window = parts["window"] else { throw value.missing("window") }
      let size = try window.integer(1...1000)
      return (size, try parts["stride"]?.integer(1...1000) ?? size)
    }
    switch name {
    case "dense":
      let parts = try members(["weight", "bias", "activation", "units", "seed"])
      let weight: [[Double]]
      if let given = parts["weight"] {
        guard parts["units"] == nil, parts["seed"] == nil else {
          throw entry.error("found both weight and units, expected one of them")
        }
        weight = try given.matrix()
      } else {
        guard let units = parts["units"] else { throw value!.missing("weight") }
        let count = try units.integer(1...1_000_000)
        guard count * width <= 100_000 else {
          throw units.error("found \(count) units, which is too large to show: at most 64")
        }
        weight = drawn(
          count, width, seed: UInt64(try parts["seed"]?.integer(0...Int.max) ?? 0), layer: index)
      }
      width = weight.count
      return .dense(
        weight: weight, bias: try parts["bias"]?.vector(),
        activation: try parts["activation"].map(activation) ?? .identity)
    case "convolution":
      let parts = try members(["weight", "bias", "stride", "padding", "activation"])
      guard let weight = parts["weight"] else { throw value!.missing("weight") }
      let numbers = try weight.list("filters").map { filter in
        try filter.list("channels").map { try $0.matrix() }
      }
      return .convolution(
        weight: numbers, bias: try parts["bias"]?.vector(),
        stride: try parts["stride"]?.integer(1...1000) ?? 1,
        padding: try parts["padding"]?.integer(0...1000) ?? 0,
        activation: try parts["activation"].map(activation) ?? .identity)
    case "max-pool":
      let (window, stride) = try pooling()
      return .maximumPool(window: window, stride: stride)
    case "average-pool":
      let (window, stride) = try pooling()
      return .averagePool(window: window, stride: stride)
    case "flatten": return .flatten
    case "batch-norm":
      let parts = try members(["scale", "shift", "epsilon"])
      guard let scale = try parts["scale"]?.vector() else { throw value!.missing("scale") }
      return .batchNorm(
        scale: scale,
        shift: try parts["shift"]?.vector() ?? [Double](repeating: 0, count: scale.count),
        epsilon: try parts["epsilon"]?.number(0...1) ?? 1e-5)
    case "dropout":
      let parts = try members(["mask", "keep"])
      guard let mask = parts["mask"] else { throw value!.missing("mask") }
      guard let keep = parts["keep"] else { throw value!.missing("keep") }
      return .dropout(mask: try mask.matrix(), keep: try keep.number(0...1))
    case "identity", "sigmoid", "tanh", "relu", "leaky-relu", "softmax":
      return .activation(try activation(entry))
    default:
      let nearest = nearestName(name, among: layerNames).map { "did you mean \($0)? " } ?? ""
      throw entry.error(
        "unknown layer '\(name)'; \(nearest)known: \(layerNames.joined(separator: ", "))")
    }
  }

  private static func activation(_ value: YAMLValue) throws -> NetworkProblem.Activation {
    let (name, inner) = try value.named("an activation such as sigmoid")
    if name == "leaky-relu" { return .leakyReLU(slope: try inner?.number(0...1) ?? 0.01) }
    guard inner == nil else { throw value.expected("an activation such as sigmoid") }
    return try value.choice(
      "activation",
      [
        ("identity", .identity), ("sigmoid", .sigmoid), ("tanh", .tanh), ("relu", .relu),
        ("leaky-relu", .leakyReLU(slope: 0.01)), ("softmax", .softmax),
      ])
  }

  /// Weights with one digit after the point, from −0.9 to 0.9, so that they can be written down.
  private static func drawn(_ rows: Int, _ columns: Int, seed: UInt64, layer: Int) -> [[Double]] {
    var generator = RandomGenerator(
      key: RandomKey(seed: seed, path: "explain.layers.\(layer).weight"))
    return (0..<rows).map { _ in
      (0..<columns).map { _ in Double(generator.integer(below: 19) - 9) / 10 }
    }
  }

  static func optimizer(_ value: YAMLValue?) throws -> OptimizerRule? {
    guard let value else { return .sgd(learningRate: 0.1) }
    if !value.isMapping, try value.string() == "none" { return nil }
    // A name alone stands for the rule with its defaults.
    let keys = [
      "name", "learning-rate", "momentum", "decay", "beta1", "beta2", "epsilon", "increase",
      "decrease",
    ]
    let parts = value.isMapping ? try value.members(keys) : ["name": value]
    guard let name = parts["name"] else { throw value.missing("name") }
    func number(_ key: String, _ fallback: Double) throws -> Double {
      try parts[key]?.number(0...1e6) ?? fallback
    }
    func share(_ key: String, _ fallback: Double) throws -> Double {
      guard let part = parts[key] else { return fallback }
      let number = try part.number(0...1)
      guard number < 1 else { throw part.expected("a number from 0 to below 1") }
      return number
    }
    let names = [
      "sgd", "momentum", "nesterov", "delta-bar-delta", "adagrad", "rmsprop", "adam", "newton",
    ]
    let chosen = try name.choice("optimizer", names.map { ($0, $0) })
    let known: [String: [String]] = [
      "momentum": ["momentum"], "nesterov": ["momentum"], "adagrad": ["epsilon"],
      "delta-bar-delta": ["increase", "decrease", "decay"],
      "rmsprop": ["decay", "epsilon"], "adam": ["beta1", "beta2", "epsilon"],
    ]
    for key in parts.keys.sorted()
    where !(["name", "learning-rate"] + (known[chosen] ?? [])).contains(key) {
      throw parts[key]!.error("\(chosen) has no '\(key)'")
    }
    let rate = try number(
      "learning-rate",
      chosen == "adam" || chosen == "rmsprop" ? 0.001 : chosen == "newton" ? 1 : 0.1)
    switch chosen {
    case "momentum":
      return .momentum(learningRate: rate, momentum: try share("momentum", 0.9))
    case "nesterov":
      return .nesterov(learningRate: rate, momentum: try share("momentum", 0.9))
    case "adagrad": return .adaGrad(learningRate: rate, epsilon: try number("epsilon", 1e-10))
    case "rmsprop":
      return .rmsProp(
        learningRate: rate, decay: try share("decay", 0.9), epsilon: try number("epsilon", 1e-8))
    case "adam":
      return .adam(
        learningRate: rate, beta1: try share("beta1", 0.9), beta2: try share("beta2", 0.999),
        epsilon: try number("epsilon", 1e-8))
    case "delta-bar-delta":
      return .deltaBarDelta(
        learningRate: rate, increase: try number("increase", 0.05),
        decrease: try share("decrease", 0.2), decay: try share("decay", 0.7))
    case "newton": return .newton(learningRate: rate)
    default: return .sgd(learningRate: rate)
    }
  }

  private static func penalties(_ value: YAMLValue) throws -> [NetworkProblem.Penalty] {
    try value.list("a list of {parameter, l1, l2}").map { entry in
      let parts = try entry.members(["parameter", "l1", "l2"])
      guard let parameter = parts["parameter"] else { throw entry.missing("parameter") }
      guard parts["l1"] != nil || parts["l2"] != nil else { throw entry.missing("l1' or 'l2") }
      return NetworkProblem.Penalty(
        parameter: try parameter.string(), l1: try parts["l1"]?.number(0...1e6) ?? 0,
        l2: try parts["l2"]?.number(0...1e6) ?? 0)
    }
  }
}
