/* SPDX-License-Identifier: Apache-2.0 */
#include "run/origin.h"
#include "run/pace.h"
#include "run/plan.h"
#include "run/plan_options.h"
#include "run/trial.h"

#include "contract/env.h"
#include "measure/rng.h"

#include <errno.h>
#include <stdarg.h>
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

enum { SWEEP_MAX = 16 };

static uint64_t text_hash(const char *text)
{
    uint64_t hash = 0;
    for (; *text; text++)
        hash = rng_hash2(hash, (unsigned char)*text);
    return hash;
}

static bool is_chosen(const char *name, const char *const *list, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (!strcmp(list[i], name))
            return true;
    return n == 0;
}

/* --- parameters ------------------------------------------------------------------------------------------------- */

/* Value of `name` in "a=1,b=2" into out; false if it isn't there. */
static bool variant_value(const char *variant, const char *name, char *out, size_t len)
{
    size_t name_len = strlen(name);
    while (variant && *variant) {
        size_t item = strcspn(variant, ",");
        if (item > name_len && variant[name_len] == '=' && !strncmp(variant, name, name_len)) {
            snprintf(out, len, "%.*s", (int)(item - name_len - 1), variant + name_len + 1);
            return true;
        }
        variant += item + (variant[item] == ',');
    }
    return false;
}

/* Is this variant about that strategy? */
static bool variant_is_for(const char *variant, const char *strategy)
{
    char only[NAME_LEN];
    size_t len = strlen(strategy);
    if (!variant_value(variant, "only", only, sizeof only))
        return true;
    for (const char *at = only; at[0]; at += strcspn(at, "+"), at += at[0] == '+')
        if (strcspn(at, "+") == len && !strncmp(at, strategy, len))
            return true;
    return false;
}

/* The user's "workload.name=value" for this parameter, or NULL. */
static const char *override_of(const struct plan_request *request, const char *workload, const char *name)
{
    char prefix[2 * NAME_LEN + 2];
    const char *found = NULL;
    int len = snprintf(prefix, sizeof prefix, "%s.%s=", workload, name);
    for (unsigned i = 0; i < request->n_params; i++)
        if (!strncmp(request->params[i], prefix, (size_t)len))
            found = request->params[i] + len;
    return found;
}

static void add_param(struct cell *cell, const char *name, const char *text)
{
    struct named_text *p = &cell->params[cell->n_params++];
    snprintf(p->name, sizeof p->name, "%s", name);
    snprintf(p->text, sizeof p->text, "%s", text);
}

/* All parameters of one variant as text: the user's word, else the variant's, else the profile's default, which is more
 * work where there are more CPUs. */
static void fill_params(struct cell *cell, const struct workload *w, const char *variant,
                        const struct plan_request *request)
{
    struct params defaults = param_defaults(w->params, request->profile);
    char text[NAME_LEN], digits[24];
    for (unsigned i = 0; i < param_count(w->params); i++) {
        const char *given = override_of(request, w->name, w->params[i].name);
        if (given)
            add_param(cell, w->params[i].name, given);
        else if (variant_value(variant, w->params[i].name, text, sizeof text))
            add_param(cell, w->params[i].name, text);
        else
            add_param(cell, w->params[i].name,
                      param_text(&w->params[i], param_grown(&w->params[i], defaults.value[i], cell->workers), digits));
    }
    const char *place = override_of(request, w->name, "place");
    if (!place && variant_value(variant, "place", text, sizeof text))
        place = text;
    if (place && strcmp(place, "free"))
        add_param(cell, "place", place);
    cell_sort_params(cell);
}

