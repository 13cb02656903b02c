// Reductions and row-wise kernels, split over the team by rows.
#include "CKernels.h"
#include "levels/level.h"
#include "parallel.h"

#include <string.h>

enum { GRAIN = 16384 };

static long grain_of(long width) { return GRAIN / (width > 0 ? width : 1) + 1; }

typedef struct {
  int reduction;
  const float *x;
  float *y;
  long middle, inner;
} reduce_work;

static void reduce_rows(void *argument, long begin, long end) {
  const reduce_work *w = argument;
  for (long row = begin; row < end; row++)
    w->y[row] = gk_loops()->reduce_row(w->reduction, w->x + row * w->middle, w->middle);
}

static void reduce_column_blocks(void *argument, long begin, long end) {
  const reduce_work *w = argument;
  for (long at = begin; at < end;) {
    const long outer = at / w->inner, column = at % w->inner;
    const long count = w->inner - column < end - at ? w->inner - column : end - at;
    gk_loops()->reduce_columns(
        w->reduction, w->x + outer * w->middle * w->inner + column, w->y + at, w->middle,
        w->inner, count);
    at += count;
  }
}

/// Results of bands that one reduction keeps.
enum { PARTS = 4096 };

typedef struct {
  int reduction;
  const float *x;
  long middle, inner, bands, height;
  double *values, *squares;
} band_work;

/// Rows of a band; the last may have fewer.
static long band_rows(const band_work *w, long band) {
  const long left = w->middle - band * w->height;
  return left < w->height ? left : w->height;
}

static void reduce_bands(void *argument, long begin, long end) {
  const band_work *w = argument;
  for (long unit = begin; unit < end; unit++) {
    const long outer = unit / w->bands, band = unit % w->bands;
    gk_loops()->reduce_band(
        w->reduction, w->x + (outer * w->middle + band * w->height) * w->inner,
        w->values + unit * w->inner, w->squares + unit * w->inner, band_rows(w, band),
        w->inner);
  }
}

/// Joins the bands of one result, of which the first is at `at`, in order.
static float join_bands(const band_work *w, long at) {
  double value = w->values[at], square = w->squares[at], count = (double)w->height;
  for (long band = 1; band < w->bands; band++) {
    const double more = (double)band_rows(w, band);
    at += w->inner;
    gk_loops()->join_bands(
        w->reduction, count, &value, &square, more, w->values[at], w->squares[at]);
    count += more;
  }
  if (w->reduction == 1) return (float)(value / (double)w->middle);
  return (float)(w->reduction == 4 ? square / (double)w->middle : value);
}

/// Few results of many elements: bands of the middle axis are shared among threads and joined in
/// order. Their sizes depend on the array's alone. False where there are too few bands.
static bool reduce_in_bands(
    int reduction, const float *x, float *y, long outer, long middle, long inner) {
  if (inner > GK_COLUMNS || outer * inner > PARTS / 4) return false;
  const long most = PARTS / (outer * inner), chunks = middle * inner / GK_CHUNK;
  const long wanted = chunks < most ? chunks : most;
  if (wanted < 2) return false;
  const long height = (middle + wanted - 1) / wanted, bands = (middle + height - 1) / height;
  double values[PARTS], squares[PARTS] = {0};
  band_work w = {reduction, x, middle, inner, bands, height, values, squares};
  gk_parallel_items(outer * bands, 1, reduce_bands, &w);
  for (long i = 0; i < outer; i++)
    for (long j = 0; j < inner; j++) y[i * inner + j] = join_bands(&w, i * bands * inner + j);
  return true;
}

void gk_reduce(int reduction, const float *x, float *y, long outer, long middle, long inner) {
  if (reduce_in_bands(reduction, x, y, outer, middle, inner)) return;
  reduce_work w = {reduction, x, y, middle, inner};
  if (inner == 1)
    gk_parallel(outer, grain_of(middle), reduce_rows, &w);
  else
    gk_parallel(outer * inner, grain_of(middle), reduce_column_blocks, &w);
}

typedef struct {
  void (*loop)(const float *, const float *, float *, long, long);
  const float *a, *b;
  float *y;
  long width;
} row_work;

static void two_operand_rows(void *argument, long begin, long end) {
  const row_work *w = argument;
  const long start = begin * w->width;
  w->loop(w->a + start, w->b + start, w->y + start, end - begin, w->width);
}

static void softmax_loop(const float *x, const float *unused, float *y, long rows, long width) {
  (void)unused;
  gk_loops()->softmax(x, y, rows, width);
}

static void log_softmax_loop(
    const float *x, const float *unused, float *y, long rows, long width) {
  (void)unused;
  gk_loops()->log_softmax(x, y, rows, width);
}

static void run_rows(
    void (*loop)(const float *, const float *, float *, long, long), const float *a,
    const float *b, float *y, long rows, long width) {
  row_work w = {loop, a, b, y, width};
  gk_parallel(rows, grain_of(4 * width), two_operand_rows, &w);
}

void gk_softmax(const float *x, float *y, long rows, long width) {
  run_rows(softmax_loop, x, x, y, rows, width);
}

void gk_log_softmax(const float *x, float *y, long rows, long width) {
  run_rows(log_softmax_loop, x, x, y, rows, width);
}

