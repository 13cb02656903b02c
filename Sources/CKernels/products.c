// Products that oneDNN is slow at.
#include "CKernels.h"
#include "levels/level.h"
#include "parallel.h"

typedef struct {
  const float *a;
  long a_row, a_step, rows, inner;
  const float *b;
  long b_stride;
  float *y;
  long columns;
} product_work;

static void columns_range(void *argument, long begin, long end) {
  const product_work *w = argument;
  gk_loops()->few_rows(
      w->a, w->a_row, w->a_step, w->rows, w->inner, w->b + begin, w->b_stride, w->y + begin,
      w->columns, end - begin);
}

void gk_few_rows(
    const float *a, long a_row, long a_step, long rows, long inner, const float *b, long b_stride,
    long columns, float *y) {
  product_work w = {a, a_row, a_step, rows, inner, b, b_stride, y, columns};
  gk_parallel(columns, 65536 / (inner * rows + 1) + 48, columns_range, &w);
}

/// The part of a transposed a that a thread copies at a time, so that none has to fetch what another
/// has written.
#define MOST_ROWS 32
#define COPY_DEPTH 1024

static void dots_range(void *argument, long begin, long end) {
  const product_work *w = argument;
  const gk_level_table *loops = gk_loops();
  const float *b = w->b + begin * w->b_stride;
  float *y = w->y + begin;
  if (w->a_step == 1) {
    loops->few_dots(
        w->a, w->a_row, w->rows, w->inner, b, w->b_stride, y, w->columns, end - begin, false);
    return;
  }
  float copy[MOST_ROWS * COPY_DEPTH];
  for (long k = 0; k < w->inner; k += COPY_DEPTH) {
    const long depth = w->inner - k < COPY_DEPTH ? w->inner - k : COPY_DEPTH;
    loops->transposed_copy(w->a + k * w->a_step, w->a_step, copy, depth, w->rows, depth);
    loops->few_dots(
        copy, depth, w->rows, depth, b + k, w->b_stride, y, w->columns, end - begin, k > 0);
  }
}

void gk_few_dots(
    const float *a, long a_row, long a_step, long rows, long inner, const float *b, long b_stride,
    long columns, float *y) {
  product_work w = {a, a_row, a_step, rows, inner, b, b_stride, y, columns};
  gk_parallel(columns, 65536 / (inner * rows + 1) + 48, dots_range, &w);
}
