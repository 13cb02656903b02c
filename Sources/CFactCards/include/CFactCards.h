// The course's fact cards: the files Course/Facts/L01.yaml to L14.yaml as bytes.

#pragma once

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

/// The number of lectures, 14.
long gradus_fact_lectures(void);

/// A lecture's file, numbered from 1, as UTF-8. The memory is constant and lives as long as the
/// process.
const unsigned char *gradus_fact_cards(long lecture);

/// The number of its bytes.
long gradus_fact_cards_size(long lecture);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif
