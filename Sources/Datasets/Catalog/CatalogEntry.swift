import Arrays

/// A data set that is known by name.
public struct CatalogEntry: Sendable {
  /// How its files come to this machine.
  public enum Installation: Sendable, Hashable {
    /// It is part of the program.
    case embedded
    /// As a package of Debian and its relatives.
    case debian(package: String)
    /// By HTTP.
    case download([Download])
  }

  /// How its files are laid out.
  enum Layout: Sendable, Hashable {
    case idx, cifar
  }

  /// The name, as in `--data NAME`.
  public let name: String
  /// What it is, in a line.
  public let summary: String
  /// Who made it, and where it was published.
  public let source: String
  /// Under which terms it may be used.
  public let licence: String
  /// The name of each class.
  public let classNames: [String]
  /// The shape of one sample.
  public let sampleShape: Shape
  /// The value of full ink or light.
  public let maximumValue: Double
  /// How many samples the training part has.
  public let trainCount: Int
  /// How many samples the validation part has.
  public let validationCount: Int
  /// How many samples the test part has.
  public let testCount: Int
  /// How its files come to this machine.
  public let installation: Installation
  /// How its files are laid out.
  var layout = Layout.idx
  /// SHA-256 of what each file holds when decompressed, by the file's name without `.gz`; empty
  /// where the files come in an archive, whose own is known.
  let digests: [(file: String, sha256: String)]

  /// The number of samples in all parts.
  public var count: Int { trainCount + validationCount + testCount }
}

extension CatalogEntry {
  /// A data set like this one, of other files and counts and without known contents.
  package func replaced(
    name: String, downloads: [Download], train: Int, validation: Int, test: Int
  ) -> CatalogEntry {
    CatalogEntry(
      name: name, summary: summary, source: source, licence: licence, classNames: classNames,
      sampleShape: sampleShape, maximumValue: maximumValue, trainCount: train,
      validationCount: validation, testCount: test, installation: .download(downloads),
      layout: layout, digests: [])
  }

  /// The UCI optical digits; see `Digits`.
  static let digits = CatalogEntry(
    name: "digits", summary: "handwritten digits, 8 × 8 pixels of 0 to 16",
    source: "Alpaydin and Kaynak 1998, Optical Recognition of Handwritten Digits (the test part), "
      + "UCI Machine Learning Repository, https://doi.org/10.24432/C50P49",
    licence: "CC BY 4.0", classNames: (0...9).map(String.init), sampleShape: [1, 8, 8],
    maximumValue: Digits.maximumValue, trainCount: 1258, validationCount: 180, testCount: 359,
    installation: .embedded, digests: [])

  static let mnist = CatalogEntry(
    name: "mnist", summary: "handwritten digits, 28 × 28 pixels",
    source: "LeCun, Cortes and Burges 1998, The MNIST database of handwritten digits, "
      + "http://yann.lecun.com/exdb/mnist",
    licence: "CC BY-SA 3.0, as stated by its redistributors", classNames: (0...9).map(String.init),
    sampleShape: [1, 28, 28], maximumValue: 255, trainCount: 54_000, validationCount: 6_000,
    testCount: 10_000, installation: .download(mnistDownloads),
    digests: [
      (
        "train-images-idx3-ubyte",
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"
      ),
      (
        "train-labels-idx1-ubyte",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"
      ),
      (
        "t10k-images-idx3-ubyte",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"
      ),
      (
        "t10k-labels-idx1-ubyte",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
      ),
    ])

  /// The files as they were published; their digests are those that TensorFlow Datasets, PyTorch's
  /// Ruby port and others state.
  private static let mnistDownloads: [Download] = [
    (
      "train-images-idx3-ubyte", 9_912_422,
      "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"
    ),
    (
      "train-labels-idx1-ubyte", 28_881,
      "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"
    ),
    (
      "t10k-images-idx3-ubyte", 1_648_877,
      "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"
    ),
    (
      "t10k-labels-idx1-ubyte", 4_542,
      "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"
    ),
  ].map { name, byteCount, sha256 in
    Download(
      file: name + ".gz", byteCount: byteCount, sha256: sha256,
      urls: [
        "https://storage.googleapis.com/cvdf-datasets/mnist/\(name).gz",
        "https://ossci-datasets.s3.amazonaws.com/mnist/\(name).gz",
      ])
  }

  static let fashionMNIST = CatalogEntry(
    name: "fashion-mnist", summary: "pictures of clothes, 28 × 28 pixels",
    source: "Xiao, Rasul and Vollgraf 2017, Fashion-MNIST, arXiv:1708.07747",
    licence: "MIT",
    classNames: [
      "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
      "Ankle boot",
    ],
    sampleShape: [1, 28, 28], maximumValue: 255, trainCount: 54_000, validationCount: 6_000,
    testCount: 10_000, installation: .debian(package: "dataset-fashion-mnist"),
    digests: [
      (
        "train-images-idx3-ubyte",
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"
      ),
      (
        "train-labels-idx1-ubyte",
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"
      ),
      (
        "t10k-images-idx3-ubyte",
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"
      ),
      (
        "t10k-labels-idx1-ubyte",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"
      ),
    ])

  static let cifar10 = CatalogEntry(
    name: "cifar10", summary: "photographs of ten sorts of things, 32 × 32 pixels, in colour",
    source: "Krizhevsky 2009, Learning Multiple Layers of Features from Tiny Images, "
      + "https://www.cs.toronto.edu/~kriz/cifar.html",
    licence: "none stated; to be cited where it is used", classNames: CIFARFolder.classNames,
    sampleShape: [3, 32, 32], maximumValue: 255, trainCount: 45_000, validationCount: 5_000,
    testCount: 10_000,
    installation: .download([
      Download(
        file: "cifar-10-binary.tar.gz", byteCount: 170_052_171,
        sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
        urls: [
          "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
          "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/"
            + "cifar-10-binary.tar.gz",
        ], isArchive: true)
    ]),
    layout: .cifar, digests: [])
}
