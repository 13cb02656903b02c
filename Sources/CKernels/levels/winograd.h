// The transforms of Winograd's convolution F(4 × 4, 3 × 3) on eight channels at a time; compiled once a
// level. The matrices are those of Lavin and Gray 2016, "Fast Algorithms for Convolutional Neural
// Networks", section 4.3; each function multiplies by one of them along one axis, `s` and `t` being the
// steps of what is read and written.

typedef float LEVEL(eight) __attribute__((vector_size(32), aligned(4)));
typedef int32_t LEVEL(eight_bits) __attribute__((vector_size(32)));
#define EIGHT LEVEL(eight)
#define EIGHT_BITS LEVEL(eight_bits)
#define LOAD(p) (*(const EIGHT *)(p))
#define STORE(p, v) (*(EIGHT *)(p) = (v))
#define INLINE static inline __attribute__((always_inline))

/// Bᵀ d, in place.
INLINE void LEVEL(winograd_window)(EIGHT *d, int s) {
  const EIGHT d0 = d[0], d1 = d[s], d2 = d[2 * s], d3 = d[3 * s], d4 = d[4 * s], d5 = d[5 * s];
  const EIGHT even = d4 - 4 * d2, odd = d3 - 4 * d1, near = d4 - d2, far = 2 * (d3 - d1);
  d[0] = 4 * d0 - 5 * d2 + d4;
  d[s] = even + odd;
  d[2 * s] = even - odd;
  d[3 * s] = near + far;
  d[4 * s] = near - far;
  d[5 * s] = 4 * d1 - 5 * d3 + d5;
}

/// Aᵀ m: four results of six products.
INLINE void LEVEL(winograd_result)(const EIGHT *m, int s, EIGHT *y, int t) {
  const EIGHT sum = m[s] + m[2 * s], difference = m[s] - m[2 * s];
  const EIGHT far_sum = m[3 * s] + m[4 * s], far_difference = m[3 * s] - m[4 * s];
  y[0] = m[0] + sum + far_sum;
  y[t] = difference + 2 * far_difference;
  y[2 * t] = sum + 4 * far_sum;
  y[3 * t] = difference + 8 * far_difference + m[5 * s];
}

/// A u, the transpose of the one above.
INLINE void LEVEL(winograd_upstream)(const EIGHT *u, int s, EIGHT *z, int t) {
  const EIGHT even = u[0] + u[2 * s], odd = u[s] + u[3 * s];
  const EIGHT far_even = u[0] + 4 * u[2 * s], far_odd = 2 * u[s] + 8 * u[3 * s];
  z[0] = u[0];
  z[t] = even + odd;
  z[2 * t] = even - odd;
  z[3 * t] = far_even + far_odd;
  z[4 * t] = far_even - far_odd;
  z[5 * t] = u[3 * s];
}

/// G g: six factors of three filter elements.
INLINE void LEVEL(winograd_filter)(const EIGHT *g, int s, EIGHT *f, int t) {
  const EIGHT even = (g[0] + g[2 * s]) * (-1.0f / 6), odd = g[s] * (1.0f / 6);
  const EIGHT far_even = g[0] * (1.0f / 24) + g[2 * s] * (1.0f / 6), far_odd = g[s] * (1.0f / 12);
  f[0] = g[0] * 0.25f;
  f[t] = even - odd;
  f[2 * t] = even + odd;
  f[3 * t] = far_even + far_odd;
  f[4 * t] = far_even - far_odd;
  f[5 * t] = g[2 * s];
}

/// Gᵀ f, the transpose of the one above.
INLINE void LEVEL(winograd_filter_gradient)(const EIGHT *f, int s, EIGHT *g, int t) {
  const EIGHT sum = f[s] + f[2 * s], difference = f[2 * s] - f[s];
  const EIGHT far_sum = f[3 * s] + f[4 * s], far_difference = f[3 * s] - f[4 * s];
  g[0] = f[0] * 0.25f - sum * (1.0f / 6) + far_sum * (1.0f / 24);
  g[t] = difference * (1.0f / 6) + far_difference * (1.0f / 12);
  g[2 * t] = (far_sum - sum) * (1.0f / 6) + f[5 * s];
}

