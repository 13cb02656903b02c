import Training

/// The directions that tell classes apart best: in which their means lie furthest apart, by the
/// spread of the samples around them.
package enum FisherDirections {
  /// The samples along the two best directions, in standard deviations within a class.
  ///
  /// - Shapes: n rows `[n, d]` in float64, n classes → n pairs, one after the other
  /// - Precondition: three classes or more, each with samples.
  /// - Throws: `LinearAlgebraError` where a decomposition fails.
  /// - Source: Fisher 1936, "The Use of Multiple Measurements in Taxonomic Problems", with more than
  ///   two classes after Rao 1948.
  package static func places(
    of rows: NDArray, classes: [Int]
  ) throws(LinearAlgebraError) -> [Double] {
    let centred = rows - rows.mean(axes: [0], keepingAxes: true)
    let means = Set(classes).sorted().map { label in
      let members = classes.indices.filter { classes[$0] == label }.map(Int32.init)
      return centred.gather(NDArray(members)).mean(axes: [0], keepingAxes: true)
    }
    let order = Set(classes).sorted()
    let own = NDArray.concatenate(classes.map { means[order.firstIndex(of: $0) ?? 0] })
    let rest = centred - own
    let within = rest.matmul(rest, transposeSelf: true) / Double(classes.count)
    // Features scaled so that the spread within classes is 1 in every direction; one without any
    // spread, such as a unit that is always 0, stays small.
    let (values, vectors) = try LinearAlgebra.symmetricEigen(within)
    let scaling = vectors * NDArray(values.doubles.map { 1 / max($0, 1e-6).squareRoot() })
    let directions = try LinearAlgebra.singularValues(
      NDArray.concatenate(means).matmul(scaling)
    ).vt.sliced(axis: 0, 0..<2)
    return centred.matmul(scaling).matmul(directions, transposeOther: true).doubles
  }
}
