import Explain

/// Solutions made by hand for the renderers' tests.
enum RenderingFixtures {
  static func symbol(
    _ base: String, _ subscripts: String..., accent: Symbol.Accent? = nil, layer: Int? = nil,
    isMatrix: Bool = false
  ) -> MathNode {
    var symbol = Symbol(base, accent: accent, layer: layer, isMatrix: isMatrix)
    symbol.subscripts = subscripts
    return .symbol(symbol)
  }

  static func number(_ digits: String) -> MathNode { .number(digits) }

  static func times(_ a: MathNode, _ b: MathNode) -> MathNode { .infix(.times, a, b) }

  static func rows(_ digits: [[String]]) -> MathNode {
    .matrix(digits.map { row in row.map { .number($0) } })
  }

  /// The course's network of one unit a layer, with a calculator's three decimals.
  static var network: Solution {
    let (w, x) = (symbol("w", layer: 1), symbol("x"))
    let (z, a) = (symbol("z", layer: 1), symbol("a", layer: 1))
    let (gradient, eta) = (MathNode.derivative(symbol("L"), w), symbol("η"))
    var solution = Solution(
      kind: "network",
      title: Prose(en: "One step for a network of two layers", zh: "两层网络的一步训练"))
    solution.symbols = [
      .init(
        symbol: x, meaning: Prose(en: "the \(Words.input)", zh: "\(Words.input)"), shape: []),
      .init(
        symbol: symbol("W", layer: 1, isMatrix: true),
        meaning: Prose(
          en: "\(Words.weight)s of the \(Words.hiddenLayer), a row for each unit",
          zh: "\(Words.hiddenLayer)的\(Words.weight)，每个单元一行"), shape: [2, 3]),
      .init(
        symbol: symbol("y", accent: .hat),
        meaning: Prose(en: "the \(Words.prediction)", zh: "\(Words.prediction)"), shape: []),
    ]
    solution.sections = [
      Section(
        Prose(en: "Given", zh: "已知"),
        [
          .given(x, Value(1)), .given(w, Value(0.5)), .given(eta, Value(0.1)),
          .given(
            symbol("W", layer: 2, isMatrix: true),
            Value(shape: [2, 3], elements: [0.5, -0.25, 1, 12, 0.125, -3])),
        ]),
      Section(
        Prose(en: "Forward pass", zh: "\(Words.forwardPass)"),
        [
          .prose(
            Prose(
              en: "The \(Words.hiddenLayer) is followed by the function \(.call("sigmoid", [z])).",
              zh: "\(Words.hiddenLayer)之后接激活函数\(.call("sigmoid", [z]))。")),
          .step(
            Step(
              id: "1.z", stage: .forward, symbol: z, formula: times(w, x),
              substituted: times(number("0.5"), number("1")),
              exactlySubstituted: times(number("0.5"), number("1")), value: Value(0.5),
              rounded: nil, digits: ["0.5"], isExact: true)),
          .step(
            Step(
              id: "1.a", stage: .forward, symbol: a, formula: .call("sigmoid", [z]),
              substituted: .call("sigmoid", [number("0.5")]),
              exactlySubstituted: .call("sigmoid", [number("0.5")]),
              value: Value(0.6224593312018546), rounded: Value(0.622), digits: ["0.622"],
              isExact: false,
              remark: Prose(
                en: "The \(Words.activationFunction) squeezes its argument into 0…1.",
                zh: "\(Words.activationFunction)把自变量压到 0…1 之间。"))),
          .step(
            Step(
              id: "1.h", stage: .forward, symbol: symbol("Z", layer: 2, isMatrix: true),
              formula: .infix(
                .matrixProduct, symbol("X", isMatrix: true),
                .transpose(symbol("W", layer: 2, isMatrix: true))),
              substituted: .infix(
                .matrixProduct, rows([["1", "-2.5", "0.125"]]),
                .transpose(rows([["0.5", "-0.25", "1"], ["12", "0.125", "-3"]]))),
              exactlySubstituted: .infix(
                .matrixProduct, rows([["1", "-2.5", "0.125"]]),
                .transpose(rows([["0.5", "-0.25", "1"], ["12", "0.125", "-3"]]))),
              value: Value(shape: [1, 2], elements: [1.25, 11.3125]), rounded: nil,
              digits: ["1.25", "11.3125"], isExact: true,
              dimensions: "(1×3)·(3×2) → 1×2")),
        ]),
      Section(
        Prose(en: "Update", zh: "更新"),
        [
          .note(
            Prose(
              en: "All gradients use the old weights.",
              zh: "所有\(Words.gradient)都用旧的\(Words.weight)计算。")),
          .formula(
            .infix(
              .assigned, w,
              .infix(
                .minus, w,
                times(eta, .parentheses(.infix(.plus, gradient, .call("sign", [w]))))))),
          .step(
            Step(
              id: "1.update", stage: .update, symbol: w,
              formula: .infix(
                .minus, w,
                times(
                  eta,
                  .parentheses(
                    .infix(.plus, gradient, times(symbol("λ"), .call("sign", [w])))))),
              substituted: .infix(
                .minus, number("0.5"),
                times(
                  number("0.1"),
                  .parentheses(.infix(.plus, number("0.0234"), times(number("0.1"), number("1"))))
                )),
              exactlySubstituted: .infix(
                .minus, number("0.5"),
                times(number("0.1"), number("0.12340000000000001"))),
              value: Value(0.48766), rounded: Value(0.4877), digits: ["0.4877"], isExact: false,
              isBoxed: true)),
        ]),
    ]
    solution.iterations = [
      .init(
        number: 1, loss: 0.031,
        gradients: [("layers.0.weight", Value(shape: [1, 1], elements: [0.0234]))],
        parameters: [("layers.0.weight", Value(shape: [1, 1], elements: [0.48766]))], steps: 1..<4)
    ]
    solution.check.lines = [
      .init(
        what: Prose(
          en: "tape against \(Words.centralDifference)s", zh: "计算带与\(Words.centralDifference)"),
        disagreement: 3.2e-11, tolerance: 1e-6),
      .init(
        what: Prose(en: "tape against the closed form", zh: "计算带与解析式"), disagreement: 1e-16,
        tolerance: 1e-12),
    ]
    return solution
  }

