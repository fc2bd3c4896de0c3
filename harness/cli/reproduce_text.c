/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/reproduce_text.h"
#include "cli/message.h"

#include "report/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct report_workload *workload_of(const struct reproduction *r, const struct judged_claim *claim)
{
    return &r->there->workloads[r->contests[claim->contest].there->workload];
}

static const char *strategy_of(const struct reproduction *r, unsigned cell)
{
    return r->there->strategies[r->there->cells[cell].strategy].name;
}

static void print_best_set(const struct report_run *run, const struct situation *situation)
{
    const char **names = malloc((run->n_strategies + 1) * sizeof *names);
    unsigned n = names ? situation_best_set(run, situation, names) : 0;
    for (unsigned i = 0; i < n; i++)
        printf("%s%s", i ? ", " : "", names[i]);
    free(names);
}

/* "sha256 at K = 8: pool, as a multiple of threads: there 0.92 [...] slower; here ..." */
static void print_claim(const struct reproduction *r, const struct judged_claim *claim)
{
    const struct retested_contest *contest = &r->contests[claim->contest];
    char there[NUMBER_LEN], here[NUMBER_LEN];
    fputs("  ", stdout);
    message_print_clean(stdout, contest->there->case_name);
    printf(" at K = %u: ", contest->there->in_flight);
    if (claim->of_best_set) {
        fputs("best there: ", stdout);
        print_best_set(r->there, contest->there);
        fputs("; here: ", stdout);
        print_best_set(r->here, contest->here);
        putchar('\n');
        return;
    }
    printf("%s of %s over that of %s:\n      there %s, %s; here %s, %s\n", workload_of(r, claim)->headline,
           strategy_of(r, claim->other), strategy_of(r, claim->reference),
           number_interval(there, &claim->there.ratio, UNIT_RATIO), stats_verdict_name(claim->there.verdict),
           number_interval(here, &claim->here.ratio, UNIT_RATIO), stats_verdict_name(claim->here.verdict));
}

static void print_all_that_are(const struct reproduction *r, enum judgement judgement, const char *heading)
{
    bool first = true;
    for (unsigned i = 0; i < r->n_claims; i++) {
        if (r->claims[i].judgement != judgement)
            continue;
        if (first)
            printf("\n%s\n", heading);
        first = false;
        print_claim(r, &r->claims[i]);
    }
}

/* One line per reason, with how many claims it concerns. */
static void print_not_testable(const struct reproduction *r)
{
    if (r->count[JUDGED_NOT_TESTABLE])
        puts("\nNot testable here:");
    for (unsigned i = 0; i < r->n_claims; i++) {
        const char *reason = r->claims[i].reason;
        unsigned count = 0;
        bool told = false;
        for (unsigned j = 0; j < r->n_claims; j++) {
            bool same = r->claims[j].judgement == JUDGED_NOT_TESTABLE && !strcmp(r->claims[j].reason, reason);
            told |= same && j < i;
            count += same;
        }
        if (r->claims[i].judgement != JUDGED_NOT_TESTABLE || told)
            continue;
        printf("  %4u  ", count);
        message_print_clean(stdout, reason);
        putchar('\n');
    }
}

static void print_workloads(const struct reproduction *r)
{
    printf("\n  %-24s %10s %10s %12s %12s %6s\n", "workload", "reproduced", "weaker", "contradicted", "not testable",
           "tau");
    for (unsigned w = 0; w < r->there->n_workloads; w++) {
        unsigned count[JUDGEMENT_COUNT] = {0}, contests = 0, n = 0;
        double *taus = malloc((r->n_contests + 1) * sizeof *taus);
        for (unsigned i = 0; i < r->n_contests && taus; i++) {
            if (r->contests[i].there->workload != w)
                continue;
            contests++;
            if (isfinite(r->contests[i].tau))
                taus[n++] = r->contests[i].tau;
        }
        double tau = taus ? stats_median(taus, n) : NAN;
        free(taus);
        for (unsigned i = 0; i < r->n_claims; i++)
            if (r->contests[r->claims[i].contest].there->workload == w)
                count[r->claims[i].judgement]++;
        if (!contests)
            continue;
        char name[NAME_LEN + 16];
        snprintf(name, sizeof name, "%s%s", r->there->workloads[w].name,
                 r->there->workloads[w].paced ? " (paced)" : "");
        printf("  %-24s %10u %10u %12u %12u ", name, count[JUDGED_REPRODUCED], count[JUDGED_WEAKER],
               count[JUDGED_CONTRADICTED], count[JUDGED_NOT_TESTABLE]);
        if (isfinite(tau))
            printf("%6.2f\n", tau);
        else
            printf("%6s\n", "-");
    }
}

/* What disturbed the new run can be why a claim does not hold in it. */
static void print_taints(const struct report_run *here)
{
    size_t i;
    json_t *taint;
    json_array_foreach(json_object_get(here->run, "taints"), i, taint)
    {
        const char *words = json_string_value(json_object_get(taint, "text"));
        fputs("Taint of the new run: ", stdout);
        message_print_clean(stdout, words ? words : "?");
        putchar('\n');
    }
}

/* What another number of CPUs makes of the stored plan. */
static void print_size(const struct reproduction *r)
{
    char there[NUMBER_LEN], here[NUMBER_LEN];
    unsigned scaled = 0;
    for (unsigned i = 0; i < r->n_contests; i++)
        scaled += r->contests[i].other_amount;
    if (r->there->workers == r->here->workers && !scaled)
        return;
    printf("P was %u there and is %u here: the same K are another load for each CPU\n", r->there->workers,
           r->here->workers);
    if (scaled)
        printf("The amounts of work of %u of %u contests were scaled to it: caution, what is paid once per trial is "
               "spread over another number of ops\n",
               scaled, r->n_contests);
    if (!r->n_run_ns)
        return;
    printf("A trial took %s there and %s here (medians over %u cells, serial's not among them)\n",
           number_plain(there, r->run_ns_there, UNIT_NS), number_plain(here, r->run_ns_here, UNIT_NS), r->n_run_ns);
    if (r->run_ns_here < r->run_ns_there / 2 && !scaled)
        puts("Caution: so short a trial is noisier and says more of how a strategy starts and ends; with --scale-work "
             "each CPU here has as much to do as there");
}

void reproduce_print(const struct reproduction *r, const char *there_dir, const char *here_dir)
{
    printf("\nThe claims of ");
    message_print_clean(stdout, there_dir);
    printf(", held against this machine: %u reproduced, %u weaker, %u contradicted, %u not testable here\n",
           r->count[JUDGED_REPRODUCED], r->count[JUDGED_WEAKER], r->count[JUDGED_CONTRADICTED],
           r->count[JUDGED_NOT_TESTABLE]);
    if (!r->n_claims)
        puts("It makes none: without six blocks there are no verdicts.");
    if (r->n_taus)
        printf("Order of the strategies: Kendall's tau %.2f (median over %u contests; 1: the same, -1: reversed)\n",
               r->tau, r->n_taus);
    print_size(r);
    print_taints(r->here);
    print_workloads(r);
    print_all_that_are(r, JUDGED_CONTRADICTED, "Contradicted, by a verdict of this run:");
    print_all_that_are(
        r, JUDGED_WEAKER,
        "Weaker (no verdict here for it or against it, a difference within the margin, or a wider best set):");
    print_not_testable(r);
    printf("\nAll claims with both ratios: ");
    message_print_clean(stdout, here_dir);
    puts("/reproduce.json");
}
