#pragma once
#if !__has_include(<zlib.h>)
#error "<zlib.h> is missing: install it with 'apt-get install zlib1g-dev', or run 'make setup'"
#else
#include <zlib.h>
#endif
