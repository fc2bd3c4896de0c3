/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables for workloads that ask a question which no single cell answers: over the sizes of grain, over the K of
 * io_cpu_mix, between the two cells of hog. A run without these workloads has none of them.
 */
#include "report/grain.h"
#include "report/report_md.h"

#include <math.h>
#include <string.h>

static const struct report_cell *first_of(const struct report_run *run, const char *workload)
{
    for (unsigned i = 0; i < run->n_cells; i++)
        if (run->cells[i].ok && !run->cells[i].cell.role[0] &&
            strcmp(run->workloads[run->cells[i].workload].name, workload) == 0)
            return &run->cells[i];
    return NULL;
}

static void add_metric(struct text *out, const struct report_cell *cell, const char *metric)
{
    char buf[NUMBER_LEN];
    struct estimate e = cell_metric(cell, metric);
    text_add(out, " %s |", number_interval(buf, &e, unit_of_metric(metric)));
}

/* --- grain -------------------------------------------------------------------------------------------------------- */

static void grain_table(struct text *out, const struct document *d)
{
    struct grain grain;
    char buf[NUMBER_LEN + 8], least[NUMBER_LEN], greatest[NUMBER_LEN];
    if (grain_build(&grain, d->run))
        out->failed = true;
    if (grain.n)
        text_add(
            out,
            "## The smallest task worth starting\n\nWorkload `grain` cuts the same computing into tasks of "
            "different sizes. *METG50* (*METG90*) is the smallest task, in time of its own computing, with which a "
            "strategy still gets 50 %% (90 %%) out of the CPUs it can keep busy at that K: 100 %% of one CPU is "
            "what the serial trial with the largest tasks did per CPU time. (`metg` in `summary.json`.) Between two "
            "sizes the "
            "time per task is taken for a straight line. `<` and `>`: beyond the sizes that were measured.\n\n"
            "| strategy | K | METG50 | METG90 | measured from, to |\n");
    if (grain.n)
        md_rule(out, 1, 4);
    for (unsigned i = 0; i < grain.n; i++) {
        const struct grain_row *row = &grain.rows[i];
        md_row_begin(out, d->run->strategies[row->strategy].name);
        text_add(out, " %u | %s |", row->in_flight, grain_words(buf, sizeof buf, &row->metg50));
        text_add(out, " %s |", grain_words(buf, sizeof buf, &row->metg90));
        text_add(out, " %s, %s |\n", number_plain(least, row->least_ns, UNIT_NS),
                 number_plain(greatest, row->greatest_ns, UNIT_NS));
    }
    if (grain.n)
        text_add(out, "\n");
    grain_fini(&grain);
}

/* --- io_cpu_mix: is P(1 + L/c) the number of requests that must be in flight? --------------------------------------
 */

#define SATURATED 0.95 /* of the best throughput over all K */

/* The least K of a case with which a strategy comes near its best; 0 if it has fewer than two K. */
static unsigned saturating_k(const struct report_run *run, const struct report_cell *of, unsigned strategy)
{
    double best = 0;
    unsigned measured = 0, least = 0;
    for (int pass = 0; pass < 2; pass++)
        for (unsigned i = 0; i < run->n_cells; i++) {
            const struct report_cell *c = &run->cells[i];
            struct estimate e = cell_metric(c, "throughput_ops_per_s");
            if (!e.n || c->cell.role[0] || c->strategy != strategy || strcmp(c->case_name, of->case_name) != 0)
                continue;
            measured += pass == 0;
            if (pass == 0 && e.value > best)
                best = e.value;
            if (pass == 1 && e.value >= SATURATED * best && (!least || c->cell.in_flight < least))
                least = c->cell.in_flight;
        }
    return measured > 1 ? least : 0;
}

static void mix_row(struct text *out, const struct report_run *run, const struct report_cell *cell)
{
    md_row_begin(out, cell->label);
    add_metric(out, cell, "compute_ns_per_op");
    add_metric(out, cell, "cpu_share_ratio");
    add_metric(out, cell, "in_flight_predicted_count");
    for (unsigned s = 0; s < run->n_strategies; s++) {
        unsigned k = saturating_k(run, cell, s);
        text_add(out, k ? " %u |" : " – |", k);
    }
    text_add(out, "\n");
}

static void mix_table(struct text *out, const struct document *d)
{
    const struct report_run *run = d->run;
    const struct report_cell *first = first_of(run, "io_cpu_mix");
    if (!first)
        return;
    text_add(out,
             "## How many requests must be in flight\n\nWorkload `io_cpu_mix`: a request waits L, then computes c. "
             "P·(1 + L/c) in flight should just keep all CPUs busy: *predicted K*, from L and c alone. Beside it "
             "the least K measured with which each strategy reached 95 %% of its best throughput; one that uses "
             "fewer CPUs needs as much less.\n\n| case | c | real share of computing | predicted K |");
    md_strategy_columns(out, run, 1, 3);
    const char *last = "";
    for (unsigned i = 0; i < run->n_cells; i++) { /* the cells of a case are neighbours */
        const struct report_cell *cell = &run->cells[i];
        if (cell->workload != first->workload || !cell->ok || cell->cell.role[0] || strcmp(last, cell->case_name) == 0)
            continue;
        mix_row(out, run, cell);
        last = cell->case_name;
    }
    text_add(out, "\n");
}

/* --- io_cpu_mix: from which share of computing on does it matter who runs it? --------------------------------------
 */

static double share_of(const struct report_run *run, const struct situation *s)
{
    return s->best < 0 ? 0 : cell_metric(&run->cells[s->best], "cpu_share_ratio").value;
}

