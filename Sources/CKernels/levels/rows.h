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

static double LEVEL(exact_sum)(const float *x, long n) {
  SUM_OF(x[k])
  return total;
}

static float LEVEL(sum)(const float *x, long n) { return (float)LEVEL(exact_sum)(x, n); }

static double LEVEL(squared_deviation)(const float *x, long n, float mean) {
  SUM_OF((x[k] - mean) * (x[k] - mean))
  return total;
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
      return (float)LEVEL(squared_deviation)(x, n, mean) / (float)n;
    }
    default: __builtin_trap();
  }
}

/// Sums of at most GK_COLUMNS columns of at least one row, or of squared deviations from their
/// means, 64 rows at a time, so that rounding errors stay those of short sums; four rows at once,
/// which are four streams from memory.
static void LEVEL(column_sums)(
    const float *x, double *sums, long middle, long inner, long n, const float *mean) {
  for (long first = 0; first < middle; first += 64) {
    const long last = middle - first < 64 ? middle : first + 64;
    const float *start = x + first * inner;
    float part[GK_COLUMNS];
    if (mean)
      for (long j = 0; j < n; j++) part[j] = (start[j] - mean[j]) * (start[j] - mean[j]);
    else
      for (long j = 0; j < n; j++) part[j] = start[j];
    long row = first + 1;
    for (; row + 4 <= last; row += 4) {
      const float *a = x + row * inner, *b = a + inner, *c = b + inner, *d = c + inner;
      if (mean)
        for (long j = 0; j < n; j++) {
          const float p = a[j] - mean[j], q = b[j] - mean[j];
          const float r = c[j] - mean[j], s = d[j] - mean[j];
          part[j] += (p * p + q * q) + (r * r + s * s);
        }
      else
        for (long j = 0; j < n; j++) part[j] += (a[j] + b[j]) + (c[j] + d[j]);
    }
    for (; row < last; row++) {
      const float *line = x + row * inner;
      if (mean)
        for (long j = 0; j < n; j++) part[j] += (line[j] - mean[j]) * (line[j] - mean[j]);
      else
        for (long j = 0; j < n; j++) part[j] += line[j];
    }
    if (first == 0)
      for (long j = 0; j < n; j++) sums[j] = part[j];
    else
      for (long j = 0; j < n; j++) sums[j] += part[j];
  }
}

/// The larger or the smaller of both; NaN where either is.
static inline __attribute__((always_inline)) float LEVEL(further)(
    float a, float b, const bool largest) {
  const float chosen = (largest ? a > b : a < b) ? a : b;
  return a != a ? a : chosen;
}

static inline __attribute__((always_inline)) void LEVEL(column_extremes_of)(
    const float *x, float *y, long middle, long inner, long n, const bool largest) {
  for (long j = 0; j < n; j++) y[j] = x[j];
  long row = 1;
  for (; row + 4 <= middle; row += 4) {
    const float *a = x + row * inner, *b = a + inner, *c = b + inner, *d = c + inner;
    for (long j = 0; j < n; j++) {
      // With one test for the four; a comparison with NaN leaves y as it is.
      const bool unordered = (a[j] != a[j]) | (b[j] != b[j]) | (c[j] != c[j]) | (d[j] != d[j]);
      const float p = (largest ? a[j] > b[j] : a[j] < b[j]) ? a[j] : b[j];
      const float q = (largest ? c[j] > d[j] : c[j] < d[j]) ? c[j] : d[j];
      const float r = (largest ? p > q : p < q) ? p : q;
      const float s = (largest ? r > y[j] : r < y[j]) ? r : y[j];
      y[j] = unordered ? NAN : s;
    }
  }
  for (; row < middle; row++)
    for (long j = 0; j < n; j++)
      y[j] = LEVEL(further)(y[j], x[row * inner + j], largest);
}

