import Autodiff
import TestSupport

extension GradientTable {
  static let products: [OperationRow] = matrixProducts + convolutions

  private static let matrixProducts: [OperationRow] = {
    // Shapes of the product's operands; where one is transposed, its last axes are swapped.
    let cases: [(Shape, Shape)] = [
      ([1, 1], [1, 1]), ([3, 4], [4, 2]), ([2, 3, 4], [4, 2]), ([2, 3, 4], [2, 4, 2]),
      ([3, 4], [2, 4, 2]), ([1, 2, 3], [4, 3, 2]), ([2, 1, 2, 3], [3, 3, 2]), ([0, 3], [3, 2]),
      ([2, 0], [0, 3]), ([2, 3], [3, 0]), ([0, 2, 3], [3, 2]), ([2, 24], [24, 6]),
    ]
    func swapped(_ shape: Shape) -> Shape {
      Shape(shape.dropLast(2) + [shape[shape.rank - 1], shape[shape.rank - 2]])
    }
    var rows: [OperationRow] = []
    for (a, b) in cases {
      for (transposeA, transposeB) in [(false, false), (true, false), (false, true), (true, true)] {
        for views in [[], [TestView.transposed, .sliced], [.sliced, .transposed]] {
          let first = transposeA ? swapped(a) : a
          let second = transposeB ? swapped(b) : b
          rows.append(
            OperationRow(
              "Matmul",
              "\(first)\(transposeA ? "ᵀ" : "") \(second)\(transposeB ? "ᵀ" : "") \(views)",
              TestArray.several([first, second]), views: views
            ) {
              $0[0].matmul($0[1], transposeSelf: transposeA, transposeOther: transposeB)
            }.with(independent: ["matmul": { NaiveMath.matmul($0[0], $0[1]) }]))
        }
      }
    }
    return rows
  }()

  private struct ConvolutionCase {
    var x: Shape
    var w: Shape
    var geometry = ConvolutionGeometry()
    var title: String {
      "\(x) \(w) stride \(geometry.stride) padding \(geometry.padding) "
        + "dilation \(geometry.dilation) groups \(geometry.groups)"
    }
  }

  private static let convolutionCases: [ConvolutionCase] = [
    .init(x: [2, 1, 4, 5], w: [1, 1, 3, 2]),
    .init(x: [1, 3, 4, 4], w: [2, 3, 3, 3], geometry: .init(padding: [1, 1])),
    .init(x: [2, 3, 5, 4], w: [4, 3, 2, 3], geometry: .init(stride: [2, 1], padding: [1, 2])),
    .init(
      x: [1, 6, 5, 5], w: [4, 3, 2, 3],
      geometry: .init(padding: [1, 1], dilation: [2, 1], groups: 2)),
    .init(
      x: [1, 6, 5, 4], w: [6, 1, 3, 2],
      geometry: .init(stride: [2, 2], padding: [0, 1], groups: 6)),
    .init(x: [1, 24, 2, 3], w: [6, 24, 1, 1], geometry: .init(stride: [1, 2])),
    .init(x: [1, 3, 3, 3], w: [24, 3, 2, 2]),
    .init(x: [0, 3, 4, 4], w: [2, 3, 3, 3]),
    .init(x: [2, 3, 7, 7], w: [2, 3, 2, 2], geometry: .init(stride: [3, 4])),
  ]

