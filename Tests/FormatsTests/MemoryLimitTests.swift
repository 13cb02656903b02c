import Arrays
import Formats
import TestSupport
import Testing

/// What a file says it holds is weighed against the memory limit before anything is allocated.
/// The limit is the process's, so that each test lowers it in a process of its own.
@Suite struct MemoryLimitTests {
  #if compiler(>=6.2)
    @Test func everyReaderAsksFirst() async {
      await #expect(processExitsWith: .success) {
        let pixels = NDArray([UInt8](repeating: 1, count: 100_000), shape: [250, 400])
        let idx = try IDX.encode(pixels)
        let packed = try Gzip.compress(idx)
        let png = try PNG.encode(pixels)
        // Its frame header says 256 × 256.
        var jpeg = try References("images").tensor("color-420/file").elements(as: UInt8.self)
        let frame = jpeg.indices.dropLast().first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 }!
        jpeg.replaceSubrange((frame + 5)..<(frame + 9), with: [1, 0, 1, 0])
        let safetensors = try Safetensors.encode([("a", pixels)])
        let row = String(repeating: "1,", count: 99) + "1\n"
        let csv = Array(String(repeating: row, count: 1000).utf8)
        MemoryPool.shared.limit = MemoryPool.shared.statistics.bytesInUse + 50_000
        let before = MemoryPool.shared.statistics
        let table: [(String, String, () throws -> Void)] = [
          ("byte 4: ", "100000", { _ = try IDX.decode(idx, file: "f") }),
          ("byte 4: ", "100000", { _ = try IDX.decode(packed, file: "f") }),
          ("byte 16: ", "200000", { _ = try PNG.decode(png, file: "f") }),
          ("", "196608", { _ = try JPEG.decode(jpeg, file: "f") }),
          (
            "tensor \"a\": ", "100000",
            { _ = try SafetensorsFile(safetensors, file: "f").tensor("a") }
          ),
          ("", "100000", { _ = try SafetensorsFile(safetensors, file: "f").tensors() }),
          ("", "400400", { _ = try CSV.decode(csv, file: "f") }),
        ]
        for (place, bytes, read) in table {
          let text = message(of: read)
          let head = "f: \(place)found content that needs \(bytes) bytes, "
          #expect(text.hasPrefix(head + "expected at most what is left of the memory limit of "))
        }
        #expect(MemoryPool.shared.statistics == before)
      }
    }

    /// Files read at the same time, of which not all have room: an error for those, not the end of
    /// the process, whichever thread is first.
    @Test func readersAtTheSameTime() async {
      await #expect(processExitsWith: .success) {
        let packed = try Gzip.compress(
          IDX.encode(NDArray([UInt8](repeating: 1, count: 1 << 20), shape: [1 << 20])))
        let before = MemoryPool.shared.statistics.bytesInUse
        MemoryPool.shared.limit = before + (5 << 19)
        for _ in 0..<50 {
          let counts = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
              group.addTask {
                do throws(FormatError) {
                  return try IDX.decode(packed, file: "f").elementCount
                } catch {
                  return error.kind == .outOfMemory ? 0 : -1
                }
              }
            }
            return await group.reduce(into: []) { $0.append($1) }
          }
          #expect(counts.contains(1 << 20) && !counts.contains(-1))
        }
        #expect(MemoryPool.shared.statistics.bytesInUse == before)
      }
    }
  #endif
}
