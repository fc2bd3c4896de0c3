/* SPDX-License-Identifier: Apache-2.0 */
#include "quintet_criterion.h"

#include "report/memory_slope.h"

#include <math.h>

Test(memory_slope, a_line_is_found_again)
{
    const double x[] = {64, 256, 512, 4096};
    double y[4], slope, at_zero;
    for (unsigned i = 0; i < 4; i++)
        y[i] = 81000 + 4400 * x[i];
    cr_assert(memory_slope_line(x, y, 4, &slope, &at_zero));
    cr_expect_float_eq(slope, 4400, 1e-6);
    cr_expect_float_eq(at_zero, 81000, 1e-3);
    cr_assert(memory_slope_line(x, y, 2, &slope, &at_zero));
    cr_expect_float_eq(slope, 4400, 1e-6);
}

/* Golden by hand: x = 1, 2, 4; y = 3, 3, 9. Means 7/3 and 5; xx = 14/3, xy = 10; slope 15/7, at zero 0. */
Test(memory_slope, what_is_no_line_is_fitted_by_least_squares)
{
    const double x[] = {1, 2, 4}, y[] = {3, 3, 9};
    double slope, at_zero;
    cr_assert(memory_slope_line(x, y, 3, &slope, &at_zero));
    cr_expect_float_eq(slope, 15.0 / 7, 1e-12);
    cr_expect_float_eq(at_zero, 0, 1e-12);
}

Test(memory_slope, one_size_is_no_line)
{
    const double x[] = {64, 64}, y[] = {1, 2};
    double slope = NAN, at_zero = NAN;
    cr_expect(!memory_slope_line(x, y, 0, &slope, &at_zero));
    cr_expect(!memory_slope_line(x, y, 1, &slope, &at_zero));
    cr_expect(!memory_slope_line(x, y, 2, &slope, &at_zero));
    cr_expect(isnan(slope) && isnan(at_zero));
}
