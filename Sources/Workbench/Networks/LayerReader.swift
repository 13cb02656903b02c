import Formats

/// Makes layers from their entries in a network file, following the shape from one to the next.
enum LayerReader {
  /// The entries that a list of layers may have.
  static let names = [
    "dense", "conv2d", "conv-transpose2d", "max-pool", "average-pool", "global-max-pool",
    "global-average-pool", "adaptive-average-pool", "batch-norm", "layer-norm",
    "local-response-norm", "dropout", "flatten", "embedding", "residual", "branches", "sigmoid",
    "tanh", "relu", "relu6", "leaky-relu", "gelu", "softplus", "softmax",
  ]

  private static let largest = 1_000_000
  /// Most numbers in one layer's output for a sample, and in all parameters together: what no
  /// memory holds is refused, and no product of sizes overflows.
  static let mostElements = 1_000_000_000
  private static let mostParameters = 2_000_000_000

  /// A list of layers; `input` becomes the shape after them.
  static func sequence(_ list: YAMLValue, input: inout Shape) throws -> Sequential {
    var parameters = 0
    return try sequence(list, input: &input, parameters: &parameters)
  }

  private static func sequence(
    _ list: YAMLValue, input: inout Shape, parameters: inout Int
  ) throws -> Sequential {
    let entries = try list.list("a list of layers")
    guard !entries.isEmpty else { throw list.expected("at least one layer") }
    guard entries.count <= 10_000 else { throw list.expected("at most 10000 layers") }
    var layers: [any Layer] = []
    for entry in entries {
      let before = parameters
      let layer = try layer(entry, input: input, parameters: &parameters)
      // Residuals and branches have counted what is inside.
      if parameters == before { try count(layer, entry, &parameters) }
      do {
        let output = try layer.outputShape(input)
        guard let elements = output.checkedElementCount, elements <= mostElements else {
          throw entry.error(
            "found an output of shape \(output), expected at most \(mostElements) numbers a sample",
            .memory)
        }
        input = output
      } catch let error as ShapeError {
        throw entry.error(error.description)
      }
      layers.append(layer)
    }
    return Sequential(layers)
  }

  /// Adds a layer's parameters to the total.
  private static func count(
    _ layer: any Layer, _ entry: YAMLValue, _ parameters: inout Int
  ) throws {
    var total = parameters
    var copy = layer
    copy.forEachParameter { parameter in
      let (sum, overflow) = total.addingReportingOverflow(
        parameter.shape.checkedElementCount ?? Int.max)
      total = overflow ? Int.max : sum
    }
    guard total <= mostParameters else {
      throw entry.error(
        "with this layer the network has more than \(mostParameters) parameters", .memory)
    }
    parameters = total
  }

  private static func layer(
    _ entry: YAMLValue, input: Shape, parameters: inout Int
  ) throws -> any Layer {
    let (name, value) = try entry.named("a layer such as 'relu' or 'dense: 10'")
    switch name {
    case "dense": return try dense(entry, value, input: input)
    case "conv2d": return try convolution(entry, value, input: input)
    case "conv-transpose2d": return try transposed(entry, value, input: input)
    case "max-pool", "average-pool": return try pooling(name, entry, value)
    case "global-max-pool": return GlobalMaxPool2D()
    case "global-average-pool": return GlobalAveragePool2D()
    case "adaptive-average-pool":
      guard let value else { throw entry.expected("adaptive-average-pool: size") }
      return AdaptiveAveragePool2D(size: try value.pair(1...4096))
    case "local-response-norm": return try responseNorm(value)
    case "batch-norm":
      guard input.rank >= 2, input[1] <= largest else {
        throw wrong(entry, "batch-norm", input, "[N, C, ..]")
      }
      let members = try value?.members(["momentum", "epsilon"]) ?? [:]
      return BatchNorm(
        input[1], momentum: try members["momentum"]?.number(0...1) ?? 0.1,
        epsilon: try members["epsilon"]?.number(1e-12...1) ?? 1e-5)
    case "layer-norm":
      guard input.rank >= 2 else { throw wrong(entry, "layer-norm", input, "[N, ..]") }
      let members = try value?.members(["epsilon"]) ?? [:]
      return LayerNorm(
        Shape(input.dropFirst()), epsilon: try members["epsilon"]?.number(1e-12...1) ?? 1e-5)
    case "dropout":
      guard let value else { throw entry.expected("dropout: p") }
      return Dropout(try value.number(0...0.999))
    case "flatten": return Flatten()
    case "embedding":
      guard let members = try value?.members(["count", "size"]), let count = members["count"],
        let size = members["size"]
      else { throw entry.expected("embedding: {count: …, size: …}") }
      return Embedding(count: try count.integer(1...largest), size: try size.integer(1...largest))
    case "residual": return try residual(entry, value, input: input, parameters: &parameters)
    case "branches": return try branches(entry, value, input: input, parameters: &parameters)
    case "sigmoid": return Sigmoid()
    case "tanh": return Tanh()
    case "relu": return ReLU()
    case "relu6": return ReLU6()
    case "leaky-relu": return LeakyReLU(slope: try value?.number(0...1) ?? 0.01)
    case "gelu":
      guard let value else { return GELU() }
      guard let form = GELUForm(rawValue: try value.string()) else {
        throw value.expected("exact or tanh")
      }
      return GELU(form)
    case "softplus": return Softplus()
    case "softmax": return Softmax()
    default:
      let nearest = nearestName(name, among: names).map { "did you mean \($0)? " } ?? ""
      throw entry.error(
        "unknown layer '\(name)'; \(nearest)known: \(names.joined(separator: ", "))")
    }
  }