/// Maxima or minima of columns of at least one row.
static void LEVEL(column_extremes)(
    const float *x, float *y, long middle, long inner, long n, bool largest) {
  if (largest)
    LEVEL(column_extremes_of)(x, y, middle, inner, n, true);
  else
    LEVEL(column_extremes_of)(x, y, middle, inner, n, false);
}

/// Joins the mean and the sum of squared deviations from it of `more` numbers to those of `count`
/// (Chan, Golub & LeVeque 1979).
static inline __attribute__((always_inline)) void LEVEL(join)(
    double count, double *mean, double *square, double more, double next_mean,
    double next_square) {
  const double difference = next_mean - *mean, share = more / (count + more);
  *mean += difference * share;
  *square += next_square + difference * difference * (count * share);
}

/// Sums of deviations from `center`, and of their squares, of a band of columns.
static void LEVEL(column_deviations)(
    const float *x, const float *center, double *sums, double *squares, long rows, long inner,
    long n) {
  for (long first = 0; first < rows; first += 64) {
    const long last = rows - first < 64 ? rows : first + 64;
    float sum[GK_COLUMNS], square[GK_COLUMNS];
    for (long j = 0; j < n; j++) sum[j] = square[j] = 0;
    for (long row = first; row < last; row++)
      for (long j = 0; j < n; j++) {
        const float d = x[row * inner + j] - center[j];
        sum[j] += d;
        square[j] += d * d;
      }
    for (long j = 0; j < n; j++) {
      sums[j] = (first == 0 ? 0 : sums[j]) + sum[j];
      squares[j] = (first == 0 ? 0 : squares[j]) + square[j];
    }
  }
}

/// Means and sums of squared deviations of columns, from bands of `height` rows that are read twice
/// while they are in the cache. The first reading's mean is only near: joining bands would carry
/// its error into the result in proportion, so the second reading corrects it.
static void LEVEL(column_moments)(
    const float *x, double *restrict means, double *restrict squares, long middle, long inner,
    long n, long height) {
  for (long first = 0; first < middle; first += height) {
    const long rows = middle - first < height ? middle - first : height;
    const double share = 1 / (double)rows;
    double mean[GK_COLUMNS], square[GK_COLUMNS];
    float center[GK_COLUMNS];
    LEVEL(column_sums)(x + first * inner, mean, rows, inner, n, 0);
    for (long j = 0; j < n; j++) center[j] = (float)(mean[j] * share);
    LEVEL(column_deviations)(x + first * inner, center, mean, square, rows, inner, n);
    for (long j = 0; j < n; j++) {
      square[j] -= mean[j] * mean[j] * share;
      mean[j] = center[j] + mean[j] * share;
    }
    if (first == 0) {
      memcpy(means, mean, (size_t)n * sizeof(double));
      memcpy(squares, square, (size_t)n * sizeof(double));
    } else {
      for (long j = 0; j < n; j++)
        LEVEL(join)(
            (double)first, means + j, squares + j, (double)rows, mean[j], square[j]);
    }
  }
}

/// The same for one long row.
static void LEVEL(row_moments)(const float *x, long n, double *mean, double *square) {
  *mean = *square = 0;
  for (long start = 0; start < n; start += GK_CHUNK) {
    const long count = n - start < GK_CHUNK ? n - start : GK_CHUNK;
    const double next = LEVEL(exact_sum)(x + start, count) / (double)count;
    const double rounding = next - (float)next;
    const double deviation = LEVEL(squared_deviation)(x + start, count, (float)next);
    LEVEL(join)(
        (double)start, mean, square, (double)count, next,
        deviation - rounding * rounding * (double)count);
  }
}

