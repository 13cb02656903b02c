// Functions that every level with fused multiply-adds computes a vector at a time: GELU in both
// forms with its slopes, softplus and erf. The baseline has mathematics.h's forms in double
// precision.
//
// But for erf, these are products of an exponential and a smooth function of a = |x|, which is a
// polynomial of degree 6 on each of 16 pieces of its range: the coefficients are permuted into
// place by the piece's number. The exponential's argument is carried in two parts, so that its
// rounding does not show in the lower tail.
//
// Of all floats the largest errors, in units in the last place, are the same with AVX2 and AVX-512:
// gelu 1.75, gelu_tanh 1.65, softplus 1.81, erf 0.78; the slopes, but for an absolute 3e-9 as they
// cross 0, gelu 1.55 and gelu_tanh 1.87.

#include "pieces.h"

// Parts that rounding loses are computed on purpose: no product may be fused but where it is said.
#pragma clang fp contract(off)

typedef float floats __attribute__((ext_vector_type(SAMPLES)));
typedef int32_t integers __attribute__((ext_vector_type(SAMPLES)));

#define INLINE static inline __attribute__((always_inline))

#if SAMPLES == 16
/// table[piece & 15]
INLINE floats LEVEL(lookup)(const float *table, integers piece) {
  return (floats)_mm512_permutexvar_ps((__m512i)piece, _mm512_loadu_ps(table));
}

/// x · 2ⁿ for whole n
INLINE floats LEVEL(scaled)(floats x, floats n) {
  return (floats)_mm512_scalef_ps((__m512)x, (__m512)n);
}

/// The larger of both; b where either is not a number.
INLINE floats LEVEL(larger)(floats a, floats b) {
  return (floats)_mm512_max_ps((__m512)a, (__m512)b);
}
#else
/// table[piece & 15]
INLINE floats LEVEL(lookup)(const float *table, integers piece) {
  const __m256 lower = _mm256_permutevar8x32_ps(_mm256_loadu_ps(table), (__m256i)piece);
  const __m256 upper = _mm256_permutevar8x32_ps(_mm256_loadu_ps(table + 8), (__m256i)piece);
  return (floats)_mm256_blendv_ps(lower, upper, (__m256)(piece << 28));
}

/// x · 2ⁿ for whole n in −252...254, in two factors: the result may be below the normal range.
INLINE floats LEVEL(scaled)(floats x, floats n) {
  const integers whole = __builtin_convertvector(n, integers), half = whole >> 1;
  return x * (floats)((half + 127) << 23) * (floats)((whole - half + 127) << 23);
}
INLINE floats LEVEL(larger)(floats a, floats b) {
  return (floats)_mm256_max_ps((__m256)a, (__m256)b);
}
#endif

INLINE floats LEVEL(fused)(floats a, floats b, floats c) {
  return __builtin_elementwise_fma(a, b, c);
}

/// The smaller of |x| and `most`; NaN stays.
INLINE floats LEVEL(bounded_magnitude)(floats x, float most) {
  const floats a = (floats)((integers)x & 0x7FFFFFFF);
  return a > most ? (floats)most : a;
}

/// The polynomial lead + factor · offset.
typedef struct {
  floats lead, factor, offset;
} LEVEL(polynomial);

/// The polynomial at a of the piece whose number is the four bits of `place` from `shift` on.
INLINE LEVEL(polynomial) LEVEL(piecewise)(
    const float (*rows)[16], floats a, floats place, int shift) {
  const integers piece = (integers)place >> shift;
  const floats d = a - LEVEL(lookup)(rows[0], piece);
  floats p = LEVEL(lookup)(rows[7], piece);
#pragma clang loop unroll(full)
  for (int row = 6; row >= 2; row--)
    p = LEVEL(fused)(p, d, LEVEL(lookup)(rows[row], piece));
  return (LEVEL(polynomial)){LEVEL(lookup)(rows[1], piece), p, d};
}

INLINE floats LEVEL(value)(LEVEL(polynomial) p) {
  return LEVEL(fused)(p.factor, p.offset, p.lead);
}

/// The power 2^(whole) · (1 + fraction).
typedef struct {
  floats whole, fraction;
} LEVEL(power);

/// 2^(n + f) for whole n in −252...0 and |f| up to a little more than ½.
INLINE LEVEL(power) LEVEL(power_of_two)(floats n, floats f) {
  floats e = LEVEL(fused)(f, 0.000154563575f, 0.00133916433f);
  e = LEVEL(fused)(e, f, 0.00961807743f);
  e = LEVEL(fused)(e, f, 0.0555035807f);
  e = LEVEL(fused)(e, f, 0.240226507f);
  e = LEVEL(fused)(e, f, 0.693147182f);
  return (LEVEL(power)){n, e * f};
}

