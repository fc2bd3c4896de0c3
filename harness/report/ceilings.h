/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which limit would end it? The greatest number of waiting tasks that each limit of the machine allows a strategy, from
 * what one task uses up of it (memory_slope.h) and what the limit was when the run began (env.json).
 *
 *     N(limit) = limit / use per task
 *
 * An upper bound, as if nobody else used any: what other processes and the harness use comes off it, and a limit that
 * is in env.json is the one at the run's start.
 */
#ifndef QUINTET_REPORT_CEILINGS_H
#define QUINTET_REPORT_CEILINGS_H

#include "report/memory_slope.h"

enum ceiling {
    CEILING_MEMORY,
    CEILING_NPROC,
    CEILING_PIDS_MAX,
    CEILING_THREADS_MAX,
    CEILING_PID_MAX,
    CEILING_MAP_COUNT,
    CEILING_NOFILE,
    CEILING_COUNT
};

extern const char *const ceiling_names[CEILING_COUNT];

struct ceilings {
    double tasks[CEILING_COUNT]; /* INFINITY: it does not apply; NaN: not known */
    int lowest;                  /* enum ceiling, or -1: none is known */
};

/* `env`: the document of env.json. Pure. */
void ceilings_find(struct ceilings *out, const json_t *env, const struct memory_slope_row *row);

#endif
