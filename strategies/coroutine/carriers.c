/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The strategies made of coroutines: every task is a stackful coroutine, and workers carry them. See carriers.h.
 *
 * A task that ends admits the next one on the spot: a new coroutine on a recycled stack, at the end of the run queue.
 * Nothing is allocated after open(), and no other thread is involved.
 *
 * Who runs what. The K seats are dealt out to the workers in whole groups. A worker with a free seat takes the next
 * task of its group, or else claims the next group from the common counter: in order of id, and the faster worker takes
 * more. A group never spans workers, so its tasks meet without the kernel. Where they never meet (config->apart) every
 * task is a group of its own here.
 * Under PLACE_ACROSS the point is that they do not: task i belongs to worker i mod P, and a seat that becomes free
 * anywhere is handed to the worker whose turn it is.
 *
 * Children (ctx_spawn) are coroutines beside the tasks and take no seats: K bounds the trees, not the nodes. Where
 * tasks have children the workers form a group, and one with nothing to do takes those that have not begun; it does so
 * until the tasks of all workers have ended, and with them their children. Otherwise the workers know nothing of each
 * other: a deque that others look into costs its owner a fence for each child.
 */
#include "strategies/coroutine/carriers.h"

#include "strategies/coroutine/io.h"
#include "strategies/coroutine/overflow.h"
#include "strategies/coroutine/worker.h"
#include "strategies/refusal.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum {
    CARRIER_THREAD_STACK_BYTES = 512 << 10, /* the loop's own; tasks run on coroutine stacks */
};

enum { OPTION_STACK_BYTES, OPTION_PREAD };
static const char *const pread_choices[] = {[IO_PREAD_CACHE_FIRST] = "cache_first", [IO_PREAD_RING] = "ring", NULL};
const struct param_spec carriers_options[] = {
    {.name = "stack_bytes",
     .unit = "bytes",
     .summary = "stack of one coroutine with its guard page; rounded up to 2^n",
     .defaults = {STACK_DEFAULT_BYTES, STACK_DEFAULT_BYTES, STACK_DEFAULT_BYTES},
     .min = STACK_SMALL_BYTES,
     .max = STACK_MAX_BYTES},
    {.name = "pread",
     .unit = "",
     .summary = "look into the page cache by preadv2(RWF_NOWAIT) first, or always ask the ring",
     .choices = pread_choices},
    {.name = NULL},
};

/* One worker and its share of the run. Only its own thread touches it, except for the atomics. */
struct carrier {
    struct worker worker; /* first, 128-aligned */
    struct strategy_state *state;
    pthread_t thread;
    unsigned index;
    int start_err;

    uint32_t seen_run; /* the last run this worker took part in */
    bool running;
    bool exhausted; /* no further task will be admitted here */
    bool done;      /* ... and all that were have ended */
    unsigned alive;
    unsigned seats;                  /* groups kept together: most tasks alive here */
    unsigned share;                  /* ... of this run: no more than an equal part of its tasks at a time */
    unsigned claim_next, claim_end;  /* ... the rest of the group that was claimed last */
    unsigned across_next;            /* spread: id of the next task that belongs here */
    _Atomic unsigned across_credits; /* spread: seats granted to this worker and not used yet */
    uint64_t counted_switches, counted_parked, counted_sleeps; /* when this run began */
};

struct strategy_state {
    struct strategy_config config;
    const struct carriers_variant *variant;
    struct ctx_ops ops;
    struct carrier *carriers;
    unsigned used; /* workers that have anything to do */
    bool across;
    sem_t reports; /* workers that have started, then: all tasks of the run have ended */

    struct task *tasks;
    unsigned n;
    _Alignas(128) _Atomic unsigned next; /* id of the next task that nobody has claimed */
    _Alignas(128) _Atomic uint32_t run;  /* number of the run; rises when `tasks` is valid */
    _Atomic unsigned active;             /* workers that have not finished their part */
    _Atomic unsigned undone;             /* ... that have tasks, or might get some */
    struct worker_group group;           /* if there is more than one worker and tasks have children */
};

