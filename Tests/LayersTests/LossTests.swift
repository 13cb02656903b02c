import Layers
import TestSupport
import Testing

/// What PyTorch has no counterpart for, the laws between losses, and misuse.
@Suite struct LossTests {
  /// ½ Σ over outputs, mean over samples; its gradient is (ŷ − y) / N.
  @Test func halfSquaredErrorByHand() {
    let prediction = Tensor.variable(NDArray([1.0, 2, 3, 5], shape: [2, 2]))
    let target = Tensor([0.0, 4, 3, 2], shape: [2, 2])
    let loss = meanSquaredError(prediction, target, form: .half)
    #expect(loss.item == 0.5 * (1 + 4 + 0 + 9) / 2)
    let gradient = gradients(of: loss, withRespectTo: [prediction])[0].array
    #expect(gradient.doubles == [0.5, -1, 0, 1.5])
  }

  @Test func squaredErrorFormsDifferByTheirFactors() {
    let (a, b) = (TestArray.one([4, 3], seed: 1), TestArray.one([4, 3], seed: 2))
    func value(_ form: SquaredErrorForm) -> Double {
      meanSquaredError(Tensor(a), Tensor(b), form: form).item
    }
    #expect(abs(value(.sum) - 12 * value(.mean)) < 1e-12)
    #expect(abs(value(.sum) - 8 * value(.half)) < 1e-12)
  }

  /// One loss a sample; their sum and mean are the other reductions.
  @Test func reductions() {
    let logits = Tensor(TestArray.one([5, 4]))
    let targets = Tensor(TestArray.one([5, 4], seed: 2, in: 0.1...0.9))
    let labels = TestArray.indices([5], below: 4)
    let losses: [(Shape, (LossReduction) -> Tensor)] = [
      ([5], { crossEntropy(logits: logits, labels: labels, reduction: $0) }),
      ([5], { crossEntropy(logits: logits, probabilities: targets, reduction: $0) }),
      (
        [5],
        { negativeLogLikelihood(logProbabilities: logits, labels: labels, reduction: $0) }
      ),
      ([5], { perceptronLoss(scores: logits, labels: labels, reduction: $0) }),
      ([5, 4], { binaryCrossEntropy(logits: logits, targets: targets, reduction: $0) }),
      ([5, 4], { hingeLoss(scores: logits, targets: targets, reduction: $0) }),
      ([5, 4], { huberLoss(logits, targets, delta: 0.7, reduction: $0) }),
    ]
    for (number, (shape, loss)) in losses.enumerated() {
      let each = loss(.none)
      #expect(each.shape == shape, "loss \(number)")
      let sum = each.array.doubles.reduce(0, +)
      #expect(abs(loss(.sum).item - sum) < 1e-12, "loss \(number)")
      #expect(abs(loss(.mean).item - sum / Double(shape.elementCount)) < 1e-12, "loss \(number)")
    }
  }

  /// Cross-entropy with labels, with one-hot rows, and as the likelihood of the log-softmax.
  @Test func crossEntropiesAgree() {
    let logits = Tensor(TestArray.one([6, 5], in: -4...4))
    let labels = TestArray.indices([6], below: 5)
    let byLabels = crossEntropy(logits: logits, labels: labels).item
    let rows = Tensor(labels.oneHot(depth: 5, dtype: .float64))
    #expect(abs(crossEntropy(logits: logits, probabilities: rows).item - byLabels) < 1e-12)
    let logProbabilities = logits.logSoftmax(axis: -1)
    let likelihood = negativeLogLikelihood(logProbabilities: logProbabilities, labels: labels)
    #expect(abs(likelihood.item - byLabels) < 1e-12)
  }

  /// Smoothed labels are rows of probabilities; PyTorch 2.13's numbers; both derivatives.
  @Test func labelSmoothing() {
    let x = TestArray.one([6, 5], in: -4...4)
    let labels = TestArray.indices([6], below: 5)
    for smoothing in [0, 0.1, 0.5, 1] {
      let rows = labels.oneHot(depth: 5, dtype: .float64) * (1 - smoothing) + smoothing / 5
      for reduction in LossReduction.allCases {
        func both(_ loss: (Tensor) -> Tensor) -> [Double] {
          let variable = Tensor.variable(x)
          let value = loss(variable)
          return value.array.doubles
            + gradients(of: value.sum(), withRespectTo: [variable])[0].array.doubles
        }
        let smoothed = both {
          crossEntropy(
            logits: $0, labels: labels, labelSmoothing: smoothing, reduction: reduction)
        }
        let expected = both {
          crossEntropy(logits: $0, probabilities: Tensor(rows), reduction: reduction)
        }
        #expect(relativeDifference(NDArray(smoothed), NDArray(expected)) < 1e-14)
      }
    }
    let logits = Tensor(NDArray([1, 2, 3, 0, -1, 4], shape: [2, 3]))
    let classes = NDArray([Int32(0), 2], shape: [2])
    for (smoothing, value) in [(0.1, 1.3161754272916018), (1, 2.2161754272916014)] {
      let loss = crossEntropy(logits: logits, labels: classes, labelSmoothing: smoothing).item
      #expect(abs(loss - value) < 1e-14)
    }
  }

