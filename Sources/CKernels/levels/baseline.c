// The kernels for any processor that the compiler targets.
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "level.h"
#include "mathematics.h"

#define LEVEL(name) baseline_##name
#define TABLE gk_level_baseline
#include "all.h"
