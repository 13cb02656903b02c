import Models
import TestSupport
import Testing
import Training

/// Looking inside a network, on one that is worked out by hand.
@Suite("Inspection")
struct InspectionTests {
  /// Two 1 × 1 filters on one channel, a ReLU, means, and two classes:
  /// A₁ = 2x, A₂ = −x, y = W·mean(ReLU(A)) with W = [[1, 3], [−2, 4]].
  private static let network: Sequential = {
    var model = Sequential(named: [
      "features": Sequential.numbered {
        Conv2D(1, 2, kernel: 1)
        ReLU()
      },
      "pool": GlobalAveragePool2D(), "fc": Dense(2, 2),
    ]).initialized(dtype: .float64)
    model.forEachParameter { parameter in
      switch parameter.path {
      case "features.0.weight":
        parameter.tensor = Tensor(NDArray([2.0, -1], shape: [2, 1, 1, 1]))
      case "fc.weight": parameter.tensor = Tensor(NDArray([1.0, 3, -2, 4], shape: [2, 2]))
      default: break
      }
    }
    return model
  }()

  /// One image of 1 × 4 pixels, and the same mirrored with other signs.
  private static let images = NDArray([1.0, -2, 3, 0, 0, -3, 2, -1], shape: [2, 1, 1, 4])

  @Test func saliencyByHand() {
    // ∂y₀/∂xᵢ = ¼·(1·2·[x > 0] + 3·(−1)·[−x > 0]); for class 1: ¼·(−2·2·[x > 0] + 4·(−1)·[x < 0]).
    let map = saliency(of: Self.network, Self.images, classes: NDArray([0, 1] as [Int32]))
    #expect(map.shape == [2, 1, 4])
    #expect(map.doubles == [0.5, 0.75, 0.5, 0, 0, 1, 1, 1])
  }

  /// The gradient of the whole network, by central differences.
  @Test func saliencyByDifferences() {
    let model = Lesson.network(dtype: .float64)
    let x = TestArray.one([1, 1, 8, 8])
    let map = saliency(of: model, x, classes: NDArray([3] as [Int32])).doubles
    let step = 1e-5
    for place in 0..<64 {
      func score(_ change: Double) -> Double {
        var numbers = x.doubles
        numbers[place] += change
        var context = Context()
        return model(Tensor(NDArray(numbers, shape: x.shape)), &context).array.doubles[3]
      }
      let slope = (score(step) - score(-step)) / (2 * step)
      #expect(abs(abs(slope) - map[place]) < 1e-7 * max(1, abs(slope)))
    }
  }

  /// At `features.1`: αₖ = W[c, k] ÷ 4, map = ReLU(Σ αₖ·ReLU(Aₖ)).
  @Test func gradCAMByHand() throws {
    let classes = NDArray([0, 1] as [Int32])
    for path in [nil, "features.1"] {
      let found = try GradCAM(of: Self.network, at: path, Self.images, classes: classes)
      #expect(found.path == "features.1" && found.map.shape == [2, 1, 4])
      // First image, class 0: ¼·2x where x > 0, ¾·|x| where x < 0. Second, class 1: −½·2x is cut
      // off, 1·|x| is left.
      #expect(found.map.doubles == [0.5, 1.5, 1.5, 0, 0, 3, 0, 1])
    }
    // Before the ReLU the maps have signs: α₁ = ¼·(2 of 4 above 0)·1, α₂ = ¾·(1 of 4).
    let before = try GradCAM(
      of: Self.network, at: "features.0", Self.images.sliced(axis: 0, 0..<1),
      classes: NDArray([0] as [Int32]))
    // 0.125·2x + 0.1875·(−x) = 0.0625·x where above 0.
    #expect(before.map.doubles == [0.0625, 0, 0.1875, 0])
  }

