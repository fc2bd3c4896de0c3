/* SPDX-License-Identifier: Apache-2.0 */
#ifndef QUINTET_RUN_UTC_H
#define QUINTET_RUN_UTC_H

#include <stddef.h>
#include <time.h>

/* Now, by the calendar, as strftime(3) would have it. A clock that stands beyond all calendars gives 1970. */
static inline void utc_now(char *out, size_t len, const char *format)
{
    const time_t now = time(NULL);
    struct tm utc;
    if (!gmtime_r(&now, &utc))
        utc = (struct tm){.tm_mday = 1, .tm_year = 70, .tm_wday = 4};
    strftime(out, len, format, &utc);
}

#endif
