extension Lab {
  /// Every lab, in the course's order.
  public static let all: [Lab] = [
    perceptronAndXOR, timeline, universalApproximation, features, saturation, linearCollapse,
    batchSizes,
  ]
}
