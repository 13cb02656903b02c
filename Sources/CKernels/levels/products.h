// Products of a few rows with a matrix, and transposed copies; compiled once a level, after
// convolution.h.

/// A tile of the product of a few rows with a matrix whose rows are contiguous: TILE_ROWS × TILE_WIDTH
/// vectors of sums are kept in registers.
#if SAMPLES == 16
#define TILE_ROWS 4
#define TILE_WIDTH 6
#else
#define TILE_ROWS 2
#define TILE_WIDTH 4
#endif
/// Rows of B after which the next rows of A have their turn: a strip of so many rows stays in the
/// second-level cache even where they are a multiple of 4 KiB apart and share its sets.
#define TILE_DEPTH 256
/// Rows of A in a tile of dot products, of which there are as many as lanes.
#if SAMPLES == 16
#define DOT_ROWS 4
#else
#define DOT_ROWS 2
#endif
/// Rows of a transposed B that all rows of A are multiplied with in turn.
#define DOT_GROUP 8

/// y (+)= a · b for a tile; a's element of row i and place k is at i · a_row + k · a_step.
static inline __attribute__((always_inline)) void LEVEL(few_rows_tile)(
    const float *a, long a_row, long a_step, long inner, const float *b, long b_stride, float *y,
    long y_stride, bool adds, const int rows, const int width) {
  lanes sums[TILE_ROWS][TILE_WIDTH];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (int j = 0; j < width; j++)
      sums[i][j] = adds ? *(loose_lanes *)(y + i * y_stride + j * SAMPLES) : (lanes){0};
  for (long k = 0; k < inner; k++, b += b_stride, a += a_step) {
    lanes values[TILE_WIDTH];
#pragma clang loop unroll(full)
    for (int j = 0; j < width; j++) values[j] = *(const loose_lanes *)(b + j * SAMPLES);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
      for (int j = 0; j < width; j++) sums[i][j] += values[j] * a[i * a_row];
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (int j = 0; j < width; j++)
      *(loose_lanes *)(y + i * y_stride + j * SAMPLES) = sums[i][j];
}

static inline __attribute__((always_inline)) void LEVEL(few_rows_strip)(
    const float *a, long a_row, long a_step, long rows, long inner, const float *b, long b_stride,
    float *y, long y_stride, const int width) {
  for (long k = 0; k < inner; k += TILE_DEPTH) {
    const long depth = inner - k < TILE_DEPTH ? inner - k : TILE_DEPTH;
    const float *first = a + k * a_step, *second = b + k * b_stride;
    long i = 0;
    for (; i + TILE_ROWS <= rows; i += TILE_ROWS)
      LEVEL(few_rows_tile)(
          first + i * a_row, a_row, a_step, depth, second, b_stride, y + i * y_stride, y_stride,
          k > 0, TILE_ROWS, width);
    first += i * a_row;
    float *last = y + i * y_stride;
    switch (rows - i) {
#if TILE_ROWS > 2
      case 3:
        LEVEL(few_rows_tile)(
            first, a_row, a_step, depth, second, b_stride, last, y_stride, k > 0, 3, width);
        break;
      case 2:
        LEVEL(few_rows_tile)(
            first, a_row, a_step, depth, second, b_stride, last, y_stride, k > 0, 2, width);
        break;
#endif
      case 1:
        LEVEL(few_rows_tile)(
            first, a_row, a_step, depth, second, b_stride, last, y_stride, k > 0, 1, width);
        break;
    }
  }
}

static void LEVEL(few_rows)(
    const float *a, long a_row, long a_step, long rows, long inner, const float *b, long b_stride,
    float *y, long y_stride, long columns) {
  long j = 0;
  for (; j + TILE_WIDTH * SAMPLES <= columns; j += TILE_WIDTH * SAMPLES)
    LEVEL(few_rows_strip)(
        a, a_row, a_step, rows, inner, b + j, b_stride, y + j, y_stride, TILE_WIDTH);
  for (; j + 2 * SAMPLES <= columns; j += 2 * SAMPLES)
    LEVEL(few_rows_strip)(a, a_row, a_step, rows, inner, b + j, b_stride, y + j, y_stride, 2);
  for (; j + SAMPLES <= columns; j += SAMPLES)
    LEVEL(few_rows_strip)(a, a_row, a_step, rows, inner, b + j, b_stride, y + j, y_stride, 1);
  if (j < columns && columns >= SAMPLES) {
    // The last vector reaches back to columns that are there already and come out the same.
    j = columns - SAMPLES;
    LEVEL(few_rows_strip)(a, a_row, a_step, rows, inner, b + j, b_stride, y + j, y_stride, 1);
    return;
  }
  for (; j < columns; j++)
    for (long i = 0; i < rows; i++) {
      float sum = 0;
      for (long k = 0; k < inner; k++) sum += a[i * a_row + k * a_step] * b[k * b_stride + j];
      y[i * y_stride + j] = sum;
    }
}

/// The integer lanes of a vector, for masks.
typedef int32_t LEVEL(bits) __attribute__((vector_size(SAMPLES * 4)));

/// y (+)= the dot products of `rows` rows of a with `columns` rows of b, at most SAMPLES of them.
static inline __attribute__((always_inline)) void LEVEL(few_dots_tile)(
    const float *a, long a_row, long inner, const float *b, long b_stride, float *y,
    long y_stride, bool adds, const int rows, const int columns) {
  lanes sums[SAMPLES];
#pragma clang loop unroll(full)
  for (int i = 0; i < SAMPLES; i++) sums[i] = (lanes){0};
  long k = 0;
  for (; k + SAMPLES <= inner; k += SAMPLES) {
    lanes values[SAMPLES];
#pragma clang loop unroll(full)
    for (int j = 0; j < columns; j++) values[j] = *(const loose_lanes *)(b + j * b_stride + k);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      const lanes value = *(const loose_lanes *)(a + i * a_row + k);
#pragma clang loop unroll(full)
      for (int j = 0; j < columns; j++) sums[i * columns + j] += value * values[j];
    }
  }
  if (k < inner && inner >= SAMPLES) {
    // The last vectors reach back to elements that are counted already and are masked out.
    const long start = inner - SAMPLES;
    LEVEL(bits) mask;
    for (int l = 0; l < SAMPLES; l++) mask[l] = start + l < k ? 0 : -1;
    lanes values[SAMPLES];
#pragma clang loop unroll(full)
    for (int j = 0; j < columns; j++)
      values[j] =
          (lanes)((LEVEL(bits))(lanes) * (const loose_lanes *)(b + j * b_stride + start) & mask);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      const lanes value =
          (lanes)((LEVEL(bits))(lanes) * (const loose_lanes *)(a + i * a_row + start) & mask);
#pragma clang loop unroll(full)
      for (int j = 0; j < columns; j++) sums[i * columns + j] += value * values[j];
    }
    k = inner;
  }
  LEVEL(transpose)(sums);
  lanes total = {0};
