import Layers
import TestSupport
import Testing

@Suite struct LayerTableTests {
  @Test func everyLayerHasARow() throws {
    let layers = try LayerTable.layers()
    #expect(layers.count >= 27, "the folder was not read: \(layers.sorted())")
    let covered = Set(LayerTable.rows.map(\.kind))
    #expect(layers.subtracting(covered).sorted() == [], "layers without a row")
    #expect(covered.subtracting(layers).sorted() == [], "rows without a layer")
  }

  /// The shape said beforehand is the shape that comes out, for any number of samples.
  @Test(arguments: LayerTable.rows, [DType.float32, .float64])
  func outputShapeIsTheOutputsShape(_ row: LayerRow, _ dtype: DType) throws {
    #expect(try row.layer.outputShape(row.input) == row.output)
    #expect(try row.layer.summary(input: row.input).output == row.output)
    let model = row.initialized(dtype: dtype)
    for batch in [0, 1, row.input[0]] {
      for mode in [Context.Mode.evaluation, .training] where mode == .evaluation || batch > 0 {
        var context = Context(mode, seed: 1)
        let y = model(Tensor(row.inputArray(batch: batch, dtype: dtype)), &context)
        #expect(y.shape == Shape([batch] + row.output.dropFirst()), "\(mode)")
        #expect(y.dtype == dtype)
        #expect(y.array.doubles.allSatisfy { $0.isFinite })
      }
    }
  }

  @Test(arguments: LayerTable.rows)
  func namesOfTheState(_ row: LayerRow) {
    var model = row.layer.initialized()
    #expect(model.state.map(\.path) == row.state)
    var parameters = 0
    var shapes: [String: Shape] = [:]
    model.forEachParameter {
      parameters += $0.shape.elementCount
      shapes[$0.path] = $0.shape
    }
    model.forEachStatistic { shapes[$0.path] = $0.shape }
    #expect(row.layer.parameterCount == parameters)
    for (path, array) in model.state { #expect(array.shape == shapes[path], "\(path)") }
  }

  /// float64 is not float32 drawn and widened, and a cast reaches parameters and statistics.
  @Test(arguments: LayerTable.rows)
  func typesOfTheState(_ row: LayerRow) {
    for dtype in [DType.float32, .float64] {
      var model = row.layer.initialized(dtype: dtype)
      #expect(model.state.allSatisfy { $0.array.dtype == dtype })
      #expect(model.dtype == dtype || row.state.isEmpty)
      let before = model.state
      let other: DType = dtype == .float32 ? .float64 : .float32
      model.cast(to: other)
      for (old, new) in zip(before, model.state) {
        #expect(new.array.dtype == other)
        #expect(new.array.doubles == old.array.cast(to: other).doubles)
      }
    }
  }

  /// Parameters' gradients against central differences in float64.
  @Test(arguments: LayerTable.rows, [Context.Mode.training, .evaluation])
  func parameterGradients(_ row: LayerRow, _ mode: Context.Mode) {
    var model = row.initialized()
    let x = Tensor(row.inputArray())
    let weights = Tensor(TestArray.one(row.output, seed: 11))
    func loss(_ model: AnyLayer, _ context: inout Context) -> Tensor {
      (model(x, &context) * weights).sum()
    }
    var context = Context(mode, seed: 2, step: 4)
    let (value, gradients) = valueWithGradients(of: model, &context, loss)
    var paths: [String] = []
    model.forEachParameter { paths.append($0.path) }
    #expect(gradients.entries.map(\.path) == paths)
    let step = 1e-5
    for path in paths {
      let gradient = gradients[path]!.doubles
      let scale = gradient.reduce(1) { max($0, abs($1)) }
      for element in Set([0, gradient.count / 2, gradient.count - 1]) {
        let sides = [step, -step].map { amount -> Double in
          var shifted = model
          shifted.forEachParameter {
            guard $0.path == path else { return }
            var numbers = $0.tensor.array.doubles
            numbers[element] += amount
            $0.tensor = Tensor(numbers, shape: $0.shape)
          }
          var context = Context(mode, seed: 2, step: 4)
          return loss(shifted, &context).item
        }
        let difference = (sides[0] - sides[1]) / (2 * step)
        #expect(abs(difference - gradient[element]) / scale < 1e-7, "\(path) \(element)")
      }
    }
    var again = Context(mode, seed: 2, step: 4)
    // Where history is kept, evaluation's normalization is composed: other roundings.
    let untracked = loss(model, &again).item
    #expect(abs(untracked - value.item) < 1e-12, "the value with and without gradients")
  }

  /// The input's gradient against central differences in float64.
  @Test(
    arguments: LayerTable.rows.filter { $0.numbersBelow == nil },
    [Context.Mode.training, .evaluation])
  func inputGradients(_ row: LayerRow, _ mode: Context.Mode) {
    let model = row.initialized()
    let check = gradientCheck(at: [row.inputArray()]) { inputs in
      var context = Context(mode, seed: 2, step: 4)
      return model(inputs[0], &context)
    }
    #expect(check.largestError < 1e-7, "\(check)")
  }

  /// Samples in another order give outputs in that order.
  @Test(arguments: LayerTable.rows)
  func permutingTheBatchPermutesTheOutput(_ row: LayerRow) {
    let model = row.initialized()
    let x = row.inputArray(batch: 5)
    let order = NDArray([Int32(3), 0, 4, 1, 2])
    for mode in [Context.Mode.training, .evaluation] {
      if mode == .training && row.kind == "Dropout" { continue }  // a mask has its own order
      var context = Context(mode)
      let permuted = model(Tensor(x.gather(order)), &context).array
      let expected = model(Tensor(x), &context).array.gather(order)
      #expect(agree(permuted, expected, within: 1e-12), "\(mode)")
    }
  }

  /// Evaluation gives a sample the same output whatever it is batched with.
  @Test(arguments: LayerTable.rows)
  func aSampleAloneGivesWhatItGivesInABatch(_ row: LayerRow) {
    let model = row.initialized()
    let x = row.inputArray(batch: 4)
    var context = Context(.evaluation)
    let together = model(Tensor(x), &context).array
    for sample in 0..<4 {
      let alone = model(Tensor(x.sliced(axis: 0, sample..<(sample + 1))), &context).array
      #expect(
        agree(alone, together.sliced(axis: 0, sample..<(sample + 1)), within: 1e-12),
        "sample \(sample)")
    }
    #expect(context.pendingStatistics.isEmpty)
  }

  /// A layer whose values were never drawn says so.
  @Test func valuesThatWereNeverDrawn() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var context = Context()
      _ = Dense(3, 2)(Tensor([1.0, 2, 3], shape: [1, 3]), &context)
    }
    let message =
      "parameter of shape [2, 3] has no values yet; call initialize(seed:) on the model"
    #expect(result?.errorText.contains(message) == true)
  }
}
