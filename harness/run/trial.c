/* SPDX-License-Identifier: Apache-2.0 */
#include "run/trial.h"
#include "run/arena.h"

#include "contract/env.h"
#include "measure/clock.h"
#include "measure/counters.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *const place_names[] = {"free", "same", "across"};

int trial_resolve(const struct cell *cell, struct trial_setup *out, char *why, size_t why_len)
{
    memset(out, 0, sizeof *out);
    out->workload = workload_find(cell->workload);
    out->strategy = strategy_find(cell->strategy);
    if (!out->workload || !out->strategy) {
        snprintf(why, why_len, "no %s named \"%s\"", out->workload ? "strategy" : "workload",
                 out->workload ? cell->strategy : cell->workload);
        return -ENOENT;
    }
    out->params = param_defaults(out->workload->params, PROFILE_QUICK);
    for (unsigned i = 0; i < cell->n_params; i++) {
        const struct named_text *p = &cell->params[i];
        if (!strcmp(p->name, "place")) {
            for (int place = PLACE_FREE; place <= PLACE_ACROSS; place++)
                if (!strcmp(p->text, place_names[place]))
                    out->place = (enum placement)place;
            continue;
        }
        int at = param_find(out->workload->params, p->name);
        int rc = at < 0 ? -ENOENT : param_parse(&out->workload->params[at], p->text, &out->params.value[at]);
        if (rc) {
            snprintf(why, why_len, "%s.%s=%s: %s", cell->workload, p->name, p->text, strerror(-rc));
            return rc;
        }
    }
    return 0;
}

/* Everything a trial holds, so that one cleanup gives all of it back. */
struct trial {
    const struct trial_spec *spec;
    struct trial_setup what;
    struct workload_env env;
    struct ctx blocking;
    struct lane *lane; /* of the blocking context; never recorded into */
    struct shape shape;
    struct strategy_config config;
    struct params options;
    struct strategy_state *state;
    struct arena arena;
    struct trial_record *record;
    bool is_set_up;
};

