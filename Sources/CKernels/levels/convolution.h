// Convolution with samples as lanes: a vector holds one element of SAMPLES samples, so that no lane
// is lost to small images or few channels. Compiled once a level; the level defines SAMPLES and the
// tiles that its registers hold: TILE_OUTPUTS × TILE_COLUMNS sums, or TILE_FILTERS × 5 of them.
//
// Arrays in this layout, "laned", are [channels, rows, columns, SAMPLES].

typedef float lanes __attribute__((vector_size(SAMPLES * 4)));

/// A vector at any address.
typedef float loose_lanes __attribute__((vector_size(SAMPLES * 4), aligned(4)));

#if SAMPLES == 16
#define LOWER(a, b)                                                                       \
  __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define UPPER(a, b)                                                                       \
  __builtin_shufflevector(                                                                \
      a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#elif SAMPLES == 8
#define LOWER(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define UPPER(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#else
#define LOWER(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define UPPER(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#endif

/// Transposes SAMPLES vectors: each round interleaves the first half with the second.
static inline __attribute__((always_inline)) void LEVEL(transpose)(lanes *restrict rows) {
  lanes other[SAMPLES];
#pragma clang loop unroll(full)
  for (int half = 1; half < SAMPLES; half *= 2) {
#pragma clang loop unroll(full)
    for (int i = 0; i < SAMPLES / 2; i++) {
      other[2 * i] = LOWER(rows[i], rows[i + SAMPLES / 2]);
      other[2 * i + 1] = UPPER(rows[i], rows[i + SAMPLES / 2]);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < SAMPLES; i++) rows[i] = other[i];
  }
}

/// `count` elements from each of `samples` rows that are `stride` apart, into laned form; nothing
/// is read from `end` on. Lanes without a sample are 0.
static void LEVEL(to_lanes)(
    const float *x, long stride, long samples, long count, const float *end, lanes *y) {
  for (long i = 0; i < count; i += SAMPLES) {
    lanes rows[SAMPLES];
    const long width = count - i < SAMPLES ? count - i : SAMPLES;
    if (samples == SAMPLES && x + (SAMPLES - 1) * stride + i + SAMPLES <= end) {
#pragma clang loop unroll(full)
      for (int j = 0; j < SAMPLES; j++) rows[j] = *(const loose_lanes *)(x + j * stride + i);
    } else {
      memset(rows, 0, sizeof rows);
      for (long j = 0; j < samples; j++)
        memcpy(&rows[j], x + j * stride + i, (size_t)width * sizeof(float));
    }
    LEVEL(transpose)(rows);
    if (width == SAMPLES) {
#pragma clang loop unroll(full)
      for (int j = 0; j < SAMPLES; j++) y[i + j] = rows[j];
    } else {
      memcpy(y + i, rows, (size_t)width * sizeof(lanes));
    }
  }
}

/// The way back: `count` vectors to rows that are `stride` apart.
static void LEVEL(from_lanes)(
    const lanes *x, long count, float *y, long stride, long samples) {
  for (long i = 0; i < count; i += SAMPLES) {
    lanes rows[SAMPLES];
    const long width = count - i < SAMPLES ? count - i : SAMPLES;
    if (width == SAMPLES) {
#pragma clang loop unroll(full)
      for (int j = 0; j < SAMPLES; j++) rows[j] = x[i + j];
    } else {
      memset(rows, 0, sizeof rows);
      memcpy(rows, x + i, (size_t)width * sizeof(lanes));
    }
    LEVEL(transpose)(rows);
    if (width == SAMPLES && samples == SAMPLES) {
#pragma clang loop unroll(full)
      for (int j = 0; j < SAMPLES; j++) *(loose_lanes *)(y + j * stride + i) = rows[j];
    } else {
      for (long j = 0; j < samples; j++)
        memcpy(y + j * stride + i, &rows[j], (size_t)width * sizeof(float));
    }
  }
}

/// Planes of `samples` images in laned form, with `left` and `right` columns of zeros.
static void LEVEL(planes_to_lanes)(
    const float *x, long channels, long height, long width, long samples, const float *end,
    long left, long right, lanes *y) {
  const long stride = channels * height * width;
  if (left == 0 && right == 0) {
    LEVEL(to_lanes)(x, stride, samples, stride, end, y);
    return;
  }
  for (long row = 0; row < channels * height; row++) {
    memset(y, 0, (size_t)left * sizeof(lanes));
    LEVEL(to_lanes)(x + row * width, stride, samples, width, end, y + left);
    memset(y + left + width, 0, (size_t)right * sizeof(lanes));
    y += left + width + right;
  }
}

/// The sums of `outputs` × `columns` neighbouring elements of a row of the result.
static inline __attribute__((always_inline)) void LEVEL(correlate_tile)(
    const gk_correlation *g, const lanes *x, const float *weights, const float *bias, long row,
    long column, lanes *y, const int outputs, const int columns) {
  lanes sums[TILE_OUTPUTS][TILE_COLUMNS];
#pragma clang loop unroll(full)
  for (int o = 0; o < outputs; o++)
#pragma clang loop unroll(full)
    for (int i = 0; i < columns; i++) sums[o][i] = (lanes){0} + (bias ? bias[o] : 0);
  const long top = row * g->stride[0] - g->top;
  for (long c = 0; c < g->channels; c++)
    for (long ky = 0; ky < g->kernel[0]; ky++) {
      const long source = top + ky * g->dilation[0];
      if (source < 0 || source >= g->height) continue;
      const lanes *in = x + (c * g->height + source) * g->width + column * g->stride[1];
      const float *w = weights + (c * g->kernel[0] + ky) * g->kernel[1] * outputs;
      for (long kx = 0; kx < g->kernel[1]; kx++, w += outputs) {
        lanes values[TILE_COLUMNS];
#pragma clang loop unroll(full)
        for (int i = 0; i < columns; i++)
          values[i] = in[kx * g->dilation[1] + i * g->stride[1]];
#pragma clang loop unroll(full)
        for (int o = 0; o < outputs; o++)
#pragma clang loop unroll(full)
          for (int i = 0; i < columns; i++) sums[o][i] += values[i] * w[o];
      }
    }
  const long plane = g->out_height * g->out_width;
#pragma clang loop unroll(full)
  for (int o = 0; o < outputs; o++)
#pragma clang loop unroll(full)
    for (int i = 0; i < columns; i++)
      y[o * plane + row * g->out_width + column + i] = sums[o][i];
}

/// All elements of `outputs` planes of the result.
static inline __attribute__((always_inline)) void LEVEL(correlate_planes)(
    const gk_correlation *g, const lanes *x, const float *weights, const float *bias, lanes *y,
    const int outputs) {
  for (long row = 0; row < g->out_height; row++) {
    long column = 0;
    for (; column + TILE_COLUMNS <= g->out_width; column += TILE_COLUMNS)
      LEVEL(correlate_tile)(g, x, weights, bias, row, column, y, outputs, TILE_COLUMNS);
    for (; column + 2 <= g->out_width; column += 2)
      LEVEL(correlate_tile)(g, x, weights, bias, row, column, y, outputs, 2);
    if (column < g->out_width)
      LEVEL(correlate_tile)(g, x, weights, bias, row, column, y, outputs, 1);
  }
}

/// y[o] = bias[o] + Σ w · x over laned planes; weights are packed by LEVEL(pack).
static void LEVEL(correlate)(
    const gk_correlation *g, const lanes *x, const float *weights, const float *bias, lanes *y) {
  const long plane = g->out_height * g->out_width;
  const long taps = g->channels * g->kernel[0] * g->kernel[1];
  for (long o = 0; o < g->outputs; o += TILE_OUTPUTS) {
    const float *w = weights + o * taps, *b = bias ? bias + o : 0;
    lanes *out = y + o * plane;
    const long left = g->outputs - o;
    switch (left < TILE_OUTPUTS ? left : TILE_OUTPUTS) {
      case 1: LEVEL(correlate_planes)(g, x, w, b, out, 1); break;
      case 2: LEVEL(correlate_planes)(g, x, w, b, out, 2); break;
      case 3: LEVEL(correlate_planes)(g, x, w, b, out, 3); break;
#if TILE_OUTPUTS == 6
      case 4: LEVEL(correlate_planes)(g, x, w, b, out, 4); break;
      case 5: LEVEL(correlate_planes)(g, x, w, b, out, 5); break;
      case 6: LEVEL(correlate_planes)(g, x, w, b, out, 6); break;
#endif
    }
  }
}

/// Weights [outputs, channels, h, w] by tiles of outputs, the outputs of a tile innermost. With
/// `turned`, those of the transposed map: weights are [channels, outputs, h, w], upside down.
static void LEVEL(pack)(const gk_correlation *g, const float *w, bool turned, float *packed) {
  const long taps = g->kernel[0] * g->kernel[1];
  for (long o = 0; o < g->outputs; o += TILE_OUTPUTS) {
    const long tile = g->outputs - o < TILE_OUTPUTS ? g->outputs - o : TILE_OUTPUTS;
    for (long c = 0; c < g->channels; c++)
      for (long t = 0; t < taps; t++)
        for (long i = 0; i < tile; i++)
          *packed++ = turned ? w[(c * g->outputs + o + i) * taps + taps - 1 - t]
                             : w[((o + i) * g->channels + c) * taps + t];
  }
}

/// The sums of `filters` × `taps` weight gradients of one row of one channel's kernels.
static inline __attribute__((always_inline)) void LEVEL(weights_tile)(
    const gk_correlation *g, const lanes *x, const lanes *u, long ky, lanes *sums,
    const int filters, const int taps) {
  lanes sum[TILE_FILTERS][5];
#pragma clang loop unroll(full)
  for (int o = 0; o < filters; o++)
#pragma clang loop unroll(full)
    for (int k = 0; k < taps; k++) sum[o][k] = (lanes){0};
  const long plane = g->out_height * g->out_width;
  for (long row = 0; row < g->out_height; row++) {
    const long source = row * g->stride[0] - g->top + ky * g->dilation[0];
    if (source < 0 || source >= g->height) continue;
    const lanes *in = x + source * g->width, *up = u + row * g->out_width;
    for (long column = 0; column < g->out_width; column++, in += g->stride[1], up++) {
      lanes values[5];
#pragma clang loop unroll(full)
      for (int k = 0; k < taps; k++) values[k] = in[k * g->dilation[1]];
#pragma clang loop unroll(full)
      for (int o = 0; o < filters; o++)
#pragma clang loop unroll(full)
        for (int k = 0; k < taps; k++) sum[o][k] += values[k] * up[o * plane];
    }
  }
  const long filter = g->channels * g->kernel[0] * g->kernel[1];
#pragma clang loop unroll(full)
  for (int o = 0; o < filters; o++)
#pragma clang loop unroll(full)
    for (int k = 0; k < taps; k++) sums[o * filter + k] = sum[o][k];
}

static inline __attribute__((always_inline)) void LEVEL(weights_row)(
    const gk_correlation *g, const lanes *x, const lanes *u, long ky, lanes *sums,
    const int filters) {
  for (long kx = 0; kx < g->kernel[1]; kx += 5) {
    const lanes *in = x + kx * g->dilation[1];
    const long left = g->kernel[1] - kx;
    switch (left < 5 ? left : 5) {
      case 1: LEVEL(weights_tile)(g, in, u, ky, sums + kx, filters, 1); break;
      case 2: LEVEL(weights_tile)(g, in, u, ky, sums + kx, filters, 2); break;
      case 3: LEVEL(weights_tile)(g, in, u, ky, sums + kx, filters, 3); break;
      case 4: LEVEL(weights_tile)(g, in, u, ky, sums + kx, filters, 4); break;
      case 5: LEVEL(weights_tile)(g, in, u, ky, sums + kx, filters, 5); break;
    }
  }
}

/// Adds the lanes of `count` vectors.
static void LEVEL(add_lanes)(const lanes *x, long count, float *y) {
  for (long i = 0; i < count; i += SAMPLES) {
    lanes rows[SAMPLES];
    const long width = count - i < SAMPLES ? count - i : SAMPLES;
    memset(rows, 0, sizeof rows);
    memcpy(rows, x + i, (size_t)width * sizeof(lanes));
    LEVEL(transpose)(rows);
#pragma clang loop unroll(full)
    for (int half = SAMPLES / 2; half > 0; half /= 2)
#pragma clang loop unroll(full)
      for (int j = 0; j < half; j++) rows[j] += rows[j + half];
    memcpy(y + i, rows, (size_t)width * sizeof(float));
  }
}

/// The gradients by weight and bias, [outputs, channels, h, w] and [outputs], of one set of lanes.
static void LEVEL(correlate_weights)(
    const gk_correlation *g, const lanes *x, const lanes *u, lanes *sums, float *weights,
    float *bias) {
  const long plane = g->out_height * g->out_width, filter_taps = g->kernel[0] * g->kernel[1];
  const long filter = g->channels * filter_taps;
  for (long o = 0; o < g->outputs; o += TILE_FILTERS)
    for (long c = 0; c < g->channels; c++)
      for (long ky = 0; ky < g->kernel[0]; ky++) {
        const lanes *in = x + c * g->height * g->width, *up = u + o * plane;
        lanes *out = sums + o * filter + c * filter_taps + ky * g->kernel[1];
        const long left = g->outputs - o;
        switch (left < TILE_FILTERS ? left : TILE_FILTERS) {
          case 1: LEVEL(weights_row)(g, in, up, ky, out, 1); break;
          case 2: LEVEL(weights_row)(g, in, up, ky, out, 2); break;
#if TILE_FILTERS == 4
          case 3: LEVEL(weights_row)(g, in, up, ky, out, 3); break;
          case 4: LEVEL(weights_row)(g, in, up, ky, out, 4); break;
#endif
        }
      }
  LEVEL(add_lanes)(sums, g->outputs * filter, weights);
  for (long o = 0; o < g->outputs; o++) {
    lanes sum = {0};
    for (long i = 0; i < plane; i++) sum += u[o * plane + i];
    sums[o] = sum;
  }
  LEVEL(add_lanes)(sums, g->outputs, bias);
}

// The entries of the table: one set of up to SAMPLES samples each, row-major.

/// Vectors of working memory: the padded input, the result, and sums of weights.
static long LEVEL(workspace)(const gk_correlation *g) {
  return g->channels * g->height * g->width + g->outputs * g->out_height * g->out_width +
         g->outputs * g->channels * g->kernel[0] * g->kernel[1] + g->outputs;
}

static void LEVEL(convolve)(
    const gk_correlation *g, long samples, const float *x, const float *end,
    const float *packed, const float *bias, float *y, void *workspace) {
  lanes *in = workspace, *out = in + g->channels * g->height * g->width;
  const long count = g->outputs * g->out_height * g->out_width;
  LEVEL(planes_to_lanes)(
      x, g->channels, g->height, g->width - g->left - g->right, samples, end, g->left, g->right,
      in);
  LEVEL(correlate)(g, in, packed, bias, out);
  LEVEL(from_lanes)(out, count, y, count, samples);
}

static void LEVEL(convolve_weights)(
    const gk_correlation *g, long samples, const float *x, const float *x_end, const float *u,
    const float *u_end, float *weights, float *bias, void *workspace) {
  lanes *in = workspace, *up = in + g->channels * g->height * g->width;
  lanes *sums = up + g->outputs * g->out_height * g->out_width;
  LEVEL(planes_to_lanes)(
      x, g->channels, g->height, g->width - g->left - g->right, samples, x_end, g->left,
      g->right, in);
  LEVEL(planes_to_lanes)(
      u, g->outputs, g->out_height, g->out_width, samples, u_end, 0, 0, up);
  LEVEL(correlate_weights)(g, in, up, sums, weights, bias);
}

#undef LOWER
#undef UPPER
