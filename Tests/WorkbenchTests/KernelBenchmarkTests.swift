import Formats
import Testing
import Workbench

/// What `gradus bench --kernels` prints; that times are right is not a test's business.
@Suite("Kernel benchmarks")
struct KernelBenchmarkTests {
  private func fields(_ result: KernelResult) throws -> JSONObject {
    try #require(result.json.object)
  }

  @Test("a product has a line for each order of its operands, relative to the fastest")
  func orders() throws {
    let results = try ProductBenchmark.orders(rows: 3, columns: 20, inner: 10, budget: 0.01)
    let lines = try results.map { try fields($0) }
    #expect(lines.map { $0["transposed"]?.string } == ["neither", "first", "second", "both"])
    for line in lines {
      #expect(
        line.keys == [
          "kernel", "rows", "columns", "inner", "transposed", "ms", "ratio", "threads",
        ])
      #expect(line["kernel"]?.string == "product")
      #expect([3, 20, 10] == ["rows", "columns", "inner"].map { line[$0]?.integer })
    }
    #expect(results.map(\.ratio).min() == 1)
    #expect(results.allSatisfy { $0.seconds > 0 })
  }

  @Test("a square product stands beside sgemm, where the build has it")
  func sgemm() throws {
    let result = try ProductBenchmark.againstSgemm(size: 24, budget: 0.01)
    #if OneDNN
      let line = try fields(try #require(result))
      #expect(line.keys == ["kernel", "size", "ms", "sgemm_ms", "ratio", "threads"])
      #expect(line["size"]?.integer == 24)
    #else
      #expect(result == nil)
    #endif
  }

  @Test("operations stand beside the triad, by the bytes that each has to move")
  func bandwidth() throws {
    let results = try BandwidthBenchmark.run(rows: 40, columns: 30, budget: 0.002)
    let lines = try results.map { try fields($0) }
    #expect(
      lines.map { $0["operation"]?.string } == [
        "x + y", "x * y + z", "exp", "tanh", "sigmoid", "gelu", "sum", "max", "variance",
        "column sums", "transpose",
      ])
    for line in lines {
      #expect(
        line.keys == [
          "kernel", "operation", "elements", "ms", "gb_per_s", "triad_gb_per_s", "share",
          "threads",
        ])
      #expect(line["elements"]?.integer == 1200)
    }
    guard case .bandwidth(_, _, let bytes, let seconds, let triad) = results[0] else {
      Issue.record("\(results[0])")
      return
    }
    #expect(bytes == 3 * 4 * 1200)
    #expect(abs(results[0].ratio - Double(bytes) / seconds / triad) < 1e-12)
  }

  @Test("medians are of the turns, and each candidate has its own")
  func medians() {
    var calls = [0, 0]
    let times = Timing.medians(
      of: [
        Timing.Candidate(name: "a") { calls[0] += 1 },
        Timing.Candidate(name: "b") { calls[1] += 1 },
      ], budget: 0.001)
    #expect(times.count == 2)
    #expect(calls.allSatisfy { $0 > 5 })
  }
}