static void LEVEL(reduce_columns)(
    int reduction, const float *x, float *y, long middle, long inner, long n) {
  const double share = reduction == 0 ? 1 : 1 / (double)middle;
  // With few rows, what is kept counts for more than how memory is read.
  const bool few = middle <= 64;
  const long block = few ? GK_COLUMNS / 8 : GK_COLUMNS;
  for (long start = 0; start < n; start += block) {
    const long width = n - start < block ? n - start : block;
    double sums[GK_COLUMNS], means[GK_COLUMNS];
    if (reduction == 2 || reduction == 3) {
      LEVEL(column_extremes)(x + start, y + start, middle, inner, width, reduction == 2);
      continue;
    }
    if (reduction == 4 && !few) {
      // The same bands however many columns this thread has.
      LEVEL(column_moments)(
          x + start, means, sums, middle, inner, width, GK_CHUNK / GK_COLUMNS);
    } else {
      LEVEL(column_sums)(x + start, sums, middle, inner, width, 0);
      if (reduction == 4) {
        float mean[GK_COLUMNS];
        for (long j = 0; j < width; j++) mean[j] = (float)(sums[j] * share);
        LEVEL(column_sums)(x + start, sums, middle, inner, width, mean);
      }
    }
    for (long j = 0; j < width; j++) y[start + j] = (float)(sums[j] * share);
  }
}

/// The sums (for reduction 0 and 1), maxima, minima or means of a band of rows of at most
/// GK_COLUMNS columns, and for the variance sums of squared deviations. Several rows are taken as
/// one where there are few columns.
static void LEVEL(reduce_band)(
    int reduction, const float *x, double *values, double *squares, long rows, long inner) {
  if (inner == 1) {
    switch (reduction) {
      case 2: *values = LEVEL(extreme)(x, rows, true); return;
      case 3: *values = LEVEL(extreme)(x, rows, false); return;
      case 4: LEVEL(row_moments)(x, rows, values, squares); return;
      default: *values = LEVEL(exact_sum)(x, rows); return;
    }
  }
  const long fold = GK_COLUMNS / inner < rows ? GK_COLUMNS / inner : rows;
  const long height = rows / fold, left = rows % fold, width = fold * inner;
  const float *tail = x + height * width;
  if (reduction == 2 || reduction == 3) {
    const bool largest = reduction == 2;
    float found[GK_COLUMNS];
    LEVEL(column_extremes)(x, found, height, width, width, largest);
    for (long j = 0; j < inner; j++) {
      float best = found[j];
      for (long k = 1; k < fold; k++)
        best = LEVEL(further)(best, found[k * inner + j], largest);
      for (long k = 0; k < left; k++)
        best = LEVEL(further)(best, tail[k * inner + j], largest);
      values[j] = best;
    }
  } else if (reduction == 4) {
    double mean[GK_COLUMNS], square[GK_COLUMNS];
    LEVEL(column_moments)(x, mean, square, height, width, width, GK_CHUNK / width);
    for (long j = 0; j < inner; j++) {
      values[j] = mean[j];
      squares[j] = square[j];
      double count = (double)height;
      for (long k = 1; k < fold; k++, count += (double)height)
        LEVEL(join)(
            count, values + j, squares + j, (double)height, mean[k * inner + j],
            square[k * inner + j]);
      for (long k = 0; k < left; k++, count++)
        LEVEL(join)(count, values + j, squares + j, 1, tail[k * inner + j], 0);
    }
  } else {
    double sums[GK_COLUMNS];
    LEVEL(column_sums)(x, sums, height, width, width, 0);
    for (long j = 0; j < inner; j++) {
      values[j] = sums[j];
      for (long k = 1; k < fold; k++) values[j] += sums[k * inner + j];
      for (long k = 0; k < left; k++) values[j] += tail[k * inner + j];
    }
  }
}

/// Joins what two neighbouring bands of `count` and `more` rows have for one column.
static void LEVEL(join_bands)(
    int reduction, double count, double *value, double *square, double more, double next_value,
    double next_square) {
  switch (reduction) {
    case 2: *value = LEVEL(further)((float)*value, (float)next_value, true); break;
    case 3: *value = LEVEL(further)((float)*value, (float)next_value, false); break;
    case 4: LEVEL(join)(count, value, square, more, next_value, next_square); break;
    default: *value += next_value;
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
    const float v = (float)LEVEL(squared_deviation)(x, width, m) / (float)width;
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
