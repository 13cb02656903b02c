// Batch normalisation of images whose channels lie in blocks. A plane is a sample's block. What is
// summed over samples is summed in their order, so that threads change no result.
#include "CKernels.h"
#include "levels/level.h"
#include "parallel.h"

#include <math.h>
#include <string.h>

typedef struct norm_work norm_work;

struct norm_work {
  const gk_norm *n;
  const gk_level_table *loops;
  const float *u, *x;
  float *y;
  const float *scale, *offset;
  /// Written in training, else only read.
  float *mean, *variance;
  float *scale_gradient, *offset_gradient;
  /// Of each plane and lane: two sums.
  double *sums;
  gk_norm_lanes *lanes;
  /// Takes a plane's sums.
  void (*gather)(const norm_work *w, long plane);
  /// Makes of the sums of a block's planes what `apply` wants.
  void (*conclude)(const norm_work *w, long block);
  /// Gives a plane's results.
  void (*apply)(const norm_work *w, long plane);
};

static long blocks_of(const gk_norm *n) { return (n->channels + n->block - 1) / n->block; }
static long planes_of(const gk_norm *n) { return n->samples * blocks_of(n); }

size_t gk_norm_workspace(const gk_norm *n) {
  const size_t sums = (size_t)planes_of(n) * 2 * (size_t)n->block * sizeof(double);
  return sums + (size_t)blocks_of(n) * sizeof(gk_norm_lanes);
}

static norm_work work_of(const gk_norm *n, const float *x, float *y, void *workspace) {
  double *sums = workspace;
  return (norm_work){
      .n = n, .loops = gk_loops(), .x = x, .y = y, .sums = sums,
      .lanes = (gk_norm_lanes *)(sums + planes_of(n) * 2 * n->block)};
}

static long plane_size(const norm_work *w) { return w->n->pixels * w->n->block; }
static double *sums_of(const norm_work *w, long plane) {
  return w->sums + plane * 2 * w->n->block;
}
static const gk_norm_lanes *lanes_of(const norm_work *w, long plane) {
  return &w->lanes[plane % blocks_of(w->n)];
}

static void gather_planes(void *argument, long begin, long end) {
  const norm_work *w = argument;
  for (long plane = begin; plane < end; plane++) w->gather(w, plane);
}

static void apply_to_planes(void *argument, long begin, long end) {
  const norm_work *w = argument;
  for (long plane = begin; plane < end; plane++) w->apply(w, plane);
}

static void finish_blocks(void *argument, long begin, long end) {
  const norm_work *w = argument;
  const long blocks = blocks_of(w->n);
  for (long block = begin; block < end; block++) {
    for (long sample = 0; sample < w->n->samples; sample++) w->gather(w, sample * blocks + block);
    w->conclude(w, block);
    // The other way round: the last planes are still in the cache.
    for (long sample = w->n->samples - 1; sample >= 0; sample--)
      w->apply(w, sample * blocks + block);
  }
}

/// Elements that are worth a thread.
enum { GRAIN = 16384 };

/// The planes of a thread's share, where each is worth `GRAIN` elements.
static long grain(long size) { return GRAIN / (size + 1) + 1; }

/// Applies, where all that it wants is known.
static void run_apply(norm_work *w) {
  gk_parallel_items(planes_of(w->n), grain(plane_size(w)), apply_to_planes, w);
}

/// Gathers, concludes and applies.
static void run(norm_work *w) {
  const long blocks = blocks_of(w->n), threads = gk_threads();
  if (blocks % threads == 0 || blocks >= 4 * threads) {
    // Block by block: the second pass over a block's planes finds them in the cache.
    gk_parallel_items(
        blocks, grain(plane_size(w) * w->n->samples), finish_blocks, w);
    return;
  }
  gk_parallel_items(planes_of(w->n), grain(plane_size(w)), gather_planes, w);
  for (long block = 0; block < blocks; block++) w->conclude(w, block);
  run_apply(w);
}

/// The channels of a block, and the first of them.
static long channels_in(const gk_norm *n, long block, long *first) {
  *first = block * n->block;
  return n->channels - *first < n->block ? n->channels - *first : n->block;
}

/// The lanes' numbers for z = (x − mean) · factor + offset; 0 beyond the channels.
static void prepare(const norm_work *w, long block) {
  const gk_norm *n = w->n;
  gk_norm_lanes *lanes = &w->lanes[block];
  memset(lanes, 0, sizeof *lanes);
  long first;
  const long channels = channels_in(n, block, &first);
  for (long lane = 0; lane < channels; lane++) {
    const long channel = first + lane;
    lanes->mean[lane] = w->mean[channel];
    lanes->factor[lane] =
        (float)(w->scale[channel] / sqrt((double)w->variance[channel] + (double)n->epsilon));
    lanes->offset[lane] = w->offset[channel];
  }
}

