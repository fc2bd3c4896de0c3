/* SPDX-License-Identifier: Apache-2.0 */
#include "report/reproduce.h"
#include "report/compare.h"
#include "report/text.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const judgement_names[JUDGEMENT_COUNT] = {"reproduced", "weaker", "contradicted", "not testable"};

static const struct report_workload *workload_of(const struct report_run *run, const struct situation *s)
{
    return &run->workloads[s->workload];
}

static bool has_numbers(const struct report_run *run, int cell, const char *metric)
{
    return cell >= 0 && cell_metric(&run->cells[cell], metric).n > 0;
}

/* The strategy of this name in a run's list; -1 if it has none. */
static int strategy_in(const struct report_run *run, const char *name)
{
    for (unsigned i = 0; i < run->n_strategies; i++)
        if (strcmp(run->strategies[i].name, name) == 0)
            return (int)i;
    return -1;
}

static const char *strategy_name(const struct report_run *run, unsigned cell)
{
    return run->strategies[run->cells[cell].strategy].name;
}

unsigned situation_best_set(const struct report_run *run, const struct situation *situation, const char **names)
{
    unsigned n = 0;
    for (unsigned i = 0; i < run->n_strategies; i++)
        if (situation->cell[i] >= 0 && situation_is_best(situation, (unsigned)situation->cell[i]))
            names[n++] = run->strategies[i].name;
    return n;
}

/* --- judging one claim ------------------------------------------------------------------------------------------ */

static enum judgement judge_pair(const struct claim *there, const struct claim *here)
{
    bool same_side = there->ratio.value > 1 ? here->ratio.lo > 1 : here->ratio.hi < 1;
    if (here->verdict == there->verdict)
        return JUDGED_REPRODUCED;
    switch (here->verdict) {
    case VERDICT_INSUFFICIENT:
        return JUDGED_NOT_TESTABLE;
    case VERDICT_UNDECIDED:
        return JUDGED_WEAKER;
    case VERDICT_EQUIVALENT: /* a difference there: smaller than the margin here, or none */
        return same_side ? JUDGED_WEAKER : JUDGED_CONTRADICTED;
    default:
        return JUDGED_CONTRADICTED;
    }
}

