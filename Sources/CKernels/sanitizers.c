// Whether this build is instrumented: `--sanitize address` and `--sanitize thread` say so to C alone.
#include "CKernels.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define GRADUS_SANITIZED true
#endif
#endif
#ifndef GRADUS_SANITIZED
#define GRADUS_SANITIZED false
#endif

bool gk_is_sanitized(void) { return GRADUS_SANITIZED; }
