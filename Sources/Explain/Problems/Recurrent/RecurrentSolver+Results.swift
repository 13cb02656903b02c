import Autodiff

// What scripts read.
extension RecurrentSolver {
  func value(_ key: String, _ isColumn: Bool) -> Value {
    let array = work.sheet.array(key)
    return Value(isColumn ? array.reshaped([array.elementCount]) : array)
  }

  mutating func results(_ recording: Worksheet.Recording) {
    for state in cell.states {
      let rows = (1...program.steps).map { recording.node("\(state)\($0)").value.doubles }
      work.result(state, Value(shape: [rows.count, cell.units], elements: rows.flatMap { $0 }))
    }
    let key = program.isCrossEntropy ? "prob" : program.readout.weight == nil ? nil : "out"
    if let key {
      let rows = program.targets.keys.sorted().map { recording.node("\(key)\($0)").value.doubles }
      work.result(
        "outputs", Value(shape: [rows.count, program.outputs], elements: rows.flatMap { $0 }))
    }
    work.result("loss", Value(recording.node("L").value.item))
    for parameter in program.parameters {
      work.result(
        "gradient.\(parameter.key)",
        value(GraphReader.gradient(parameter.key), parameter.isColumn))
    }
    for state in cell.states {
      work.result("gradient.\(state)0", value(GraphReader.gradient("\(state)0"), true))
    }
  }
}
