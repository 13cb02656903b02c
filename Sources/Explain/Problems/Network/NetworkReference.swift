import Autodiff
import Training

/// The same network made of the library's layers, losses and optimizers, for comparison.
struct NetworkReference {
  private var model: Sequential
  private var paths: [String] = []
  private let problem: NetworkProblem
  private var optimizer: any Optimizer

  /// nil where the library has no such layer in the form asked for, or no such optimizer.
  init?(
    _ problem: NetworkProblem, _ program: NetworkProgram, _ convention: ExplainOptions.Convention
  ) {
    var layers: [any Layer] = []
    for (index, layer) in problem.layers.enumerated() {
      let input = program.geometry.shapes[index]
      switch layer {
      case .dense(let weight, let bias, _):
        layers.append(Dense(input[0], weight.count, bias: bias != nil))
      case .convolution(let weight, let bias, let stride, let padding, _):
        layers.append(
          Conv2D(
            input[0], weight.count, kernel: [weight[0][0].count, weight[0][0][0].count],
            stride: [stride, stride], padding: [padding, padding], bias: bias != nil))
      case .maximumPool(let window, let stride): layers.append(MaxPool2D(window, stride: stride))
      case .averagePool(let window, let stride):
        layers.append(AveragePool2D(window, stride: stride))
      case .flatten: layers.append(Flatten())
      case .batchNorm(let scale, _, let epsilon):
        layers.append(BatchNorm(scale.count, epsilon: epsilon))
      case .dropout: return nil  // the library draws its own masks
      case .activation: break
      }
      switch layer.activation {
      case .identity: break
      case .sigmoid: layers.append(Sigmoid())
      case .tanh: layers.append(Tanh())
      case .relu: layers.append(ReLU())
      case .leakyReLU(let slope): layers.append(LeakyReLU(slope: slope))
      case .softmax:
        // The library's loss takes the scores before softmax.
        if index == problem.layers.count - 1, problem.loss == .crossEntropy { break }
        layers.append(Softmax())
      }
    }
    if problem.loss == .crossEntropy, problem.layers.last?.activation != .softmax { return nil }
    self.problem = problem
    guard let optimizer = Self.optimizer(problem.optimizer, convention) else { return nil }
    self.optimizer = optimizer
    model = Sequential(layers).initialized(seed: 0, dtype: .float64)
    var values = program.parameters.map(\.array)[...]
    paths = program.parameters.map(\.path)
    model.forEachParameter { $0.tensor = Tensor(values.removeFirst()) }
  }

  /// The library's optimizer of a rule; nil where it has none in this form.
  private static func optimizer(
    _ rule: OptimizerRule?, _ convention: ExplainOptions.Convention
  ) -> (any Optimizer)? {
    switch rule {
    case .sgd(let rate), .momentum(let rate, 0), .nesterov(let rate, 0): SGD(learningRate: rate)
    case .momentum(let rate, let momentum): SGD(learningRate: rate, momentum: momentum)
    case .nesterov(let rate, let momentum):
      switch convention {
      case .course: SGD(learningRate: rate, momentum: momentum, nesterov: true, form: .course)
      case .pytorch: SGD(learningRate: rate, momentum: momentum, nesterov: true)
      case .keras: nil
      }
    case .adaGrad(let rate, let epsilon) where epsilon > 0:
      AdaGrad(learningRate: rate, epsilon: epsilon)
    case .rmsProp(let rate, let decay, let epsilon) where epsilon > 0:
      RMSProp(learningRate: rate, decay: decay, epsilon: epsilon)
    case .adam(let rate, let beta1, let beta2, let epsilon) where epsilon > 0:
      Adam(learningRate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon)
    // Delta-bar-delta goes by signs, which the last bits of a gradient near 0 decide.
    case .adaGrad, .rmsProp, .adam, .deltaBarDelta, .newton, nil: nil
    }
  }

  /// One iteration: the parameters after it by the problem's paths.
  mutating func step() -> [(path: String, array: NDArray)] {
    let input = Tensor(NDArray(problem.input.elements, shape: Shape(problem.input.shape)))
    let target = NDArray(
      problem.target.flatMap { $0 }, shape: [problem.target.count, problem.target[0].count])
    var context = Context(.training)
    let (problem, paths) = (problem, paths)
    let point = optimizer.gradientPoint(of: model, settings: UpdateSettings()) ?? model
    let (_, gradients) = valueWithGradients(of: point, &context) { model, context in
      let scores = model(input, &context)
      var loss =
        switch problem.loss {
        case .halfSquaredError: meanSquaredError(scores, Tensor(target), form: .half)
        case .meanSquaredError: meanSquaredError(scores, Tensor(target))
        case .crossEntropy: crossEntropy(logits: scores, probabilities: Tensor(target))
        case .binaryCrossEntropy:
          -(Tensor(target) * scores.log() + (1 - Tensor(target)) * (1 - scores).log()).mean()
        }
      var copy = model
      var position = 0
      copy.forEachParameter { parameter in
        for penalty in problem.penalties where penalty.parameter == paths[position] {
          let weight = parameter.tensor
          loss = loss + weight.absolute().sum() * penalty.l1
          loss = loss + weight.squared().sum() * (penalty.l2 / 2)
        }
        position += 1
      }
      return loss
    }
    optimizer.update(&model, along: gradients)
    return zip(paths, model.state.filter { !$0.path.contains("running") }.map(\.array)).map {
      (path: $0, array: $1)
    }
  }
}
