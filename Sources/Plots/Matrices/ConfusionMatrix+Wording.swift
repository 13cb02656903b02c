extension ConfusionMatrix {
  /// The words of a confusion matrix in a language.
  public struct Wording: Sendable, Hashable {
    /// Names the matrix.
    public var title: String
    /// Stands beside the rows.
    public var trueClass: String
    /// Stands above the columns.
    public var predictedClass: String
    /// The same for the rows where there is little room.
    public var isTrue: String
    /// The same for the columns where there is little room.
    public var isPredicted: String
    /// Stands above the shares of the classes' samples that were predicted as what they are.
    public var recall: String
    /// Stands above the list of recalls of many classes.
    public var recalls: String
    /// Stands above the list of the most frequent confusions.
    public var confusions: String
    /// Stands before the share of all samples that were predicted as what they are.
    public var accuracy: String
    /// Stands between a part and its whole.
    public var of: String

    /// In English.
    public static let english = Wording(
      title: "Confusion matrix", trueClass: "true class", predictedClass: "predicted class",
      isTrue: "true", isPredicted: "predicted", recall: "recall",
      recalls: "recall of each class", confusions: "confused most often (true → predicted)",
      accuracy: "accuracy", of: " of ")

    /// In Chinese.
    public static let chinese = Wording(
      title: "混淆矩阵", trueClass: "真实类别", predictedClass: "预测类别", isTrue: "真实",
      isPredicted: "预测", recall: "召回率", recalls: "各类别的召回率",
      confusions: "最常见的混淆（真实 → 预测）", accuracy: "准确率", of: " / ")
  }
}