  @Test func featureMapsAndFilters() throws {
    let maps = try Self.network.featureMaps(at: "features.0", for: Self.images)
    #expect(maps.shape == [2, 2, 1, 4])
    #expect(maps.doubles.prefix(8) == [2, -4, 6, 0, -1, 2, -3, 0])
    #expect(Self.network.firstFilters?.path == "features.0.weight")
    #expect(Self.network.firstFilters?.array.doubles == [2, -1])
    #expect(Sequential { Dense(2, 2) }.initialized().firstFilters == nil)
  }

  @Test func wrongLayers() {
    func message(_ path: String?, _ model: Sequential = Self.network) -> String {
      do {
        _ = try GradCAM(of: model, at: path, Self.images, classes: NDArray([0, 0] as [Int32]))
        return "none"
      } catch { return "\(error)" }
    }
    #expect(
      message("feature.1")
        == "layer: found \"feature.1\", expected features.1, or one of features.0, features.1, "
        + "pool, fc")
    #expect(
      message("pool")
        == "layer: found \"pool\", expected a layer before the last that gives [N, C, h, w]")
    let flat = Sequential {
      Flatten()
      Dense(4, 2)
    }.initialized(dtype: .float64)
    #expect(message(nil, flat).hasPrefix("layer: found a model without feature maps"))
  }

  /// A name above several steps means the last of them; one within a step is led back to it.
  @Test func namesOfSeveralSteps() throws {
    let classes = NDArray([0, 1] as [Int32])
    let whole = try GradCAM(of: Self.network, at: "features", Self.images, classes: classes)
    #expect(whole.path == "features.1")
    let entry = try #require(ModelCatalog.entry("mobilenet2"))
    let model = entry.make([entry.channels, 32, 32], 5, 0).initialized(seed: 1)
    let x = TestArray.one([1, entry.channels, 32, 32], dtype: .float32)
    let (unit, last) = onOneThread {
      (
        Result { try model.featureMaps(at: "features.17", for: x) },
        Result { try model.featureMaps(at: "features.17.conv.3", for: x) }
      )
    }
    #expect(try unit.get().shape == [1, 320, 1, 1])
    #expect(try unit.get().doubles == last.get().doubles)
    func message(_ path: String) -> String {
      do {
        return "\(try model.featureMaps(at: path, for: x).shape)"
      } catch { return "\(error)" }
    }
    let all = "one of features.0 to features.18, avgpool, classifier.0, classifier.1"
    #expect(
      message("features.3.conv")
        == "layer: found \"features.3.conv\", expected features.3, or " + all)
    #expect(message("feature.17") == "layer: found \"feature.17\", expected features.17, or " + all)
    #expect(message("x") == "layer: found \"x\", expected " + all)
  }

  @Test func onlyImagesHaveFeatureMaps() throws {
    #expect(try Self.network.hasFeatureMaps(for: [2, 1, 1, 4]))
    #expect(try !Self.network.hasFeatureMaps(for: [2, 1, 1, 1]))
    #expect(try !mlp(inputs: 16, classes: 2).hasFeatureMaps(for: [1, 1, 4, 4]))
    #expect(throws: ShapeError.self) { try Self.network.hasFeatureMaps(for: [2, 3, 1, 4]) }
  }

  /// The steps of a network are what its layers do; observed, so that neighbours are not computed
  /// together.
  @Test(arguments: ["lenet5", "resnet20", "mobilenet2", "googlenet"])
  func steps(_ name: String) throws {
    let entry = try #require(ModelCatalog.entry(name))
    let model = entry.make([entry.channels, 32, 32], 5, 0).initialized(seed: 1)
    let x = Tensor(TestArray.one([2, entry.channels, 32, 32], dtype: .float32))
    var (one, other) = (Context(), Context())
    (one.observesOutputs, other.observesOutputs) = (true, true)
    let (whole, stepwise) = onOneThread {
      (model(x, &one), model.steps.output(of: x, &other))
    }
    #expect(whole.array.doubles == stepwise.array.doubles)
    #expect(try model.classifier().layer.weight.shape[0] == 5)
    #expect(try model.state.contains { try $0.path == model.classifier().path + ".weight" })
  }
}
