import Arrays

extension Augmentation {
  /// One change of a sample. A range is what a number is drawn from, each as likely.
  public enum Step: Sendable, Hashable {
    /// Moves the image by whole pixels, down and to the right where positive, −10000 to 10000.
    case shift(down: ClosedRange<Int>, right: ClosedRange<Int>)
    /// Turns the image anticlockwise, −360 to 360 degrees.
    case rotation(degrees: ClosedRange<Double>)
    /// Enlarges the image by a factor, 0.1 to 10, the same in both directions.
    case scale(factor: ClosedRange<Double>)
    /// Slants the image to the right as italics are, −60 to 60 degrees from the vertical.
    case shear(degrees: ClosedRange<Double>)
    /// Exchanges left and right.
    case flip(probability: Double = 0.5)
    /// Pads the image by so many pixels on all sides, 0 to 10000, and cuts one of its own size out
    /// at a place where each is as likely: a shift of up to as many pixels along both axes.
    case crop(padding: Int)
    /// Multiplies all values, by 0 to 10.
    case brightness(factor: ClosedRange<Double>)
    /// Multiplies the differences from the image's mean lightness, by 0 to 10. Lightness is
    /// 0.213 R + 0.715 G + 0.072 B where there are three channels, else the channels' mean.
    case contrast(factor: ClosedRange<Double>)
    /// Multiplies the differences from each pixel's lightness, by 0 to 10; three channels only.
    case saturation(factor: ClosedRange<Double>)
    /// Turns the colours by an angle, −360 to 360 degrees, at the same lightness: `hueRotate` of the
    /// W3C's Filter Effects Module Level 1, section 9.6; three channels only.
    case hue(degrees: ClosedRange<Double>)
    /// Adds to each value a number of its own, normal with mean 0. Its standard deviation, 0 to 10,
    /// is drawn for the sample and counts in standard deviations of the training samples' channel or
    /// feature, the units of the network's input. Features can have noise too.
    case noise(deviation: ClosedRange<Double>)
    /// Replaces squares of this side, 1 to 10000 pixels, by the training samples' mean, 1 to 100 of
    /// them. Their centres are pixels of the image, each as likely; what reaches beyond is lost.
    ///
    /// - Source: DeVries and Taylor 2017, "Improved Regularization of Convolutional Neural Networks
    ///   with Cutout".
    case cutout(size: Int, count: Int = 1)
  }
}

extension Augmentation.Step {
  /// The name in a file.
  enum Name: String, CaseIterable {
    case shift, rotation, scale, shear, flip, crop, brightness, contrast, saturation, hue, noise
    case cutout

    /// What belongs to it in a file.
    var keys: [Key] {
      switch self {
      case .shift: [.down, .right]
      case .rotation, .shear, .hue: [.degrees]
      case .scale, .brightness, .contrast, .saturation: [.factor]
      case .flip: [.probability]
      case .crop: [.padding]
      case .noise: [.deviation]
      case .cutout: [.size, .count]
      }
    }
  }

  enum Key: String, CodingKey, CaseIterable {
    case step, down, right, degrees, factor, probability, padding, deviation, size, count
  }

  /// What a step works on, and with which neighbours it is put together.
  enum Sort { case geometric, color, noise, cutout }

  var name: Name {
    switch self {
    case .shift: .shift
    case .rotation: .rotation
    case .scale: .scale
    case .shear: .shear
    case .flip: .flip
    case .crop: .crop
    case .brightness: .brightness
    case .contrast: .contrast
    case .saturation: .saturation
    case .hue: .hue
    case .noise: .noise
    case .cutout: .cutout
    }
  }

  var sort: Sort {
    switch self {
    case .shift, .rotation, .scale, .shear, .flip, .crop: .geometric
    case .brightness, .contrast, .saturation, .hue: .color
    case .noise: .noise
    case .cutout: .cutout
    }
  }

  /// The first number that is out of range.
  var problem: ConfigurationProblem<Key>? {
    func check<Bound: Comparable>(
      _ key: Key, _ range: ClosedRange<Bound>, _ least: Bound, _ most: Bound
    ) -> ConfigurationProblem<Key>? {
      range.lowerBound >= least && range.upperBound <= most
        ? nil
        : ConfigurationProblem(
          key, "[\(range.lowerBound), \(range.upperBound)]", "numbers from \(least) to \(most)")
    }
    func check<Bound: Comparable & CustomStringConvertible>(
      _ key: Key, _ number: Bound, _ least: Bound, _ most: Bound
    ) -> ConfigurationProblem<Key>? {
      number >= least && number <= most
        ? nil : ConfigurationProblem(key, number, "from \(least) to \(most)")
    }
    switch self {
    case .shift(let down, let right):
      return check(.down, down, -10_000, 10_000) ?? check(.right, right, -10_000, 10_000)
    case .rotation(let degrees), .hue(let degrees): return check(.degrees, degrees, -360, 360)
    case .shear(let degrees): return check(.degrees, degrees, -60, 60)
    case .scale(let factor): return check(.factor, factor, 0.1, 10)
    case .brightness(let factor), .contrast(let factor), .saturation(let factor):
      return check(.factor, factor, 0, 10)
    case .flip(let probability): return check(.probability, probability, 0, 1)
    case .crop(let padding): return check(.padding, padding, 0, 10_000)
    case .noise(let deviation): return check(.deviation, deviation, 0, 10)
    case .cutout(let size, let count):
      return check(.size, size, 1, 10_000) ?? check(.count, count, 1, 100)
    }
  }
}
