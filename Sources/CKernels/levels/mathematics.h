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

static inline __attribute__((always_inline)) float sigmoid_f(float x) {
  const float e = exp_f(-from_bits(to_bits(x) & 0x7FFFFFFFu));
  return (x < 0.0f ? e : 1.0f) / (1.0f + e);
}

static inline __attribute__((always_inline)) float softplus_f(float x) {
  const float e = exp_f(-from_bits(to_bits(x) & 0x7FFFFFFFu));
  return (x < 0.0f ? 0.0f : x) + log1p_f(e);
}

static inline __attribute__((always_inline)) float gelu_tanh_f(float x) {
  // 0.5·x·(1 + tanh t) = x·σ(2t), which keeps its accuracy where the tail is small.
  const float t = 0.79788456080286536f * (x + 0.044715f * x * x * x);
  return x * sigmoid_f(t + t);
}

static inline __attribute__((always_inline)) float gelu_tanh_slope_f(float x) {
  const float t = 0.79788456080286536f * (x + 0.044715f * x * x * x);
  const float s = sigmoid_f(t + t);
  const float slope = 0.79788456080286536f * (1.0f + 0.134145f * x * x);
  return s + x * s * (1.0f - s) * 2.0f * slope;
}
