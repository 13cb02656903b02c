import Arrays

/// Random changes of training samples that leave their classes as they are, so that a network sees
/// more than there is: drawn anew for each sample in each epoch.
///
/// Steps are done in their order; geometric ones (shift, rotation, scale, shear, flip, crop) that
/// follow each other are composed and done as one bilinear resampling about the image's centre, and
/// so are changes of colour as one affine map. They work on images of the network's size: enlarged
/// and padded, of values divided by the data set's largest, from 0 to 1, before they are
/// standardised. Nothing is clipped to that range afterwards. For a network that takes vectors they
/// work on images of the samples' size.
///
/// What a sample gets depends on the seed, the epoch, the step's number and the sample's index
/// alone: it has the same bits on any number of threads, however many batches are prepared ahead,
/// and in a resumed run. Samples that a model is evaluated on are never changed.
///
/// ```swift
/// let augmentation = try Augmentation(
///   [.rotation(degrees: -10...10), .crop(padding: 4), .flip(), .cutout(size: 8)],
///   border: .reflect, mixup: 0.2)
/// ```
///
/// As JSON or YAML a range is its two ends:
///
/// ```json
/// {"steps": [{"step": "rotation", "degrees": [-10, 10]}, {"step": "crop", "padding": 4},
///            {"step": "flip"}, {"step": "cutout", "size": 8}],
///  "border": "reflect", "mixup": 0.2}
/// ```
public struct Augmentation: Sendable, Hashable {
  /// What is seen beyond the edges of an image that is moved, turned or made smaller.
  public enum Border: String, Sendable, Codable, CaseIterable {
    /// The mean of the training images' outermost pixels, `InputPreparation.borderLevel`.
    case level
    /// The value 0.
    case zero
    /// The image mirrored at the centres of its outermost pixels, which are not repeated.
    case reflect
  }

  /// What is done, in this order.
  public let steps: [Step]
  /// What is seen beyond the edges of an image.
  public let border: Border
  /// α of mixup, from 0.01 to 100, or nil for none: each batch is then mixed with itself in another
  /// order, λ·x + (1 − λ)·x′, with one λ for the batch from Beta(α, α), or 1 − λ where that is more;
  /// see `Batch.mixing`. The last step, also for features.
  ///
  /// - Source: Zhang et al. 2018, "mixup: Beyond Empirical Risk Minimization", section 2.
  public let mixup: Double?

  /// An augmentation of these steps, checked.
  /// - Parameters:
  ///   - steps: What is done, in this order.
  ///   - border: What is seen beyond the edges of an image.
  ///   - mixup: α, from 0.01 to 100; nil for none.
  /// - Throws: `DatasetError` that names the first number out of range, as
  ///   `augmentation.steps[1].factor`.
  public init(
    _ steps: [Step], border: Border = .level, mixup: Double? = nil
  ) throws(DatasetError) {
    func fail<Key>(_ problem: ConfigurationProblem<Key>, _ place: String) -> DatasetError {
      DatasetError(
        .malformed, at: "augmentation.\(place)\(problem.key.stringValue)", found: problem.found,
        expected: problem.expected)
    }
    for (number, step) in steps.enumerated() {
      if let problem = step.problem { throw fail(problem, "steps[\(number)].") }
    }
    self.steps = steps
    self.border = border
    self.mixup = mixup
    if let problem { throw fail(problem, "") }
  }
}
