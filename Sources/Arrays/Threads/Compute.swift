import CKernels
import Synchronization

/// The threads that kernels run on.
///
/// OpenMP keeps a team and a thread count for each thread that starts kernels. Work that should
/// share one team is therefore started from one thread: the process's main thread in the command
/// line, `ComputeThread` in programs with tasks (`Compute.run`).
public enum Compute {
  /// The number of threads that kernels started from the calling thread use; at least 1.
  ///
  /// Starts as the number of processors within the control group's quota once `useDefaultThreads`
  /// has been called on the thread, else as OpenMP's own default. Results of float32 kernels may
  /// differ in the last bits between thread counts.
  /// - Precondition: at least 1.
  public static var threads: Int {
    get { Int(gk_threads()) }
    set {
      guard newValue >= 1 else { fatalError("Compute.threads: \(newValue), expected at least 1") }
      gk_set_threads(Int32(clamping: newValue))
    }
  }

  /// Uses as many threads as the process may use processors.
  public static func useDefaultThreads() { threads = SystemMemory.processorCount }

  /// Whether convolutions are computed as they are defined, product by product, rather than by
  /// Winograd's algorithm where that is faster: 3 × 3 filters in steps of 1 over many channels. Its
  /// results differ by about 10⁻⁵ of the largest one, and an infinite or undefined input reaches
  /// the whole tile of 4 × 4 results (Lavin and Gray 2016, "Fast Algorithms for Convolutional Neural
  /// Networks", section 4.3). False unless set; for the whole process.
  public static var isConvolutionExact: Bool {
    get { exactConvolution.load(ordering: .relaxed) }
    set { exactConvolution.store(newValue, ordering: .relaxed) }
  }

  private static let exactConvolution = Atomic(false)

  /// The engine that float32 arrays are computed by, with its version and whether convolutions are
  /// exact.
  public static var engineName: String {
    #if OneDNN
      OneDNNEngine.version + (isConvolutionExact ? ", exact convolutions" : "")
    #else
      "reference"
    #endif
  }

  /// The instruction set that the kernels use.
  public static var instructionSet: String {
    #if OneDNN
      OneDNNEngine.instructionSet
    #else
      "portable"
    #endif
  }

  /// Whether `KernelClock` sees this build's kernels: those of the reference engine are not timed.
  package static var timesKernels: Bool {
    #if OneDNN
      true
    #else
      false
    #endif
  }

  /// Conversions of activations between memory layouts since the start of the process: what
  /// passing arrays on in the layout that kernels like is meant to keep low.
  public static var layoutConversions: Int {
    #if OneDNN
      OneDNNEngine.layoutConversions
    #else
      0
    #endif
  }
}