INLINE floats LEVEL(product)(floats p, LEVEL(power) power) {
  return LEVEL(scaled)(LEVEL(fused)(p, power.fraction, p), power.whole);
}

/// (lead + rest) · power. The sum is not rounded before the product, which would cost up to one
/// unit in the last place.
INLINE floats LEVEL(product_of_sum)(floats lead, floats rest, LEVEL(power) power) {
  const floats more = LEVEL(fused)(
      lead, power.fraction, LEVEL(fused)(rest, power.fraction, rest));
  return LEVEL(scaled)(lead + more, power.whole);
}

/// a·b to the nearest whole number.
INLINE floats LEVEL(whole_product)(floats a, floats b) {
  return LEVEL(fused)(a, b, (floats)12582912.0f) - 12582912.0f;
}

/// exp(−a²/2), but for what rounding ½ log₂ e costs, which the pieces make up for.
INLINE LEVEL(power) LEVEL(normal)(floats a) {
  const float scale = -0x1.715476p-1f;
  const floats s = a * a, s_rest = LEVEL(fused)(a, a, -s);
  const floats n = LEVEL(whole_product)(s, scale);
  return LEVEL(power_of_two)(n, LEVEL(fused)(s_rest, scale, LEVEL(fused)(s, scale, -n)));
}

/// exp(−√(8/π) (a + 0.044715 a³)), but for what rounding the constants in base 2 costs, which
/// the pieces make up for. The first has 20 bits after the point: sums with it can be taken apart.
INLINE LEVEL(power) LEVEL(tanh_power)(floats a) {
  const float linear = 0x1.26aec0p1f, cubic = 0.102943242f;
  const floats s = a * a, s_rest = LEVEL(fused)(a, a, -s);
  const floats w = LEVEL(fused)(s, cubic, linear);
  const floats w_rest = LEVEL(fused)(s_rest, cubic, LEVEL(fused)(s, cubic, linear - w));
  const floats n = LEVEL(whole_product)(-a, w);
  return LEVEL(power_of_two)(n, LEVEL(fused)(-a, w_rest, LEVEL(fused)(-a, w, -n)));
}

/// exp(−a)
INLINE LEVEL(power) LEVEL(exponential)(floats a) {
  const floats n = LEVEL(whole_product)(a, -1.44269502f);
  const floats f = LEVEL(fused)(a, -1.44269502f, -n);
  return LEVEL(power_of_two)(n, LEVEL(fused)(a, -1.92596303e-08f, f));
}

/// x where it is above 0 or not a number, else −0.
INLINE floats LEVEL(part_above_zero)(floats x) { return LEVEL(larger)(-0.0f, x); }

/// The product of the polynomial, with what is left out of the pieces below ½, and the power. That
/// is half of a, the largest term there. `place` is a + 1 as rounded, which pieces are numbered by.
INLINE floats LEVEL(product_with_half)(
    LEVEL(polynomial) p, floats a, floats place, LEVEL(power) power) {
  const floats half = a * 0.5f, none = 0.0f;
  const floats rest = LEVEL(fused)(p.factor, p.offset, place < 1.5f ? p.lead : none);
  return LEVEL(product_of_sum)(place < 1.5f ? half : p.lead, rest, power);
}

/// x·Φ(x): |x|·Q(|x|) from x's part above 0.
INLINE floats LEVEL(vector_gelu)(floats x) {
  const floats a = LEVEL(bounded_magnitude)(x, 14.99f), place = a + 1.0f;
  const LEVEL(polynomial) p = LEVEL(piecewise)(gelu_pieces, a, place, 21);
  return LEVEL(part_above_zero)(x) - LEVEL(product_with_half)(p, a, place, LEVEL(normal)(a));
}

INLINE floats LEVEL(vector_gelu_tanh)(floats x) {
  const floats a = LEVEL(bounded_magnitude)(x, 11.0f), place = a + 1.0f;
  const LEVEL(polynomial) p = LEVEL(piecewise)(gelu_tanh_pieces, a, place, 21);
  return LEVEL(part_above_zero)(x) - LEVEL(product_with_half)(p, a, place, LEVEL(tanh_power)(a));
}

// The slopes cross 0, where one rounding of the polynomial is less than those of its parts.

