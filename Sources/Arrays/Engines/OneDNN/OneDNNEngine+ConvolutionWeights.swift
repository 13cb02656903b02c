#if OneDNN
  import COneDNN

  /// The layouts of a convolution's weights.
  extension OneDNNEngine {
    /// Row-major weights as oneDNN sees them: groups are an axis of their own.
    static func plainWeights(_ shape: Shape, _ geometry: ConvolutionGeometry)
      -> OpaquePointer
    {
      if geometry.groups == 1 { return plain(shape) }
      return plain(
        Shape([geometry.groups, shape[0] / geometry.groups, shape[1], shape[2], shape[3]]))
    }

    /// Weights in a layout, kept until they change. Not for views, whose storage may hold other
    /// elements.
    static func keptWeights(
      _ weight: NDArray, _ geometry: ConvolutionGeometry, in wanted: OpaquePointer
    ) -> NDArray {
      guard weight.isPacked, wanted != present(weight, geometry) else {
        return weights(weight, geometry, in: wanted)
      }
      return weight.storage.derive("weights in layout \(UInt(bitPattern: wanted))") {
        [weights(weight, geometry, in: wanted)]
      }[0]
    }

    /// Weights in a layout.
    static func weights(
      _ weight: NDArray, _ geometry: ConvolutionGeometry, in wanted: OpaquePointer
    ) -> NDArray {
      if let present = present(weight, geometry) {
        if wanted == present { return weight }
        let result = array(weight.shape, layout: wanted)
        reorder(from: present, pointer(weight), to: wanted, pointer(result), counted: false)
        withExtendedLifetime(weight.storage) {}
        return result
      }
      return weights(weight.rowMajor(), geometry, in: wanted)
    }

    /// The layout in which weights are, as oneDNN's convolutions see them; nil for a view, and for
    /// blocks without the groups' axis.
    static func present(_ weight: NDArray, _ geometry: ConvolutionGeometry)
      -> OpaquePointer?
    {
      if weight.isRowMajor { return plainWeights(weight.shape, geometry) }
      guard isBlocked(weight) else { return nil }
      let layout = descriptor(of: weight)
      return gd_layout_rank(layout) == (geometry.groups == 1 ? 4 : 5) ? layout : nil
    }

    /// Weights in row-major order, kept until they change.
    static func keptRowMajor(_ weight: NDArray) -> NDArray {
      guard isBlocked(weight) else { return weight }
      return weight.storage.derive("row-major \(weight.shape)") { [weight.rowMajor()] }[0]
    }

    /// Weights of groups in row-major order.
    static func ungrouped(_ weight: NDArray, _ geometry: ConvolutionGeometry) -> NDArray {
      guard isBlocked(weight) else { return weight }
      let result = NDArray(uninitialized: weight.shape, dtype: .float32)
      reorder(
        from: descriptor(of: weight), pointer(weight), to: plainWeights(weight.shape, geometry),
        pointer(result), counted: false)
      withExtendedLifetime(weight.storage) {}
      return result
    }
  }
#endif
