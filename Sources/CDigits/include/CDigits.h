// The UCI optical digits: 1,797 greyscale images of handwritten digits with their labels.
//
// Source:  Alpaydin, E. & Kaynak, C. (1998). Optical Recognition of Handwritten Digits.
//          UCI Machine Learning Repository. https://doi.org/10.24432/C50P49
// Licence: CC BY 4.0, https://creativecommons.org/licenses/by/4.0/
// Extent:  the data set's test part, as distributed with scikit-learn (digits.csv.gz).
// Changes: none but the format. Written by Scripts/make-digits; do not edit.

#pragma once

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

/// The samples one after another, 65 bytes each: 8 x 8 pixels row by row, 0 (background) to
/// 16 (ink), then the label, 0 to 9. The memory is constant and lives as long as the process.
const unsigned char *gradus_digits_data(void);

/// The number of samples, 1,797.
long gradus_digits_count(void);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif
