// Reductions and loops over rows, compiled once a level. Sums run in 32 lanes that are added
// pairwise at the end, in blocks of 4096 whose sums are added in turn: the order is fixed, the
// error grows with the number of blocks rather than of elements, and the loop vectorises.

enum { LANES = 32, BLOCK = 4096 };

static inline __attribute__((always_inline)) float LEVEL(lanes_sum)(float *lane) {
  for (long width = LANES / 2; width > 0; width /= 2)
    for (long i = 0; i < width; i++) lane[i] += lane[i + width];
  return lane[0];
}

#define SUM_OF(expression)                                                    \
  double total = 0;                                                           \
  for (long start = 0; start < n; start += BLOCK) {                           \
    const long end = n - start < BLOCK ? n : start + BLOCK;                   \
    float lane[LANES] = {0};                                                  \
    long i = start;                                                           \
    for (; i + LANES <= end; i += LANES)                                      \
      for (long j = 0; j < LANES; j++) {                                      \
        const long k = i + j;                                                 \
        lane[j] += (expression);                                              \
      }                                                                       \
    for (; i < end; i++) {                                                    \
      const long k = i;                                                       \
      lane[i % LANES] += (expression);                                        \
    }                                                                         \
    total += LEVEL(lanes_sum)(lane);                                          \
  }

static float LEVEL(sum)(const float *x, long n) {
  SUM_OF(x[k])
  return (float)total;
}

static float LEVEL(squared_deviation)(const float *x, long n, float mean) {
  SUM_OF((x[k] - mean) * (x[k] - mean))
  return (float)total;
}

static float LEVEL(dot)(const float *x, const float *z, long n) {
  SUM_OF(x[k] * z[k])
  return (float)total;
}

static float LEVEL(dot3)(const float *x, const float *z, const float *t, float mean, long n) {
  SUM_OF(x[k] * z[k] * (t[k] - mean))
  return (float)total;
}

static float LEVEL(extreme)(const float *x, long n, bool largest) {
  if (n == 0) return NAN;
  float lane[LANES];
  bool unordered = false;
  for (long j = 0; j < LANES; j++) lane[j] = x[0];
  long i = 0;
  if (largest)
    for (; i + LANES <= n; i += LANES)
      for (long j = 0; j < LANES; j++) {
        unordered |= x[i + j] != x[i + j];
        lane[j] = x[i + j] > lane[j] ? x[i + j] : lane[j];
      }
  else
    for (; i + LANES <= n; i += LANES)
      for (long j = 0; j < LANES; j++) {
        unordered |= x[i + j] != x[i + j];
        lane[j] = x[i + j] < lane[j] ? x[i + j] : lane[j];
      }
  float result = lane[0];
  for (; i < n; i++) {
    unordered |= x[i] != x[i];
    result = (largest ? x[i] > result : x[i] < result) ? x[i] : result;
  }
  for (long j = 0; j < LANES; j++)
    result = (largest ? lane[j] > result : lane[j] < result) ? lane[j] : result;
  return unordered ? NAN : result;
}

static float LEVEL(reduce_row)(int reduction, const float *x, long n) {
  switch (reduction) {  // the order of Reduction
    case 0: return LEVEL(sum)(x, n);
    case 1: return LEVEL(sum)(x, n) / (float)n;
    case 2: return LEVEL(extreme)(x, n, true);
    case 3: return LEVEL(extreme)(x, n, false);
    case 4: {
      const float mean = LEVEL(sum)(x, n) / (float)n;
      return LEVEL(squared_deviation)(x, n, mean) / (float)n;
    }
    default: __builtin_trap();
  }
}

/// Sums of columns, or of squared deviations from their means, of which at most 128 are asked for:
/// 64 rows at a time, so that rounding errors stay those of short sums.
static void LEVEL(column_sums)(
    const float *x, double *sums, long middle, long inner, long n, const float *mean) {
  for (long j = 0; j < n; j++) sums[j] = 0;
  for (long first = 0; first < middle; first += 64) {
    const long last = middle - first < 64 ? middle : first + 64;
    float part[128];
    for (long j = 0; j < n; j++) part[j] = 0;
    for (long row = first; row < last; row++) {
      const float *line = x + row * inner;
      if (mean)
        for (long j = 0; j < n; j++) {
          const float d = line[j] - mean[j];
          part[j] += d * d;
        }
      else
        for (long j = 0; j < n; j++) part[j] += line[j];
    }
    for (long j = 0; j < n; j++) sums[j] += part[j];
  }
}

/// Sums, means or variances of columns.
static void LEVEL(column_moments)(
    int reduction, const float *x, float *y, long middle, long inner, long n) {
  const double share = reduction == 0 ? 1 : 1 / (double)middle;
  for (long start = 0; start < n; start += 128) {
    const long width = n - start < 128 ? n - start : 128;
    double sums[128];
    float mean[128];
    LEVEL(column_sums)(x + start, sums, middle, inner, width, 0);
    if (reduction == 4) {
      for (long j = 0; j < width; j++) mean[j] = (float)(sums[j] * share);
      LEVEL(column_sums)(x + start, sums, middle, inner, width, mean);
    }
    for (long j = 0; j < width; j++) y[start + j] = (float)(sums[j] * share);
  }
}

