#if OneDNN
  import Layers
  import Testing

  /// What `Sequential` computes together takes the kernels of one layer.
  @Suite("Kernels of fused layers", .serialized)
  struct FusedKernelTests {
    /// How often a pass calls each kernel, after one that packs filters.
    private func calls(_ model: Sequential, _ mode: Context.Mode) -> [String: Int] {
      let model = model.initialized(seed: 3)
      let x = Tensor(NDArray.uniform([4, 64, 28, 28], in: -1..<1, key: RandomKey(seed: 1)))
      func pass() {
        var context = Context(mode)
        if mode == .evaluation {
          _ = model(x, &context)
        } else {
          _ = valueWithGradients(of: model, &context) { model, context in model(x, &context).sum() }
        }
      }
      pass()
      return KernelClock.measure(pass).mapValues(\.calls)
    }

    @Test("in evaluation a convolution takes batch normalisation and ReLU along")
    func evaluation() {
      for exact in [false, true] {
        Compute.isConvolutionExact = exact
        defer { Compute.isConvolutionExact = false }
        let model = Sequential {
          Conv2D(64, 64, kernel: 3, padding: 1, bias: false)
          BatchNorm(64)
          ReLU()
          Conv2D(64, 64, kernel: 3, padding: 1)
          ReLU()
        }
        #expect(calls(model, .evaluation) == ["convolution": 2], "exact: \(exact)")
      }
    }

    @Test("in training batch normalisation takes the ReLU along")
    func normalization() {
      let calls = calls(
        Sequential {
          Conv2D(64, 64, kernel: 3, padding: 1, bias: false)
          BatchNorm(64)
          ReLU()
        }, .training)
      #expect(calls["convolution"] == 1 && calls["batch normalisation"] == 1)
      #expect(calls["batch normalisation backward"] == 1)
      #expect(calls.keys.allSatisfy { !$0.contains("relu") }, "\(calls)")
    }

    @Test("in training Winograd's convolution takes bias and ReLU along, another has it in place")
    func convolution() {
      let model = Sequential {
        Conv2D(64, 64, kernel: 3, padding: 1)
        ReLU()
      }
      for exact in [false, true] {
        Compute.isConvolutionExact = exact
        defer { Compute.isConvolutionExact = false }
        let calls = calls(model, .training)
        #expect(calls["convolution"] == 1 && calls["relu"] == (exact ? 1 : nil), "\(calls)")
        #expect(calls["reluFromValue backward"] == 1, "\(calls)")
        #expect(calls["add"] == nil, "\(calls)")
      }
    }

    @Test("a residual sum takes the ReLU along")
    func residual() {
      for mode in [Context.Mode.evaluation, .training] {
        let calls = calls(
          Sequential {
            Conv2D(64, 64, kernel: 3, padding: 1)
            Residual { Conv2D(64, 64, kernel: 3, padding: 1) }
            ReLU()
          }, mode)
        #expect(calls["rectifiedSum"] == 1 && calls["relu"] == nil, "\(mode) \(calls)")
      }
    }
  }
#endif
