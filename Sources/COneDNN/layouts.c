// Interned layouts.
#include "internal.h"
#ifdef GRADUS_ONEDNN

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
enum { BUCKETS = 256 };
static gd_layout *buckets[BUCKETS];

static bool row_major(const dnnl_memory_desc_t *d) {
  if (d->format_kind != dnnl_blocked || d->offset0 != 0) return false;
  const dnnl_blocking_desc_t *b = &d->format_desc.blocking;
  if (b->inner_nblks != 0) return false;
  dnnl_dim_t expected = 1;
  for (int axis = d->ndims - 1; axis >= 0; axis--) {
    if (d->padded_dims[axis] != d->dims[axis]) return false;
    if (d->dims[axis] != 1 && b->strides[axis] != expected) return false;
    expected *= d->dims[axis];
  }
  return true;
}

/// The size of blocks of channels, innermost and the only ones, in an image without gaps; else 0.
static int channel_block(const dnnl_memory_desc_t *d) {
  if (d->format_kind != dnnl_blocked || d->ndims != 4 || d->offset0 != 0) return 0;
  const dnnl_blocking_desc_t *b = &d->format_desc.blocking;
  if (b->inner_nblks != 1 || b->inner_idxs[0] != 1) return 0;
  const dnnl_dim_t block = b->inner_blks[0];
  const int order[] = {3, 2, 1, 0};
  dnnl_dim_t expected = block;
  for (int i = 0; i < 4; i++) {
    const int axis = order[i];
    if (axis != 1 && d->padded_dims[axis] != d->dims[axis]) return 0;
    const dnnl_dim_t size = axis == 1 ? d->padded_dims[1] / block : d->dims[axis];
    if (size != 1 && b->strides[axis] != expected) return 0;
    expected *= size;
  }
  return (int)block;
}

const gd_layout *gd_intern(const dnnl_memory_desc_t *descriptor) {
  dnnl_memory_desc_t canonical = *descriptor;
  const bool plain = row_major(descriptor);
  if (plain) {
    dnnl_dims_t strides;
    dnnl_dim_t step = 1;
    for (int axis = descriptor->ndims - 1; axis >= 0; axis--) {
      strides[axis] = step;
      step *= descriptor->dims[axis];
    }
    if (dnnl_memory_desc_init_by_strides(
            &canonical, descriptor->ndims, descriptor->dims, descriptor->data_type, strides) !=
        dnnl_success)
      return NULL;
  }
  unsigned long hash = (unsigned long)canonical.ndims;
  for (int axis = 0; axis < canonical.ndims; axis++)
    hash = hash * 1000003ul + (unsigned long)canonical.dims[axis];
  gd_layout **bucket = &buckets[hash % BUCKETS];
  pthread_mutex_lock(&lock);
  gd_layout *found = *bucket;
  while (found && !dnnl_memory_desc_equal(&found->descriptor, &canonical)) found = found->next;
  if (!found && (found = calloc(1, sizeof *found))) {
    found->descriptor = canonical;
    found->bytes = dnnl_memory_desc_get_size(&canonical);
    found->plain = plain;
    found->channel_block = channel_block(&canonical);
    found->next = *bucket;
    *bucket = found;
  }
  pthread_mutex_unlock(&lock);
  return found;
}

const gd_layout *gd_layout_strided(int rank, const long *sizes, const long *strides) {
  dnnl_dims_t dims, steps;
  for (int axis = 0; axis < rank; axis++) {
    dims[axis] = sizes[axis];
    steps[axis] = strides[axis];
  }
  dnnl_memory_desc_t descriptor;
  const dnnl_status_t status =
      dnnl_memory_desc_init_by_strides(&descriptor, rank, dims, dnnl_f32, steps);
  if (status != dnnl_success) {
    gd_fail("layout", status);
    return NULL;
  }
  return gd_intern(&descriptor);
}

const gd_layout *gd_layout_plain(int rank, const long *sizes) {
  long strides[DNNL_MAX_NDIMS], step = 1;
  for (int axis = rank - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= sizes[axis];
  }
  return gd_layout_strided(rank, sizes, strides);
}

static const gd_layout *tagged(const long *sizes, dnnl_format_tag_t tag, const char *what) {
  dnnl_dims_t dims;
  for (int axis = 0; axis < 4; axis++) dims[axis] = sizes[axis];
  dnnl_memory_desc_t descriptor;
  const dnnl_status_t status = dnnl_memory_desc_init_by_tag(&descriptor, 4, dims, dnnl_f32, tag);
  if (status != dnnl_success) {
    gd_fail(what, status);
    return NULL;
  }
  return gd_intern(&descriptor);
}

const gd_layout *gd_layout_blocked(const long *sizes, int block) {
  return tagged(sizes, block == 8 ? dnnl_nChw8c : dnnl_nChw16c, "blocked layout");
}

const gd_layout *gd_layout_filters(const long *sizes, int block) {
  return tagged(sizes, block == 8 ? dnnl_OIhw8i8o : dnnl_OIhw16i16o, "layout of filters");
}

int gd_layout_channel_block(const gd_layout *layout) { return layout->channel_block; }
int gd_layout_rank(const gd_layout *layout) { return layout->descriptor.ndims; }
size_t gd_layout_bytes(const gd_layout *layout) { return layout->bytes; }
bool gd_layout_is_plain(const gd_layout *layout) { return layout->plain; }

#endif
