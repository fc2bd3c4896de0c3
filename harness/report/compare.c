/* SPDX-License-Identifier: Apache-2.0 */
#include "report/compare.h"
#include "report/lookup.h"
#include "report/text.h"

#include "measure/rank.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const comparability_names[COMPARE_COUNT] = {"same", "controlled", "with caution", "cross-machine",
                                                        "not comparable"};

/* --- facts ----------------------------------------------------------------------------------------------------------
 */

/* What a machine is. Everything else that env.json tells is how it was set up or what it was doing. */
static const char *const machine_facts[] = {
    "cpu.model",  "cpu.vendor",     "cpu.family",         "cpu.model_number",    "cpu.stepping",
    "cpu.online", "topology.cores", "topology.packages",  "topology.smt",        "kernel.machine",
    "cache.l2",   "cache.l3",       "memory.total_bytes", "platform.hypervisor",
};

/* What is different at every moment and says nothing about the next one. */
static const char *const passing_facts[] = {"load.average", "memory.available_bytes", "storage.free_bytes",
                                            "clock.read_ns"};

static bool is_one_of(const char *name, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], name) == 0)
            return true;
    return false;
}
#define IS_ONE_OF(name, list) is_one_of(name, list, sizeof(list) / sizeof *(list))

static json_t *fact_value(const struct report_run *run, const char *name)
{
    json_t *value = json_object_get(json_object_get(json_object_get(run->env, "facts"), name), "v");
    return json_is_null(value) ? NULL : value;
}

static void fact_text(const json_t *value, char out[96])
{
    char *text = value && !json_is_string(value) ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
    snprintf(out, 96, "%s", !value ? "unknown" : text ? text : json_string_value(value));
    free(text);
}

/* Memory differs by what the kernel kept for itself: the same to the nearest GiB is the same. */
static bool values_equal(const char *name, const json_t *a, const json_t *b)
{
    if (strcmp(name, "memory.total_bytes") == 0)
        return llround(json_number_value(a) / 0x1p30) == llround(json_number_value(b) / 0x1p30);
    return json_equal(a, b);
}

static void compare_fact(struct run_comparison *out, const char *name, const struct report_run *a,
                         const struct report_run *b)
{
    const json_t *x = fact_value(a, name), *y = fact_value(b, name);
    if (IS_ONE_OF(name, passing_facts) || (x && y && values_equal(name, x, y)))
        return;
    if (!x && !y) {
        out->n_unknown++;
        return;
    }
    if (out->n_facts == COMPARE_FACTS_MAX)
        return;
    struct differing_fact *fact = &out->facts[out->n_facts++];
    snprintf(fact->name, sizeof fact->name, "%s", name);
    fact_text(x, fact->a);
    fact_text(y, fact->b);
    fact->of_machine = IS_ONE_OF(name, machine_facts);
}

void run_comparison_facts(struct run_comparison *out, const struct report_run *a, const struct report_run *b)
{
    const char *name;
    json_t *value;
    bool other_machine = a->workers != b->workers;
    json_t *facts_a = json_object_get(a->env, "facts"), *facts_b = json_object_get(b->env, "facts");
    json_object_foreach(facts_a, name, value) compare_fact(out, name, a, b);
    json_object_foreach(facts_b, name, value) if (!json_object_get(facts_a, name)) compare_fact(out, name, a, b);
    for (unsigned i = 0; i < out->n_facts; i++)
        other_machine |= out->facts[i].of_machine;
    /* Without a word from either side about its processor nobody knows which machine it was. */
    if (!fact_value(a, "cpu.model") || !fact_value(b, "cpu.model"))
        other_machine = true;
    if (other_machine)
        out->comparability = COMPARE_CROSS;
    else if (out->n_facts == 0 && out->n_unknown == 0)
        out->comparability = COMPARE_SAME;
    else
        out->comparability = out->n_facts == 1 && out->n_unknown == 0 ? COMPARE_CONTROLLED : COMPARE_CAUTION;
}

/* --- cells ----------------------------------------------------------------------------------------------------------
 */

/* The metric by block, or its ratio to serial's in the same block, without gaps. The number of values. */
static size_t values_of(const struct report_run *run, const struct report_cell *cell, const char *metric, bool relative,
                        double *out)
{
    const struct series *mine = series_find(cell, metric);
    const struct report_cell *serial = relative ? lookup_serial(run, cell) : NULL;
    const struct series *base = serial ? series_find(serial, metric) : NULL;
    size_t n = 0;
    if (!mine || (relative && (!base || serial == cell)))
        return 0;
    for (unsigned i = 0; i < mine->n_blocks; i++) {
        double by = !relative ? 1 : i < base->n_blocks ? base->by_block[i] : NAN;
        if (mine->by_block[i] > 0 && by > 0)
            out[n++] = mine->by_block[i] / by;
    }
    return n;
}

