#pragma once
#if !__has_include(<png.h>)
#error "<png.h> is missing: install it with 'apt-get install libpng-dev', or run 'make setup'"
#else
#include <png.h>
#endif