static void not_testable(struct judged_claim *claim, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void not_testable(struct judged_claim *claim, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    claim->judgement = JUDGED_NOT_TESTABLE;
    vsnprintf(claim->reason, sizeof claim->reason, format, args);
    va_end(args);
}

/* The cell of the new run that stands for a cell of the stored one; -1, and the claim's reason, if it gave no numbers.
 */
static int cell_here(struct reproduction *r, struct judged_claim *claim, unsigned there)
{
    const struct retested_contest *contest = &r->contests[claim->contest];
    const char *name = strategy_name(r->there, there), *metric = workload_of(r->there, contest->there)->headline;
    int strategy = strategy_in(r->here, name);
    int cell = contest->here && strategy >= 0 ? contest->here->cell[strategy] : -1;
    if (has_numbers(r->here, cell, metric))
        return cell;
    const struct report_cell *c = cell < 0 ? NULL : &r->here->cells[cell];
    if (!c)
        not_testable(claim, "%s has no such cell here", name);
    else if (c->reason[0])
        not_testable(claim, "%s", c->reason);
    else if (c->gated)
        not_testable(claim, "every trial of %s was disturbed", name);
    else
        not_testable(claim, "%s has no %s here (%s)", name, metric, cell_status_name(c->status));
    return -1;
}

static bool same_protocol(const struct reproduction *r, struct judged_claim *claim)
{
    const struct retested_contest *contest = &r->contests[claim->contest];
    const struct report_workload *a = workload_of(r->there, contest->there);
    const struct report_workload *b = workload_of(r->here, contest->here);
    if (a->protocol != b->protocol)
        not_testable(claim, "%s is another one here: protocol %lld, and %lld in the stored run", a->name, b->protocol,
                     a->protocol);
    return a->protocol == b->protocol;
}

/* The pair on the blocks of the new run. Its verdict is judged when Holm's correction has been made. */
static void retest_pair(struct reproduction *r, struct judged_claim *claim, const struct pairing *pairs_here)
{
    int reference = cell_here(r, claim, claim->reference);
    int other = reference < 0 ? -1 : cell_here(r, claim, claim->other);
    if (other < 0 || !same_protocol(r, claim))
        return;
    const struct situation *s = r->contests[claim->contest].here;
    const char *metric = workload_of(r->there, r->contests[claim->contest].there)->headline;
    claim->here =
        paired_claim(&r->here->cells[reference], &r->here->cells[other], metric,
                     instrument_margin(&pairs_here->instrument, r->here, s->workload), metric_higher_is_better(metric));
    if (claim->here.verdict == VERDICT_INSUFFICIENT)
        not_testable(claim, "%zu block%s here with both: a verdict needs six", claim->here.ratio.n,
                     claim->here.ratio.n == 1 ? "" : "s");
}

/* Had this strategy of the new run numbers in the stored run's contest? */
static bool competed_there(const struct reproduction *r, const struct situation *there, const char *name)
{
    int strategy = strategy_in(r->there, name);
    return strategy >= 0 && has_numbers(r->there, there->cell[strategy], workload_of(r->there, there)->headline);
}

/* "The best is among these": judged by the new report's own best set, as far as its members competed there. */
static void judge_best_set(struct reproduction *r, struct judged_claim *claim)
{
    const struct situation *there = r->contests[claim->contest].there, *here = r->contests[claim->contest].here;
    unsigned shared = 0, further = 0;
    for (unsigned i = 0; i < r->there->n_strategies; i++)
        if (there->cell[i] >= 0 && situation_is_best(there, (unsigned)there->cell[i]) &&
            cell_here(r, claim, (unsigned)there->cell[i]) < 0)
            return;
    if (!same_protocol(r, claim))
        return;
    if (!here->has_verdicts) {
        not_testable(claim, "no verdicts here: too few blocks, or nobody beside the best");
        return;
    }
    if (!competed_there(r, there, strategy_name(r->here, (unsigned)here->best))) {
        not_testable(claim, "%s is the best here and had no numbers there",
                     strategy_name(r->here, (unsigned)here->best));
        return;
    }
    for (unsigned i = 0; i < r->here->n_strategies; i++) {
        const char *name = r->here->strategies[i].name;
        if (here->cell[i] < 0 || !situation_is_best(here, (unsigned)here->cell[i]) || !competed_there(r, there, name))
            continue;
        bool in_both = situation_is_best(there, (unsigned)there->cell[strategy_in(r->there, name)]);
        shared += in_both;
        further += !in_both;
    }
    claim->judgement = !shared ? JUDGED_CONTRADICTED : further ? JUDGED_WEAKER : JUDGED_REPRODUCED;
}

/* --- all of them ------------------------------------------------------------------------------------------------ */

/* A best set that everybody is in claims nothing. */
static bool claims_a_best_set(const struct situation *s)
{
    unsigned outside = 0;
    for (unsigned i = 0; i < s->n_comparisons; i++)
        outside += !situation_is_best(s, s->comparisons[i].other);
    return s->has_verdicts && outside;
}

static bool claims_something(const struct claim *claim)
{
    return claim->verdict != VERDICT_UNDECIDED && claim->verdict != VERDICT_INSUFFICIENT;
}

/* Where the contest is held in the new run. */
static void find_here(struct retested_contest *contest, const struct matched_cases *cases,
                      const struct pairing *pairs_here)
{
    const struct situation *s = contest->there;
    contest->here = pairing_find(pairs_here, s->case_name, s->in_flight);
    for (unsigned i = 0; i < cases->n && !contest->here; i++)
        if (cases->list[i].other_amount && !strcmp(cases->list[i].a->case_name, s->case_name)) {
            contest->here = pairing_find(pairs_here, cases->list[i].b->case_name, s->in_flight);
            contest->other_amount = contest->here != NULL;
        }
}

static int collect(struct reproduction *r, const struct pairing *pairs_there, const struct pairing *pairs_here,
                   const struct matched_cases *cases)
{
    size_t most = 0;
    for (unsigned i = 0; i < pairs_there->n; i++)
        most += 1 + pairs_there->list[i].n_comparisons;
    r->contests = calloc(pairs_there->n + 1, sizeof *r->contests);
    r->claims = calloc(most + 1, sizeof *r->claims);
    if (!r->contests || !r->claims)
        return -ENOMEM;
    for (unsigned i = 0; i < pairs_there->n; i++) {
        const struct situation *s = &pairs_there->list[i];
        if (s->best < 0 || s->n_comparisons == 0)
            continue;
        unsigned contest = r->n_contests++;
        r->contests[contest] = (struct retested_contest){.there = s, .tau = NAN};
        find_here(&r->contests[contest], cases, pairs_here);
        if (claims_a_best_set(s))
            r->claims[r->n_claims++] = (struct judged_claim){.contest = contest, .of_best_set = true};
        for (unsigned j = 0; j < s->n_comparisons; j++) {
            const struct comparison *c = &s->comparisons[j];
            if (claims_something(&c->claim))
                r->claims[r->n_claims++] = (struct judged_claim){
                    .contest = contest, .reference = c->best, .other = c->other, .there = c->claim};
        }
    }
    return 0;
}

static int retest_pairs(struct reproduction *r, const struct pairing *pairs_here)
{
    struct claim **family = malloc((r->n_claims + 1) * sizeof(struct claim *));
    size_t n = 0;
    if (!family)
        return -ENOMEM;
    for (unsigned i = 0; i < r->n_claims; i++) {
        struct judged_claim *claim = &r->claims[i];
        if (claim->of_best_set)
            continue;
        claim->here.verdict = VERDICT_INSUFFICIENT;
        retest_pair(r, claim, pairs_here);
        if (claim->here.ratio.n)
            family[n++] = &claim->here;
    }
    long rc = decision_correct(family, n);
    free(family);
    for (unsigned i = 0; i < r->n_claims && rc >= 0; i++)
        if (!r->claims[i].of_best_set)
            r->claims[i].judgement = judge_pair(&r->claims[i].there, &r->claims[i].here);
    return rc < 0 ? (int)rc : 0;
}

static int order_of_contests(struct reproduction *r)
{
    double *taus = malloc((r->n_contests + 1) * sizeof *taus);
    if (!taus)
        return -ENOMEM;
    for (unsigned i = 0; i < r->n_contests; i++) {
        struct retested_contest *c = &r->contests[i];
        if (!c->here || workload_of(r->there, c->there)->protocol != workload_of(r->here, c->here)->protocol)
            continue;
        c->tau = situation_tau(r->there, c->there, r->here, c->here);
        if (isfinite(c->tau))
            taus[r->n_taus++] = c->tau;
    }
    r->tau = stats_median(taus, r->n_taus);
    free(taus);
    return 0;
}

static double run_ns_of(const struct report_run *run, int cell)
{
    double rate = cell < 0 ? NAN : cell_metric(&run->cells[cell], "throughput_ops_per_s").value;
    return rate > 0 ? 1e9 * (double)run->cells[cell].ops / rate : NAN;
}

/* Serial has the same time everywhere for the same work: what more CPUs make shorter are the others' trials. */
static int length_of_trials(struct reproduction *r)
{
    size_t most = (size_t)r->n_contests * r->there->n_strategies;
    double *there = malloc((most + 1) * sizeof *there), *here = malloc((most + 1) * sizeof *here);
    bool enough = there && here;
    for (unsigned i = 0; i < r->n_contests && enough; i++)
        for (unsigned s = 0; s < r->there->n_strategies && r->contests[i].here; s++) {
            int at = strategy_in(r->here, r->there->strategies[s].name);
            double x = run_ns_of(r->there, r->contests[i].there->cell[s]);
            double y = at < 0 ? NAN : run_ns_of(r->here, r->contests[i].here->cell[at]);
            if (x > 0 && y > 0 && strcmp(r->there->strategies[s].name, "serial") != 0) {
                there[r->n_run_ns] = x;
                here[r->n_run_ns++] = y;
            }
        }
    r->run_ns_there = enough ? stats_median(there, r->n_run_ns) : NAN;
    r->run_ns_here = enough ? stats_median(here, r->n_run_ns) : NAN;
    free(there);
    free(here);
    return enough ? 0 : -ENOMEM;
}

int reproduction_build(struct reproduction *out, const struct report_run *there, const struct pairing *pairs_there,
                       const struct report_run *here, const struct pairing *pairs_here)
{
    *out = (struct reproduction){.there = there, .here = here, .tau = NAN};
    struct matched_cases cases;
    int rc = matched_cases_build(&cases, there, pairs_there, here, pairs_here, NULL);
    if (!rc)
        rc = collect(out, pairs_there, pairs_here, &cases);
    matched_cases_fini(&cases);
    if (!rc)
        rc = length_of_trials(out);
    if (!rc)
        rc = retest_pairs(out, pairs_here);
    if (!rc)
        rc = order_of_contests(out);
    for (unsigned i = 0; i < out->n_claims && !rc; i++) {
        if (out->claims[i].of_best_set)
            judge_best_set(out, &out->claims[i]);
        out->count[out->claims[i].judgement]++;
    }
    return rc;
}

void reproduction_fini(struct reproduction *reproduction)
{
    free(reproduction->contests);
    free(reproduction->claims);
    reproduction->contests = NULL;
    reproduction->claims = NULL;
}
