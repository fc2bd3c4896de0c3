/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run's trials in the formats of other tools. Only what the journal holds: one row per good trial, and a summary
 * beside them only where the format demands one (hyperfine) or has a place for an interval (bmf). Aggregates never go
 * into Google Benchmark's JSON: its readers take every row for a measurement.
 */
#ifndef QUINTET_REPORT_EXPORT_H
#define QUINTET_REPORT_EXPORT_H

#include "report/aggregate.h"

#include <stdio.h>

struct export_format {
    const char *name, *summary;
    int (*write)(const struct report_run *run, FILE *out);
};

/* Ends with name == NULL. */
extern const struct export_format export_formats[];
const struct export_format *export_find(const char *name);

/*
 * Write the loaded run to `out`. Cells with a role (twins, controls) are left out: they are no results. 0, -ENOMEM, or
 * the -errno of writing (the caller flushes).
 */
int export_write(const struct export_format *format, const struct report_run *run, FILE *out);

#endif
