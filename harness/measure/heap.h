/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Was memory ever refused to this process? Much of what the program shows may be missing for a good reason: a fact, a
 * percentile, a panel. That something is missing for want of memory must not look the same. The program's allocations
 * report to here when they fail (cli/heap_wrap.c), and whoever stores or shows something asks before it calls it whole.
 */
#ifndef QUINTET_MEASURE_HEAP_H
#define QUINTET_MEASURE_HEAP_H

#include <stdbool.h>

/* Remember that an allocation failed; `json`: in the making of a JSON value, whose members go missing without a word.
 * Any thread. */
void heap_refuse(bool json);

/* Has any allocation failed since the process began? */
bool heap_was_refused(void);

/* Has one failed that was for a JSON value? A trial may meet a limit and say so; it may not say half of it. */
bool heap_json_was_refused(void);

#endif
