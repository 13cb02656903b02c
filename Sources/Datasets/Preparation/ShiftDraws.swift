import Arrays

/// How far images are moved at random, for augmentation.
struct ShiftDraws: Sendable {
  /// The stream that the moves come from.
  let key: RandomKey
  /// The most pixels along each axis.
  let most: Int

  /// No moves.
  static let none = ShiftDraws(key: RandomKey(seed: 0), most: 0)

  /// The move of the sample with this index, each of −most … most as likely; the same whatever
  /// other samples are drawn for.
  func ofSample(_ index: Int) -> (down: Int, right: Int) {
    if most == 0 { return (0, 0) }
    var generator = RandomGenerator(key: key, position: UInt64(index) * 8)
    let down = generator.integer(below: 2 * most + 1) - most
    return (down, generator.integer(below: 2 * most + 1) - most)
  }
}
