extension Lab {
  /// Every lab, in the course's order.
  public static let all: [Lab] = [
    perceptronAndXOR, timeline, universalApproximation, features, capacity, saturation,
    linearCollapse, batchSizes, landscapes, newtonCost, regularization, augmentation, earlyStopping,
    dropoutExpectation, initialization, preprocessing, batchNormalization, parameterCounts,
    pixelShift, convolutionArithmetic, poolingInvariance, receptiveField,
    inceptionUnit, auxiliaryLoss, degradation, cardinality, denseReuse, transfer,
  ]
}
