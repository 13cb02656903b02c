import Autodiff

/// The network as a computation on the tape, with the names of what it computes on the way.
struct NetworkProgram {
  let problem: NetworkProblem
  let geometry: NetworkProblem.Geometry
  let naming: NetworkNaming
  let convention: ExplainOptions.Convention
  /// The number of each layer as the course counts: layers with weights.
  let numbers: [Int]
  /// Put before keys: the iteration's.
  let prefix: String

  init(
    _ problem: NetworkProblem, _ geometry: NetworkProblem.Geometry, _ naming: NetworkNaming,
    _ convention: ExplainOptions.Convention, prefix: String
  ) {
    self.problem = problem
    self.geometry = geometry
    self.naming = naming
    self.convention = convention
    self.prefix = prefix
    var number = 0
    numbers = problem.layers.map { layer in
      switch layer {
      case .dense, .convolution: number += 1
      default: break
      }
      return max(number, 1)
    }
  }

  private func key(_ name: String) -> String { prefix + name }

  /// The key of a parameter by its path.
  func parameterKey(_ path: String) -> String {
    let parts = path.split(separator: ".")
    return key((parts[2] == "weight" ? "w" : "b") + parts[1])
  }

  // MARK: Arrays

  /// A stored parameter in the form that the program takes.
  func arranged(_ array: NDArray, path: String) -> NDArray {
    let layer = problem.layers[layerIndex(path)]
    switch (layer, array.rank) {
    case (.dense, 2): return naming.isRowLayout ? array.transposed() : array
    case (.dense, 1):
      return array.reshaped(
        naming.isRowLayout ? [1, array.elementCount] : [array.elementCount, 1])
    case (.batchNorm, 1):
      if geometry.shapes[layerIndex(path)].count == 3 {
        return array.reshaped([1, array.elementCount, 1, 1])
      }
      return array.reshaped(
        naming.isRowLayout ? [1, array.elementCount] : [array.elementCount, 1])
    default: return array
    }
  }

  /// The same numbers as they are stored.
  func stored(_ array: NDArray, path: String) -> NDArray {
    let shape = geometry.parameters.first { $0.path == path }!.shape
    let layer = problem.layers[layerIndex(path)]
    if case .dense = layer, shape.count == 2, naming.isRowLayout { return array.transposed() }
    return array.reshaped(Shape(shape))
  }

  func layerIndex(_ path: String) -> Int { Int(path.split(separator: ".")[1])! }

  /// The parameters' values in the problem, as stored, by path.
  var parameters: [(path: String, array: NDArray)] {
    var result: [(path: String, array: NDArray)] = []
    for (index, layer) in problem.layers.enumerated() {
      switch layer {
      case .dense(let weight, let bias, _):
        result.append(
          (
            "layers.\(index).weight",
            NDArray(weight.flatMap { $0 }, shape: [weight.count, weight[0].count])
          ))
        if let bias { result.append(("layers.\(index).bias", NDArray(bias))) }
      case .convolution(let weight, let bias, _, _, _):
        let shape: Shape = [
          weight.count, weight[0].count, weight[0][0].count, weight[0][0][0].count,
        ]
        result.append(
          (
            "layers.\(index).weight",
            NDArray(weight.flatMap { $0.flatMap { $0.flatMap { $0 } } }, shape: shape)
          ))
        if let bias { result.append(("layers.\(index).bias", NDArray(bias))) }
      case .batchNorm(let scale, let shift, _):
        result.append(("layers.\(index).weight", NDArray(scale)))
        result.append(("layers.\(index).bias", NDArray(shift)))
      default: break
      }
    }
    return result
  }

  /// The samples as the program takes them.
  var inputArray: NDArray {
    let array = NDArray(problem.input.elements, shape: Shape(problem.input.shape))
    return array.rank == 2 && !naming.isRowLayout ? array.transposed() : array
  }

  /// The targets as the program takes them.
  var targetArray: NDArray {
    let array = NDArray(
      problem.target.flatMap { $0 }, shape: [problem.target.count, problem.target[0].count])
    return naming.isRowLayout ? array : array.transposed()
  }

  // MARK: The computation

