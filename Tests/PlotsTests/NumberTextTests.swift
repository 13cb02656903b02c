import Plots
import Testing

@Suite struct NumberTextTests {
  @Test(arguments: [
    (0.0, 0, "0"), (0, 2, "0.00"), (-0.001, 2, "0.00"), (1.5, 0, "2"), (-1.25, 1, "-1.3"),
    (0.05, 1, "0.1"), (123.456, 2, "123.46"), (0.007, 3, "0.007"), (9.999, 2, "10.00"),
    (.nan, 2, "nan"), (-.infinity, 1, "-inf"), (1e300, 2, "1e+300"),
  ])
  func fixed(value: Double, decimals: Int, text: String) {
    #expect(NumberText.fixed(value, decimals: decimals) == text)
  }

  @Test(arguments: [
    (0.034212, "0.03421"), (2.302585, "2.303"), (9.9996, "10.00"), (99999.6, "100000"),
    (123456, "123456"), (1_234_567, "1.235e+06"), (0.000012, "1.200e-05"), (-0.5, "-0.5000"),
    (0, "0.000"), (.nan, "nan"), (1.2345e-300, "1.235e-300"), (1e308, "1.000e+308"),
  ])
  func fourSignificantDigits(value: Double, text: String) {
    #expect(NumberText.significant(value, digits: 4) == text)
  }

  @Test func percentages() {
    #expect(NumberText.percent(0.98333) == "98.3 %")
    #expect(NumberText.percent(1, decimals: 0) == "100 %")
    #expect(NumberText.percent(.nan) == "–")
  }

  @Test(arguments: -300...307) func decimalExponentsOfPowersOfTen(n: Int) {
    let power = NumberText.powerOfTen(n)
    #expect(NumberText.decimalExponent(power) == n)
    #expect(NumberText.decimalExponent(power.nextDown) == n - 1)
    #expect(NumberText.decimalExponent(-power * 3) == n)
  }
}