static void gather_statistics(const norm_work *w, long plane) {
  double *sums = sums_of(w, plane);
  w->loops->norm_statistics(
      w->x + plane * plane_size(w), w->n->pixels, w->n->block, sums, sums + w->n->block);
}

static void conclude_statistics(const norm_work *w, long block) {
  const gk_norm *n = w->n;
  long first;
  const long channels = channels_in(n, block, &first);
  for (long lane = 0; lane < channels; lane++) {
    // Chan, Golub and LeVeque 1979: the moments of a union.
    double center = 0, squares = 0, count = 0;
    for (long sample = 0; sample < n->samples; sample++) {
      const double *sums = sums_of(w, sample * blocks_of(n) + block) + lane;
      const double more = (double)n->pixels, distance = sums[0] - center, all = count + more;
      center += distance * more / all;
      squares += sums[n->block] + distance * distance * count * more / all;
      count = all;
    }
    w->mean[first + lane] = (float)center;
    w->variance[first + lane] =
        (float)(squares > 0 ? squares / count : squares < 0 ? 0 : squares);
  }
  prepare(w, block);
}

static void apply(const norm_work *w, long plane) {
  const long at = plane * plane_size(w);
  w->loops->norm_apply(
      w->x + at, w->n->pixels, w->n->block, w->n->rectified, lanes_of(w, plane), w->y + at);
}

void gk_norm_training(
    const gk_norm *n, const float *x, const float *scale, const float *offset, float *y,
    float *mean, float *variance, void *workspace) {
  norm_work w = work_of(n, x, y, workspace);
  w.scale = scale, w.offset = offset, w.mean = mean, w.variance = variance;
  w.gather = gather_statistics, w.conclude = conclude_statistics, w.apply = apply;
  run(&w);
}

void gk_norm_inference(
    const gk_norm *n, const float *x, const float *scale, const float *offset, const float *mean,
    const float *variance, float *y, void *workspace) {
  norm_work w = work_of(n, x, y, workspace);
  w.scale = scale, w.offset = offset, w.mean = (float *)mean, w.variance = (float *)variance;
  w.apply = apply;
  for (long block = 0; block < blocks_of(n); block++) prepare(&w, block);
  run_apply(&w);
}

static void gather_gradient(const norm_work *w, long plane) {
  const long at = plane * plane_size(w);
  double *sums = sums_of(w, plane);
  w->loops->norm_gradient_sums(
      w->u + at, w->x + at, w->n->pixels, w->n->block, w->n->rectified, lanes_of(w, plane), sums,
      sums + w->n->block);
}

static void conclude_gradient(const norm_work *w, long block) {
  const gk_norm *n = w->n;
  const double count = (double)n->samples * (double)n->pixels;
  gk_norm_lanes *lanes = &w->lanes[block];
  long first;
  const long channels = channels_in(n, block, &first);
  for (long lane = 0; lane < channels; lane++) {
    double sum = 0, product = 0;
    for (long sample = 0; sample < n->samples; sample++) {
      const double *sums = sums_of(w, sample * blocks_of(n) + block) + lane;
      sum += sums[0];
      product += sums[n->block];
    }
    const double square = (double)w->variance[first + lane] + (double)n->epsilon;
    // γ/σ · (g − Σg/m − (x − mean)/σ² · Σ g·(x − mean)/m)
    lanes->slope[lane] = (float)(-lanes->factor[lane] * product / (count * square));
    lanes->shift[lane] = (float)(-lanes->factor[lane] * sum / count);
    w->scale_gradient[first + lane] = (float)(product / sqrt(square));
    w->offset_gradient[first + lane] = (float)sum;
  }
}

static void apply_gradient(const norm_work *w, long plane) {
  const long at = plane * plane_size(w);
  w->loops->norm_gradient_apply(
      w->u + at, w->x + at, w->n->pixels, w->n->block, w->n->rectified, lanes_of(w, plane),
      w->y + at);
}

void gk_norm_gradient(
    const gk_norm *n, const float *u, const float *x, const float *scale, const float *offset,
    const float *mean, const float *variance, float *out, float *scale_gradient,
    float *offset_gradient, void *workspace) {
  norm_work w = work_of(n, x, out, workspace);
  w.u = u, w.scale = scale, w.offset = offset;
  w.mean = (float *)mean, w.variance = (float *)variance;
  w.scale_gradient = scale_gradient, w.offset_gradient = offset_gradient;
  w.gather = gather_gradient, w.conclude = conclude_gradient, w.apply = apply_gradient;
  for (long block = 0; block < blocks_of(n); block++) prepare(&w, block);
  run(&w);
}
