// One optimizer step over all parameters, in one parallel region.
#include "CKernels.h"
#include "levels/level.h"
#include "parallel.h"

typedef struct {
  const gk_parameter *parameters;
  int count;
  const gk_update *update;
  void (*loop)(const gk_parameter *, long, long, const gk_update *);
} step_work;

static void step_range(void *argument, long begin, long end) {
  const step_work *w = argument;
  long start = 0;
  for (int k = 0; k < w->count && start < end; k++) {
    const gk_parameter *p = &w->parameters[k];
    const long from = begin > start ? begin - start : 0;
    const long to = end - start < p->count ? end - start : p->count;
    if (from < to) w->loop(p, from, to, w->update);
    start += p->count;
  }
}

static void step(step_work w) {
  long total = 0;
  for (int k = 0; k < w.count; k++) total += w.parameters[k].count;
  gk_parallel(total, 8192, step_range, &w);
}

void gk_update_f32(const gk_parameter *parameters, int count, const gk_update *update) {
  step((step_work){parameters, count, update, gk_loops()->update_f32});
}

void gk_update_f64(const gk_parameter *parameters, int count, const gk_update *update) {
  step((step_work){parameters, count, update, gk_loops()->update_f64});
}
