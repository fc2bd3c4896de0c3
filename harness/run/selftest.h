/* SPDX-License-Identifier: Apache-2.0 */
/* The contract of every workload x strategy, checked through the same processes as a real run. */
#ifndef QUINTET_RUN_SELFTEST_H
#define QUINTET_RUN_SELFTEST_H

#include "run/plan.h"

struct selftest_result {
    unsigned passed, failed, skipped;
};

/*
 * Plan the smoke profile of what `request` names (all workloads x all strategies, variants included, K of 1, 2, 3 and 8
 * where nothing else is said), run each cell once against the oracle, call show() for each. Adds to *total. 0 or -errno
 * with the reason in `why`. isolate_init() must have been called.
 */
int selftest_run(const struct plan_request *request, const struct machine *machine,
                 void (*show)(void *arg, const char *id, enum trial_end end, const char *reason), void *arg,
                 struct selftest_result *total, char *why, size_t why_len);

#endif