/// The first element of eight channels of an image.
INLINE long LEVEL(winograd_place)(const gk_tiles *g, long sample, long eight) {
  const long blocks = (g->channels + g->block - 1) / g->block, channel = 8 * eight;
  return ((sample * blocks + channel / g->block) * g->height * g->width) * g->block +
         channel % g->block;
}

static void LEVEL(winograd_windows)(
    const gk_tiles *g, long first, long begin, long end, const float *x, float *planes, long width,
    long plane) {
  for (long tile = begin; tile < end; tile++) {
    const long number = first + tile, sample = number / (g->rows * g->columns);
    const long top = 4 * (number / g->columns % g->rows) - g->padding[0];
    const long left = 4 * (number % g->columns) - g->padding[1];
    const bool inside = top >= 0 && left >= 0 && top + 6 <= g->height && left + 6 <= g->width;
    for (long eight = 0; 8 * eight < width; eight++) {
      const float *image = x + LEVEL(winograd_place)(g, sample, eight);
      EIGHT d[36];
      if (inside) {
        const float *corner = image + (top * g->width + left) * g->block;
        for (int row = 0; row < 6; row++)
          for (int column = 0; column < 6; column++)
            d[6 * row + column] = LOAD(corner + (row * g->width + column) * g->block);
      } else {
        for (int row = 0; row < 6; row++)
          for (int column = 0; column < 6; column++) {
            const long y = top + row, z = left + column;
            d[6 * row + column] = y >= 0 && y < g->height && z >= 0 && z < g->width
                                      ? LOAD(image + (y * g->width + z) * g->block)
                                      : (EIGHT){0};
          }
      }
      for (int i = 0; i < 6; i++) LEVEL(winograd_window)(d + i, 6);
      for (int i = 0; i < 6; i++) LEVEL(winograd_window)(d + 6 * i, 1);
      float *to = planes + tile * width + 8 * eight;
      for (int i = 0; i < 36; i++) STORE(to + i * plane, d[i]);
    }
  }
}

static void LEVEL(winograd_results)(
    const gk_tiles *g, long first, long begin, long end, const float *planes, long width,
    long plane, const float *bias, bool rectified, float *y) {
  for (long tile = begin; tile < end; tile++) {
    const long number = first + tile, sample = number / (g->rows * g->columns);
    const long top = 4 * (number / g->columns % g->rows), left = 4 * (number % g->columns);
    const long rows = g->height - top < 4 ? g->height - top : 4;
    const long columns = g->width - left < 4 ? g->width - left : 4;
    for (long eight = 0; 8 * eight < width; eight++) {
      const float *from = planes + tile * width + 8 * eight;
      EIGHT m[36], half[24], result[16], offset = {0};
      for (int i = 0; i < 36; i++) m[i] = LOAD(from + i * plane);
      for (int i = 0; i < 6; i++) LEVEL(winograd_result)(m + i, 6, half + i, 6);
      for (int i = 0; i < 4; i++) LEVEL(winograd_result)(half + 6 * i, 1, result + 4 * i, 1);
      if (bias)
        for (int lane = 0; lane < 8; lane++)
          offset[lane] = 8 * eight + lane < g->channels ? bias[8 * eight + lane] : 0;
      float *image = y + LEVEL(winograd_place)(g, sample, eight);
      for (long row = 0; row < rows; row++)
        for (long column = 0; column < columns; column++) {
          EIGHT value = result[4 * row + column] + offset;
          // All bits of a lane that is 0 or less are cleared; a NaN is neither.
          if (rectified) value = (EIGHT)((EIGHT_BITS)value & ~(EIGHT_BITS)(value <= 0));
          STORE(image + ((top + row) * g->width + left + column) * g->block, value);
        }
    }
  }
}

