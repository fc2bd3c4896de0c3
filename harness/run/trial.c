/* SPDX-License-Identifier: Apache-2.0 */
#include "run/pace.h"
#include "run/plan.h"
#include "run/trial_private.h"
#include "run/utc.h"

#include "contract/env.h"
#include "measure/clock.h"
#include "measure/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int narrow_affinity(const struct trial_spec *spec, unsigned n)
{
    int top = 0;
    for (unsigned i = 0; i < n; i++)
        top = spec->cpus[i] > top ? spec->cpus[i] : top;
    cpu_set_t *set = CPU_ALLOC((size_t)top + 1);
    size_t bytes = CPU_ALLOC_SIZE((size_t)top + 1);
    if (!set)
        return -ENOMEM;
    CPU_ZERO_S(bytes, set);
    for (unsigned i = 0; i < n; i++)
        CPU_SET_S((size_t)spec->cpus[i], bytes, set);
    int rc = sched_setaffinity(0, bytes, set) ? -errno : 0;
    CPU_FREE(set);
    return rc;
}

/* Fill the environment and ask the workload for its shape. */
static int trial_begin(struct trial *t, const struct trial_spec *spec, char *why, size_t why_len)
{
    t->spec = spec;
    int rc = trial_resolve(&spec->cell, &t->what, why, why_len);
    if (rc)
        return rc;
    t->blocking = (struct ctx){&ctx_blocking, NULL};
    t->env = (struct workload_env){
        .params = &t->what.params,
        .in_flight = spec->cell.in_flight,
        .workers = spec->cell.workers,
        .nonce = spec->nonce,
        .seed = spec->seed,
        .data_dirfd = -1,
        .ctx = &t->blocking,
    };
    rc = env_init(&t->env);
    if (spec->data_fd) {
        t->env.data_dirfd = TRIAL_DATA_FD;
        if (!rc && fcntl(TRIAL_DATA_FD, F_SETFD, FD_CLOEXEC))
            rc = -errno;
    }
    if (!rc)
        rc = t->what.workload->shape(&t->env, &t->shape);
    int profile = profile_find(spec->profile);
    if (!rc && spec->cell.offered_per_s)
        rc = profile < 0 ? profile
                         : pace_shape(t->what.workload, &t->env, spec->cell.offered_per_s, spec->cell.in_flight,
                                      (enum profile)profile, &t->shape, why, why_len);
    if (rc && !why[0])
        snprintf(why, why_len, "%s", env_reason_text(&t->env)[0] ? env_reason_text(&t->env) : strerror(-rc));
    return rc;
}

static void trial_finish(struct trial *t)
{
    if (t->state)
        t->what.strategy->close(t->state);
    if (t->is_set_up && t->what.workload->teardown)
        t->what.workload->teardown(&t->env);
    env_fini(&t->env);
    trial_meters_close(t);
    origin_stop(t->origin);
    if (t->env.data_dirfd >= 0)
        close(t->env.data_dirfd);
    arena_fini(&t->arena);
}

static void fill_identity(struct trial *t)
{
    struct trial_record *r = t->record;
    r->cell = t->spec->cell;
    r->block = t->spec->block;
    r->slot = t->spec->slot;
    r->seed = t->spec->seed;
    r->nonce = t->spec->nonce;
    r->attempts = 1;
    strcpy(r->ideal_kind, "none");
    snprintf(r->clock_source, sizeof r->clock_source, "%s", clock_source_name());
    utc_now(r->started_utc, sizeof r->started_utc, "%Y-%m-%dT%H:%M:%SZ");
}

