// Products of a few rows with a matrix, and transposed copies; compiled once a level, after
// convolution.h.

/// Vectors of columns whose sums are kept in registers.
#define WIDTH (TILE_FILTERS * 2)

static inline __attribute__((always_inline)) void LEVEL(few_rows_tile)(
    const float *a, long inner, const float *b, long b_stride, float *y, long y_stride,
    const int rows, const int width) {
  lanes sums[3][WIDTH];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (int j = 0; j < width; j++) sums[i][j] = (lanes){0};
  for (long k = 0; k < inner; k++, b += b_stride)
#pragma clang loop unroll(full)
    for (int j = 0; j < width; j++) {
      const lanes value = *(const loose_lanes *)(b + j * SAMPLES);
#pragma clang loop unroll(full)
      for (int i = 0; i < rows; i++) sums[i][j] += value * a[i * inner + k];
    }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (int j = 0; j < width; j++)
      *(loose_lanes *)(y + i * y_stride + j * SAMPLES) = sums[i][j];
}

static inline __attribute__((always_inline)) void LEVEL(few_rows_of)(
    const float *a, long inner, const float *b, long b_stride, float *y, long y_stride,
    long columns, const int rows) {
  long j = 0;
  for (; j + WIDTH * SAMPLES <= columns; j += WIDTH * SAMPLES)
    LEVEL(few_rows_tile)(a, inner, b + j, b_stride, y + j, y_stride, rows, WIDTH);
  for (; j + SAMPLES <= columns; j += SAMPLES)
    LEVEL(few_rows_tile)(a, inner, b + j, b_stride, y + j, y_stride, rows, 1);
  for (; j < columns; j++)
    for (int i = 0; i < rows; i++) {
      float sum = 0;
      for (long k = 0; k < inner; k++) sum += a[i * inner + k] * b[k * b_stride + j];
      y[i * y_stride + j] = sum;
    }
}

static void LEVEL(few_rows)(
    const float *a, long rows, long inner, const float *b, long b_stride, float *y,
    long y_stride, long columns) {
  switch (rows) {
    case 1: LEVEL(few_rows_of)(a, inner, b, b_stride, y, y_stride, columns, 1); break;
    case 2: LEVEL(few_rows_of)(a, inner, b, b_stride, y, y_stride, columns, 2); break;
    case 3: LEVEL(few_rows_of)(a, inner, b, b_stride, y, y_stride, columns, 3); break;
  }
}

/// target[i][j] = source[j][i] for rows and columns of the target.
static void LEVEL(transposed_copy)(
    const float *source, long source_stride, float *target, long target_stride, long rows,
    long columns) {
  for (long i = 0; i < rows; i += SAMPLES)
    for (long j = 0; j < columns; j += SAMPLES) {
      const float *s = source + j * source_stride + i;
      float *t = target + i * target_stride + j;
      const long height = rows - i < SAMPLES ? rows - i : SAMPLES;
      const long width = columns - j < SAMPLES ? columns - j : SAMPLES;
      if (height == SAMPLES && width == SAMPLES) {
        lanes block[SAMPLES];
#pragma clang loop unroll(full)
        for (int k = 0; k < SAMPLES; k++)
          block[k] = *(const loose_lanes *)(s + k * source_stride);
        LEVEL(transpose)(block);
#pragma clang loop unroll(full)
        for (int k = 0; k < SAMPLES; k++) *(loose_lanes *)(t + k * target_stride) = block[k];
      } else {
        for (long k = 0; k < height; k++)
          for (long l = 0; l < width; l++) t[k * target_stride + l] = s[l * source_stride + k];
      }
    }
}

#undef WIDTH
