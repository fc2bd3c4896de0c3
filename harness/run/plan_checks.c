/* SPDX-License-Identifier: Apache-2.0 */
/* The cells by which a run looks at itself. What they mean in the end is told by report/instrument.c. */
#include "run/plan_private.h"

#include <stdio.h>
#include <string.h>

/* Fewer blocks give no interval (stats_order_interval), so there would be nothing to check. */
enum { CHECK_BLOCKS_MIN = 6 };

static bool is_candidate(const struct plan_cell *cell, const char *kind, bool serial)
{
    const struct workload *w = workload_find(cell->cell.workload);
    /* By the clock nothing is injected, and no throughput is compared. */
    return !cell->skip[0] && !cell->cell.role[0] && !cell->cell.offered_per_s && !strcmp(w->kind, kind) &&
           strcmp(w->name, "floor") != 0 && !strcmp(cell->cell.strategy, "serial") == serial;
}

/* The first runnable result of this kind, under serial or not; -1 if there is none. */
static int first_of(const struct plan *plan, const char *kind, bool serial)
{
    for (unsigned i = 0; i < plan->n_cells; i++)
        if (is_candidate(&plan->cells[i], kind, serial))
            return (int)i;
    return -1;
}

static int add_role(struct plan *plan, int of, const char *role)
{
    if (of < 0)
        return 0;
    struct plan_cell cell = plan->cells[of];
    snprintf(cell.cell.role, sizeof cell.cell.role, "%s", role);
    return plan_append_cell(plan, &cell);
}

int plan_add_checks(struct plan *plan)
{
    static const char *const kinds[] = {"micro", "io", "cpu", "mixed"};
    int rc = 0;
    if (plan->blocks < CHECK_BLOCKS_MIN)
        return 0;
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds && !rc; i++)
        rc = add_role(plan, first_of(plan, kinds[i], false), "twin");
    int computing = first_of(plan, "cpu", true); /* one CPU, no scheduling: the quietest cell there is */
    if (!rc)
        rc = add_role(plan, computing, "control2");
    return rc ? rc : add_role(plan, computing, "control5");
}
