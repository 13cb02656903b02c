/// The gradient of a convolution by its weight, of upstream and input.
struct ConvolutionWeightGradient: BinaryOperation {
  static let name = "convolutionWeightGradient"
  let geometry: ConvolutionGeometry
  let weightShape: Shape
  var formula: Formula {
    let operation = self
    return Formula(
      ["a", "b"], value: "correlate(a, b)",
      gradients: ["a": "convolve(b, u)", "b": "spread(a, u, b)"],
      functions: [
        "correlate": { operation.value($0[0], $0[1]) },
        "convolve": {
          Tensor($0[0]).convolution(weight: Tensor($0[1]), geometry: operation.geometry).array
        },
        "spread": {
          ConvolutionInputGradient(geometry: operation.geometry, inputShape: $0[2].shape)
            .value($0[0], $0[1])
        },
      ])
  }
  var saves: Saves { [.first, .second] }

  func value(_ a: NDArray, _ b: NDArray) -> NDArray {
    engine(for: a.dtype).convolutionWeightGradient(
      a, input: b, geometry: geometry, weightShape: weightShape)
  }

  func firstGradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    saved.b.convolution(weight: upstream, geometry: geometry)
  }

  func secondGradient(_ upstream: Tensor, _ saved: Saved) -> Tensor {
    saved.x.convolutionInputGradient(
      weight: upstream, geometry: geometry, inputShape: saved.b.shape)
  }
}
