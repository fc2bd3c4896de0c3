/* SPDX-License-Identifier: Apache-2.0 */
#include "report/compare_match.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- amounts ---------------------------------------------------------------------------------------------------- */

/* One of two runs, and what is known beside its own plan. */
struct side {
    const struct report_run *run, *other;
    amount_known_fn *known;
    bool presumed;
};

/* What the plan says of a workload's parameter: 1 an amount, 0 none, -1 it is silent about all of that workload. */
static int plan_says(const struct report_run *run, const char *workload, long long protocol, const char *param)
{
    size_t i, j;
    json_t *w, *p;
    json_array_foreach(json_object_get(run->plan, "workloads"), i, w)
    {
        const char *name = json_string_value(json_object_get(w, "name"));
        int said = -1;
        if (!name || strcmp(name, workload) || json_integer_value(json_object_get(w, "protocol")) != protocol)
            continue;
        json_array_foreach(json_object_get(w, "params"), j, p)
        {
            const json_t *amount = json_object_get(p, "amount");
            const char *of = json_string_value(json_object_get(p, "name"));
            if (amount && of && strcmp(of, param) == 0)
                return json_is_true(amount);
            said = amount ? 0 : said;
        }
        return said;
    }
    return -1;
}

static bool is_amount(struct side *side, unsigned workload, const char *param)
{
    const struct report_workload *w = &side->run->workloads[workload];
    int said = plan_says(side->run, w->name, w->protocol, param);
    if (said < 0)
        said = plan_says(side->other, w->name, w->protocol, param);
    if (said >= 0)
        return said;
    bool amount = side->known && side->known(w->name, w->protocol, param);
    side->presumed |= amount;
    return amount;
}

static const struct report_cell *cell_of(const struct report_run *run, const struct sweep *sweep)
{
    for (unsigned i = 0; i < run->n_cells; i++)
        if (run->cells[i].case_name == sweep->case_name)
            return &run->cells[i];
    return NULL;
}

/* The case's text without its amounts. */
static void key_of(struct side *side, const struct sweep *sweep, char key[CELL_ID_LEN])
{
    const struct report_cell *from = cell_of(side->run, sweep);
    struct cell cell = from->cell;
    cell.n_params = 0;
    for (unsigned i = 0; i < from->cell.n_params; i++)
        if (!is_amount(side, sweep->workload, from->cell.params[i].name))
            cell.params[cell.n_params++] = from->cell.params[i];
    cell_case(&cell, key, CELL_ID_LEN);
}

static const char *param_of(const struct cell *cell, const char *name)
{
    for (unsigned i = 0; i < cell->n_params; i++)
        if (strcmp(cell->params[i].name, name) == 0)
            return cell->params[i].text;
    return "-";
}

/* Only amounts can differ where the keys are equal. */
static void tell_amounts(struct matched_case *c, const struct report_run *a, const struct report_run *b)
{
    const struct cell *x = &cell_of(a, c->a)->cell, *y = &cell_of(b, c->b)->cell;
    for (unsigned i = 0; i < x->n_params; i++) {
        const char *there = param_of(y, x->params[i].name);
        size_t used = strlen(c->amounts);
        if (strcmp(there, x->params[i].text) != 0)
            snprintf(c->amounts + used, sizeof c->amounts - used, "%s%s %s | %s", used ? ", " : "", x->params[i].name,
                     x->params[i].text, there);
    }
}

/* --- cases ------------------------------------------------------------------------------------------------------ */

/* Where each key is in the list of cases; -1 for one that several cases have. New reference, or NULL. */
static json_t *index_keys(struct side *side, const struct pairing *pairs)
{
    json_t *index = json_object();
    char key[CELL_ID_LEN];
    for (unsigned i = 0; i < pairs->n_sweeps && index; i++) {
        key_of(side, &pairs->sweeps[i], key);
        if (json_object_set_new(index, key, json_integer(json_object_get(index, key) ? -1 : (json_int_t)i))) {
            json_decref(index);
            return NULL;
        }
    }
    return index;
}

static const struct sweep *find_case(const struct pairing *pairs, const char *case_name)
{
    for (unsigned i = 0; i < pairs->n_sweeps; i++)
        if (strcmp(pairs->sweeps[i].case_name, case_name) == 0)
            return &pairs->sweeps[i];
    return NULL;
}

