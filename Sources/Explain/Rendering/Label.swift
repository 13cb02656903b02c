/// The words that renderers add themselves.
enum Label {
  static let symbols = Prose(en: "Symbols", zh: "符号")
  static let symbol = Prose(en: "symbol", zh: "符号")
  static let meaning = Prose(en: "meaning", zh: "含义")
  static let shape = Prose(en: "shape", zh: "形状")
  static let scalar = Prose(en: "scalar", zh: "标量")
  static let note = Prose(en: "Note", zh: "注意")
  static let exact = Prose(en: "exact", zh: "精确值")
  static let shapes = Prose(en: "shapes", zh: "维度")
  static let columns = Prose(en: "columns", zh: "列")

  static let graph = Prose(
    en: "\(Term.computationalGraph.capitalized)", zh: "\(Term.computationalGraph)")
  static let graphNodes = Prose(en: "The graph's nodes", zh: "计算图的结点")
  static let node = Prose(en: "node", zh: "结点")
  static let inputs = Prose(en: "from", zh: "来自")
  static let value = Prose(en: "value", zh: "值")
  static let gradient = Prose("\(Term.gradient)")
  static let legend = Prose(
    en: "Above each line the value, below it the \(Term.gradient) of the result.",
    zh: "线上方为前向值，线下方为结果对它的\(Term.gradient)。")

  static let check = Prose(en: "Check", zh: "检验")
  static let comparison = Prose(en: "comparison", zh: "比较")
  static let disagreement = Prose(en: "disagreement", zh: "偏差")
  static let tolerance = Prose(en: "tolerance", zh: "容差")
  static let verdict = Prose(en: "verdict", zh: "结论")
  static let largest = Prose(en: "Largest disagreement", zh: "最大偏差")
  static let passed = Prose(en: "passed", zh: "通过")
  static let failed = Prose(en: "FAILED", zh: "未通过")
  static let nothingCompared = Prose(en: "Nothing was compared.", zh: "未作比较。")
}

extension Term {
  /// The same with a capital where a sentence begins.
  var capitalized: Term {
    Term(english.prefix(1).uppercased() + english.dropFirst(), chinese)
  }
}
