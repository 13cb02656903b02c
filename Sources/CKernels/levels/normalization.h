// Batch normalisation of images whose channels lie in blocks, a lane each; compiled once a level.

/// Pixels whose float sums are added up before they go into those in double precision.
enum { LEVEL(NORM_CHUNK) = 64 };

/// Eight lanes at a time: left to itself the compiler takes pixels for vectors in places, and shuffles.
typedef float LEVEL(norm_eight) __attribute__((vector_size(32), aligned(4)));
typedef int32_t LEVEL(norm_bits) __attribute__((vector_size(32)));
#define NORM_EIGHT LEVEL(norm_eight)
#define NORM_LOAD(p) (*(const NORM_EIGHT *)(p))

/// Makes 0 of u where the result z was cut off.
static inline __attribute__((always_inline)) void LEVEL(norm_pass)(
    NORM_EIGHT *u, const NORM_EIGHT *z) {
  *u = (NORM_EIGHT)((LEVEL(norm_bits))*u & (LEVEL(norm_bits))(*z > 0));
}

static inline __attribute__((always_inline)) void LEVEL(norm_statistics_lanes)(
    const float *restrict x, long pixels, double *restrict mean, double *restrict squares,
    int lanes) {
  for (int first = 0; first < lanes; first += 8) {
    double total[8] = {0}, square[8] = {0};
    NORM_EIGHT center;
    for (long start = 0; start < pixels; start += LEVEL(NORM_CHUNK)) {
      const long end = start + LEVEL(NORM_CHUNK) < pixels ? start + LEVEL(NORM_CHUNK) : pixels;
      NORM_EIGHT even = {0}, odd = {0};
      long i = start;
      for (; i + 1 < end; i += 2) {
        even += NORM_LOAD(x + i * lanes + first);
        odd += NORM_LOAD(x + (i + 1) * lanes + first);
      }
      if (i < end) even += NORM_LOAD(x + i * lanes + first);
      for (int lane = 0; lane < 8; lane++) total[lane] += (double)even[lane] + odd[lane];
    }
    for (int lane = 0; lane < 8; lane++) center[lane] = (float)(total[lane] / (double)pixels);
    // About the plane's own mean, rounded, so that nothing cancels.
    for (long start = 0; start < pixels; start += LEVEL(NORM_CHUNK)) {
      const long end = start + LEVEL(NORM_CHUNK) < pixels ? start + LEVEL(NORM_CHUNK) : pixels;
      NORM_EIGHT even = {0}, odd = {0};
      long i = start;
      for (; i + 1 < end; i += 2) {
        const NORM_EIGHT a = NORM_LOAD(x + i * lanes + first) - center;
        const NORM_EIGHT b = NORM_LOAD(x + (i + 1) * lanes + first) - center;
        even += a * a;
        odd += b * b;
      }
      if (i < end) {
        const NORM_EIGHT a = NORM_LOAD(x + i * lanes + first) - center;
        even += a * a;
      }
      for (int lane = 0; lane < 8; lane++) square[lane] += (double)even[lane] + odd[lane];
    }
    for (int lane = 0; lane < 8; lane++) {
      mean[first + lane] = total[lane] / (double)pixels;
      const double off = mean[first + lane] - center[lane];
      squares[first + lane] = square[lane] - off * off * (double)pixels;
    }
  }
}

static inline __attribute__((always_inline)) void LEVEL(norm_apply_lanes)(
    const float *restrict x, long pixels, const gk_norm_lanes *n, float *restrict y,
    bool rectified, int lanes) {
  for (int first = 0; first < lanes; first += 8) {
    const NORM_EIGHT mean = NORM_LOAD(n->mean + first), factor = NORM_LOAD(n->factor + first);
    const NORM_EIGHT offset = NORM_LOAD(n->offset + first);
    for (long i = 0; i < pixels; i++) {
      NORM_EIGHT z = (NORM_LOAD(x + i * lanes + first) - mean) * factor + offset;
      // All bits of a lane that is 0 or less are cleared; a NaN is neither.
      if (rectified) z = (NORM_EIGHT)((LEVEL(norm_bits))z & ~(LEVEL(norm_bits))(z <= 0));
      *(NORM_EIGHT *)(y + i * lanes + first) = z;
    }
  }
}

