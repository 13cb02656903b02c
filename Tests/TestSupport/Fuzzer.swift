import Arrays
import Formats
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs readers on damaged inputs, in a process that does nothing else meanwhile.
public enum Fuzzer {
  /// Mutants a format: a hundred thousand where `GRADUS_VERIFY=1`.
  public static let count = environment("GRADUS_VERIFY") == "1" ? 100_000 : 3_000

  /// Whether to run in the tests' own process: with `GRADUS_FUZZ_IN_PLACE=1`, which shows what failed
  /// and with which bytes, and before Swift 6.2.
  public static var isInPlace: Bool {
    #if compiler(>=6.2)
      environment("GRADUS_FUZZ_IN_PLACE") == "1"
    #else
      true
    #endif
  }

  /// Runs a reader on mutants of the inputs.
  /// - Parameters:
  ///   - words: What mutants may have put in.
  ///   - throwing: The one type of error that the reader may throw.
  ///   - saying: What each message has in it.
  ///   - mend: Makes checksums and lengths right again, where more than these is to be tried.
  public static func run<Failure: Error & CustomStringConvertible>(
    _ inputs: [[UInt8]], words: [String] = [], seed: UInt64,
    throwing: Failure.Type = FormatError.self, saying part: String = ": found ",
    mend: ([UInt8], inout Mutator) -> [UInt8] = { bytes, _ in bytes },
    _ read: ([UInt8]) throws -> Void
  ) throws {
    for input in inputs { try read(input) }  // Undamaged, they are read.
    var mutator = Mutator(seed: seed, words: words.map { Array($0.utf8) })
    MemoryPool.shared.resetPeak()
    let before = MemoryPool.shared.statistics.bytesInUse
    let residentBefore = peakResidentMegabytes()
    var accepted = 0
    for _ in 0..<count {
      let mutant = mend(mutator.mutant(of: inputs), &mutator)
      do {
        try read(mutant)
        accepted += 1
      } catch let error as Failure {
        let text = error.description
        let isShown = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        if !isShown || text.utf8.count > 1500 || !text.contains(part) {
          fail("the message is \(text.debugDescription)", mutant)
        }
      } catch {
        fail("not a \(Failure.self): \(error)", mutant)
      }
    }
    let statistics = MemoryPool.shared.statistics
    #expect(statistics.bytesInUse == before)
    #expect(statistics.peakBytesInUse - before < 64 << 20)
    if !isSanitized { #expect(peakResidentMegabytes() - residentBefore < 256) }
    #expect(accepted > 0 && accepted < count, "\(accepted) mutants accepted")
  }

  private static func fail(_ text: String, _ mutant: [UInt8]) {
    Issue.record("\(text) for \(mutant)")
  }

  /// The most memory that the process has had, in MiB.
  private static func peakResidentMegabytes() -> Int {
    guard let bytes = try? Files.read("/proc/self/status") else { return 0 }
    let text = String(decoding: bytes, as: UTF8.self)
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return (line.flatMap { Int($0.filter { $0.isASCII && $0.isNumber }) } ?? 0) / 1024
  }

  /// Whether a sanitizer is at work: these keep freed memory for a while, and notes about the rest.
  private static var isSanitized: Bool {
    dlsym(nil, "__asan_init") != nil || dlsym(nil, "__tsan_init") != nil
  }

  private static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}
