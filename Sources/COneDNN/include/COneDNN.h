// oneDNN behind plain C types: layouts that are interned, primitives that are cached. Everything
// that knows a version of oneDNN's API stands in this folder. All arrays are float32.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// How an array lies in memory. Interned for the life of the process: equal layouts are the same
/// pointer. Layouts that differ only in strides along axes of size 1 count as equal.
typedef struct gd_layout gd_layout;

/// Row-major.
const gd_layout *gd_layout_plain(int rank, const long *sizes);
/// With strides in elements.
const gd_layout *gd_layout_strided(int rank, const long *sizes, const long *strides);
/// [N, C, H, W] with blocks of `block` (8 or 16) channels innermost.
const gd_layout *gd_layout_blocked(const long *sizes, int block);
/// Filters [O, I, h, w] in blocks of `block` (8 or 16) inputs and as many outputs: [O, I, h, w, i, o].
const gd_layout *gd_layout_filters(const long *sizes, int block);
/// The block where a layout is just that of `gd_layout_blocked`, else 0.
int gd_layout_channel_block(const gd_layout *layout);
/// The number of axes: five for the filters of a convolution in groups.
int gd_layout_rank(const gd_layout *layout);
/// Bytes that an array takes, padding included.
size_t gd_layout_bytes(const gd_layout *layout);
/// Whether this is row-major without padding.
bool gd_layout_is_plain(const gd_layout *layout);

/// A compiled kernel. Cached by description and number of threads for the life of the process.
typedef struct gd_primitive gd_primitive;

/// The arrays that a primitive reads or writes.
enum {
  GD_SOURCE, GD_WEIGHTS, GD_BIAS, GD_TARGET, GD_MEAN, GD_VARIANCE, GD_SCALE, GD_OFFSET,
  GD_SOURCE_GRADIENT, GD_WEIGHTS_GRADIENT, GD_BIAS_GRADIENT, GD_TARGET_GRADIENT,
  GD_SCALE_GRADIENT, GD_OFFSET_GRADIENT, GD_ROLES
};

/// The layout in which a primitive takes or gives an array, or null where it has no such array.
const gd_layout *gd_primitive_layout(const gd_primitive *primitive, int role);
/// Bytes of working memory that an execution needs.
size_t gd_primitive_scratchpad(const gd_primitive *primitive);
/// What the primitive computes, and the sizes of its first array: "convolution [8, 64, 56, 56]".
const char *gd_primitive_purpose(const gd_primitive *primitive);
/// oneDNN's name for the implementation it chose.
const char *gd_primitive_implementation(const gd_primitive *primitive);

/// Runs a primitive: buffers[i] holds the array of roles[i]. Returns 0, or oneDNN's status.
int gd_execute(
    const gd_primitive *primitive, int count, const int *roles, void *const *buffers,
    void *scratchpad);

/// Sizes of a convolution of [n, c, h, w] with [o, c / groups, kernel] into [n, o, out].
typedef struct {
  long n, c, h, w, o, out[2], kernel[2], stride[2], padding[2], dilation[2], groups;
} gd_convolution;

enum { GD_FORWARD, GD_BACKWARD_DATA, GD_BACKWARD_WEIGHTS };

// The functions below return null where oneDNN refuses; gd_last_error() then says why.

/// What a convolution is made with, added up.
enum {
  /// A bias (forward) or its gradient (backward by the weights).
  GD_WITH_BIAS = 1,
  /// max(·, 0) of the result, which makes 0 of a NaN; forward.
  GD_RECTIFIED = 2,
};

/// A convolution in the layouts that oneDNN likes best.
const gd_primitive *gd_convolution_primitive(const gd_convolution *c, int pass, int options);

/// Average pooling; `source` is the layout of the input (forward), or of the upstream gradient.
const gd_primitive *gd_average_pool_primitive(
    const long *sizes, const long *out, const long *window, const long *stride,
    const long *padding, bool counts_padding, bool backward, const gd_layout *given);

enum { GD_NORM_TRAINING, GD_NORM_INFERENCE, GD_NORM_BACKWARD };

/// Batch normalisation of arrays in the given layout. Backward takes an offset too: it is not read,
/// but oneDNN 2 refuses to run without.
const gd_primitive *gd_batch_norm_primitive(const gd_layout *layout, int pass, float epsilon);

/// Batched matrix product of arrays in the given layouts into a row-major one.
const gd_primitive *gd_matmul_primitive(
    const gd_layout *a, const gd_layout *b, const gd_layout *target);

/// Conversion between layouts of one array; `counted` where it is an activation.
const gd_primitive *gd_reorder_primitive(
    const gd_layout *from, const gd_layout *to, bool counted);

/// C = op(A) · op(B) + beta · C, row-major. Returns 0, or oneDNN's status.
int gd_sgemm(
    bool transpose_a, bool transpose_b, long m, long n, long k, const float *a, long lda,
    const float *b, long ldb, float beta, float *c, long ldc);

/// What the last refused call on this thread was about.
const char *gd_last_error(void);

/// Counters: primitives made, executions, and the counted reorders among them.
typedef struct {
  long primitives, executions, reorders;
} gd_counters;
gd_counters gd_read_counters(void);

/// Calls `visit` for each primitive in the cache with what it computes, such as
/// "convolution [32, 1, 28, 28]", and its implementation. The names live as long as the process.
void gd_visit_primitives(
    void (*visit)(const char *purpose, const char *implementation, void *argument),
    void *argument);

/// oneDNN's version, such as "2.6.3".
const char *gd_version(void);
/// The instruction set that oneDNN found, such as "AVX-512".
const char *gd_instruction_set(void);

#ifdef __cplusplus
}
#endif