  /// The keys of the arrays of one layer's part of the work.
  struct Part {
    /// The layer's place among the problem's.
    var layer: Int
    /// Keys of values in order.
    var values: [String] = []
    /// The key of the activation, where its slope is written down.
    var slope: String?
    /// Keys of the arrays whose gradients are written down, from the last to the first.
    var gradients: [String] = []
  }

  /// The names of what the program marks, and in which part each stands.
  func plan() -> (names: [Name], parts: [Part]) {
    var names: [Name] = []
    var parts: [Part] = []
    let last = problem.layers.count - 1
    for (index, layer) in problem.layers.enumerated() {
      let number = numbers[index]
      let images = geometry.shapes[index + 1].count == 3
      var part = Part(layer: index)
      let activation = layer.activation
      let isOutput = index == last
      let deltaBase = naming.activations(key("δ\(index)"), "δ", layer: number, images: images)
      func delta(_ index: [Int]?) -> MathNode {
        index.map(deltaBase.entry) ?? deltaBase.whole
      }
      func output(_ key: String, base: String) -> Name {
        isOutput
          ? naming.activations(key, "y", layer: nil, accent: .hat, images: images)
          : naming.activations(key, base, layer: number, images: images)
      }
      switch layer {
      case .dense, .convolution:
        let z = "z\(index)"
        var name =
          activation.isIdentity
          ? output(key(z), base: "z")
          : naming.activations(key(z), "z", layer: number, images: images)
        name.gradient = delta
        names.append(name)
        part.values.append(key(z))
        part.gradients = [key(z)]
        if !activation.isIdentity {
          addActivation(activation, index, output(key("a\(index)"), base: "a"), name, &part, &names)
        }
      case .activation:
        var name = output(key("a\(index)"), base: "a")
        if !isOutput { name = name.withGradient() }
        addActivation(activation, index, name, nil, &part, &names)
      case .maximumPool, .averagePool:
        let name = naming.activations(key("p\(index)"), "p", layer: number, images: images)
          .withGradient()
        names.append(name)
        part.values = [key("p\(index)")]
        part.gradients = [key("p\(index)")]
      case .flatten:
        // Written only so that the layers after it have a vector to name.
        let name = naming.activations(key("f\(index)"), "f", layer: number).withGradient()
        names.append(name)
        part.values = [key("f\(index)")]
        part.gradients = [key("f\(index)")]
      case .dropout:
        let name = naming.activations(
          key("d\(index)"), "a", layer: number, accent: .tilde, images: images
        ).withGradient()
        names.append(name)
        part.values = [key("d\(index)")]
        part.gradients = [key("d\(index)")]
      case .batchNorm:
        let mean = naming.unitwise(key("μ\(index)"), "μ", layer: number).withGradient()
        let variance = naming.unitwise(key("σ\(index)"), "σ", layer: number, power: 2)
          .withGradient()
        let standard = naming.activations(
          key("n\(index)"), "z", layer: number, accent: .hat, images: images
        ).withGradient()
        let result = output(key("h\(index)"), base: "h").withGradient()
        names += [mean, variance, standard, result]
        part.values = ["μ", "σ", "n", "h"].map { key("\($0)\(index)") }
        part.gradients = ["h", "n", "σ", "μ"].map { key("\($0)\(index)") }
      }
      parts.append(part)
    }
    // The prediction's own gradient is written down first.
    let final = parts[last].values.last!
    if let place = names.firstIndex(where: { $0.key == final }), names[place].gradient == nil {
      names[place] = names[place].withGradient()
      parts[last].gradients.insert(final, at: 0)
    }
    names.append(Name(scalar: key("L"), Symbol("L")))
    return (names, parts)
  }

  private func addActivation(
    _ activation: NetworkProblem.Activation, _ index: Int, _ name: Name, _ z: Name?,
    _ part: inout Part, _ names: inout [Name]
  ) {
    var name = name
    if activation != .softmax, let z {
      name.slope = (activation.function, { $0.map(z.entry) ?? z.whole })
      part.slope = name.key
    }
    names.append(name)
    part.values.append(name.key)
    if name.gradient != nil { part.gradients.insert(name.key, at: 0) }
  }

  /// Runs the layers on variables by key.
  func run(_ variables: [String: Tensor], _ marks: inout [String: Tensor]) -> Tensor {
    var value = variables[key("x")]!
    for (index, layer) in problem.layers.enumerated() {
      value = run(layer, index, value, variables, &marks)
    }
    let loss = loss(value, variables[key("y")]!)
    marks[key("L")] = loss
    return loss
  }

