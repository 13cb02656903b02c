#if OneDNN
  import Arrays
  import Testing

  /// The rule by which a matrix product is computed (decision 009).
  @Suite("Ways of matrix products")
  struct ProductWayTests {
    typealias Way = OneDNNEngine.ProductWay

    private static func way(
      _ rows: Int, _ columns: Int, _ inner: Int, first: Bool, second: Bool, wide: Bool
    ) -> Way {
      OneDNNEngine.way(
        rows: rows, columns: columns, inner: inner, turnedA: first, turnedB: second,
        apart: second ? inner : columns, wide: wide)
    }

    @Test(
      "products and their ways by which operands are transposed: neither, first, second, both",
      arguments: [
        ([1, 1024, 1024], [.rows, .rows, .parts, .dots]),
        ([4, 1024, 1024], [.rows, .rows, .dots, .dots]),
        ([8, 512, 784], [.sgemm, .rows, .dots, .dots]),
        ([8, 84, 120], [.sgemm, .rows, .parts, .dots]),
        ([32, 84, 120], [.sgemm, .sgemm, .parts, .dots]),
        ([1, 4096, 1024], [.sgemm, .rows, .parts, .dots]),
        ([8, 10, 84], [.primitive, .sgemm, .parts, .dots]),
        ([128, 10, 256], [.primitive, .transpose, .primitive, .transpose]),
        ([128, 512, 784], [.sgemm, .sgemm, .primitive, .transpose]),
        ([256, 1024, 1024], [.primitive, .primitive, .primitive, .transpose]),
        ([256, 1024, 256], [.sgemm, .sgemm, .primitive, .transpose]),
      ] as [([Int], [Way])])
    func table(_ sizes: [Int], _ expected: [Way]) {
      let found = [(false, false), (true, false), (false, true), (true, true)].map {
        Self.way(sizes[0], sizes[1], sizes[2], first: $0.0, second: $0.1, wide: true)
      }
      #expect(found == expected, "\(sizes)")
    }

    @Test("without AVX-512 our loops over the second operand's rows are for two rows")
    func narrow() {
      for (rows, way) in [(1, Way.rows), (2, .rows), (3, .sgemm), (16, .sgemm)] {
        #expect(Self.way(rows, 512, 784, first: true, second: false, wide: false) == way)
      }
    }

    @Test(
      "the products on which both engines are compared go every way", arguments: [false, true])
    func compared(wide: Bool) {
      var found: Set<Way> = []
      for (rows, columns, inner) in Agreement.waySizes {
        for rows in rows {
          for (first, second) in [(false, false), (true, false), (false, true), (true, true)] {
            found.insert(Self.way(rows, columns, inner, first: first, second: second, wide: wide))
          }
        }
      }
      #expect(found == Set(Way.allCases))
    }
  }
#endif
