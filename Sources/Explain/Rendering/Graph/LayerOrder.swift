/// The order of nodes within the columns of a layered graph, with stand-ins where an edge crosses
/// a column.
struct LayerOrder {
  struct Vertex {
    let layer: Int
    /// The node; nil for a stand-in.
    let node: Int?
  }

  /// The nodes, then the stand-ins.
  private(set) var vertices: [Vertex]
  /// The vertices of each column from top to bottom.
  private(set) var layers: [[Int]]
  /// The stand-ins of each edge, by the place of the node that it ends at.
  private(set) var chains: [Int: [[Int]]] = [:]
  private var above: [[Int]]
  private var below: [[Int]]

  init(inputs: [[Int]], layers places: [Int]) {
    vertices = places.enumerated().map { Vertex(layer: $1, node: $0) }
    above = places.map { _ in [] }
    below = places.map { _ in [] }
    // Edges of one node to the same column share a stand-in: they carry the same value.
    var shared: [[Int]: Int] = [:]
    for (place, sources) in inputs.enumerated() {
      for source in sources {
        var chain: [Int] = []
        var last = source
        for layer in places[source] + 1..<max(places[source] + 1, places[place]) {
          let vertex: Int
          if let known = shared[[source, layer]] {
            vertex = known
          } else {
            vertex = vertices.count
            shared[[source, layer]] = vertex
            vertices.append(Vertex(layer: layer, node: nil))
            above.append([])
            below.append([])
            above[vertex].append(last)
            below[last].append(vertex)
          }
          chain.append(vertex)
          last = vertex
        }
        above[place].append(last)
        below[last].append(place)
        chains[place, default: []].append(chain)
      }
    }
    layers = Array(repeating: [], count: (places.max() ?? -1) + 1)
    // What a depth-first walk from the results meets first stands higher.
    var seen = Array(repeating: false, count: vertices.count)
    var columns = layers
    let sources = above
    let all = vertices
    func visit(_ vertex: Int) {
      if seen[vertex] { return }
      seen[vertex] = true
      for source in sources[vertex] { visit(source) }
      columns[all[vertex].layer].append(vertex)
    }
    for vertex in vertices.indices.reversed() where below[vertex].isEmpty { visit(vertex) }
    layers = columns
  }

  /// Sweeps to and fro, sorting each column by the mean place of its neighbours in the one before;
  /// the best order met is kept.
  mutating func reduceCrossings() {
    var best = layers
    var fewest = crossings
    for round in 0..<12 where fewest > 0 {
      let isForward = round % 2 == 0
      let indices = Array(layers.indices)
      for layer in isForward ? indices : indices.reversed() {
        let neighbours = isForward ? above : below
        let places = position
        let keys = layers[layer].enumerated().map { place, vertex -> (Double, Int, Int) in
          let around = neighbours[vertex].map { Double(places[$0]) }
          let mean = around.isEmpty ? Double(place) : around.reduce(0, +) / Double(around.count)
          return (mean, place, vertex)
        }
        layers[layer] = keys.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
      }
      exchangeNeighbours()
      let count = crossings
      if count < fewest { (best, fewest) = (layers, count) }
    }
    layers = best
  }

  private var position: [Int] {
    var result = vertices.map { _ in 0 }
    for layer in layers { for (place, vertex) in layer.enumerated() { result[vertex] = place } }
    return result
  }

  /// Exchanges vertices next to each other as long as edges cross less often by it.
  private mutating func exchangeNeighbours() {
    for layer in layers.indices {
      var places = position
      for place in layers[layer].indices.dropLast() {
        let (a, b) = (layers[layer][place], layers[layer][place + 1])
        func count(_ first: Int, _ second: Int) -> Int {
          [above, below].reduce(0) { sum, neighbours in
            sum
              + neighbours[first].reduce(0) { sum, x in
                sum + neighbours[second].filter { places[$0] < places[x] }.count
              }
          }
        }
        if count(b, a) < count(a, b) {
          layers[layer].swapAt(place, place + 1)
          (places[a], places[b]) = (place + 1, place)
        }
      }
    }
  }

  /// How many pairs of edges cross.
  var crossings: Int {
    let places = position
    return layers.reduce(0) { sum, layer in
      let edges = layer.flatMap { vertex in
        below[vertex].map { (places[vertex], places[$0]) }
      }
      var count = 0
      for (index, a) in edges.enumerated() {
        for b in edges[(index + 1)...] where (a.0 - b.0) * (a.1 - b.1) < 0 { count += 1 }
      }
      return sum + count
    }
  }

  /// The height of each vertex from the top: near the middle of its neighbours, in the columns'
  /// order and at least as far apart as their sizes ask.
  func heights(node: Double, dummy: Double) -> [Double] {
    func size(_ vertex: Int) -> Double { vertices[vertex].node == nil ? dummy : node }
    var result = vertices.map { _ in 0.0 }
    for layer in layers {
      var y = 0.0
      for (place, vertex) in layer.enumerated() {
        if place > 0 { y += (size(layer[place - 1]) + size(vertex)) / 2 }
        result[vertex] = y
      }
    }
    for round in 0..<24 {
      let indices = Array(layers.indices)
      for layer in round % 2 == 0 ? indices : indices.reversed() {
        let members = layers[layer]
        let wanted = members.map { vertex -> Double in
          let first = round % 2 == 0 ? above[vertex] : below[vertex]
          let around = round >= 20 || first.isEmpty ? above[vertex] + below[vertex] : first
          if around.isEmpty { return result[vertex] }
          return around.reduce(0) { $0 + result[$1] } / Double(around.count)
        }
        var offsets: [Double] = []
        for (place, vertex) in members.enumerated() {
          let last = offsets.last ?? 0
          offsets.append(place == 0 ? 0 : last + (size(members[place - 1]) + size(vertex)) / 2)
        }
        let placed = LayerOrder.increasing(zip(wanted, offsets).map { $0 - $1 })
        for (vertex, (y, offset)) in zip(members, zip(placed, offsets)) {
          result[vertex] = y + offset
        }
      }
    }
    let top = result.min() ?? 0
    return result.map { $0 - top }
  }

  /// The increasing numbers nearest to the given ones by least squares: pools of neighbours that
  /// are out of order get their mean.
  static func increasing(_ values: [Double]) -> [Double] {
    var pools: [(mean: Double, count: Int)] = []
    for value in values {
      pools.append((value, 1))
      while pools.count > 1, pools[pools.count - 2].mean > pools[pools.count - 1].mean {
        let last = pools.removeLast()
        let before = pools.removeLast()
        let count = before.count + last.count
        let sum = before.mean * Double(before.count) + last.mean * Double(last.count)
        pools.append((sum / Double(count), count))
      }
    }
    return pools.flatMap { Array(repeating: $0.mean, count: $0.count) }
  }
}