#pragma clang loop unroll(full)
  for (int i = 0; i < SAMPLES; i++) total += sums[i];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (int j = 0; j < columns; j++) {
      float sum = total[i * columns + j];
      for (long l = k; l < inner; l++) sum += a[i * a_row + l] * b[j * b_stride + l];
      y[i * y_stride + j] = adds ? y[i * y_stride + j] + sum : sum;
    }
}

/// Tiles of so many rows of a and of b along the rest of b's rows.
#define DOTS(ROWS, COLUMNS)                                                                     \
  for (; j + (COLUMNS) <= columns; j += (COLUMNS))                                              \
    LEVEL(few_dots_tile)(                                                                       \
        a, a_row, inner, b + j * b_stride, b_stride, y + j, y_stride, adds, ROWS, COLUMNS);

static void LEVEL(few_dots_rows)(
    const float *a, long a_row, long rows, long inner, const float *b, long b_stride, float *y,
    long y_stride, long columns, bool adds) {
  long j = 0;
  switch (rows) {
#if DOT_ROWS == 4
    case 4: DOTS(4, 4) DOTS(4, 1) break;
    case 3: DOTS(3, 4) DOTS(3, 1) break;
    case 2: DOTS(2, 8) DOTS(2, 1) break;
    case 1: DOTS(1, 8) DOTS(1, 1) break;
#else
    case 2: DOTS(2, SAMPLES / 2) DOTS(2, 1) break;
    case 1: DOTS(1, SAMPLES / 2) DOTS(1, 1) break;
#endif
  }
}
#undef DOTS

static void LEVEL(few_dots)(
    const float *a, long a_row, long rows, long inner, const float *b, long b_stride, float *y,
    long y_stride, long columns, bool adds) {
  for (long j = 0; j < columns; j += DOT_GROUP) {
    const long width = columns - j < DOT_GROUP ? columns - j : DOT_GROUP;
    for (long i = 0; i < rows; i += DOT_ROWS)
      LEVEL(few_dots_rows)(
          a + i * a_row, a_row, rows - i < DOT_ROWS ? rows - i : DOT_ROWS, inner,
          b + j * b_stride, b_stride, y + i * y_stride + j, y_stride, width, adds);
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
      // Vectors may reach beyond a row, but not beyond the last one.
      const bool inside = width == SAMPLES &&
          (j + SAMPLES - 1) * source_stride + i + SAMPLES <= (columns - 1) * source_stride + rows;
      if (inside) {
        lanes block[SAMPLES];
#pragma clang loop unroll(full)
        for (int k = 0; k < SAMPLES; k++)
          block[k] = *(const loose_lanes *)(s + k * source_stride);
        LEVEL(transpose)(block);
        if (height == SAMPLES) {
#pragma clang loop unroll(full)
          for (int k = 0; k < SAMPLES; k++) *(loose_lanes *)(t + k * target_stride) = block[k];
        } else {
          for (long k = 0; k < height; k++) *(loose_lanes *)(t + k * target_stride) = block[k];
        }
      } else {
        for (long k = 0; k < height; k++)
          for (long l = 0; l < width; l++) t[k * target_stride + l] = s[l * source_stride + k];
      }
    }
}

#undef TILE_ROWS
#undef TILE_WIDTH
#undef TILE_DEPTH
#undef DOT_ROWS
#undef DOT_GROUP
