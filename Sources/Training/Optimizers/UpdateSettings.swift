/// What holds for one update of an optimizer, beside the rule's own numbers.
public struct UpdateSettings: Sendable, Hashable {
  /// What η is multiplied by, as a schedule has it; at least 0.
  public var rateFactor: Double
  /// μ of rules with momentum and β₁ of Adam in this update, from above 0 to below 1; nil leaves
  /// the rule's own. Rules without momentum take no notice.
  public var momentum: Double?
  /// Those of each trainable parameter, in the model's order; empty where nothing is set apart.
  public var parameters: [ParameterSettings]

  /// Settings; see the properties of the same names.
  public init(
    rateFactor: Double = 1, momentum: Double? = nil, parameters: [ParameterSettings] = []
  ) {
    self.rateFactor = rateFactor
    self.momentum = momentum
    self.parameters = parameters
  }
}

/// What sets a parameter apart from others in an update.
public struct ParameterSettings: Sendable, Hashable {
  /// What η is multiplied by for this parameter; at least 0.
  public var rateFactor: Double
  /// The penalties on this parameter, beside the optimizer's own weight decay.
  public var regularization: Regularization

  /// Settings; see the properties of the same names.
  public init(rateFactor: Double = 1, regularization: Regularization = Regularization()) {
    self.rateFactor = rateFactor
    self.regularization = regularization
  }
}
