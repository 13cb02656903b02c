import Formats
import Foundation
import TestSupport
import Testing
import Workbench

/// What scripts may rely on: shapes of the JSON, exit codes, nothing else on standard output.
@Suite("The command line")
struct CommandTests {
  let gradus: Program

  init() throws { gradus = try Program() }

  @Test(
    "every verb's help has an example",
    arguments: [
      ["train"], ["transfer"], ["evaluate"], ["predict"], ["summary"], ["data"],
      ["data", "list"], ["data", "info"], ["data", "install"], ["models"], ["explain"], ["quiz"],
      ["grade"],
      ["bench"], ["doctor"],
    ])
  func help(_ verb: [String]) throws {
    let result = try gradus.start(verb + ["--help"]).wait()
    #expect(result.status == 0)
    #expect(result.output.contains("Example: gradus \(verb[0])"))
    if verb != ["data"] {  // a group of verbs
      #expect(result.output.contains("--threads"))
      #expect(result.output.contains("--json"))
    }
    #expect(result.errors.isEmpty)
  }

  @Test("train, evaluate and predict")
  func train() throws {
    let result = try gradus(
      "train", "lenet5", "--data", "digits", "--epochs", "2", "--limit-train", "128", "--threads",
      "1", "--json", "--out", "run")
    #expect(result.status == 0)
    #expect(result.errors.isEmpty)
    let lines = try result.lines()
    #expect(lines.map { $0["event"]?.string } == ["epoch", "epoch", "done"])
    for (index, line) in lines.prefix(2).enumerated() {
      #expect(line.keys == ["event", "epoch", "train", "validation", "seconds"])
      #expect(line["epoch"]?.integer == index + 1)
      for part in ["train", "validation"] {
        #expect(line[part]?.object?.keys == ["loss", "accuracy", "top_5_accuracy"])
        #expect(line[part]?["loss"]?.double != nil)
      }
      #expect(line["seconds"]?.double != nil)
    }
    #expect(lines[2].keys == ["event", "run", "test", "seconds"])
    #expect(lines[2]["run"]?.string == "run")
    #expect(
      try gradus.folder.names(in: "run").filter { !$0.hasPrefix("events.out.tfevents.") }
        == [".lock", "checkpoints", "curves.svg", "metrics.jsonl", "run.yaml"])
    let log = String(decoding: try gradus.folder.bytes("run/metrics.jsonl"), as: UTF8.self)
    #expect(log == result.output.split(separator: "\n").prefix(2).joined(separator: "\n") + "\n")