  private func run(
    _ layer: NetworkProblem.Layer, _ index: Int, _ input: Tensor, _ variables: [String: Tensor],
    _ marks: inout [String: Tensor]
  ) -> Tensor {
    func mark(_ name: String, _ tensor: Tensor) -> Tensor {
      marks[key("\(name)\(index)")] = tensor
      return tensor
    }
    func activated(_ z: Tensor, _ activation: NetworkProblem.Activation) -> Tensor {
      switch activation {
      case .identity: return z
      case .sigmoid: return mark("a", z.sigmoid())
      case .tanh: return mark("a", z.tanh())
      case .relu: return mark("a", z.relu())
      case .leakyReLU(let slope): return mark("a", z.leakyRelu(slope: slope))
      case .softmax: return mark("a", z.softmax(axis: naming.isRowLayout ? 1 : 0))
      }
    }
    switch layer {
    case .dense(_, let bias, let activation):
      let weight = variables[key("w\(index)")]!
      var z = naming.isRowLayout ? input.matmul(weight) : weight.matmul(input)
      if bias != nil { z = z + variables[key("b\(index)")]! }
      return activated(mark("z", z), activation)
    case .convolution(_, let bias, let stride, let padding, let activation):
      let z = input.convolution(
        weight: variables[key("w\(index)")]!,
        bias: bias == nil ? nil : variables[key("b\(index)")]!,
        geometry: ConvolutionGeometry(stride: [stride, stride], padding: [padding, padding]))
      return activated(mark("z", z), activation)
    case .maximumPool(let window, let stride):
      return mark(
        "p",
        input.maximumPool(PoolingGeometry(window: [window, window], stride: [stride, stride])))
    case .averagePool(let window, let stride):
      return mark(
        "p",
        input.averagePool(PoolingGeometry(window: [window, window], stride: [stride, stride])))
    case .flatten:
      if input.rank == 2 { return mark("f", input * 1) }
      let rows = input.flattened()
      return mark("f", naming.isRowLayout ? rows : rows.transposed())
    case .batchNorm(_, _, let epsilon):
      let axes = input.rank == 4 ? [0, 2, 3] : [naming.isRowLayout ? 0 : 1]
      let mean = mark("μ", input.mean(axes: axes, keepingAxes: true))
      let centered = input - mean
      let variance = mark("σ", centered.squared().mean(axes: axes, keepingAxes: true))
      let standard = mark("n", centered / (variance + epsilon).squareRoot())
      return mark(
        "h", variables[key("w\(index)")]! * standard + variables[key("b\(index)")]!)
    case .dropout(_, let keep):
      let kept = input * variables[key("m\(index)")]!
      return mark("d", convention == .course ? kept : kept / keep)
    case .activation(let activation):
      return activation.isIdentity ? mark("a", input * 1) : activated(input, activation)
    }
  }

  private func loss(_ prediction: Tensor, _ target: Tensor) -> Tensor {
    let samples = Double(geometry.samples)
    func overSamples(_ sum: Tensor) -> Tensor { samples == 1 ? sum : sum / samples }
    switch problem.loss {
    case .halfSquaredError:
      return overSamples((prediction - target).squared().sum() * 0.5)
    case .meanSquaredError:
      let count = Double(prediction.elementCount)
      let sum = (prediction - target).squared().sum()
      return count == 1 ? sum : sum / count
    case .crossEntropy:
      return overSamples(-(target * prediction.log()).sum())
    case .binaryCrossEntropy:
      let count = Double(prediction.elementCount)
      let sum = -(target * prediction.log() + (1 - target) * (1 - prediction).log()).sum()
      return count == 1 ? sum : sum / count
    }
  }

  /// A dropout layer's mask in the form of the activations it multiplies.
  func mask(_ index: Int) -> NDArray? {
    guard case .dropout(let mask, _) = problem.layers[index] else { return nil }
    let rows = mask.count == 1 ? Array(repeating: mask[0], count: geometry.samples) : mask
    let shape = geometry.shapes[index]
    let array = NDArray(rows.flatMap { $0 }, shape: Shape([geometry.samples] + shape))
    return shape.count == 1 && !naming.isRowLayout ? array.transposed() : array
  }
}