  /// (x + y)·max(y, z) at x = 1, y = 2, z = 0.
  static var expression: Solution {
    var solution = Solution(
      kind: "expression",
      title: Prose(
        en: "\(Words.computationalGraph.english) of a product", zh: "乘积的\(Words.computationalGraph)"
      ))
    let f = symbol("f")
    solution.sections = [
      Section(
        Prose(en: "Graph", zh: "\(Words.computationalGraph)"),
        [
          .graph,
          .step(
            Step(
              id: "f", stage: .forward, symbol: f,
              formula: times(
                .parentheses(.infix(.plus, symbol("x"), symbol("y"))),
                .call("max", [symbol("y"), symbol("z")])),
              substituted: times(number("3"), number("2")),
              exactlySubstituted: times(number("3"), number("2")), value: Value(6), rounded: nil,
              digits: ["6"], isExact: true, isBoxed: true)),
        ])
    ]
    solution.graph = GraphDrawing(nodes: [
      .init(
        id: 0, label: symbol("x"), operation: "input", inputs: [], value: "1", gradient: "2",
        exactValue: Value(1), exactGradient: Value(2)),
      .init(
        id: 1, label: symbol("y"), operation: "input", inputs: [], value: "2", gradient: "5",
        exactValue: Value(2), exactGradient: Value(5)),
      .init(
        id: 2, label: symbol("z"), operation: "input", inputs: [], value: "0", gradient: "0",
        exactValue: Value(0), exactGradient: Value(0)),
      .init(
        id: 3, label: .word("+"), operation: "add", inputs: [0, 1], value: "3", gradient: "2",
        exactValue: Value(3), exactGradient: Value(2)),
      .init(
        id: 4, label: .word("max"), operation: "max", inputs: [1, 2], value: "2", gradient: "3",
        exactValue: Value(2), exactGradient: Value(3)),
      .init(
        id: 5, label: .word("×"), operation: "multiply", inputs: [3, 4], value: "6",
        gradient: "1", exactValue: Value(6), exactGradient: Value(1)),
    ])
    solution.value = Value(6)
    solution.gradients = [("x", Value(2)), ("y", Value(5)), ("z", Value(0))]
    solution.check.lines = [
      .init(
        what: Prose(en: "tape against central differences", zh: "计算带与中心差分"),
        disagreement: 2e-3, tolerance: 1e-6)
    ]
    solution.check.kinks = [
      Prose(
        en: "\(.call("max", [symbol("y"), symbol("z")])) has no derivative where both are equal.",
        zh: "\(.call("max", [symbol("y"), symbol("z")]))在两者相等处不可导。")
    ]
    return solution
  }

