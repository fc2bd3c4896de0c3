/* SPDX-License-Identifier: Apache-2.0 */
#include "report/attribution.h"
#include "report/findings.h"
#include "report/lookup.h"
#include "report/summary.h"

#include "measure/decision.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct attribution_pair attribution_pairs[STEP_COUNT] = {
    [STEP_CREATION] = {"creation", "threads_static", "threads"},
    [STEP_UNIT] = {"unit", "coroutines_epoll", "threads_static"},
    [STEP_BACKEND] = {"backend", "coroutines", "coroutines_epoll"},
    [STEP_WHOLE] = {"coroutines_over_threads", "coroutines", "threads"},
    [STEP_CORES] = {"cores", "coroutines", "coroutines_1"},
    [STEP_QUEUE] = {"queue", "pool", "threads_static"},
    [STEP_STEALING] = {"stealing", "pool_steal", "pool"},
    [STEP_FORK] = {"fork", "prefork", "processes"},
};

/* The cells of one case at one K, by the side that they are of a pair. */
struct contest {
    const struct report_cell *over[STEP_COUNT], *under[STEP_COUNT];
};

static bool is_contender(const struct report_run *run, const struct report_cell *cell)
{
    return cell->ok && !cell->cell.role[0] && !cell->cell.offered_per_s &&
           !workload_is_floor(&run->workloads[cell->workload]);
}

static bool same_contest(const struct report_cell *a, const struct report_cell *b)
{
    return a->cell.in_flight == b->cell.in_flight && a->cell.workers == b->cell.workers &&
           strcmp(a->case_name, b->case_name) == 0;
}

static void take_side(struct contest *contest, const struct report_run *run, const struct report_cell *cell)
{
    const char *name = run->strategies[cell->strategy].name;
    for (unsigned s = 0; s < STEP_COUNT; s++) {
        if (strcmp(name, attribution_pairs[s].over) == 0)
            contest->over[s] = cell;
        if (strcmp(name, attribution_pairs[s].under) == 0)
            contest->under[s] = cell;
    }
}

/* Is the block in all cells of the chain that there are? */
static bool block_is_whole(const struct contest *contest, const char *metric, unsigned block)
{
    for (unsigned s = STEP_CREATION; s <= STEP_BACKEND; s++)
        if ((contest->over[s] && !(lookup_block(contest->over[s], metric, block) > 0)) ||
            (contest->under[s] && !(lookup_block(contest->under[s], metric, block) > 0)))
            return false;
    return true;
}

static struct estimate step_of(const struct contest *contest, unsigned step, const char *metric, unsigned blocks,
                               double *scratch)
{
    bool higher = metric_higher_is_better(metric);
    double *better = scratch, *worse = scratch + blocks;
    size_t n = 0;
    for (unsigned b = 0; b < blocks; b++) {
        double over = lookup_block(contest->over[step], metric, b),
               under = lookup_block(contest->under[step], metric, b);
        if (!(over > 0 && under > 0) || (step <= STEP_WHOLE && !block_is_whole(contest, metric, b)))
            continue;
        better[n] = higher ? over : under;
        worse[n++] = higher ? under : over;
    }
    return n ? stats_paired_ratio(worse, better, n, DECISION_ALPHA) : (struct estimate){.value = NAN};
}

/* The contest of cells[first], whose case goes on for `count` cells. False if nothing can be said about it. */
static bool attribute(struct attribution *out, const struct report_run *run, const struct report_cell *first,
                      size_t count, double *scratch)
{
    struct contest contest = {0};
    bool any = false;
    for (size_t i = 0; i < count; i++)
        if (is_contender(run, &first[i]) && same_contest(first, &first[i]))
            take_side(&contest, run, &first[i]);
    *out = (struct attribution){.cell = first, .metric = run->workloads[first->workload].headline};
    for (unsigned s = 0; s < STEP_COUNT; s++) {
        out->step[s] = step_of(&contest, s, out->metric, run->blocks, scratch);
        any = any || (s != STEP_WHOLE && out->step[s].n);
    }
    return any;
}

static bool is_first(const struct report_run *run, const struct report_cell *begin, const struct report_cell *cell)
{
    for (const struct report_cell *c = begin; c < cell; c++)
        if (is_contender(run, c) && same_contest(c, cell))
            return false;
    return true;
}

