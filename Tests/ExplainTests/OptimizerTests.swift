import Testing
import Workbench

@Suite struct OptimizerTests {
  @Test(arguments: ExplainedCase.of("optimizer"))
  func agreesWithPyTorch(_ item: ExplainedCase) throws { try item.check() }

  /// The weights that PyTorch and Keras store for Nesterov's momentum are the look-ahead points of
  /// the course's form.
  @Test func nesterovsFormsMeet() throws {
    func path(_ convention: ExplainOptions.Convention) throws -> (w: [Double], v: [Double]) {
      let problem = OptimizerProblem(
        .function("x^4 - x"), start: [.init(name: "x", value: 1.5)],
        rules: [.nesterov(learningRate: 0.02, momentum: 0.8)], iterations: 5)
      var options = ExplainOptions()
      options.convention = convention
      let results = try problem.solved(options).results
      func series(_ name: String) -> [Double] { results.first { $0.name == name }!.value.elements }
      return (series("nesterov.x"), series("nesterov.v.x"))
    }
    let (course, pytorch, keras) = (try path(.course), try path(.pytorch), try path(.keras))
    for step in 0...5 {
      #expect(abs(course.w[step] + 0.8 * course.v[step] - pytorch.w[step]) < 1e-13)
      #expect(abs(keras.w[step] - pytorch.w[step]) < 1e-13)
    }
  }

  /// On a quadratic function Newton's method is there after one step.
  @Test func newtonSolvesQuadratics() throws {
    let problem = OptimizerProblem(
      .function("3*x^2 + x*y + y^2 - 4*x"),
      start: [.init(name: "x", value: 5), .init(name: "y", value: -3)],
      rules: [.newton(learningRate: 1)])
    let results = try problem.solved(ExplainOptions()).results
    // 6x + y = 4, x + 2y = 0
    for (name, value) in [("newton.x", 8.0 / 11), ("newton.y", -4.0 / 11)] {
      #expect(abs(results.first { $0.name == name }!.value.elements[1] - value) < 1e-14)
    }
  }

