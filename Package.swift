// swift-tools-version: 6.1
import PackageDescription

let oneDNN = BuildSettingCondition.when(traits: ["OneDNN"])

// The documentation's plugin is for `make docs` alone; who depends on Gradus does not fetch it.
let documentation: [Package.Dependency] =
  Context.environment["GRADUS_DOCS"] == nil
  ? [] : [.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0")]

let package = Package(
  name: "gradus",
  products: [
    // Everything, and parts that take less with them: `Training` brings layers, data sets and
    // swift-log, but no YAML; `Layers` and those above it in this list bring no package at all.
    .library(name: "Gradus", targets: ["Gradus"]),
    .library(name: "Arrays", targets: ["Arrays"]),
    .library(name: "Formats", targets: ["Formats"]),
    .library(name: "Autodiff", targets: ["Autodiff"]),
    .library(name: "Layers", targets: ["Layers"]),
    .library(name: "Models", targets: ["Models"]),
    .library(name: "Datasets", targets: ["Datasets"]),
    .library(name: "Training", targets: ["Training"]),
    .library(name: "Explain", targets: ["Explain"]),
    .library(name: "Exercises", targets: ["Exercises"]),
    .library(name: "Labs", targets: ["Labs"]),
    .library(name: "Plots", targets: ["Plots"]),
    .executable(name: "gradus", targets: ["GradusCommand"]),
  ],
  traits: [
    .trait(
      name: "OneDNN",
      description: "Dense float32 kernels by oneDNN and OpenMP; without it the build is portable."),
    .default(enabledTraits: ["OneDNN"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
  ] + documentation,
  targets: [
    // System libraries
    .systemLibrary(
      name: "CLAPACK", providers: [.apt(["liblapacke-dev"])]),
    .systemLibrary(name: "CPNG", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CCrypto", providers: [.apt(["libssl-dev"])]),

    // C
    .target(
      name: "COneDNN",
      cSettings: [.define("GRADUS_ONEDNN", oneDNN)],
      linkerSettings: [.linkedLibrary("dnnl", oneDNN), .linkedLibrary("gomp", oneDNN)]),
    .target(
      name: "CKernels",
      cSettings: [.define("GRADUS_OPENMP", oneDNN)],
      linkerSettings: [.linkedLibrary("gomp", oneDNN), .linkedLibrary("m")]),
    .target(name: "CJPEG", linkerSettings: [.linkedLibrary("jpeg")]),
    .target(name: "CDigits"),
    .target(name: "CFactCards"),

    // Libraries, each of which may import only what stands above it
    .target(name: "Arrays", dependencies: ["COneDNN", "CKernels", "CLAPACK"]),
    .target(name: "Formats", dependencies: ["Arrays", "CJPEG", "CPNG", "CZlib", "CCrypto"]),
    .target(name: "Autodiff", dependencies: ["Arrays"]),
    .target(name: "Layers", dependencies: ["Autodiff"]),
    .target(name: "Models", dependencies: ["Layers"]),
    .target(
      name: "Datasets",
      dependencies: [
        "Formats", "CDigits", "CKernels", .product(name: "Logging", package: "swift-log"),
      ]),
    .target(
      name: "Training",
      dependencies: [
        "Layers", "Datasets", "CKernels", .product(name: "Logging", package: "swift-log"),
      ]),
    .target(name: "Plots"),
    .target(name: "Explain", dependencies: ["Training", "Formats", "Plots"]),
    .target(name: "Exercises", dependencies: ["Explain"]),
    .target(name: "Labs", dependencies: ["Explain", "Models"]),
    .target(
      name: "ExampleProblems", path: "Examples/Problems",
      resources: [
        .embedInCode("adam-1-1-1.yaml"),
        .embedInCode("attention-additive.yaml"),
        .embedInCode("attention-alignment.yaml"),
        .embedInCode("attention-linear.yaml"),
        .embedInCode("attention-masked.yaml"),
        .embedInCode("attention-multi-head.yaml"),
        .embedInCode("batch-norm.yaml"),
        .embedInCode("convolution-2x2.yaml"),
        .embedInCode("convolution-padding.yaml"),
        .embedInCode("convolution-sizes.yaml"),
        .embedInCode("dropout.yaml"),
        .embedInCode("fgsm-iterative.yaml"),
        .embedInCode("fgsm-least-likely.yaml"),
        .embedInCode("fgsm-linear.yaml"),
        .embedInCode("fgsm-logistic.yaml"),
        .embedInCode("fgsm-network.yaml"),
        .embedInCode("gan-early.yaml"),
        .embedInCode("gan-equilibrium.yaml"),
        .embedInCode("gan-losses.yaml"),
        .embedInCode("gates.yaml"),
        .embedInCode("gcn-directed.yaml"),
        .embedInCode("gcn-layer.yaml"),
        .embedInCode("gcn-path.yaml"),
        .embedInCode("gcn-two-layers.yaml"),
        .embedInCode("gru-scalar.yaml"),
        .embedInCode("gru-two-units.yaml"),
        .embedInCode("kl-bernoulli.yaml"),
        .embedInCode("kl-divergence.yaml"),
        .embedInCode("kl-gaussian.yaml"),
        .embedInCode("l1-update.yaml"),
        .embedInCode("l2-update.yaml"),
        .embedInCode("linear-algebra-2x2.yaml"),
        .embedInCode("linear-algebra-3x3.yaml"),
        .embedInCode("linear-algebra-product.yaml"),
        .embedInCode("linear-algebra-rotation.yaml"),
        .embedInCode("linear-algebra-singular.yaml"),
        .embedInCode("linear-algebra-svd.yaml"),
        .embedInCode("lstm-scalar.yaml"),
        .embedInCode("lstm-two-units.yaml"),
        .embedInCode("matrix-expression.yaml"),
        .embedInCode("mlp-1-1-1.yaml"),
        .embedInCode("mlp-2-2-1-two-iterations.yaml"),
        .embedInCode("mlp-2-3-2.yaml"),
        .embedInCode("neuron.yaml"),
        .embedInCode("newton.yaml"),
        .embedInCode("newton-quadratic.yaml"),
        .embedInCode("newton-saddle.yaml"),
        .embedInCode("newton-steps.yaml"),
        .embedInCode("optimizer-adam.yaml"),
        .embedInCode("optimizer-momentum.yaml"),
        .embedInCode("optimizer-rules.yaml"),
        .embedInCode("pca-covariance.yaml"),
        .embedInCode("pca-trick.yaml"),
        .embedInCode("perceptron-and.yaml"),
        .embedInCode("perceptron-or.yaml"),
        .embedInCode("perceptron-xor.yaml"),
        .embedInCode("pooling-average.yaml"),
        .embedInCode("pooling-global.yaml"),
        .embedInCode("pooling-max.yaml"),
        .embedInCode("positional-encoding.yaml"),
        .embedInCode("positional-encoding-apple.yaml"),
        .embedInCode("relu-at-zero.yaml"),
        .embedInCode("rnn-many-to-many.yaml"),
        .embedInCode("rnn-relu.yaml"),
        .embedInCode("rnn-scalar.yaml"),
        .embedInCode("self-attention.yaml"),
        .embedInCode("small-cnn.yaml"),
        .embedInCode("softmax.yaml"),
      ]),
    .target(
      name: "Workbench",
      dependencies: [
        "CFactCards", "ExampleProblems", "Exercises", "Explain", "Labs", "Training", "Models",
        "Plots",
        .product(name: "Yams", package: "Yams"),
      ]),
    .target(
      name: "Gradus",
      dependencies: [
        "Arrays", "Formats", "Autodiff", "Layers", "Models", "Datasets", "Training", "Explain",
        "Exercises", "Labs", "Plots", "Workbench",
      ]),
    .executableTarget(
      name: "GradusCommand",
      dependencies: [
        "Workbench", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // Tests
    .target(
      name: "TestSupport",
      dependencies: ["Autodiff", "Formats", .product(name: "Logging", package: "swift-log")],
      path: "Tests/TestSupport"),
    .testTarget(name: "ArraysTests", dependencies: ["Arrays", "TestSupport"]),
    .testTarget(name: "FormatsTests", dependencies: ["Formats", "TestSupport"]),
    .testTarget(name: "AutodiffTests", dependencies: ["Autodiff", "TestSupport"]),
    .testTarget(name: "LayersTests", dependencies: ["Layers", "TestSupport"]),
    .testTarget(name: "ModelsTests", dependencies: ["Models", "TestSupport"]),
    .testTarget(name: "DatasetsTests", dependencies: ["Datasets", "TestSupport"]),
    .testTarget(
      name: "TrainingTests", dependencies: ["Training", "Models", "TestSupport"]),
    .testTarget(
      name: "ExplainTests",
      dependencies: ["Explain", "Formats", "Plots", "TestSupport", "Workbench"]),
    .testTarget(name: "ExercisesTests", dependencies: ["Exercises", "TestSupport", "Workbench"]),
    .testTarget(name: "LabsTests", dependencies: ["Labs"]),
    .testTarget(name: "PlotsTests", dependencies: ["Plots"]),
    .testTarget(
      name: "WorkbenchTests", dependencies: ["Workbench", "Gradus", "TestSupport"]),
  ],
  swiftLanguageModes: [.v6]
)
