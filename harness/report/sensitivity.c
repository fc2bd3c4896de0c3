/* SPDX-License-Identifier: Apache-2.0 */
#include "report/sensitivity.h"
#include "report/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct situation *partner_of(const struct pairing *other, const struct situation *s)
{
    for (unsigned i = 0; i < other->n; i++)
        if (other->list[i].in_flight == s->in_flight && other->list[i].workers == s->workers &&
            strcmp(other->list[i].case_name, s->case_name) == 0)
            return &other->list[i];
    return NULL;
}

/* Cells have the same numbers in both, because both follow the plan. */
static bool same_best_set(const struct situation *a, const struct situation *b, unsigned n_strategies)
{
    for (unsigned i = 0; i < n_strategies; i++) {
        bool in_a = a->cell[i] >= 0 && situation_is_best(a, (unsigned)a->cell[i]);
        bool in_b = b->cell[i] >= 0 && situation_is_best(b, (unsigned)b->cell[i]);
        if (in_a != in_b)
            return false;
    }
    return true;
}

static void compare(struct sensitivity *out, const struct report_run *run, const struct pairing *with,
                    const struct pairing *without)
{
    for (unsigned i = 0; i < with->n; i++) {
        const struct situation *s = &with->list[i], *open = partner_of(without, s);
        if (s->n_comparisons == 0 || !open)
            continue;
        out->contests++;
        if (same_best_set(s, open, run->n_strategies))
            continue;
        out->changed++;
        if (out->n_named < SENSITIVITY_NAMED_MAX)
            out->named[out->n_named++] = i;
    }
}

int sensitivity_build(struct sensitivity *out, const struct report_run *run, const struct pairing *pairing)
{
    struct report_run open = {0};
    struct pairing without = {0};
    struct report_result *told = calloc(1, sizeof *told); /* its warnings have been given by the first reading */
    *out = (struct sensitivity){0};
    int rc = told ? report_run_load_ungated(&open, run, told) : -ENOMEM;
    if (!rc)
        rc = pairing_build(&without, &open);
    if (!rc && open.n_strategies == run->n_strategies)
        compare(out, run, pairing, &without);
    pairing_fini(&without);
    report_run_fini(&open);
    free(told);
    return rc;
}
