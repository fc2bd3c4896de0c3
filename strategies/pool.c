/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool: K threads that live from open to close and take tasks from one bounded queue, first in, first out.
 *
 *     caller --submit--> [ tasks ] --> worker 0..K-1 --> lane 0..K-1
 *        ^                              |      ^
 *        |                            spawn    |
 *        |                              v      |
 *        |                          [ children ]-- join: the parent's worker helps with these
 *        +--- latch: all done ----------+
 *
 * The engine is thread_pool.c. What has been done is counted by each worker for itself and handed in when it finds no
 * more: the caller must hear of the last task only, and one contended counter less is touched per task.
 *
 * Children. A spawn puts a closure into the pool's queue of inner jobs and never waits: if enough children wait there
 * already, the child is a call. A join carries out waiting children, its own or others', until its own have ended, and
 * sleeps when there are none; it never begins a task, which may block for long or need a lane of its own. Tasks alive
 * are therefore at most K, and children begin on whatever worker is idle or joins. The values of children that went
 * through the queue are added up by whoever ran them, atomically, beside those that the parent called itself.
 *
 * children_carried_count counts the children that went through the queue, whoever took them out of it in the end: the
 * price of the queue was paid. The others were calls by their parent.
 *
 * How deep. A helped child lies above the join on its worker's stack, and may join in turn. A worker that has used half
 * of its stack spawns no more: each child is a call from there on. So a join further down has nothing to wait for,
 * given that a set is spawned and joined by the same function; no helped child begins below the half, but for the
 * frames of the join itself; and the other half is what the program may need to run a child as if there were no queue
 * (stack_bytes has to allow for that). Nobody waits for a child that nobody can run: joins always help, however deep.
 * (thread_pool.c says why nobody waits for ever.) What helping costs is time: a join may find its own children ended
 * and still have somebody else's below its feet.
 *
 * Tuned: spawn_limit_count from 2 to 512 made no difference beyond the noise for fib and skynet on two CPUs, so it is
 * what gcc's libgomp has, 64. Where one worker or one CPU is all there is, nobody else could take a child, and it is 0.
 *
 * Good at: tasks and children of a microsecond and more, and such that block. Bad at: small children. One queue for
 * all, and oldest first, means that a parent hardly ever gets back its own, and the limit cuts off whoever comes late,
 * not what is small; stealing does both better.
 */
#include "contract/strategy.h"

#include "strategies/latch.h"
#include "strategies/refusal.h"
#include "strategies/thread_attr.h"
#include "strategies/thread_pool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { SPIN_AUTO = -1, SPIN_DEFAULT_NS = 2000, SUBMIT_BATCH = 16 };

enum { OPTION_QUEUE_COUNT, OPTION_SPIN_NS, OPTION_STACK_BYTES, OPTION_SPAWN_LIMIT_COUNT };
static const struct param_spec pool_options[] = {
    {.name = "queue_count",
     .unit = "count",
     .summary = "closures the queue holds (rounded up to a power of two)",
     .defaults = {1024, 1024, 1024},
     .min = 2,
     .max = 1 << 20},
    {.name = "spin_ns",
     .unit = "ns",
     .summary = "how long an idle worker spins; -1: 2 us, but 0 with P <= 2",
     .defaults = {SPIN_AUTO, SPIN_AUTO, SPIN_AUTO},
     .min = SPIN_AUTO,
     .max = 1000000},
    THREAD_STACK_OPTION,
    {.name = "spawn_limit_count",
     .unit = "count",
     .summary = "children that wait, per CPU in use, before a child is a call",
     .defaults = {64, 64, 64},
     .min = 0,
     .max = 4096},
    {.name = NULL},
};

struct worker {
    _Alignas(128) struct ctx ctx; /* first */
    struct strategy_state *state;
    uintptr_t stack_middle; /* with the stack pointer below this address, children are calls */
    unsigned index;
    uint32_t done; /* tasks that have not been handed in */
};

struct strategy_state {
    const struct strategy_config *config;
    struct thread_pool *pool;
    struct worker *workers; /* in_flight of them */
    struct ctx_ops ops;
    size_t queue_count, spawn_limit, stack_bytes;
    uint64_t spin_ns;
    struct latch left;    /* tasks */
    struct limits limits; /* as they were before the first thread */
};

