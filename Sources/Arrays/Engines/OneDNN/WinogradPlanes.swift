#if OneDNN
  import CKernels
  import COneDNN

  /// The working memory of a Winograd convolution, and its matrix products: 36 matrices each of tiles of
  /// the image [tiles, channels], tiles of the result [tiles, outputs], and filters [channels, outputs].
  final class WinogradPlanes {
    /// Some of the tiles, which are worked on at once.
    struct Chunk { let first, count: Int }

    /// Which matrices are multiplied.
    enum Product {
      /// result = image · filters
      case forward
      /// image = result · filtersᵀ
      case byInput
      /// filters = imageᵀ · result, added up over the chunks
      case byFilters
    }

    /// The chunks that cover all tiles.
    let chunks: [Chunk]
    private let description: gk_filters
    private let image, result, filters: Storage
    /// Channels that full blocks hold.
    private let channels, outputs: Int

    /// - Parameter tiles: How many there are in all.
    init(_ sizes: WinogradSizes, block: Int, tiles: Int) {
      let most = sizes.tilesAtOnce(of: tiles)
      chunks = stride(from: 0, to: tiles, by: most).map {
        Chunk(first: $0, count: min(most, tiles - $0))
      }
      channels = (sizes.channels + block - 1) / block * block
      outputs = (sizes.outputs + block - 1) / block * block
      description = gk_filters(
        outputs: sizes.outputs, inputs: sizes.channels, block: Int32(OneDNNEngine.usualBlock))
      func planes(_ elements: Int) -> Storage {
        Storage(byteCount: 36 * 4 * WinogradSizes.plane(elements))
      }
      (image, result) = (planes(most * channels), planes(most * outputs))
      filters = planes(channels * outputs)
    }

    var imagePlanes: UnsafeMutablePointer<Float> { Self.floats(image) }
    var resultPlanes: UnsafeMutablePointer<Float> { Self.floats(result) }
    private var filterPlanes: UnsafeMutablePointer<Float> { Self.floats(filters) }

    private static func floats(_ storage: Storage) -> UnsafeMutablePointer<Float> {
      storage.pointer.assumingMemoryBound(to: Float.self)
    }

    /// Takes filters, turned by 180° for the gradient by the input.
    func transform(_ weight: NDArray, isTurned: Bool) {
      withUnsafePointer(to: description) {
        gk_winograd_filters($0, OneDNNEngine.pointer(weight), isTurned, filterPlanes)
      }
      withExtendedLifetime(weight.storage) {}
    }

    /// Gives the filters' gradient.
    func transformBack(to gradient: NDArray) {
      withUnsafePointer(to: description) {
        gk_winograd_filter_gradient($0, filterPlanes, OneDNNEngine.pointer(gradient))
      }
      withExtendedLifetime(gradient.storage) {}
    }

    func multiply(_ product: Product, _ chunk: Chunk) {
      let (m, c, o) = (chunk.count, channels, outputs)
      let image = Matrices(imagePlanes, m * c, c)
      let result = Matrices(resultPlanes, m * o, o)
      let filters = Matrices(filterPlanes, c * o, o)
      // Within a team oneDNN's product stays on its thread.
      Compute.forEachRange(of: 36) { range in
        for plane in range {
          switch product {
          case .forward:
            Matrices.multiply(image[plane], filters[plane], into: result[plane], m, o, inner: c)
          case .byInput:
            Matrices.multiply(
              result[plane], filters[plane], transposesB: true, into: image[plane], m, c, inner: o)
          case .byFilters:
            Matrices.multiply(
              image[plane], transposesA: true, result[plane], into: filters[plane], c, o, inner: m,
              adds: chunk.first > 0)
          }
        }
      }
    }

    /// Adds each output's sum over the chunk's tiles to `sums`, which are written for the first one:
    /// the tiles' own sums are what the transform of an upstream gradient gives at 1, 1.
    func addSums(of chunk: Chunk, to sums: NDArray) {
      let plane = resultPlanes + 7 * WinogradSizes.plane(chunk.count * outputs)
      withUnsafeTemporaryAllocation(of: Float.self, capacity: outputs) { rows in
        gk_reduce(Reduction.sum.rawValue, plane, rows.baseAddress!, 1, chunk.count, outputs)
        let sums = OneDNNEngine.pointer(sums)
        for output in 0..<Int(description.outputs) {
          sums[output] = (chunk.first > 0 ? sums[output] : 0) + rows[output]
        }
      }
      withExtendedLifetime(sums.storage) {}
    }
  }

  /// 36 row-major matrices at equal distances.
  private struct Matrices {
    let first: UnsafeMutablePointer<Float>
    let distance, width: Int

    init(_ first: UnsafeMutablePointer<Float>, _ count: Int, _ width: Int) {
      (self.first, distance, self.width) = (first, WinogradSizes.plane(count), width)
    }

    subscript(_ number: Int) -> (UnsafeMutablePointer<Float>, width: Int) {
      (first + number * distance, width)
    }

    typealias Matrix = (start: UnsafeMutablePointer<Float>, width: Int)

    static func multiply(
      _ a: Matrix, transposesA: Bool = false, _ b: Matrix, transposesB: Bool = false,
      into c: Matrix, _ rows: Int, _ columns: Int, inner: Int, adds: Bool = false
    ) {
      let status = gd_sgemm(
        transposesA, transposesB, rows, columns, inner, a.start, a.width, b.start, b.width,
        adds ? 1 : 0, c.start, c.width)
      if status != 0 { fatalError(String(cString: gd_last_error())) }
    }
  }
#endif
