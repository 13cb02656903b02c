import Arrays
import Foundation
import Synchronization
import Testing

@Suite("The compute thread", .serialized)
struct ComputeThreadTests {
  /// Tells threads apart.
  /// (`pthread_self` would not do: compilers take it as constant within a function.)
  private static func thread() -> String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self")) ?? "none"
  }

  @Test("is one thread for all that is brought to it")
  func one() async {
    let first = await Compute.run { Self.thread() }
    let others = await withTaskGroup(of: String.self) { group in
      for _ in 0..<50 { group.addTask { await Compute.run { Self.thread() } } }
      return await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(others == [first])
    #expect(await onComputeActor() == first)
  }

  @ComputeActor private func onComputeActor() async -> String {
    let before = Self.thread()
    await Task.yield()
    #expect(Self.thread() == before)
    return before
  }

  @Test("computes what any thread does")
  func result() async {
    let x = NDArray((0..<10_000).map { Double($0) * 0.001 }, shape: [100, 100])
    let here = x.matmul(x)
    let there = await Compute.run { x.matmul(x) }
    #expect(there.elements(as: Double.self) == here.elements())
  }

  @Test("work is part of the task: errors, cancellation and task-local values")
  func task() async throws {
    struct Failure: Error, Equatable { let number: Int }
    // The type of the error is kept.
    do throws(Failure) {
      try await Compute.run { () throws(Failure) in throw Failure(number: 3) }
      Issue.record("nothing thrown")
    } catch {
      #expect(error.number == 3)
    }
    await Local.$value.withValue(7) {
      #expect(await Compute.run { Local.value } == 7)
    }
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      return await Compute.run { Task.isCancelled }
    }
    task.cancel()
    #expect(await task.value)
  }

  private enum Local { @TaskLocal static var value = 0 }

  @Test("has a number of threads of its own, from the next job on")
  func threads() async {
    let before = ComputeThread.shared.threads
    defer { ComputeThread.shared.threads = before }
    let own = Compute.threads
    #expect(before >= 1)
    for count in [3, 1, 2] {
      ComputeThread.shared.threads = count
      #expect(ComputeThread.shared.threads == count)
      let seen = await Compute.run { Compute.threads }
      #expect(seen == (Compute.engineName == "reference" ? 1 : count))
      // What a job sets does not last.
      await Compute.run { Compute.threads = 5 }
      #expect(await Compute.run { Compute.threads } == seen)
    }
    #expect(Compute.threads == own)
  }

  @Test("no two jobs run at the same time")
  func order() async {
    let seen = Seen()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<100 {
        group.addTask {
          await Compute.run {
            seen.enter()
            _ = NDArray.ones([64, 64]).matmul(NDArray.ones([64, 64]))
            seen.leave()
          }
        }
      }
    }
    #expect(seen.most == 1)
    #expect(seen.inside == 0)
    // Those of one task in its own order.
    let numbers = Mutex<[Int]>([])
    for number in 0..<20 { await Compute.run { numbers.withLock { $0.append(number) } } }
    #expect(numbers.withLock { $0 } == Array(0..<20))
  }

  /// How many jobs are at work, and the most that were.
  private final class Seen: Sendable {
    private let counts = Mutex((inside: 0, most: 0))
    var inside: Int { counts.withLock { $0.inside } }
    var most: Int { counts.withLock { $0.most } }
    func enter() {
      counts.withLock {
        $0.inside += 1
        $0.most = max($0.most, $0.inside)
      }
    }
    func leave() { counts.withLock { $0.inside -= 1 } }
  }

  @Test("has a deep stack")
  func stack() async {
    // A gradient's tape, a model or a tree may be deep; 64 bytes a level at least.
    @inline(never) func depth(_ n: Int, _ room: SIMD8<Int>) -> Int {
      n == 0 ? room[0] : depth(n - 1, room &+ 1) &+ room[7]
    }
    #expect(await Compute.run { depth(200_000, SIMD8(repeating: 0)) } == 20_000_100_000)
  }

  @Test("signals' handlers do not run on it, nor on the team's threads")
  func signals() async {
    let blocked = await Compute.run {
      // Enough work for the team to be started.
      _ = NDArray.ones([512, 512]).matmul(NDArray.ones([512, 512]))
      var signals = sigset_t()
      pthread_sigmask(SIG_SETMASK, nil, &signals)
      return [SIGINT, SIGTERM, SIGALRM, SIGPROF, SIGUSR1, SIGCHLD, SIGSEGV, SIGABRT].map {
        sigismember(&signals, $0) == 1
      }
    }
    #expect(blocked == [true, true, true, true, true, true, false, false])
  }

  @Test("0 threads are refused")
  func misuse() async {
    await #expect(processExitsWith: .failure) { ComputeThread.shared.threads = 0 }
  }
}
