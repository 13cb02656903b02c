// One optimizer step over all parameters, in one parallel region.
#include "CKernels.h"
#include "levels/level.h"
#include "parallel.h"

#include <math.h>

typedef struct {
  const gk_parameter *parameters;
  int count;
  double rate, a, b, c, correction1, correction2;
  bool nesterov, first, adam, wide;
} step_work;

static void step_range(void *argument, long begin, long end) {
  const step_work *w = argument;
  const gk_level_table *loops = gk_loops();
  long start = 0;
  for (int k = 0; k < w->count && start < end; k++) {
    const gk_parameter *p = &w->parameters[k];
    const long from = begin > start ? begin - start : 0;
    const long to = end - start < p->count ? end - start : p->count;
    if (from < to) {
      if (w->adam)
        (w->wide ? loops->adam_f64 : loops->adam_f32)(
            p, from, to, w->rate, w->a, w->b, w->c, w->correction1, w->correction2);
      else
        (w->wide ? loops->sgd_f64 : loops->sgd_f32)(
            p, from, to, w->rate, w->a, w->b, w->nesterov, w->first);
    }
    start += p->count;
  }
}

static void run(step_work *w) {
  long total = 0;
  for (int k = 0; k < w->count; k++) total += w->parameters[k].count;
  gk_parallel(total, 8192, step_range, w);
}

static void sgd(
    const gk_parameter *parameters, int count, double rate, double momentum, double dampening,
    bool nesterov, bool first, bool wide) {
  step_work w = {.parameters = parameters, .count = count, .rate = rate, .a = momentum,
                 .b = dampening, .nesterov = nesterov, .first = first, .wide = wide};
  run(&w);
}

void gk_sgd_f32(
    const gk_parameter *parameters, int count, double rate, double momentum, double dampening,
    bool nesterov, bool first) {
  sgd(parameters, count, rate, momentum, dampening, nesterov, first, false);
}

void gk_sgd_f64(
    const gk_parameter *parameters, int count, double rate, double momentum, double dampening,
    bool nesterov, bool first) {
  sgd(parameters, count, rate, momentum, dampening, nesterov, first, true);
}

static void adam(
    const gk_parameter *parameters, int count, double rate, double beta1, double beta2,
    double epsilon, long step, bool wide) {
  step_work w = {.parameters = parameters, .count = count, .rate = rate, .a = beta1, .b = beta2,
                 .c = epsilon, .correction1 = 1 - pow(beta1, (double)step),
                 .correction2 = 1 - pow(beta2, (double)step), .adam = true, .wide = wide};
  run(&w);
}

void gk_adam_f32(
    const gk_parameter *parameters, int count, double rate, double beta1, double beta2,
    double epsilon, long step) {
  adam(parameters, count, rate, beta1, beta2, epsilon, step, false);
}

void gk_adam_f64(
    const gk_parameter *parameters, int count, double rate, double beta1, double beta2,
    double epsilon, long step) {
  adam(parameters, count, rate, beta1, beta2, epsilon, step, true);
}
