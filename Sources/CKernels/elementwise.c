// Element-wise kernels: contiguous ones split over the team, strided ones collapsed first.
#include "CKernels.h"
#include "levels/level.h"
#include "parallel.h"

#include <string.h>

enum { GRAIN = 16384, MAX_RANK = 8 };

typedef struct {
  int function;
  const float *x, *s;
  float *y;
  float alpha;
} unary_work;

static void unary_range(void *argument, long begin, long end) {
  const unary_work *w = argument;
  gk_loops()->unary(w->function, w->x + begin, w->y + begin, end - begin, w->alpha);
}

void gk_unary(int function, const float *x, float *y, long count, float alpha) {
  unary_work w = {function, x, 0, y, alpha};
  gk_parallel(count, GRAIN, unary_range, &w);
}

static void gradient_range(void *argument, long begin, long end) {
  const unary_work *w = argument;
  gk_loops()->unary_gradient(
      w->function, w->x + begin, w->s + begin, w->y + begin, end - begin, w->alpha);
}

void gk_unary_gradient(
    int function, const float *upstream, const float *saved, float *out, long count,
    float alpha) {
  unary_work w = {function, upstream, saved, out, alpha};
  gk_parallel(count, GRAIN, gradient_range, &w);
}

static void binary_range(void *argument, long begin, long end) {
  const unary_work *w = argument;
  gk_loops()->binary(
      w->function, w->x + begin, 1, w->s + begin, 1, w->y + begin, end - begin);
}

void gk_binary(int function, const float *a, const float *b, float *y, long count) {
  unary_work w = {function, a, b, y, 0};
  gk_parallel(count, GRAIN, binary_range, &w);
}

static void rectify_range(void *argument, long begin, long end) {
  const unary_work *w = argument;
  gk_loops()->rectify(w->y + begin, end - begin);
}

void gk_rectify(float *y, long count) {
  unary_work w = {0, 0, 0, y, 0};
  gk_parallel(count, GRAIN, rectify_range, &w);
}

static void relu_gradient_range(void *argument, long begin, long end) {
  const unary_work *w = argument;
  gk_loops()->relu_gradient(w->x + begin, w->y + begin, end - begin);
}

void gk_relu_gradient(const float *upstream, float *y, long count) {
  unary_work w = {0, upstream, 0, y, 0};
  gk_parallel(count, GRAIN, relu_gradient_range, &w);
}

static void add_range(void *argument, long begin, long end) {
  const unary_work *w = argument;
  gk_loops()->add(w->x + begin, w->y + begin, end - begin);
}

void gk_add(const float *x, float *y, long count) {
  unary_work w = {0, x, 0, y, 0};
  gk_parallel(count, GRAIN, add_range, &w);
}

static void fill_range(void *argument, long begin, long end) {
  const unary_work *w = argument;
  for (long i = begin; i < end; i++) w->y[i] = w->alpha;
}

void gk_fill(float *y, long count, float value) {
  unary_work w = {0, 0, 0, y, value};
  gk_parallel(count, 4 * GRAIN, fill_range, &w);
}

/// A nest of loops over two operands, neighbouring axes merged where both allow it.
typedef struct {
  int rank;
  long sizes[MAX_RANK], first[MAX_RANK], second[MAX_RANK];
} nest;

static nest collapse(int rank, const long *sizes, const long *first, const long *second) {
  nest n = {0};
  for (int axis = 0; axis < rank; axis++) {
    if (sizes[axis] == 1) continue;
    const int last = n.rank - 1;
    if (last >= 0 && n.first[last] == sizes[axis] * first[axis] &&
        n.second[last] == sizes[axis] * second[axis]) {
      n.sizes[last] *= sizes[axis];
      n.first[last] = first[axis];
      n.second[last] = second[axis];
    } else {
      n.sizes[n.rank] = sizes[axis];
      n.first[n.rank] = first[axis];
      n.second[n.rank] = second[axis];
      n.rank++;
    }
  }
  if (n.rank == 0) {
    n.rank = 1;
    n.sizes[0] = 1;
  }
  return n;
}

/// Where row number `row` (all axes but the last) starts in both operands.
static void row_start(const nest *n, long row, long *first, long *second) {
  *first = *second = 0;
  for (int axis = n->rank - 2; axis >= 0; axis--) {
    const long index = row % n->sizes[axis];
    row /= n->sizes[axis];
    *first += index * n->first[axis];
    *second += index * n->second[axis];
  }
}

typedef struct {
  nest n;
  int function;
  const float *a, *b;
  float *y;
} binary_work;

