/// What a training run does, beside model, optimizer and data.
public struct TrainingOptions: Sendable, Hashable, Encodable {
  /// Passes over the training set; at least 1.
  public var epochs: Int
  /// Samples a batch; at least 1. The last batch of an epoch may be shorter.
  public var batchSize: Int
  /// Other sizes of batches from later epochs on, by ascending epochs; none keeps `batchSize`.
  public var batchSizeChanges: [BatchSizeChange]
  /// Batches a step, at least 1: their gradients are added up, so that a step is as one of a batch
  /// so many times as large, in the memory of one, but for the inputs. Batch normalisation sees one
  /// at a time, and losses with class weights are weighed within each.
  public var accumulation: Int
  /// d of an exponential moving average of the parameters, a ← d·a + (1 − d)·w after each step, from
  /// 0 to below 1; nil makes none. The average is what is evaluated and used in the end.
  public var averageDecay: Double?
  /// Fixes shuffling and every random layer.
  public var seed: UInt64
  /// Batches prepared ahead on background threads; 0 prepares them in turn, with the same result.
  public var prefetch: Int
  /// The most pixels that training images are moved at random along each axis, within their
  /// margin; 0 leaves them in the middle.
  public var shift: Int
  /// Random changes of the training samples, drawn anew in each epoch; nil leaves them as they are.
  /// Samples for validation are never changed.
  public var augmentation: Augmentation?
  /// How the learning rate changes; constant unless said otherwise.
  public var schedule: Schedule
  /// The penalties on weights, which are the parameters of two and more axes: not on offsets and
  /// scales of normalization.
  public var regularization: Regularization
  /// Parameters that are trained otherwise than the rest; the first group that names a parameter
  /// holds for it.
  public var groups: [ParameterGroup]
  /// The bound on the loss's gradients; nil bounds none.
  public var clipping: GradientClipping?
  /// When to stop before the last epoch; nil trains them all.
  public var earlyStopping: EarlyStopping?

  /// Options; see the properties of the same names.
  public init(
    epochs: Int = 10, batchSize: Int = 32, seed: UInt64 = 0, prefetch: Int = 2,
    shift: Int = 0, augmentation: Augmentation? = nil, schedule: Schedule = .constant,
    regularization: Regularization = Regularization(), groups: [ParameterGroup] = [],
    clipping: GradientClipping? = nil, earlyStopping: EarlyStopping? = nil,
    batchSizeChanges: [BatchSizeChange] = [], accumulation: Int = 1, averageDecay: Double? = nil
  ) {
    self.epochs = epochs
    self.batchSize = batchSize
    self.seed = seed
    self.prefetch = prefetch
    self.shift = shift
    self.augmentation = augmentation
    self.schedule = schedule
    self.regularization = regularization
    self.groups = groups
    self.clipping = clipping
    self.earlyStopping = earlyStopping
    self.batchSizeChanges = batchSizeChanges
    self.accumulation = accumulation
    self.averageDecay = averageDecay
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case epochs, batchSize, seed, prefetch, shift, augmentation, schedule, regularization,
      groups, clipping, earlyStopping, batchSizeChanges, accumulation, averageDecay
  }
}