static void LEVEL(winograd_upstreams)(
    const gk_tiles *g, long first, long begin, long end, const float *u, float *planes, long width,
    long plane) {
  for (long tile = begin; tile < end; tile++) {
    const long number = first + tile, sample = number / (g->rows * g->columns);
    const long top = 4 * (number / g->columns % g->rows), left = 4 * (number % g->columns);
    const long rows = g->height - top < 4 ? g->height - top : 4;
    const long columns = g->width - left < 4 ? g->width - left : 4;
    for (long eight = 0; 8 * eight < width; eight++) {
      const float *image = u + LEVEL(winograd_place)(g, sample, eight);
      EIGHT d[16] = {{0}}, half[24], z[36];
      for (long row = 0; row < rows; row++)
        for (long column = 0; column < columns; column++)
          d[4 * row + column] =
              LOAD(image + ((top + row) * g->width + left + column) * g->block);
      for (int i = 0; i < 4; i++) LEVEL(winograd_upstream)(d + i, 4, half + i, 4);
      for (int i = 0; i < 6; i++) LEVEL(winograd_upstream)(half + 4 * i, 1, z + 6 * i, 1);
      float *to = planes + tile * width + 8 * eight;
      for (int i = 0; i < 36; i++) STORE(to + i * plane, z[i]);
    }
  }
}

/// Where the filters of eight outputs and one input lie, in blocks [outputs, inputs, 3, 3, input, output].
INLINE long LEVEL(winograd_filter_place)(const gk_filters *f, long eight, long input) {
  const long block = f->block, blocks = (f->inputs + block - 1) / block, output = 8 * eight;
  return ((output / block * blocks + input / block) * 9 * block + input % block) * block +
         output % block;
}

static void LEVEL(winograd_filters)(
    const gk_filters *f, long begin, long end, const float *weights, bool turned, float *planes,
    long plane) {
  const long block = f->block, width = (f->outputs + block - 1) / block * block;
  const long inputs = (f->inputs + block - 1) / block * block;
  for (long eight = begin; eight < end; eight++)
    for (long input = 0; input < inputs; input++) {
      const float *from = weights + LEVEL(winograd_filter_place)(f, eight, input);
      EIGHT g[9], half[18], u[36];
      for (int i = 0; i < 9; i++) g[i] = LOAD(from + (turned ? 8 - i : i) * block * block);
      for (int i = 0; i < 3; i++) LEVEL(winograd_filter)(g + i, 3, half + i, 3);
      for (int i = 0; i < 6; i++) LEVEL(winograd_filter)(half + 3 * i, 1, u + 6 * i, 1);
      float *to = planes + input * width + 8 * eight;
      for (int i = 0; i < 36; i++) STORE(to + i * plane, u[i]);
    }
}

static void LEVEL(winograd_filter_gradients)(
    const gk_filters *f, long begin, long end, const float *planes, long plane, float *gradient) {
  const long block = f->block, width = (f->outputs + block - 1) / block * block;
  const long inputs = (f->inputs + block - 1) / block * block;
  for (long eight = begin; eight < end; eight++)
    for (long input = 0; input < inputs; input++) {
      const float *from = planes + input * width + 8 * eight;
      EIGHT u[36], half[18], g[9];
      for (int i = 0; i < 36; i++) u[i] = LOAD(from + i * plane);
      for (int i = 0; i < 6; i++) LEVEL(winograd_filter_gradient)(u + i, 6, half + i, 6);
      for (int i = 0; i < 3; i++) LEVEL(winograd_filter_gradient)(half + 6 * i, 1, g + 3 * i, 1);
      float *to = gradient + LEVEL(winograd_filter_place)(f, eight, input);
      for (int i = 0; i < 9; i++) STORE(to + i * block * block, g[i]);
    }
}

#undef EIGHT
#undef EIGHT_BITS
#undef LOAD
#undef STORE
#undef INLINE
