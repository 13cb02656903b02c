// Convolution of small images with few channels, sets of samples shared among the team.
#include "CKernels.h"
#include "levels/level.h"
#include "parallel.h"

#include <stdatomic.h>
#include <string.h>

/// The forward map: columns of zeros are laid around the rows, rows above and below are skipped.
static gk_correlation forward_map(const gk_convolution *c) {
  gk_correlation g = {
      .channels = c->channels, .height = c->height, .outputs = c->outputs,
      .out_height = c->out_height, .out_width = c->out_width, .top = c->padding[0],
      .left = c->padding[1]};
  const long reach =
      (c->out_width - 1) * c->stride[1] + c->dilation[1] * (c->kernel[1] - 1) + 1;
  g.right = reach - c->padding[1] - c->width;
  if (g.right < 0) g.right = 0;
  g.width = c->width + g.left + g.right;
  for (int axis = 0; axis < 2; axis++) {
    g.kernel[axis] = c->kernel[axis];
    g.stride[axis] = c->stride[axis];
    g.dilation[axis] = c->dilation[axis];
  }
  return g;
}

/// Its transpose for strides of 1: the upstream gradient is convolved with the kernels turned.
static gk_correlation backward_map(const gk_convolution *c) {
  gk_correlation g = {
      .channels = c->outputs, .height = c->out_height, .outputs = c->channels,
      .out_height = c->height, .out_width = c->width, .stride = {1, 1},
      .top = c->dilation[0] * (c->kernel[0] - 1) - c->padding[0],
      .left = c->dilation[1] * (c->kernel[1] - 1) - c->padding[1]};
  g.right = c->width + c->padding[1] - c->out_width;
  g.width = c->out_width + g.left + g.right;
  for (int axis = 0; axis < 2; axis++) {
    g.kernel[axis] = c->kernel[axis];
    g.dilation[axis] = c->dilation[axis];
  }
  return g;
}

bool gk_convolution_has_input_gradient(const gk_convolution *c) {
  for (int axis = 0; axis < 2; axis++)
    if (c->stride[axis] != 1 || c->padding[axis] > c->dilation[axis] * (c->kernel[axis] - 1))
      return false;
  return true;
}

/// Elements of a sample's input, without the columns of zeros.
static long input_count(const gk_correlation *g) {
  return g->channels * g->height * (g->width - g->left - g->right);
}

/// Elements of a sample's result.
static long output_count(const gk_correlation *g) {
  return g->outputs * g->out_height * g->out_width;
}

static long sets(const gk_convolution *c) {
  const long samples = gk_loops()->samples;
  return (c->n + samples - 1) / samples;
}

static size_t set_bytes(const gk_correlation *g) {
  return (size_t)(gk_loops()->workspace(g) * gk_loops()->samples) * sizeof(float);
}

static long weight_count(const gk_convolution *c) {
  return c->outputs * c->channels * c->kernel[0] * c->kernel[1];
}

/// Bytes of `count` floats, rounded up so that what follows is aligned.
static size_t aligned_bytes(long count) {
  return ((size_t)count * sizeof(float) + 63) / 64 * 64;
}

size_t gk_convolution_set_bytes(const gk_convolution *c) {
  const gk_correlation forward = forward_map(c);
  size_t bytes = set_bytes(&forward);
  if (gk_convolution_has_input_gradient(c)) {
    const gk_correlation backward = backward_map(c);
    const size_t other = set_bytes(&backward);
    if (other > bytes) bytes = other;
  }
  return bytes;
}

size_t gk_convolution_workspace(const gk_convolution *c) {
  const long partial = weight_count(c) + c->outputs;
  return (size_t)gk_threads() * gk_convolution_set_bytes(c) +
         aligned_bytes((sets(c) > 1 ? sets(c) : 1) * partial);
}

typedef struct {
  const gk_correlation *g;
  const float *x, *x_end, *u, *u_end, *weights, *bias;
  float *y;
  char *workspace;
  size_t bytes;
  long partial;
  atomic_long next;
} convolution_work;

