/// Which convolutions have kernels of our own instead of oneDNN's blocks of channels: one rule for
/// the engine and for estimates of memory.
package enum SmallImages {
  /// Channels in oneDNN's blocks, at most; fewer are padded up to them.
  package static let channelBlock = 16
  /// Samples from which on the kernels take a vector's lanes from several of them.
  package static let batch = 8
  /// Bytes in such lanes that one set of samples may take, so that it stays in the cache.
  package static let setBytes = 2 << 20
  /// Elements of the largest image that is within `setBytes` in any case, in lanes of 16 samples,
  /// with a result as large.
  package static let elements = setBytes / (2 * 16 * 4)

  /// Whether blocks of channels would be padding for the greater part.
  package static func hasFewChannels(_ channels: Int, outputs: Int) -> Bool {
    min(channels, outputs) < channelBlock && max(channels, outputs) <= 2 * channelBlock
  }
}
