extension Augmentation {
  private enum OptionName: String, CaseIterable {
    case shift, rotation, scale, shear, flip, crop, brightness, contrast, saturation, hue, noise
    case cutout, mixup, border
  }

  /// An augmentation as `train --augment` takes it: steps in their order, such as
  /// `rotation=10,crop=4,flip,cutout=8,mixup=0.2`.
  ///
  /// A number N of shift (pixels), rotation, shear and hue (degrees) means −N to N; of scale,
  /// brightness, contrast and saturation 1 − N to 1 + N; of noise 0 to N. A range can be written
  /// out: `scale=0.9..1.3`. `flip` has the probability ½ unless one is given, `crop` and `cutout`
  /// pixels, `mixup` its α, `border` one of level, zero and reflect.
  /// - Throws: `WorkbenchError` naming the option, `DatasetError` for numbers out of range.
  public init(option text: String) throws {
    let list = try OptionList(text, option: "--augment")
    var steps: [Step] = []
    var border = Border.level
    var mixup: Double?
    for part in list.parts {
      guard let name = OptionName(rawValue: part.name) else {
        throw WorkbenchError.unknown(
          "augmentation", part.name, among: OptionName.allCases.map(\.rawValue),
          option: part.option)
      }
      switch name {
      case .shift:
        let pixels = try part.integer()
        guard (0...10_000).contains(pixels) else {
          throw WorkbenchError(
            .usage, "--augment", "found 'shift=\(pixels)', expected from 0 to 10000 pixels")
        }
        steps.append(.shift(down: -pixels...pixels, right: -pixels...pixels))
      case .rotation: steps.append(.rotation(degrees: try part.range(about: 0)))
      case .scale: steps.append(.scale(factor: try part.range(about: 1)))
      case .shear: steps.append(.shear(degrees: try part.range(about: 0)))
      case .flip: steps.append(.flip(probability: try part.number(usual: 0.5)))
      case .crop: steps.append(.crop(padding: try part.integer()))
      case .brightness: steps.append(.brightness(factor: try part.range(about: 1)))
      case .contrast: steps.append(.contrast(factor: try part.range(about: 1)))
      case .saturation: steps.append(.saturation(factor: try part.range(about: 1)))
      case .hue: steps.append(.hue(degrees: try part.range(about: 0)))
      case .noise:
        let range = try part.range(about: 0)
        steps.append(.noise(deviation: max(0, range.lowerBound)...max(0, range.upperBound)))
      case .cutout: steps.append(.cutout(size: try part.integer()))
      case .mixup: mixup = try part.number()
      case .border:
        guard let known = Border(rawValue: part.value ?? "") else {
          throw WorkbenchError.unknown(
            "border", part.value ?? "", among: Border.allCases.map(\.rawValue), option: part.option)
        }
        border = known
      }
    }
    try self.init(steps, border: border, mixup: mixup)
  }
}