/* The cells of a case are neighbours in the plan. */
static size_t case_length(const struct report_run *run, unsigned from)
{
    unsigned to = from + 1;
    while (to < run->n_cells && strcmp(run->cells[to].case_name, run->cells[from].case_name) == 0)
        to++;
    return to - from;
}

int attribution_build(struct attribution **list, unsigned *n, const struct report_run *run)
{
    *n = 0;
    *list = calloc(run->n_cells + 1, sizeof **list);
    double *scratch = calloc(2 * (size_t)run->blocks + 1, sizeof *scratch);
    if (!*list || !scratch) {
        free(scratch);
        return -ENOMEM;
    }
    for (unsigned at = 0; at < run->n_cells;) {
        size_t count = case_length(run, at);
        struct attribution *greatest = NULL;
        for (unsigned i = at; i < at + count; i++) {
            const struct report_cell *cell = &run->cells[i];
            struct attribution *entry = &(*list)[*n];
            if (!is_contender(run, cell) || !is_first(run, &run->cells[at], cell) ||
                !attribute(entry, run, cell, at + count - i, scratch))
                continue;
            if (!greatest || cell->cell.in_flight > greatest->cell->cell.in_flight)
                greatest = entry;
            ++*n;
        }
        if (greatest)
            greatest->greatest_k = true;
        at += (unsigned)count;
    }
    free(scratch);
    return 0;
}

static bool is_clear(const struct estimate *e)
{
    return e->has_interval && (e->lo > 1 || e->hi < 1);
}

void attribution_words(struct text *out, const struct attribution *a)
{
    static const char *const words[] = {"keeping threads instead of starting them", "the unit of scheduling",
                                        "the I/O backend"};
    const struct estimate *whole = &a->step[STEP_WHOLE];
    unsigned most = STEP_CREATION;
    for (unsigned s = STEP_CREATION; s <= STEP_BACKEND; s++)
        if (!a->step[s].n)
            return;
    if (!whole->has_interval) {
        text_add(out, "Too few blocks to say.");
        return;
    }
    if (!is_clear(whole)) {
        text_add(out, "No clear difference to divide up.");
        return;
    }
    double total = log(whole->value);
    for (unsigned s = STEP_CREATION; s <= STEP_BACKEND; s++)
        if (log(a->step[s].value) / total > log(a->step[most].value) / total)
            most = s;
    text_add(out, total > 0 ? "Ahead, " : "Behind, ");
    if (!is_clear(&a->step[most])) {
        text_add(out, "but no part is clear by itself.");
        return;
    }
    text_add(out, "mostly by %s (%.0f %%)", words[most], 100 * log(a->step[most].value) / total);
    const char *joint = "; against it: ";
    for (unsigned s = STEP_CREATION; s <= STEP_BACKEND; s++)
        if (is_clear(&a->step[s]) && log(a->step[s].value) / total < 0) {
            text_add(out, "%s%s", joint, words[s]);
            joint = ", ";
        }
    text_add(out, ".");
}

static json_t *entry_json(const struct attribution *a, const struct report_run *run)
{
    struct text words = {0};
    json_t *steps = json_object();
    for (unsigned s = 0; s < STEP_COUNT && steps; s++)
        if (a->step[s].n && json_object_set_new(steps, attribution_pairs[s].name, summary_estimate(&a->step[s]))) {
            json_decref(steps);
            return NULL;
        }
    attribution_words(&words, a);
    json_t *json =
        json_pack("{s:s, s:s, s:i, s:i, s:s, s:o, s:o}", "workload", run->workloads[a->cell->workload].name, "case",
                  a->cell->case_name, "in_flight", (int)a->cell->cell.in_flight, "workers", (int)a->cell->cell.workers,
                  "metric", a->metric, "steps", steps, "sentence", words.len ? json_string(words.data) : json_null());
    text_fini(&words);
    return json;
}

json_t *attribution_to_json(const struct report_run *run)
{
    struct attribution *list = NULL;
    unsigned n = 0;
    json_t *json = attribution_build(&list, &n, run) ? NULL : json_array();
    for (unsigned i = 0; i < n && json; i++)
        json = summary_list_add(json, entry_json(&list[i], run));
    free(list);
    return json;
}
