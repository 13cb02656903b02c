import Autodiff

// How a network's solution is checked, and what it ends with.

extension NetworkSolver {
  mutating func check(
    _ program: NetworkProgram, _ recording: Worksheet.Recording, _ inputs: [String],
    _ iteration: Int
  ) {
    let wanted = geometry.parameters.map { program.parameterKey($0.path) }
    var fixed: [String: NDArray] = [:]
    for key in inputs where !wanted.contains(key) { fixed[key] = sheet.array(key) }
    let found = DifferenceCheck(
      at: wanted.map(sheet.array),
      gradients: wanted.map { sheet.array(GraphReader.gradient($0)) }
    ) { arrays in
      var variables = fixed.mapValues { Tensor($0) }
      for (key, array) in zip(wanted, arrays) { variables[key] = Tensor(array) }
      var marks: [String: Tensor] = [:]
      return program.run(variables, &marks).item
    }
    differenceError = max(differenceError, found.disagreement)
    for kink in found.kinks {
      let name = sheet.names[wanted[kink.input]]!
      let shape = sheet.array(wanted[kink.input]).shape
      kinks.add(
        name.entry(Worksheet.indices(kink.entry, shape)), left: kink.left, right: kink.right,
        gradient: kink.gradient)
    }
    for penalty in problem.penalties where penalty.l1 != 0 {
      let key = program.parameterKey(penalty.parameter)
      let array = sheet.array(key)
      for (entry, value) in array.doubles.enumerated() where value == 0 {
        kinks.addAbsolute(
          sheet.names[key]!.entry(Worksheet.indices(entry, array.shape)), strength: penalty.l1)
      }
    }
  }

  /// Both sides add in different orders. Adam, AdaGrad and RMSProp divide by the gradient's size, so
  /// that where a gradient is all but 0 the last bits of it decide.
  var referenceTolerance: Double {
    switch problem.optimizer {
    case .adam, .adaGrad, .rmsProp: 1e-9
    case .sgd, .momentum, .nesterov, .deltaBarDelta, .newton, nil: 1e-12
    }
  }

  mutating func compare(_ program: NetworkProgram, _ iteration: Int) {
    guard reference != nil, problem.optimizer != nil else { return }
    for (path, array) in reference!.step() {
      let own = program.stored(sheet.array(current[path]!), path: path).doubles
      let other = array.doubles
      let scale = max(1, other.map { abs($0) }.max() ?? 0)
      for (a, b) in zip(own, other) { referenceError = max(referenceError, abs(a - b) / scale) }
    }
  }

  mutating func finish() {
    var rows: [[Table.Cell]] = []
    let first = program(1)
    for (path, array) in first.parameters where problem.optimizer != nil {
      let before = first.arranged(array, path: path).doubles
      let key = first.parameterKey(path)
      let name = sheet.names[key]!
      let shape = sheet.array(key).shape
      let digits = sheet.writtenDigits(current[path]!)
      for (entry, value) in before.enumerated() {
        rows.append([
          .math(name.entry(Worksheet.indices(entry, shape))),
          .digits(NumberText.brief(value)), .digits(digits[entry]),
        ])
      }
    }
    if !rows.isEmpty, rows.count <= 200 {
      solution.sections.append(
        Section(
          Prose(en: "Result", zh: "结果"),
          [
            .table(
              Table(
                headings: [
                  .prose(Prose(en: "parameter", zh: "参数")),
                  .prose(Prose(en: "before", zh: "更新前")),
                  .prose(Prose(en: "after", zh: "更新后")),
                ], rows: rows))
          ]))
    }
    solution.check.lines.append(
      .init(
        what: Prose(
          en: "gradients of the tape against \(Term.centralDifference)s",
          zh: "计算带的梯度与\(Term.centralDifference)"),
        disagreement: differenceError, tolerance: DifferenceCheck.tolerance))
    if reference != nil, problem.optimizer != nil {
      solution.check.lines.append(
        .init(
          what: Prose(
            en: "updated parameters against the library's layers, loss and optimizer",
            zh: "更新后的参数与库中的层、损失和优化器"),
          disagreement: referenceError, tolerance: referenceTolerance))
    }
    solution.check.kinks = kinks.prose
  }
}
