/* SPDX-License-Identifier: Apache-2.0 */
#include "report/findings.h"
#include "report/report.h"

#include <math.h>
#include <string.h>

bool workload_is_floor(const struct report_workload *workload)
{
    return strcmp(workload->name, "floor") == 0;
}

bool workload_is_micro(const struct report_workload *workload)
{
    return strcmp(workload->kind, "micro") == 0;
}

const char *metric_words(const char *name)
{
    static const char *const words[][2] = {
        {"throughput_ops_per_s", "throughput"},
        {"handoff_ns", "time per hand-off"},
        {"spawn_join_ns", "time per spawn and join"},
        {"cpu_ns_per_op", "CPU time per op"},
        {"kernel_switches_per_op", "kernel switches per op"},
        {"efficiency", "efficiency"},
        {"response_p99_ns", "99th percentile of the response time"},
        {"fork_join_ns", "time per child split off and joined"},
        {"ring_turn_ns", "time of one turn in the ring"},
        {"bytes_per_task", "memory per waiting task"},
        {"wake_p50_ns", "median time from the wake to running"},
        {"bystander_p99_ns", "99th percentile of the other tasks' response times"},
    };
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i][0], name) == 0)
            return words[i][1];
    return name;
}

static const char *strategy_of(const struct report_run *run, unsigned cell)
{
    return run->strategies[run->cells[cell].strategy].name;
}

void findings_add_set(struct text *out, const struct report_run *run, const struct situation *situation)
{
    if (situation->best < 0) {
        text_add(out, "–");
        return;
    }
    text_add_code(out, strategy_of(run, (unsigned)situation->best));
    for (unsigned i = 0; i < situation->n_comparisons && situation->has_verdicts; i++)
        if (situation_is_best(situation, situation->comparisons[i].other)) {
            text_add(out, ", ");
            text_add_code(out, strategy_of(run, situation->comparisons[i].other));
        }
}

static void add_value(struct text *out, const struct report_run *run, unsigned cell, const char *metric)
{
    char buf[NUMBER_LEN];
    struct estimate e = cell_metric(&run->cells[cell], metric);
    text_add(out, "%s", number_interval(buf, &e, unit_of_metric(metric)));
}

/* "CPU time per op 3.1 µs against 40 µs, kernel switches per op 0.02 against 1.0, peak memory ..." */
static void add_costs(struct text *out, const struct report_run *run, unsigned a, unsigned b)
{
    static const char *const metrics[][2] = {{"cpu_ns_per_op", "CPU time per op"},
                                             {"kernel_switches_per_op", "kernel switches per op"},
                                             {"memory_peak_bytes", "peak memory"}};
    bool first = true;
    for (unsigned i = 0; i < sizeof metrics / sizeof *metrics; i++) {
        char left[NUMBER_LEN], right[NUMBER_LEN];
        struct estimate x = cell_metric(&run->cells[a], metrics[i][0]), y = cell_metric(&run->cells[b], metrics[i][0]);
        if (!x.n || !y.n)
            continue;
        enum unit unit = unit_of_metric(metrics[i][0]);
        text_add(out, "%s%s %s against %s", first ? "; medians alongside: " : ", ", metrics[i][1],
                 number_plain(left, x.value, unit), number_plain(right, y.value, unit));
        first = false;
    }
}

static void add_scope(struct text *out, const struct situation *s)
{
    text_add(out, "On ");
    text_add_code(out, s->label);
    text_add(out, " at K = %u", s->in_flight);
}

/* How a member of the best set relates to the best median. */
enum relation { EQUIVALENT, BELOW_MARGIN, UNDISTINGUISHED, NOT_AFTER_HOLM, RELATION_COUNT };

static enum relation relation_of(const struct comparison *c)
{
    const struct estimate *r = &c->claim.ratio;
    bool beyond = fabs(log(r->value)) > log1p(c->claim.margin), sure = r->lo > 1 || r->hi < 1;
    if (c->claim.verdict == VERDICT_EQUIVALENT)
        return EQUIVALENT;
    return !sure ? UNDISTINGUISHED : beyond ? NOT_AFTER_HOLM : BELOW_MARGIN;
}

static void add_relation(struct text *out, enum relation relation, double margin, bool one)
{
    switch (relation) {
    case EQUIVALENT:
        text_add(out, " %s equivalent within ±%.0f %%", one ? "is" : "are", margin * 100);
        break;
    case BELOW_MARGIN:
        text_add(out, " %s from it by less than the margin of %.0f %%", one ? "differs" : "differ", margin * 100);
        break;
    default:
        text_add(out, " cannot be distinguished from it%s",
                 relation == NOT_AFTER_HOLM ? " after Holm's correction" : "");
    }
}

/* A thousand blocks are an answer too: this noise is not to be averaged away. */
static void add_blocks_needed(struct text *out, double blocks, double margin, bool one)
{
    if (blocks <= 500)
        text_add(out, ", about %.0f blocks would settle %s±%.0f %%", blocks, one ? "" : "all of them to ",
                 margin * 100);
    else
        text_add(out, ", too noisy for more blocks to settle %s", one ? "it" : "them all");
}

