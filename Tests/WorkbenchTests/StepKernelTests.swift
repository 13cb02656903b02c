import Formats
import Testing
import Workbench

/// What `gradus bench --primitives` prints.
@Suite("Kernels of a step", .serialized)
struct StepKernelTests {
  #if OneDNN
    @Test("their times stand beside the step's, the costliest first")
    func kernels() throws {
      let workload = try #require(Workload.all.first { $0.name == "lenet5" })
      let benchmark = try Benchmark.measure(workload, budget: 0.05, timesKernels: true)
      let step = try #require(benchmark.kernels)
      #expect(step.step > 0 && step.total > 0 && step.totalInPlace > 0)
      #expect(step.frameworkShare < 1)
      #expect(abs(step.total / step.step + step.frameworkShare - 1) < 1e-9)
      let times = step.kernels.map(\.milliseconds)
      #expect(times == times.sorted(by: >) && times.allSatisfy { $0 > 0 })
      // Two convolutions have weights, and the second one's input alone a gradient.
      let calls = Dictionary(uniqueKeysWithValues: step.kernels.map { ($0.name, $0.calls) })
      #expect(calls["convolution"] == 2 && calls["update"] == 1)
      #expect(calls["convolution backward by data"] == 1)
      #expect(calls["convolution backward by weights"] == 2)
      #expect(calls["average pooling"] == 2 && calls["average pooling backward"] == 2)
      let fields = try #require(benchmark.json.object)
      #expect(fields["kernels"]?.array?.count == step.kernels.count)
      for name in ["step_ms", "kernels_ms", "kernels_in_place_ms", "framework_share"] {
        #expect(fields[name]?.double != nil, "\(name)")
      }
    }
  #else
    @Test("a build without oneDNN has none to time")
    func none() throws {
      let workload = try #require(Workload.all.first { $0.name == "mlp" })
      #expect(throws: WorkbenchError.self) {
        try Benchmark.measure(workload, budget: 0.05, timesKernels: true)
      }
    }
  #endif

  @Test("nothing is said of them unless asked for")
  func absent() throws {
    let workload = try #require(Workload.all.first { $0.name == "lenet5-infer-1" })
    let benchmark = try Benchmark.measure(workload, budget: 0.01)
    #expect(benchmark.kernels == nil && benchmark.json.object?["kernels"] == nil)
  }
}
