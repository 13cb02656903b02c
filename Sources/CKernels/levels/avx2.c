// The kernels for x86-64 processors with AVX2 and FMA.
#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "level.h"

#pragma clang attribute push(__attribute__((target("avx2,fma,bmi2"))), apply_to = function)
#pragma clang fp contract(fast)
#include "mathematics.h"

#define LEVEL(name) avx2_##name
#define TABLE gk_level_avx2
#define SAMPLES 8
#define TILE_OUTPUTS 3
#define TILE_COLUMNS 3
#define TILE_FILTERS 2
#define VECTOR_FUNCTIONS
#include "all.h"
#pragma clang attribute pop
#endif
