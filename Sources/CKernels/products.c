// Products that oneDNN is slow at.
#include "CKernels.h"
#include "levels/level.h"
#include "parallel.h"

typedef struct {
  const float *a, *b;
  float *y;
  long rows, inner, columns, b_stride;
} product_work;

static void columns_range(void *argument, long begin, long end) {
  const product_work *w = argument;
  gk_loops()->few_rows(
      w->a, w->rows, w->inner, w->b + begin, w->b_stride, w->y + begin, w->columns, end - begin);
}

void gk_few_rows(
    const float *a, long rows, long inner, const float *b, long b_stride, long columns, float *y) {
  product_work w = {a, b, y, rows, inner, columns, b_stride};
  gk_parallel(columns, 65536 / (inner * rows + 1) + 128, columns_range, &w);
}