/* What the members of one relation have in common: the range of their ratios, and an interval around all of theirs. */
struct group {
    const struct comparison *first;
    unsigned n;
    double least, most, lo, hi, blocks_needed;
    size_t blocks;
};

static struct group group_of(const struct situation *s, enum relation relation)
{
    struct group g = {.least = INFINITY, .lo = INFINITY};
    for (unsigned i = 0; i < s->n_comparisons; i++) {
        const struct comparison *c = &s->comparisons[i];
        const struct estimate *r = &c->claim.ratio;
        if (!situation_is_best(s, c->other) || relation_of(c) != relation)
            continue;
        g.first = g.n++ ? g.first : c;
        g.least = fmin(g.least, r->value);
        g.most = fmax(g.most, r->value);
        g.lo = fmin(g.lo, r->lo);
        g.hi = fmax(g.hi, r->hi);
        g.blocks = r->n > g.blocks ? r->n : g.blocks;
        if (c->claim.verdict == VERDICT_UNDECIDED && c->claim.blocks_needed > (double)r->n)
            g.blocks_needed = fmax(g.blocks_needed, c->claim.blocks_needed);
    }
    return g;
}

static void add_group(struct text *out, const struct report_run *run, const struct situation *s, enum relation relation,
                      const struct group *g)
{
    char buf[NUMBER_LEN], most[NUMBER_LEN], lo[NUMBER_LEN], hi[NUMBER_LEN];
    unsigned named = 0;
    text_add(out, "; ");
    for (unsigned i = 0; i < s->n_comparisons; i++) {
        const struct comparison *c = &s->comparisons[i];
        if (!situation_is_best(s, c->other) || relation_of(c) != relation)
            continue;
        text_add(out, !named ? "" : named + 1 < g->n ? ", " : " and ");
        text_add_code(out, strategy_of(run, c->other));
        named++;
    }
    add_relation(out, relation, g->first->claim.margin, g->n == 1);
    if (g->n == 1)
        text_add(out, ": %s", number_ratio(buf, &g->first->claim.ratio));
    else
        text_add(out, ": %s to %s × as much (95 %% CIs within %s–%s, %zu blocks)",
                 number_plain(buf, g->least, UNIT_RATIO), number_plain(most, g->most, UNIT_RATIO),
                 number_plain(lo, g->lo, UNIT_RATIO), number_plain(hi, g->hi, UNIT_RATIO), g->blocks);
    if (g->blocks_needed > 0)
        add_blocks_needed(out, g->blocks_needed, g->first->claim.margin, g->n == 1);
}

/* How the other members of the best set relate to the best median. */
static void add_members(struct text *out, const struct report_run *run, const struct situation *s)
{
    for (int relation = 0; relation < RELATION_COUNT; relation++) {
        struct group g = group_of(s, (enum relation)relation);
        if (g.n)
            add_group(out, run, s, (enum relation)relation, &g);
    }
}

static void add_verdict_sentence(struct text *out, const struct report_run *run, const struct situation *s)
{
    const char *metric = run->workloads[s->workload].headline;
    bool higher = metric_higher_is_better(metric);
    const struct comparison *next = situation_runner_up(s, higher);
    add_scope(out, s);
    text_add(out, ", the %s %s was that of ", higher ? "highest" : "lowest", metric_words(metric));
    text_add_code(out, strategy_of(run, (unsigned)s->best));
    text_add(out, ", ");
    add_value(out, run, (unsigned)s->best, metric);
    add_members(out, run, s);
    if (!next) {
        text_add(out, "; no strategy was worse by verdict (%zu blocks).", cell_metric(&run->cells[s->best], metric).n);
        return;
    }
    text_add(out, "; ");
    text_add_code(out, strategy_of(run, next->other));
    char buf[NUMBER_LEN];
    text_add(out, "%s had %s", s->n_comparisons == 1 ? ", the only other," : ", the best of the rest,",
             number_ratio(buf, &next->claim.ratio));
    add_costs(out, run, next->best, next->other);
    text_add(out, ".");
}

static void add_observation_sentence(struct text *out, const struct report_run *run, const struct situation *s)
{
    const char *metric = run->workloads[s->workload].headline;
    bool higher = metric_higher_is_better(metric);
    char buf[NUMBER_LEN];
    struct estimate best = cell_metric(&run->cells[s->best], metric);
    text_add(out, "Observation without a verdict (%zu block%s, 6 are needed): on ", best.n, best.n == 1 ? "" : "s");
    text_add_code(out, s->label);
    text_add(out, " at K = %u, the %s median %s was that of ", s->in_flight, higher ? "highest" : "lowest",
             metric_words(metric));
    text_add_code(out, strategy_of(run, (unsigned)s->best));
    text_add(out, ", %s", number_plain(buf, best.value, unit_of_metric(metric)));
    for (unsigned i = 0; i < s->n_comparisons; i++) {
        double value = cell_metric(&run->cells[s->comparisons[i].other], metric).value;
        text_add(out, i ? ", " : "; others: ");
        text_add_code(out, strategy_of(run, s->comparisons[i].other));
        text_add(out, " %s", number_plain(buf, value, unit_of_metric(metric)));
    }
    text_add(out, ".");
}