static int check_override(const char *text, char *why, size_t why_len)
{
    char workload[NAME_LEN], name[NAME_LEN];
    int value_at = 0;
    if (sscanf(text, "%63[a-z0-9_].%63[a-z0-9_]=%n", workload, name, &value_at) != 2 || !value_at) {
        snprintf(why, why_len, "\"%s\" is not of the form workload.name=value", text);
        return -EINVAL;
    }
    const struct workload *w = workload_find(workload);
    if (!w) {
        snprintf(why, why_len, "no workload named \"%s\"", workload);
        return -ENOENT;
    }
    const char *value = text + value_at;
    if (!strcmp(name, "place")) {
        if (!strcmp(value, "free") || !strcmp(value, "same") || !strcmp(value, "across"))
            return 0;
        snprintf(why, why_len, "%s: want free, same or across", text);
        return -EINVAL;
    }
    int at = param_find(w->params, name);
    if (at < 0) {
        snprintf(why, why_len, "%s has no parameter \"%s\" (see: quintet list workloads)", workload, name);
        return -ENOENT;
    }
    int64_t parsed;
    const struct param_spec *p = &w->params[at];
    int rc = param_parse(p, value, &parsed);
    if (!rc || strlen(value) >= NAME_LEN)
        return rc;
    if (p->choices) {
        size_t used = (size_t)snprintf(why, why_len, "%s: want one of", text);
        for (unsigned i = 0; p->choices[i] && used < why_len; i++)
            used += (size_t)snprintf(why + used, why_len - used, "%s %s", i ? "," : "", p->choices[i]);
    } else {
        snprintf(why, why_len, "%s: want %lld..%lld%s%s", text, (long long)p->min, (long long)p->max,
                 p->unit[0] ? " " : "", p->unit);
    }
    return rc;
}

/* --- expansion -------------------------------------------------------------------------------------------------- */

/* "1 P 8P 64P" for P workers -> ascending, without doubles. */
static unsigned expand_sweep(const char *sweep, unsigned workers, unsigned *out)
{
    unsigned n = 0;
    while (sweep && *sweep && n < SWEEP_MAX) {
        char *end;
        unsigned long k = strtoul(sweep, &end, 10);
        if (end == sweep)
            k = 1;
        if (*end == 'P') {
            k *= workers;
            end++;
        }
        sweep = end + strspn(end, " ");
        if (k >= 1 && k <= IN_FLIGHT_LIMIT)
            out[n++] = (unsigned)k;
        else
            break;
    }
    return n;
}

static unsigned sort_unique(unsigned *k, unsigned n, unsigned group)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < n; i++)
        k[i] = (k[i] + group - 1) / group * group;
    for (unsigned i = 1; i < n; i++)
        for (unsigned j = i; j > 0 && k[j - 1] > k[j]; j--) {
            unsigned swap = k[j];
            k[j] = k[j - 1];
            k[j - 1] = swap;
        }
    for (unsigned i = 0; i < n; i++)
        if (kept == 0 || k[kept - 1] != k[i])
            k[kept++] = k[i];
    return kept;
}

/* The workload's own word on how big this cell is. 0, or why it can't be. */
static int shape_of(const struct plan *plan, const struct cell *cell, const struct trial_setup *what,
                    struct shape *shape, char *why, size_t why_len)
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

/* The workload's own choice of K. */
static const char *default_sweep(const struct workload *w, enum profile profile)
{
    if (profile == PROFILE_FULL && w->in_flight_full)
        return w->in_flight_full;
    return w->in_flight_sweep ? w->in_flight_sweep : "1 P 8P 64P";
}

