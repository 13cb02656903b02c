// Work shared among the threads of the OpenMP team.
#pragma once

#include "CKernels.h"

/// `gk_parallel_items` with ranges that start at multiples of 16, for many items that are little
/// work each.
void gk_parallel(
    long count, long grain, void (*body)(void *argument, long begin, long end), void *argument);
