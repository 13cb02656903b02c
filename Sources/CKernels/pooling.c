// Maximum pooling over row-major planes.
#include "CKernels.h"
#include "parallel.h"

#include <string.h>

typedef struct {
  const gk_pooling *g;
  const float *x;
  float *y;
  int32_t *places;
  const int32_t *given;
} pool_work;

static void maximum_planes(void *argument, long begin, long end) {
  const pool_work *w = argument;
  const gk_pooling *g = w->g;
  for (long plane = begin; plane < end; plane++) {
    const float *x = w->x + plane * g->height * g->width;
    float *y = w->y + plane * g->out_height * g->out_width;
    int32_t *places = w->places + plane * g->out_height * g->out_width;
    for (long i = 0; i < g->out_height; i++) {
      const long top = i * g->stride[0] - g->padding[0];
      const long row0 = top < 0 ? 0 : top;
      const long row1 = top + g->window[0] < g->height ? top + g->window[0] : g->height;
      for (long j = 0; j < g->out_width; j++) {
        const long left = j * g->stride[1] - g->padding[1];
        const long column0 = left < 0 ? 0 : left;
        const long column1 = left + g->window[1] < g->width ? left + g->window[1] : g->width;
        long best = row0 * g->width + column0;
        for (long row = row0; row < row1; row++)
          for (long column = column0; column < column1; column++) {
            const long place = row * g->width + column;
            if (x[place] > x[best] || (x[place] != x[place] && x[best] == x[best])) best = place;
          }
        y[i * g->out_width + j] = x[best];
        places[i * g->out_width + j] = (int32_t)best;
      }
    }
  }
}

void gk_maximum_pool(const gk_pooling *g, const float *x, float *y, int32_t *places) {
  pool_work w = {g, x, y, places, 0};
  const long cost = g->out_height * g->out_width * g->window[0] * g->window[1] + 1;
  gk_parallel(g->planes, 16384 / cost + 1, maximum_planes, &w);
}

static void maximum_gradient_planes(void *argument, long begin, long end) {
  const pool_work *w = argument;
  const gk_pooling *g = w->g;
  const long inputs = g->height * g->width, outputs = g->out_height * g->out_width;
  memset(w->y + begin * inputs, 0, (size_t)((end - begin) * inputs) * sizeof(float));
  for (long plane = begin; plane < end; plane++)
    for (long i = 0; i < outputs; i++)
      w->y[plane * inputs + w->given[plane * outputs + i]] += w->x[plane * outputs + i];
}

void gk_maximum_pool_gradient(
    const gk_pooling *g, const float *u, const int32_t *places, float *out) {
  pool_work w = {g, u, out, 0, places};
  const long cost = g->height * g->width + 1;
  gk_parallel(g->planes, 16384 / cost + 1, maximum_gradient_planes, &w);
}