/* --- children --- */

/* What the strategy keeps in a set of children. Written by whoever runs one; `pending` by the join, too. */
struct children_own {
    _Atomic int64_t pending; /* minus those that have ended; from the join on also plus those that were pushed */
    _Atomic int64_t sum;
    _Atomic int err;
};
_Static_assert(sizeof(struct children_own) <= CHILDREN_OWN_BYTES, "fits into the room for it");

static struct children_own *children_own(struct children *of)
{
    return (struct children_own *)of->own;
}

static void closure_run_child(const struct closure *closure, void *arg)
{
    struct worker *self = arg;
    struct children *of = (struct children *)(uintptr_t)closure->arg[0];
    struct children_own *own = children_own(of);
    const unsigned parent = (unsigned)closure->arg[2];
    int64_t value = of->fn(&self->ctx, of->shared, closure->arg[1]);
    int none = 0;

    if (value >= 0)
        atomic_fetch_add_explicit(&own->sum, value, memory_order_relaxed);
    else
        atomic_compare_exchange_strong_explicit(&own->err, &none, (int)value, memory_order_relaxed,
                                                memory_order_relaxed);
    if (atomic_fetch_sub(&own->pending, 1) == 1) /* the last: from here on `of` may be gone */
        thread_pool_nudge(self->state->pool, parent);
}

static int pool_spawn(struct ctx *c, struct children *of, uint64_t arg)
{
    struct worker *self = (struct worker *)c;
    struct strategy_state *state = self->state;

    if (of->left == 0)
        *children_own(of) = (struct children_own){0};
    struct closure job = {.run = closure_run_child, .arg = {(uintptr_t)of, arg, self->index}};
    if ((uintptr_t)__builtin_frame_address(0) > self->stack_middle &&
        thread_pool_offer(state->pool, &job, state->spawn_limit)) {
        of->left++;
        c->lane->children_carried_count++;
    } else {
        children_call(c, of, arg);
    }
    return 0;
}

static int pool_join(struct ctx *c, struct children *of)
{
    struct worker *self = (struct worker *)c;
    struct children_own *own = children_own(of);

    if (of->left > 0) {
        if (atomic_fetch_add(&own->pending, of->left) + of->left != 0)
            thread_pool_help(self->state->pool, self->index, &own->pending);
        of->sum += atomic_load_explicit(&own->sum, memory_order_relaxed);
        if (!of->err)
            of->err = atomic_load_explicit(&own->err, memory_order_relaxed);
        of->left = 0;
    }
    return of->err;
}

/* --- workers --- */

static int worker_begin(void *arg, unsigned index, void **worker)
{
    struct strategy_state *state = arg;
    struct worker *self = &state->workers[index];

    *self = (struct worker){
        .ctx = {.ops = &state->ops, .lane = &state->config->lanes[index]},
        .state = state,
        .stack_middle = (uintptr_t)__builtin_frame_address(0) - state->stack_bytes / 2,
        .index = index,
    };
    *worker = self;
    return strategy_place(state->config, index);
}

static void worker_idle(void *worker)
{
    struct worker *self = worker;

    if (self->done > 0)
        latch_down(&self->state->left, self->done);
    self->done = 0;
}

static void closure_run_task(const struct closure *closure, void *worker)
{
    struct worker *self = worker;

    task_loop((struct task *)(uintptr_t)closure->arg[0], &self->ctx);
    self->done++;
}

/* --- the caller --- */

static int pool_run(struct strategy_state *state, struct task *tasks, unsigned n)
{
    const bool marked = n > 0 && tasks[0].marks; /* not looked at in the tasks that a worker is writing to */
    struct closure jobs[SUBMIT_BATCH];

    latch_init(&state->left, n);
    for (unsigned i = 0; i < n;) {
        unsigned count = 0, first = i;
        for (; count < SUBMIT_BATCH && i < n; count++, i++)
            jobs[count] = (struct closure){.run = closure_run_task, .arg = {(uintptr_t)&tasks[i]}};
        if (marked)
            tasks_mark_asked(&tasks[first], count);
        thread_pool_submit_many(state->pool, jobs, count, THREAD_POOL_BLOCK);
        if (marked)
            tasks_mark_made(&tasks[first], count);
    }
    latch_wait(&state->left);
    return 0;
}