  /// Every kind of formula, with what it is as a line of text.
  static var formulas: [(node: MathNode, text: String)] {
    let (a, b) = (symbol("a"), symbol("b"))
    let layered = symbol("w", "1", "2", layer: 2)
    let all = Symbol("θ", "t", "out", accent: .tilde, layer: 1, iteration: 3, sample: 4)
    return [
      (.number("-1.2e-05"), "−1.2e-05"),
      (.number("∞"), "∞"),
      (layered, "w₁₂^[2]"),
      (.symbol(all), "θ̃_t,out^[1]⟨4⟩(3)"),
      (symbol("h", accent: .prime), "h′"),
      (symbol("x", accent: .bar), "x̄"),
      (symbol("cost"), "cost"),
      (.word("otherwise"), "otherwise"),
      (.derivative(symbol("L"), layered), "∂L/∂w₁₂^[2]"),
      (.negate(a), "−a"),
      (.infix(.plus, a, b), "a + b"),
      (.infix(.minus, a, .parentheses(.number("-0.5"))), "a − (−0.5)"),
      (.infix(.times, a, b), "a·b"),
      (.infix(.times, .number("2"), .number("3")), "2 × 3"),
      (.infix(.hadamard, a, b), "a ⊙ b"),
      (.infix(.matrixProduct, a, b), "a · b"),
      (.infix(.equals, a, b), "a = b"),
      (.infix(.approximately, a, b), "a ≈ b"),
      (.infix(.assigned, a, b), "a ← b"),
      (.infix(.greater, a, b), "a > b"),
      (.infix(.atMost, a, b), "a ≤ b"),
      (.fraction(.infix(.plus, a, b), .number("2")), "(a + b)/2"),
      (.power(a, .number("2")), "a²"),
      (.power(layered, .number("2")), "(w₁₂^[2])²"),
      (.power(a, .infix(.minus, b, .number("1"))), "a^(b − 1)"),
      (.transpose(symbol("W", layer: 2, isMatrix: true)), "W^[2]ᵀ"),
      (.transpose(.parentheses(.infix(.plus, a, b))), "(a + b)ᵀ"),
      (.call("sigmoid", [a]), "σ(a)"),
      (.call("log", [a]), "ln(a)"),
      (.call("max", [a, b]), "max(a, b)"),
      (.call("sqrt", [.infix(.plus, a, b)]), "sqrt(a + b)"),
      (.call("norm", [a]), "norm(a)"),
      (.call("abs", [a]), "abs(a)"),
      (.call("softmax", [a]), "softmax(a)"),
      (.slope("tanh", a), "tanh′(a)"),
      (rows([["1", "-0.5"], ["0.25", "12"]]), "[[1, −0.5], [0.25, 12]]"),
    ]
  }

  /// All blocks, all formulas, and text that no format may take for its own commands.
  static var everything: Solution {
    let nasty = "a<b & c>d_e %f #g $h^i ~j \\k {l} `m` *n* [o] |p| \"q\" 'r' – 10⁻³ ½ α→β ♞"
    var solution = Solution(kind: "everything", title: Prose("\(nasty)"))
    solution.symbols = [
      .init(symbol: symbol("k_1<"), meaning: Prose("\(nasty)"), shape: [2, 3, 4])
    ]
    var blocks: [Block] = formulas.map { .formula($0.node) }
    blocks += formulas.map { .prose(Prose("– \($0.node), \(nasty)")) }
    blocks += [
      .note(Prose("\(nasty)")),
      .given(symbol("b"), Value(.infinity)), .given(symbol("c"), Value(.nan)),
      .given(symbol("d"), Value(shape: [0], elements: [])),
      .given(
        symbol("K"),
        Value(shape: [2, 2, 2], elements: [1, -2, 3.5, 4, 5, 6, 7, 0.125])),
      .table(
        Table(
          headings: [
            .prose(Prose(en: "epoch", zh: "轮次")), .math(symbol("v", "t")),
            .math(.derivative(symbol("L"), symbol("w"))), .prose(Prose("\(nasty)")),
          ],
          rows: [
            [.digits("1"), .math(symbol("v", "1")), .digits("-0.25"), .prose(Prose("\(nasty)"))],
            [
              .digits("20"), .math(.fraction(symbol("a"), symbol("b"))), .digits("1.5e-07"),
              .prose(Prose(en: "second", zh: "第二")),
            ],
          ])),
      .graph,
      .step(
        Step(
          id: "slices", stage: .backward, symbol: symbol("∇", "K"), formula: symbol("K"),
          substituted: symbol("K"), exactlySubstituted: symbol("K"),
          value: Value(shape: [2, 2, 2], elements: [1, 2, 3, 4, 5, 6, 7, 8.001]),
          rounded: Value(shape: [2, 2, 2], elements: [1, 2, 3, 4, 5, 6, 7, 8]),
          digits: ["1", "2", "3", "4", "5", "6", "7", "8"], isExact: false, isBoxed: true,
          dimensions: nasty, remark: Prose("\(nasty)"))),
    ]
    solution.sections = [Section(Prose("\(nasty)"), blocks)]
    solution.graph = GraphDrawing(nodes: [
      .init(
        id: 7, label: symbol("w", "1", layer: 2), operation: "input", inputs: [],
        value: "[[1, 2, 3], [4, 5, 6], [7, 8, 9]]", gradient: nil),
      .init(
        id: 9, label: .call("sigmoid", [symbol("<")]), operation: "sigmoid", inputs: [7],
        value: "\"<&>\"", gradient: "-0.5"),
    ])
    solution.results = [("p_<&>", Value(shape: [2], elements: [1, .nan]))]
    solution.check.lines = [.init(what: Prose("\(nasty)"), disagreement: .nan, tolerance: 1e-9)]
    solution.check.kinks = [Prose("\(nasty)")]
    return solution
  }

