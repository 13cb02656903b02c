#pragma once
#ifdef GRADUS_ONEDNN

#if !__has_include(<oneapi/dnnl/dnnl.h>)
#error "<oneapi/dnnl/dnnl.h> is missing: install it with 'apt-get install libdnnl-dev', run 'make setup', or build without it: 'swift build --disable-default-traits'"
#else
#include <oneapi/dnnl/dnnl.h>
#endif

#if DNNL_VERSION_MAJOR != 2
#error "this folder speaks oneDNN's version 2 API (Debian 12); build with '--disable-default-traits'"
#endif

#include "COneDNN.h"

struct gd_layout {
  dnnl_memory_desc_t descriptor;
  size_t bytes;
  bool plain;
  int channel_block;
  struct gd_layout *next;
};

struct gd_primitive {
  dnnl_primitive_t primitive;
  dnnl_memory_desc_t descriptors[GD_ROLES];
  const gd_layout *layouts[GD_ROLES];
  size_t scratchpad;
  dnnl_memory_desc_t scratchpad_descriptor;
  const char *purpose, *implementation;
  bool reorder;
};

/// The layout of a descriptor.
const gd_layout *gd_intern(const dnnl_memory_desc_t *descriptor);

/// The processor.
dnnl_engine_t gd_engine(void);

/// Remembers what failed, for gd_last_error.
void gd_fail(const char *what, dnnl_status_t status);

/// What a primitive is found by. Zero it before filling it in: it is compared as bytes.
typedef struct {
  long kind, threads;
  long numbers[24];
  const void *layouts[3];
} gd_key;

enum { KIND_CONVOLUTION = 1, KIND_POOL, KIND_NORM, KIND_MATMUL, KIND_REORDER };

/// A primitive from the cache, or null.
const gd_primitive *gd_cache_find(gd_key *key);
/// Keeps a primitive and returns the one that is kept (another thread's, if it came first).
const gd_primitive *gd_cache_keep(const gd_key *key, gd_primitive *made);

#endif