static void end(struct trial *t, enum trial_end how, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void end(struct trial *t, enum trial_end how, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    t->record->end = how;
    vsnprintf(t->record->reason, sizeof t->record->reason, format, ap);
    va_end(ap);
}

/* Which end an errno means when it comes from starting something. */
static enum trial_end end_of_errno(int rc)
{
    switch (-rc) {
    case EAGAIN:
    case ENOMEM:
    case EMFILE:
    case ENFILE:
    case ENOSPC:
        return END_NO_RESOURCE;
    case ENOTSUP:
        return END_SKIPPED;
    default:
        return END_FAILED_IO;
    }
}

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
    if (!rc && spec->data_dir[0]) {
        t->env.data_dirfd = open(spec->data_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (t->env.data_dirfd < 0)
            rc = -errno;
    }
    if (!rc)
        rc = t->what.workload->shape(&t->env, &t->shape);
    if (rc)
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
    time_t now = time(NULL);
    struct tm utc;
    strftime(r->started_utc, sizeof r->started_utc, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
}

static void fill_model(struct trial *t)
{
    static const char *const kinds[] = {"none", "cpu", "wait", "io"};
    struct trial_record *r = t->record;
    struct ideal ideal = {IDEAL_NONE, 0};
    if (t->what.workload->ideal)
        ideal = t->what.workload->ideal(&t->env);
    strcpy(r->ideal_kind, kinds[ideal.kind]);
    r->ideal_wait_ns = ideal.wait_ns;
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
        end(t, END_SKIPPED, "%s", why[0] ? why : strerror(-rc));
        return false;
    }
    unsigned alive = s->in_flight(t->spec->cell.in_flight, t->spec->cell.workers);
    if (alive < t->shape.group) {
        end(t, END_SKIPPED, "%s keeps at most %u task%s alive here; %s needs %u together", s->name, alive,
            alive == 1 ? "" : "s", t->what.workload->name, t->shape.group);
        return false;
    }
    return true;
}

static bool trial_set_up(struct trial *t)
{
    const struct workload *w = t->what.workload;
    const struct cell *cell = &t->spec->cell;
    unsigned lanes = t->what.strategy->lanes(cell->in_flight, cell->workers);
    int rc = arena_init(&t->arena, &t->shape, lanes);
    if (rc) {
        end(t, END_NO_RESOURCE, "shared memory for %u tasks: %s", t->shape.tasks, strerror(-rc));
        return false;
    }
    t->env.shared = t->arena.shared;
    rc = w->setup ? w->setup(&t->env) : 0;
    t->is_set_up = true;
    if (rc) {
        const char *reason = env_reason_text(&t->env);
        end(t, end_of_errno(rc), "setup: %s", reason[0] ? reason : strerror(-rc));
        return false;
    }
    t->config = (struct strategy_config){
        .in_flight = cell->in_flight,
        .workers = cell->workers,
        .group = t->shape.group,
        .placement = t->what.place,
        .cpus = t->spec->cpus,
        .lanes = t->arena.lanes,
        .n_lanes = lanes,
    };
    return true;
}

static bool trial_open(struct trial *t)
{
    t->options = param_defaults(t->what.strategy->options, PROFILE_QUICK);
    t->config.options = &t->options;
    uint64_t start = clock_now_ns();
    int rc = t->what.strategy->open(&t->state, &t->config);
    t->record->open_ns = clock_now_ns() - start;
    if (rc) {
        t->state = NULL;
        end(t, end_of_errno(rc), "%s: open: %s", t->what.strategy->name, strerror(-rc));
        return false;
    }
    snprintf(t->record->backend, sizeof t->record->backend, "%s", t->what.strategy->name);
    if (t->what.strategy->describe)
        t->what.strategy->describe(t->state, t->record->backend, sizeof t->record->backend);
    return true;
}

/* One pass of `n` tasks with `ops` each over a clean state. Used for warm-up and for the timed run alike. */
static int trial_pass(struct trial *t, unsigned n, uint64_t ops)
{
    arena_reset(&t->arena, &t->shape);
    if (t->what.workload->reset)
        t->what.workload->reset(&t->env);
    for (unsigned i = 0; i < n; i++)
        t->arena.tasks[i] = (struct task){
            .workload = t->what.workload,
            .env = &t->env,
            .state = t->shape.state_bytes ? t->arena.states + i * t->arena.state_stride : NULL,
            .ops = ops,
            .id = i,
            .batch = t->shape.batch,
        };
    return 0;
}

static const char *failed_task(const struct arena *arena, unsigned n, uint64_t ops, char *buf, size_t len)
{
    for (unsigned i = 0; i < n; i++) {
        const struct task *task = &arena->tasks[i];
        if (task->err)
            snprintf(buf, len, "task %u, op %llu: %s", i, (unsigned long long)task->ops_done, strerror(-task->err));
        else if (task->runs != 1)
            snprintf(buf, len, "task %u was run %llu times", i, (unsigned long long)task->runs);
        else if (task->ops_done != ops)
            snprintf(buf, len, "task %u did %llu of %llu ops", i, (unsigned long long)task->ops_done,
                     (unsigned long long)ops);
        else
            continue;
        return buf;
    }
    return NULL;
}

/* The strategy's first pass faults in stacks, rings and code. A tenth of the work, on as many tasks as may be alive. */
static bool trial_warm_up(struct trial *t)
{
    unsigned n = t->spec->cell.in_flight < t->shape.tasks ? t->spec->cell.in_flight : t->shape.tasks;
    n -= n % t->shape.group;
    uint64_t ops = (t->shape.ops_per_task + 9) / 10;
    uint64_t start = clock_now_ns();
    trial_pass(t, n, ops);
    int rc = t->what.strategy->run(t->state, t->arena.tasks, n);
    t->record->warm_up_ns = clock_now_ns() - start;
    char buf[REASON_LEN];
    const char *failed = failed_task(&t->arena, n, ops, buf, sizeof buf);
    if (rc)
        end(t, end_of_errno(rc), "%s: warm-up: %s", t->what.strategy->name, strerror(-rc));
    else if (failed)
        end(t, END_FAILED_IO, "warm-up: %s", failed);
    return !rc && !failed;
}

static void fill_cost(struct trial_record *r, const struct counters *cost)
{
    r->user_ns = cost->user_ns;
    r->system_ns = cost->system_ns;
    r->voluntary_switches_count = cost->voluntary_switches_count;
    r->involuntary_switches_count = cost->involuntary_switches_count;
    r->minor_faults_count = cost->minor_faults_count;
    r->major_faults_count = cost->major_faults_count;
    r->steal_ns = cost->steal_ns;
    uint64_t own = cost->user_ns + cost->system_ns;
    r->foreign_cpu_ns = cost->cpu_busy_ns > own ? cost->cpu_busy_ns - own : 0;
}

static int by_stamp(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Mean and peak of tasks alive at once: an end and a start at the same nanosecond count as a change of shift. */
static bool fill_concurrency(struct trial *t)
{
    struct trial_record *r = t->record;
    unsigned n = t->shape.tasks, alive = 0, peak = 0;
    uint64_t *starts = malloc(2 * (size_t)n * sizeof *starts), *ends = starts + n;
    double total_ns = 0;
    if (!starts)
        return false;
    for (unsigned i = 0; i < n; i++) {
        starts[i] = t->arena.tasks[i].started_ns;
        ends[i] = t->arena.tasks[i].ended_ns;
        total_ns += (double)(ends[i] - starts[i]);
    }
    qsort(starts, n, sizeof *starts, by_stamp);
    qsort(ends, n, sizeof *ends, by_stamp);
    for (unsigned s = 0, e = 0; s < n;) {
        if (e < n && ends[e] <= starts[s]) {
            alive -= alive > 0;
            e++;
        } else {
            alive++;
            s++;
            peak = alive > peak ? alive : peak;
        }
    }
    free(starts);
    r->in_flight_peak = peak;
    r->in_flight_mean = total_ns / (double)r->run_ns;
    return true;
}

static void emit_metric(void *sink, const char *name, double value)
{
    struct trial_record *r = sink;
    if (r->n_metrics == METRICS_MAX || strlen(name) >= NAME_LEN || !isfinite(value))
        return;
    strcpy(r->metrics[r->n_metrics].name, name);
    r->metrics[r->n_metrics++].value = value;
}

static uint64_t digest_of(unsigned task, uint64_t result)
{
    return rng_hash2(task, result); /* summed over tasks: order-free, and equal values do not cancel */
}

/* After the timed part: merge lanes, sum the digest, ask for the workload's own metrics and checks. */
static void trial_collect(struct trial *t, struct hist *latency)
{
    struct trial_record *r = t->record;
    for (unsigned i = 0; i < t->arena.n_lanes; i++) {
        hist_merge(latency, &t->arena.lanes[i].latency);
        r->user_switches_count += t->arena.lanes[i].user_switches_count;
    }
    for (unsigned i = 0; i < t->shape.tasks; i++) {
        r->ops += t->arena.tasks[i].ops_done;
        r->digest += digest_of(i, t->arena.tasks[i].result);
    }
    r->work = r->ops * t->shape.work_per_op;
    r->latency_count = latency->count;
    if (latency->count) {
        r->latency_mean_ns = hist_mean(latency);
        r->latency_min_ns = latency->min;
        r->latency_max_ns = latency->max;
    }
    if (t->what.workload->metrics) {
        struct facts facts = {
            .run_ns = r->run_ns,
            .tasks = r->tasks,
            .ops = r->ops,
            .voluntary_switches_count = r->voluntary_switches_count,
            .involuntary_switches_count = r->involuntary_switches_count,
            .user_switches_count = r->user_switches_count,
            .user_ns = r->user_ns,
            .system_ns = r->system_ns,
        };
        t->what.workload->metrics(&t->env, &t->shape, &facts, emit_metric, r);
    }
}

/* The harness's own doubts, before the digest is looked at. */
static void trial_judge(struct trial *t)
{
    struct trial_record *r = t->record;
    char buf[REASON_LEN];
    const char *failed = failed_task(&t->arena, t->shape.tasks, t->shape.ops_per_task, buf, sizeof buf);
    uint64_t samples = (t->shape.ops_per_task + t->shape.batch - 1) / t->shape.batch * t->shape.tasks;
    if (failed) {
        bool io = strstr(failed, ", op ") != NULL;
        end(t, io ? END_FAILED_IO : END_VERIFY_FAILED, "%s", failed);
    } else if (r->latency_count != samples) {
        end(t, END_VERIFY_FAILED, "%llu latency samples were recorded, %llu were due",
            (unsigned long long)r->latency_count, (unsigned long long)samples);
    } else if (r->in_flight_peak > t->spec->cell.in_flight) {
        end(t, END_IMPLAUSIBLE, "%u tasks were alive at once, %u were admitted", r->in_flight_peak,
            t->spec->cell.in_flight);
    } else if (t->what.workload->check) {
        int rc = t->what.workload->check(&t->env, &t->shape);
        if (rc)
            end(t, END_VERIFY_FAILED, "%s", env_reason_text(&t->env)[0] ? env_reason_text(&t->env) : strerror(-rc));
    }
}

static bool trial_run(struct trial *t, struct hist *latency)
{
    struct trial_record *r = t->record;
    struct counters before, after;
    trial_pass(t, t->shape.tasks, t->shape.ops_per_task);
    counters_read(&before);
    uint64_t start = clock_now_ns();
    int rc = t->what.strategy->run(t->state, t->arena.tasks, t->shape.tasks);
    r->run_ns = clock_now_ns() - start;
    counters_read(&after);
    struct counters cost = counters_delta(&after, &before);
    fill_cost(r, &cost);
    r->memory_peak_bytes = counters_memory_peak_bytes();
    r->clock_drift_ppm = clock_drift_ppm();
    if (rc) {
        end(t, end_of_errno(rc), "%s: %s", t->what.strategy->name, strerror(-rc));
        return false;
    }
    if (r->run_ns == 0) {
        end(t, END_IMPLAUSIBLE, "the timed part took 0 ns");
        return false;
    }
    if (!fill_concurrency(t)) {
        end(t, END_NO_RESOURCE, "no memory to check %u tasks", t->shape.tasks);
        return false;
    }
    /* A forked carrier's private pages never show in our own VmHWM. Each page it faulted in is one: the mean per child
     * times the children alive at once bounds what all of them held together. */
    if (cost.children_minor_faults_count)
        r->memory_peak_bytes += (uint64_t)((double)cost.children_minor_faults_count / t->shape.tasks *
                                           r->in_flight_peak * (double)sysconf(_SC_PAGESIZE));
    trial_collect(t, latency);
    return true;
}

void trial_execute(const struct trial_spec *spec, struct trial_record *record, struct hist *latency)
{
    struct trial t = {.record = record};
    char why[REASON_LEN] = "";
    memset(record, 0, sizeof *record);
    memset(latency, 0, sizeof *latency);
    t.spec = spec;
    fill_identity(&t);
    int rc = trial_begin(&t, spec, why, sizeof why);
    if (!rc)
        rc = narrow_affinity(spec, t.what.place == PLACE_SAME ? 1 : spec->n_cpus);
    if (rc) {
        end(&t, end_of_errno(rc), "%s", why[0] ? why : strerror(-rc));
        trial_finish(&t);
        return;
    }
    fill_model(&t);
    uint64_t start = clock_now_ns();
    bool ok = is_possible(&t) && trial_set_up(&t);
    record->setup_ns = clock_now_ns() - start;
    ok = ok && trial_open(&t) && trial_warm_up(&t) && trial_run(&t, latency);
    if (t.state) {
        start = clock_now_ns();
        t.what.strategy->close(t.state);
        t.state = NULL;
        record->close_ns = clock_now_ns() - start;
    }
    if (ok) {
        start = clock_now_ns();
        trial_judge(&t);
        record->verify_ns = clock_now_ns() - start;
    }
    trial_finish(&t);
}

int trial_expect(const struct trial_spec *spec, uint64_t *digest, char *why, size_t why_len)
{
    struct trial t = {0};
    *digest = 0;
    int rc = trial_begin(&t, spec, why, why_len);
    if (!rc) {
        size_t bytes = (t.shape.shared_bytes + 4096) / 4096 * 4096; /* aligned as in the arena: seats need a cache line */
        t.env.shared = aligned_alloc(4096, bytes);
        if (t.env.shared)
            memset(t.env.shared, 0, bytes);
        rc = !t.env.shared ? -ENOMEM : t.what.workload->setup ? t.what.workload->setup(&t.env) : 0;
        t.is_set_up = true;
        if (rc)
            snprintf(why, why_len, "%s", env_reason_text(&t.env)[0] ? env_reason_text(&t.env) : strerror(-rc));
    }
    for (unsigned i = 0; !rc && i < t.shape.tasks; i++)
        *digest += digest_of(i, t.what.workload->expect(&t.env, &t.shape, i));
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
