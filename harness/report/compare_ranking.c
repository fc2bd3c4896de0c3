/* SPDX-License-Identifier: Apache-2.0 */
/* Does one machine's choice of strategy hold on the other? Judged by each report's own best set. */
#include "report/compare.h"

#include "measure/rank.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *const ranking_names[RANKING_COUNT] = {"holds", "partly", "changes", "open"};

static bool has_numbers(const struct report_run *run, const struct situation *s, unsigned strategy)
{
    return s->cell[strategy] >= 0 &&
           cell_metric(&run->cells[s->cell[strategy]], run->workloads[s->workload].headline).n > 0;
}

bool situation_shares(const struct report_run *run, const struct situation *situation, unsigned strategy,
                      const struct report_run *other_run, const struct situation *other)
{
    if (!has_numbers(run, situation, strategy))
        return false;
    for (unsigned j = 0; j < other_run->n_strategies; j++)
        if (strcmp(other_run->strategies[j].name, run->strategies[strategy].name) == 0)
            return has_numbers(other_run, other, j);
    return false;
}

bool situation_best_has(const struct report_run *run, const struct situation *s, const char *name)
{
    for (unsigned i = 0; i < run->n_strategies; i++)
        if (strcmp(run->strategies[i].name, name) == 0)
            return s->cell[i] >= 0 && situation_is_best(s, (unsigned)s->cell[i]);
    return false;
}

/* Why nothing can be said of what one side's verdicts mean for the other's; "" where something can. */
static void find_obstacle(struct compared_contest *contest, const struct report_run *a, const struct report_run *b)
{
    for (int i = 0; i < 2 && !contest->why[0]; i++) {
        const struct report_run *run = i ? b : a, *other_run = i ? a : b;
        const struct situation *s = i ? contest->b : contest->a, *other = i ? contest->a : contest->b;
        unsigned best = run->cells[s->best].strategy;
        if (!s->has_verdicts)
            snprintf(contest->why, sizeof contest->why, "no verdicts in %c", "AB"[i]);
        else if (!situation_shares(run, s, best, other_run, other))
            snprintf(contest->why, sizeof contest->why, "%.32s, the best in %c, has no numbers in %c",
                     run->strategies[best].name, "AB"[i], "BA"[i]);
    }
}

void contest_judge(struct compared_contest *contest, const struct report_run *a, const struct report_run *b)
{
    unsigned both = 0, one = 0, neither = 0;
    find_obstacle(contest, a, b);
    contest->ranking = RANKING_OPEN;
    if (contest->why[0])
        return;
    for (unsigned i = 0; i < a->n_strategies; i++) {
        if (!situation_shares(a, contest->a, i, b, contest->b))
            continue;
        bool in_a = situation_is_best(contest->a, (unsigned)contest->a->cell[i]);
        bool in_b = situation_best_has(b, contest->b, a->strategies[i].name);
        both += in_a && in_b;
        one += in_a != in_b;
        neither += !in_a && !in_b;
    }
    contest->ranking = !both ? RANKING_CHANGES : one ? RANKING_PARTLY : RANKING_HOLDS;
    contest->is_no_choice = !one && !neither;
}

double situation_tau(const struct report_run *a, const struct situation *x, const struct report_run *b,
                     const struct situation *y)
{
    double left[64], right[64];
    size_t n = 0;
    for (unsigned i = 0; i < a->n_strategies && n < 64; i++)
        for (unsigned j = 0; j < b->n_strategies; j++) {
            if (strcmp(a->strategies[i].name, b->strategies[j].name) != 0 || x->cell[i] < 0 || y->cell[j] < 0)
                continue;
            struct estimate ex = cell_metric(&a->cells[x->cell[i]], a->workloads[x->workload].headline);
            struct estimate ey = cell_metric(&b->cells[y->cell[j]], b->workloads[y->workload].headline);
            if (ex.n && ey.n) {
                left[n] = ex.value;
                right[n++] = ey.value;
            }
            break;
        }
    return n > 1 ? rank_kendall_tau(left, right, n) : NAN;
}
