import Explain
import Formats

extension ProblemKind {
  /// The losses of a generative adversarial network.
  static let adversarialLoss = ProblemKind(
    name: AdversarialLossProblem.kind,
    summary: "A GAN's value, losses and gradients for given outputs of D; the best D.",
    keys: [
      .optional("real", "D(x) of real samples, between 0 and 1"),
      .optional("fake", "D(G(z)) of generated samples"),
      .optional("real-logits", "what stands before D's sigmoid, in place of real"),
      .optional("fake-logits", "the same for generated samples"),
      .optional("data", "the data's distribution over a few points"),
      .optional("model", "the generator's distribution over the same points"),
    ],
    example: """
      kind: gan
      real: [0.9, 0.8]
      fake: [0.1, 0.3]
      data: [0.5, 0.3, 0.2]
      model: [0.2, 0.3, 0.5]
      """,
    read: { members in
      func pair(_ first: String, _ second: String) throws -> ([Double], [Double])? {
        switch (try members.vector(first), try members.vector(second)) {
        case (let a?, let b?): return (a, b)
        case (nil, nil): return nil
        case (nil, _): throw members.file.missing(first)
        case (_, nil): throw members.file.missing(second)
        }
      }
      var discriminator: AdversarialLossProblem.Discriminator?
      if let (real, fake) = try pair("real", "fake") {
        if let logits = members["real-logits"] ?? members["fake-logits"] {
          throw logits.error("found both D's outputs and its logits, expected one of them")
        }
        discriminator = .outputs(real: real, fake: fake)
      } else if let (real, fake) = try pair("real-logits", "fake-logits") {
        discriminator = .logits(real: real, fake: fake)
      }
      return AdversarialLossProblem(
        discriminator: discriminator, dataDistribution: try members.vector("data"),
        modelDistribution: try members.vector("model"), title: try members.title())
    })
}