static int compare_cell(struct run_comparison *out, const struct report_run *a, const struct report_cell *x,
                        const struct report_run *b, const struct report_cell *y, double margin)
{
    const char *metric = b->workloads[y->workload].headline;
    const struct series *sx = series_find(x, metric), *sy = series_find(y, metric);
    if (!sx || !sy)
        return 0;
    double *values = malloc((sx->n_blocks + sy->n_blocks + 1) * sizeof *values);
    if (!values)
        return -ENOMEM;
    bool relative = out->comparability == COMPARE_CROSS;
    size_t nx = values_of(a, x, metric, relative, values), ny = values_of(b, y, metric, relative, values + nx);
    int rc = 0;
    if (nx && ny) {
        struct compared_cell *c = &out->cells[out->n_cells++];
        *c = (struct compared_cell){.a = x, .b = y, .metric = metric};
        rc = decision_compare_unpaired(values, nx, values + nx, ny, margin, metric_higher_is_better(metric), &c->claim);
    }
    free(values);
    return rc;
}

static int by_size_of_change(const void *p, const void *q)
{
    const struct compared_cell *x = p, *y = q;
    bool cx = x->claim.verdict == VERDICT_FASTER || x->claim.verdict == VERDICT_SLOWER;
    bool cy = y->claim.verdict == VERDICT_FASTER || y->claim.verdict == VERDICT_SLOWER;
    if (cx != cy)
        return cx ? -1 : 1;
    double ex = fabs(log(x->claim.ratio.value)), ey = fabs(log(y->claim.ratio.value));
    return (ex < ey) - (ex > ey);
}

static int compare_cells(struct run_comparison *out, const struct report_run *a, const struct report_run *b,
                         double margin)
{
    out->cells = calloc(a->n_cells + 1, sizeof *out->cells);
    struct claim **claims = calloc(a->n_cells + 1, sizeof(struct claim *));
    int rc = out->cells && claims ? 0 : -ENOMEM;
    unsigned matched = 0;
    for (unsigned i = 0; i < a->n_cells && !rc; i++) {
        const struct report_cell *x = &a->cells[i];
        const json_t *at = json_object_get(b->cell_index, x->id);
        const struct report_cell *y = at ? &b->cells[json_integer_value(at)] : NULL;
        if (x->cell.role[0] || !x->ok)
            continue;
        if (!y || !y->ok) {
            out->only_a++;
            continue;
        }
        matched++;
        if (a->workloads[x->workload].protocol != b->workloads[y->workload].protocol)
            out->other_protocol++;
        else
            rc = compare_cell(out, a, x, b, y, margin);
    }
    for (unsigned i = 0; i < b->n_cells && !rc; i++) {
        const json_t *at = json_object_get(a->cell_index, b->cells[i].id);
        out->only_b += b->cells[i].ok && !b->cells[i].cell.role[0] && (!at || !a->cells[json_integer_value(at)].ok);
    }
    for (unsigned i = 0; i < out->n_cells && !rc; i++)
        claims[i] = &out->cells[i].claim;
    if (!rc && decision_correct(claims, out->n_cells) < 0)
        rc = -ENOMEM;
    free(claims);
    if (rc)
        return rc;
    qsort(out->cells, out->n_cells, sizeof *out->cells, by_size_of_change);
    if (out->n_cells == 0) {
        out->comparability = COMPARE_IMPOSSIBLE;
        snprintf(out->why, sizeof out->why, "%s",
                 matched == 0                     ? "the runs have no cell with numbers in common"
                 : out->other_protocol == matched ? "all cells in common are of another version of their workload"
                                                  : "no cell in common has a metric that can be set against the other");
    }
    return 0;
}

/* --- order ----------------------------------------------------------------------------------------------------------
 */

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

static int compare_order(struct run_comparison *out, const struct report_run *a, const struct pairing *pa,
                         const struct report_run *b, const struct pairing *pb)
{
    double *taus = malloc((pa->n + 1) * sizeof *taus);
    size_t n = 0;
    if (!taus)
        return -ENOMEM;
    for (unsigned i = 0; i < pa->n; i++) {
        const struct situation *x = &pa->list[i], *y = pairing_find(pb, x->case_name, x->in_flight);
        if (!y || x->best < 0 || y->best < 0 || x->n_comparisons == 0)
            continue;
        double tau = situation_tau(a, x, b, y);
        out->contests++;
        out->same_best +=
            strcmp(a->strategies[a->cells[x->best].strategy].name, b->strategies[b->cells[y->best].strategy].name) == 0;
        if (isfinite(tau))
            taus[n++] = tau;
    }
    out->tau = stats_median(taus, n);
    free(taus);
    return 0;
}

int run_comparison_build(struct run_comparison *out, const struct report_run *a, const struct pairing *pairs_a,
                         const struct report_run *b, const struct pairing *pairs_b, double margin)
{
    *out = (struct run_comparison){.tau = NAN};
    run_comparison_facts(out, a, b);
    int rc = compare_cells(out, a, b, margin);
    return rc ? rc : compare_order(out, a, pairs_a, b, pairs_b);
}

void run_comparison_fini(struct run_comparison *comparison)
{
    free(comparison->cells);
    comparison->cells = NULL;
}