  /// Sums and matrices wider than a page.
  static var wide: Solution {
    let names = (1...14).map { times(symbol("w", "\($0)", layer: 1), symbol("x", "\($0)")) }
    let numbers = (1...14).map { times(number("0.\($0)25"), number("-1.\($0)5")) }
    func sum(_ terms: [MathNode]) -> MathNode {
      terms.dropFirst().reduce(terms[0]) { .infix(.plus, $0, $1) }
    }
    let row = (0..<24).map { "\($0 % 3 == 0 ? "-" : "")0.\(1000 + $0)" }
    let matrix = rows([row, row.reversed()])
    let elements = (row + row.reversed()).map { Double($0)! }
    var solution = Solution(
      kind: "wide",
      title: Prose(
        en: "What is too wide for a line is broken where a reader would break it, even a title",
        zh: "过宽的内容在读者会断开的地方断开，标题也是如此，这一行足够长以至于必须换行才能放进八十列之内"))
    solution.sections = [
      Section(
        Prose(en: "Long", zh: "长"),
        [
          .prose(
            Prose(
              en: """
                Long paragraphs, such as this one, are broken at spaces, but not within \
                \(.infix(.plus, symbol("a"), symbol("b"))), and go on with \(symbol("x", "1")).
                """,
              zh: """
                较长的段落在汉字之间断开，但标点不会出现在行首，公式\
                \(.infix(.plus, symbol("a"), symbol("b")))之内也不会断开，之后继续，然后结束。
                """)),
          .step(
            Step(
              id: "sum", stage: .forward, symbol: symbol("z", "1", layer: 1), formula: sum(names),
              substituted: sum(numbers), exactlySubstituted: sum(numbers), value: Value(-3.5),
              rounded: nil, digits: ["-3.5"], isExact: true, isBoxed: true)),
          .step(
            Step(
              id: "matrix", stage: .backward, symbol: .derivative(symbol("L"), symbol("W")),
              formula: .infix(.hadamard, symbol("A"), symbol("B")),
              substituted: .infix(
                .hadamard, matrix, .parentheses(.infix(.minus, number("1"), matrix))),
              exactlySubstituted: .infix(.hadamard, matrix, matrix),
              value: Value(shape: [2, 24], elements: elements),
              rounded: Value(shape: [2, 24], elements: elements.map { $0.rounded() }),
              digits: row + row.reversed(),
              isExact: false)),
          .formula(.infix(.equals, symbol("z"), .call("softmax", [.parentheses(sum(names))]))),
          .table(
            Table(
              headings: (1...12).map { .prose(Prose("column \($0)")) },
              rows: [(1...12).map { .digits("-0.12345\($0)") }])),
        ])
    ]
    return solution
  }

  static var all: [Solution] { [network, expression, everything, wide] }
}

/// Technical terms of the fixtures.
enum Words {
  static let input = Term("input", "输入")
  static let weight = Term("weight", "权重")
  static let hiddenLayer = Term("hidden layer", "隐藏层")
  static let prediction = Term("prediction", "预测值")
  static let forwardPass = Term("forward pass", "前向传播")
  static let activationFunction = Term("activation function", "激活函数")
  static let gradient = Term("gradient", "梯度")
  static let centralDifference = Term("central difference", "中心差分")
  static let computationalGraph = Term("computational graph", "计算图")
}
