// Elementary functions of one float, without branches, so that loops over them vectorise.
// Polynomials are minimax fits of our own.
#pragma once

#include <math.h>
#include <stdint.h>
#include <string.h>

static inline __attribute__((always_inline)) float from_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

static inline __attribute__((always_inline)) uint32_t to_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  return bits;
}

/// eˣ: x = n·ln 2 + r with |r| ≤ ln 2 / 2; 2ⁿ is applied in two factors so that results below the
/// normal range are right too.
static inline __attribute__((always_inline)) float exp_f(float x) {
  x = x < -104.0f ? -104.0f : x;
  x = x > 89.0f ? 89.0f : x;
  const float shifted = x * 1.44269504088896341f + 12582912.0f;
  const int32_t n = (int32_t)to_bits(shifted) - 0x4B400000;
  const float whole = shifted - 12582912.0f;
  float r = x - whole * 0.693145751953125f;
  r = r - whole * 1.42860682030941723e-06f;
  float p = 0.0013814542908221483f;
  p = p * r + 0.008368737064301968f;
  p = p * r + 0.04166838899254799f;
  p = p * r + 0.1666652113199234f;
  p = p * r + 0.4999999403953552f;
  p = p * (r * r) + r + 1.0f;
  const int32_t half = n >> 1;
  const float low = from_bits((uint32_t)(half + 127) << 23);
  const float high = from_bits((uint32_t)(n - half + 127) << 23);
  return p * low * high;
}

/// log x for any x: m·2ᵉ with m in [√½, √2).
static inline __attribute__((always_inline)) float log_f(float x) {
  const float scaled = x < 1.17549435e-38f ? x * 8388608.0f : x;
  const float adjustment = x < 1.17549435e-38f ? -23.0f : 0.0f;
  const uint32_t bits = to_bits(scaled) - 0x3F3504F3u;
  const float e = (float)((int32_t)bits >> 23) + adjustment;
  const float f = from_bits((bits & 0x007FFFFFu) + 0x3F3504F3u) - 1.0f;
  float p = 0.06913135945796967f;
  p = p * f - 0.11789032071828842f;
  p = p * f + 0.11873503774404526f;
  p = p * f - 0.12384504079818726f;
  p = p * f + 0.14218612015247345f;
  p = p * f - 0.16669240593910217f;
  p = p * f + 0.20002228021621704f;
  p = p * f - 0.24999986588954926f;
  p = p * f + 0.3333331048488617f;
  const float z = f * f;
  float y = f * z * p + e * -2.12194440e-4f;
  y = f + (y - 0.5f * z);
  y = y + e * 0.693359375f;
  y = x == 0.0f ? -INFINITY : y;
  y = x < 0.0f ? NAN : y;
  return x < INFINITY ? y : x;  // +∞ and NaN pass
}

/// log(1 + x) for x in [0, 1].
static inline __attribute__((always_inline)) float log1p_f(float x) {
  const float u = 1.0f + x;
  return log_f(u) + (x - (u - 1.0f)) / u;
}

static inline __attribute__((always_inline)) float tanh_f(float x) {
  const float a = from_bits(to_bits(x) & 0x7FFFFFFFu), z = x * x;
  float p = -0.005717128049582243f;
  p = p * z + 0.020650649443268776f;
  p = p * z - 0.05374351143836975f;
  p = p * z + 0.13331490755081177f;
  p = p * z - 0.3333328366279602f;
  const float small = p * z * x + x;
  const float large = 1.0f - 2.0f / (exp_f(a + a) + 1.0f);
  const float signed_large = from_bits(to_bits(large) | (to_bits(x) & 0x80000000u));
  return a < 0.625f ? small : signed_large;
}

/// 1 / (1 + e⁻ˣ), from the exponential that cannot overflow. What 1 + e loses by rounding is made
/// up for, with 1/d for d in [1, 2] from a line that is right to 5%.
static inline __attribute__((always_inline)) float sigmoid_f(float x) {
  const float e = exp_f(-from_bits(to_bits(x) & 0x7FFFFFFFu));
  const float d = 1.0f + e, lost = e - (d - 1.0f);
  const float q = (x < 0.0f ? e : 1.0f) / d;
  return q - q * (lost * (1.4571068f - 0.5f * d));
}

static inline __attribute__((always_inline)) float softplus_f(float x) {
  const float e = exp_f(-from_bits(to_bits(x) & 0x7FFFFFFFu));
  return (x < 0.0f ? 0.0f : x) + log1p_f(e);
}

