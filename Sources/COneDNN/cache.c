// The cache of primitives, execution, counters.
#include "internal.h"
#ifdef GRADUS_ONEDNN

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local char message[160];

void gd_fail(const char *what, dnnl_status_t status) {
  static const char *const names[] = {
      "success", "out of memory", "invalid arguments", "unimplemented", "iterator ends",
      "runtime error", "not required"};
  snprintf(
      message, sizeof message, "oneDNN %s: %s", what,
      (unsigned)status < sizeof names / sizeof *names ? names[status] : "unknown status");
}

const char *gd_last_error(void) { return message; }

static dnnl_engine_t engine;
static pthread_once_t engine_once = PTHREAD_ONCE_INIT;

static void make_engine(void) {
  const dnnl_status_t status = dnnl_engine_create(&engine, dnnl_cpu, 0);
  if (status != dnnl_success) {
    gd_fail("engine", status);
    fprintf(stderr, "%s\n", message);
    abort();
  }
}

dnnl_engine_t gd_engine(void) {
  pthread_once(&engine_once, make_engine);
  return engine;
}

extern int omp_get_max_threads(void);

typedef struct entry {
  gd_key key;
  gd_primitive *primitive;
  struct entry *next;
} entry;

enum { BUCKETS = 1024 };
static entry *buckets[BUCKETS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_long primitives, executions, reorders;

static entry **bucket_of(const gd_key *key) {
  const unsigned char *bytes = (const unsigned char *)key;
  unsigned long hash = 0;
  for (size_t i = 0; i < sizeof *key; i += sizeof(unsigned long)) {
    unsigned long word;
    memcpy(&word, bytes + i, sizeof word);
    hash = (hash ^ word) * 0x9E3779B97F4A7C15ul;
    hash ^= hash >> 29;
  }
  return &buckets[hash % BUCKETS];
}

const gd_primitive *gd_cache_find(gd_key *key) {
  key->threads = omp_get_max_threads();
  entry **bucket = bucket_of(key);
  pthread_mutex_lock(&lock);
  const entry *e = *bucket;
  while (e && memcmp(&e->key, key, sizeof *key) != 0) e = e->next;
  const gd_primitive *found = e ? e->primitive : NULL;
  pthread_mutex_unlock(&lock);
  return found;
}

const gd_primitive *gd_cache_keep(const gd_key *key, gd_primitive *made) {
  entry **bucket = bucket_of(key);
  pthread_mutex_lock(&lock);
  entry *e = *bucket;
  while (e && memcmp(&e->key, key, sizeof *key) != 0) e = e->next;
  if (e) {
    // Another thread came first. The two names may be literals, and are left.
    dnnl_primitive_destroy(made->primitive);
    free(made);
    made = e->primitive;
  } else if ((e = malloc(sizeof *e))) {
    e->key = *key;
    e->primitive = made;
    e->next = *bucket;
    *bucket = e;
    atomic_fetch_add(&primitives, 1);
  }
  pthread_mutex_unlock(&lock);
  return made;
}

void gd_visit_primitives(
    void (*visit)(const char *purpose, const char *implementation, void *argument),
    void *argument) {
  pthread_mutex_lock(&lock);
  for (int i = 0; i < BUCKETS; i++)
    for (const entry *e = buckets[i]; e; e = e->next)
      visit(e->primitive->purpose, e->primitive->implementation, argument);
  pthread_mutex_unlock(&lock);
}

const gd_layout *gd_primitive_layout(const gd_primitive *primitive, int role) {
  return primitive->layouts[role];
}

size_t gd_primitive_scratchpad(const gd_primitive *primitive) { return primitive->scratchpad; }

const char *gd_primitive_purpose(const gd_primitive *primitive) { return primitive->purpose; }

const char *gd_primitive_implementation(const gd_primitive *primitive) {
  return primitive->implementation;
}

static const int arguments[GD_ROLES] = {
    [GD_SOURCE] = DNNL_ARG_SRC,
    [GD_WEIGHTS] = DNNL_ARG_WEIGHTS,
    [GD_BIAS] = DNNL_ARG_BIAS,
    [GD_TARGET] = DNNL_ARG_DST,
    [GD_MEAN] = DNNL_ARG_MEAN,
    [GD_VARIANCE] = DNNL_ARG_VARIANCE,
    [GD_SCALE] = DNNL_ARG_SCALE,
    [GD_OFFSET] = DNNL_ARG_SHIFT,
    [GD_SOURCE_GRADIENT] = DNNL_ARG_DIFF_SRC,
    [GD_WEIGHTS_GRADIENT] = DNNL_ARG_DIFF_WEIGHTS,
    [GD_BIAS_GRADIENT] = DNNL_ARG_DIFF_BIAS,
    [GD_TARGET_GRADIENT] = DNNL_ARG_DIFF_DST,
    [GD_SCALE_GRADIENT] = DNNL_ARG_DIFF_SCALE,
    [GD_OFFSET_GRADIENT] = DNNL_ARG_DIFF_SHIFT,
};

int gd_execute(
    const gd_primitive *primitive, int count, const int *roles, void *const *buffers,
    void *scratchpad) {
  static _Thread_local dnnl_stream_t stream;
  dnnl_status_t status = dnnl_success;
  if (!stream) status = dnnl_stream_create(&stream, gd_engine(), dnnl_stream_default_flags);
  dnnl_exec_arg_t list[GD_ROLES + 1];
  int made = 0;
  for (int i = 0; i < count && status == dnnl_success; i++) {
    list[made].arg = arguments[roles[i]];
    status = dnnl_memory_create(
        &list[made].memory, &primitive->descriptors[roles[i]], gd_engine(), buffers[i]);
    if (status == dnnl_success) made++;
  }
  if (status == dnnl_success && primitive->scratchpad > 0) {
    list[made].arg = DNNL_ARG_SCRATCHPAD;
    status = dnnl_memory_create(
        &list[made].memory, &primitive->scratchpad_descriptor, gd_engine(), scratchpad);
    if (status == dnnl_success) made++;
  }
  if (status == dnnl_success)
    status = dnnl_primitive_execute(primitive->primitive, stream, made, list);
  if (status == dnnl_success) status = dnnl_stream_wait(stream);
  for (int i = 0; i < made; i++) dnnl_memory_destroy(list[i].memory);
  if (status != dnnl_success) gd_fail("execution", status);
  atomic_fetch_add_explicit(&executions, 1, memory_order_relaxed);
  if (primitive->reorder) atomic_fetch_add_explicit(&reorders, 1, memory_order_relaxed);
  return status;
}

gd_counters gd_read_counters(void) {
  return (gd_counters){
      atomic_load(&primitives), atomic_load(&executions), atomic_load(&reorders)};
}

int gd_sgemm(
    bool transpose_a, bool transpose_b, long m, long n, long k, const float *a, long lda,
    const float *b, long ldb, float beta, float *c, long ldc) {
  const dnnl_status_t status = dnnl_sgemm(
      transpose_a ? 'T' : 'N', transpose_b ? 'T' : 'N', m, n, k, 1.0f, a, lda, b, ldb, beta, c,
      ldc);
  if (status != dnnl_success) gd_fail("sgemm", status);
  return status;
}

const char *gd_version(void) {
  static char text[32];
  const dnnl_version_t *v = dnnl_version();
  snprintf(text, sizeof text, "%d.%d.%d", v->major, v->minor, v->patch);
  return text;
}

const char *gd_instruction_set(void) {
  const unsigned isa = (unsigned)dnnl_get_effective_cpu_isa();
  if ((isa & dnnl_cpu_isa_avx512_core_amx) == dnnl_cpu_isa_avx512_core_amx)
    return "AVX-512 with AMX";
  if ((isa & dnnl_cpu_isa_avx512_core_bf16) == dnnl_cpu_isa_avx512_core_bf16)
    return "AVX-512 with bfloat16";
  if ((isa & dnnl_cpu_isa_avx512_core) == dnnl_cpu_isa_avx512_core) return "AVX-512";
  if ((isa & dnnl_cpu_isa_avx2) == dnnl_cpu_isa_avx2) return "AVX2";
  if ((isa & dnnl_cpu_isa_avx) == dnnl_cpu_isa_avx) return "AVX";
  return "SSE4.1 or none";
}

#endif
