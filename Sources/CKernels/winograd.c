// The transforms of Winograd's convolution F(4 × 4, 3 × 3), shared among the threads by tiles and by
// filters.
#include "CKernels.h"
#include "levels/level.h"
#include "parallel.h"

long gk_winograd_plane(long count) {
  // A power of two between the planes would put all 36 into the same few places of the caches.
  return (count + 1023) / 1024 * 1024 + 48;
}

static long padded(long channels, long block) { return (channels + block - 1) / block * block; }

typedef struct {
  const gk_tiles *g;
  const gk_level_table *loops;
  long first, width, plane;
  const float *x, *bias;
  bool rectified;
  float *planes, *y;
} tile_work;

static tile_work tiles(const gk_tiles *g, long first, long count) {
  const long width = padded(g->channels, g->block);
  return (tile_work){
      .g = g, .loops = gk_loops(), .first = first, .width = width,
      .plane = gk_winograd_plane(count * width)};
}

/// Tiles that are worth a thread.
static long grain(const tile_work *w) { return 512 / w->width + 1; }

static void windows(void *argument, long begin, long end) {
  const tile_work *w = argument;
  w->loops->winograd_windows(w->g, w->first, begin, end, w->x, w->planes, w->width, w->plane);
}

void gk_winograd_windows(
    const gk_tiles *g, long first, long count, const float *x, float *planes) {
  tile_work w = tiles(g, first, count);
  w.x = x;
  w.planes = planes;
  gk_parallel_items(count, grain(&w), windows, &w);
}

static void results(void *argument, long begin, long end) {
  const tile_work *w = argument;
  w->loops->winograd_results(
      w->g, w->first, begin, end, w->planes, w->width, w->plane, w->bias, w->rectified, w->y);
}

void gk_winograd_results(
    const gk_tiles *g, long first, long count, const float *planes, const float *bias,
    bool rectified, float *y) {
  tile_work w = tiles(g, first, count);
  w.planes = (float *)planes;
  w.bias = bias;
  w.rectified = rectified;
  w.y = y;
  gk_parallel_items(count, grain(&w), results, &w);
}

static void upstreams(void *argument, long begin, long end) {
  const tile_work *w = argument;
  w->loops->winograd_upstreams(w->g, w->first, begin, end, w->x, w->planes, w->width, w->plane);
}

void gk_winograd_upstreams(
    const gk_tiles *g, long first, long count, const float *u, float *planes) {
  tile_work w = tiles(g, first, count);
  w.x = u;
  w.planes = planes;
  gk_parallel_items(count, grain(&w), upstreams, &w);
}

typedef struct {
  const gk_filters *f;
  const gk_level_table *loops;
  const float *x;
  bool turned;
  float *y;
  long plane;
} filter_work;

static filter_work filters(const gk_filters *f, const float *x, float *y) {
  return (filter_work){
      .f = f, .loops = gk_loops(), .x = x, .y = y,
      .plane = gk_winograd_plane(padded(f->inputs, f->block) * padded(f->outputs, f->block))};
}

static void transform(void *argument, long begin, long end) {
  const filter_work *w = argument;
  w->loops->winograd_filters(w->f, begin, end, w->x, w->turned, w->y, w->plane);
}

void gk_winograd_filters(const gk_filters *f, const float *weights, bool turned, float *planes) {
  filter_work w = filters(f, weights, planes);
  w.turned = turned;
  gk_parallel_items(padded(f->outputs, f->block) / 8, 512 / f->inputs + 1, transform, &w);
}

static void transform_gradient(void *argument, long begin, long end) {
  const filter_work *w = argument;
  w->loops->winograd_filter_gradients(w->f, begin, end, w->x, w->plane, w->y);
}

void gk_winograd_filter_gradient(const gk_filters *f, const float *planes, float *gradient) {
  filter_work w = filters(f, planes, gradient);
  gk_parallel_items(padded(f->outputs, f->block) / 8, 512 / f->inputs + 1, transform_gradient, &w);
}
