/* SPDX-License-Identifier: Apache-2.0 */
/* When a run began, by clocks of all sorts. */
#include "quintet_criterion.h"

#include "run/utc.h"

#include <stdint.h>

TestSuite(utc);

static time_t now_is;

/* In place of the C library's. */
time_t time(time_t *out)
{
    if (out)
        *out = now_is;
    return now_is;
}

static const char *stamp_of(time_t now)
{
    static char stamp[32];
    now_is = now;
    utc_now(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ %a");
    return stamp;
}

Test(utc, the_clock_s_time)
{
    cr_expect_str_eq(stamp_of(0), "1970-01-01T00:00:00Z Thu");
    cr_expect_str_eq(stamp_of(951827696), "2000-02-29T12:34:56Z Tue");
    cr_expect_str_eq(stamp_of(-1), "1969-12-31T23:59:59Z Wed");
}

Test(utc, beyond_all_calendars_is_the_epoch)
{
    cr_expect_str_eq(stamp_of(INT64_MAX), "1970-01-01T00:00:00Z Thu");
    cr_expect_str_eq(stamp_of(INT64_MIN), "1970-01-01T00:00:00Z Thu");
}
