// Batch normalisation of images whose channels lie in blocks, a lane each; compiled once a level.

/// Pixels whose float sums are added up before they go into those in double precision.
enum { LEVEL(NORM_CHUNK) = 64 };

/// z = (x − mean) · factor + offset.
static inline __attribute__((always_inline)) float LEVEL(normalized)(
    float d, float factor, float offset) {
  return d * factor + offset;
}

static inline __attribute__((always_inline)) void LEVEL(norm_statistics_lanes)(
    const float *restrict x, long pixels, double *restrict mean, double *restrict squares,
    int lanes) {
  double total[16] = {0}, square[16] = {0};
  float center[16];
  for (long start = 0; start < pixels; start += LEVEL(NORM_CHUNK)) {
    const long end = start + LEVEL(NORM_CHUNK) < pixels ? start + LEVEL(NORM_CHUNK) : pixels;
    float even[16] = {0}, odd[16] = {0};
    long i = start;
    for (; i + 1 < end; i += 2)
      for (int lane = 0; lane < lanes; lane++) {
        even[lane] += x[i * lanes + lane];
        odd[lane] += x[(i + 1) * lanes + lane];
      }
    if (i < end)
      for (int lane = 0; lane < lanes; lane++) even[lane] += x[i * lanes + lane];
    for (int lane = 0; lane < lanes; lane++) total[lane] += (double)even[lane] + odd[lane];
  }
  for (int lane = 0; lane < lanes; lane++) center[lane] = (float)(total[lane] / (double)pixels);
  // About the plane's own mean, rounded, so that nothing cancels.
  for (long start = 0; start < pixels; start += LEVEL(NORM_CHUNK)) {
    const long end = start + LEVEL(NORM_CHUNK) < pixels ? start + LEVEL(NORM_CHUNK) : pixels;
    float even[16] = {0}, odd[16] = {0};
    long i = start;
    for (; i + 1 < end; i += 2)
      for (int lane = 0; lane < lanes; lane++) {
        const float a = x[i * lanes + lane] - center[lane];
        const float b = x[(i + 1) * lanes + lane] - center[lane];
        even[lane] += a * a;
        odd[lane] += b * b;
      }
    if (i < end)
      for (int lane = 0; lane < lanes; lane++) {
        const float a = x[i * lanes + lane] - center[lane];
        even[lane] += a * a;
      }
    for (int lane = 0; lane < lanes; lane++) square[lane] += (double)even[lane] + odd[lane];
  }
  for (int lane = 0; lane < lanes; lane++) {
    mean[lane] = total[lane] / (double)pixels;
    const double off = mean[lane] - center[lane];
    squares[lane] = square[lane] - off * off * (double)pixels;
  }
}

static inline __attribute__((always_inline)) void LEVEL(norm_apply_lanes)(
    const float *restrict x, long pixels, const gk_norm_lanes *n, float *restrict y,
    bool rectified, int lanes) {
  for (long i = 0; i < pixels; i++)
    for (int lane = 0; lane < lanes; lane++) {
      const float z = LEVEL(normalized)(
          x[i * lanes + lane] - n->mean[lane], n->factor[lane], n->offset[lane]);
      y[i * lanes + lane] = rectified && z <= 0 ? 0 : z;  // a NaN stays one
    }
}

static inline __attribute__((always_inline)) void LEVEL(norm_gradient_sums_lanes)(
    const float *restrict u, const float *restrict x, long pixels, const gk_norm_lanes *n,
    double *restrict sum, double *restrict product, bool rectified, int lanes) {
  double total[16] = {0}, products[16] = {0};
  for (long start = 0; start < pixels; start += LEVEL(NORM_CHUNK)) {
    const long end = start + LEVEL(NORM_CHUNK) < pixels ? start + LEVEL(NORM_CHUNK) : pixels;
    float part[16] = {0}, weighted[16] = {0};
    for (long i = start; i < end; i++)
      for (int lane = 0; lane < lanes; lane++) {
        const float d = x[i * lanes + lane] - n->mean[lane];
        const float z = LEVEL(normalized)(d, n->factor[lane], n->offset[lane]);
        const float g = rectified && !(z > 0) ? 0 : u[i * lanes + lane];
        part[lane] += g;
        weighted[lane] += g * d;
      }
    for (int lane = 0; lane < lanes; lane++) {
      total[lane] += part[lane];
      products[lane] += weighted[lane];
    }
  }
  for (int lane = 0; lane < lanes; lane++) {
    sum[lane] = total[lane];
    product[lane] = products[lane];
  }
}

static inline __attribute__((always_inline)) void LEVEL(norm_gradient_apply_lanes)(
    const float *restrict u, const float *restrict x, long pixels, const gk_norm_lanes *n,
    float *restrict out, bool rectified, int lanes) {
  for (long i = 0; i < pixels; i++)
    for (int lane = 0; lane < lanes; lane++) {
      const float d = x[i * lanes + lane] - n->mean[lane];
      const float z = LEVEL(normalized)(d, n->factor[lane], n->offset[lane]);
      const float g = rectified && !(z > 0) ? 0 : u[i * lanes + lane];
      out[i * lanes + lane] = n->factor[lane] * g + (n->slope[lane] * d + n->shift[lane]);
    }
}

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
