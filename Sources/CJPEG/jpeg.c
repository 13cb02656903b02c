#include "CJPEG.h"

#if !__has_include(<jpeglib.h>)
#error "<jpeglib.h> is missing: install it with 'apt-get install libjpeg-dev', or run 'make setup'"
#else
#include <stdio.h>
#include <string.h>
#include <setjmp.h>

#include <jpeglib.h>
#include <jerror.h>

// More scans than an encoder makes (about ten): a short file with thousands of them over a large
// picture would take hours.
enum { MOST_SCANS = 200 };

typedef struct {
  struct jpeg_decompress_struct info;
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  gradus_jpeg_report *report;
  int status;
  jmp_buf out;
} reader;

static _Noreturn void leave(reader *self, int status) {
  self->status = status;
  longjmp(self->out, 1);
}

static void fail(j_common_ptr info) {
  reader *self = info->client_data;
  char text[JMSG_LENGTH_MAX];
  self->errors.format_message(info, text);
  snprintf(self->report->message, sizeof self->report->message, "%s", text);
  switch (self->errors.msg_code) {
  case JERR_OUT_OF_MEMORY:
    leave(self, GRADUS_JPEG_MEMORY);
  case JERR_NO_BACKING_STORE:
  case JERR_TFILE_CREATE:
    leave(self, GRADUS_JPEG_LIMIT);
  case JERR_ARITH_NOTIMPL:
  case JERR_BAD_PRECISION:
  case JERR_CONVERSION_NOTIMPL:
  case JERR_NOTIMPL:
  case JERR_NOT_COMPILED:
  case JERR_SOF_UNSUPPORTED:
    leave(self, GRADUS_JPEG_UNSUPPORTED);
  default:
    leave(self, GRADUS_JPEG_DAMAGED);
  }
}

// libjpeg only warns of data that are corrupt or cut off, and fills the rest with grey.
static void emit(j_common_ptr info, int level) {
  reader *self = info->client_data;
  if (level >= 0) return;
  switch (self->errors.msg_code) {
  case JWRN_EXTRANEOUS_DATA:  // between segments, as some cameras write
  case JWRN_JFIF_MAJOR:
  case JWRN_ADOBE_XFORM:
    return;
  default:
    fail(info);
  }
}

static void say_nothing(j_common_ptr info) { (void)info; }

static void watch(j_common_ptr info) {
  reader *self = info->client_data;
  if (info->is_decompressor && self->info.input_scan_number > MOST_SCANS) {
    snprintf(
        self->report->message, sizeof self->report->message, "more than %d scans", MOST_SCANS);
    leave(self, GRADUS_JPEG_DAMAGED);
  }
}

// After setjmp: what may fail goes here and below.
static void begin(reader *self, const uint8_t *bytes, size_t count) {
  jpeg_create_decompress(&self->info);
  self->info.client_data = self;
  self->progress.progress_monitor = watch;
  self->info.progress = &self->progress;
  jpeg_mem_src(&self->info, bytes, (unsigned long)count);
  jpeg_read_header(&self->info, TRUE);
  gradus_jpeg_report *report = self->report;
  report->width = (int32_t)self->info.image_width;
  report->height = (int32_t)self->info.image_height;
  report->components = self->info.num_components;
  report->has_scans = jpeg_has_multiple_scans(&self->info);
  report->is_arithmetic = self->info.arith_code;
  switch (self->info.jpeg_color_space) {
  case JCS_GRAYSCALE: report->colors = GRADUS_JPEG_GRAY; break;
  case JCS_RGB:
  case JCS_YCbCr: report->colors = GRADUS_JPEG_COLOR; break;
  case JCS_CMYK:
  case JCS_YCCK: report->colors = GRADUS_JPEG_INKS; break;
  default: report->colors = GRADUS_JPEG_OTHER;
  }
}

static void prepare(reader *self, gradus_jpeg_report *report) {
  memset(self, 0, sizeof *self);
  memset(report, 0, sizeof *report);
  self->report = report;
  self->info.err = jpeg_std_error(&self->errors);
  self->errors.error_exit = fail;
  self->errors.emit_message = emit;
  self->errors.output_message = say_nothing;
  // jpeg_create_decompress keeps both, and may itself fail.
  self->info.client_data = self;
}

int gradus_jpeg_outline(const uint8_t *bytes, size_t count, gradus_jpeg_report *report) {
  reader self;
  prepare(&self, report);
  if (setjmp(self.out) == 0) begin(&self, bytes, count);
  jpeg_destroy_decompress(&self.info);
  return self.status;
}

static void decode(
    reader *self, int32_t channels, int32_t width, int32_t height, int64_t memory,
    uint8_t *planes) {
  j_decompress_ptr info = &self->info;
  info->mem->max_memory_to_use = (long)memory;
  info->out_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_start_decompress(info);
  if (info->output_width != (JDIMENSION)width || info->output_height != (JDIMENSION)height ||
      info->output_components != channels) {
    snprintf(self->report->message, sizeof self->report->message, "sizes that change");
    leave(self, GRADUS_JPEG_DAMAGED);
  }
  size_t plane = (size_t)width * (size_t)height;
  JSAMPARRAY line = info->mem->alloc_sarray(
      (j_common_ptr)info, JPOOL_IMAGE, (JDIMENSION)(width * channels), 1);
  while (info->output_scanline < info->output_height) {
    uint8_t *to = planes + (size_t)info->output_scanline * (size_t)width;
    if (channels == 1) {
      jpeg_read_scanlines(info, &to, 1);
      continue;
    }
    jpeg_read_scanlines(info, line, 1);
    const uint8_t *from = line[0];
    for (int32_t column = 0; column < width; column++) {
      to[column] = from[3 * column];
      to[plane + column] = from[3 * column + 1];
      to[2 * plane + column] = from[3 * column + 2];
    }
  }
  jpeg_finish_decompress(info);
}

int gradus_jpeg_planes(
    const uint8_t *bytes, size_t count, int32_t channels, int32_t width, int32_t height,
    int64_t memory, uint8_t *planes, gradus_jpeg_report *report) {
  reader self;
  prepare(&self, report);
  if (setjmp(self.out) == 0) {
    begin(&self, bytes, count);
    decode(&self, channels, width, height, memory, planes);
  }
  jpeg_destroy_decompress(&self.info);
  return self.status;
}
#endif