static unsigned min_unsigned(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* ---- admission: all of this happens on the worker's thread ---- */

static void seat_vacated(struct carrier *c);

static int run_task(struct coro *self, void *arg)
{
    struct carrier *c = (struct carrier *)self->worker;
    task_loop(arg, &self->ctx);
    c->alive--;
    seat_vacated(c);
    return 0;
}

static void admit_task(struct carrier *c, unsigned id)
{
    struct task *task = &c->state->tasks[id];
    c->alive++;
    task_mark_asked(task);
    if (!worker_spawn(&c->worker, run_task, task, id))
        worker_fatal("a coroutine below the number reserved", -ENOMEM);
    task_mark_made(task, 1);
}

/* Groups kept together: fill this worker's free seats. */
static void admit_together(struct carrier *c)
{
    struct strategy_state *s = c->state;
    while (c->alive < c->share && !c->exhausted) {
        if (c->claim_next == c->claim_end) {
            unsigned first = atomic_fetch_add_explicit(&s->next, s->config.group, memory_order_relaxed);
            if (first >= s->n) {
                c->exhausted = true;
                return;
            }
            c->claim_next = first;
            c->claim_end = s->n - first > s->config.group ? first + s->config.group : s->n;
        }
        admit_task(c, c->claim_next++);
    }
}

/* Spread: use the seats granted to this worker. */
static void admit_across(struct carrier *c)
{
    struct strategy_state *s = c->state;
    unsigned granted = atomic_exchange_explicit(&c->across_credits, 0, memory_order_acq_rel);
    for (; granted > 0; granted--) {
        admit_task(c, c->across_next);
        c->across_next += s->used;
    }
    c->exhausted = c->across_next >= s->n;
}

static void seat_vacated(struct carrier *c)
{
    struct strategy_state *s = c->state;
    if (!s->across) {
        admit_together(c);
        return;
    }
    unsigned id = atomic_fetch_add_explicit(&s->next, 1, memory_order_relaxed);
    if (id >= s->n)
        return;
    struct carrier *heir = &s->carriers[id % s->used];
    atomic_fetch_add_explicit(&heir->across_credits, 1, memory_order_acq_rel);
    if (heir == c)
        admit_across(c);
    else
        worker_notify(&heir->worker, &c->worker);
}

/* ---- a worker's part in a run ---- */

/* Voluntary switches of this thread. */
static uint64_t sleeps_count(void)
{
    struct rusage used;
    return getrusage(RUSAGE_THREAD, &used) ? 0 : (uint64_t)used.ru_nvcsw;
}

static void count_begin(struct carrier *c)
{
    c->counted_switches = c->worker.switches_count;
    c->counted_parked = c->worker.parked_switches_count;
    c->counted_sleeps = sleeps_count();
}

/* A worker that parks may find news there at once, and then goes on with another coroutine without having slept: a
 * switch that the kernel has not seen. It cannot be told which ones these were, but those it has seen are counted. */
static uint64_t count_end(const struct carrier *c)
{
    uint64_t parked = c->worker.parked_switches_count - c->counted_parked, slept = sleeps_count() - c->counted_sleeps;
    return c->worker.switches_count - c->counted_switches + (parked > slept ? parked - slept : 0);
}

static void part_begin(struct carrier *c)
{
    c->running = true;
    c->exhausted = c->done = false;
    c->claim_next = c->claim_end = 0;
    c->across_next = c->index;
    /* With fewer tasks than seats the first worker to come would otherwise sit all of them down. */
    unsigned groups = (c->state->n + c->state->config.group - 1) / c->state->config.group;
    c->share = min_unsigned(c->seats, (groups + c->state->used - 1) / c->state->used * c->state->config.group);
    count_begin(c);
}

static void part_end(struct carrier *c)
{
    struct strategy_state *s = c->state;
    c->running = false;
    c->worker.config.lane->user_switches_count += count_end(c);
    if (atomic_fetch_sub_explicit(&s->active, 1, memory_order_acq_rel) == 1)
        sem_post(&s->reports);
}

/* Has this worker nothing more to do in this run? Its own tasks have ended; where workers help each other, everybody's
 * have, and whoever is the last to see that tells those who sleep. */
static bool part_is_over(struct carrier *c)
{
    struct strategy_state *s = c->state;
    if (!c->exhausted || c->alive)
        return false;
    if (!s->group.count)
        return true;
    if (!c->done) {
        c->done = true;
        if (atomic_fetch_sub_explicit(&s->undone, 1, memory_order_acq_rel) == 1)
            for (unsigned i = 0; i < s->used; i++)
                if (i != c->index)
                    worker_notify(&s->carriers[i].worker, &c->worker);
    }
    return atomic_load_explicit(&s->undone, memory_order_acquire) == 0;
}

static void on_turn(struct worker *w, void *owner)
{
    struct carrier *c = owner;
    struct strategy_state *s = c->state;
    (void)w;
    uint32_t run = atomic_load_explicit(&s->run, memory_order_acquire);
    if (run != c->seen_run) {
        c->seen_run = run;
        part_begin(c);
        if (!s->across)
            admit_together(c);
    }
    if (!c->running)
        return;
    if (s->across)
        admit_across(c);
    if (part_is_over(c))
        part_end(c);
}

/* Everything of a carrier that must be made on its own thread. */
static int carrier_start(struct carrier *c)
{
    const struct strategy_state *s = c->state;
    int err = strategy_place(&s->config, c->index);
    if (!err)
        err = worker_start(&c->worker);
    if (err)
        return err;
    /* One more than can be alive: a task that ends spawns its successor while it still stands on its stack. */
    err = worker_reserve(&c->worker, (size_t)(s->across ? s->config.in_flight : c->seats) + 1);
    if (err)
        worker_finish(&c->worker);
    return err;
}

static void *carrier_main(void *arg)
{
    struct carrier *c = arg;
    struct strategy_state *s = c->state;
    int err = carrier_start(c);
    c->start_err = err;
    sem_post(&s->reports);
    if (!err) {
        worker_run(&c->worker);
        worker_finish(&c->worker);
    }
    return NULL;
}

/* ---- the strategy ---- */

static int64_t option(const struct strategy_config *config, unsigned index)
{
    return config->options ? config->options->value[index] : carriers_options[index].defaults[PROFILE_QUICK];
}

unsigned carriers_workers(const struct carriers_variant *variant, unsigned granted)
{
    return variant->workers_max ? min_unsigned(variant->workers_max, granted) : granted;
}

static void wait_reports(struct strategy_state *s, unsigned count)
{
    while (count > 0)
        if (sem_wait(&s->reports) == 0)
            count--; /* else EINTR */
}

/* Prepare carrier i; no thread yet. */
static int carrier_init(struct strategy_state *s, unsigned i)
{
    struct carrier *c = &s->carriers[i];
    unsigned groups = s->config.in_flight / s->config.group;
    struct worker_config config = {
        .backend = s->variant->backend,
        .stack_bytes = (size_t)option(&s->config, OPTION_STACK_BYTES),
        .ops = &s->ops,
        .lane = &s->config.lanes[i],
        .on_turn = on_turn,
        .owner = c,
        .group = i < s->group.count ? &s->group : NULL,
        .index = i,
    };
    c->state = s;
    c->index = i;
    c->seats = (groups / s->used + (i < groups % s->used)) * s->config.group;
    int err = worker_init(&c->worker, &config);
    if (err || !config.group)
        return err;
    s->group.worker[i] = &c->worker;
    err = deque_init(&c->worker.closures, true, 0);
    if (err)
        worker_fini(&c->worker);
    return err;
}

/* A worker's own start failed, which is its ring's. Ring memory counts against RLIMIT_MEMLOCK, for all rings of the
 * user together, and is given back late. */
static void explain_start(const struct strategy_config *config, const struct carriers_variant *variant, int err)
{
    struct rlimit limit;
    char most[96] = "";
    if (!config->reason || variant->backend != &io_backend_uring)
        return;
    if (err == -ENOMEM && !getrlimit(RLIMIT_MEMLOCK, &limit))
        snprintf(most, sizeof most, "; RLIMIT_MEMLOCK = %llu bytes for all rings of this user",
                 (unsigned long long)limit.rlim_cur);
    snprintf(config->reason, config->reason_len, "a worker got no ring (%s%s)", strerror(-err), most);
}

static int carriers_launch(struct strategy_state *s)
{
    pthread_attr_t attr;
    sigset_t previous;
    struct limits limits;
    unsigned launched = 0;
    int err = -pthread_attr_init(&attr);
    if (err)
        return err;
    pthread_attr_setstacksize(&attr, CARRIER_THREAD_STACK_BYTES);
    worker_block_signals(&previous); /* inherited by the threads */
    limits_begin(&limits, "");
    for (; launched < s->used && !err; launched += !err)
        err = -pthread_create(&s->carriers[launched].thread, &attr, carrier_main, &s->carriers[launched]);
    if (err)
        refusal_explain(&s->config, &limits, LIMITS_THREAD, launched + 1, CARRIER_THREAD_STACK_BYTES, err);
    pthread_sigmask(SIG_SETMASK, &previous, NULL);
    pthread_attr_destroy(&attr);

    wait_reports(s, launched);
    for (unsigned i = 0; i < launched; i++)
        if (!err)
            err = s->carriers[i].start_err;
    if (!err)
        return 0;
    if (launched == s->used)
        explain_start(&s->config, s->variant, err);
    for (unsigned i = 0; i < launched; i++) {
        worker_stop(&s->carriers[i].worker);
        pthread_join(s->carriers[i].thread, NULL);
    }
    return err;
}

static void state_free(struct strategy_state *s, unsigned carriers)
{
    for (unsigned i = 0; i < carriers; i++)
        worker_fini(&s->carriers[i].worker);
    sem_destroy(&s->reports);
    free(s->carriers);
    free(s);
}

static int state_create(struct strategy_state **out, const struct strategy_config *config,
                        const struct carriers_variant *variant)
{
    struct strategy_state *s = aligned_alloc(_Alignof(struct strategy_state), sizeof *s);
    if (!s)
        return -ENOMEM;
    memset(s, 0, sizeof *s);
    s->config = *config;
    if (config->apart)
        s->config.group = 1;
    s->variant = variant;
    s->across = config->placement == PLACE_ACROSS;
    s->used = min_unsigned(carriers_workers(variant, config->workers),
                           s->across ? config->in_flight : config->in_flight / s->config.group);
    if (config->spawns && s->used > 1)
        s->group.count = min_unsigned(s->used, WORKER_GROUP_MAX); /* those beyond help nobody, and nobody helps them */
    s->carriers = aligned_alloc(_Alignof(struct carrier), s->used * sizeof *s->carriers);
    if (!s->carriers) {
        free(s);
        return -ENOMEM;
    }
    memset(s->carriers, 0, s->used * sizeof *s->carriers);
    sem_init(&s->reports, 0, 0);
    /* With one worker no two threads can meet at a seat. */
    io_ctx_ops_init(&s->ops, variant->backend, s->used == 1 ? IO_SEATS_LOCAL : IO_SEATS_SHARED,
                    (enum io_pread)option(config, OPTION_PREAD));
    *out = s;
    return 0;
}

int carriers_open(struct strategy_state **out, const struct strategy_config *config,
                  const struct carriers_variant *variant)
{
    struct strategy_state *s;
    unsigned made = 0;
    *out = NULL;
    if (config->in_flight == 0 || config->workers == 0 || config->group == 0 || config->in_flight % config->group)
        return -EINVAL;
    if (config->placement == PLACE_ACROSS && config->workers > 1 && variant->workers_max == 1)
        return -ENOTSUP; /* the plan skips such cells: cores() says 1 */
    int err = state_create(&s, config, variant);
    if (err)
        return err;
    for (; made < s->used && !err; made += !err)
        err = carrier_init(s, made);
    if (!err)
        err = overflow_handler_init();
    if (!err) {
        err = carriers_launch(s);
        if (err)
            overflow_handler_fini();
    }
    if (err) {
        state_free(s, made);
        return err;
    }
    *out = s;
    return 0;
}

int carriers_run(struct strategy_state *s, struct task *tasks, unsigned n)
{
    if (n == 0)
        return 0;
    s->tasks = tasks;
    s->n = n;
    unsigned first = min_unsigned(n, s->config.in_flight); /* spread: the first K, dealt out like cards */
    atomic_store_explicit(&s->next, s->across ? first : 0, memory_order_relaxed);
    atomic_store_explicit(&s->active, s->used, memory_order_relaxed);
    atomic_store_explicit(&s->undone, s->used, memory_order_relaxed);
    for (unsigned i = 0; s->across && i < s->used; i++)
        atomic_store_explicit(&s->carriers[i].across_credits, first / s->used + (i < first % s->used),
                              memory_order_relaxed);
    atomic_fetch_add_explicit(&s->run, 1, memory_order_release);
    for (unsigned i = 0; i < s->used; i++)
        worker_notify(&s->carriers[i].worker, NULL);
    wait_reports(s, 1);
    return 0;
}

void carriers_close(struct strategy_state *s)
{
    for (unsigned i = 0; i < s->used; i++)
        worker_stop(&s->carriers[i].worker);
    for (unsigned i = 0; i < s->used; i++)
        pthread_join(s->carriers[i].thread, NULL);
    overflow_handler_fini();
    state_free(s, s->used);
}

void carriers_describe(const struct strategy_state *s, char *out, size_t len)
{
    const struct worker *w = &s->carriers[0].worker;
    char backend[256], stacks[128];
    w->config.backend->describe(w, backend, sizeof backend);
    stack_pool_describe(&w->usual.stacks, stacks, sizeof stacks);
    snprintf(out, len, "%u worker%s; %s; %s; pread %s; seats %s", s->used, s->used == 1 ? "" : "s", backend, stacks,
             pread_choices[option(&s->config, OPTION_PREAD)], s->used == 1 ? "local" : "shared");
}
