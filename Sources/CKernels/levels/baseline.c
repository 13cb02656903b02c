// The kernels for any processor that the compiler targets.
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "level.h"
#include "mathematics.h"

#define LEVEL(name) baseline_##name
#define TABLE gk_level_baseline
#define SAMPLES 4
#define TILE_OUTPUTS 3
#define TILE_COLUMNS 3
#define TILE_FILTERS 2
#include "all.h"
