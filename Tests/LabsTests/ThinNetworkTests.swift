import Labs
import Testing
import Training

@Suite struct ThinNetworkTests {
  /// 6n + 2 layers with weights; shortcuts add the two projections alone.
  @Test(arguments: [1, 3, 9]) func layers(units: Int) throws {
    let networks = [false, true].map {
      ThinNetwork.make(units: units, width: 4, isResidual: $0)
    }
    let summaries = try networks.map { try $0.summary(input: [1, 1, 8, 8]) }
    let weighted = summaries.map { $0.rows.count { ["Conv2D", "Dense"].contains($0.kind) } }
    #expect(weighted == [6 * units + 2, 6 * units + 4])
    #expect(summaries.allSatisfy { $0.output == [1, 10] })
    // 1 × 1 filters from 4 to 8 and from 8 to 16 channels, each with γ and β.
    let projections = 4 * 8 + 2 * 8 + 8 * 16 + 2 * 16
    #expect(summaries[1].parameters - summaries[0].parameters == projections)
  }
}
