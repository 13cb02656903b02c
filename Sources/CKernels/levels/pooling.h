// Pooling; compiled once a level.

/// With a constant number of lanes, so that vectors hold them.
static inline __attribute__((always_inline)) void LEVEL(largest_of_lanes)(
    const float *restrict x, long place, long rows, long columns, long width,
    float *restrict y, int32_t *restrict places, int lanes) {
  float best[16];
  int32_t at[16];
  for (int lane = 0; lane < lanes; lane++) {
    best[lane] = x[place * lanes + lane];
    at[lane] = (int32_t)place;
  }
  for (long row = 0; row < rows; row++)
    for (long column = 0; column < columns; column++) {
      const long pixel = place + row * width + column;
      const float *value = x + pixel * lanes;
      for (int lane = 0; lane < lanes; lane++) {
        // A NaN is the largest, the first one if there are several.
        const bool more = (value[lane] > best[lane]) |
                          ((value[lane] != value[lane]) & (best[lane] == best[lane]));
        best[lane] = more ? value[lane] : best[lane];
        at[lane] = more ? (int32_t)pixel : at[lane];
      }
    }
  for (int lane = 0; lane < lanes; lane++) {
    y[lane] = best[lane];
    places[lane] = at[lane];
  }
}

static void LEVEL(largest_of)(
    const float *x, long place, long rows, long columns, long width, int lanes, float *y,
    int32_t *places) {
  if (lanes == 16)
    LEVEL(largest_of_lanes)(x, place, rows, columns, width, y, places, 16);
  else
    LEVEL(largest_of_lanes)(x, place, rows, columns, width, y, places, 8);
}

/// One row of the result from two rows of the input.
static void LEVEL(halve_row)(
    const float *restrict a, const float *restrict b, float *restrict y, long n) {
  for (long i = 0; i < n; i++)
    y[i] = ((a[2 * i] + a[2 * i + 1]) + (b[2 * i] + b[2 * i + 1])) * 0.25f;
}

/// Two rows of the input's gradient from one of the result's.
static void LEVEL(double_row)(
    const float *restrict u, float *restrict a, float *restrict b, long n) {
  for (long i = 0; i < n; i++) {
    const float share = u[i] * 0.25f;
    a[2 * i] = share;
    a[2 * i + 1] = share;
  }
  memcpy(b, a, (size_t)n * 2 * sizeof(float));
}