static void pool_close(struct strategy_state *state)
{
    thread_pool_destroy(state->pool);
    free(state->workers);
    free(state);
}

/* What the options and this machine come to. */
static void state_init(struct strategy_state *state, const struct strategy_config *config)
{
    const int64_t *option = config->options->value;
    const unsigned busy = config->in_flight < config->workers ? config->in_flight : config->workers;
    int64_t spin_ns = option[OPTION_SPIN_NS];

    if (spin_ns == SPIN_AUTO)
        spin_ns = config->workers <= 2 ? 0 : SPIN_DEFAULT_NS;
    *state = (struct strategy_state){
        .config = config,
        .workers = aligned_alloc(_Alignof(struct worker), config->in_flight * sizeof *state->workers),
        .ops = ctx_ops_by(&ctx_blocking, config->handoff),
        .queue_count = (size_t)option[OPTION_QUEUE_COUNT],
        .spawn_limit = busy > 1 ? (size_t)option[OPTION_SPAWN_LIMIT_COUNT] * busy : 0,
        .stack_bytes = thread_stack_bytes((size_t)option[OPTION_STACK_BYTES]),
        .spin_ns = (uint64_t)spin_ns,
    };
    state->ops.spawn = pool_spawn;
    state->ops.join = pool_join;
}

/* While those that were started are still there: afterwards nobody can tell which limit it was. */
static void pool_refused(void *arg, unsigned started, int err)
{
    struct strategy_state *state = arg;

    refusal_explain(state->config, &state->limits, LIMITS_THREAD, started + 1, state->stack_bytes, err);
}

static int pool_open(struct strategy_state **out, const struct strategy_config *config)
{
    const unsigned k = config->in_flight;

    *out = NULL;
    if (k < 1 || config->n_lanes < k || config->group > k)
        return -EINVAL;
    if (k > THREAD_POOL_THREADS_MAX)
        return refusal_too_many(config, "workers", THREAD_POOL_THREADS_MAX);
    struct strategy_state *state = aligned_alloc(_Alignof(struct strategy_state), sizeof *state);
    if (!state)
        return -ENOMEM;
    state_init(state, config);
    const struct thread_pool_config pool_config = {
        .threads = k,
        .queue_count = state->queue_count,
        .inner_count = state->spawn_limit,
        .spin_ns = state->spin_ns,
        .spinners_max = config->workers / 2,
        .stack_bytes = state->stack_bytes,
        .arg = state,
        .begin = worker_begin,
        .idle = worker_idle,
        .refused = pool_refused,
    };
    limits_begin(&state->limits, "");
    int rc = state->workers ? thread_pool_create(&state->pool, &pool_config) : -ENOMEM;
    if (rc < 0)
        pool_close(state);
    else
        *out = state;
    return rc;
}

static int pool_probe(char *why, size_t why_len)
{
    (void)why, (void)why_len;
    return 0;
}

static unsigned pool_in_flight(unsigned k, unsigned workers)
{
    (void)workers;
    return k;
}

static unsigned pool_cores(unsigned k, unsigned workers)
{
    return k < workers ? k : workers;
}

static void pool_describe(const struct strategy_state *pool, char *out, size_t len)
{
    snprintf(out, len,
             "%u workers, queue of %zu closures, spin %llu ns, stacks of %zu bytes, %zu children wait at most",
             pool->config->in_flight, pool->queue_count, (unsigned long long)pool->spin_ns, pool->stack_bytes,
             pool->spawn_limit);
}

const struct strategy strategy_pool = {
    .name = "pool",
    .summary = "K persistent workers and one bounded queue",
    .canonical = true,
    .handoffs = 1u << HANDOFF_CONDVAR,
    .options = pool_options,
    .probe = pool_probe,
    .in_flight = pool_in_flight,
    .lanes = pool_in_flight,
    .cores = pool_cores,
    .open = pool_open,
    .run = pool_run,
    .close = pool_close,
    .describe = pool_describe,
};
