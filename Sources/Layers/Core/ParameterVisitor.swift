/// What walks over a model's parameters. Layers call it with a name and what they store.
public struct ParameterVisitor {
  private let parameter: (String, inout Parameter) -> Void
  private let statistic: (String, inout Statistic) -> Void
  private let stream: (String, inout RandomStream) -> Void
  /// Whether full paths are wanted; otherwise they are not put together.
  private let naming: Bool
  private var prefix = ""

  package init(
    parameter: @escaping (String, inout Parameter) -> Void = { _, _ in },
    statistic: @escaping (String, inout Statistic) -> Void = { _, _ in },
    stream: @escaping (String, inout RandomStream) -> Void = { _, _ in },
    naming: Bool = false
  ) {
    self.parameter = parameter
    self.statistic = statistic
    self.stream = stream
    self.naming = naming
  }

  private func path(_ name: String) -> String { naming ? prefix + name : "" }

  /// What names inside a layer start with; a layer without a name adds nothing.
  private func prefix(inside name: String) -> String {
    naming && !name.isEmpty ? prefix + name + "." : prefix
  }

  /// Visits a parameter.
  public mutating func callAsFunction(_ name: String, _ value: inout Parameter) {
    parameter(path(name), &value)
  }

  /// Visits a parameter that the layer may do without, where it has it.
  public mutating func callAsFunction(_ name: String, _ value: inout Parameter?) {
    guard var present = value else { return }
    value = nil  // so that the values stay uniquely held
    parameter(path(name), &present)
    value = present
  }

  /// Visits a statistic.
  public mutating func callAsFunction(_ name: String, _ value: inout Statistic) {
    statistic(path(name), &value)
  }

  /// Visits a random stream.
  public mutating func callAsFunction(_ name: String, _ value: inout RandomStream) {
    stream(path(name), &value)
  }

  /// Visits a layer inside; its names follow this one and a dot, or stand alone if this is empty.
  public mutating func callAsFunction<Inner: Layer>(_ name: String, _ layer: inout Inner) {
    let outer = prefix
    prefix = prefix(inside: name)
    layer.visitParameters(&self)
    prefix = outer
  }

  /// Visits a layer inside, of any kind.
  public mutating func callAsFunction(_ name: String, _ layer: inout any Layer) {
    let outer = prefix
    prefix = prefix(inside: name)
    layer.visitParameters(&self)
    prefix = outer
  }
}
