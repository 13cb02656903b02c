extension Prose.Run {
  /// A literal's words, with the letters that stand alone in it as symbols: “the loss by z”,
  /// “W_hh”, “σ²”, “D̂”. The English words a and A stay words.
  ///
  /// - Parameters:
  ///   - text: The literal.
  ///   - isContinued: Whether it follows a word or a number without a space: the s of a plural.
  static func split(literal text: String, isContinued: Bool = false) -> [Piece] {
    let characters = Array(text)
    let isEnglish = !characters.contains { $0.unicodeScalars.first!.value >= 0x2E80 }
    var result: [Piece] = []
    var words = ""
    var index = 0
    while index < characters.count {
      guard isLetter(characters[index]) else {
        words.append(characters[index])
        index += 1
        continue
      }
      var end = index
      while end < characters.count, isLetter(characters[end]) { end += 1 }
      let letters = index..<end
      var subscripts = ""
      if end < characters.count, characters[end] == "_" {
        end += 1
        while end < characters.count, isLetter(characters[end]) || characters[end].isWholeNumber {
          subscripts.append(characters[end])
          end += 1
        }
      }
      // Another word or number before or behind makes a name of it: Newton's, 2D, i.e., L1.
      let before = index > 0 ? characters[index - 1] : isContinued ? "-" : " "
      let after = end < characters.count ? characters[end] : " "
      let isPart =
        (before.isWholeNumber && characters[index].isUppercase) || "'’_-.".contains(before)
        || (after.isASCII && after.isNumber)
        || after == "_"
        || (after == "." && end + 1 < characters.count && isLetter(characters[end + 1]))
      let isProduct =
        letters.count == 2 && characters[letters].contains(where: isGreek) && subscripts.isEmpty
      let isArticle = isEnglish && subscripts.isEmpty && isArticle(at: index, in: characters)
      guard !isPart, letters.count == 1 || isProduct, !isArticle else {
        words += String(characters[index..<end])
        index = end
        continue
      }
      if !words.isEmpty { result.append(.text(words)) }
      words = ""
      if isProduct { result.append(.math(.symbol(Symbol("\(characters[index])")))) }
      var symbol = letter(characters[letters.upperBound - 1])
      if !subscripts.isEmpty { symbol.subscripts = [subscripts] }
      if end < characters.count, let digit = "₀₁₂₃₄₅₆₇₈₉".firstIndex(of: characters[end]) {
        symbol.subscripts = ["\("₀₁₂₃₄₅₆₇₈₉".prefix(upTo: digit).count)"]
        end += 1
      }
      if end < characters.count, characters[end] == "′" {
        symbol.accent = .prime
        end += 1
      }
      var node = MathNode.symbol(symbol)
      let raised: [Character: MathNode] = [
        "²": .power(node, .number("2")), "³": .power(node, .number("3")), "ᵀ": .transpose(node),
      ]
      if end < characters.count, let power = raised[characters[end]] {
        node = power
        end += 1
      }
      result.append(.math(node))
      index = end
    }
    if !words.isEmpty { result.append(.text(words)) }
    return result
  }

  /// Latin and Greek letters, unlike Chinese ones, make words.
  private static func isLetter(_ character: Character) -> Bool {
    let first = character.unicodeScalars.first!.value
    return character.isLetter && first < 0x1F00 && !(0x1D00..<0x1DC0).contains(first)
  }

  private static func isGreek(_ character: Character) -> Bool {
    (0x370..<0x400).contains(character.unicodeScalars.first!.value)
  }

  /// Whether a letter is the article: `a` before a word, `A` before one at a sentence's beginning.
  private static func isArticle(at index: Int, in characters: [Character]) -> Bool {
    guard characters[index] == "a" || characters[index] == "A" else { return false }
    if index > 0, !" (".contains(characters[index - 1]) { return false }
    if index + 1 == characters.count { return false }
    if index + 2 == characters.count { return characters[index + 1] == " " }
    let isBeforeWord =
      characters[index + 1] == " "
      && (isLetter(characters[index + 2]) || characters[index + 2].isWholeNumber)
      && !(index + 3 < characters.count && !isLetter(characters[index + 3]))
    guard isBeforeWord, characters[index] == "A" else { return isBeforeWord }
    let before = characters[..<index].last { $0 != " " }
    return before.map { ".:;!?(".contains($0) } ?? true
  }

  private static func letter(_ character: Character) -> Symbol {
    let known: [Character: String] = ["Â": "A", "Ĥ": "H", "ŷ": "y", "Ŷ": "Y"]
    if let letter = known[character] { return Symbol(letter, accent: .hat) }
    let scalars = Array(character.unicodeScalars)
    let accents: [UInt32: Symbol.Accent] = [0x302: .hat, 0x303: .tilde, 0x304: .bar]
    guard scalars.count == 2, let accent = accents[scalars[1].value] else {
      return Symbol("\(character)")
    }
    return Symbol("\(scalars[0])", accent: accent)
  }
}
