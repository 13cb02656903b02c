/// A technical term in both languages. Chinese texts give the English word in parentheses where
/// the term stands first.
public struct Term: Sendable, Hashable {
  /// The English word.
  public let english: String
  /// The Chinese word.
  public let chinese: String

  /// - Parameters:
  ///   - english: The English word.
  ///   - chinese: The Chinese word.
  public init(_ english: String, _ chinese: String) {
    self.english = english
    self.chinese = chinese
  }
}

extension Term {
  static let forwardPass = Term("forward pass", "前向传播")
  static let backwardPass = Term("backward pass", "反向传播")
  static let chainRule = Term("chain rule", "链式法则")
  static let upstreamGradient = Term("upstream gradient", "上游梯度")
  static let localGradient = Term("local gradient", "局部梯度")
  static let gradient = Term("gradient", "梯度")
  static let learningRate = Term("learning rate", "学习率")
  static let weight = Term("weight", "权重")
  static let bias = Term("bias", "偏置")
  static let loss = Term("loss", "损失")
  static let hiddenLayer = Term("hidden layer", "隐藏层")
  static let activation = Term("activation", "激活值")
  static let activationFunction = Term("activation function", "激活函数")
  static let preActivation = Term("pre-activation", "预激活值")
  static let prediction = Term("prediction", "预测值")
  static let target = Term("target", "目标值")
  static let input = Term("input", "输入")
  static let errorSignal = Term("error signal", "误差信号")
  static let softmax = Term("softmax", "softmax 函数")
  static let jacobian = Term("Jacobian", "雅可比矩阵")
  static let crossEntropy = Term("cross-entropy", "交叉熵")
  static let regularization = Term("regularization", "正则化")
  static let weightDecay = Term("weight decay", "权重衰减")
  static let dropout = Term("dropout", "随机失活")
  static let batchNormalization = Term("batch normalization", "批规范化")
  static let convolution = Term("convolution", "卷积")
  static let pooling = Term("pooling", "池化")
  static let momentum = Term("momentum", "动量")
  static let subgradient = Term("subgradient", "次梯度")
  static let centralDifference = Term("central difference", "中心差分")
  static let addGate = Term("add gate", "加法门")
  static let maxGate = Term("max gate", "最大值门")
  static let multiplyGate = Term("multiply gate", "乘法门")
  static let gradientDistributor = Term("gradient distributor", "梯度分配器")
  static let gradientRouter = Term("gradient router", "梯度路由器")
  static let gradientSwitcher = Term("gradient switcher", "梯度交换器")
  static let computationalGraph = Term("computational graph", "计算图")
  static let dimensionAnalysis = Term("dimension analysis", "维度分析")
}
