/* SPDX-License-Identifier: Apache-2.0 */
/* Before anything is run: what of the plan this machine cannot do, with what it would need and what there is. */
#ifndef QUINTET_CLI_PREFLIGHT_H
#define QUINTET_CLI_PREFLIGHT_H

#include "run/plan.h"

/* Where runs would be kept, or the nearest directory above that is there. */
void preflight_existing_place(const char *results_dir, char *out, size_t len);

/* Turn cells whose data sets do not fit on the disk of results_dir beside those before them into skips. */
void preflight_room(struct plan *plan, const char *results_dir);

/*
 * Workloads and strategies that were asked for by name must be able to run here; those of a default may be skipped.
 * Each that cannot is told on stderr. 0 or EXIT_CANNOT: the other cells of the plan may be run, but that remains the
 * status.
 */
int preflight_named(const struct plan *plan, const struct plan_request *request);

#endif
