/* SPDX-License-Identifier: Apache-2.0 */
/* A plan from a request: every workload that is asked for, in its variants, at its rates, under each strategy. */
#include "run/plan_private.h"

#include "measure/rng.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const profile_names[PROFILE_COUNT] = {"smoke", "quick", "full"};

int profile_find(const char *name)
{
    for (int i = 0; i < PROFILE_COUNT; i++)
        if (!strcmp(profile_names[i], name))
            return i;
    return -ENOENT;
}

static const unsigned profile_blocks[PROFILE_COUNT] = {2, 9, 20};

static bool is_chosen(const char *name, const char *const *list, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (!strcmp(list[i], name))
            return true;
    return n == 0;
}

/* With three or fewer the origin shares them: a strategy on one CPU less would show less. */
unsigned plan_origin_cpus(unsigned granted)
{
    enum { CPUS_PER_SERVER = 4 };
    unsigned servers = granted / CPUS_PER_SERVER;
    return servers < ORIGIN_SERVERS_MAX ? servers : ORIGIN_SERVERS_MAX;
}

unsigned plan_workers(const struct plan *plan, const struct workload *w)
{
    unsigned granted = plan->machine->granted;
    return w->fetches ? granted - plan_origin_cpus(granted) : granted;
}

/* This case under one strategy: a row for each set of options, a cell for each of n values of K. */
static int plan_add_rows(struct plan *plan, const struct plan_request *request, const struct cell *base,
                         const struct strategy *s, const unsigned *k, unsigned n, unsigned group)
{
    /* Who keeps one task alive whatever K is has one cell, at K = 1, and not the same cell again for each K. */
    bool single = s->in_flight(k[n - 1], base->workers) == 1;
    if (single && base->offered_per_s && k[0] > 1) {
        /* One schedule with the whole rate is other work than K schedules with a share of it each. */
        if (!request->n_strategies)
            return 0;
        if (group > 1)
            return plan_skip(plan, base, s, k[0], "%s keeps one task alive; %s needs %u together", s->name,
                             base->workload, group);
        return plan_skip(plan, base, s, k[0], "%s keeps one task alive: it can be paced at K = 1 only", s->name);
    }
    struct option_set sets[OPTION_SETS_MAX];
    unsigned n_sets = plan_option_sets(request, s, sets);
    int rc = 0;
    for (unsigned o = 0; o < n_sets; o++)
        for (unsigned j = 0; j < (single ? 1 : n) && !rc; j++)
            rc = plan_add_cell(plan, base, s, &sets[o], single ? group : k[j]);
    return rc;
}

static int plan_add_variant(struct plan *plan, const struct plan_request *request, const struct workload *w,
                            const char *variant, uint64_t offered_per_s, char *why, size_t why_len)
{
    struct cell base = {0};
    struct trial_setup what;
    struct shape shape;
    snprintf(base.workload, sizeof base.workload, "%s", w->name);
    snprintf(base.strategy, sizeof base.strategy, "%s", strategy_registry[0]->name);
    base.workers = plan_workers(plan, w);
    base.in_flight = base.workers;
    base.offered_per_s = offered_per_s;
    plan_fill_params(&base, w, variant, request);
    if (plan_has_case(plan, &base))
        return 0;
    int rc = trial_resolve(&base, &what, why, why_len);
    if (what.place == PLACE_SAME)
        base.workers = 1; /* a group may depend on it */
    if (!rc && (rc = plan_shape_of(plan, &base, &what, &shape, why, why_len)) == -ENOTSUP)
        rc = 0;
    if (rc)
        return rc;

    unsigned k[PLAN_NAMES_MAX], group = shape.group ? shape.group : 1;
    unsigned n = plan_sweep(plan, request, &base, &what, variant, group, k);
    for (unsigned i = 0; strategy_registry[i] && !rc; i++) {
        const struct strategy *s = strategy_registry[i];
        if (request->n_strategies ? !is_chosen(s->name, request->strategies, request->n_strategies) : !s->canonical)
            continue;
        if (plan_variant_is_for(variant, s->name))
            rc = plan_add_rows(plan, request, &base, s, k, n, group);
    }
    return rc;
}

int plan_finish(struct plan *plan)
{
    static const double trial_estimate_s[PROFILE_COUNT] = {0.05, 0.06, 0.4};
    int rc = plan_add_checks(plan);
    plan->estimate_s = plan->n_runnable * plan->blocks * trial_estimate_s[plan->profile];
    return rc;
}

int plan_init(struct plan *plan, const struct plan_request *request, const struct machine *machine, char *why,
              size_t why_len)
{
    *plan = (struct plan){
        .profile = request->profile, .seed = request->seed, .perf = request->counters != NULL, .machine = machine};
    plan->blocks = request->blocks ? request->blocks : profile_blocks[request->profile];
    int rc = 0;
    for (unsigned i = 0; i < request->n_params && !rc; i++)
        rc = plan_check_param(request->params[i], why, why_len);
    if (!rc)
        rc = plan_check_options(request, why, why_len);
    for (unsigned i = 0; workload_registry[i] && !rc; i++) {
        const struct workload *w = workload_registry[i];
        static const struct variant defaults_only[] = {{"", PROFILE_SMOKE}, {NULL, PROFILE_SMOKE}};
        if (!is_chosen(w->name, request->workloads, request->n_workloads))
            continue;
        if (request->n_rates && !w->paceable && !request->n_workloads)
            continue; /* named, it is there with its reason */
        for (const struct variant *v = w->variants ? w->variants : defaults_only; v->params && !rc; v++)
            for (unsigned r = 0; v->from <= request->profile && r < (request->n_rates ? request->n_rates : 1); r++)
                rc = rc ? rc : plan_add_variant(plan, request, w, v->params, request->rates[r], why, why_len);
    }
    if (!rc)
        rc = plan_finish(plan);
    if (rc)
        plan_fini(plan);
    return rc;
}

void plan_fini(struct plan *plan)
{
    free(plan->cells);
    plan->cells = NULL;
    plan->n_cells = 0;
}

uint64_t plan_nonce(const struct plan *plan, unsigned block, const struct plan_cell *cell)
{
    return rng_hash2(rng_hash2(plan->seed, block), cell->case_hash);
}

void plan_fill_spec(const struct plan *plan, const struct plan_cell *cell, unsigned block, unsigned slot,
                    const char *task, struct trial_spec *spec)
{
    spec->cell = cell->cell;
    spec->block = block;
    spec->slot = slot;
    spec->seed = plan->seed;
    spec->nonce = plan_nonce(plan, block, cell);
    spec->n_cpus = cell->cell.workers;
    memcpy(spec->cpus, plan->machine->cpus, spec->n_cpus * sizeof *spec->cpus);
    unsigned own = plan_origin_cpus(plan->machine->granted);
    spec->origin_servers = own ? own : 1;
    snprintf(spec->task, sizeof spec->task, "%s", task);
    snprintf(spec->profile, sizeof spec->profile, "%s", profile_names[plan->profile]);
}
