/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For the tests of prefork: deaths on order. The strategy is compiled into them a second time, with PREFORK_STEPS: it
 * calls prefork_step() between any two steps of a child, and the child may end there.
 */
#ifndef QUINTET_TESTS_PREFORK_SUPPORT_H
#define QUINTET_TESTS_PREFORK_SUPPORT_H

#include "unit/strategy_rig.h"

#include "strategies/prefork_child.h"

extern const struct strategy strategy_prefork;

enum { STEPS = STEP_NEWS + 1 };

/* Shared by the test and all children: at which step, and after how many passages of all children together, one dies,
 * how many of them in turn, and how many have. */
struct deaths {
    _Atomic int step, passages, rest, dead;
    _Atomic int slow; /* ... and at which step every child hesitates */
};
extern struct deaths *deaths_g; /* NULL until something is ordered */

void deaths_order(int step, int passages, int count);

static inline unsigned children_of_this_thread(pid_t *pids, unsigned max, long tid)
{
    char path[64];
    unsigned n = 0;
    snprintf(path, sizeof path, "/proc/self/task/%ld/children", tid);
    FILE *file = fopen(path, "re");
    while (file && n < max && fscanf(file, "%d", &pids[n]) == 1)
        n++;
    if (file)
        fclose(file);
    return n;
}

#endif
