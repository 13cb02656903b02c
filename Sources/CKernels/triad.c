// The yardstick for kernels that memory bounds.
#include "CKernels.h"
#include "parallel.h"

typedef struct {
  const float *b, *c;
  float scale, *a;
} triad_work;

static void range(void *argument, long begin, long end) {
  const triad_work *w = argument;
  const float *restrict b = w->b, *restrict c = w->c;
  float *restrict a = w->a;
  for (long i = begin; i < end; i++) a[i] = b[i] + w->scale * c[i];
}

void gk_triad(const float *b, const float *c, float scale, float *a, long n) {
  triad_work w = {b, c, scale, a};
  gk_parallel(n, 16384, range, &w);
}