static void fill_model(struct trial *t)
{
    static const char *const kinds[] = {"none", "cpu", "wait", "io", "tree", "mix"};
    struct trial_record *r = t->record;
    struct ideal ideal = {.kind = IDEAL_NONE};
    if (t->what.workload->ideal && !t->spec->cell.offered_per_s)
        ideal = t->what.workload->ideal(&t->env);
    strcpy(r->ideal_kind, kinds[ideal.kind]);
    r->ideal_wait_ns = ideal.wait_ns;
    r->ideal_task_ns = ideal.task_ns;
    r->protocol = t->what.workload->protocol;
    r->tasks = t->shape.tasks;
    r->group = t->shape.group;
    r->batch = t->shape.batch;
    r->cores = t->what.strategy->cores(t->spec->cell.in_flight, t->spec->cell.workers);
}

/* Can this strategy run this shape at all? Otherwise one sentence. */
static bool is_possible(struct trial *t)
{
    const struct strategy *s = t->what.strategy;
    char why[REASON_LEN] = "";
    int rc = s->probe(why, sizeof why);
    if (rc) {
        trial_end(t, END_SKIPPED, "%s", why[0] ? why : strerror(-rc));
        return false;
    }
    unsigned alive = s->in_flight(t->spec->cell.in_flight, t->spec->cell.workers);
    if (alive < t->shape.group) {
        trial_end(t, END_SKIPPED, "%s keeps at most %u task%s alive here; %s needs %u together", s->name, alive,
                  alive == 1 ? "" : "s", t->what.workload->name, t->shape.group);
        return false;
    }
    if (strategy_refuses(s, t->shape.handoff, why, sizeof why)) {
        trial_end(t, END_SKIPPED, "%s", why);
        return false;
    }
    return true;
}

/* Can so many lanes be had without driving the machine out of memory? They are touched whether they are used or not. */
static bool lanes_fit(struct trial *t, unsigned lanes)
{
    uint64_t needed = lanes * arena_idle_lane_bytes(t->spec->cell.offered_per_s != 0);
    struct limits_room left;
    if (!limits_memory_room("", &left) || needed <= left.count / 2)
        return true;
    trial_end(t, END_NO_RESOURCE, "to record for %u carriers takes %llu MiB, and %llu MiB of memory are left (%.100s)",
              lanes, (unsigned long long)(needed >> 20), (unsigned long long)(left.count >> 20), left.name);
    return false;
}

static bool trial_set_up(struct trial *t)
{
    const struct workload *w = t->what.workload;
    const struct cell *cell = &t->spec->cell;
    unsigned lanes = t->what.strategy->lanes(cell->in_flight, cell->workers);
    if (!lanes_fit(t, lanes))
        return false;
    int rc = arena_init(&t->arena, &t->shape, lanes, cell->in_flight, cell->offered_per_s != 0);
    if (rc) {
        trial_end(t, END_NO_RESOURCE, "shared memory for %u tasks: %s", t->shape.tasks, strerror(-rc));
        return false;
    }
    t->env.shared = t->arena.shared;
    rc = w->setup ? w->setup(&t->env) : 0;
    t->is_set_up = true;
    if (rc) {
        char limit[64];
        const char *reason = env_reason_text(&t->env);
        trial_end(t, trial_end_of_errno(rc), "setup: %.200s%s", reason[0] ? reason : strerror(-rc),
                  trial_limit_text(rc, limit, sizeof limit));
        return false;
    }
    t->config = (struct strategy_config){
        .in_flight = cell->in_flight,
        .workers = cell->workers,
        .group = t->shape.group,
        .apart = t->shape.apart,
        .handoff = t->shape.handoff,
        .spawns = t->what.workload->spawns,
        .placement = t->what.place,
        .cpus = t->spec->cpus,
        .lanes = t->arena.lanes,
        .n_lanes = lanes,
        .reason = t->strategy_reason,
        .reason_len = sizeof t->strategy_reason,
    };
    return true;
}

