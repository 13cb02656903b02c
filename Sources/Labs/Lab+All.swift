extension Lab {
  /// Every lab, in the course's order.
  public static let all: [Lab] = [
    linearCollapse
  ]
}