/* CPUs for the strategy. With three or fewer the origin shares them: a strategy on one CPU less would show less. */
unsigned plan_workers(const struct plan *plan, const struct workload *w)
{
    enum { ORIGIN_CPUS_MIN = 4 };
    unsigned granted = plan->machine->granted;
    return w->fetches && granted >= ORIGIN_CPUS_MIN ? granted - 1 : granted;
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
    entry.cell.workers = base->workers;
    int rc = trial_resolve(&entry.cell, &what, entry.skip, sizeof entry.skip);
    if (rc)
        return rc;
    if (what.place == PLACE_SAME)
        entry.cell.workers = 1;
    if (what.place == PLACE_ACROSS && plan->machine->granted < 2)
        snprintf(entry.skip, sizeof entry.skip, "place=across needs two CPUs; one was granted");
    else if (what.place == PLACE_ACROSS && s->cores(k, plan->machine->granted) < 2)
        snprintf(entry.skip, sizeof entry.skip, "%s runs on one CPU; place=across needs two", s->name);
    else if (what.workload->spawns && s->childless)
        snprintf(entry.skip, sizeof entry.skip, "%s %s; %s needs children", s->name, s->childless, what.workload->name);
    rc = shape_of(plan, &entry.cell, &what, &shape, entry.skip, sizeof entry.skip);
    if (rc && rc != -ENOTSUP)
        return rc;
    cell_case(&entry.cell, case_text, sizeof case_text);
    entry.group = shape.group;
    entry.case_hash = text_hash(case_text);
    entry.oracle_key = rng_hash2(rng_hash2(entry.case_hash, shape.tasks), rng_hash2(shape.ops_per_task, shape.group));
    unsigned alive = s->in_flight(k, entry.cell.workers);
    if (!entry.skip[0] && alive < shape.group)
        snprintf(entry.skip, sizeof entry.skip, "%s keeps at most %u task%s alive; %s needs %u together", s->name,
                 alive, alive == 1 ? "" : "s", what.workload->name, shape.group);
    if (!entry.skip[0] && k % shape.group)
        snprintf(entry.skip, sizeof entry.skip, "%u in flight are no whole number of groups: %s has groups of %u here",
                 k, what.workload->name, shape.group);
    if (!entry.skip[0] && !what.workload->spawns && k > shape.tasks && k > shape.group)
        snprintf(entry.skip, sizeof entry.skip, "%s has %u task%s here: %u cannot be in flight", what.workload->name,
                 shape.tasks, shape.tasks == 1 ? "" : "s", k);
    if (!entry.skip[0])
        strategy_refuses(s, shape.handoff, entry.skip, sizeof entry.skip);
    if (!entry.skip[0])
        probe_once(s, entry.skip, sizeof entry.skip);
    if (!entry.skip[0] && what.workload->fetches)
        origin_probe(entry.skip, sizeof entry.skip);
    return plan_append_cell(plan, &entry);
}

/* A cell that stands in the plan with its reason only. */
static int plan_skip(struct plan *plan, const struct cell *base, const struct strategy *s, unsigned k,
                     const char *format, ...)
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

/* The user's word for a parameter can make two variants the same. */
static bool has_case(const struct plan *plan, const struct cell *cell)
{
    char text[CELL_ID_LEN];
    cell_case(cell, text, sizeof text);
    for (unsigned i = 0; i < plan->n_cells; i++)
        if (plan->cells[i].case_hash == text_hash(text))
            return true;
    return false;
}

/* More than there are tasks can't be in flight: a K of the sweep above their number means all of them. Where tasks have
 * children it is also how many carriers there are, and stays. */
static void clip_to_tasks(const struct plan *plan, const struct cell *base, const struct trial_setup *what,
                          unsigned group, unsigned *k, unsigned n)
{
    for (unsigned i = 0; i < n && !what->workload->spawns; i++) {
        struct cell cell = *base;
        struct shape shape;
        char why[REASON_LEN];
        unsigned whole = group > 1 ? (k[i] + group - 1) / group * group : k[i];
        cell.in_flight = whole;
        if (shape_of(plan, &cell, what, &shape, why, sizeof why) == 0 && shape.tasks < whole)
            k[i] = shape.tasks;
    }
}