/* The `nth` case of a workload, or NULL. */
static const struct sweep *nth_sweep(const struct pairing *pairing, unsigned workload, unsigned nth)
{
    for (unsigned i = 0; i < pairing->n_sweeps; i++)
        if (pairing->sweeps[i].workload == workload && nth-- == 0)
            return &pairing->sweeps[i];
    return NULL;
}

/* A taint that the run itself calls severe turns every sentence into an observation under that condition. */
static const char *severe_taint(const struct report_run *run)
{
    size_t i;
    json_t *taint;
    json_array_foreach(json_object_get(run->run, "taints"), i, taint)
    {
        const char *severity = json_string_value(json_object_get(taint, "severity"));
        if (severity && strcmp(severity, "severe") == 0)
            return json_string_value(json_object_get(taint, "id"));
    }
    return NULL;
}

void findings_add_condition(struct text *out, const struct report_run *run)
{
    const char *taint = severe_taint(run);
    if (!taint)
        return;
    text_add(out, "Under the condition ");
    text_add_code(out, taint);
    text_add(out, ", for the record only: ");
}

static void add_sentence(struct text *out, const struct report_run *run, const struct situation *s)
{
    findings_add_condition(out, run);
    if (s->has_verdicts)
        add_verdict_sentence(out, run, s);
    else
        add_observation_sentence(out, run, s);
}

unsigned findings_build(const struct report_run *run, const struct pairing *pairing, struct text *out)
{
    unsigned n = 0;
    bool any_work = false;
    for (unsigned i = 0; i < pairing->n_sweeps; i++)
        any_work = any_work || !workload_is_micro(&run->workloads[pairing->sweeps[i].workload]);
    /* Each pass takes one further case of every workload: first of those that do work, then of the micro ones. */
    for (unsigned pass = 0; pass < 2 * pairing->n_sweeps && n < REPORT_FINDINGS_MAX; pass++)
        for (unsigned w = 0; w < run->n_workloads && n < REPORT_FINDINGS_MAX; w++) {
            if (workload_is_floor(&run->workloads[w]) || workload_is_micro(&run->workloads[w]) != (pass % 2 == 1))
                continue;
            if (pass > 2 && any_work && workload_is_micro(&run->workloads[w]))
                continue; /* further cases of them would crowd out what the reader came for */
            const struct sweep *sweep = nth_sweep(pairing, w, pass / 2);
            const struct situation *s = sweep ? pairing_highest(pairing, sweep->case_name) : NULL;
            if (s)
                add_sentence(&out[n++], run, s);
        }
    return n;
}

/* One observation: the smallest and the greatest median of a metric over the strategies of one situation. */
static void add_spread(struct text *out, const struct report_run *run, const struct situation *s, const char *metric)
{
    int low = -1, high = -1;
    double lowest = INFINITY, highest = -INFINITY;
    for (unsigned i = 0; i < run->n_strategies; i++) {
        /* Who has one CPU is measured against one CPU: its efficiency is no term of this comparison. */
        if (s->cell[i] < 0 ||
            (strcmp(metric, "efficiency") == 0 && run->cells[s->cell[i]].cell.in_flight < s->in_flight))
            continue;
        struct estimate e = cell_metric(&run->cells[s->cell[i]], metric);
        if (e.n && e.value < lowest) {
            lowest = e.value;
            low = s->cell[i];
        }
        if (e.n && e.value > highest) {
            highest = e.value;
            high = s->cell[i];
        }
    }
    if (low < 0 || low == high)
        return;
    text_add(out, "| ");
    text_add_code(out, s->label);
    text_add(out, " | %u | %s | ", s->in_flight, metric_words(metric));
    add_value(out, run, (unsigned)low, metric);
    text_add(out, " ");
    text_add_code(out, strategy_of(run, (unsigned)low));
    text_add(out, " | ");
    add_value(out, run, (unsigned)high, metric);
    text_add(out, " ");
    text_add_code(out, strategy_of(run, (unsigned)high));
    text_add(out, " |\n");
}

void findings_add_observations(struct text *out, const struct report_run *run, const struct pairing *pairing)
{
    for (unsigned w = 0; w < run->n_workloads; w++) {
        const struct sweep *sweep = workload_is_floor(&run->workloads[w]) ? NULL : nth_sweep(pairing, w, 0);
        const struct situation *s = sweep ? pairing_highest(pairing, sweep->case_name) : NULL;
        if (!s)
            continue;
        const char *headline = run->workloads[w].headline;
        bool micro = strcmp(headline, "throughput_ops_per_s") != 0;
        add_spread(out, run, s, micro ? headline : "efficiency");
        if (!micro)
            add_spread(out, run, s, "kernel_switches_per_op");
    }
}
