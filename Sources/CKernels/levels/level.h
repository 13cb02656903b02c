// What each instruction-set level offers: loops over a range on one thread.
#pragma once

#include "CKernels.h"

/// A correlation of laned planes (see convolution.h): [channels, height, width] with
/// [outputs, channels, kernel] into [outputs, out_height, out_width].
typedef struct {
  /// `width` includes `left` and `right` columns of zeros; `top` rows above the first are outside.
  long channels, height, width, left, right, top;
  long outputs, out_height, out_width;
  long kernel[2], stride[2], dilation[2];
} gk_correlation;

/// What batch normalisation does to a block of channels, a lane each.
typedef struct {
  float mean[16], factor[16], offset[16];
  /// Of the backward pass: what multiplies x − mean, and what is added.
  float slope[16], shift[16];
} gk_norm_lanes;

/// Elements, a quarter of a second-level cache, that reductions read twice or share among threads.
enum { GK_CHUNK = 65536 };
/// Columns whose sums are kept in the first-level cache.
enum { GK_COLUMNS = 1024 };

typedef struct {
  void (*unary)(int function, const float *x, float *y, long n, float alpha);
  void (*unary_gradient)(
      int function, const float *u, const float *s, float *out, long n, float alpha);
  /// Steps of 0 or 1 for each operand.
  void (*binary)(
      int function, const float *a, long a_step, const float *b, long b_step, float *y, long n);
  /// y[i] = max(y[i], 0), a NaN staying one.
  void (*rectify)(float *y, long n);
  /// y[i] += x[i].
  void (*relu_gradient)(const float *restrict u, float *restrict y, long n);
  void (*add)(const float *restrict x, float *restrict y, long n);
  float (*reduce_row)(int reduction, const float *x, long n);
  /// y[i] = reduction of x[i], x[i + inner], … over `middle` rows.
  void (*reduce_columns)(
      int reduction, const float *x, float *y, long middle, long inner, long n);
  void (*reduce_band)(
      int reduction, const float *x, double *values, double *squares, long rows, long inner);
  void (*join_bands)(
      int reduction, double count, double *value, double *square, double more,
      double next_value, double next_square);
  void (*softmax)(const float *x, float *y, long rows, long width);
  void (*log_softmax)(const float *x, float *y, long rows, long width);
  void (*softmax_gradient)(const float *u, const float *y, float *out, long rows, long width);
  void (*log_softmax_gradient)(const float *u, const float *y, float *out, long rows, long width);
  void (*cross_entropy)(
      const float *x, const int32_t *labels, float *loss, float *p, long rows, long width);
  void (*layer_norm)(
      const float *x, const float *scale, const float *offset, float *y, float *mean,
      float *reciprocal, long rows, long width, float epsilon);
  void (*layer_norm_gradient)(
      const float *u, const float *x, const float *scale, const float *mean,
      const float *reciprocal, float *x_gradient, long rows, long width);
  void (*layer_norm_affine_gradient)(
      const float *u, const float *x, const float *mean, const float *reciprocal, float *scale,
      float *offset, long rows, long width, long n);
  /// Mean and sum of squared deviations of each lane of a plane.
  void (*norm_statistics)(
      const float *x, long pixels, int lanes, double *mean, double *squares);
  void (*norm_apply)(
      const float *x, long pixels, int lanes, bool rectified, const gk_norm_lanes *n, float *y);
  /// Σ g and Σ g · (x − mean) of each lane, g being u where the result was not cut off.
  void (*norm_gradient_sums)(
      const float *u, const float *x, long pixels, int lanes, bool rectified,
      const gk_norm_lanes *n, double *sum, double *product);
  void (*norm_gradient_apply)(
      const float *u, const float *x, long pixels, int lanes, bool rectified,
      const gk_norm_lanes *n, float *out);
  /// The largest of each lane among `rows` × `columns` pixels of 8 or 16 lanes, the first of which is
  /// pixel `place` of its plane; `width` is the distance of rows.
  void (*largest_of)(
      const float *x, long place, long rows, long columns, long width, int lanes, float *y,
      int32_t *places);
  void (*halve_row)(const float *restrict a, const float *restrict b, float *restrict y, long n);
  void (*double_row)(const float *restrict u, float *restrict a, float *restrict b, long n);
  void (*few_rows)(
      const float *a, long a_row, long a_step, long rows, long inner, const float *b,
      long b_stride, float *y, long y_stride, long columns);
  void (*few_dots)(
      const float *a, long a_row, long rows, long inner, const float *b, long b_stride, float *y,
      long y_stride, long columns, bool adds);
  void (*transposed_copy)(
      const float *source, long source_stride, float *target, long target_stride, long rows,
      long columns);
  /// Samples of a set: the lanes of a vector.
  long samples;
  /// Vectors of working memory that a set needs.
  long (*workspace)(const gk_correlation *g);
  void (*pack)(const gk_correlation *g, const float *w, bool turned, float *packed);
  void (*convolve)(
      const gk_correlation *g, long samples, const float *x, const float *end,
      const float *packed, const float *bias, float *y, void *workspace);
  void (*convolve_weights)(
      const gk_correlation *g, long samples, const float *x, const float *x_end, const float *u,
      const float *u_end, float *weights, float *bias, void *workspace);
  /// Floats of working memory that a sample needs in convolve_plane.
  long (*plane_workspace)(const gk_correlation *g);
  void (*convolve_plane)(
      const gk_correlation *g, const float *x, const float *weights, const float *bias, float *y,
      void *workspace);
  /// Winograd's transforms of some tiles, or of some eights of outputs; `width` is a row of a plane.
  void (*winograd_windows)(
      const gk_tiles *g, long first, long begin, long end, const float *x, float *planes,
      long width, long plane);
  void (*winograd_results)(
      const gk_tiles *g, long first, long begin, long end, const float *planes, long width,
      long plane, const float *bias, bool rectified, float *y);
  void (*winograd_upstreams)(
      const gk_tiles *g, long first, long begin, long end, const float *u, float *planes,
      long width, long plane);
  void (*winograd_filters)(
      const gk_filters *f, long begin, long end, const float *weights, bool turned, float *planes,
      long plane);
  void (*winograd_filter_gradients)(
      const gk_filters *f, long begin, long end, const float *planes, long plane, float *gradient);
  void (*update_f32)(const gk_parameter *p, long begin, long end, const gk_update *u);
  void (*update_f64)(const gk_parameter *p, long begin, long end, const gk_update *u);
} gk_level_table;

extern const gk_level_table gk_level_baseline;
#if defined(__x86_64__)
extern const gk_level_table gk_level_avx2, gk_level_avx512;
#endif

/// The table in use.
extern const gk_level_table *gk_loops(void);