static void LEVEL(reduce_columns)(
    int reduction, const float *x, float *y, long middle, long inner, long n) {
  if (reduction != 2 && reduction != 3) {
    LEVEL(column_moments)(reduction, x, y, middle, inner, n);
    return;
  }
  for (long i = 0; i < n; i++) y[i] = x[i];
  for (long row = 1; row < middle; row++) {
    const float *line = x + row * inner;
    if (reduction == 2)
      for (long i = 0; i < n; i++) y[i] = y[i] != y[i] || y[i] > line[i] ? y[i] : line[i];
    else
      for (long i = 0; i < n; i++) y[i] = y[i] != y[i] || y[i] < line[i] ? y[i] : line[i];
  }
}

/// Writes exp(x − max) to y and returns its sum.
static float LEVEL(exponentials)(const float *x, float *y, long n, float largest) {
  for (long i = 0; i < n; i++) y[i] = exp_f(x[i] - largest);
  return LEVEL(sum)(y, n);
}

static void LEVEL(softmax)(const float *x, float *y, long rows, long width) {
  for (long row = 0; row < rows; row++, x += width, y += width) {
    const float scale =
        1.0f / LEVEL(exponentials)(x, y, width, LEVEL(extreme)(x, width, true));
    for (long i = 0; i < width; i++) y[i] *= scale;
  }
}

static void LEVEL(log_softmax)(const float *x, float *y, long rows, long width) {
  for (long row = 0; row < rows; row++, x += width, y += width) {
    const float largest = LEVEL(extreme)(x, width, true);
    const float logarithm = logf(LEVEL(exponentials)(x, y, width, largest));
    for (long i = 0; i < width; i++) y[i] = x[i] - largest - logarithm;
  }
}

static void LEVEL(softmax_gradient)(
    const float *u, const float *y, float *out, long rows, long width) {
  for (long row = 0; row < rows; row++, u += width, y += width, out += width) {
    const float mean = LEVEL(dot)(u, y, width);
    for (long i = 0; i < width; i++) out[i] = y[i] * (u[i] - mean);
  }
}

static void LEVEL(log_softmax_gradient)(
    const float *u, const float *y, float *out, long rows, long width) {
  for (long row = 0; row < rows; row++, u += width, y += width, out += width) {
    const float sum = LEVEL(sum)(u, width);
    for (long i = 0; i < width; i++) out[i] = u[i] - exp_f(y[i]) * sum;
  }
}

static void LEVEL(cross_entropy)(
    const float *x, const int32_t *labels, float *loss, float *p, long rows, long width) {
  for (long row = 0; row < rows; row++, x += width, p += width) {
    const float largest = LEVEL(extreme)(x, width, true);
    const float sum = LEVEL(exponentials)(x, p, width, largest), scale = 1.0f / sum;
    for (long i = 0; i < width; i++) p[i] *= scale;
    loss[row] = logf(sum) - (x[labels[row]] - largest);
  }
}

static void LEVEL(layer_norm)(
    const float *x, const float *scale, const float *offset, float *y, float *mean,
    float *reciprocal, long rows, long width, float epsilon) {
  for (long row = 0; row < rows; row++, x += width, y += width) {
    const float m = LEVEL(sum)(x, width) / (float)width;
    const float v = LEVEL(squared_deviation)(x, width, m) / (float)width;
    const float r = 1.0f / sqrtf(v + epsilon);
    for (long i = 0; i < width; i++) y[i] = (x[i] - m) * r * scale[i] + offset[i];
    mean[row] = m;
    reciprocal[row] = r;
  }
}

static void LEVEL(layer_norm_gradient)(
    const float *u, const float *x, const float *scale, const float *mean,
    const float *reciprocal, float *x_gradient, long rows, long width) {
// Products are rounded alike here and in `a`, so that a row of one element gets 0 exactly.
#pragma clang fp contract(off)
  for (long row = 0; row < rows; row++, u += width, x += width, x_gradient += width) {
    const float m = mean[row], r = reciprocal[row];
    const float a = LEVEL(dot)(u, scale, width) / (float)width;
    const float b = LEVEL(dot3)(u, scale, x, m, width) * r / (float)width;
    for (long i = 0; i < width; i++)
      x_gradient[i] = r * (u[i] * scale[i] - a - (x[i] - m) * r * b);
  }
}

/// The gradients of scale and offset for n of `width` columns, 64 rows at a time.
static void LEVEL(layer_norm_affine_gradient)(
    const float *u, const float *x, const float *mean, const float *reciprocal, float *scale,
    float *offset, long rows, long width, long n) {
  for (long start = 0; start < n; start += 128) {
    const long count = n - start < 128 ? n - start : 128;
    double scales[128] = {0}, offsets[128] = {0};
    for (long first = 0; first < rows; first += 64) {
      const long last = rows - first < 64 ? rows : first + 64;
      float scale_part[128] = {0}, offset_part[128] = {0};
      for (long row = first; row < last; row++) {
        const float *up = u + row * width + start, *line = x + row * width + start;
        const float m = mean[row], r = reciprocal[row];
        for (long j = 0; j < count; j++) {
          scale_part[j] += up[j] * ((line[j] - m) * r);
          offset_part[j] += up[j];
        }
      }
      for (long j = 0; j < count; j++) {
        scales[j] += scale_part[j];
        offsets[j] += offset_part[j];
      }
    }
    for (long j = 0; j < count; j++) {
      scale[start + j] = (float)scales[j];
      offset[start + j] = (float)offsets[j];
    }
  }
}

#undef SUM_OF
