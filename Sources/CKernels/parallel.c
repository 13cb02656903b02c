#define _GNU_SOURCE
#include "parallel.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>

#include "CKernels.h"

#ifdef GRADUS_OPENMP

// The thread sanitizer does not see how libgomp's threads wait for each other: it is told that all
// before a parallel region happens before its shares, and these before all after.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
extern void __tsan_acquire(void *address);
extern void __tsan_release(void *address);
#define HAPPENS_AFTER(address) __tsan_acquire(address)
#define HAPPENS_BEFORE(address) __tsan_release(address)
#endif
#endif
#ifndef HAPPENS_AFTER
#define HAPPENS_AFTER(address)
#define HAPPENS_BEFORE(address)
#endif

// libgomp's entry points; clang here has no OpenMP runtime of its own, and joining libgomp's team
// means sharing threads with oneDNN instead of competing with it.
extern void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);
extern int omp_get_thread_num(void);
extern int omp_get_num_threads(void);
extern int omp_get_max_threads(void);
extern int omp_in_parallel(void);
extern void omp_set_num_threads(int count);

typedef struct {
  void (*body)(void *, long, long);
  void *argument;
  long count, block;
} work;

static void share(void *data) {
  const work *w = data;
  HAPPENS_AFTER(data);
  const long threads = omp_get_num_threads(), thread = omp_get_thread_num();
  const long blocks = (w->count + w->block - 1) / w->block;
  const long begin = blocks * thread / threads * w->block;
  long end = blocks * (thread + 1) / threads * w->block;
  if (end > w->count) end = w->count;
  if (begin < end) w->body(w->argument, begin, end);
  HAPPENS_BEFORE(data);
}

static void parallel(
    long count, long block, long grain, void (*body)(void *, long, long), void *argument) {
  if (count <= 0) return;
  if (count < 2 * grain || omp_in_parallel()) {
    body(argument, 0, count);
    return;
  }
  long threads = omp_get_max_threads();
  if (threads > count / grain) threads = count / grain;
  if (threads <= 1) {
    body(argument, 0, count);
    return;
  }
  work w = {body, argument, count, block};
  HAPPENS_BEFORE(&w);
  GOMP_parallel(share, &w, (unsigned)threads, 0);
  HAPPENS_AFTER(&w);
}

void gk_parallel(long count, long grain, void (*body)(void *, long, long), void *argument) {
  parallel(count, 16, grain, body, argument);
}

void gk_parallel_items(
    long count, long grain, void (*body)(void *, long, long), void *argument) {
  parallel(count, 1, grain, body, argument);
}

void gk_set_threads(int count) { omp_set_num_threads(count); }
int gk_threads(void) { return omp_get_max_threads(); }

#else

void gk_parallel(long count, long grain, void (*body)(void *, long, long), void *argument) {
  (void)grain;
  if (count > 0) body(argument, 0, count);
}

void gk_parallel_items(
    long count, long grain, void (*body)(void *, long, long), void *argument) {
  gk_parallel(count, grain, body, argument);
}

void gk_set_threads(int count) { (void)count; }
int gk_threads(void) { return 1; }

#endif

int gk_become_idle_class(void) {
#ifdef SCHED_IDLE
  const struct sched_param parameter = {0};
  return pthread_setschedparam(pthread_self(), SCHED_IDLE, &parameter);
#else
  return ENOSYS;
#endif
}