  /// A network of one weight w with L = ½w² goes the way that the function ½w² goes.
  @Test(arguments: [
    OptimizerRule.sgd(learningRate: 0.1), .momentum(learningRate: 0.1, momentum: 0.9),
    .nesterov(learningRate: 0.1, momentum: 0.9),
    .deltaBarDelta(learningRate: 0.1, increase: 0.05, decrease: 0.2, decay: 0.7),
    .adaGrad(learningRate: 0.1, epsilon: 1e-10),
    .rmsProp(learningRate: 0.1, decay: 0.9, epsilon: 1e-8),
    .adam(learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8),
  ])
  func networksUseTheSameRules(_ rule: OptimizerRule) throws {
    let network = NetworkProblem(
      input: Value(shape: [1, 1], elements: [1]), target: [[0]],
      layers: [.dense(weight: [[0.8]], bias: nil, activation: .identity)],
      loss: .halfSquaredError, optimizer: rule, iterations: 4)
    let problem = OptimizerProblem(
      .function("0.5*w^2"), start: [.init(name: "w", value: 0.8)], rules: [rule], iterations: 4)
    for convention in ExplainOptions.Convention.allCases {
      var options = ExplainOptions()
      options.convention = convention
      let first = try network.solved(options).iterations.map { $0.parameters[0].value.elements[0] }
      let second = try problem.solved(options).iterations.map { $0.parameters[0].value.elements[0] }
      #expect(first.count == 4)
      for (a, b) in zip(first, second) { #expect(abs(a - b) < 1e-14) }
    }
  }

  /// Jacobs's rates grow while the sign stays and shrink when it turns.
  @Test func ratesFollowSigns() throws {
    let problem = OptimizerProblem(
      .gradients([[1], [1], [-1], [0]]), start: [.init(name: "w", value: 0)],
      rules: [.deltaBarDelta(learningRate: 0.1, increase: 0.05, decrease: 0.2, decay: 0.5)],
      iterations: 4)
    let results = try problem.solved(ExplainOptions()).results
    let rates = results.first { $0.name == "delta-bar-delta.rate.w" }!.value.elements
    for (found, expected) in zip(rates, [0.1, 0.1, 0.15, 0.12, 0.12]) {
      #expect(abs(found - expected) < 1e-15)
    }
  }

  @Test(arguments: [
    WrongProblem(
      text: """
        kind: optimizer
        start: {x: 1}
        rules: [sgd]
        """,
      message: "p: 'function' or 'gradients' is missing"),
    WrongProblem(
      text: """
        kind: optimizer
        function: x^2
        start: {x: 1}
        rules: [sgdd]
        """,
      message: """
        p: rules[0] (line 4): unknown optimizer 'sgdd'; did you mean sgd? known: \
        sgd, momentum, nesterov, delta-bar-delta, adagrad, rmsprop, adam, newton
        """),
    WrongProblem(
      text: """
        kind: optimizer
        function: x^2
        start: {y: 1}
        rules: [sgd]
        """,
      message: """
        p: start (line 3): found no value for 'x', expected one for each variable
        """),
    WrongProblem(
      text: """
        kind: optimizer
        function: x^2
        start: {x: 1, y: 1}
        rules: [sgd]
        """,
      message: "p: start.y (line 3): the function has no variable 'y'"),
    WrongProblem(
      text: """
        kind: optimizer
        function: x^
        start: {x: 1}
        rules: [sgd]
        """,
      message: """
        p: function (line 2): the expression ends where a value is expected
          x^
            ^
        """),
    WrongProblem(
      text: """
        kind: optimizer
        function: x*y*z
        start: {x: 1, y: 1, z: 1}
        rules: [sgd]
        """,
      message: """
        p: start (line 3): found 3 variables, which is too many to show: at most 2
        """),
    WrongProblem(
      text: """
        kind: optimizer
        function: dot(x, x)
        start: {x: 1}
        rules: [sgd]
        """,
      message: "p: function (line 2): found dot, expected functions of scalars"),
    WrongProblem(
      text: """
        kind: optimizer
        function: f(x)
        start: {x: 1}
        rules: [sgd]
        """,
      message: """
        p: function (line 2): unknown function 'f'; known: abs, cos, dot, exp, ln, \
        log, matmul, max, mean, min, norm, relu, sigmoid, sin, sqrt, sum, tanh, \
        transpose, σ
        """),
    WrongProblem(
      text: """
        kind: optimizer
        function: x
        start: {x: 1}
        rules: [sgd]
        """,
      message: "p: function (line 2): found no operation, expected one at least"),
    WrongProblem(
      text: """
        kind: optimizer
        gradients: [[1, 2]]
        start: {w: 1}
        rules: [sgd]
        """,
      message: """
        p: gradients[0] (line 2): found 2 numbers, expected 1, one for each weight
        """),
    WrongProblem(
      text: """
        kind: optimizer
        gradients: [1]
        start: {w: 1}
        rules: [newton]
        """,
      message: """
        p: rules (line 4): found newton, which needs a function: gradients alone \
        have no second derivatives
        """),
    WrongProblem(
      text: """
        kind: optimizer
        gradients: [1]
        start: {w: 1}
        rules: [sgd]
        iterations: 2
        """,
      message: """
        p: gradients (line 2): found those of 1 of 2 steps, expected a row for each
        """),
    WrongProblem(
      text: """
        kind: optimizer
        function: x^3
        start: {x: 0}
        rules: [newton]
        """,
      message: """
        p: function (line 2): step 1 of newton: the Hessian is singular, its \
        determinant is 0
        """),
    WrongProblem(
      text: """
        kind: optimizer
        function: log(x)
        start: {x: -1}
        rules: [sgd]
        """,
      message: """
        p: function (line 2): step 1 of sgd: f is NaN, expected a finite number
        """),
    WrongProblem(
      text: """
        kind: optimizer
        function: x^4
        start: {x: 10}
        rules: [{name: sgd, learning-rate: 1}]
        iterations: 6
        """,
      message: """
        p: rules[0] (line 4): step 4 of sgd: x is 1.13e+105, expected a finite \
        number: the steps diverge, try a smaller learning rate
        """),
    WrongProblem(
      text: """
        kind: optimizer
        function: x^2
        start: {x: 1}
        rules: [{name: sgd, momentum: 0.9}]
        """,
      message: "p: rules[0].momentum (line 4): sgd has no 'momentum'"),
    WrongProblem(
      text: """
        kind: optimizer
        function: x^2
        start: {x: 1}
        rules: [sgd, sgd]
        """,
      message: "p: rules[1] (line 4): found sgd twice"),
    WrongProblem(
      text: """
        kind: optimizer
        function: x^2
        start: {x: 1}
        rules: [sgd]
        iterations: 100
        """,
      message: "p: iterations (line 5): found 100, expected from 1 to 20"),
  ])
  func errors(_ item: WrongProblem) { item.check() }
}
