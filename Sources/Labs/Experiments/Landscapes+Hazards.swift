import Explain
import Foundation
import Plots
import Training

/// The parts of the lab of landscapes that look at one hazard.
extension Lab {
  // MARK: Stationary points

  /// Where the gradient is 0: a saddle, and two minima.
  static func stationaryPoints(_ notebook: inout Notebook) throws {
    notebook.section(Prose(en: "Saddle point and local minima", zh: "鞍点与局部极小值"))
    let count = 40
    notebook.write(
      Prose(
        en: """
          The saddle's landscape, ½x² − ½y² + ¼y⁴ + y/10, from \(count) places drawn from \
          −1.5…1.5 on both axes, by gradient descent with η = 0.3; and Newton's method without \
          damping, w ← w − H⁻¹∇L, from the starts beside the saddle that were used above.
          """,
        zh: """
          鞍点地形 ½x² − ½y² + ¼y⁴ + y/10：从两轴 −1.5…1.5 内随机的 \(count) 处出发做梯度下降，η = 0.3；\
          并从上面鞍点旁的起点做不带阻尼的牛顿法 w ← w − H⁻¹∇L。
          """))
    var random = RandomGenerator(key: RandomKey(seed: notebook.seed, path: "minima"))
    let starts = (0..<count).map { _ in
      SIMD2(3 * random.uniform() - 1.5, 3 * random.uniform() - 1.5)
    }
    let descent = PlaneDescent(.saddle, from: starts, by: SGD(learningRate: 0.3), steps: 1000)
    let ends = descent.paths.map { $0.last! }
    let shallow = ends.count { abs($0.y - Landscape.shallowMinimum.y) < 0.1 }
    let crossed = zip(starts, ends).count { start, end in
      (start.y > Landscape.saddlePoint.y) != (end.y > Landscape.saddlePoint.y)
    }
    var besides = RandomGenerator(key: RandomKey(seed: notebook.seed, path: "beside"))
    let newton = NewtonMethod(damping: .none, lineSearch: false)
    let stops = try (0..<count).map { _ in
      let start = Race.all[1].start(&besides)
      let stop = try newton.minimum(
        from: NDArray([start.x, start.y]), of: Landscape.saddle.function
      ).point.doubles
      return SIMD2(stop[0], stop[1])
    }
    let inSaddle = stops.count { stop in
      abs(stop.x) < 1e-6 && abs(stop.y - Landscape.saddlePoint.y) < 1e-6
    }
    let places = [
      (Prose(en: "Where Newton's method stops", zh: "牛顿法停止处"), stops[0]),
      (Prose(en: "The deeper minimum", zh: "较深的极小值"), Landscape.deepMinimum),
      (Prose(en: "The other minimum", zh: "另一个极小值"), Landscape.shallowMinimum),
    ]
    let values = try places.map { try Landscape.saddle.eigenvalues(at: $0.1) }
    notebook.table(
      [
        Prose(en: "Place", zh: "位置"), Prose("w₁"), Prose("w₂"),
        Prose(en: "Loss", zh: "损失"),
        Prose(en: "Eigenvalues of H", zh: "H 的特征值"),
      ],
      zip(places, values).map { place, values in
        [.prose(place.0)]
          + [place.1.x, place.1.y, Landscape.saddle.losses(at: [place.1])[0]].map {
            .digits(LabNumber.text(abs($0) < 1e-9 ? 0 : $0))
          } + [.digits(values.map { LabNumber.text($0) }.joined(separator: ", "))]
      })
    notebook.note(
      Prose(
        en: """
          Newton's method goes to the nearest place where the gradient is 0, whatever that is. With \
          damping that makes H positive definite, as in the race, it leaves the saddle.
          """,
        zh: "牛顿法走向最近的梯度为 0 处，不论那是什么点。加上使 H 正定的阻尼（如上面的比较），它就会离开鞍点。"))
    notebook.conclude(
      "saddle-eigenvalue",
      Prose(
        en: "Where Newton's method without damping stops, the smaller eigenvalue is negative",
        zh: "不带阻尼的牛顿法停止处，较小的特征值为负"), values[0][0], .atMost(-0.5))
    notebook.measure("saddle-greater-eigenvalue", values[0][1])
    notebook.conclude(
      "newton-in-saddle",
      Prose(en: "It stops in the saddle, a share of the starts", zh: "停在鞍点的起点比例"),
      Double(inSaddle) / Double(count), .atLeast(0.95))
    notebook.conclude(
      "minima-eigenvalue",
      Prose(
        en: "At both minima all eigenvalues are positive (the smallest)",
        zh: "两个极小值处的特征值都为正（最小者）"), values.dropFirst().joined().min()!, .atLeast(0.5))
    notebook.conclude(
      "shallow-share",
      Prose(
        en: "Gradient descent ends in the minimum that is less deep, a share of the starts",
        zh: "梯度下降停在较浅极小值的起点比例"),
      Double(shallow) / Double(count), .within(0.15...0.85))
    notebook.conclude(
      "crossings",
      Prose(
        en: "It leaves the side of the saddle on which it began (how many starts)",
        zh: "离开鞍点原来一侧的起点数"), Double(crossed), .atMost(0))
    try notebook.reach(0.8)
  }

