extension Chart {
  /// The axes for so many intervals between ticks at most.
  package func scales(xTicks: Int, yTicks: Int) -> (x: Scale, y: Scale) {
    let drawn = marks.flatMap { mark in
      mark.shape.points.filter { point in
        Chart.fits(point.x, x) && Chart.fits(point.y, y)
      }
    }
    let reach = marks.map(\.shape.reach)
    let xs = drawn.map(\.x) + reach.flatMap(\.x)
    let ys = drawn.map(\.y) + reach.flatMap(\.y)
    let fit = marks.map(\.shape.fit).max { $0.rawValue < $1.rawValue } ?? .ends
    return (
      Scale(
        x, showing: xs, about: xTicks, extent: .inside, padding: fit == .beyond ? 0.03 : 0),
      Scale(
        y, showing: ys, about: yTicks, extent: fit == .ends ? .around : .inside,
        padding: fit == .beyond ? 0.04 : 0)
    )
  }

  /// A name of the legend with the number of its style, and how it is shown.
  package struct LegendEntry {
    package var name: String
    package var number: Int
    package var sample: LegendSample
  }

  /// For each mark the style it is drawn in, and the legend's entries.
  package var styles: (marks: [MarkStyle], legend: [LegendEntry]) {
    var numbers: [String: Int] = [:]
    var next = 0
    var legend: [LegendEntry] = []
    let slots = marks.count { $0.shape is BarsMark }
    var slot = 0
    let styles = marks.map { mark -> MarkStyle in
      let names = mark.shape.names ?? [mark.name]
      let taken = names.map { name -> Int in
        let known = numbers[name]
        let number = mark.style ?? known ?? next
        if name.isEmpty {
          if mark.style == nil { next += 1 }
          return number
        }
        if known == nil {
          if mark.style == nil { next += 1 }
          numbers[name] = number
          legend.append(LegendEntry(name: name, number: number, sample: mark.shape.sample))
        } else if let index = legend.firstIndex(where: { $0.name == name }) {
          legend[index].sample.formUnion(mark.shape.sample)
        }
        return number
      }
      guard mark.shape is BarsMark else { return MarkStyle(numbers: taken) }
      slot += 1
      return MarkStyle(numbers: taken, slot: slot - 1, slots: slots)
    }
    return (styles, legend)
  }

  /// The first mark's that has colours for its numbers.
  package var colors: ColorScale? {
    for mark in marks { if let colors = mark.shape.colors { return colors } }
    return nil
  }
}