    let evaluation = try gradus("evaluate", "run", "--json", "--threads", "1")
    #expect(evaluation.status == 0)
    let scores = try #require(try evaluation.lines().first)
    #expect(scores.keys == ["loss", "accuracy", "top_5_accuracy", "count", "confusion"])
    #expect(scores["count"]?.integer == 359)
    #expect(scores["loss"] == lines[2]["test"]?["loss"])
    #expect(scores["accuracy"] == lines[2]["test"]?["accuracy"])
    let confusion = try #require(scores["confusion"]?.array)
    #expect(confusion.count == 10)
    #expect(
      confusion.reduce(0) { $0 + ($1.array ?? []).reduce(0) { $0 + ($1.integer ?? 0) } } == 359)

    let image = Repository.path("Examples/three.png")
    let prediction = try gradus("predict", "run", image, image, "--json", "--threads", "1")
    #expect(prediction.status == 0)
    let answers = try prediction.lines()
    #expect(answers.count == 2)
    #expect(answers[0].keys == ["input", "classes"])
    #expect(answers[0]["input"]?.string == image)
    let classes = try #require(answers[0]["classes"]?.array)
    #expect(Set(classes.compactMap { $0["label"]?.string }) == Set((0...9).map(String.init)))
    let probabilities = classes.compactMap { $0["probability"]?.double }
    #expect(abs(probabilities.reduce(0, +) - 1) < 1e-5)
    #expect(probabilities == probabilities.sorted(by: >))
    let text = try gradus("predict", "run", image, "--threads", "1")
    #expect(text.status == 0)
    #expect(text.output.contains(" %"))
    #expect(!text.output.contains("\u{1B}"))
  }

  @Test("summary, models, data and doctor as JSON")
  func inspection() throws {
    let summary = try #require(try gradus("summary", "lenet5", "--json").lines().first)
    #expect(summary.keys == ["model", "input", "parameters", "multiply_adds", "layers"])
    #expect(summary["model"]?.string == "lenet5")
    #expect(summary["parameters"]?.integer == 61_706)
    #expect(summary["input"]?.array?.compactMap(\.integer) == [1, 32, 32])
    let zoo = try #require(try gradus("summary", "resnet50", "--json").lines().first)
    #expect(zoo["parameters"]?.integer == 25_557_032)
    #expect(zoo["input"]?.array?.compactMap(\.integer) == [3, 224, 224])
    let layer = try #require(summary["layers"]?.array?.first?.object)
    #expect(
      layer.keys == ["path", "kind", "output", "parameters", "multiply_adds", "receptive_field"])
    #expect(layer["output"]?.array?.compactMap(\.integer) == [6, 28, 28])
    for (arguments, keys) in [
      (["models"], ["name", "summary", "source", "loss"]),
      (
        ["data", "list"],
        [
          "name", "summary", "source", "licence", "shape", "classes", "train", "validation", "test",
          "place",
        ]
      ),
    ] {
      let result = try gradus.start(arguments + ["--json"]).wait()
      #expect(result.status == 0)
      let items = try #require(try JSONParser.parse(result.output).array)
      #expect(items.count >= 3)
      #expect(items.allSatisfy { $0.object?.keys == keys })
    }
    let doctor = try #require(try gradus("doctor", "--json", "--threads", "1").lines().first)
    #expect(doctor["threads"]?.integer == 1)
    #expect(doctor["data"]?.array?.first?["name"]?.string == "digits")
    let info = try #require(try gradus("data", "info", "digits", "--json").lines().first)
    #expect(info["test"]?.integer == 359)
    let install = try #require(try gradus("data", "install", "digits", "--json").lines().first)
    #expect(install["place"]?.string == "embedded")
  }

  @Test(
    "wrong usage is told with the nearest right name, exit code 2",
    arguments: [
      (["trian"], "unknown verb 'trian'; did you mean train?"),
      (["train", "lenet4", "--data", "digits"], "unknown model 'lenet4'; did you mean lenet5?"),
      (["summary", "transformer"], "unknown model 'transformer'; known: perceptron, logistic"),
      (["summary", "resnet51"], "unknown model 'resnet51'; did you mean resnet50?"),
      (["train", "mlp", "--data", "digit"], "did you mean \"digits\"?"),
      (
        ["train", "mlp", "--data", "digits", "--optimizer", "adm"],
        "unknown optimizer 'adm'; did you mean adam? known: sgd, momentum, nesterov, delta-bar-delta, "
          + "adagrad, rmsprop, adam, adamw, amsgrad"
      ),
      (
        ["train", "mlp", "--optimizer", "delta-bar-delta", "--batch-size", "32"],
        "expected all of them: "
      ),
      (["train", "mlp", "--l1=-1"], "expected a number of at least 0"),
      (["train", "mlp", "--max-norm", "0"], "expected a number above 0"),
      (["train", "mlp", "--clip-norm", "0"], "expected a number above 0"),
      (["train", "mlp", "--clip-norm", "1", "--clip-value", "1"], "expected one of them"),
      (["train", "mlp", "--label-smoothing", "2"], "found 2.0, expected from 0 to 1"),
      (
        ["train", "perceptron", "--label-smoothing", "0.1"],
        "found with the loss perceptron, expected a model trained by cross-entropy"
      ),
      (["train", "mlp", "--patience", "0"], "found 0, expected at least 1"),
      (["train", "mlp", "--schedule", "cosin"], "did you mean cosine?"),
      (["train", "mlp", "--augment", "flop"], "did you mean flip?"),
      (["train", "mlp", "--epoch", "3"], "--epochs"),
      (["train", "mlp", "--epochs", "many"], "many"),
      (["train", "mlp", "--epochs", "0"], "found 0, expected from 1 to 1000000"),
      (["train", "mlp", "--batch-size", "0"], "found 0, expected from 1 to 10000000"),
      (["train", "mlp", "--learning-rate", "0"], "expected a number above 0"),
      (["train", "mlp", "--learning-rate", "nan"], "expected a number above 0"),
      (["train", "mlp", "--dropout", "1"], "expected from 0 to below 1"),
      (["train", "lenet5", "--dropout", "0.5"], "lenet5 has no dropout layer; mlp, alexnet"),
      (["train", "resnet18", "--dropout", "0.5"], "mobilenet2 have, or write a network file"),
      (
        ["train", "mlp", "--shift", "2"],
        "found 2, but images of [1, 8, 8] have no margin in the network's input [1, 8, 8] to be moved "
          + "in; expected 0, or '--augment shift=2'"
      ),
      (
        ["transfer", "lenet5", "--way", "features", "--epochs", "3"],
        "found with --way features, which trains nothing"
      ),
      (
        ["transfer", "lenet5", "--way", "features", "--clip-norm", "1"],
        "found with --way features, which trains nothing"
      ),
      (["train", "mlp", "--limit-train", "0"], "found 0, expected at least 1"),
      (["train", "mlp", "--image-size", "0"], "found 0, expected from 1 to 16384"),
      (["train", "mlp", "--corrupt-images", "mend"], "known: skip, stop"),
      (["train", "mlp", "--precision", "float16"], "unknown precision 'float16'"),
      (["train", "mlp", "--optimizer", "momentum", "--momentum", "0"], "above 0 for momentum"),
      (["train"], "is missing; `gradus models` lists them"),
      (["train", "mlp", "--threads", "0"], "found 0, expected from 1 to 1024"),
      (["summary", "mlp", "--threads", "0"], "found 0, expected from 1 to 1024"),
      (["models", "--threads", "5000"], "found 5000, expected from 1 to 1024"),
      (["bench", "mpl"], "unknown workload 'mpl'; did you mean mlp?"),
      (["bench", "--budget", "0"], "found 0.0, expected seconds above 0"),
      (["bench", "--kernels", "mlp", "fgsm"], "found workloads besides (mlp, fgsm), expected"),
      (["bench", "--kernels", "--budget", "-1"], "--budget"),
      (["bench", "--primitives", "--kernels"], "found --kernels besides, expected workloads"),
      (["evaluate"], "run"),
      (["evaluate", "missing", "--corrupt-images", "mend"], "known: skip, stop"),
      (["predict", "missing", "a.png", "--corrupt-images", "skip"], "found without --weights"),
      (["summary", "resnet20", "--image-size", "0"], "found 0, expected from 1 to 16384"),
      (["data", "info", "mnits"], "did you mean \"mnist\"?"),
      (["data", "instal", "mnist"], "unknown verb of data 'instal'; did you mean install?"),
      (["runs", "shwo", "runs"], "unknown verb of runs 'shwo'; did you mean show?"),
    ])
  func usage(_ arguments: [String], _ part: String) throws {
    let json = try gradus.start(arguments + ["--json"]).wait()
    #expect(json.status == 2)
    let error = try json.error()
    #expect(error[0] == "usage")
    #expect(error[2].contains(part), "\(error)")
    #expect(json.errors.isEmpty, "\(json.errors)")
    let text = try gradus.start(arguments).wait()
    #expect(text.status == 2)
    #expect(text.errors.contains(part), "\(text.errors)")
    #expect(text.output.isEmpty, "\(text.output)")
    #expect(try gradus.folder.names().isEmpty)
  }

  @Test(
    "a wrong name is told at its option",
    arguments: [
      ("--augment", "flipp", "unknown augmentation 'flipp'; did you mean flip?"),
      ("--augment", "border=black", "unknown border 'black'; known: level, zero, reflect"),
      ("--corrupt-images", "jump", "unknown way with damaged images 'jump'; known: skip, stop"),
      ("--optimizer", "adm", "unknown optimizer 'adm'; did you mean adam?"),
      ("--precision", "float46", "unknown precision 'float46'; did you mean float64?"),
      ("--schedule", "cosin", "unknown schedule 'cosin'; did you mean cosine?"),
    ])
  func wrongName(_ option: String, _ value: String, _ message: String) throws {
    let error = try gradus("train", "mlp", option, value, "--json").error()
    #expect(error[0] == "usage" && error[1] == option)
    #expect(error[2].hasPrefix(message), "\(error)")
  }

  @Test(
    "what cannot be read is told with its path, exit code 1",
    arguments: [
      (["train", "missing.yaml"], "missing.yaml", "found no such file, expected a file"),
      (
        ["train", "mlp", "--data", "./missing"], "./missing",
        "found no such file or folder, expected a folder with IDX files, CIFAR batches or folders of "
          + "images, or of a CSV or CIFAR file, or one of digits, mnist, fashion-mnist, cifar10"
      ),
      (
        ["evaluate", "missing"], "missing",
        "there is no run.yaml; expected the folder of a run (gradus train --out RUN)"
      ),
      (
        ["predict", "missing", "a.png"], "missing",
        "there is no run.yaml; expected the folder of a run (gradus train --out RUN)"
      ),
      (
        ["train", "--resume", "missing"], "missing",
        "there is no run.yaml; expected the folder of a run (gradus train --out RUN)"
      ),
    ])
  func unreadable(_ arguments: [String], _ place: String, _ message: String) throws {
    let result = try gradus.start(arguments + ["--json"]).wait()
    #expect(result.status == 1)
    #expect(try result.error() == ["input", place, message])
    #expect(result.errors.isEmpty)
    let text = try gradus.start(arguments).wait()
    #expect(text.errors == "gradus: \(place): \(message)\n")
  }

  @Test("NO_COLOR and a pipe: no control sequences")
  func plainText() throws {
    let result = try gradus(
      "train", "logistic", "--epochs", "3", "--limit-train", "64", "--threads", "1",
      environment: ["NO_COLOR": "1"])
    #expect(result.status == 0)
    #expect(!result.output.contains("\u{1B}") && !result.errors.contains("\u{1B}"))
    #expect(!result.errors.contains("\r"))
    #expect(result.output.contains("test accuracy"))
    #expect(result.errors.contains("epoch   3"))
    #expect(try gradus.folder.names(in: "runs") == ["logistic-digits-1"])
    let evaluation = try gradus("evaluate", "runs/logistic-digits-1")
    #expect(evaluation.output.contains("359 test samples of digits (1797 in all): accuracy "))
  }

  @Test("the program and its data survive a move to another folder")
  func moved() throws {
    let elsewhere = try ScratchFolder()
    try FileManager.default.copyItem(atPath: gradus.path, toPath: elsewhere("gradus"))
    let copy = Program(path: elsewhere("gradus"), folder: elsewhere)
    let info = try copy("data", "info", "digits")
    #expect(info.status == 0)
    #expect(info.output.contains("1258"))
    let result = try copy.train("--epochs", "1")
    #expect(result.status == 0)
    #expect(try result.lines().last?["event"]?.string == "done")
  }
}

/// Files of the repository.
enum Repository {
  static func path(_ name: String, here: String = #filePath) -> String {
    let folders = here.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    return folders.joined(separator: "/") + "/" + name
  }
}
