import Foundation

/// The right to write to a run's folder, held by one process until it ends or lets go: the lock of
/// the file `.lock` in the folder, which the system takes back from a process that was killed.
final class RunLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock.
  /// - Throws: `WorkbenchError` where another holds it, or the folder cannot be written.
  init(folder: String) throws(WorkbenchError) {
    let path = folder + "/.lock"
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw WorkbenchError(.output, path, "cannot be written: \(String(cString: strerror(errno)))")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      close(descriptor)
      guard code == EWOULDBLOCK else {
        throw WorkbenchError(.output, path, "cannot be locked: \(String(cString: strerror(code)))")
      }
      throw WorkbenchError(
        .output, folder,
        "another training writes to this folder; wait until it has ended, or give another --out")
    }
  }

  deinit { close(descriptor) }
}