  // MARK: Clipping

  /// Gradient descent below the cliff, with and without a bound.
  static func clip(_ notebook: inout Notebook) throws {
    let (rate, limit, steps) = (0.3, 0.5, 400)
    notebook.section(Prose(en: "Clipping at the cliff", zh: "悬崖处的梯度裁剪"))
    notebook.write(
      Prose(
        en: """
          Gradient descent with η = \(LabNumber.text(rate)) from the starts below the cliff, \
          \(steps) steps: as it is, with each element of the gradient bounded to \
          ±\(LabNumber.text(limit)), and with its norm bounded to \(LabNumber.text(limit)).
          """,
        zh: """
          从悬崖脚下的起点做梯度下降，η = \(LabNumber.text(rate))，\(steps) 步：不裁剪；把梯度的每个元素限制在 \
          ±\(LabNumber.text(limit))；把范数限制在 \(LabNumber.text(limit))。
          """))
    let race = Race.all[3]
    var random = RandomGenerator(key: RandomKey(seed: notebook.seed, path: "clipping"))
    let starts = (0..<Race.startCount).map { _ in race.start(&random) }
    let forms: [(title: Prose, clipping: GradientClipping?)] = [
      (Prose(en: "No clipping", zh: "不裁剪"), nil),
      (Prose(en: "By value", zh: "按值裁剪"), GradientClipping(.value, limit: limit)),
      (Prose(en: "By norm", zh: "按范数裁剪"), GradientClipping(.norm, limit: limit)),
    ]
    // Without a goal, so that all take every step.
    let endless = Landscape(
      name: race.landscape.name, title: race.landscape.title, loss: race.landscape.loss,
      goal: .below(0))
    var descents: [PlaneDescent] = []
    for (number, form) in forms.enumerated() {
      descents.append(
        PlaneDescent(
          endless, from: starts, by: SGD(learningRate: rate), steps: steps,
          clipping: form.clipping))
      try notebook.reach(0.8 + 0.2 * Double(number + 1) / Double(forms.count))
    }
    let longest = descents.map { descent in starts.indices.map { descent.longestStep($0) } }
    let losses = descents.map { endless.losses(at: $0.paths.map { $0.last! }) }
    notebook.table(
      [
        Prose(en: "Clipping", zh: "裁剪"),
        Prose(en: "Longest step, median", zh: "最长一步，中位数"),
        Prose(en: "Longest step of all", zh: "最长一步，最大"),
        Prose(en: "Last loss, median", zh: "最后损失，中位数"),
        Prose(en: "Last loss, worst", zh: "最后损失，最大"),
      ],
      forms.indices.map { form in
        [.prose(forms[form].title)]
          + [
            Statistics.median(longest[form]), longest[form].max()!,
            Statistics.median(losses[form]), losses[form].max()!,
          ].map { .digits(LabNumber.text($0)) }
      })
    // The start whose longest step is the middle one, so that what is drawn is usual.
    let shown = starts.indices.sorted { longest[0][$0] < longest[0][$1] }[starts.count / 2]
    let marks = zip(forms, descents).map { form, descent in
      let path = descent.paths[shown]
      return Mark.trajectory(notebook.words(form.title), x: path.map(\.x), y: path.map(\.y))
    }
    try notebook.figure(
      "clipping",
      Chart(
        notebook.words("Gradient descent at the cliff", "悬崖处的梯度下降"),
        x: Axis("w", range: race.view.x),
        y: Axis("b", range: race.view.y),
        marks: [
          .contours(
            endless.grid(x: race.view.x, y: race.view.y, resolution: 120), levels: race.levels,
            label: notebook.words("loss", "损失"))
        ] + marks, width: 640, height: 480),
      caption: Prose(
        en: """
          From the start whose longest step is the middle one. Without a bound a gradient of the \
          wall's face throws descent far off; with one it goes over the wall in small steps. \
          Clipping by value turns the step towards a diagonal, by the norm it keeps its direction.
          """,
        zh: """
          取最长一步居中的起点。不裁剪时，墙面上的一次梯度就把下降抛到远处；裁剪后则以小步越过墙。按值裁剪会把方向转向对角线，按范数裁剪保持方向。
          """))
    notebook.conclude(
      "throw",
      Prose(
        en: "Without clipping the longest step is times as long as with the norm clipped (median)",
        zh: "不裁剪时最长一步是按范数裁剪时的多少倍（中位数）"),
      Statistics.median(longest[0]) / Statistics.median(longest[2]), .atLeast(5))
    notebook.conclude(
      "lost-share",
      Prose(
        en: "Without clipping the last loss is above 0.05, a share of the starts",
        zh: "不裁剪时最后损失高于 0.05 的起点比例"),
      Double(losses[0].count { $0 > 0.05 }) / Double(starts.count), .atLeast(0.2))
    notebook.conclude(
      "clipped-loss",
      Prose(
        en: "With the norm clipped every start comes to the valley (worst last loss)",
        zh: "按范数裁剪时所有起点都到达谷底（最后损失的最大值）"), losses[2].max()!, .atMost(0.005))
  }
}
