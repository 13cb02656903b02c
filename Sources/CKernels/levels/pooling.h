// Average pooling of 2 × 2 windows; compiled once a level.

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
