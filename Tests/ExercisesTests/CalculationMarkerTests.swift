import Exercises
import Testing

@Suite("Marking of planted slips")
struct CalculationMarkerTests {
  @Test(
    "pairs of slips are named, and what follows is carried", arguments: ExerciseKind.all.indices)
  func pairs(index: Int) throws {
    try PlantedSlips.pairs(ExerciseKind.all[index], questions: 1, most: 10)
  }

  @Test("every slip in every line of a network is named, and what follows is carried")
  func everywhere() throws {
    try PlantedSlips.singles(.network, questions: 2, seed: 11, everywhere: true)
  }
}

/// The same with many questions, for every kind.
@Suite("Verify marking of planted slips", .enabled(if: KeyCheck.isVerifying, "set GRADUS_VERIFY=1"))
struct VerifyCalculationMarkerTests {
  @Test(arguments: ExerciseKind.all.indices)
  func pairs(index: Int) throws {
    try PlantedSlips.pairs(ExerciseKind.all[index], questions: 10, most: 100, seed: 13)
  }

  @Test(arguments: ExerciseKind.all.indices)
  func everywhere(index: Int) throws {
    try PlantedSlips.singles(ExerciseKind.all[index], questions: 15, seed: 11, everywhere: true)
  }
}
