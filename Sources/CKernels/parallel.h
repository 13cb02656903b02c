// Work shared among the threads of the OpenMP team.
#pragma once

/// Calls body(argument, begin, end) so that every number in 0..<count is covered once. Ranges
/// start at multiples of 16. Stays on the calling thread where count < 2 · grain.
void gk_parallel(
    long count, long grain, void (*body)(void *argument, long begin, long end), void *argument);
/// The same with ranges that start anywhere, for few items that are much work each.
void gk_parallel_items(
    long count, long grain, void (*body)(void *argument, long begin, long end), void *argument);
