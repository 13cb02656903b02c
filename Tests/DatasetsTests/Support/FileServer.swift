import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// An HTTP server on this machine that serves one file, well or badly.
final class FileServer: Sendable {
  /// What the server does with a request.
  enum Manner: Sendable {
    /// Serves what is asked for, ranges included.
    case good
    /// Says the whole length, sends so many bytes, and closes the connection.
    case cut(after: Int)
    /// Says another length than it sends.
    case lie(length: Int)
    /// Sends the whole file whatever range is asked for.
    case wholeAlways
    /// Says no length and never stops.
    case endless
    /// Answers with this status.
    case status(Int)
  }

  let url: String
  private let listener: Int32
  private let content: [UInt8]
  private let state: Mutex<(manners: [Manner], requests: [String])>

  /// - Parameter manners: One for each request; the last for all that follow.
  init(_ content: [UInt8], _ manners: Manner...) throws {
    self.content = content
    state = Mutex((manners, []))
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) == 0 && getsockname(listener, address, &length) == 0
      }
    }
    guard isBound, listen(listener, 8) == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
    url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))/file"
    let thread = Thread { [weak self] in
      while true {
        let connection = accept(listener, nil, nil)
        if connection < 0 { return }
        guard let self else {
          close(connection)
          return
        }
        self.answer(connection)
        close(connection)
      }
    }
    thread.start()
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  /// The first byte that each request asked for.
  var requests: [String] { state.withLock { $0.requests } }

  private func answer(_ connection: Int32) {
    var request: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !String(decoding: request, as: UTF8.self).contains("\r\n\r\n") {
      let count = recv(connection, &buffer, buffer.count, 0)
      if count <= 0 { return }
      request += buffer[..<count]
    }
    let text = String(decoding: request, as: UTF8.self)
    let range = text.split(separator: "\r\n").first { $0.lowercased().hasPrefix("range: bytes=") }
    let start = range.flatMap { Int($0.dropFirst(13).prefix { $0 != "-" }) } ?? 0
    let manner = state.withLock { state in
      state.requests.append("\(start)")
      return state.manners.count > 1 ? state.manners.removeFirst() : state.manners[0]
    }
    func send(_ bytes: some Sequence<UInt8>) -> Bool {
      let bytes = Array(bytes)
      var sent = 0
      while sent < bytes.count {
        let count = bytes[sent...].withUnsafeBytes {
          Foundation.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count <= 0 { return false }
        sent += count
      }
      return true
    }
    func head(_ length: Int, from start: Int) {
      let range = "Content-Range: bytes \(start)-\(content.count - 1)/\(content.count)\r\n"
      _ = send(
        ("HTTP/1.1 \(start > 0 ? "206 Partial Content" : "200 OK")\r\nContent-Length: \(length)\r\n"
          + (start > 0 ? range : "") + "Connection: close\r\n\r\n").utf8)
    }
    switch manner {
    case .good:
      guard start < content.count else {
        _ = send("HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\n\r\n".utf8)
        return
      }
      head(content.count - start, from: start)
      _ = send(content[start...])
    case .cut(let count):
      head(content.count - start, from: start)
      _ = send(content[start...].prefix(count))
    case .lie(let length):
      head(length, from: 0)
      _ = send(content)
    case .wholeAlways:
      head(content.count, from: 0)
      _ = send(content)
    case .endless:
      _ = send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".utf8)
      let block = [UInt8](repeating: 7, count: 1 << 16)
      while send(block) { usleep(10_000) }
    case .status(let status):
      _ = send("HTTP/1.1 \(status) No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8)
    }
  }
}
