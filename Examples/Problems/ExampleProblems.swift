/// The problems that ship with the program; each stands as a YAML file in this folder.
package enum ExampleProblems {
  private static let all: [(name: String, bytes: [UInt8])] = [
    ("attention-additive", PackageResources.attention_additive_yaml),
    ("attention-alignment", PackageResources.attention_alignment_yaml),
    ("attention-linear", PackageResources.attention_linear_yaml),
    ("attention-masked", PackageResources.attention_masked_yaml),
    ("attention-multi-head", PackageResources.attention_multi_head_yaml),
    ("gates", PackageResources.gates_yaml),
    ("mlp-1-1-1", PackageResources.mlp_1_1_1_yaml),
    ("self-attention", PackageResources.self_attention_yaml),
  ]

  /// The names in order.
  package static var names: [String] { all.map(\.name) }

  /// A problem's text; nil for an unknown name.
  package static func text(_ name: String) -> String? {
    all.first { $0.name == name }.map { String(decoding: $0.bytes, as: UTF8.self) }
  }
}