  private static func wrong(
    _ entry: YAMLValue, _ name: String, _ input: Shape, _ expected: String
  ) -> WorkbenchError {
    entry.error("\(name): found input \(input), expected \(expected)")
  }

  private static func dense(
    _ entry: YAMLValue, _ value: YAMLValue?, input: Shape
  ) throws -> any Layer {
    guard input.rank >= 2 else { throw wrong(entry, "dense", input, "[N, features]") }
    guard input.rank == 2 else {
      throw wrong(entry, "dense", input, "[N, features]; put 'flatten' before it")
    }
    guard let value else { throw entry.expected("dense: units") }
    let members =
      value.isMapping ? try value.members(["units", "bias", "initializer"]) : ["units": value]
    guard let units = members["units"] else { throw value.missing("units") }
    return Dense(
      input[1], try units.integer(1...largest), bias: try members["bias"]?.boolean() ?? true,
      initializer: try initializer(members["initializer"]))
  }

  private static let convolutionKeys = [
    "filters", "kernel", "stride", "padding", "dilation", "groups", "bias", "initializer",
  ]

  private static func convolution(
    _ entry: YAMLValue, _ value: YAMLValue?, input: Shape
  ) throws -> any Layer {
    guard input.rank == 4 else { throw wrong(entry, "conv2d", input, "[N, C, H, W]") }
    guard let value else { throw entry.expected("conv2d: {filters: …, kernel: …}") }
    let members = try value.members(convolutionKeys)
    let (filters, kernel, groups) = try sizes(value, members, channels: input[1])
    return Conv2D(
      input[1], filters, kernel: kernel, stride: try members["stride"]?.pair(1...4096) ?? [1, 1],
      padding: try members["padding"]?.pair(0...4096) ?? [0, 0],
      dilation: try members["dilation"]?.pair(1...4096) ?? [1, 1], groups: groups,
      bias: try members["bias"]?.boolean() ?? true,
      initializer: try initializer(members["initializer"]))
  }

  private static func transposed(
    _ entry: YAMLValue, _ value: YAMLValue?, input: Shape
  ) throws -> any Layer {
    guard input.rank == 4 else { throw wrong(entry, "conv-transpose2d", input, "[N, C, H, W]") }
    guard let value else { throw entry.expected("conv-transpose2d: {filters: …, kernel: …}") }
    let members = try value.members(convolutionKeys + ["output-padding"])
    let (filters, kernel, groups) = try sizes(value, members, channels: input[1])
    return ConvTranspose2D(
      input[1], filters, kernel: kernel, stride: try members["stride"]?.pair(1...4096) ?? [1, 1],
      padding: try members["padding"]?.pair(0...4096) ?? [0, 0],
      outputPadding: try members["output-padding"]?.pair(0...4096) ?? [0, 0],
      dilation: try members["dilation"]?.pair(1...4096) ?? [1, 1], groups: groups,
      bias: try members["bias"]?.boolean() ?? true,
      initializer: try initializer(members["initializer"]))
  }

  private static func sizes(
    _ value: YAMLValue, _ members: [String: YAMLValue], channels: Int
  ) throws -> (filters: Int, kernel: [Int], groups: Int) {
    guard let filters = members["filters"] else { throw value.missing("filters") }
    guard let kernel = members["kernel"] else { throw value.missing("kernel") }
    let count = try filters.integer(1...largest)
    let groups = try members["groups"]?.integer(1...largest) ?? 1
    guard channels % groups == 0, count % groups == 0 else {
      throw members["groups"]!.expected(
        "a number that divides \(channels) input channels and \(count) filters")
    }
    return (count, try kernel.pair(1...4096), groups)
  }

