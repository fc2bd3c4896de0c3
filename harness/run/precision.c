/* SPDX-License-Identifier: Apache-2.0 */
#include "run/precision.h"

#include "contract/workload.h"
#include "measure/stats.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The counts at which an exact interval of the median gets narrower without a jump in its coverage. */
static const unsigned looks[] = {9, 12, 17, 20, 25, 30, 42, 60, 90, 130, 200};

int precision_init(struct precision *p, const struct plan *plan, double target)
{
    *p = (struct precision){.target = target, .plan = plan};
    if (target <= 0)
        return 0;
    size_t n = (size_t)plan->n_cells * plan->blocks;
    p->log_cost = malloc((n + 1) * sizeof *p->log_cost);
    if (!p->log_cost)
        return -ENOMEM;
    for (size_t i = 0; i < n; i++)
        p->log_cost[i] = NAN;
    return 0;
}

void precision_fini(struct precision *p)
{
    free(p->log_cost);
    p->log_cost = NULL;
}

/* What the report compares this workload by, as a cost: its own headline metric, or time per op. */
static double cost_of(const struct trial_record *record, const char *headline)
{
    for (unsigned i = 0; i < record->n_metrics; i++)
        if (strcmp(record->metrics[i].name, headline) == 0)
            return record->metrics[i].value;
    return strcmp(headline, "throughput_ops_per_s") == 0 ? (double)record->run_ns / (double)record->ops : NAN;
}

void precision_add(struct precision *p, unsigned cell, const struct trial_record *record)
{
    if (!p->log_cost || record->end != END_OK || record->gate[0] || !record->ops || !record->run_ns)
        return;
    const struct workload *w = workload_find(p->plan->cells[cell].cell.workload);
    double cost = cost_of(record, w ? w->headline : "throughput_ops_per_s");
    if (cost > 0) /* false for NaN: a hand-off that did not switch */
        p->log_cost[(size_t)cell * p->plan->blocks + record->block] = log(cost);
}

/* Half the width of the interval of cell b against cell a, as a ratio; 0 where there is none. */
static double half_width(const struct precision *p, unsigned a, unsigned b, unsigned blocks)
{
    double difference[1024];
    size_t n = 0;
    for (unsigned i = 0; i < blocks && n < sizeof difference / sizeof *difference; i++) {
        double d = p->log_cost[(size_t)b * p->plan->blocks + i] - p->log_cost[(size_t)a * p->plan->blocks + i];
        if (isfinite(d))
            difference[n++] = d;
    }
    struct estimate e = n ? stats_median_interval(difference, n, 0.05) : (struct estimate){0};
    return e.has_interval ? expm1((e.hi - e.lo) / 2) : 0;
}

static double median_of(const struct precision *p, unsigned cell, unsigned blocks)
{
    double values[1024];
    size_t n = 0;
    for (unsigned i = 0; i < blocks && n < sizeof values / sizeof *values; i++)
        if (isfinite(p->log_cost[(size_t)cell * p->plan->blocks + i]))
            values[n++] = p->log_cost[(size_t)cell * p->plan->blocks + i];
    return n ? stats_median(values, n) : INFINITY;
}

static bool same_contest(const struct plan_cell *a, const struct plan_cell *b)
{
    return a->case_hash == b->case_hash && a->cell.in_flight == b->cell.in_flight && !a->cell.role[0] &&
           !b->cell.role[0];
}

/* Is every comparison in the contest of this cell narrow enough? The cell must be the contest's first. */
static bool contest_is_settled(const struct precision *p, unsigned first, unsigned blocks)
{
    unsigned best = first;
    for (unsigned i = first + 1; i < p->plan->n_cells; i++)
        if (same_contest(&p->plan->cells[first], &p->plan->cells[i]) &&
            median_of(p, i, blocks) < median_of(p, best, blocks))
            best = i;
    for (unsigned i = first; i < p->plan->n_cells; i++)
        if (i != best && same_contest(&p->plan->cells[first], &p->plan->cells[i]) &&
            half_width(p, best, i, blocks) > p->target)
            return false;
    return true;
}

bool precision_reached(const struct precision *p, unsigned blocks)
{
    bool look = false;
    for (unsigned i = 0; i < sizeof looks / sizeof *looks; i++)
        look = look || looks[i] == blocks;
    if (!look || !p->log_cost)
        return false;
    for (unsigned c = 0; c < p->plan->n_cells; c++) {
        bool first = !p->plan->cells[c].cell.role[0];
        for (unsigned i = 0; i < c && first; i++)
            first = !same_contest(&p->plan->cells[i], &p->plan->cells[c]);
        if (first && !contest_is_settled(p, c, blocks))
            return false;
    }
    return true;
}
