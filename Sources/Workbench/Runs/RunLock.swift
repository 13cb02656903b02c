import Foundation

/// The right to write to a run's folder, held by one process until it ends or lets go: the lock of
/// the file `.lock` in the folder, which the system takes back from a process that was killed.
final class RunLock: Sendable {
  private let path: String
  private let descriptor: Int32
  private let isNew: Bool

  /// Takes the lock.
  /// - Throws: `WorkbenchError` where another holds it, or the folder cannot be written.
  init(folder: String) throws(WorkbenchError) {
    path = folder + "/.lock"
    let flags = O_RDWR | O_CREAT | O_CLOEXEC
    let new = open(path, flags | O_EXCL, 0o666)
    isNew = new >= 0
    descriptor = isNew ? new : open(path, flags, 0o666)
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

  /// Removes the lock's file where this lock has made it.
  func removeFile() {
    if isNew { unlink(path) }
  }

  deinit { close(descriptor) }
}
