import Formats
import Foundation
import TestSupport
import Testing
import Workbench

/// Runs listed, shown and compared.
@Suite("gradus runs")
struct RunsCommandTests {
  let gradus: Program

  init() throws { gradus = try Program() }

  /// An epoch as `metrics.jsonl` has it.
  private func line(_ epoch: Int, _ train: Double, _ validation: Double) -> String {
    """
    {"event":"epoch","epoch":\(epoch),"train":{"loss":\(train),"accuracy":0.5},\
    "validation":{"loss":\(validation),"accuracy":0.25},"seconds":1.5}

    """
  }

  @Test func listShowCompare() throws {
    try gradus.train("--epochs", "2", "--out", "runs/a")
    try gradus.train("--epochs", "3", "--learning-rate", "0.01", "--out", "runs/b")
    let listed = try gradus("runs", "list", "--json")
    let runs = try #require(try JSONParser.parse(listed.output).array)
    #expect(runs.compactMap { $0.object?["run"]?.string } == ["runs/b", "runs/a"])
    #expect(runs.map { $0.object?["epochs_done"]?.integer } == [3, 2])
    #expect(runs.allSatisfy { $0.object?["finished"]?.bool == true })

    let shown = try gradus("runs", "show", "runs/b", "--csv", "b.csv", "--svg", "b.svg")
    #expect(shown.status == 0 && shown.output.hasPrefix("b: logistic on digits, 3 of 3 epochs in "))
    let table = String(decoding: try gradus.folder.bytes("b.csv"), as: UTF8.self)
      .split(separator: "\n")
    #expect(
      table[0] == "epoch,train_loss,train_accuracy,validation_loss,validation_accuracy,seconds")
    #expect(table.count == 4 && table[3].hasPrefix("3,"))
    #expect(table.allSatisfy { $0.split(separator: ",").count == 6 })
    #expect(String(decoding: try gradus.folder.bytes("b.svg"), as: UTF8.self).contains("<svg"))

    let compared = try gradus("runs", "compare", "runs/a", "runs/b", "--json").lines()
    let differences = try #require(compared.first?["differences"]?.object)
    #expect(differences.map(\.key) == ["epochs", "learningRate"])
    #expect(differences["epochs"]?.array?.map(\.string) == ["2", "3"])
    #expect(differences["learningRate"]?.array?.map(\.string) == ["–", "0.01"])
    let text = try gradus("runs", "compare", "runs/a", "runs/b").output
    #expect(text.contains("learningRate") && text.contains("Validation loss"))
  }

  /// The best epoch is that of the least validation loss, not the last.
  @Test func theBestEpoch() throws {
    try gradus.train("--epochs", "1", "--out", "run")
    try gradus.folder.write(
      "run/metrics.jsonl", line(1, 3, 2.5) + line(2, 2, 1.5) + line(3, 1, 1.75))
    let run = try RunSummary(RunFolder(gradus.folder("run")))
    #expect(run.best?.epoch == 2 && run.epochs.count == 3 && run.seconds == 4.5)
    #expect(run.csv.split(separator: "\n")[2] == "2,2.0,0.5,1.5,0.25,1.5")
  }

  @Test func errors() throws {
    try gradus.train("--epochs", "1", "--out", "run")
    func message(_ arguments: String...) throws -> [String] {
      let result = try gradus.start(["runs"] + arguments + ["--json"]).wait()
      #expect(result.status != 0)
      return try result.error()
    }
    #expect(try message("list", "none")[2].hasPrefix("no such folder, or not one that can be read"))
    #expect(try message("show", "none")[0] == "input")
    #expect(
      try message("compare", "run") == ["usage", "RUN", "found 1, expected two or more runs"])
    #expect(try message("compare", "run", "run") == ["usage", "RUN", "run is named twice"])
    try gradus.folder.write("run/metrics.jsonl", line(1, 3, 2.5) + "{\"epoch\":2}\n")
    #expect(
      try message("show", "run")
        == [
          "input", "run/metrics.jsonl: line 2",
          "found \"{\\\"epoch\\\":2}\", expected the line of an epoch",
        ])
    // Beside a damaged run the others are listed all the same.
    try gradus.train("--epochs", "1", "--out", "other")
    let listed = try gradus("runs", "list", ".", "--json")
    #expect(listed.status == 0 && listed.errors.contains("metrics.jsonl: line 2"))
    #expect(try JSONParser.parse(listed.output).array?.count == 1)
  }

  /// Each part of a run has an event file; the second says where it goes on.
  @Test func eventsOfARunThatGoesOn() throws {
    try gradus.train("--epochs", "2", "--out", "run")
    #expect(try gradus("train", "--resume", "run", "--epochs", "3").status == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: gradus.folder("run"))
      .filter { $0.hasPrefix("events.out.tfevents.") }
    #expect(names.count == 2)
    let tags = ["loss/training", "loss/validation", "accuracy/training", "accuracy/validation"]
    let counts = try names.map { name in
      let text = String(decoding: try gradus.folder.bytes("run/" + name), as: Unicode.ASCII.self)
      return tags.map { text.components(separatedBy: $0).count - 1 }
    }
    #expect(Set(counts) == [[2, 2, 2, 2], [1, 1, 1, 1]])
  }
}
