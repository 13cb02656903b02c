import Models
import Testing

/// The networks by name.
@Suite struct ModelCatalogTests {
  @Test func names() {
    #expect(
      ModelCatalog.entries.map(\.name) == [
        "perceptron", "logistic", "mlp", "lenet5", "alexnet", "alexnet-2012", "vgg11", "vgg11-bn",
        "vgg13", "vgg13-bn", "vgg16", "vgg16-bn", "vgg19", "vgg19-bn", "googlenet",
        "googlenet-2015", "inception3", "inception4", "resnet18", "resnet34", "resnet50",
        "resnet101", "resnet152", "resnext50", "densenet121", "mobilenet2", "resnet20", "resnet32",
        "resnet44", "resnet56", "resnet110",
      ])
    #expect(ModelCatalog.entries.allSatisfy { !$0.summary.isEmpty && !$0.source.isEmpty })
  }

  /// Each entry makes the network of its name, auxiliary heads included.
  @Test func entriesMakeTheirNetworks() throws {
    for model in ZooModel.all where !model.name.hasSuffix("plain") {
      let entry = try #require(ModelCatalog.entry(model.name), "\(model.name)")
      #expect(entry.classes == model.classes, "\(model.name)")
      let size = try #require(entry.imageSize)
      let made = entry.make([entry.channels, size[0], size[1]], entry.classes, 0)
      #expect(made.parameterCount == model.parameters, "\(model.name)")
    }
  }

  /// The usual probability is that of the network's own function, and another is taken where there is
  /// dropout.
  @Test func dropout() throws {
    func probabilities(_ network: Sequential) -> Set<Double> {
      Set(network.steps.compactMap { ($0.layer as? Dropout)?.probability })
    }
    for entry in ModelCatalog.entries {
      let size = entry.imageSize ?? [8, 8]
      let made = entry.make([entry.channels, size[0], size[1]], 10, 0.375)
      #expect(probabilities(made) == (entry.dropout == nil ? [] : [0.375]), "\(entry.name)")
    }
    for model in ZooModel.all where !model.name.hasSuffix("plain") {
      let usual = try #require(ModelCatalog.entry(model.name)).dropout
      #expect(probabilities(model.make(10)) == (usual.map { [$0] } ?? []), "\(model.name)")
    }
    #expect(ModelCatalog.entry("alexnet")?.dropout == 0.5)
    #expect(ModelCatalog.entry("googlenet-2015")?.dropout == 0.4)
    #expect(ModelCatalog.entry("resnet18")?.dropout == nil)
  }

  /// Grey images and other numbers of classes, for each.
  @Test(arguments: ModelCatalog.entries)
  func dataDecide(_ entry: ModelCatalog.Entry) throws {
    let size = entry.imageSize ?? [8, 8]
    let model = entry.make([1, size[0], size[1]], 7, 0)
    #expect(try model.outputShape([2, 1, size[0], size[1]]) == [2, 7])
    #expect(entry.channels == (entry.imageSize == nil || entry.name == "lenet5" ? 1 : 3))
  }
}
