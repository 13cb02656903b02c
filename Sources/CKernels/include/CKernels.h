// Loops over row-major float32 arrays that oneDNN does not have, vectorised for the processor
// found at run time and run in the OpenMP team that oneDNN uses.
//
// Sizes are in elements. Results do not depend on the processor's number of threads unless said.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// --- Threads -----------------------------------------------------------------------------------

/// Sets the number of threads that kernels started from the calling thread use.
void gk_set_threads(int count);
/// The number of threads that kernels started from the calling thread use.
int gk_threads(void);
/// Calls body(argument, begin, end) on these threads so that every number in 0..<count is covered
/// once. Stays on the calling thread where count < 2 · grain.
void gk_parallel_items(
    long count, long grain, void (*body)(void *argument, long begin, long end), void *argument);
/// Whether this build is instrumented by the address or the thread sanitizer.
bool gk_is_sanitized(void);
/// Gives the calling thread the idle scheduling class; returns 0, or an error number.
int gk_become_idle_class(void);

/// The instruction sets that kernels are compiled for: 0 any x86-64 (or another processor),
/// 1 AVX2 with FMA, 2 AVX-512.
int gk_level(void);
/// Uses at most this level from now on, for tests; returns the level in use.
int gk_limit_level(int level);

// --- Element-wise ------------------------------------------------------------------------------
// `function` is the raw value of UnaryFunction, UnaryGradient or BinaryFunction in Arrays.

void gk_unary(int function, const float *x, float *y, long count, float alpha);
void gk_unary_gradient(
    int function, const float *upstream, const float *saved, float *out, long count, float alpha);
/// y[i] = f(a[i], b[i])
void gk_binary(int function, const float *a, const float *b, float *y, long count);
/// y[i] = max(y[i], 0), a NaN staying one.
void gk_rectify(float *y, long count);
/// y[i] = u[i] where y[i] > 0, else 0; the two do not overlap.
void gk_relu_gradient(const float *upstream, float *y, long count);
/// y[i] += x[i]; the two do not overlap.
void gk_add(const float *x, float *y, long count);
/// y = f(a, b) row-major over `sizes`; strides in elements, 0 where an operand is stretched.
void gk_binary_strided(
    int function, int rank, const long *sizes, const float *a, const long *a_strides,
    const float *b, const long *b_strides, float *y);
/// Copies 4-byte elements from a strided source to a strided target.
void gk_copy_strided(
    int rank, const long *sizes, const void *source, const long *source_strides, void *target,
    const long *target_strides);
void gk_fill(float *y, long count, float value);

// --- Reductions --------------------------------------------------------------------------------

/// Reduces the middle axis of [outer, middle, inner]; `reduction` is the raw value of Reduction.
/// The order of addition does not depend on the number of threads.
void gk_reduce(int reduction, const float *x, float *y, long outer, long middle, long inner);

// --- Rows --------------------------------------------------------------------------------------

void gk_softmax(const float *x, float *y, long rows, long width);
void gk_log_softmax(const float *x, float *y, long rows, long width);
void gk_softmax_gradient(const float *u, const float *y, float *out, long rows, long width);
void gk_log_softmax_gradient(const float *u, const float *y, float *out, long rows, long width);
/// loss[i] = −log softmax(x[i])[labels[i]], p the softmax.
void gk_cross_entropy(
    const float *x, const int32_t *labels, float *loss, float *p, long rows, long width);
/// out[i][k] = (p[i][k] − [k = labels[i]]) · u[i]
void gk_cross_entropy_gradient(
    const float *u, const float *p, const int32_t *labels, float *out, long rows, long width);
/// y = (x − mean) · reciprocal · scale + offset for each row; mean and reciprocal are written.
void gk_layer_norm(
    const float *x, const float *scale, const float *offset, float *y, float *mean,
    float *reciprocal, long rows, long width, float epsilon);
void gk_layer_norm_gradient(
    const float *u, const float *x, const float *scale, const float *mean,
    const float *reciprocal, float *x_gradient, float *scale_gradient, float *offset_gradient,
    long rows, long width);

/// Rows of `width` elements by number: y[i] = x[indices[i]].
void gk_gather_rows(const float *x, const int32_t *indices, float *y, long count, long width);
/// y[indices[i]] += u[i], in the order of i.
void gk_scatter_rows(const float *u, const int32_t *indices, float *y, long count, long width);

// --- Batch normalisation ----------------------------------------------------------------------
// Of images whose channels lie in blocks of 8 or 16, innermost: what oneDNN's primitive does, with
// one reading less, and with max(·, 0) of the result where said, which leaves a NaN as it is. A last
// block that is not full is zeros there, and stays so. Results do not depend on the threads.

typedef struct {
  long samples, channels, pixels;
  /// Channels of a block.
  int block;
  /// Whether max(·, 0) is taken.
  bool rectified;
  float epsilon;
} gk_norm;

