#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

// The few functions of the system's mathematical library that figures need.

package func decimalLogarithm(_ x: Double) -> Double { log10(x) }
package func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
package func sine(_ x: Double) -> Double { sin(x) }
package func cosine(_ x: Double) -> Double { cos(x) }
