#pragma once
#if !__has_include(<openssl/evp.h>)
#error "<openssl/evp.h> is missing: install it with 'apt-get install libssl-dev', or run 'make setup'"
#else
#include <openssl/evp.h>
#endif
