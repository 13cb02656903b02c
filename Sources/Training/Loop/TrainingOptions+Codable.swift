extension TrainingOptions: Decodable {
  /// Takes defaults for what is left out.
  /// - Throws: `DecodingError` with the key, what was found and what would do, for an unknown key
  ///   and for a number that training would not take.
  public init(from decoder: any Decoder) throws {
    let reader = try ConfigurationReader<CodingKeys>(decoder)
    self.init()
    epochs = try reader.value(.epochs, default: epochs)
    batchSize = try reader.value(.batchSize, default: batchSize)
    seed = try reader.value(.seed, default: seed)
    prefetch = try reader.value(.prefetch, default: prefetch)
    shift = try reader.value(.shift, default: shift)
    augmentation = try reader.value(.augmentation, default: augmentation)
    schedule = try reader.value(.schedule, default: schedule)
    regularization = try reader.value(.regularization, default: regularization)
    groups = try reader.value(.groups, default: groups)
    clipping = try reader.value(.clipping, default: clipping)
    earlyStopping = try reader.value(.earlyStopping, default: earlyStopping)
    batchSizeChanges = try reader.value(.batchSizeChanges, default: batchSizeChanges)
    accumulation = try reader.value(.accumulation, default: accumulation)
    averageDecay = try reader.value(.averageDecay, default: averageDecay)
    // Bounds that no sensible number meets keep sums with them from overflowing.
    try reader.refuse(
      .first(
        ((1...1_000_000_000).contains(epochs), .epochs, epochs, "from 1 to 1000000000"),
        ((1...1_000_000_000).contains(batchSize), .batchSize, batchSize, "from 1 to 1000000000"),
        ((0...1_000_000).contains(prefetch), .prefetch, prefetch, "from 0 to 1000000"),
        ((0...1_000_000).contains(shift), .shift, shift, "from 0 to 1000000")))
    try reader.refuse(batchProblem)
  }
}
