extension Lab {
  /// Every lab, in the course's order.
  public static let all: [Lab] = [
    capacity, linearCollapse, newtonCost, regularization, dropoutExpectation, initialization,
    preprocessing, batchNormalization,
  ]
}
