/// The symbols of a network's arrays in the form and layout chosen.
struct NetworkNaming {
  let form: ExplainOptions.Form
  /// Whether a sample is a row.
  let isRowLayout: Bool
  let samples: Int
  /// Whether parameters carry their iteration.
  let countsIterations: Bool
  /// How many inputs a sample has.
  let inputs: Int

  private var isScalar: Bool { form == .scalar }

  /// A layer's symbol for any layer l, for the table of symbols.
  func general(_ base: String) -> Symbol {
    isScalar ? Symbol(base, "l") : Symbol(form == .matrix ? base.uppercased() : base)
  }

  /// An array of activations: [units, samples], [samples, units] or [N, C, H, W].
  func activations(
    _ key: String, _ base: String, layer: Int?, accent: Symbol.Accent? = nil, images: Bool = false
  ) -> Name {
    let wholeBase = form == .matrix ? base.uppercased() : base
    let whole = Symbol(
      wholeBase, accent: accent, layer: isScalar ? nil : layer,
      isMatrix: true)
    return Name(key, whole: .symbol(whole)) { index in
      if isScalar {
        var symbol = Symbol(base, accent: accent)
        if let layer { symbol.subscripts = ["\(layer)"] }
        return .symbol(symbol)
      }
      var symbol = Symbol(base, accent: accent, layer: layer)
      if index.isEmpty { return .symbol(symbol) }
      if images, index.count == 4 {
        let channels = index.dropFirst()
        symbol.subscripts = channels.map { "\($0 + 1)" }
        symbol.sample = samples > 1 ? index[0] + 1 : nil
      } else {
        let (unit, sample) = isRowLayout ? (index[1], index[0]) : (index[0], index[1])
        symbol.subscripts = ["\(unit + 1)"]
        symbol.sample = samples > 1 ? sample + 1 : nil
      }
      return .symbol(symbol)
    }
  }

  /// A statistic of each unit, such as a batch's mean.
  func unitwise(_ key: String, _ base: String, layer: Int, power: Int? = nil) -> Name {
    func node(_ symbol: Symbol) -> MathNode {
      power.map { .power(.symbol(symbol), .number("\($0)")) } ?? .symbol(symbol)
    }
    return Name(key, whole: node(Symbol(base, layer: layer, isMatrix: true))) { index in
      var symbol = Symbol(base, layer: layer)
      if let unit = index.max(), !index.isEmpty { symbol.subscripts = ["\(unit + 1)"] }
      return node(symbol)
    }
  }

  /// A parameter: weight [outputs, inputs] (transposed where a sample is a row), bias, filters.
  func parameter(_ key: String, _ base: String, layer: Int, iteration: Int) -> Name {
    let mark = countsIterations ? iteration : nil
    let isWeight = base == "w"
    let whole = Symbol(
      form == .matrix && isWeight ? "W" : base, layer: isScalar ? nil : layer, iteration: mark,
      isMatrix: true)
    return Name(key, whole: .symbol(whole)) { index in
      if isScalar { return .symbol(Symbol(base, "\(layer)", iteration: mark)) }
      var symbol = Symbol(base, layer: layer, iteration: mark)
      if index.count == 4 {
        symbol.subscripts = index.map { "\($0 + 1)" }
      } else if isWeight, index.count == 2 {
        symbol.subscripts = (isRowLayout ? index.reversed() : index).map { "\($0 + 1)" }
      } else if let unit = index.max() {
        symbol.subscripts = ["\(unit + 1)"]
      }
      return .symbol(symbol)
    }
  }

  /// A quantity of an optimizer that belongs to each entry of a parameter.
  func companion(
    _ key: String, _ base: String, of parameter: Name, accent: Symbol.Accent? = nil, iteration: Int?
  ) -> Name {
    func make(_ node: MathNode) -> MathNode {
      guard case .symbol(var symbol) = node else { return node }
      symbol.subscripts =
        [symbol.base] + symbol.subscripts
      symbol.base = base
      symbol.accent = accent
      symbol.iteration = iteration
      return .symbol(symbol)
    }
    return Name(key, whole: make(parameter.whole)) { make(parameter.entry($0)) }
  }

  /// A parameter where Nesterov's momentum looks ahead.
  func lookAhead(_ key: String, _ parameter: Name) -> Name {
    func make(_ node: MathNode) -> MathNode {
      guard case .symbol(var symbol) = node else { return node }
      symbol.accent = .tilde
      return .symbol(symbol)
    }
    return Name(key, whole: make(parameter.whole)) { make(parameter.entry($0)) }
  }
}