static void binary_elements(const binary_work *w, long begin, long end) {
  const nest *n = &w->n;
  const long width = n->sizes[n->rank - 1];
  const long a_step = n->first[n->rank - 1], b_step = n->second[n->rank - 1];
  const gk_level_table *loops = gk_loops();
  for (long at = begin; at < end;) {
    const long row = at / width, column = at % width;
    const long count = width - column < end - at ? width - column : end - at;
    long a, b;
    row_start(n, row, &a, &b);
    a += column * a_step;
    b += column * b_step;
    if ((a_step | b_step) >> 1 == 0) {
      loops->binary(w->function, w->a + a, a_step, w->b + b, b_step, w->y + at, count);
    } else {
      for (long start = 0; start < count; start += 128) {
        const long part = count - start < 128 ? count - start : 128;
        float left[128], right[128];
        for (long i = 0; i < part; i++) {
          left[i] = w->a[a + (start + i) * a_step];
          right[i] = w->b[b + (start + i) * b_step];
        }
        loops->binary(w->function, left, 1, right, 1, w->y + at + start, part);
      }
    }
    at += count;
  }
}

static void binary_strided_range(void *argument, long begin, long end) {
  binary_elements(argument, begin, end);
}

void gk_binary_strided(
    int function, int rank, const long *sizes, const float *a, const long *a_strides,
    const float *b, const long *b_strides, float *y) {
  long count = 1;
  for (int axis = 0; axis < rank; axis++) count *= sizes[axis];
  if (count == 0) return;
  binary_work w = {collapse(rank, sizes, a_strides, b_strides), function, a, b, y};
  gk_parallel(count, GRAIN, binary_strided_range, &w);
}

typedef struct {
  nest n;
  const uint32_t *source;
  uint32_t *target;
  bool transposed;
} copy_work;

/// Elements in row-major order, from anywhere in a row: rows may be few and long.
static void copy_elements(const copy_work *w, long begin, long end) {
  const nest *n = &w->n;
  const long width = n->sizes[n->rank - 1];
  const long s_step = n->first[n->rank - 1], t_step = n->second[n->rank - 1];
  while (begin < end) {
    long s, t;
    row_start(n, begin / width, &s, &t);
    const long column = begin % width;
    const long part = width - column < end - begin ? width - column : end - begin;
    const uint32_t *from = w->source + s + column * s_step;
    uint32_t *to = w->target + t + column * t_step;
    if (s_step == 1 && t_step == 1)
      memcpy(to, from, (size_t)part * 4);
    else
      for (long i = 0; i < part; i++) to[i * t_step] = from[i * s_step];
    begin += part;
  }
}

/// The last two axes in tiles, where one operand is contiguous along each.
static void copy_tiles(const copy_work *w, long begin, long end) {
  const nest *n = &w->n;
  const long rows = n->sizes[n->rank - 2], columns = n->sizes[n->rank - 1];
  const long s_row = n->first[n->rank - 2], s_column = n->first[n->rank - 1];
  const long t_row = n->second[n->rank - 2], t_column = n->second[n->rank - 1];
  const long down = (rows + 31) / 32, across = (columns + 31) / 32;
  for (long tile = begin; tile < end; tile++) {
    const long matrix = tile / (down * across), place = tile % (down * across);
    long s, t;
    row_start(n, matrix * rows, &s, &t);
    const long top = place / across * 32, left = place % across * 32;
    const long height = rows - top < 32 ? rows - top : 32;
    const long width = columns - left < 32 ? columns - left : 32;
    const uint32_t *from = w->source + s + top * s_row + left * s_column;
    uint32_t *to = w->target + t + top * t_row + left * t_column;
    if (s_row == 1 && t_column == 1)
      gk_loops()->transposed_copy(
          (const float *)from, s_column, (float *)to, t_row, height, width);
    else
      for (long i = 0; i < height; i++)
        for (long j = 0; j < width; j++) to[i * t_row + j * t_column] = from[i * s_row + j * s_column];
  }
}

static void copy_range(void *argument, long begin, long end) {
  const copy_work *w = argument;
  if (w->transposed)
    copy_tiles(w, begin, end);
  else
    copy_elements(w, begin, end);
}

void gk_copy_strided(
    int rank, const long *sizes, const void *source, const long *source_strides, void *target,
    const long *target_strides) {
  long count = 1;
  for (int axis = 0; axis < rank; axis++) count *= sizes[axis];
  if (count == 0) return;
  copy_work w = {collapse(rank, sizes, source_strides, target_strides), source, target, false};
  const nest *n = &w.n;
  if (n->rank >= 2 && n->first[n->rank - 1] != 1 && n->first[n->rank - 2] == 1) {
    w.transposed = true;
    const long rows = n->sizes[n->rank - 2], width = n->sizes[n->rank - 1];
    const long tiles = count / (rows * width) * ((rows + 31) / 32) * ((width + 31) / 32);
    gk_parallel_items(tiles, GRAIN / 1024, copy_range, &w);
    return;
  }
  gk_parallel(count, GRAIN, copy_range, &w);
}