/* Is this strategy slower than the best there, by verdict? */
static bool is_behind(const struct report_run *run, const struct situation *s, unsigned strategy)
{
    for (unsigned i = 0; i < s->n_comparisons; i++)
        if (run->cells[s->comparisons[i].other].strategy == strategy &&
            s->comparisons[i].claim.verdict == VERDICT_SLOWER)
            return true;
    return false;
}

/* The least share with which the strategy is behind at this K; INFINITY if it never is. */
static double crossover_of(const struct document *d, unsigned workload, unsigned in_flight, unsigned strategy)
{
    double least = INFINITY;
    for (unsigned i = 0; i < d->pairing->n; i++) {
        const struct situation *s = &d->pairing->list[i];
        if (s->workload == workload && s->in_flight == in_flight && is_behind(d->run, s, strategy))
            least = fmin(least, share_of(d->run, s));
    }
    return least;
}

/* How many shares were measured at this K, with verdicts; and is the situation the first of its K? */
static unsigned shares_at(const struct document *d, unsigned at, bool *is_first)
{
    const struct situation *of = &d->pairing->list[at];
    unsigned n = 0;
    *is_first = true;
    for (unsigned i = 0; i < d->pairing->n; i++) {
        const struct situation *s = &d->pairing->list[i];
        if (s->workload != of->workload || s->in_flight != of->in_flight || !s->has_verdicts)
            continue;
        n++;
        *is_first &= i >= at;
    }
    return n;
}

static void crossover_table(struct text *out, const struct document *d)
{
    const struct report_run *run = d->run;
    const struct report_cell *first = first_of(run, "io_cpu_mix");
    bool any = false, is_first;
    for (unsigned i = 0; first && i < d->pairing->n; i++) {
        const struct situation *s = &d->pairing->list[i];
        if (s->workload != first->workload || !s->has_verdicts || shares_at(d, i, &is_first) < 2 || !is_first)
            continue;
        if (!any) {
            text_add(out, "The crossover: the least share of computing, of those measured, with which a strategy is "
                          "slower than the best by verdict. Below it, it does not matter who runs the requests; –: it "
                          "never did.\n\n| K |");
            md_strategy_columns(out, run, 0, 1);
            any = true;
        }
        text_add(out, "| %u |", s->in_flight);
        for (unsigned c = 0; c < run->n_strategies; c++) {
            double share = crossover_of(d, first->workload, s->in_flight, c);
            text_add(out, isfinite(share) ? " %.3f |" : " – |", share);
        }
        text_add(out, "\n");
    }
    if (any)
        text_add(out, "\n");
}

/* --- hog ---------------------------------------------------------------------------------------------------------- */

static const char *param_of(const struct report_cell *cell, const char *name)
{
    for (unsigned i = 0; i < cell->cell.n_params; i++)
        if (strcmp(cell->cell.params[i].name, name) == 0)
            return cell->cell.params[i].text;
    return "";
}

/* The same cell with the hog. */
static const struct report_cell *with_hog(const struct report_run *run, const struct report_cell *calm)
{
    for (unsigned i = 0; i < run->n_cells; i++) {
        const struct report_cell *c = &run->cells[i];
        bool same = c->ok && !c->cell.role[0] && c->workload == calm->workload && c->strategy == calm->strategy &&
                    c->cell.in_flight == calm->cell.in_flight && strcmp(param_of(c, "hog"), "1") == 0;
        for (unsigned p = 0; p < calm->cell.n_params && same; p++)
            same = strcmp(calm->cell.params[p].name, "hog") == 0 ||
                   strcmp(calm->cell.params[p].text, param_of(c, calm->cell.params[p].name)) == 0;
        if (same)
            return c;
    }
    return NULL;
}

static void hog_row(struct text *out, const struct report_run *run, const struct report_cell *calm,
                    const struct report_cell *hogged)
{
    char buf[NUMBER_LEN];
    struct claim inflation = paired_claim(calm, hogged, "bystander_p99_ns", 0.03, false);
    md_row_begin(out, run->strategies[calm->strategy].name);
    text_add(out, " %u |", calm->cell.in_flight);
    add_metric(out, calm, "bystander_p50_ns");
    add_metric(out, hogged, "bystander_p50_ns");
    add_metric(out, calm, "bystander_p99_ns");
    add_metric(out, hogged, "bystander_p99_ns");
    text_add(out, " %s |\n", number_interval(buf, &inflation.ratio, UNIT_RATIO));
}

static void hog_table(struct text *out, const struct document *d)
{
    const struct report_run *run = d->run;
    const struct report_cell *first = first_of(run, "hog");
    bool any = false;
    for (unsigned i = 0; i < run->n_cells && first; i++) {
        const struct report_cell *calm = &run->cells[i];
        if (!calm->ok || calm->cell.role[0] || calm->workload != first->workload ||
            strcmp(param_of(calm, "hog"), "0") != 0)
            continue;
        const struct report_cell *hogged = with_hog(run, calm);
        if (!hogged)
            continue;
        if (!any) {
            text_add(out,
                     "## One hog among small requests\n\nWorkload `hog`: clients with small requests on a schedule, "
                     "beside one task that computes for 10 ms now and then. Response times of the clients' requests, "
                     "from due to done, without the hog and with it, and the ratio of the two 99th percentiles, "
                     "paired by block (`bystander_p50_ns` and `bystander_p99_ns` in `summary.json`).\n\n| strategy | K "
                     "| median, calm | median, with hog | p99, calm | p99, with "
                     "hog | p99 with ÷ without |\n");
            md_rule(out, 1, 6);
            any = true;
        }
        hog_row(out, run, calm, hogged);
    }
    if (any)
        text_add(out, "\n");
}

void md_questions(struct text *out, const struct document *d)
{
    grain_table(out, d);
    mix_table(out, d);
    crossover_table(out, d);
    hog_table(out, d);
}
