/* SPDX-License-Identifier: Apache-2.0 */
/* What a difference between strategies is made of, and whether the micro results add up to the macro results. */
#include "report/attribution.h"
#include "report/prediction.h"
#include "report/report_md.h"

#include <stdlib.h>

/* A table of ratios, of the contests that have one of the steps from `from` to `to`. */
struct ratio_table {
    enum attribution_step from, to;
    bool is_chain; /* with its product and the words about it */
    const char *head;
};

static const struct ratio_table chain = {
    STEP_CREATION, STEP_BACKEND, true,
    "From `threads` to `coroutines`. *Creation*: `threads_static` (the same threads for all tasks) ÷ "
    "`threads`. *Unit*: `coroutines_epoll` (coroutines in place of these threads, on epoll) ÷ "
    "`threads_static`. *Backend*: `coroutines` (the same on io_uring) ÷ `coroutines_epoll`. The "
    "percentage is the part's share of the logarithm of the whole; parts that work against each other "
    "make it more than 100 %.\n\n| case | K | creation × | unit × | backend | = `coroutines` ÷ "
    "`threads` | in words |\n| --- | ---: | ---: | ---: | ---: | ---: | --- |\n"};

static const struct ratio_table single_steps = {
    STEP_CORES, STEP_FORK, false,
    "Single steps. *Cores*: `coroutines` (P workers) ÷ `coroutines_1` (one). *Queue*: `pool` (a queue of "
    "tasks) ÷ `threads_static` (tasks by number). *Stealing*: `pool_steal` ÷ `pool`. *No fork per "
    "task*: `prefork` ÷ `processes`.\n\n| case | K | cores | queue | stealing | no fork per task |\n"
    "| --- | ---: | ---: | ---: | ---: | ---: |\n"};

static bool has_row(const struct ratio_table *table, const struct attribution *a)
{
    for (enum attribution_step s = table->from; s <= table->to; s++)
        if (a->step[s].n)
            return a->greatest_k;
    return false;
}

static void ratio_row(struct text *out, const struct ratio_table *table, const struct attribution *a)
{
    const enum attribution_step last = table->is_chain ? STEP_WHOLE : table->to;
    char buf[NUMBER_LEN];
    md_row_begin(out, a->cell->label);
    text_add(out, " %u |", a->cell->cell.in_flight);
    for (enum attribution_step s = table->from; s <= last; s++)
        text_add(out, " %s |", number_interval(buf, &a->step[s], UNIT_RATIO));
    if (table->is_chain) {
        text_add(out, " ");
        attribution_words(out, a);
        text_add(out, " |");
    }
    text_add(out, "\n");
}

static void add_ratios(struct text *out, const struct ratio_table *table, const struct attribution *list, unsigned n)
{
    bool any = false;
    for (unsigned i = 0; i < n; i++) {
        if (!has_row(table, &list[i]))
            continue;
        if (!any)
            text_add(out, "%s", table->head);
        any = true;
        ratio_row(out, table, &list[i]);
    }
    if (any)
        text_add(out, "\n");
}

static void difference(struct text *out, const struct document *d)
{
    struct attribution *list = NULL;
    unsigned n = 0;
    if (attribution_build(&list, &n, d->run))
        out->failed = true;
    text_add(out, "## What a difference is made of\n\n");
    if (!n)
        text_add(out, "This run has no variants, strategies that differ from a canonical one in one thing each. These "
                      "bring them: `quintet run --strategy "
                      "serial,threads,threads_static,pool,pool_steal,processes,prefork,coroutines,coroutines_1,"
                      "coroutines_epoll`.\n\n");
    else
        text_add(out,
                 "Coroutines differ from threads in several things at once. Variants stand between them, each as near "
                 "as possible to its neighbour but for one thing. Ratios of the headline metric, turned so that "
                 "above 1 is better, paired by block, at the greatest K of each case (`attribution` in "
                 "`summary.json` has all).\n\n");
    add_ratios(out, &chain, list, n);
    add_ratios(out, &single_steps, list, n);
    free(list);
}