  /// PyTorch 2.13's numbers; and equal weights are none, derivatives too.
  @Test func classWeights() {
    let logits = Tensor(NDArray([1, 2, 3, 0, -1, 4], shape: [2, 3]))
    let classes = NDArray([Int32(0), 2], shape: [2])
    let rows: [(Double, Double, [Double])] = [
      (0, 0.5013171049999342, [1.2038029822221903, 0.04948978027764518]),
      (0.1, 0.5913617677138235, [1.1976433798518156, 0.2807610394327433]),
      (1, 1.4017637321388279, [1.1422069585184438, 2.362202371828626]),
    ]
    for (smoothing, mean, each) in rows {
      func loss(_ reduction: LossReduction) -> [Double] {
        crossEntropy(
          logits: logits, labels: classes, classWeights: [0.5, 1, 2], labelSmoothing: smoothing,
          reduction: reduction
        ).array.doubles
      }
      #expect(abs(loss(.mean)[0] - mean) < 1e-14)
      #expect(relativeDifference(NDArray(loss(.none)), NDArray(each)) < 1e-14)
      #expect(abs(loss(.sum)[0] - each.reduce(0, +)) < 1e-14)
    }
    let x = TestArray.one([6, 5], in: -4...4)
    let labels = TestArray.indices([6], below: 5)
    let equal = valueWithGradient(at: x) {
      crossEntropy(
        logits: $0, labels: labels, classWeights: [3, 3, 3, 3, 3], labelSmoothing: 0.2)
    }
    let plain = valueWithGradient(at: x) {
      crossEntropy(logits: $0, labels: labels, labelSmoothing: 0.2)
    }
    #expect(abs(equal.value.item - plain.value.item) < 1e-14)
    #expect(relativeDifference(equal.gradient, plain.gradient) < 1e-14)
  }

  /// Binary cross-entropy is that of two classes with logits x and 0.
  @Test func binaryCrossEntropyIsThatOfTwoClasses() {
    let x = TestArray.one([7, 1], in: -5...5)
    let labels = TestArray.indices([7], below: 2)
    let both = NDArray.concatenate([NDArray.zeros([7, 1], dtype: .float64), x], axis: 1)
    let categorical = crossEntropy(logits: Tensor(both), labels: labels).item
    let targets = Tensor(labels.cast(to: .float64).reshaped([7, 1]))
    #expect(abs(binaryCrossEntropy(logits: Tensor(x), targets: targets).item - categorical) < 1e-12)
  }

  /// Within δ the square, beyond it the line, and the first derivative goes on through the joint.
  @Test func huberByHand() {
    let d = Tensor.variable(NDArray([0.0, 0.5, 1, 2, -3]))
    let zero = Tensor(NDArray.zeros([5], dtype: .float64))
    let losses = huberLoss(d, zero, delta: 1, reduction: .none)
    #expect(losses.array.doubles == [0, 0.125, 0.5, 1.5, 2.5])
    let gradient = gradients(of: losses.sum(), withRespectTo: [d])[0].array
    #expect(gradient.doubles == [0, 0.5, 1, 1, -1])
  }

  /// One step of gradient descent with η = ½ on one sample after another is Rosenblatt's rule: the
  /// right class's weights gain η·x, the wrong winner's lose it, a right answer changes nothing.
  @Test func perceptronStepIsRosenblattsRule() {
    let rate = 0.5
    let (samples, classes, size) = (12, 3, 4)
    let inputs = TestArray.one([samples, size]).doubles
    let labels = TestArray.indices([samples], below: classes).integers
    var weights = TestArray.one([classes, size], seed: 2).doubles
    var offsets = [0.0, 0.1, -0.1]
    var model = Dense(size, classes).initialized(dtype: .float64)
    model.weight.tensor = Tensor(weights, shape: [classes, size])
    model.bias!.tensor = Tensor(offsets)
    var (right, wrong) = (0, 0)
    for sample in 0..<samples {
      let x = Array(inputs[sample * size..<(sample + 1) * size])
      let label = labels[sample]
      // By hand.
      let scores = (0..<classes).map { unit in
        offsets[unit] + (0..<size).reduce(0) { $0 + weights[unit * size + $1] * x[$1] }
      }
      let winner = scores.indices.max { scores[$0] < scores[$1] }!
      if winner == label { right += 1 } else { wrong += 1 }
      for (unit, sign) in [(label, 1.0), (winner, -1.0)] where winner != label {
        for place in 0..<size { weights[unit * size + place] += sign * rate * x[place] }
        offsets[unit] += sign * rate
      }
      // By the loss.
      var context = Context(.training)
      let (_, gradients) = valueWithGradients(of: model, &context) { model, context in
        perceptronLoss(
          scores: model(Tensor(x, shape: [1, size]), &context), labels: NDArray([Int32(label)]))
      }
      model.forEachParameter {
        $0.tensor = Tensor($0.tensor.array - gradients[$0.path]! * rate)
      }
      #expect(zip(model.weight.tensor.array.doubles, weights).allSatisfy { abs($0 - $1) < 1e-12 })
      #expect(zip(model.bias!.tensor.array.doubles, offsets).allSatisfy { abs($0 - $1) < 1e-12 })
    }
    #expect(right >= 2 && wrong >= 2, "both cases must have come up: \(right), \(wrong)")
  }

  @Test func shapesThatDoNotFit() async {
    let pairs = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = meanSquaredError(Tensor([1.0, 2]), Tensor([1.0, 2, 3]))
    }
    #expect(
      pairs?.errorText.contains("meanSquaredError: prediction [2] and target [3] differ") == true)
    let labels = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = perceptronLoss(
        scores: Tensor([1.0, 2], shape: [1, 2]), labels: NDArray([Int32(0), 1]))
    }
    #expect(labels?.errorText.contains("perceptronLoss: [1, 2] with labels [2]") == true)
    let delta = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = huberLoss(Tensor([1.0]), Tensor([2.0]), delta: 0)
    }
    #expect(delta?.errorText.contains("huberLoss: delta 0.0, expected above 0") == true)
  }
}
