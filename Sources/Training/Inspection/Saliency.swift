import Arrays

/// How much each pixel would change the score of a class: |∂score/∂x|, the largest over channels.
///
/// - Shapes: x [N, C, H, W], classes [N] of int32 → [N, H, W]
/// - Parameters:
///   - model: Initialised; used in evaluation mode. Its scores [N, K] come before any softmax.
///   - x: Prepared images of the model's type.
///   - classes: The class whose score is asked about for each image, from 0 to K − 1.
/// - Precondition: those shapes.
/// - Source: Simonyan, Vedaldi and Zisserman 2014, "Deep Inside Convolutional Networks: Visualising
///   Image Classification Models and Saliency Maps", section 3.1.
public func saliency<Model: Layer>(of model: Model, _ x: NDArray, classes: NDArray) -> NDArray {
  guard x.rank == 4 else {
    fatalError("saliency: images of shape \(x.shape), expected [N, C, H, W]")
  }
  var context = Context(.evaluation)
  let variable = Tensor.variable(x)
  let scores = classScores(model(variable, &context), classes)
  return gradients(of: scores, withRespectTo: [variable])[0].array.absolute().maximum(
    axes: [1])
}

/// The sum over images of each one's score of its class: as no image in evaluation sees another, its
/// gradient holds those of all images.
func classScores(_ scores: Tensor, _ classes: NDArray) -> Tensor {
  guard scores.rank == 2, classes.shape == [scores.shape[0]] else {
    fatalError("class scores: scores \(scores.shape), classes \(classes.shape)")
  }
  return scores.takeAlong(classes.expanded(axis: 1), axis: 1).sum()
}