  private static func pooling(
    _ name: String, _ entry: YAMLValue, _ value: YAMLValue?
  ) throws -> any Layer {
    guard let value else { throw entry.expected("\(name): window") }
    let members =
      value.isMapping
      ? try value.members(["window", "stride", "padding", "count-padding"]) : ["window": value]
    guard let window = try members["window"]?.pair(1...4096) else { throw value.missing("window") }
    let stride = try members["stride"]?.pair(1...4096)
    let padding = try members["padding"]?.pair(0...2048) ?? [0, 0]
    let counts = try members["count-padding"]?.boolean() ?? true
    return name == "max-pool"
      ? MaxPool2D(window: window, stride: stride, padding: padding)
      : AveragePool2D(window: window, stride: stride, padding: padding, countsPadding: counts)
  }

  private static func residual(
    _ entry: YAMLValue, _ value: YAMLValue?, input: Shape, parameters: inout Int
  ) throws -> any Layer {
    guard let value else { throw entry.expected("residual: {layers: […]}") }
    let members = try value.members(["layers", "shortcut"])
    guard let list = members["layers"] else { throw value.missing("layers") }
    var main = input
    let body = try sequence(list, input: &main, parameters: &parameters)
    guard let side = members["shortcut"] else { return Residual(body) }
    var other = input
    return Residual(body, shortcut: try sequence(side, input: &other, parameters: &parameters))
  }

  /// A list of lists of layers, side by side.
  private static func branches(
    _ entry: YAMLValue, _ value: YAMLValue?, input: Shape, parameters: inout Int
  ) throws -> any Layer {
    guard let value else { throw entry.expected("branches: [[…], […]]") }
    let lists = try value.list("a list of branches, each a list of layers")
    guard !lists.isEmpty else { throw value.expected("at least one branch") }
    var branches: [any Layer] = []
    for list in lists {
      var shape = input
      branches.append(try sequence(list, input: &shape, parameters: &parameters))
    }
    return Branches(branches)
  }

  private static func responseNorm(_ value: YAMLValue?) throws -> any Layer {
    let members = try value?.members(["size", "alpha", "beta", "k", "averages"]) ?? [:]
    return LocalResponseNorm(
      try members["size"]?.integer(1...4096) ?? 5,
      alpha: try members["alpha"]?.number(0...1e6) ?? 1e-4,
      beta: try members["beta"]?.number(0...100) ?? 0.75,
      k: try members["k"]?.number(1e-12...1e6) ?? 2,
      averages: try members["averages"]?.boolean() ?? false)
  }

  private static func initializer(_ value: YAMLValue?) throws -> Initializer {
    guard let value else { return .xavierUniform }
    let known: [(String, Initializer)] = [
      ("zeros", .zeros), ("ones", .ones), ("xavier-uniform", .xavierUniform),
      ("xavier-normal", .xavierNormal), ("he-normal", .heNormal), ("he-uniform", .heUniform),
      ("inverse-root-uniform", .inverseRootUniform), ("orthogonal", .orthogonal(gain: 1)),
    ]
    if !value.isMapping {
      let name = try value.string()
      guard let found = known.first(where: { $0.0 == name }) else {
        throw value.expected(
          "one of " + known.map(\.0).joined(separator: ", ")
            + ", or {constant: c}, {uniform: [low, high]}, {normal: [mean, deviation]}")
      }
      return found.1
    }
    let (name, inner) = try value.named("one initialiser")
    guard let inner else { throw value.expected("one initialiser") }
    func two() throws -> [Double] {
      let numbers = try inner.list("two numbers").map { try $0.number(-1e6...1e6) }
      guard numbers.count == 2 else { throw inner.expected("two numbers") }
      return numbers
    }
    switch name {
    case "constant": return .constant(try inner.number(-1e6...1e6))
    case "uniform":
      let range = try two()
      guard range[0] < range[1] else { throw inner.expected("[low, high] with low below high") }
      return .uniform(low: range[0], high: range[1])
    case "normal":
      let numbers = try two()
      guard numbers[1] >= 0 else { throw inner.expected("[mean, deviation] with deviation ≥ 0") }
      return .normal(mean: numbers[0], standardDeviation: numbers[1])
    default: throw value.expected("constant, uniform or normal")
    }
  }
}