static int plan_add_variant(struct plan *plan, const struct plan_request *request, const struct workload *w,
                            const char *variant, uint64_t offered_per_s, char *why, size_t why_len)
{
    struct cell base = {0};
    struct trial_setup what;
    struct shape shape;
    char own_sweep[NAME_LEN];
    snprintf(base.workload, sizeof base.workload, "%s", w->name);
    snprintf(base.strategy, sizeof base.strategy, "%s", strategy_registry[0]->name);
    base.workers = plan_workers(plan, w);
    base.in_flight = base.workers;
    base.offered_per_s = offered_per_s;
    fill_params(&base, w, variant, request);
    if (has_case(plan, &base))
        return 0;
    int rc = trial_resolve(&base, &what, why, why_len);
    if (what.place == PLACE_SAME)
        base.workers = 1; /* a group may depend on it */
    if (!rc && (rc = shape_of(plan, &base, &what, &shape, why, why_len)) == -ENOTSUP)
        rc = 0;
    if (rc)
        return rc;

    unsigned k[PLAN_NAMES_MAX], n = request->n_in_flight; /* PLAN_NAMES_MAX > SWEEP_MAX */
    memcpy(k, request->in_flight, n * sizeof *k);
    const char *sweep = default_sweep(w, plan->profile);
    if (variant_value(variant, "in_flight", own_sweep, sizeof own_sweep))
        sweep = own_sweep;
    if (n == 0) {
        n = expand_sweep(sweep, base.workers, k);
        clip_to_tasks(plan, &base, &what, shape.group, k, n);
    }
    n = sort_unique(k, n, shape.group ? shape.group : 1);
    for (unsigned i = 0; strategy_registry[i]; i++) {
        const struct strategy *s = strategy_registry[i];
        if (request->n_strategies ? !is_chosen(s->name, request->strategies, request->n_strategies) : !s->canonical)
            continue;
        if (!variant_is_for(variant, s->name))
            continue;
        /* Who keeps one task alive whatever K is has one cell, at K = 1, and not the same cell again for each K. */
        bool single = s->in_flight(k[n - 1], base.workers) == 1;
        if (single && offered_per_s && k[0] > 1) {
            /* One schedule with the whole rate is other work than K schedules with a share of it each. */
            if (request->n_strategies)
                rc = plan_skip(plan, &base, s, k[0], "%s keeps one task alive: it can be paced at K = 1 only", s->name);
            continue;
        }
        struct option_set sets[OPTION_SETS_MAX];
        unsigned n_sets = plan_option_sets(request, s, sets);
        for (unsigned o = 0; o < n_sets; o++)
            for (unsigned j = 0; j < (single ? 1 : n) && !rc; j++)
                rc = plan_add_cell(plan, &base, s, &sets[o], single ? (shape.group ? shape.group : 1) : k[j]);
    }
    return rc;
}

int plan_finish(struct plan *plan)
{
    static const double trial_estimate_s[PROFILE_COUNT] = {0.12, 0.2, 1.0};
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
        rc = check_override(request->params[i], why, why_len);
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

static bool same_contest(const struct plan_cell *a, const struct plan_cell *b)
{
    return a->case_hash == b->case_hash && a->cell.in_flight == b->cell.in_flight;
}

static void shuffle(struct rng *rng, unsigned *list, unsigned n)
{
    for (unsigned i = n; i > 1; i--) { /* Fisher-Yates, from the end */
        unsigned j = (unsigned)rng_below(rng, i), swap = list[i - 1];
        list[i - 1] = list[j];
        list[j] = swap;
    }
}

/*
 * Who is compared with one another (one case at one K) runs one after the other, so that a pair is as close in time as
 * it can be. Inside such a contest of s cells, s blocks are one cyclic Latin square: a permutation drawn for the
 * square, turned by one place from block to block, so that each cell stands at each place once. Contests come in random
 * order.
 */
unsigned plan_order(const struct plan *plan, unsigned block, unsigned *order)
{
    unsigned *contest = malloc((2 * (size_t)plan->n_cells + 1) * sizeof *contest), *member = contest + plan->n_cells;
    unsigned contests = 0, n = 0;
    if (!contest)
        return 0;
    for (unsigned i = 0; i < plan->n_cells; i++) {
        unsigned k = 0;
        while (k < contests && !same_contest(&plan->cells[contest[k]], &plan->cells[i]))
            k++;
        if (k == contests && !plan->cells[i].skip[0])
            contest[contests++] = i;
    }
    struct rng rng = {rng_hash2(plan->seed, block)};
    shuffle(&rng, contest, contests);
    for (unsigned k = 0; k < contests; k++) {
        unsigned size = 0;
        for (unsigned i = 0; i < plan->n_cells; i++)
            if (!plan->cells[i].skip[0] && same_contest(&plan->cells[contest[k]], &plan->cells[i]))
                member[size++] = i;
        struct rng square = {rng_hash2(rng_hash2(plan->seed, ~(uint64_t)contest[k]), block / size)};
        shuffle(&square, member, size);
        for (unsigned i = 0; i < size; i++)
            order[n++] = member[(i + block) % size];
    }
    free(contest);
    return n;
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
    snprintf(spec->task, sizeof spec->task, "%s", task);
    snprintf(spec->profile, sizeof spec->profile, "%s", profile_names[plan->profile]);
}
