/// The problems that ship with the program; each stands as a YAML file in this folder.
package enum ExampleProblems {
  private static let all: [(name: String, bytes: [UInt8])] = [
    ("attention-additive", PackageResources.attention_additive_yaml),
    ("attention-alignment", PackageResources.attention_alignment_yaml),
    ("attention-linear", PackageResources.attention_linear_yaml),
    ("attention-masked", PackageResources.attention_masked_yaml),
    ("attention-multi-head", PackageResources.attention_multi_head_yaml),
    ("gates", PackageResources.gates_yaml),
    ("gru-scalar", PackageResources.gru_scalar_yaml),
    ("gru-two-units", PackageResources.gru_two_units_yaml),
    ("lstm-scalar", PackageResources.lstm_scalar_yaml),
    ("lstm-two-units", PackageResources.lstm_two_units_yaml),
    ("mlp-1-1-1", PackageResources.mlp_1_1_1_yaml),
    ("newton", PackageResources.newton_yaml),
    ("optimizer-adam", PackageResources.optimizer_adam_yaml),
    ("optimizer-momentum", PackageResources.optimizer_momentum_yaml),
    ("optimizer-rules", PackageResources.optimizer_rules_yaml),
    ("positional-encoding", PackageResources.positional_encoding_yaml),
    ("positional-encoding-apple", PackageResources.positional_encoding_apple_yaml),
    ("rnn-many-to-many", PackageResources.rnn_many_to_many_yaml),
    ("rnn-relu", PackageResources.rnn_relu_yaml),
    ("rnn-scalar", PackageResources.rnn_scalar_yaml),
    ("self-attention", PackageResources.self_attention_yaml),
  ]

  /// The names in order.
  package static var names: [String] { all.map(\.name) }

  /// A problem's text; nil for an unknown name.
  package static func text(_ name: String) -> String? {
    all.first { $0.name == name }.map { String(decoding: $0.bytes, as: UTF8.self) }
  }
}