static const struct sweep *find_but_for_amounts(struct side *a, const struct sweep *sweep, json_t *keys_a,
                                                const struct pairing *pairs_b, json_t *keys_b)
{
    char key[CELL_ID_LEN];
    key_of(a, sweep, key);
    const json_t *at = json_object_get(keys_b, key);
    if (!at || json_integer_value(at) < 0 || json_integer_value(json_object_get(keys_a, key)) < 0)
        return NULL;
    return &pairs_b->sweeps[json_integer_value(at)];
}

int matched_cases_build(struct matched_cases *out, const struct report_run *a, const struct pairing *pairs_a,
                        const struct report_run *b, const struct pairing *pairs_b, amount_known_fn *amount_known)
{
    struct side side_a = {a, b, amount_known, false}, side_b = {b, a, amount_known, false};
    *out = (struct matched_cases){.list = calloc(pairs_a->n_sweeps + 1, sizeof *out->list)};
    json_t *keys_a = index_keys(&side_a, pairs_a), *keys_b = index_keys(&side_b, pairs_b);
    int rc = out->list && keys_a && keys_b ? 0 : -ENOMEM;
    for (unsigned i = 0; i < pairs_a->n_sweeps && !rc; i++) {
        struct matched_case c = {.a = &pairs_a->sweeps[i]};
        c.b = find_case(pairs_b, c.a->case_name);
        side_a.presumed = false;
        if (!c.b) {
            c.b = find_but_for_amounts(&side_a, c.a, keys_a, pairs_b, keys_b);
            c.other_amount = c.b != NULL;
        }
        if (!c.b)
            continue;
        if (c.other_amount)
            tell_amounts(&c, a, b);
        out->presumed |= c.other_amount && side_a.presumed;
        out->list[out->n++] = c;
    }
    json_decref(keys_a);
    json_decref(keys_b);
    return rc;
}

void matched_cases_fini(struct matched_cases *cases)
{
    free(cases->list);
    cases->list = NULL;
}

/* --- situations ------------------------------------------------------------------------------------------------- */

static const struct situation *with_equal_k(const struct matched_case *cases, const struct situation *x,
                                            const struct report_run *a, const struct report_run *b,
                                            const struct pairing *pairs_b)
{
    const struct situation *found = NULL;
    for (unsigned i = 0; i < pairs_b->n; i++) {
        const struct situation *y = &pairs_b->list[i];
        if (y->in_flight != x->in_flight || strcmp(y->case_name, cases->b->case_name) != 0)
            continue;
        if (y->workers == x->workers)
            return y;
        if (y->workers == b->workers && x->workers == a->workers)
            found = y;
    }
    return found;
}

/* How many times as many tasks per CPU, or as few: the logarithm's amount. */
static double apart(const struct situation *x, const struct situation *y)
{
    return fabs(log2((double)x->in_flight / x->workers) - log2((double)y->in_flight / y->workers));
}

static const struct situation *nearest_per_cpu(const struct situation *to, const struct report_run *run,
                                               const struct pairing *pairs, const char *case_name)
{
    const struct situation *found = NULL;
    for (unsigned i = 0; i < pairs->n; i++) {
        const struct situation *s = &pairs->list[i];
        if (s->workers == run->workers && s->regime == to->regime && strcmp(s->case_name, case_name) == 0 &&
            apart(to, s) <= 1 && (!found || apart(to, s) < apart(to, found)))
            found = s;
    }
    return found;
}

const struct situation *situation_match(const struct matched_case *cases, const struct situation *x,
                                        const struct report_run *a, const struct pairing *pairs_a,
                                        const struct report_run *b, const struct pairing *pairs_b, enum k_match by)
{
    if (by == K_EQUAL)
        return with_equal_k(cases, x, a, b, pairs_b);
    if (x->workers != a->workers)
        return NULL;
    const struct situation *y = nearest_per_cpu(x, b, pairs_b, cases->b->case_name);
    /* The nearest on either side, so that none answers to two. */
    if (!y || y->in_flight == x->in_flight || nearest_per_cpu(y, a, pairs_a, cases->a->case_name) != x)
        return NULL;
    return y;
}
