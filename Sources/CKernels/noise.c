// Normal numbers from a counter-based generator. The same operations in the same order for every
// element and on every processor, so that the bits are the same too: nothing is contracted, and
// the logarithm, the sine and the cosine are polynomials of our own.
#include "CKernels.h"

#include <string.h>

#pragma STDC FP_CONTRACT OFF

/// Blocks of four words that are worked on at once.
enum { BLOCKS = 64 };

/// Philox-4x32-10 as in Arrays/Random/Philox.swift: word k of block i at c[k][i].
static void draw(
    uint32_t c[4][BLOCKS], uint32_t key0, uint32_t key1, uint64_t step, uint64_t block) {
  for (int i = 0; i < BLOCKS; i++) {
    const uint64_t place = block + (uint64_t)i;
    c[0][i] = (uint32_t)place;
    c[1][i] = (uint32_t)(place >> 32);
    c[2][i] = (uint32_t)step;
    c[3][i] = (uint32_t)(step >> 32);
  }
  for (int round = 0; round < 10; round++) {
    for (int i = 0; i < BLOCKS; i++) {
      const uint64_t left = (uint64_t)0xD2511F53 * c[0][i], right = (uint64_t)0xCD9E8D57 * c[2][i];
      c[0][i] = (uint32_t)(right >> 32) ^ c[1][i] ^ key0;
      c[1][i] = (uint32_t)right;
      c[2][i] = (uint32_t)(left >> 32) ^ c[3][i] ^ key1;
      c[3][i] = (uint32_t)left;
    }
    key0 += 0x9E3779B9;
    key1 += 0xBB67AE85;
  }
}

/// ln x for x in (0, 1], from the number's exponent and a polynomial on [√½, √2).
static inline float logarithm(float x) {
  int32_t bits;
  memcpy(&bits, &x, sizeof bits);
  int32_t exponent = (bits >> 23) - 126;
  const int32_t fraction = (bits & 0x007FFFFF) | 0x3F000000;  // in [½, 1)
  float m;
  memcpy(&m, &fraction, sizeof m);
  const int32_t low = m < 0.707106781f ? 1 : 0;
  exponent -= low;
  m = m + (low ? m : 0.0f) - 1.0f;
  const float square = m * m;
  float p = 7.0376836292e-2f;
  p = p * m - 1.1514610310e-1f;
  p = p * m + 1.1676998740e-1f;
  p = p * m - 1.2420140846e-1f;
  p = p * m + 1.4249322787e-1f;
  p = p * m - 1.6668057665e-1f;
  p = p * m + 2.0000714765e-1f;
  p = p * m - 2.4999993993e-1f;
  p = p * m + 3.3333331174e-1f;
  const float e = (float)exponent;
  return (p * m * square - e * 2.12194440e-4f - 0.5f * square) + m + e * 0.693359375f;
}

/// Two independent normal numbers (Box and Muller 1958) from two words, of which 24 bits count.
static inline void normals(uint32_t first, uint32_t second, float *a, float *b) {
  const float positive = (float)(int32_t)((first >> 8) + 1) * 0x1p-24f;
  const float radius = __builtin_elementwise_sqrt(-2.0f * logarithm(positive));
  const float turn = (float)(int32_t)(second >> 8) * 0x1p-24f;
  // The angle is so many quarters and at most an eighth of a turn to either side.
  const int32_t quarter = (int32_t)(turn * 4.0f + 0.5f);
  const float x = (turn - (float)quarter * 0.25f) * 6.28318530718f, z = x * x;
  const float sine =
      ((-1.9515295891e-4f * z + 8.3321608736e-3f) * z - 1.6666654611e-1f) * z * x + x;
  const float cosine =
      ((2.443315711809948e-5f * z - 1.388731625493765e-3f) * z + 4.166664568298827e-2f) * z * z -
      0.5f * z + 1.0f;
  const float across = quarter & 1 ? sine : cosine, up = quarter & 1 ? cosine : sine;
  *a = radius * ((quarter + 1) & 2 ? -across : across);
  *b = radius * (quarter & 2 ? -up : up);
}

void gk_add_normals(
    float *x, long count, float deviation, uint32_t key0, uint32_t key1, uint64_t step,
    uint64_t block) {
  uint32_t c[4][BLOCKS];
  float y[4][BLOCKS];
  for (long start = 0; start < count; start += 4 * BLOCKS, block += BLOCKS) {
    draw(c, key0, key1, step, block);
    for (int i = 0; i < BLOCKS; i++) normals(c[0][i], c[1][i], &y[0][i], &y[1][i]);
    for (int i = 0; i < BLOCKS; i++) normals(c[2][i], c[3][i], &y[2][i], &y[3][i]);
    const long rest = count - start;
    // Number k of all blocks, then the next: the sum is then one loop.
    for (int k = 0; k < 4 && k * BLOCKS < rest; k++) {
      const long most = rest - k * BLOCKS, n = most < BLOCKS ? most : BLOCKS;
      for (long i = 0; i < n; i++) x[start + k * BLOCKS + i] += deviation * y[k][i];
    }
  }
}
