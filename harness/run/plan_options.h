/* SPDX-License-Identifier: Apache-2.0 */
/* Strategies with options of the user's own: "pool.spin_ns=0,2000" makes two rows of pool in every contest. */
#ifndef QUINTET_RUN_PLAN_OPTIONS_H
#define QUINTET_RUN_PLAN_OPTIONS_H

#include "contract/strategy.h"
#include "run/plan.h"

enum { OPTION_SETS_MAX = 16 };

/* Options as a cell has them: only those that are not at their default, sorted by name. */
struct option_set {
    struct named_text options[OPTIONS_MAX];
    unsigned n;
};

/* Is every "strategy.name=value[,value]" of the request one that exists, with values in range, and no more than
 * OPTION_SETS_MAX combinations for a strategy? 0, or -EINVAL, -ENOENT, -ERANGE with one sentence in `why`. */
int plan_check_options(const struct plan_request *request, char *why, size_t why_len);

/* All combinations for one strategy: one empty set if nothing was asked. For a checked request. How many. */
unsigned plan_option_sets(const struct plan_request *request, const struct strategy *strategy,
                          struct option_set sets[OPTION_SETS_MAX]);

#endif
