// JPEG by libjpeg, whose errors leave its functions by longjmp: a jump that Swift may not see.
#pragma once

#include <stddef.h>
#include <stdint.h>

// How reading ended.
enum {
  GRADUS_JPEG_OK = 0,
  GRADUS_JPEG_DAMAGED = 1,      // not a JPEG file, or one that is cut off or corrupt
  GRADUS_JPEG_UNSUPPORTED = 2,  // a sort of JPEG that is not read
  GRADUS_JPEG_MEMORY = 3,       // more memory than there is
  GRADUS_JPEG_LIMIT = 4,        // more memory than pictures of its size are allowed
};

// How a file stores colours.
enum { GRADUS_JPEG_OTHER = 0, GRADUS_JPEG_GRAY = 1, GRADUS_JPEG_COLOR = 3, GRADUS_JPEG_INKS = 4 };

// What the beginning of a file says, and what libjpeg says of an error.
typedef struct {
  int32_t width;
  int32_t height;
  int32_t components;
  int32_t colors;        // one of those above
  int32_t has_scans;     // whether it has several scans, for which all coefficients are kept
  int32_t is_arithmetic; // whether it is entropy-coded arithmetically
  char message[256];     // empty without an error; ends with 0
} gradus_jpeg_report;

// Reads what stands before the first scan. Nothing is printed, and the process goes on.
int gradus_jpeg_outline(const uint8_t *bytes, size_t count, gradus_jpeg_report *report);

// Decodes into planes [channels][height][width]; channels 1 (luma) or 3 (red, green, blue).
// The sizes must be those of gradus_jpeg_outline; coefficients take at most `memory` bytes.
int gradus_jpeg_planes(
    const uint8_t *bytes, size_t count, int32_t channels, int32_t width, int32_t height,
    int64_t memory, uint8_t *planes, gradus_jpeg_report *report);
