/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of a plan share: plan.c (from a request to cells), plan_params.c (their parameters), plan_sweep.c
 * (their K), plan_cell.c (one cell, and whether it can run), plan_stored.c (cells of a stored run), plan_checks.c
 * (cells that check the instrument). plan_order.c needs the finished plan only.
 */
#ifndef QUINTET_RUN_PLAN_PRIVATE_H
#define QUINTET_RUN_PLAN_PRIVATE_H

#include "run/plan.h"
#include "run/plan_options.h"
#include "run/trial.h"

enum { IN_FLIGHT_LIMIT = 1000000 };

/* CPUs that a cell of this workload gets, unless its placement says one. */
unsigned plan_workers(const struct plan *plan, const struct workload *workload);

/* After the last cell: checks and estimate. 0 or -errno. */
int plan_finish(struct plan *plan);

/* --- plan_params.c --- */

/* Is "workload.name=value" a parameter that exists, with a value in range? 0, or -EINVAL, -ENOENT, -ERANGE with one
 * sentence in `why`. */
int plan_check_param(const char *text, char *why, size_t why_len);

/* All parameters of one variant as text: the user's word, else the variant's, else the profile's default, which is more
 * work where there are more CPUs. */
void plan_fill_params(struct cell *cell, const struct workload *w, const char *variant,
                      const struct plan_request *request);

/* Value of `name` in "a=1,b=2" into out; false if it isn't there. */
bool plan_variant_value(const char *variant, const char *name, char *out, size_t len);

/* Is this variant about that strategy? */
bool plan_variant_is_for(const char *variant, const char *strategy);

/* --- plan_sweep.c --- */

/* The values of K for a case: the user's; else the variant's own or the workload's, no more than there are tasks. In
 * whole groups, ascending, each once. How many. */
unsigned plan_sweep(const struct plan *plan, const struct plan_request *request, const struct cell *base,
                    const struct trial_setup *what, const char *variant, unsigned group, unsigned k[PLAN_NAMES_MAX]);

/* --- plan_cell.c --- */

/* The workload's own word on how big this cell is. 0, or why it can't be. */
int plan_shape_of(const struct plan *plan, const struct cell *cell, const struct trial_setup *what, struct shape *shape,
                  char *why, size_t why_len);

/* Is there a cell of this case? The user's word for a parameter can make two variants the same. */
bool plan_has_case(const struct plan *plan, const struct cell *cell);

/* Append one cell. 0 or -ENOMEM. */
int plan_append_cell(struct plan *plan, const struct plan_cell *cell);

/* Append a cell of a case (`base`, whose workload and parameters are known to be good), with its sentence if it cannot
 * run. 0 or -errno. */
int plan_add_cell(struct plan *plan, const struct cell *base, const struct strategy *strategy,
                  const struct option_set *options, unsigned in_flight);

/* Append a cell that stands in the plan with its reason only. 0 or -ENOMEM. */
int plan_skip(struct plan *plan, const struct cell *base, const struct strategy *s, unsigned k, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif
