/// The best entry of a year to ImageNet's competition of classification.
package struct ImageNetWinner: Sendable {
  /// The year.
  package let year: Int
  /// The entry.
  package let name: String
  /// Whether its features were learned, and not made by hand.
  package let learnsFeatures: Bool
  /// Layers with weights from one end to the other, where that is published.
  package let layers: Int?
  /// The share of test images whose class was not among the five named, in per cent.
  package let error: Double

  private init(
    _ year: Int, _ name: String, learnsFeatures: Bool, layers: Int?, error: Double
  ) {
    self.year = year
    self.name = name
    self.learnsFeatures = learnsFeatures
    self.layers = layers
    self.error = error
  }

  /// The winners from the first competition to ResNet. The error is that of the entry as it was
  /// judged: for the networks, of several whose answers are averaged.
  ///
  /// Sources: Russakovsky et al. 2015, "ImageNet Large Scale Visual Recognition Challenge"; He et
  /// al. 2016, "Deep Residual Learning for Image Recognition".
  package static let all: [ImageNetWinner] = [
    ImageNetWinner(2010, "NEC-UIUC", learnsFeatures: false, layers: nil, error: 28.2),
    ImageNetWinner(2011, "XRCE", learnsFeatures: false, layers: nil, error: 25.8),
    ImageNetWinner(2012, "AlexNet", learnsFeatures: true, layers: 8, error: 15.3),
    ImageNetWinner(2013, "Clarifai", learnsFeatures: true, layers: nil, error: 11.2),
    ImageNetWinner(2014, "GoogLeNet", learnsFeatures: true, layers: 22, error: 6.7),
    ImageNetWinner(2015, "ResNet", learnsFeatures: true, layers: 152, error: 3.57),
  ]

  /// By which part of the year before the error fell, for each year but the first.
  package static var improvements: [(year: Int, part: Double)] {
    zip(all, all.dropFirst()).map { ($1.year, 1 - $1.error / $0.error) }
  }
}
