/* SPDX-License-Identifier: Apache-2.0 */
/* Which K a case is measured at: the user's, or the workload's own sweep, written in CPUs ("1 P 8P 64P"). */
#include "run/plan_private.h"

#include <stdlib.h>
#include <string.h>

enum { SWEEP_MAX = 16 };
_Static_assert((int)PLAN_NAMES_MAX > (int)SWEEP_MAX, "a sweep must fit");

/* "1 P 8P 64P" for P workers, in the order it has. How many. */
static unsigned expand_sweep(const char *sweep, unsigned workers, unsigned *out)
{
    unsigned n = 0;
    while (sweep && *sweep && n < SWEEP_MAX) {
        char *end;
        unsigned long k = strtoul(sweep, &end, 10);
        if (end == sweep)
            k = 1;
        if (*end == 'P') {
            k *= workers;
            end++;
        }
        sweep = end + strspn(end, " ");
        if (k >= 1 && k <= IN_FLIGHT_LIMIT)
            out[n++] = (unsigned)k;
        else
            break;
    }
    return n;
}

/* Ascending, in whole groups, each once. How many are left. */
static unsigned sort_unique(unsigned *k, unsigned n, unsigned group)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < n; i++)
        k[i] = (k[i] + group - 1) / group * group;
    for (unsigned i = 1; i < n; i++)
        for (unsigned j = i; j > 0 && k[j - 1] > k[j]; j--) {
            unsigned swap = k[j];
            k[j] = k[j - 1];
            k[j - 1] = swap;
        }
    for (unsigned i = 0; i < n; i++)
        if (kept == 0 || k[kept - 1] != k[i])
            k[kept++] = k[i];
    return kept;
}

/* The workload's own choice of K. */
static const char *default_sweep(const struct workload *w, enum profile profile)
{
    if (profile == PROFILE_FULL && w->in_flight_full)
        return w->in_flight_full;
    return w->in_flight_sweep ? w->in_flight_sweep : "1 P 8P 64P";
}

/* More than there are tasks can't be in flight: a K of the sweep above their number means all of them. Where tasks have
 * children it is also how many carriers there are, and stays. */
static void clip_to_tasks(const struct plan *plan, const struct cell *base, const struct trial_setup *what,
                          unsigned group, unsigned *k, unsigned n)
{
    for (unsigned i = 0; i < n && !what->workload->spawns; i++) {
        struct cell cell = *base;
        struct shape shape;
        char why[REASON_LEN];
        unsigned whole = group > 1 ? (k[i] + group - 1) / group * group : k[i];
        cell.in_flight = whole;
        if (plan_shape_of(plan, &cell, what, &shape, why, sizeof why) == 0 && shape.tasks < whole)
            k[i] = shape.tasks;
    }
}

unsigned plan_sweep(const struct plan *plan, const struct plan_request *request, const struct cell *base,
                    const struct trial_setup *what, const char *variant, unsigned group, unsigned k[PLAN_NAMES_MAX])
{
    char own[NAME_LEN];
    const char *sweep = default_sweep(what->workload, plan->profile);
    unsigned n = request->n_in_flight;
    memcpy(k, request->in_flight, n * sizeof *k);
    if (plan_variant_value(variant, "in_flight", own, sizeof own))
        sweep = own;
    if (n == 0) {
        n = expand_sweep(sweep, base->workers, k);
        clip_to_tasks(plan, base, what, group, k, n);
    }
    return sort_unique(k, n, group);
}