void gk_softmax_gradient(const float *u, const float *y, float *out, long rows, long width) {
  run_rows(gk_loops()->softmax_gradient, u, y, out, rows, width);
}

void gk_log_softmax_gradient(
    const float *u, const float *y, float *out, long rows, long width) {
  run_rows(gk_loops()->log_softmax_gradient, u, y, out, rows, width);
}

typedef struct {
  const float *x, *u, *scale, *offset;
  const int32_t *labels;
  float *loss, *p, *mean, *reciprocal;
  long width;
  float epsilon;
} loss_work;

static void cross_entropy_rows(void *argument, long begin, long end) {
  const loss_work *w = argument;
  gk_loops()->cross_entropy(
      w->x + begin * w->width, w->labels + begin, w->loss + begin, w->p + begin * w->width,
      end - begin, w->width);
}

void gk_cross_entropy(
    const float *x, const int32_t *labels, float *loss, float *p, long rows, long width) {
  loss_work w = {.x = x, .labels = labels, .loss = loss, .p = p, .width = width};
  gk_parallel(rows, grain_of(4 * width), cross_entropy_rows, &w);
}

static void cross_entropy_gradient_rows(void *argument, long begin, long end) {
  const loss_work *w = argument;
  for (long row = begin; row < end; row++) {
    const float scale = w->u[row], *p = w->x + row * w->width;
    float *out = w->p + row * w->width;
    for (long i = 0; i < w->width; i++) out[i] = p[i] * scale;
    out[w->labels[row]] = (p[w->labels[row]] - 1.0f) * scale;
  }
}

void gk_cross_entropy_gradient(
    const float *u, const float *p, const int32_t *labels, float *out, long rows, long width) {
  loss_work w = {.x = p, .u = u, .labels = labels, .p = out, .width = width};
  gk_parallel(rows, grain_of(width), cross_entropy_gradient_rows, &w);
}

static void layer_norm_rows(void *argument, long begin, long end) {
  const loss_work *w = argument;
  const long start = begin * w->width;
  gk_loops()->layer_norm(
      w->x + start, w->scale, w->offset, w->p + start, w->mean + begin, w->reciprocal + begin,
      end - begin, w->width, w->epsilon);
}

void gk_layer_norm(
    const float *x, const float *scale, const float *offset, float *y, float *mean,
    float *reciprocal, long rows, long width, float epsilon) {
  loss_work w = {.x = x, .scale = scale, .offset = offset, .p = y, .mean = mean,
                 .reciprocal = reciprocal, .width = width, .epsilon = epsilon};
  gk_parallel(rows, grain_of(4 * width), layer_norm_rows, &w);
}

static void layer_norm_gradient_rows(void *argument, long begin, long end) {
  const loss_work *w = argument;
  const long start = begin * w->width;
  gk_loops()->layer_norm_gradient(
      w->u + start, w->x + start, w->scale, w->mean + begin, w->reciprocal + begin,
      w->p + start, end - begin, w->width);
}

typedef struct {
  const float *u, *x, *mean, *reciprocal;
  float *scale, *offset;
  long rows, width;
} affine_work;

static void affine_gradient_columns(void *argument, long begin, long end) {
  const affine_work *w = argument;
  gk_loops()->layer_norm_affine_gradient(
      w->u + begin, w->x + begin, w->mean, w->reciprocal, w->scale + begin, w->offset + begin,
      w->rows, w->width, end - begin);
}

void gk_layer_norm_gradient(
    const float *u, const float *x, const float *scale, const float *mean,
    const float *reciprocal, float *x_gradient, float *scale_gradient, float *offset_gradient,
    long rows, long width) {
  loss_work w = {.x = x, .u = u, .scale = scale, .p = x_gradient,
                 .mean = (float *)mean, .reciprocal = (float *)reciprocal, .width = width};
  gk_parallel(rows, grain_of(4 * width), layer_norm_gradient_rows, &w);
  affine_work a = {u, x, mean, reciprocal, scale_gradient, offset_gradient, rows, width};
  gk_parallel(width, grain_of(2 * rows), affine_gradient_columns, &a);
}

typedef struct {
  const float *x;
  const int32_t *indices;
  float *y;
  long count, width;
} gather_work;

static void gather_range(void *argument, long begin, long end) {
  const gather_work *w = argument;
  for (long i = begin; i < end; i++)
    memcpy(
        w->y + i * w->width, w->x + w->indices[i] * w->width, (size_t)w->width * sizeof(float));
}

void gk_gather_rows(const float *x, const int32_t *indices, float *y, long count, long width) {
  gather_work w = {x, indices, y, count, width};
  gk_parallel(count, grain_of(width), gather_range, &w);
}

static void scatter_columns(void *argument, long begin, long end) {
  const gather_work *w = argument;
  for (long i = 0; i < w->count; i++) {
    const float *u = w->x + i * w->width;
    float *y = w->y + w->indices[i] * w->width;
    for (long j = begin; j < end; j++) y[j] += u[j];
  }
}

void gk_scatter_rows(const float *u, const int32_t *indices, float *y, long count, long width) {
  gather_work w = {u, indices, y, count, width};
  gk_parallel(width, grain_of(count), scatter_columns, &w);
}