/// Bytes of working memory, aligned to 64, that each of the functions below needs.
size_t gk_norm_workspace(const gk_norm *n);
/// By the batch's own mean and variance (divisor n), which are written, [channels].
void gk_norm_training(
    const gk_norm *n, const float *x, const float *scale, const float *offset, float *y,
    float *mean, float *variance, void *workspace);
/// By a given mean and variance.
void gk_norm_inference(
    const gk_norm *n, const float *x, const float *scale, const float *offset, const float *mean,
    const float *variance, float *y, void *workspace);
/// The gradients by x, scale and offset, given that by the result.
void gk_norm_gradient(
    const gk_norm *n, const float *u, const float *x, const float *scale, const float *offset,
    const float *mean, const float *variance, float *out, float *scale_gradient,
    float *offset_gradient, void *workspace);

// --- Pooling -----------------------------------------------------------------------------------

typedef struct {
  long planes, height, width, out_height, out_width;
  long window[2], stride[2], padding[2];
} gk_pooling;

/// The maximum of each window and its place, row · width + column; the first of equal ones, and
/// NaN where there is one.
void gk_maximum_pool(const gk_pooling *g, const float *x, float *y, int32_t *places);
/// Adds u at its places in zeros.
void gk_maximum_pool_gradient(
    const gk_pooling *g, const float *u, const int32_t *places, float *out);

/// The same of images whose channels lie in blocks of 8 or 16, innermost: `planes` counts the samples'
/// blocks. Places count pixels, so they are those of `gk_maximum_pool`.
void gk_maximum_pool_blocked(
    const gk_pooling *g, int block, const float *x, float *y, int32_t *places);
void gk_maximum_pool_gradient_blocked(
    const gk_pooling *g, int block, const float *u, const int32_t *places, float *out);

/// The mean of each 2 × 2 window of planes [height, width], windows side by side; a last odd row or
/// column is left out.
void gk_halve(const float *x, float *y, long planes, long height, long width);
/// Its transpose: a quarter of u over each window of planes [height, width].
void gk_halve_gradient(const float *u, float *out, long planes, long height, long width);

// --- Yardsticks --------------------------------------------------------------------------------

/// a[i] = b[i] + scale · c[i], which no more than the memory's bandwidth bounds; by plain stores, as
/// the STREAM benchmark's triad. The arrays do not overlap.
void gk_triad(const float *b, const float *c, float scale, float *a, long n);

// --- Products ----------------------------------------------------------------------------------

/// y [rows, columns] = a [rows, inner] · b [inner, columns], meant for few rows; a's element of row i
/// and place k is at i · a_row + k · a_step, `b_stride` is the distance between b's rows.
void gk_few_rows(
    const float *a, long a_row, long a_step, long rows, long inner, const float *b, long b_stride,
    long columns, float *y);
/// The same of b [columns, inner] transposed, for at most 32 rows where a_step is not 1.
void gk_few_dots(
    const float *a, long a_row, long a_step, long rows, long inner, const float *b, long b_stride,
    long columns, float *y);

// --- Convolution -------------------------------------------------------------------------------
// For small images with few channels, where oneDNN's blocks of channels would be mostly padding:
// a vector holds one element of several samples. Row-major arrays; one group of channels.

/// [n, channels, height, width] with [outputs, channels, kernel] into
/// [n, outputs, out_height, out_width].
typedef struct {
  long n, channels, height, width, outputs, out_height, out_width;
  long kernel[2], stride[2], padding[2], dilation[2];
} gk_convolution;

/// Bytes that one set of samples takes while it is worked on: best below the second-level cache.
size_t gk_convolution_set_bytes(const gk_convolution *c);
/// Bytes of working memory, aligned to 64, that each of the functions below needs.
size_t gk_convolution_workspace(const gk_convolution *c);
/// Whether there is a gradient by the input: strides are 1 and padding is within the kernel.
bool gk_convolution_has_input_gradient(const gk_convolution *c);

/// `bias` may be null.
void gk_convolve(
    const gk_convolution *c, const float *x, const float *weights, const float *bias, float *y,
    void *workspace);
void gk_convolve_input_gradient(
    const gk_convolution *c, const float *u, const float *weights, float *out, void *workspace);
/// Bytes of working memory, aligned to 64, that gk_convolve_singly needs.
size_t gk_convolution_single_workspace(const gk_convolution *c);
/// One sample after another on the calling thread; strides of 1. `bias` may be null.
void gk_convolve_singly(
    const gk_convolution *c, const float *x, const float *weights, const float *bias, float *y,
    void *workspace);
/// `bias`, the sums of u, may be null.
void gk_convolve_parameter_gradients(
    const gk_convolution *c, const float *x, const float *u, float *weights, float *bias,
    void *workspace);

// --- Winograd ----------------------------------------------------------------------------------
// Of the algorithm F(4 × 4, 3 × 3) what stands before and after its 36 matrix products. Images have
// their channels in blocks of 8 or 16, innermost, and are cut into tiles of 4 × 4 results. Of a tile
// each transform writes or reads one row of 36 matrices [tiles, channels], "planes", channels counting
// full blocks; gk_winograd_plane(elements of one) is their distance.

