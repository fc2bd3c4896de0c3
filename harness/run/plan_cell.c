/* SPDX-License-Identifier: Apache-2.0 */
/* One cell of a plan: how big it is, what it is called, and whether it can run here; if not, why. */
#include "run/origin.h"
#include "run/pace.h"
#include "run/plan_private.h"

#include "contract/env.h"
#include "measure/rng.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t text_hash(const char *text)
{
    uint64_t hash = 0;
    for (; *text; text++)
        hash = rng_hash2(hash, (unsigned char)*text);
    return hash;
}

int plan_append_cell(struct plan *plan, const struct plan_cell *cell)
{
    if (plan->n_cells % 64 == 0) {
        struct plan_cell *more = realloc(plan->cells, (plan->n_cells + 64) * sizeof *more);
        if (!more)
            return -ENOMEM;
        plan->cells = more;
    }
    plan->cells[plan->n_cells++] = *cell;
    plan->n_runnable += !cell->skip[0];
    return 0;
}

int plan_shape_of(const struct plan *plan, const struct cell *cell, const struct trial_setup *what, struct shape *shape,
                  char *why, size_t why_len)
{
    struct ctx blocking = {&ctx_blocking, NULL};
    struct workload_env env = {
        .params = &what->params,
        .in_flight = cell->in_flight,
        .workers = cell->workers,
        .seed = plan->seed,
        .data_dirfd = -1,
        .ctx = &blocking,
    };
    int rc = env_init(&env);
    memset(shape, 0, sizeof *shape);
    if (!rc)
        rc = what->workload->shape(&env, shape);
    if (!rc && (shape->tasks == 0 || shape->ops_per_task == 0 || shape->group == 0 || shape->batch == 0))
        rc = -EINVAL;
    if (rc)
        snprintf(why, why_len, "%s", env_reason_text(&env)[0] ? env_reason_text(&env) : strerror(-rc));
    else if (cell->offered_per_s)
        rc = pace_shape(what->workload, &env, cell->offered_per_s, cell->in_flight, plan->profile, shape, why, why_len);
    env_fini(&env);
    return rc;
}

/* A probe makes a ring or worse: ask each strategy once per process. `why` stays "" if it can run here. */
static void probe_once(const struct strategy *s, char *why, size_t why_len)
{
    static struct {
        const struct strategy *strategy;
        char why[REASON_LEN];
    } known[PLAN_NAMES_MAX];
    unsigned i = 0;
    while (i < PLAN_NAMES_MAX - 1 && known[i].strategy && known[i].strategy != s)
        i++;
    if (known[i].strategy != s) {
        known[i].strategy = s;
        int rc = s->probe(known[i].why, sizeof known[i].why);
        if (rc == 0)
            known[i].why[0] = '\0';
        else if (!known[i].why[0])
            snprintf(known[i].why, sizeof known[i].why, "%s: %s", s->name, strerror(-rc));
    }
    snprintf(why, why_len, "%s", known[i].why);
}

/* What this cell cannot be, however big it is: with its sentence. */
static void skip_by_kind(const struct plan *plan, const struct trial_setup *what, struct plan_cell *entry)
{
    const struct strategy *s = what->strategy;
    if (what->place == PLACE_ACROSS && plan->machine->granted < 2)
        snprintf(entry->skip, sizeof entry->skip, "place=across needs two CPUs; one was granted");
    else if (what->place == PLACE_ACROSS && s->cores(entry->cell.in_flight, plan->machine->granted) < 2)
        snprintf(entry->skip, sizeof entry->skip, "%s runs on one CPU; place=across needs two", s->name);
    else if (what->workload->spawns && s->childless)
        snprintf(entry->skip, sizeof entry->skip, "%s %s; %s needs children", s->name, s->childless,
                 what->workload->name);
}

/* Unless there is a sentence already: can so many tasks in groups of this size be run by it, here? */
static void skip_by_shape(const struct trial_setup *what, const struct shape *shape, struct plan_cell *entry)
{
    const struct strategy *s = what->strategy;
    const struct workload *w = what->workload;
    const size_t len = sizeof entry->skip;
    unsigned k = entry->cell.in_flight, alive = s->in_flight(k, entry->cell.workers);
    if (!entry->skip[0] && alive < shape->group)
        snprintf(entry->skip, len, "%s keeps at most %u task%s alive; %s needs %u together", s->name, alive,
                 alive == 1 ? "" : "s", w->name, shape->group);
    if (!entry->skip[0] && k % shape->group)
        snprintf(entry->skip, len, "%u in flight are no whole number of groups: %s has groups of %u here", k, w->name,
                 shape->group);
    if (!entry->skip[0] && !w->spawns && k > shape->tasks && k > shape->group)
        snprintf(entry->skip, len, "%s has %u task%s here: %u cannot be in flight", w->name, shape->tasks,
                 shape->tasks == 1 ? "" : "s", k);
    if (!entry->skip[0])
        strategy_refuses(s, shape->handoff, entry->skip, len);
    if (!entry->skip[0])
        probe_once(s, entry->skip, len);
    if (!entry->skip[0] && w->fetches)
        origin_probe(entry->skip, len);
}

int plan_add_cell(struct plan *plan, const struct cell *base, const struct strategy *s,
                  const struct option_set *options, unsigned k)
{
    struct plan_cell entry = {.cell = *base};
    struct trial_setup what;
    struct shape shape;
    char case_text[CELL_ID_LEN];
    snprintf(entry.cell.strategy, sizeof entry.cell.strategy, "%s", s->name);
    memcpy(entry.cell.options, options->options, sizeof options->options);
    entry.cell.n_options = options->n;
    cell_sort_params(&entry.cell);
    entry.cell.in_flight = k;
    int rc = trial_resolve(&entry.cell, &what, entry.skip, sizeof entry.skip);
    if (rc)
        return rc;
    if (what.place == PLACE_SAME)
        entry.cell.workers = 1;
    skip_by_kind(plan, &what, &entry);
    rc = plan_shape_of(plan, &entry.cell, &what, &shape, entry.skip, sizeof entry.skip);
    if (rc && rc != -ENOTSUP)
        return rc;
    cell_case(&entry.cell, case_text, sizeof case_text);
    entry.group = shape.group;
    entry.case_hash = text_hash(case_text);
    entry.oracle_key = rng_hash2(rng_hash2(entry.case_hash, shape.tasks), rng_hash2(shape.ops_per_task, shape.group));
    skip_by_shape(&what, &shape, &entry);
    return plan_append_cell(plan, &entry);
}

int plan_skip(struct plan *plan, const struct cell *base, const struct strategy *s, unsigned k, const char *format, ...)
{
    struct plan_cell entry = {.cell = *base, .group = 1};
    char case_text[CELL_ID_LEN];
    va_list args;
    snprintf(entry.cell.strategy, sizeof entry.cell.strategy, "%s", s->name);
    entry.cell.in_flight = k;
    cell_case(&entry.cell, case_text, sizeof case_text);
    entry.case_hash = text_hash(case_text);
    va_start(args, format);
    vsnprintf(entry.skip, sizeof entry.skip, format, args);
    va_end(args);
    return plan_append_cell(plan, &entry);
}

bool plan_has_case(const struct plan *plan, const struct cell *cell)
{
    char text[CELL_ID_LEN];
    cell_case(cell, text, sizeof text);
    for (unsigned i = 0; i < plan->n_cells; i++)
        if (plan->cells[i].case_hash == text_hash(text))
            return true;
    return false;
}