static bool trial_open(struct trial *t)
{
    t->config.options = &t->what.options;
    trial_meters_open(t);
    uint64_t start = clock_now_ns();
    int rc = t->what.strategy->open(&t->state, &t->config);
    t->record->open_ns = clock_now_ns() - start;
    if (rc) {
        t->state = NULL;
        trial_strategy_failed(t, "open: ", rc);
        return false;
    }
    snprintf(t->record->backend, sizeof t->record->backend, "%s", t->what.strategy->name);
    if (t->what.strategy->describe)
        t->what.strategy->describe(t->state, t->record->backend, sizeof t->record->backend);
    return true;
}

void trial_execute(const struct trial_spec *spec, struct trial_record *record, struct trial_hists *hists)
{
    struct trial t = {.record = record};
    char why[REASON_LEN] = "";
    memset(record, 0, sizeof *record);
    memset(hists, 0, sizeof *hists);
    t.spec = spec;
    fill_identity(&t);
    int rc = trial_begin(&t, spec, why, sizeof why);
    unsigned n_cpus = t.what.place == PLACE_SAME ? 1 : spec->n_cpus;
    if (!rc) {
        trial_offer_origin(&t, n_cpus);
        rc = narrow_affinity(spec, n_cpus);
        if (rc)
            snprintf(why, sizeof why, "cannot be bound to %u CPU%s: %s", n_cpus, n_cpus == 1 ? "" : "s", strerror(-rc));
    }
    if (rc) {
        trial_end(&t, trial_end_of_errno(rc), "%s", why[0] ? why : strerror(-rc));
        trial_finish(&t);
        return;
    }
    fill_model(&t);
    uint64_t start = clock_now_ns();
    bool ok = is_possible(&t) && trial_set_up(&t);
    record->setup_ns = clock_now_ns() - start;
    ok = ok && trial_open(&t) && trial_warm_up(&t) && trial_run(&t, hists);
    if (ok) {
        start = clock_now_ns();
        trial_judge(&t);
        trial_measure_parts(&t);
        record->verify_ns = clock_now_ns() - start;
    }
    if (t.state) {
        start = clock_now_ns();
        t.what.strategy->close(t.state);
        t.state = NULL;
        record->close_ns = clock_now_ns() - start;
    }
    if (record->end != END_OK) /* a carrier that was killed may have left its lane in the middle of a sample */
        memset(hists, 0, sizeof *hists);
    trial_origin_judge(&t);
    trial_finish(&t);
}

int trial_expect(const struct trial_spec *spec, uint64_t *digest, char *why, size_t why_len)
{
    struct trial t = {0};
    *digest = 0;
    int rc = trial_begin(&t, spec, why, why_len);
    if (!rc) {
        size_t bytes =
            (t.shape.shared_bytes + 4096) / 4096 * 4096; /* aligned as in the arena: seats need a cache line */
        t.env.shared = aligned_alloc(4096, bytes);
        if (t.env.shared)
            memset(t.env.shared, 0, bytes);
        rc = !t.env.shared ? -ENOMEM : t.what.workload->setup ? t.what.workload->setup(&t.env) : 0;
        t.is_set_up = true;
        if (rc)
            snprintf(why, why_len, "%s", env_reason_text(&t.env)[0] ? env_reason_text(&t.env) : strerror(-rc));
    }
    for (unsigned i = 0; !rc && i < t.shape.tasks; i++)
        *digest += trial_digest_of(i, t.what.workload->expect(&t.env, &t.shape, i));
    void *shared = t.env.shared;
    trial_finish(&t);
    free(shared);
    return rc;
}

int trial_prepare(const struct trial_spec *spec, char *why, size_t why_len)
{
    struct trial t = {0};
    int rc = trial_begin(&t, spec, why, why_len);
    if (!rc && t.what.workload->prepare) {
        rc = t.what.workload->prepare(&t.env);
        if (rc)
            snprintf(why, why_len, "%s", env_reason_text(&t.env)[0] ? env_reason_text(&t.env) : strerror(-rc));
    }
    trial_finish(&t);
    return rc;
}
