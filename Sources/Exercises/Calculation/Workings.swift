import Explain
import Foundation

/// The lines of a worked solution as a student would write them, each with the formula that leads
/// to it, so that it can be worked out again from other numbers.
public struct Workings: Sendable {
  /// A line.
  public struct Line: Sendable {
    /// A name without another like it.
    public let id: String
    /// The left side.
    public let symbol: MathNode
    /// The part of the work.
    public let stage: Step.Stage
    /// The heading that it stands under.
    public let heading: Prose
    /// What it takes to work it out again.
    package let calculation: Calculation
    /// The numbers with all digits, row by row.
    public let exact: [Double]
    /// What a calculator gives that rounds every written number.
    public let rounded: [Double]
    /// The lines that it uses.
    package internal(set) var sources: [Int]
    /// Whether students write it down; what they do not is worked out from what they do.
    public let isAsked: Bool

    /// Sizes along each axis, empty for a single number.
    public var shape: [Int] { calculation.entry == nil ? calculation.shape : [] }
    package var formula: Expression { calculation.expression }
    /// The key of the quantity that it defines, or an entry of.
    package var key: String { calculation.key }
    /// The entry in row-major order; nil where it defines the whole quantity.
    package var entry: Int? { calculation.entry }
    /// What it is called in formulas.
    var variable: String { entry.map { Calculation.variable(key, $0) } ?? key }
  }

  /// The lines in order.
  public let lines: [Line]
  /// What is given.
  package let given: Numbers
  /// The numbers of the key, given ones and lines.
  package let key: Numbers
  /// What the given quantities are called.
  let givenNames: [(symbol: MathNode, variable: String)]
  /// Digits after the point that are asked for.
  public let decimals: Int

  /// - Parameters:
  ///   - solution: A worked solution.
  ///   - decimals: Digits after the point that are asked for.
  ///   - readings: Given quantities that students read off the task.
  ///   - copies: Keys of quantities that are others once more, with the others' keys.
  ///   - isAsked: Whether students write a step down.
  package init(
    _ solution: Solution, decimals: Int, readings: [Reading] = [], copies: [String: String] = [:],
    isAsked: (Step) -> Bool = { _ in true }
  ) {
    self.decimals = decimals
    var lines: [Line] = []
    var given = Numbers()
    var key = Numbers()
    var givenNames: [(symbol: MathNode, variable: String)] = []
    var producers: [String: [Int]] = [:]
    // Where a quantity is worked out twice, the later line counts.
    func sources(_ calculation: Calculation) -> [Int] {
      var seen: Set<String> = []
      return Set(calculation.inputs.flatMap { producers[$0.key] ?? [] }).sorted(by: >)
        .filter { index in
          let source = lines[index].calculation
          return calculation.expression.uses(source)
            && seen.insert("\(source.key)@\(source.entry ?? -1)").inserted
        }.sorted()
    }
    for section in solution.sections {
      for case .step(let step) in section.blocks {
        guard let calculation = step.calculation?.renaming(copies).onAnyNumbers,
          copies[calculation.key] == nil
        else { continue }
        for input in calculation.inputs where producers[input.key] == nil {
          if let reading = readings.first(where: { $0.key == input.key }) {
            for (name, value) in reading.sources {
              given[name] = value
              key[name] = value
            }
            for var line in reading.lines(input, on: key, heading: section.title) {
              line.sources = sources(line.calculation)
              producers[input.key, default: []].append(lines.count)
              key.set(line.exact, of: line.calculation)
              lines.append(line)
            }
            continue
          }
          guard given[input.key] == nil else { continue }
          given[input.key] = input.value
          key[input.key] = input.value
          if input.key.hasPrefix("constant:") { continue }
          givenNames.append((input.symbol, input.key))
          for (index, entry) in input.entries.enumerated() {
            if let entry { givenNames.append((entry, Calculation.variable(input.key, index))) }
          }
        }
        key.set(step.value.elements, of: calculation)
        producers[calculation.key, default: []].append(lines.count)
        lines.append(
          Line(
            id: step.id, symbol: step.symbol, stage: step.stage, heading: section.title,
            calculation: calculation, exact: step.value.elements,
            rounded: step.rounded?.elements ?? step.value.elements,
            sources: sources(calculation), isAsked: isAsked(step)))
      }
    }
    self.lines = lines
    self.given = given
    self.key = key
    self.givenNames = givenNames
  }

  /// What a line gives on some numbers.
  package func value(_ line: Line, on numbers: Numbers, by formula: Expression? = nil) -> [Double] {
    numbers.value(formula ?? line.formula, of: line.calculation)
  }

  /// Digits after the point to tell students of; nil where every number asked for is whole.
  var toldDecimals: Int? {
    let asked = lines.filter(\.isAsked)
    return asked.allSatisfy { $0.exact.allSatisfy { $0 == $0.rounded() } } ? nil : decimals
  }

  /// The smallest difference that counts.
  package var unit: Double { pow(10, -Double(decimals)) }
}

extension Expression {
  /// Whether a line's value stands in the formula.
  func uses(_ line: Calculation) -> Bool {
    variables.contains { name in
      let (key, entry) = Calculation.reference(name)
      return key == line.key && (entry == nil || line.entry == nil || entry == line.entry)
    }
  }
}
