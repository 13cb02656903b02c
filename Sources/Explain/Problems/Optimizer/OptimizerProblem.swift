import Autodiff

/// Some steps of one or more optimization rules on a function of one or two variables, or along
/// given gradients.
public struct OptimizerProblem: IteratedProblem {
  public static let kind = "optimizer"

  /// Where the gradients come from.
  public enum Objective: Sendable, Hashable {
    /// An expression whose gradients the tape takes; a name and `=` may stand before it.
    case function(String)
    /// A row for each step, a number for each weight.
    case gradients([[Double]])
  }

  /// A variable and its value before the first step.
  public struct Start: Sendable, Hashable {
    /// The variable, as it is typed.
    public var name: String
    /// Its value before the first step.
    public var value: Double

    /// - Parameters:
    ///   - name: The variable, as it is typed.
    ///   - value: Its value before the first step.
    public init(name: String, value: Double) {
      self.name = name
      self.value = value
    }
  }

  /// Where the gradients come from.
  public var objective: Objective
  /// The variables with their values before the first step.
  public var start: [Start]
  /// The rules that are compared, each from the start.
  public var rules: [OptimizerRule]
  /// The number of steps, at least 1.
  public var iterations: Int
  /// The heading; a description where nil.
  public var title: Prose?

  /// - Parameters:
  ///   - objective: Where the gradients come from.
  ///   - start: The variables with their values before the first step.
  ///   - rules: The rules that are compared.
  ///   - iterations: The number of steps, at least 1.
  ///   - title: The heading; a description where nil.
  public init(
    _ objective: Objective, start: [Start], rules: [OptimizerRule], iterations: Int = 1,
    title: Prose? = nil
  ) {
    self.objective = objective
    self.start = start
    self.rules = rules
    self.iterations = iterations
    self.title = title
  }

  static let mostSteps = 20
  static let mostRules = 8

  /// Every step of every rule with its state, and the rules side by side.
  public func solved(_ options: ExplainOptions) throws -> Solution {
    var solver = try OptimizerSolver(self, options)
    return try solver.solve()
  }
}

extension OptimizerRule {
  /// What the rule does, in a line or two.
  var idea: Prose {
    switch self {
    case .sgd:
      Prose(
        en: "Plain \(Term.gradientDescent): a step against the gradient.",
        zh: "\(Term.gradientDescent)：沿负梯度方向走一步。")
    case .momentum:
      Prose(
        en: """
          With \(Term.momentum), the \(Term.velocity) v collects earlier gradients; what changes sign \
          cancels, what keeps its sign adds up.
          """,
        zh: "\(Term.momentum)：\(Term.velocity) v 累积历史梯度；变号的部分相互抵消，同号的部分不断累加。")
    case .nesterov:
      Prose(
        en: """
          As momentum, but in \(Term.nesterovMomentum) the gradient is taken where the velocity \
          is about to lead.
          """,
        zh: "\(Term.nesterovMomentum)：与动量相同，但梯度取在速度将要到达的位置。")
    case .deltaBarDelta:
      Prose(
        en: """
          Delta-bar-delta: every weight has a \(Term.learningRate) η of its own, which grows by κ \
          while the gradient keeps the sign of d, the mean of earlier ones, and shrinks by the \
          share φ when it turns. step(a) is 1 for a > 0, else 0. It needs the whole batch: a noisy \
          gradient changes its sign by chance.
          """,
        zh: """
          Delta-bar-delta：每个权重有自己的\(Term.learningRate) η；梯度与历史均值 d 同号时 η 增加 κ，\
          异号时按比例 φ 缩小。step(a) 在 a > 0 时为 1，否则为 0。它只适用于整批梯度：带噪声的梯度会偶然变号。
          """)
    case .adaGrad:
      Prose(
        en: """
          AdaGrad: r adds up all squared gradients, so each weight's step shrinks with its \
          history, and may end too early. "Second-order" in the course's notes means these squares, not \
          the \(Term.hessian).
          """,
        zh: """
          AdaGrad：r 累加所有梯度的平方，因此每个权重的步长随历史变小，可能过早停止。\
          讲义所说的“二阶信息”指这些平方，而不是\(Term.hessian)。
          """)
    case .rmsProp:
      Prose(
        en: """
          RMSProp: as AdaGrad, but r is an exponential moving average that forgets the distant \
          past.
          """,
        zh: "RMSProp：与 AdaGrad 类似，但 r 是指数移动平均，会忘记久远的历史。")
    case .adam:
      Prose(
        en: """
          Adam, from adaptive moment estimation: moving averages of the gradient (m, the \
          \(Term.firstMoment)) and of its square (v, the \(Term.secondMoment)). Both start at 0 and \
          would be too small; \(Term.biasCorrection) divides by what is missing.
          """,
        zh: """
          Adam（adaptive moment estimation，自适应矩估计）：梯度的移动平均 m（\(Term.firstMoment)）与平方的移动平均 v\
          （\(Term.secondMoment)）。两者从 0 开始会偏小，\(Term.biasCorrection)除以所缺的比例。
          """)
    case .newton:
      Prose(
        en: """
          Newton's method: the step d solves H·d = g, with the \(Term.hessian) H of second \
          derivatives. On a quadratic function one step with η = 1 leads to its stationary point; k \
          variables cost O(k³), and where H is not positive definite the step may lead uphill.
          """,
        zh: """
          牛顿法：步长 d 满足 H·d = g，其中 H 为\(Term.hessian)（二阶导数）。对二次函数，η = 1 时一步到达驻点；\
          k 个变量的代价为 O(k³)；当 H 非正定时可能走向上坡。
          """)
    }
  }

  /// The rule's name as a heading.
  var heading: String {
    switch self {
    case .sgd: "SGD"
    case .momentum: "Momentum"
    case .nesterov: "Nesterov"
    case .deltaBarDelta: "Delta-bar-delta"
    case .adaGrad: "AdaGrad"
    case .rmsProp: "RMSProp"
    case .adam: "Adam"
    case .newton: "Newton"
    }
  }

  /// The same in Chinese, where there is a word for it.
  var chineseHeading: Prose.Run {
    switch self {
    case .momentum: "\(Term.momentum)"
    case .nesterov: "\(Term.nesterovMomentum)"
    case .newton: "\(Term.newton)"
    default: "\(heading)"
    }
  }
}
