#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the machine, or the control group that the process runs in, has to give.
public enum SystemMemory {
  /// Bytes of memory: the smaller of the machine's and the control group's limit (v2 or v1).
  public static var total: Int {
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    let machine = pages > 0 ? pages * sysconf(Int32(_SC_PAGESIZE)) : Int.max
    let group = [
      "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes",
    ].compactMap { number(inFile: $0) }
    return ([machine] + group).min() ?? machine
  }

  /// The share of `total` that arrays may take by default: nine tenths.
  static var limit: Int { total / 10 * 9 }

  /// Processors that this process may use: its affinity mask, within the control group's quota.
  public static var processorCount: Int {
    let online = affinityCount ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    guard let text = text(ofFile: "/sys/fs/cgroup/cpu.max") else { return online }
    let parts = text.split(separator: " ")
    guard parts.count == 2, let quota = Double(parts[0]),
      let period = Double(parts[1].filter(\.isNumber)), period > 0
    else { return online }
    return max(1, min(online, Int((quota / period).rounded(.up))))
  }

  /// The processors in the affinity mask. Read from /proc, since Swift's Glibc module lacks
  /// `sched_getaffinity`.
  private static var affinityCount: Int? {
    guard let status = text(ofFile: "/proc/self/status") else { return nil }
    let name = "Cpus_allowed:"
    guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix(name) }) else {
      return nil
    }
    let digits = line.dropFirst(name.count).compactMap(\.hexDigitValue)
    let count = digits.reduce(0) { $0 + $1.nonzeroBitCount }
    return count > 0 ? count : nil
  }

  private static func number(inFile path: String) -> Int? {
    text(ofFile: path).flatMap { Int($0.filter { $0.isNumber }) }
  }

  private static func text(ofFile path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = fread(&buffer, 1, buffer.count, file)
    return String(decoding: buffer[..<count], as: UTF8.self)
  }
}