static inline __attribute__((always_inline)) void LEVEL(norm_gradient_sums_lanes)(
    const float *restrict u, const float *restrict x, long pixels, const gk_norm_lanes *n,
    double *restrict sum, double *restrict product, bool rectified, int lanes) {
  for (int first = 0; first < lanes; first += 8) {
    const NORM_EIGHT mean = NORM_LOAD(n->mean + first), factor = NORM_LOAD(n->factor + first);
    const NORM_EIGHT offset = NORM_LOAD(n->offset + first);
    double total[8] = {0}, products[8] = {0};
    for (long start = 0; start < pixels; start += LEVEL(NORM_CHUNK)) {
      const long end = start + LEVEL(NORM_CHUNK) < pixels ? start + LEVEL(NORM_CHUNK) : pixels;
      NORM_EIGHT part = {0}, weighted = {0};
      for (long i = start; i < end; i++) {
        const NORM_EIGHT d = NORM_LOAD(x + i * lanes + first) - mean;
        const NORM_EIGHT z = d * factor + offset;
        NORM_EIGHT g = NORM_LOAD(u + i * lanes + first);
        if (rectified) LEVEL(norm_pass)(&g, &z);
        part += g;
        weighted += g * d;
      }
      for (int lane = 0; lane < 8; lane++) {
        total[lane] += part[lane];
        products[lane] += weighted[lane];
      }
    }
    for (int lane = 0; lane < 8; lane++) {
      sum[first + lane] = total[lane];
      product[first + lane] = products[lane];
    }
  }
}

static inline __attribute__((always_inline)) void LEVEL(norm_gradient_apply_lanes)(
    const float *restrict u, const float *restrict x, long pixels, const gk_norm_lanes *n,
    float *restrict out, bool rectified, int lanes) {
  for (int first = 0; first < lanes; first += 8) {
    const NORM_EIGHT mean = NORM_LOAD(n->mean + first), factor = NORM_LOAD(n->factor + first);
    const NORM_EIGHT offset = NORM_LOAD(n->offset + first), slope = NORM_LOAD(n->slope + first);
    const NORM_EIGHT shift = NORM_LOAD(n->shift + first);
    for (long i = 0; i < pixels; i++) {
      const NORM_EIGHT d = NORM_LOAD(x + i * lanes + first) - mean;
      const NORM_EIGHT z = d * factor + offset;
      NORM_EIGHT g = NORM_LOAD(u + i * lanes + first);
      if (rectified) LEVEL(norm_pass)(&g, &z);
      *(NORM_EIGHT *)(out + i * lanes + first) = factor * g + (slope * d + shift);
    }
  }
}

#undef NORM_EIGHT
#undef NORM_LOAD

static void LEVEL(norm_statistics)(
    const float *x, long pixels, int lanes, double *mean, double *squares) {
  if (lanes == 16)
    LEVEL(norm_statistics_lanes)(x, pixels, mean, squares, 16);
  else
    LEVEL(norm_statistics_lanes)(x, pixels, mean, squares, 8);
}

static void LEVEL(norm_apply)(
    const float *x, long pixels, int lanes, bool rectified, const gk_norm_lanes *n, float *y) {
  if (lanes == 16)
    rectified ? LEVEL(norm_apply_lanes)(x, pixels, n, y, true, 16)
              : LEVEL(norm_apply_lanes)(x, pixels, n, y, false, 16);
  else
    rectified ? LEVEL(norm_apply_lanes)(x, pixels, n, y, true, 8)
              : LEVEL(norm_apply_lanes)(x, pixels, n, y, false, 8);
}

static void LEVEL(norm_gradient_sums)(
    const float *u, const float *x, long pixels, int lanes, bool rectified,
    const gk_norm_lanes *n, double *sum, double *product) {
  if (lanes == 16)
    rectified ? LEVEL(norm_gradient_sums_lanes)(u, x, pixels, n, sum, product, true, 16)
              : LEVEL(norm_gradient_sums_lanes)(u, x, pixels, n, sum, product, false, 16);
  else
    rectified ? LEVEL(norm_gradient_sums_lanes)(u, x, pixels, n, sum, product, true, 8)
              : LEVEL(norm_gradient_sums_lanes)(u, x, pixels, n, sum, product, false, 8);
}

static void LEVEL(norm_gradient_apply)(
    const float *u, const float *x, long pixels, int lanes, bool rectified,
    const gk_norm_lanes *n, float *out) {
  if (lanes == 16)
    rectified ? LEVEL(norm_gradient_apply_lanes)(u, x, pixels, n, out, true, 16)
              : LEVEL(norm_gradient_apply_lanes)(u, x, pixels, n, out, false, 16);
  else
    rectified ? LEVEL(norm_gradient_apply_lanes)(u, x, pixels, n, out, true, 8)
              : LEVEL(norm_gradient_apply_lanes)(u, x, pixels, n, out, false, 8);
}
