/* SPDX-License-Identifier: Apache-2.0 */
#include "report/answer.h"
#include "report/findings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WORKS_PER_SENTENCE = 6 };

/* The situations with one best set. */
struct verdict_group {
    const struct situation **works; /* the clearest lead first */
    unsigned n;
};

static bool same_set(const struct report_run *run, const struct situation *a, const struct situation *b)
{
    if (a->has_verdicts != b->has_verdicts)
        return false;
    for (unsigned i = 0; i < run->n_strategies; i++)
        if ((a->cell[i] >= 0 && situation_is_best(a, (unsigned)a->cell[i])) !=
            (b->cell[i] >= 0 && situation_is_best(b, (unsigned)b->cell[i])))
            return false;
    return true;
}

static unsigned set_size(const struct report_run *run, const struct situation *s)
{
    unsigned n = 0;
    for (unsigned i = 0; i < run->n_strategies; i++)
        n += s->cell[i] >= 0 && situation_is_best(s, (unsigned)s->cell[i]);
    return n;
}

static const struct comparison *next_of(const struct report_run *run, const struct situation *s)
{
    return situation_runner_up(s, metric_higher_is_better(run->workloads[s->workload].headline));
}

/* How far ahead of the next strategy, as |log ratio|; 0 where there is none. */
static double lead_of(const struct report_run *run, const struct situation *s)
{
    const struct comparison *next = next_of(run, s);
    return next && next->claim.ratio.n ? fabs(log(next->claim.ratio.value)) : 0;
}

/* Where the work belongs: clearest lead first; equal leads as they came. */
static void group_add(const struct report_run *run, struct verdict_group *group, const struct situation *s)
{
    unsigned at = group->n++;
    for (; at > 0 && lead_of(run, group->works[at - 1]) < lead_of(run, s); at--)
        group->works[at] = group->works[at - 1];
    group->works[at] = s;
}

/* Verdicts before observations; one set before sets that share the first place; then by how many works; then as they
 * came. */
static bool comes_before(const struct report_run *run, const struct verdict_group *a, const struct verdict_group *b)
{
    if (a->works[0]->has_verdicts != b->works[0]->has_verdicts)
        return a->works[0]->has_verdicts;
    bool alone_a = set_size(run, a->works[0]) == 1, alone_b = set_size(run, b->works[0]) == 1;
    return alone_a != alone_b ? alone_a : a->n > b->n;
}

/* Groups of all situations that stand for work, in order. Returns how many groups; `works` backs their lists. */
static unsigned groups_build(const struct report_run *run, const struct pairing *pairing, struct verdict_group *groups,
                             const struct situation **works)
{
    unsigned n = 0;
    for (unsigned i = 0; i < pairing->n_sweeps; i++) {
        const struct sweep *sweep = &pairing->sweeps[i];
        const struct report_workload *w = &run->workloads[sweep->workload];
        const struct situation *s = pairing_highest(pairing, sweep->case_name);
        if (!s || s->best < 0 || workload_is_floor(w) || workload_is_micro(w))
            continue;
        unsigned g = 0;
        while (g < n && !same_set(run, groups[g].works[0], s))
            g++;
        if (g == n)
            groups[n++] = (struct verdict_group){.works = works + (size_t)g * pairing->n_sweeps};
        group_add(run, &groups[g], s);
    }
    for (unsigned i = 1; i < n; i++)
        for (unsigned j = i; j > 0 && comes_before(run, &groups[j], &groups[j - 1]); j--) {
            struct verdict_group swap = groups[j];
            groups[j] = groups[j - 1];
            groups[j - 1] = swap;
        }
    return n;
}

/* "`pipe_pairs` at K = 128 (next `threads`: 0.32 × [0.30, 0.35])" */
static void add_work(struct text *out, const struct report_run *run, const struct situation *s)
{
    const char *headline = run->workloads[s->workload].headline;
    const struct comparison *next = next_of(run, s);
    char ratio[NUMBER_LEN];
    text_add_code(out, s->label);
    text_add(out, " at K = %u (", s->in_flight);
    if (strcmp(headline, "throughput_ops_per_s") != 0)
        text_add(out, "%s; ", metric_words(headline));
    if (!s->has_verdicts) {
        struct estimate best = cell_metric(&run->cells[s->best], headline);
        text_add(out, "%s)", number_plain(ratio, best.value, unit_of_metric(headline)));
        return;
    }
    if (next) {
        text_add(out, "next ");
        text_add_code(out, run->strategies[run->cells[next->other].strategy].name);
        text_add(out, ": × %s)", number_interval(ratio, &next->claim.ratio, UNIT_RATIO));
    } else {
        text_add(out, "nobody is worse by verdict)");
    }
}

