// Batch normalisation of images whose channels lie in blocks. Planes, a sample's block each, are
// shared among the threads; what is summed over samples is summed in their order.
#include "CKernels.h"
#include "levels/level.h"
#include "parallel.h"

#include <math.h>
#include <string.h>

typedef struct {
  const gk_norm *n;
  const gk_level_table *loops;
  const float *u, *x;
  float *y;
  /// Of each plane and lane: two sums.
  double *sums;
  gk_norm_lanes *lanes;
} norm_work;

static long blocks_of(const gk_norm *n) { return (n->channels + n->block - 1) / n->block; }
static long planes_of(const gk_norm *n) { return n->samples * blocks_of(n); }

size_t gk_norm_workspace(const gk_norm *n) {
  const size_t sums = (size_t)planes_of(n) * 2 * (size_t)n->block * sizeof(double);
  return sums + (size_t)blocks_of(n) * sizeof(gk_norm_lanes);
}

static norm_work work_of(
    const gk_norm *n, const float *u, const float *x, float *y, void *workspace) {
  double *sums = workspace;
  return (norm_work){
      n, gk_loops(), u, x, y, sums, (gk_norm_lanes *)(sums + planes_of(n) * 2 * n->block)};
}

/// Planes that are worth a thread.
static long grain(const gk_norm *n) { return 16384 / (n->pixels * n->block + 1) + 1; }

/// The lanes' numbers for z = (x − mean) · factor + offset; 0 beyond the channels.
static void prepare(
    norm_work *w, const float *scale, const float *offset, const float *mean,
    const float *variance) {
  const gk_norm *n = w->n;
  memset(w->lanes, 0, (size_t)blocks_of(n) * sizeof *w->lanes);
  for (long channel = 0; channel < n->channels; channel++) {
    gk_norm_lanes *lanes = &w->lanes[channel / n->block];
    const long lane = channel % n->block;
    lanes->mean[lane] = mean[channel];
    lanes->factor[lane] =
        (float)(scale[channel] / sqrt((double)variance[channel] + (double)n->epsilon));
    lanes->offset[lane] = offset[channel];
  }
}

static void statistics_of_planes(void *argument, long begin, long end) {
  const norm_work *w = argument;
  const long block = w->n->block, size = w->n->pixels * block;
  for (long plane = begin; plane < end; plane++) {
    double *sums = w->sums + plane * 2 * block;
    w->loops->norm_statistics(
        w->x + plane * size, w->n->pixels, (int)block, sums, sums + block);
  }
}

static void apply_to_planes(void *argument, long begin, long end) {
  const norm_work *w = argument;
  const long size = w->n->pixels * w->n->block, blocks = blocks_of(w->n);
  for (long plane = begin; plane < end; plane++)
    w->loops->norm_apply(
        w->x + plane * size, w->n->pixels, w->n->block, w->n->rectified,
        &w->lanes[plane % blocks], w->y + plane * size);
}

void gk_norm_training(
    const gk_norm *n, const float *x, const float *scale, const float *offset, float *y,
    float *mean, float *variance, void *workspace) {
  norm_work w = work_of(n, 0, x, y, workspace);
  gk_parallel_items(planes_of(n), grain(n), statistics_of_planes, &w);
  const long block = n->block, blocks = blocks_of(n);
  for (long channel = 0; channel < n->channels; channel++) {
    // Chan, Golub and LeVeque 1979: the moments of a union.
    double center = 0, squares = 0, count = 0;
    for (long sample = 0; sample < n->samples; sample++) {
      const double *sums =
          w.sums + (sample * blocks + channel / block) * 2 * block + channel % block;
      const double more = (double)n->pixels, distance = sums[0] - center, all = count + more;
      center += distance * more / all;
      squares += sums[block] + distance * distance * count * more / all;
      count = all;
    }
    mean[channel] = (float)center;
    variance[channel] = (float)(squares > 0 ? squares / count : squares < 0 ? 0 : squares);
  }
  prepare(&w, scale, offset, mean, variance);
  gk_parallel_items(planes_of(n), grain(n), apply_to_planes, &w);
}

void gk_norm_inference(
    const gk_norm *n, const float *x, const float *scale, const float *offset, const float *mean,
    const float *variance, float *y, void *workspace) {
  norm_work w = work_of(n, 0, x, y, workspace);
  prepare(&w, scale, offset, mean, variance);
  gk_parallel_items(planes_of(n), grain(n), apply_to_planes, &w);
}

static void gradient_sums_of_planes(void *argument, long begin, long end) {
  const norm_work *w = argument;
  const long block = w->n->block, size = w->n->pixels * block, blocks = blocks_of(w->n);
  for (long plane = begin; plane < end; plane++) {
    double *sums = w->sums + plane * 2 * block;
    w->loops->norm_gradient_sums(
        w->u + plane * size, w->x + plane * size, w->n->pixels, (int)block, w->n->rectified,
        &w->lanes[plane % blocks], sums, sums + block);
  }
}

static void gradient_of_planes(void *argument, long begin, long end) {
  const norm_work *w = argument;
  const long size = w->n->pixels * w->n->block, blocks = blocks_of(w->n);
  for (long plane = begin; plane < end; plane++)
    w->loops->norm_gradient_apply(
        w->u + plane * size, w->x + plane * size, w->n->pixels, w->n->block, w->n->rectified,
        &w->lanes[plane % blocks], w->y + plane * size);
}

void gk_norm_gradient(
    const gk_norm *n, const float *u, const float *x, const float *scale, const float *offset,
    const float *mean, const float *variance, float *out, float *scale_gradient,
    float *offset_gradient, void *workspace) {
  norm_work w = work_of(n, u, x, out, workspace);
  prepare(&w, scale, offset, mean, variance);
  gk_parallel_items(planes_of(n), grain(n), gradient_sums_of_planes, &w);
  const long block = n->block, blocks = blocks_of(n);
  const double count = (double)n->samples * (double)n->pixels;
  for (long channel = 0; channel < n->channels; channel++) {
    double sum = 0, product = 0;
    for (long sample = 0; sample < n->samples; sample++) {
      const double *sums =
          w.sums + (sample * blocks + channel / block) * 2 * block + channel % block;
      sum += sums[0];
      product += sums[block];
    }
    const double square = (double)variance[channel] + (double)n->epsilon;
    gk_norm_lanes *lanes = &w.lanes[channel / block];
    const long lane = channel % block;
    // γ/σ · (g − Σg/m − (x − mean)/σ² · Σ g·(x − mean)/m)
    lanes->slope[lane] = (float)(-lanes->factor[lane] * product / (count * square));
    lanes->shift[lane] = (float)(-lanes->factor[lane] * sum / count);
    scale_gradient[channel] = (float)(product / sqrt(square));
    offset_gradient[channel] = (float)sum;
  }
  gk_parallel_items(planes_of(n), grain(n), gradient_of_planes, &w);
}
