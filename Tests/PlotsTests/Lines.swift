import Plots

/// The lines of a terminal picture without colour sequences.
func lines(_ text: String) -> [String] {
  text.replacing(/\u{1B}\[[0-9;]*m/, with: "")
    .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
}

/// The columns that the widest line takes.
func width(_ text: String) -> Int {
  lines(text).map { TerminalText.width($0) }.max() ?? 0
}