/* The blocks that the sentence rests on: the fewest of its works. */
static size_t blocks_of(const struct report_run *run, const struct verdict_group *group)
{
    size_t least = SIZE_MAX;
    for (unsigned i = 0; i < group->n; i++) {
        const struct situation *s = group->works[i];
        size_t n = cell_metric(&run->cells[s->best], run->workloads[s->workload].headline).n;
        least = n < least ? n : least;
    }
    return least;
}

static void add_beginning(struct text *out, const struct report_run *run, const struct situation *s, size_t blocks)
{
    findings_add_condition(out, run);
    if (!s->has_verdicts)
        text_add(out, "Observation without a verdict (%zu block%s, 6 are needed): ", blocks, blocks == 1 ? "" : "s");
}

static void add_group(struct text *out, const struct report_run *run, const struct verdict_group *group)
{
    const struct situation *first = group->works[0];
    size_t blocks = blocks_of(run, group);
    add_beginning(out, run, first, blocks);
    if (!first->has_verdicts)
        text_add(out, "the best median was that of ");
    findings_add_set(out, run, first);
    if (first->has_verdicts)
        text_add(out,
                 set_size(run, first) == 1 ? " alone is best" : " share the first place, and no verdict parts them,");
    text_add(out, " on ");
    unsigned shown = group->n > WORKS_PER_SENTENCE ? WORKS_PER_SENTENCE : group->n;
    for (unsigned i = 0; i < shown; i++) {
        text_add(out, i == 0 ? "" : i + 1 == group->n ? " and " : ", ");
        add_work(out, run, group->works[i]);
    }
    for (unsigned i = shown; i < group->n; i++) { /* the rest by name: their numbers are in the table */
        text_add(out, i == shown ? "; also on " : i + 1 == group->n ? " and " : ", ");
        text_add_code(out, group->works[i]->label);
    }
    if (first->has_verdicts)
        text_add(out, "; %zu blocks, 95 %% intervals", blocks);
    text_add(out, ".");
}

/* The sets for which no sentence is left. */
static void add_rest(struct text *out, const struct report_run *run, const struct verdict_group *groups, unsigned n)
{
    bool any = false;
    add_beginning(out, run, groups[0].works[0], blocks_of(run, &groups[0]));
    text_add(out, "Other sets are best on ");
    for (unsigned g = 0; g < n; g++)
        for (unsigned i = 0; i < groups[g].n; i++) {
            text_add(out, any ? ", " : "");
            text_add_code(out, groups[g].works[i]->label);
            any = true;
        }
    text_add(out, ": see the decision table.");
}

/* What every strategy pays for a hand-off on one CPU: the reason behind much of the rest. False where it was not
 * measured. */
static bool add_handoff(struct text *out, const struct report_run *run, const struct pairing *pairing)
{
    for (unsigned i = 0; i < pairing->n_sweeps; i++) {
        const struct sweep *sweep = &pairing->sweeps[i];
        const struct situation *s = pairing_highest(pairing, sweep->case_name);
        bool any = false;
        char buf[NUMBER_LEN];
        if (strcmp(run->workloads[sweep->workload].headline, "handoff_ns") != 0 || !s)
            continue;
        add_beginning(out, run, s, run->blocks);
        text_add(out, "Time per measured hand-off, ");
        text_add_code(out, s->label);
        text_add(out, " at K = %u: ", s->in_flight);
        for (unsigned j = 0; j < run->n_strategies; j++) {
            struct estimate e = {0};
            if (s->cell[j] >= 0)
                e = cell_metric(&run->cells[s->cell[j]], "handoff_ns");
            if (!e.n)
                continue;
            text_add(out, any ? ", under " : "under ");
            text_add_code(out, run->strategies[j].name);
            text_add(out, " %s", number_interval(buf, &e, UNIT_NS));
            any = true;
        }
        text_add(out, "; %u blocks.", run->blocks);
        return true;
    }
    return false;
}

unsigned answer_build(const struct report_run *run, const struct pairing *pairing, struct text *out, unsigned most)
{
    struct verdict_group *groups = calloc(pairing->n_sweeps + 1, sizeof *groups);
    const struct situation **works =
        calloc((size_t)pairing->n_sweeps * pairing->n_sweeps + 1, sizeof *works); /* every group could have all */
    unsigned n_groups = groups && works ? groups_build(run, pairing, groups, works) : 0, n = 0;
    struct text handoff = {0};
    bool has_handoff = n_groups && add_handoff(&handoff, run, pairing);
    unsigned room = most - has_handoff, whole = n_groups <= room ? n_groups : room - 1;
    for (; n < whole; n++)
        add_group(&out[n], run, &groups[n]);
    if (whole < n_groups)
        add_rest(&out[n++], run, groups + whole, n_groups - whole);
    if (has_handoff)
        out[n++] = handoff;
    free(groups);
    free(works);
    return n;
}
