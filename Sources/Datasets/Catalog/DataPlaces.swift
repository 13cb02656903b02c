import Foundation

/// The folders in which data sets are looked for by name.
public struct DataPlaces: Sendable {
  /// Folders that hold a folder for each data set, in the order in which they are tried.
  public let folders: [String]

  /// The given folders.
  public init(folders: [String]) { self.folders = folders }

  /// `$GRADUS_DATA`, then `$XDG_DATA_HOME/gradus` (or `~/.local/share/gradus`), then
  /// `/usr/share/datasets`, where Debian's packages put them.
  public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    var folders: [String] = []
    if let own = environment["GRADUS_DATA"], !own.isEmpty { folders.append(own) }
    // Other than an absolute path is to be ignored (XDG Base Directory Specification).
    if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") {
      folders.append(data + "/gradus")
    } else if let home = environment["HOME"], home.hasPrefix("/") {
      folders.append(home + "/.local/share/gradus")
    }
    folders.append("/usr/share/datasets")
    self.init(folders: folders)
  }

  /// Where a data set of this name may be, in the order in which it is looked for.
  public func candidates(for name: String) -> [String] { folders.map { $0 + "/" + name } }
}

/// What stands at a path.
enum PathKind {
  case nothing, folder, other

  init(_ path: String) {
    var isFolder: ObjCBool = false
    if !FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
      self = .nothing
    } else {
      self = isFolder.boolValue ? .folder : .other
    }
  }
}
