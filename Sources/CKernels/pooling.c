// Pooling over planes, row-major or of pixels that hold a block of channels.
#include "CKernels.h"
#include "levels/level.h"
#include "parallel.h"

#include <string.h>

typedef struct {
  const gk_pooling *g;
  const float *x;
  float *y;
  int32_t *places;
  const int32_t *given;
  int block;
} pool_work;

/// The part of a window that lies within its plane.
typedef struct {
  long top, left, rows, columns;
} pane;

static inline pane pane_of(const gk_pooling *g, long i, long j) {
  const long top = i * g->stride[0] - g->padding[0], left = j * g->stride[1] - g->padding[1];
  const long row0 = top < 0 ? 0 : top, column0 = left < 0 ? 0 : left;
  const long row1 = top + g->window[0] < g->height ? top + g->window[0] : g->height;
  const long column1 = left + g->window[1] < g->width ? left + g->window[1] : g->width;
  return (pane){row0, column0, row1 - row0, column1 - column0};
}

static void maximum_planes(void *argument, long begin, long end) {
  const pool_work *w = argument;
  const gk_pooling *g = w->g;
  for (long plane = begin; plane < end; plane++) {
    const float *x = w->x + plane * g->height * g->width;
    float *y = w->y + plane * g->out_height * g->out_width;
    int32_t *places = w->places + plane * g->out_height * g->out_width;
    for (long i = 0; i < g->out_height; i++)
      for (long j = 0; j < g->out_width; j++) {
        const pane p = pane_of(g, i, j);
        long best = p.top * g->width + p.left;
        for (long row = p.top; row < p.top + p.rows; row++)
          for (long column = p.left; column < p.left + p.columns; column++) {
            const long place = row * g->width + column;
            if (x[place] > x[best] || (x[place] != x[place] && x[best] == x[best])) best = place;
          }
        y[i * g->out_width + j] = x[best];
        places[i * g->out_width + j] = (int32_t)best;
      }
  }
}

static void maximum_blocked_planes(void *argument, long begin, long end) {
  const pool_work *w = argument;
  const gk_pooling *g = w->g;
  const gk_level_table *loops = gk_loops();
  const long block = w->block;
  for (long plane = begin; plane < end; plane++) {
    const float *x = w->x + plane * g->height * g->width * block;
    long to = plane * g->out_height * g->out_width * block;
    for (long i = 0; i < g->out_height; i++)
      for (long j = 0; j < g->out_width; j++, to += block) {
        const pane p = pane_of(g, i, j);
        loops->largest_of(
            x, p.top * g->width + p.left, p.rows, p.columns, g->width, w->block, w->y + to,
            w->places + to);
      }
  }
}

void gk_maximum_pool(const gk_pooling *g, const float *x, float *y, int32_t *places) {
  pool_work w = {g, x, y, places, 0, 1};
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
  pool_work w = {g, u, out, 0, places, 1};
  const long cost = g->height * g->width + 1;
  gk_parallel(g->planes, 16384 / cost + 1, maximum_gradient_planes, &w);
}

void gk_maximum_pool_blocked(
    const gk_pooling *g, int block, const float *x, float *y, int32_t *places) {
  pool_work w = {g, x, y, places, 0, block};
  const long cost = g->out_height * g->out_width * g->window[0] * g->window[1] * block + 1;
  gk_parallel_items(g->planes, 65536 / cost + 1, maximum_blocked_planes, &w);
}

static void maximum_gradient_blocked_planes(void *argument, long begin, long end) {
  const pool_work *w = argument;
  const gk_pooling *g = w->g;
  const long block = w->block;
  const long inputs = g->height * g->width * block, outputs = g->out_height * g->out_width;
  memset(w->y + begin * inputs, 0, (size_t)((end - begin) * inputs) * sizeof(float));
  for (long plane = begin; plane < end; plane++) {
    float *y = w->y + plane * inputs;
    const float *u = w->x + plane * outputs * block;
    const int32_t *places = w->given + plane * outputs * block;
    for (long i = 0; i < outputs; i++)
      for (long lane = 0; lane < block; lane++)
        y[places[i * block + lane] * block + lane] += u[i * block + lane];
  }
}

void gk_maximum_pool_gradient_blocked(
    const gk_pooling *g, int block, const float *u, const int32_t *places, float *out) {
  pool_work w = {g, u, out, 0, places, block};
  const long cost = g->height * g->width * block + 1;
  gk_parallel_items(g->planes, 65536 / cost + 1, maximum_gradient_blocked_planes, &w);
}

typedef struct {
  const float *x;
  float *y;
  long height, width;
} halving_work;

static void halve_planes(void *argument, long begin, long end) {
  const halving_work *w = argument;
  const gk_level_table *loops = gk_loops();
  const long rows = w->height / 2, columns = w->width / 2;
  for (long plane = begin; plane < end; plane++)
    for (long i = 0; i < rows; i++) {
      const float *x = w->x + (plane * w->height + 2 * i) * w->width;
      loops->halve_row(x, x + w->width, w->y + (plane * rows + i) * columns, columns);
    }
}

void gk_halve(const float *x, float *y, long planes, long height, long width) {
  halving_work w = {x, y, height, width};
  gk_parallel(planes, 16384 / (height * width + 1) + 1, halve_planes, &w);
}

static void double_planes(void *argument, long begin, long end) {
  const halving_work *w = argument;
  const gk_level_table *loops = gk_loops();
  const long rows = w->height / 2, columns = w->width / 2;
  for (long plane = begin; plane < end; plane++) {
    float *y = w->y + plane * w->height * w->width;
    for (long i = 0; i < rows; i++) {
      float *a = y + 2 * i * w->width;
      loops->double_row(w->x + (plane * rows + i) * columns, a, a + w->width, columns);
      if (w->width % 2) a[w->width - 1] = a[2 * w->width - 1] = 0;
    }
    if (w->height % 2) memset(y + (w->height - 1) * w->width, 0, (size_t)w->width * sizeof(float));
  }
}

void gk_halve_gradient(const float *u, float *out, long planes, long height, long width) {
  halving_work w = {u, out, height, width};
  gk_parallel(planes, 16384 / (height * width + 1) + 1, double_planes, &w);
}