  private static let convolutions: [OperationRow] = {
    var rows: [OperationRow] = []
    for item in convolutionCases {
      let (geometry, w) = (item.geometry, item.w)
      let independent: [String: FormulaFunction] = [
        "convolve": { NaiveMath.convolve($0[0], $0[1], geometry) },
        "byInput": { NaiveMath.convolutionByInput($0[0], $0[1], geometry, item.x) },
        "byWeight": { NaiveMath.convolutionByWeight($0[0], $0[1], geometry, w) },
      ]
      for views in [[], [TestView.transposed, .sliced, .shifted], [.shifted, .transposed]] {
        rows.append(
          OperationRow(
            "Convolution", "\(item.title) \(views)", TestArray.several([item.x, w, [w[0]]]),
            views: views
          ) { $0[0].convolution(weight: $0[1], bias: $0[2], geometry: geometry) }
          .with(independent: independent))
      }
      rows.append(
        OperationRow(
          "Convolution", "\(item.title) rectified", TestArray.several([item.x, w, [w[0]]])
        ) { $0[0].rectifiedConvolution(weight: $0[1], bias: $0[2], geometry: geometry) }
        .with(independent: independent))
      rows.append(
        OperationRow(
          "Convolution", "\(item.title) rectified, without bias", TestArray.several([item.x, w])
        ) { $0[0].rectifiedConvolution(weight: $0[1], geometry: geometry) }
        .with(independent: independent))
      rows.append(
        OperationRow(
          "Convolution", "\(item.title) without bias", TestArray.several([item.x, w])
        ) { $0[0].convolution(weight: $0[1], geometry: geometry) }
        .with(independent: independent))

      // Upstream and input, as the gradient by the weight sees them.
      let output = trapping { () throws(ShapeError) in
        try geometry.outputShape(input: item.x, weight: w)
      }
      let weight = TestArray.one(w)
      rows.append(
        OperationRow(
          "ConvolutionWeightGradient", item.title, TestArray.several([output, item.x]),
          views: [.transposed, .sliced]
        ) { inputs in
          pullback(of: inputs[0], at: weight) {
            inputs[1].convolution(weight: $0, geometry: geometry)
          }
        }.with(independent: [
          "correlate": { NaiveMath.convolutionByWeight($0[0], $0[1], geometry, w) },
          "convolve": { NaiveMath.convolve($0[0], $0[1], geometry) },
          "spread": { NaiveMath.convolutionByInput($0[0], $0[1], geometry, item.x) },
        ]))
    }
    return rows + transposedConvolutions
  }()

  private static let transposedConvolutions: [OperationRow] = {
    // x [N, I, H, W], weight [I, O/groups, h, w]
    let cases: [(ConvolutionCase, outputPadding: [Int])] = [
      (.init(x: [2, 1, 3, 3], w: [1, 2, 3, 2]), [0, 0]),
      (
        .init(
          x: [1, 3, 2, 3], w: [3, 4, 3, 2], geometry: .init(stride: [2, 3], padding: [1, 0])),
        [1, 2]
      ),
      (
        .init(
          x: [1, 6, 3, 2], w: [6, 2, 2, 3],
          geometry: .init(stride: [1, 2], padding: [1, 1], dilation: [2, 1], groups: 2)), [0, 1]
      ),
      (
        .init(x: [1, 24, 2, 1], w: [24, 1, 2, 2], geometry: .init(stride: [2, 2], groups: 24)),
        [0, 0]
      ),
      (.init(x: [0, 3, 2, 2], w: [3, 1, 2, 2]), [0, 0]),
    ]
    return cases.flatMap { item, outputPadding in
      [[], [TestView.transposed, .sliced, .shifted]].map { views in
        let geometry = item.geometry
        let channels = item.w[1] * geometry.groups
        let shape = trapping { () throws(ShapeError) in
          try geometry.transposedOutputShape(
            input: item.x, weight: item.w, outputPadding: outputPadding)
        }
        return OperationRow(
          "ConvolutionInputGradient",
          "\(item.title) output padding \(outputPadding) \(views)",
          TestArray.several([item.x, item.w, [channels]]), views: views
        ) {
          $0[0].transposedConvolution(
            weight: $0[1], bias: $0[2], geometry: geometry, outputPadding: outputPadding)
        }.with(independent: [
          "spread": { NaiveMath.convolutionByInput($0[0], $0[1], geometry, shape) },
          "convolve": { NaiveMath.convolve($0[0], $0[1], geometry) },
          "byWeight": { NaiveMath.convolutionByWeight($0[0], $0[1], geometry, item.w) },
        ])
      }
    }
  }()
}
