// Rows of images read at places between pixels. Nothing is contracted, so that the bits are the
// same on every processor.
#include "CKernels.h"

#pragma STDC FP_CONTRACT OFF

/// Columns that are worked on at once.
enum { COLUMNS = 64 };

/// A place beyond the first and last pixels' centres, mirrored there as often as it takes.
static inline float mirrored(float place, float last) {
  const float period = last > 0 ? 2 * last : 1;
  const float ratio = place / period, low = ratio > -1e9f ? ratio : -1e9f;
  const float turns = low < 1e9f ? low : 1e9f, whole = (float)(int32_t)turns;
  const float rest = place - period * (whole > turns ? whole - 1 : whole);
  const float beyond = rest > last ? rest - last : last - rest;
  const float inner = last > beyond ? last - beyond : 0;
  return place >= 0 && place <= last ? place : inner;
}

/// The place counted from the ring's first row or column, where none is negative.
static inline float within(float place, float end) {
  const float low = place > -1 ? place : -1;
  return (low < end ? low : end) + 1;
}

/// Columns of the old image's four pixels about each place of a row, and how far towards the second.
typedef struct {
  int32_t left[COLUMNS], top[COLUMNS];
  float across[COLUMNS], down[COLUMNS];
} places;

/// Inlined with a constant `mirrors`, so that rows that are not mirrored do not pay for it.
static inline __attribute__((always_inline)) void locate(
    places *p, int n, long start, float x, float step_x, float y, float step_y, float end_x,
    float end_y, bool mirrors) {
  for (int i = 0; i < n; i++) {
    const float column = (float)((int32_t)start + i);
    float px = x + step_x * column, py = y + step_y * column;
    if (mirrors) {
      px = mirrored(px, end_x - 1);
      py = mirrored(py, end_y - 1);
    }
    px = within(px, end_x);
    py = within(py, end_y);
    p->left[i] = (int32_t)px;
    p->top[i] = (int32_t)py;
    p->across[i] = px - (float)p->left[i];
    p->down[i] = py - (float)p->top[i];
  }
}

void gk_resample_row(
    const float *ring, long stride, long ring_plane, float *row, long plane, long channels,
    long width, long height, float x, float step_x, float y, float step_y, bool mirrors) {
  places p;
  const float end_x = (float)width, end_y = (float)height;
  for (long start = 0; start < width; start += COLUMNS) {
    const int n = (int)(width - start < COLUMNS ? width - start : COLUMNS);
    if (mirrors)
      locate(&p, n, start, x, step_x, y, step_y, end_x, end_y, true);
    else
      locate(&p, n, start, x, step_x, y, step_y, end_x, end_y, false);
    for (long channel = 0; channel < channels; channel++) {
      const float *from = ring + channel * ring_plane;
      float *restrict to = row + channel * plane + start;
      for (int i = 0; i < n; i++) {
        const float *upper = from + (p.top[i] * stride + p.left[i]), *lower = upper + stride;
        // Weights of 0 and 1 give a pixel's own bits.
        const float across = p.across[i], down = p.down[i], near = 1 - across;
        const float high = near * upper[0] + across * upper[1];
        const float low = near * lower[0] + across * lower[1];
        to[i] = (1 - down) * high + down * low;
      }
    }
  }
}
