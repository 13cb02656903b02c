import Autodiff
import Foundation
import TestSupport
import Testing

/// What the tape costs: a chain of 1,000 additions of 16 numbers, which compute next to nothing.
@Suite struct VerifyTapeOverheadTests {
  @Test(.enabled(if: ProcessInfo.processInfo.environment["GRADUS_VERIFY"] == "1"))
  func additionsCostLessThanAMicrosecond() {
    let x = NDArray(repeating: 1, shape: [16], dtype: .float32)
    let step = Tensor(x)
    let (length, rounds) = (1000, 400)
    var forward = [Double](repeating: 0, count: rounds)
    var backward = forward
    let clock = ContinuousClock()
    for round in 0..<rounds {
      let variable = Tensor.variable(x)
      var y = variable
      forward[round] = microseconds(clock.measure { for _ in 0..<length { y = y + step } })
      let upstream = Tensor(repeating: 1, shape: [16])
      var gradient: Tensor?
      backward[round] = microseconds(
        clock.measure {
          gradient = gradients(of: y, withRespectTo: [variable], upstream: upstream)[0]
        })
      #expect(y.array.doubles.allSatisfy { $0 == 1001 })
      #expect(gradient?.array.doubles.allSatisfy { $0 == 1 } == true)
    }
    // The median: other processes take the machine now and then.
    let (forwardCost, backwardCost) = (
      forward.sorted()[rounds / 2] / Double(length), backward.sorted()[rounds / 2] / Double(length)
    )
    print("an addition: forward \(forwardCost) µs, backward \(backwardCost) µs")
    #expect(forwardCost < 0.5)
    #expect(backwardCost < 1.5)
  }

  private func microseconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) * 1e6 + Double(duration.components.attoseconds) * 1e-12
  }
}
