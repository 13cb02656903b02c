// Convolution of one sample with strides of 1: a vector holds neighbouring places of a plane, whose
// rows of zero-padded input follow each other, so that a vector runs on from one row to the next.
// Places beyond the end of a row are worked out too and left out. The tiles are convolution.h's.

/// The sums of `outputs` × `vectors` vectors of places from `x` on; `height` and `width` are the
/// padded plane's.
static inline __attribute__((always_inline)) void LEVEL(plane_tile)(
    const gk_correlation *g, long height, long width, const float *x, const float *weights,
    const float *bias, float *y, long y_stride, const int outputs, const int vectors) {
  lanes sums[TILE_OUTPUTS][TILE_COLUMNS];
#pragma clang loop unroll(full)
  for (int o = 0; o < outputs; o++)
#pragma clang loop unroll(full)
    for (int i = 0; i < vectors; i++) sums[o][i] = (lanes){0} + (bias ? bias[o] : 0);
  const long filter = g->channels * g->kernel[0] * g->kernel[1];
  const float *w = weights;
  for (long c = 0; c < g->channels; c++)
    for (long ky = 0; ky < g->kernel[0]; ky++) {
      const float *in = x + (c * height + ky * g->dilation[0]) * width;
      for (long kx = 0; kx < g->kernel[1]; kx++, w++, in += g->dilation[1]) {
        lanes values[TILE_COLUMNS];
#pragma clang loop unroll(full)
        for (int i = 0; i < vectors; i++) values[i] = *(const loose_lanes *)(in + i * SAMPLES);
#pragma clang loop unroll(full)
        for (int o = 0; o < outputs; o++)
#pragma clang loop unroll(full)
          for (int i = 0; i < vectors; i++) sums[o][i] += values[i] * w[o * filter];
      }
    }
#pragma clang loop unroll(full)
  for (int o = 0; o < outputs; o++)
#pragma clang loop unroll(full)
    for (int i = 0; i < vectors; i++)
      *(loose_lanes *)(y + o * y_stride + i * SAMPLES) = sums[o][i];
}

/// All places of `outputs` planes.
static inline __attribute__((always_inline)) void LEVEL(plane_tiles)(
    const gk_correlation *g, long height, long width, const float *x, const float *weights,
    const float *bias, float *y, long vectors, const int outputs) {
  long i = 0;
  for (; i + TILE_COLUMNS <= vectors; i += TILE_COLUMNS)
    LEVEL(plane_tile)(
        g, height, width, x + i * SAMPLES, weights, bias, y + i * SAMPLES, vectors * SAMPLES,
        outputs, TILE_COLUMNS);
  for (; i + 2 <= vectors; i += 2)
    LEVEL(plane_tile)(
        g, height, width, x + i * SAMPLES, weights, bias, y + i * SAMPLES, vectors * SAMPLES,
        outputs, 2);
  if (i < vectors)
    LEVEL(plane_tile)(
        g, height, width, x + i * SAMPLES, weights, bias, y + i * SAMPLES, vectors * SAMPLES,
        outputs, 1);
}

/// Vectors that the places of an output plane take.
static long LEVEL(plane_vectors)(const gk_correlation *g) {
  return ((g->out_height - 1) * g->width + g->out_width + SAMPLES - 1) / SAMPLES;
}

/// Rows of the padded plane.
static long LEVEL(plane_height)(const gk_correlation *g) {
  return g->out_height + g->dilation[0] * (g->kernel[0] - 1);
}

/// Floats of working memory: the padded input, what the last vector reads beyond it, and the places
/// of a tile's outputs.
static long LEVEL(plane_workspace)(const gk_correlation *g) {
  return (g->channels * LEVEL(plane_height)(g) * g->width / SAMPLES + 2) * SAMPLES +
         TILE_OUTPUTS * LEVEL(plane_vectors)(g) * SAMPLES;
}

/// One sample; weights as they are, [outputs, channels, kernel].
static void LEVEL(convolve_plane)(
    const gk_correlation *g, const float *x, const float *weights, const float *bias, float *y,
    void *workspace) {
  const long inner = g->width - g->left - g->right;
  const long height = LEVEL(plane_height)(g), bottom = height - g->top - g->height;
  const long count = g->channels * height * g->width;
  float *in = workspace, *places = in + (count / SAMPLES + 2) * SAMPLES;
  float *end = in;
  for (long c = 0; c < g->channels; c++) {
    memset(end, 0, (size_t)(g->top * g->width) * sizeof(float));
    end += g->top * g->width;
    // Rows below the last that a window reaches are left out.
    const long rows = bottom < 0 ? g->height + bottom : g->height;
    for (long row = 0; row < rows; row++, end += g->width) {
      memset(end, 0, (size_t)g->left * sizeof(float));
      memcpy(end + g->left, x + (c * g->height + row) * inner, (size_t)inner * sizeof(float));
      memset(end + g->left + inner, 0, (size_t)g->right * sizeof(float));
    }
    if (bottom > 0) {
      memset(end, 0, (size_t)(bottom * g->width) * sizeof(float));
      end += bottom * g->width;
    }
  }
  memset(end, 0, (size_t)(places - end) * sizeof(float));

  const long vectors = LEVEL(plane_vectors)(g);
  const long filter = g->channels * g->kernel[0] * g->kernel[1];
  for (long o = 0; o < g->outputs; o += TILE_OUTPUTS) {
    const float *w = weights + o * filter, *b = bias ? bias + o : 0;
    const long left = g->outputs - o, tile = left < TILE_OUTPUTS ? left : TILE_OUTPUTS;
    switch (tile) {
      case 1: LEVEL(plane_tiles)(g, height, g->width, in, w, b, places, vectors, 1); break;
      case 2: LEVEL(plane_tiles)(g, height, g->width, in, w, b, places, vectors, 2); break;
      case 3: LEVEL(plane_tiles)(g, height, g->width, in, w, b, places, vectors, 3); break;
#if TILE_OUTPUTS == 6
      case 4: LEVEL(plane_tiles)(g, height, g->width, in, w, b, places, vectors, 4); break;
      case 5: LEVEL(plane_tiles)(g, height, g->width, in, w, b, places, vectors, 5); break;
      case 6: LEVEL(plane_tiles)(g, height, g->width, in, w, b, places, vectors, 6); break;
#endif
    }
    for (long i = 0; i < tile; i++)
      for (long row = 0; row < g->out_height; row++, y += g->out_width)
        memcpy(
            y, places + i * vectors * SAMPLES + row * g->width,
            (size_t)g->out_width * sizeof(float));
  }
}
