/// The problems that ship with the program; each stands as a YAML file in this folder.
package enum ExampleProblems {
  private static let all: [(name: String, bytes: [UInt8])] = [
    ("adam-1-1-1", PackageResources.adam_1_1_1_yaml),
    ("attention-additive", PackageResources.attention_additive_yaml),
    ("attention-alignment", PackageResources.attention_alignment_yaml),
    ("attention-linear", PackageResources.attention_linear_yaml),
    ("attention-masked", PackageResources.attention_masked_yaml),
    ("attention-multi-head", PackageResources.attention_multi_head_yaml),
    ("batch-norm", PackageResources.batch_norm_yaml),
    ("convolution-2x2", PackageResources.convolution_2x2_yaml),
    ("convolution-padding", PackageResources.convolution_padding_yaml),
    ("convolution-sizes", PackageResources.convolution_sizes_yaml),
    ("dropout", PackageResources.dropout_yaml),
    ("fgsm-iterative", PackageResources.fgsm_iterative_yaml),
    ("fgsm-least-likely", PackageResources.fgsm_least_likely_yaml),
    ("fgsm-linear", PackageResources.fgsm_linear_yaml),
    ("fgsm-logistic", PackageResources.fgsm_logistic_yaml),
    ("fgsm-network", PackageResources.fgsm_network_yaml),
    ("gan-early", PackageResources.gan_early_yaml),
    ("gan-equilibrium", PackageResources.gan_equilibrium_yaml),
    ("gan-losses", PackageResources.gan_losses_yaml),
    ("gates", PackageResources.gates_yaml),
    ("gcn-directed", PackageResources.gcn_directed_yaml),
    ("gcn-layer", PackageResources.gcn_layer_yaml),
    ("gcn-path", PackageResources.gcn_path_yaml),
    ("gcn-two-layers", PackageResources.gcn_two_layers_yaml),
    ("kl-bernoulli", PackageResources.kl_bernoulli_yaml),
    ("kl-divergence", PackageResources.kl_divergence_yaml),
    ("kl-gaussian", PackageResources.kl_gaussian_yaml),
    ("l1-update", PackageResources.l1_update_yaml),
    ("l2-update", PackageResources.l2_update_yaml),
    ("linear-algebra-2x2", PackageResources.linear_algebra_2x2_yaml),
    ("linear-algebra-3x3", PackageResources.linear_algebra_3x3_yaml),
    ("linear-algebra-product", PackageResources.linear_algebra_product_yaml),
    ("linear-algebra-rotation", PackageResources.linear_algebra_rotation_yaml),
    ("linear-algebra-singular", PackageResources.linear_algebra_singular_yaml),
    ("linear-algebra-svd", PackageResources.linear_algebra_svd_yaml),
    ("matrix-expression", PackageResources.matrix_expression_yaml),
    ("mlp-1-1-1", PackageResources.mlp_1_1_1_yaml),
    ("mlp-2-2-1-two-iterations", PackageResources.mlp_2_2_1_two_iterations_yaml),
    ("mlp-2-3-2", PackageResources.mlp_2_3_2_yaml),
    ("neuron", PackageResources.neuron_yaml),
    ("newton-quadratic", PackageResources.newton_quadratic_yaml),
    ("newton-saddle", PackageResources.newton_saddle_yaml),
    ("newton-steps", PackageResources.newton_steps_yaml),
    ("pca-covariance", PackageResources.pca_covariance_yaml),
    ("pca-trick", PackageResources.pca_trick_yaml),
    ("perceptron-and", PackageResources.perceptron_and_yaml),
    ("perceptron-or", PackageResources.perceptron_or_yaml),
    ("perceptron-xor", PackageResources.perceptron_xor_yaml),
    ("pooling-average", PackageResources.pooling_average_yaml),
    ("pooling-global", PackageResources.pooling_global_yaml),
    ("pooling-max", PackageResources.pooling_max_yaml),
    ("relu-at-zero", PackageResources.relu_at_zero_yaml),
    ("self-attention", PackageResources.self_attention_yaml),
    ("small-cnn", PackageResources.small_cnn_yaml),
    ("softmax", PackageResources.softmax_yaml),
  ]

  /// The names in order.
  package static var names: [String] { all.map(\.name) }

  /// A problem's text; nil for an unknown name.
  package static func text(_ name: String) -> String? {
    all.first { $0.name == name }.map { String(decoding: $0.bytes, as: UTF8.self) }
  }
}
