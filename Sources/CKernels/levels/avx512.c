// The kernels for x86-64 processors with AVX-512 (F, BW, DQ, VL).
#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "level.h"

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi2"))), \
    apply_to = function)
#pragma clang fp contract(fast)
#include "mathematics.h"

#define LEVEL(name) avx512_##name
#define TABLE gk_level_avx512
#define SAMPLES 16
#define TILE_OUTPUTS 6
#define TILE_COLUMNS 4
#define TILE_FILTERS 4
#define VECTOR_FUNCTIONS
#include "all.h"
#pragma clang attribute pop
#endif