typedef struct {
  long samples, channels, height, width;
  /// Channels of a block.
  int block;
  /// Tiles down and across an image; the last ones may reach beyond it.
  long rows, columns;
  /// Of windows: rows and columns of zeros before the image.
  long padding[2];
} gk_tiles;

/// Filters [outputs, inputs, 3, 3] in blocks [outputs, inputs, 3, 3, input, output] of `block`.
typedef struct {
  long outputs, inputs;
  int block;
} gk_filters;

long gk_winograd_plane(long count);
/// Bᵀ d B of the 6 × 6 windows d of x of `count` tiles from `first` on.
void gk_winograd_windows(
    const gk_tiles *g, long first, long count, const float *x, float *planes);
/// Aᵀ m A, the tiles of y, plus `bias` unless it is null; max(·, 0) of that where `rectified`, which
/// leaves a NaN as it is.
void gk_winograd_results(
    const gk_tiles *g, long first, long count, const float *planes, const float *bias,
    bool rectified, float *y);
/// A u Aᵀ of tiles of u.
void gk_winograd_upstreams(
    const gk_tiles *g, long first, long count, const float *u, float *planes);
/// G g Gᵀ of each filter, or of the one turned by 180°, into 36 matrices [inputs, outputs].
void gk_winograd_filters(const gk_filters *f, const float *weights, bool turned, float *planes);
/// Gᵀ f G, the filters' gradient.
void gk_winograd_filter_gradient(const gk_filters *f, const float *planes, float *gradient);

// --- Optimizers --------------------------------------------------------------------------------

/// One parameter tensor: values, gradient and up to three states of `count` elements.
typedef struct {
  void *value;
  const void *gradient;
  /// As many as the rule keeps, in the order of its comment.
  void *state[3];
  long count;
  /// Factor of this tensor's learning rate.
  double rate_factor;
  /// Added to the gradient: weight_decay·w + l1·sign(w).
  double weight_decay, l1;
  /// Beside the rule, at its rate η: w·(1 − η·decoupled_l2) takes the step, and the result comes
  /// nearer to 0 by η·decoupled_l1, but not beyond.
  double decoupled_l2, decoupled_l1;
} gk_parameter;

/// The rules, with d the gradient and the coupled penalties' part, η the rate times the factor.
typedef enum {
  /// Without momentum w −= η·d. With it v = first ? d : momentum·v + (1 − dampening)·d, and the step
  /// is η·(d + momentum·v) with Nesterov's form, η·v otherwise; in the course's form
  /// v = momentum·v − η·d and w += v, d taken at w + momentum·v with Nesterov's.
  GK_SGD,
  /// Kingma and Ba 2015, algorithm 1: m, v, and v's maximum so far for AMSGrad.
  GK_ADAM,
  /// r += d², w −= η·d/(√r + ε)
  GK_ADAGRAD,
  /// r = decay·r + (1 − decay)·d², w −= η·d/(√r + ε); centred, a mean of d whose square is taken off
  /// r; then, with momentum, a velocity of what η multiplies.
  GK_RMSPROP,
  /// A rate of its own for each weight: plus `increase` where d and the mean of earlier ones have
  /// one sign, less the share `decrease` where they differ; mean = decay·mean + (1 − decay)·d,
  /// w −= η·rate·d.
  GK_DELTA_BAR_DELTA,
} gk_rule;

/// A rule with its numbers; those that it does not use are not read.
typedef struct {
  gk_rule rule;
  double rate, momentum, dampening, beta1, beta2, epsilon, decay, increase, decrease;
  bool nesterov, course, first, amsgrad, centered;
  /// Counted from 1.
  long step;
} gk_update;

/// One step over all parameters at once.
void gk_update_f32(const gk_parameter *parameters, int count, const gk_update *update);
void gk_update_f64(const gk_parameter *parameters, int count, const gk_update *update);

// --- Resampling --------------------------------------------------------------------------------

/// One row of an image [channels, height, width] from places x + step_x · column, y + step_y · column
/// of another, bilinearly. That one lies in a ring: a row above and two below, a column at the left
/// and two at the right, `stride` = width + 3, whose value is what is seen beyond; with `mirrors`,
/// places are mirrored at the outermost pixels' centres. `plane` is the distance of the row's
/// channels. On the calling thread alone; the same bits on every processor. Any places will do.
void gk_resample_row(
    const float *ring, long stride, long ring_plane, float *row, long plane, long channels,
    long width, long height, float x, float step_x, float y, float step_y, bool mirrors);

// --- Noise -------------------------------------------------------------------------------------

/// x[i] += deviation · n, n normal of mean 0 and deviation 1, from the stream of a RandomKey (its
/// Philox key and step) from a block of four words on. On the calling thread alone; the same bits
/// on every processor.
void gk_add_normals(
    float *x, long count, float deviation, uint32_t key0, uint32_t key1, uint64_t step,
    uint64_t block);

#ifdef __cplusplus
}
#endif
