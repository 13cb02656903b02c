import Arrays
import Formats

/// Weights as a file that other programs publish: safetensors, each tensor under the name that the
/// model's parameters and statistics have.
///
/// The zoo's names are those of torchvision's state dictionaries (timm's for Inception v4, those of
/// the CIFAR-10 weights that are around for its residual networks), so that these load as they are.
/// Counts of batches (`num_batches_tracked`), which PyTorch keeps beside running statistics and
/// which nothing here depends on, are left out of account. Floating-point numbers of any width are
/// converted to the model's type: float16 and bfloat16 exactly, float64 by rounding. A checkpoint
/// of `gradus train` is read too: its tensors `model/PATH`, of parameters that have a moving average
/// `average/PATH`, as they are evaluated.
///
/// ```swift
/// let weights = try WeightsFile(path)
/// try model.load(weights)
/// ```
public struct WeightsFile: Sendable {
  /// The file's path, or the name that it was given.
  public let path: String
  private let file: SafetensorsFile
  /// Whether it is a checkpoint of `gradus train`.
  private let isCheckpoint: Bool

  /// Opens a file and reads its header; tensors are read when a model takes them.
  /// - Throws: `FormatError` where it cannot be read or is no safetensors file.
  public init(_ path: String) throws(FormatError) {
    self.init(try SafetensorsFile(path), path)
  }

  /// The content of a file.
  /// - Parameters:
  ///   - bytes: All of it.
  ///   - name: The name that errors give.
  /// - Throws: `FormatError` where it is no safetensors file.
  public init(_ bytes: [UInt8], name: String = "weights") throws(FormatError) {
    self.init(try SafetensorsFile(bytes, file: name), name)
  }

  private init(_ file: SafetensorsFile, _ path: String) {
    self.file = file
    self.path = path
    isCheckpoint = file.metadata["gradus"] != nil
  }

  /// The paths of the tensors, in the file's order.
  public var names: [String] {
    let prefix = isCheckpoint ? Self.model : ""
    return file.names.compactMap { name in
      guard name.hasPrefix(prefix), !name.hasSuffix("num_batches_tracked") else { return nil }
      return String(name.dropFirst(prefix.count))
    }
  }

  /// The sizes of the tensor of a path, without reading it; nil where there is none.
  public func sizes(_ path: String) -> [Int]? { file.sizes(name(path)) }

  /// The tensor of a path.
  func tensor(_ path: String) throws(FormatError) -> NDArray { try file.tensor(name(path)) }

  /// The type of the tensor of a path where it holds no floating-point numbers, otherwise nil.
  func unsuitableType(_ path: String) -> String? {
    guard let dtype = file.dtype(name(path)) else { return "of a type that is not read" }
    return [.float16, .float32, .float64].contains(dtype) ? nil : "\(dtype)"
  }

  // MARK: Names in the file

  private static let model = "model/"

  /// The name of a path's tensor.
  private func name(_ path: String) -> String {
    guard isCheckpoint else { return path }
    let average = "average/" + path
    return file.contains(average) ? average : Self.model + path
  }
}
