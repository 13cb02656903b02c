#pragma once
#if !__has_include(<lapacke.h>)
#error "<lapacke.h> is missing: install it with 'apt-get install liblapacke-dev', or run 'make setup'"
#else
#include <lapacke.h>
#endif