/// Working memory of the calling thread.
static void *own_workspace(convolution_work *w) {
  return w->workspace + (size_t)atomic_fetch_add(&w->next, 1) * w->bytes;
}

static void convolve_range(void *argument, long begin, long end) {
  convolution_work *w = argument;
  const gk_level_table *loops = gk_loops();
  const gk_correlation *g = w->g;
  const long inputs = input_count(g), outputs = output_count(g);
  void *workspace = own_workspace(w);
  for (long n = begin; n < end; n += loops->samples)
    loops->convolve(
        g, end - n < loops->samples ? end - n : loops->samples, w->x + n * inputs, w->x_end,
        w->weights, w->bias, w->y + n * outputs, workspace);
}

/// One map over all samples; `turned` says how the weights lie.
static void convolve(
    const gk_convolution *c, const gk_correlation *g, bool turned, const float *x,
    const float *weights, const float *bias, float *y, void *workspace) {
  const size_t bytes = gk_convolution_set_bytes(c);
  float *packed = (float *)((char *)workspace + (size_t)gk_threads() * bytes);
  gk_loops()->pack(g, weights, turned, packed);
  convolution_work w = {
      .g = g, .x = x, .x_end = x + c->n * input_count(g), .weights = packed, .bias = bias, .y = y,
      .workspace = workspace, .bytes = bytes};
  gk_parallel(c->n, 16, convolve_range, &w);
}

void gk_convolve(
    const gk_convolution *c, const float *x, const float *weights, const float *bias, float *y,
    void *workspace) {
  const gk_correlation g = forward_map(c);
  convolve(c, &g, false, x, weights, bias, y, workspace);
}

size_t gk_convolution_single_workspace(const gk_convolution *c) {
  const gk_correlation g = forward_map(c);
  return aligned_bytes(gk_loops()->plane_workspace(&g));
}

void gk_convolve_singly(
    const gk_convolution *c, const float *x, const float *weights, const float *bias, float *y,
    void *workspace) {
  const gk_correlation g = forward_map(c);
  for (long n = 0; n < c->n; n++)
    gk_loops()->convolve_plane(
        &g, x + n * input_count(&g), weights, bias, y + n * output_count(&g), workspace);
}

void gk_convolve_input_gradient(
    const gk_convolution *c, const float *u, const float *weights, float *out, void *workspace) {
  const gk_correlation g = backward_map(c);
  convolve(c, &g, true, u, weights, 0, out, workspace);
}

static void weights_range(void *argument, long begin, long end) {
  convolution_work *w = argument;
  const gk_level_table *loops = gk_loops();
  const gk_correlation *g = w->g;
  const long inputs = input_count(g), outputs = output_count(g);
  void *workspace = own_workspace(w);
  for (long n = begin; n < end; n += loops->samples) {
    float *partial = w->y + n / loops->samples * w->partial;
    loops->convolve_weights(
        g, end - n < loops->samples ? end - n : loops->samples, w->x + n * inputs, w->x_end,
        w->u + n * outputs, w->u_end, partial, partial + w->partial - g->outputs, workspace);
  }
}

void gk_convolve_parameter_gradients(
    const gk_convolution *c, const float *x, const float *u, float *weights, float *bias,
    void *workspace) {
  const gk_correlation g = forward_map(c);
  const size_t bytes = gk_convolution_set_bytes(c);
  const long count = weight_count(c);
  float *partials = (float *)((char *)workspace + (size_t)gk_threads() * bytes);
  convolution_work w = {
      .g = &g, .x = x, .x_end = x + c->n * input_count(&g), .u = u,
      .u_end = u + c->n * output_count(&g), .y = partials, .workspace = workspace, .bytes = bytes,
      .partial = count + c->outputs};
  gk_parallel(c->n, 16, weights_range, &w);
  // Each set has sums of its own, added in order: the result does not depend on the threads.
  for (long set = 1; set < sets(c); set++)
    for (long i = 0; i < w.partial; i++) partials[i] += partials[set * w.partial + i];
  memcpy(weights, partials, (size_t)count * sizeof(float));
  if (bias) memcpy(bias, partials + count, (size_t)c->outputs * sizeof(float));
}
