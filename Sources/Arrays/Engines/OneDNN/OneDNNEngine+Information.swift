#if OneDNN
  import COneDNN

  extension OneDNNEngine {
    static var version: String { "oneDNN \(String(cString: gd_version()))" }
    static var instructionSet: String { String(cString: gd_instruction_set()) }
    static var layoutConversions: Int { gd_read_counters().reorders }
  }
#endif
