// Everything that a level compiles. The including file defines LEVEL(name), TABLE and the sizes that
// convolution.h names, and sets the target attributes around this.

#ifdef VECTOR_FUNCTIONS
#include "tables.h"
#endif
#include "elementwise.h"
#include "rows.h"
#include "convolution.h"
#include "planes.h"
#include "normalization.h"
#include "pooling.h"
#include "products.h"
#include "winograd.h"

// The built-in sets no errno, so that loops with it vectorise.
#define ROOT(x) sqrt(x)
#define REAL float
#define SQUARE_ROOT(x) __builtin_elementwise_sqrt(x)
#define OPTIMIZER(name) LEVEL(name##_f32)
#include "optimizers.h"
#undef REAL
#undef SQUARE_ROOT
#undef OPTIMIZER
#define REAL double
#define SQUARE_ROOT(x) __builtin_elementwise_sqrt(x)
#define OPTIMIZER(name) LEVEL(name##_f64)
#include "optimizers.h"

const gk_level_table TABLE = {
    .unary = LEVEL(unary),
    .unary_gradient = LEVEL(unary_gradient),
    .binary = LEVEL(binary),
    .rectify = LEVEL(rectify),
    .relu_gradient = LEVEL(relu_gradient),
    .add = LEVEL(add),
    .reduce_row = LEVEL(reduce_row),
    .reduce_columns = LEVEL(reduce_columns),
    .reduce_band = LEVEL(reduce_band),
    .join_bands = LEVEL(join_bands),
    .softmax = LEVEL(softmax),
    .log_softmax = LEVEL(log_softmax),
    .softmax_gradient = LEVEL(softmax_gradient),
    .log_softmax_gradient = LEVEL(log_softmax_gradient),
    .cross_entropy = LEVEL(cross_entropy),
    .layer_norm = LEVEL(layer_norm),
    .layer_norm_gradient = LEVEL(layer_norm_gradient),
    .layer_norm_affine_gradient = LEVEL(layer_norm_affine_gradient),
    .norm_statistics = LEVEL(norm_statistics),
    .norm_apply = LEVEL(norm_apply),
    .norm_gradient_sums = LEVEL(norm_gradient_sums),
    .norm_gradient_apply = LEVEL(norm_gradient_apply),
    .largest_of = LEVEL(largest_of),
    .halve_row = LEVEL(halve_row),
    .double_row = LEVEL(double_row),
    .few_rows = LEVEL(few_rows),
    .few_dots = LEVEL(few_dots),
    .transposed_copy = LEVEL(transposed_copy),
    .samples = SAMPLES,
    .workspace = LEVEL(workspace),
    .pack = LEVEL(pack),
    .convolve = LEVEL(convolve),
    .convolve_weights = LEVEL(convolve_weights),
    .plane_workspace = LEVEL(plane_workspace),
    .convolve_plane = LEVEL(convolve_plane),
    .winograd_windows = LEVEL(winograd_windows),
    .winograd_results = LEVEL(winograd_results),
    .winograd_upstreams = LEVEL(winograd_upstreams),
    .winograd_filters = LEVEL(winograd_filters),
    .winograd_filter_gradients = LEVEL(winograd_filter_gradients),
    .update_f32 = LEVEL(update_f32),
    .update_f64 = LEVEL(update_f64),
};
