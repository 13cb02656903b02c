/// How a network that was trained for another task is used for this one.
public enum TransferWay: String, Sendable, Codable, CaseIterable {
  /// What it gives before its classifier is saved, and nothing trained.
  case features
  /// A new classifier is trained on what it gives; the rest stays as it is.
  case classifier
  /// All of it is trained further, the layers below the new classifier at a smaller rate.
  case fineTune = "fine-tune"
}