INLINE floats LEVEL(vector_gelu_slope)(floats x) {
  const floats a = LEVEL(bounded_magnitude)(x, 14.99f);
  const LEVEL(polynomial) p = LEVEL(piecewise)(gelu_slope_pieces, a, a + 1.0f, 21);
  const floats lower = LEVEL(product)(LEVEL(value)(p), LEVEL(normal)(a));
  return x < 0.0f ? lower : 1.0f - lower;
}

INLINE floats LEVEL(vector_gelu_tanh_slope)(floats x) {
  const floats a = LEVEL(bounded_magnitude)(x, 11.0f);
  const LEVEL(polynomial) p = LEVEL(piecewise)(gelu_tanh_slope_pieces, a, a + 1.0f, 21);
  const floats lower = LEVEL(product)(LEVEL(value)(p), LEVEL(tanh_power)(a));
  return x < 0.0f ? lower : 1.0f - lower;
}

/// log(1 + eˣ): log(1 + exp(−|x|)) on x's part above 0.
INLINE floats LEVEL(vector_softplus)(floats x) {
  const floats a = LEVEL(bounded_magnitude)(x, 110.0f), b = LEVEL(bounded_magnitude)(x, 29.9f);
  const LEVEL(polynomial) p = LEVEL(piecewise)(softplus_pieces, b, b * 0.5f + 1.0f, 21);
  return LEVEL(part_above_zero)(x) + LEVEL(product)(LEVEL(value)(p), LEVEL(exponential)(a));
}

INLINE floats LEVEL(vector_erf)(floats x) {
  const floats a = LEVEL(bounded_magnitude)(x, 3.999f);
  // Numbers whose polynomial would be below the normal range are worked on 2²⁴ times as large.
  const floats scale = a < 0x1p-100f ? (floats)0x1p24f : 1.0f, b = a * scale;
  const floats place = b + 4.0f;
  const LEVEL(polynomial) q = LEVEL(piecewise)(erf_pieces, b, place, 19);
  // The tangent at 0, the largest term below ½, is added last: its rounding is the only one of
  // weight.
  const floats p = LEVEL(value)(q);
  const floats y = (place < 4.5f ? LEVEL(fused)(b, (floats)1.12837923f, p) : p) *
                   (a < 0x1p-100f ? (floats)0x1p-24f : 1.0f);
  return (floats)((integers)y | ((integers)x & (integers)0x80000000));
}

/// The last elements of an array in a vector.
INLINE floats LEVEL(rest_of)(const float *x, long n) {
  floats v = 0;
  memcpy(&v, x, (size_t)n * sizeof(float));
  return v;
}

#define VECTOR_LOOP(function)                                                              \
  static void LEVEL(function##_loop)(const float *x, float *y, long n) {                   \
    for (; n >= SAMPLES; n -= SAMPLES, x += SAMPLES, y += SAMPLES) {                       \
      floats v;                                                                            \
      memcpy(&v, x, sizeof v);                                                             \
      v = LEVEL(function)(v);                                                              \
      memcpy(y, &v, sizeof v);                                                             \
    }                                                                                      \
    const floats last = LEVEL(function)(LEVEL(rest_of)(x, n));                             \
    memcpy(y, &last, (size_t)n * sizeof(float));                                           \
  }

#define VECTOR_GRADIENT_LOOP(function)                                                     \
  static void LEVEL(function##_loop)(const float *u, const float *s, float *out, long n) { \
    for (; n >= SAMPLES; n -= SAMPLES, u += SAMPLES, s += SAMPLES, out += SAMPLES) {       \
      floats v, w;                                                                         \
      memcpy(&v, u, sizeof v);                                                             \
      memcpy(&w, s, sizeof w);                                                             \
      v *= LEVEL(function)(w);                                                             \
      memcpy(out, &v, sizeof v);                                                           \
    }                                                                                      \
    const floats last = LEVEL(rest_of)(u, n) * LEVEL(function)(LEVEL(rest_of)(s, n));      \
    memcpy(out, &last, (size_t)n * sizeof(float));                                         \
  }

VECTOR_LOOP(vector_gelu)
VECTOR_LOOP(vector_gelu_tanh)
VECTOR_LOOP(vector_softplus)
VECTOR_LOOP(vector_erf)
VECTOR_GRADIENT_LOOP(vector_gelu_slope)
VECTOR_GRADIENT_LOOP(vector_gelu_tanh_slope)

#undef VECTOR_LOOP
#undef VECTOR_GRADIENT_LOOP
#undef INLINE
#pragma clang fp contract(fast)