// GELU and erf are computed in double precision: in GELU's lower tail the exponential's argument is
// large, and its rounding alone would cost more than a hundred units in the last place. (Levels
// with fused multiply-adds, which keep what is rounded off, have tables.h instead.)

/// eᶻ for z ≤ 0 to 2⁻²⁹ of its value; below −700, e⁻⁷⁰⁰.
static inline __attribute__((always_inline)) double exp_d(double z) {
  z = z < -700.0 ? -700.0 : z;
  const double shifted = z * 1.4426950408889634 + 0x1.8p52;
  const double r = z - (shifted - 0x1.8p52) * 0.6931471805599453;
  double p = 0.00138368357424753056;
  p = p * r + 0.0083748240505893823;
  p = p * r + 0.0416682261892944906;
  p = p * r + 0.166664200721253165;
  p = p * r + 0.499999920750887305;
  p = p * r + 1.00000003634472107;
  p = p * r + 1.00000000055460774;
  uint64_t bits, power;
  memcpy(&bits, &p, 8);
  memcpy(&power, &shifted, 8);
  bits += power << 52;
  memcpy(&p, &bits, 8);
  return p;
}

/// x in −100...100 as double: beyond, GELU is 0 or x, and infinity times nothing is avoided.
static inline __attribute__((always_inline)) double bounded(float x) {
  return x < -100.0f ? -100.0 : (x > 100.0f ? 100.0 : (double)x);
}

/// ½ x (1 + tanh t) = x·σ(2t) with t = √(2/π) (x + 0.044715 x³)
static inline __attribute__((always_inline)) float gelu_tanh_f(float x) {
  const double v = x < -100.0f ? -100.0 : (double)x;
  const double z = v * (1.5957691216057308 + 0.07135481627260025 * v * v);
  const double e = exp_d(-__builtin_fabs(z));
  return (float)(v * (z < 0 ? e : 1.0) / (1.0 + e));
}

static inline __attribute__((always_inline)) float gelu_tanh_slope_f(float x) {
  const double v = bounded(x);
  const double z = v * (1.5957691216057308 + 0.07135481627260025 * v * v);
  const double slope = 1.5957691216057308 + 0.21406444881780073 * v * v;
  const double e = exp_d(-__builtin_fabs(z)), r = 1.0 / (1.0 + e);
  return (float)(r * ((z < 0 ? e : 1.0) + v * slope * e * r));
}

/// The normal distribution's upper tail Q(a) = ½ erfc(a/√2) for a in 0...100 by its ratio to
/// exp(−a²/2), which is returned too.
static inline __attribute__((always_inline)) double upper_tail(double a, double *exponential) {
  double p = 0.0041532195292954, q = 0.010410465902172204;
  p = p * a + 0.04088134739600476;
  q = q * a + 0.10248045529314605;
  p = p * a + 0.18397021966922653;
  q = q * a + 0.4714114207507074;
  p = p * a + 0.43928555139606895;
  q = q * a + 1.2055538368245222;
  p = p * a + 0.5000000031240629;
  q = q * a + 1.6764561080992213;
  q = q * a + 1.0;
  *exponential = exp_d(-0.5 * a * a);
  return *exponential * p / q;
}

/// The Gauss error function: a polynomial near 0, where the complement would cancel.
static inline __attribute__((always_inline)) float erf_f(float x) {
  const double v = bounded(x), z = v * v, a = __builtin_fabs(v);
  double p = -0.000695678906140279031;
  p = p * z + 0.00513905794037590759;
  p = p * z - 0.0268448448017274335;
  p = p * z + 0.112835471324216515;
  p = p * z - 0.376126285717953845;
  p = p * z + 1.12837916638254433;
  double exponential;
  const double large = 1.0 - 2.0 * upper_tail(1.4142135623730951 * a, &exponential);
  return (float)(a < 0.7 ? v * p : (v < 0 ? -large : large));
}

/// x·Φ(x)
static inline __attribute__((always_inline)) float gelu_f(float x) {
  const double v = x < -100.0f ? -100.0 : (double)x;
  double exponential;
  const double tail = upper_tail(__builtin_fabs(bounded(x)), &exponential);
  return (float)(v * (v < 0 ? tail : 1.0 - tail));
}

/// Φ(x) + x·φ(x)
static inline __attribute__((always_inline)) float gelu_slope_f(float x) {
  const double v = bounded(x);
  double exponential;
  const double tail = upper_tail(__builtin_fabs(v), &exponential);
  return (float)((v < 0 ? tail : 1.0 - tail) + v * 0.3989422804014327 * exponential);
}
