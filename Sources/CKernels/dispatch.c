// Picks the level of the processor once.
#include <stdatomic.h>

#include "levels/level.h"

static _Atomic int limit = 2;

static int processor_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    return 2;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return 1;
#endif
  return 0;
}

static _Atomic(const gk_level_table *) table = 0;

static const gk_level_table *choose(void) {
  const gk_level_table *chosen = &gk_level_baseline;
#if defined(__x86_64__)
  const int level = gk_level();
  if (level == 1) chosen = &gk_level_avx2;
  if (level == 2) chosen = &gk_level_avx512;
#endif
  atomic_store_explicit(&table, chosen, memory_order_release);
  return chosen;
}

const gk_level_table *gk_loops(void) {
  const gk_level_table *current = atomic_load_explicit(&table, memory_order_acquire);
  return current ? current : choose();
}

int gk_level(void) {
  const int level = processor_level(), most = atomic_load(&limit);
  return level < most ? level : most;
}

int gk_limit_level(int level) {
  atomic_store(&limit, level);
  choose();
  return gk_level();
}
