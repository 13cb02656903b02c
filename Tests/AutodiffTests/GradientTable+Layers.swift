import Autodiff
import TestSupport

extension GradientTable {
  static let pooling: [OperationRow] = {
    let cases: [(shape: Shape, geometry: PoolingGeometry)] = [
      ([1, 1, 4, 4], .init(window: [2, 2])),
      ([2, 3, 5, 4], .init(window: [3, 2], stride: [2, 1], padding: [1, 1])),
      (
        [2, 3, 5, 4],
        .init(window: [3, 2], stride: [2, 1], padding: [1, 1], countsPadding: false)
      ),
      ([1, 6, 4, 4], .init(window: [2, 2], stride: [3, 3])),
      ([1, 24, 3, 2], .init(window: [2, 2], stride: [1, 1], padding: [1, 0])),
      ([0, 3, 4, 4], .init(window: [2, 2])),
      ([1, 2, 3, 3], .init(window: [1, 1])),
    ]
    var rows: [OperationRow] = []
    for (shape, geometry) in cases {
      let parameters =
        "window \(geometry.window) stride \(geometry.stride) padding \(geometry.padding) "
        + "\(geometry.countsPadding)"
      let output = trapping { () throws(ShapeError) in try geometry.outputShape(input: shape) }
      let at = TestArray.one(shape, seed: 4)
      let average: [String: FormulaFunction] = [
        "pool": { NaiveMath.averagePool($0[0], geometry) },
        "spread": { NaiveMath.averagePoolSpread($0[0], geometry, shape) },
      ]
      rows += OperationRow.shapes("AveragePool", [shape], parameters) { $0.averagePool(geometry) }
        .map { $0.with(independent: average) }
      rows += OperationRow.shapes("AveragePoolGradient", [output], parameters) {
        pullback(of: $0, at: at) { $0.averagePool(geometry) }
      }.map { $0.with(independent: average) }

      rows += OperationRow.shapes("MaximumPool", [shape], parameters) { $0.maximumPool(geometry) }
        .map {
          $0.with(independent: [
            "pool": { NaiveMath.maximumPool($0[0], geometry) },
            "route": { NaiveMath.maximumPoolRoute($0[0], $0[1], geometry) },
          ])
        }
      rows += OperationRow.shapes("AddAtPlaces", [output], parameters) {
        pullback(of: $0, at: at) { $0.maximumPool(geometry) }
      }.map {
        $0.with(independent: ["add": { NaiveMath.maximumPoolRoute($0[0], at, geometry) }])
      }
      rows += OperationRow.shapes("TakeAtPlaces", [shape], parameters) {
        pullback(of: $0, at: TestArray.one(output)) {
          pullback(of: $0, at: at) { $0.maximumPool(geometry) }
        }
      }.map {
        $0.with(independent: ["add": { NaiveMath.maximumPoolRoute($0[0], at, geometry) }])
      }
    }
    return rows
  }()

  static let normalization: [OperationRow] = {
    var rows: [OperationRow] = []
    let shapes: [Shape] = [
      [4, 1], [5, 3], [2, 6, 2], [2, 3, 2, 2], [2, 24, 1, 2], [1, 3, 2, 1], [0, 3, 2, 2],
    ]
    for shape in shapes {
      let parameters = [Shape([shape[1]]), [shape[1]]]
      for views in [[], [TestView.transposed, .sliced, .shifted], [.sliced, .rowMajor, .sliced]] {
        let arrays = TestArray.several([shape] + parameters)
        rows.append(
          OperationRow("BatchNormalization", "\(shape) \(views)", arrays, views: views) {
            $0[0].batchNormalization(scale: $0[1], offset: $0[2], epsilon: 0.1).value
          }.with(singleTolerance: 5e-5))
        rows.append(
          OperationRow(
            "BatchNormalization", "rectified, \(shape) \(views)", arrays, views: views
          ) {
            $0[0].batchNormalization(
              scale: $0[1], offset: $0[2] + 0.3, epsilon: 0.1, rectifies: true
            ).value
          }.with(singleTolerance: 5e-5))
        // By constant statistics: composed of other operations.
        let mean = TestArray.one([shape[1]], seed: 5)
        let variance = TestArray.one([shape[1]], seed: 6, in: 0.5...2)
        rows.append(
          OperationRow("Multiply", "batch normalisation, constant \(shape)", arrays, views: views) {
            $0[0].batchNormalization(
              scale: $0[1], offset: $0[2], mean: mean.cast(to: $0[0].dtype),
              variance: variance.cast(to: $0[0].dtype))
          })
      }
    }
    let layers: [(shape: Shape, axes: Int)] = [
      ([5], 1), ([3, 4], 1), ([2, 3, 4], 1), ([2, 3, 4], 2), ([2, 2, 3], 3), ([2, 24], 1),
      ([0, 3], 1),
      ([3, 1], 1),
    ]
    for (shape, axes) in layers {
      let part = Shape(shape.suffix(axes))
      for views in [[], [TestView.transposed, .sliced, .shifted], [.sliced, .rowMajor, .sliced]] {
        rows.append(
          OperationRow(
            "LayerNormalization", "\(shape) over \(axes) \(views)",
            TestArray.several([shape, part, part]), views: views
          ) {
            $0[0].layerNormalization(scale: $0[1], offset: $0[2], epsilon: 0.1)
          }.with(singleTolerance: 5e-5))
      }
    }
    return rows
  }()
}