static void add_time(struct text *out, const struct estimate *e)
{
    char buf[NUMBER_LEN];
    if (e->value > 0 && e->value < 0.5)
        text_add(out, " < 1 ns |");
    else
        text_add(out, " %s |", e->value > 0 ? number_value(buf, e, UNIT_NS) : "–");
}

static void prediction_row(struct text *out, const struct report_run *run, const struct prediction *p)
{
    static const char *const words[] = {"explained", "**dearer than its parts**", "**cheaper than its parts**",
                                        "unclear", "too few blocks"};
    char buf[NUMBER_LEN];
    md_row_begin(out, p->cell->label);
    text_add(out, " ");
    text_add_code(out, run->strategies[p->cell->strategy].name);
    text_add(out, " | %u |", p->cell->cell.in_flight);
    if (p->reading == NOT_PREDICTED) {
        text_add(out, " – | – | – | – | – | – | missing: %s |\n", p->missing);
        return;
    }
    add_time(out, &p->work);
    add_time(out, &p->start);
    add_time(out, &p->change);
    add_time(out, &p->predicted);
    add_time(out, &p->measured);
    text_add(out, " %s | %s |\n", number_interval(buf, &p->residual, UNIT_RATIO), words[p->reading]);
}

static void add_prediction_text(struct text *out, const unsigned counts[NOT_PREDICTED + 1])
{
    unsigned all = 0;
    for (unsigned i = 0; i <= UNCLEAR; i++)
        all += counts[i];
    text_add(
        out,
        "## Do the small numbers add up to the large ones?\n\nTime per op predicted from the micro results of the "
        "same run, and beside it what was measured. Nothing is fitted. *Work*: for computing and cached reads the "
        "time per op under `serial`, divided by the CPUs that can work at once (`serial` itself reads for a system "
        "call and a copy of 4 KiB, `floor`); for `pipe_pairs` one byte written and read (`floor`), divided in the "
        "same way; for `sleep_fanout` the wait. *Start*: `spawn_join` × tasks per op. *Switch*: counted switches per "
        "op, beyond those of starting, × time per hand-off on one CPU (`handoff`, native; a kernel switch of "
        "coroutines and of `serial` costs what one of `threads` does), divided by those CPUs; left out for "
        "computing. The prediction is the sum, but for `sleep_fanout` it is the length of this schedule: one "
        "starter takes *start* + *switch* for each task, K places are each taken for that and for the wait. "
        "(`predictions` in `summary.json` has all K.)\n\n");
    if (all)
        text_add(
            out,
            "Of %u predictions with an interval %u lie within a factor of %.3g of the measurement, %u cost more, %u "
            "less, %u are unclear. More: something that no micro result shows, such as waking an idle CPU, caches "
            "that went cold, a lock. Less: what is shared, such as one visit to the kernel for many requests, or "
            "starting one task while another one works.\n\n",
            all, counts[EXPLAINED], PREDICTION_TOLERANCE, counts[DEARER], counts[CHEAPER], counts[UNCLEAR]);
}

static void predictions(struct text *out, const struct document *d)
{
    struct prediction *list = NULL;
    unsigned n = 0, counts[NOT_PREDICTED + 1] = {0};
    if (prediction_build(&list, &n, d->run))
        out->failed = true;
    for (unsigned i = 0; i < n; i++)
        if (list[i].greatest_k)
            counts[list[i].reading]++;
    if (n) {
        add_prediction_text(out, counts);
        text_add(out, "| case | strategy | K | work | start | switch | predicted | measured | measured ÷ predicted | "
                      "reading |\n| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |\n");
    }
    for (unsigned i = 0; i < n; i++)
        if (list[i].greatest_k)
            prediction_row(out, d->run, &list[i]);
    if (n)
        text_add(out, "\n");
    free(list);
}

void md_attribution(struct text *out, const struct document *d)
{
    difference(out, d);
    predictions(out, d);
}
