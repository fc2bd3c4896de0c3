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
 * Children. Each worker keeps what it spawns on a stack of its own, and its joins take them back from there, newest
 * first, as calls: no atomic step. A child goes into the pool's queue of inner jobs only when one is wanted there, that
 * is for a worker without work. Whoever spawns or joins sees that in one word that seldom changes, and gives the
 * *oldest* child it keeps, which is the largest part of a tree, one at a look:
 *
 *     worker 0   A|B C D      spawn, join: at this end       A --> [ children ] --> a worker without work, or in a join
 *                  '- the next to be given                          wanted: 1
 *
 * A join that comes to a child which nobody has begun takes it back out of the queue. So who gives and who is hungry do
 * not drive each other on: without that, a parent whose child waits behind others takes one of those, splits that,
 * gives its first, waits for it in turn, and in the end every leaf goes through the queue.
 *
 * Wanted is one child per worker without work, up to one less than the CPUs in use: of more workers than CPUs most are
 * always without work, and what is put out for them only has to be taken back. Before a call that may block all that a
 * worker keeps goes into the queue, wanted or not, since until it comes back nobody would look there. (A task that
 * never spawned pays nothing for that: its worker's table of calls is the plain one until then.)
 *
 * A join whose children were begun by others carries out waiting children, anybody's, until its own have ended, and
 * sleeps when there are none; it never begins a task, which may block for long or need a lane of its own. Tasks alive
 * are therefore at most K, and children begin on whatever worker is idle or joins. The values of children that others
 * ran are added up by those, atomically, beside those that the parent called itself.
 *
 * children_carried_count counts the children that went into the queue, taken back or not: the price of the queue was
 * paid. The others were calls by their parent.
 *
 * How deep. A helped child lies above the join on its worker's stack, and may join in turn. A worker that has used half
 * of its stack spawns no more: each child is a call from there on. So a join further down has nothing to wait for,
 * given that a set is spawned and joined by the same function; no helped child begins below the half, but for the
 * frames of the join itself; and the other half is what the program may need to run a child as if there were no queue
 * (stack_bytes has to allow for that). A join waits only for children that somebody has begun; thread_pool.c says why
 * then nobody waits for ever. What helping costs is time: a join may find its own children ended and still have
 * somebody else's below its feet.
 *
 * Where one worker or one CPU is all there is, nobody else could take a child: each is a call.
 *
 * Tuned. When each child went into the queue at once, unless 64 per CPU waited, 41 % of skynet's and 3.4 % of fib's
 * went through it with 16 workers on 16 CPUs (Intel, virtual machine), at 177 and 15 ns of wall clock per child: slower
 * than serial (5.5 and 10). Limits from 1 to 1024 per CPU moved that, and none was good for both. A stock of one child
 * per CPU, kept in the queue though nobody was without work, put 10 to 50 times as many through it on two CPUs as none.
 *
 * Good at: tasks and children of a microsecond and more, and such that block. Bad at: a parent that spawns and then
 * computes for long without splitting, joining or asking for anything, if nobody was without work when it spawned: it
 * keeps its children meanwhile. Sets wider than children_count: what is beyond is the parent's until the join, whoever
 * is without work. And one queue for all: each child that passes costs all workers a look at the word,
 * where stealing (pool_steal) asks one of them.
 */
#include "contract/strategy.h"

#include "strategies/latch.h"
#include "strategies/refusal.h"
#include "strategies/sharing_ops.h"
#include "strategies/thread_attr.h"
#include "strategies/thread_pool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SPIN_AUTO = -1, SPIN_DEFAULT_NS = 2000, SUBMIT_BATCH = 16, CHILDREN_DEFAULT = 8192 };

enum { OPTION_QUEUE_COUNT, OPTION_SPIN_NS, OPTION_STACK_BYTES, OPTION_CHILDREN_COUNT };
static const struct param_spec pool_options[] = {
    {.name = "queue_count",
     .unit = "count",
     .summary = "closures that each of the two queues holds (rounded up to a power of two)",
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
    {.name = "children_count",
     .unit = "count",
     .summary = "children of one worker that can wait to be joined; beyond that they are calls",
     .defaults = {CHILDREN_DEFAULT, CHILDREN_DEFAULT, CHILDREN_DEFAULT},
     .min = 0,
     .max = 1 << 20},
    {.name = NULL},
};

/* A child that has not begun, as long as its parent's worker keeps it. */
struct kept {
    struct children *of;
    uint64_t arg;
    struct thread_pool_ticket ticket;
};

struct worker {
    _Alignas(128) struct ctx ctx; /* first */
    struct strategy_state *state;
    const _Atomic int32_t *wanted;
    uintptr_t stack_middle; /* with the stack pointer below this address, children are calls */
    struct kept *kept;      /* a stack of children_max, NULL before the first spawn */
    struct kept *given;     /* those below are or were in the queue, */
    struct kept *newest;    /* and from there up to here nobody else knows them */
    struct kept *end;
    unsigned index;
    uint32_t done; /* tasks that have not been handed in */
};

struct strategy_state {
    const struct strategy_config *config;
    struct thread_pool *pool;
    struct worker *workers;          /* in_flight of them */
    struct ctx_ops ops, sharing_ops; /* before a worker's first spawn, and after it */
    size_t queue_count, stack_bytes;
    bool splits; /* children are more than calls */
    uint32_t children_max;
    int32_t hungry_max;
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

/* Offer the oldest child that is not in the queue. What the pool says to that. */
static int oldest_offer(struct worker *self, bool anyway)
{
    struct kept *child = self->given;
    const struct closure job = {.run = closure_run_child, .arg = {(uintptr_t)child->of, child->arg, self->index}};

    if (child == self->kept || child[-1].of != child->of) /* the set's first that others may come to see */
        *children_own(child->of) = (struct children_own){0};
    int rc = thread_pool_offer(self->state->pool, &job, &child->ticket, anyway);
    if (rc == 0) {
        self->given++;
        self->ctx.lane->children_carried_count++;
    }
    return rc;
}

static __attribute__((noinline)) void wanted_give(struct worker *self)
{
    if (self->given != self->newest && oldest_offer(self, false) == -ENOSPC)
        thread_pool_make_room(self->state->pool);
}

/* At every spawn and join: is somebody without work? One read of a line that is in the cache as long as nobody is. */
static inline void wanted_look(struct worker *self)
{
    if (__builtin_expect(atomic_load_explicit(self->wanted, memory_order_relaxed) > 0, 0))
        wanted_give(self);
}

static void before_blocking(struct ctx *c)
{
    struct worker *self = (struct worker *)c;

    while (self->given != self->newest && oldest_offer(self, true) == 0)
        ;
}

static int pool_spawn(struct ctx *c, struct children *of, uint64_t arg)
{
    struct worker *self = (struct worker *)c;

    if ((uintptr_t)__builtin_frame_address(0) <= self->stack_middle) {
        children_call(c, of, arg);
        return 0;
    }
    if (__builtin_expect(self->newest == self->end, 0)) {
        wanted_look(self);
        children_call(c, of, arg);
        return 0;
    }
    of->left++;
    self->newest->of = of;
    self->newest->arg = arg;
    self->newest++;
    wanted_look(self);
    return 0;
}

/* A worker's first: from now on it has something to keep. */
static int pool_spawn_first(struct ctx *c, struct children *of, uint64_t arg)
{
    struct worker *self = (struct worker *)c;
    struct strategy_state *state = self->state;

    self->kept = calloc(state->children_max, sizeof *self->kept);
    if (!self->kept) {
        children_call(c, of, arg);
        return 0;
    }
    self->given = self->newest = self->kept;
    self->end = self->kept + state->children_max;
    self->wanted = thread_pool_wanted(state->pool);
    c->ops = &state->sharing_ops;
    return pool_spawn(c, of, arg);
}

static int pool_join(struct ctx *c, struct children *of)
{
    struct worker *self = (struct worker *)c;
    struct children_own *own = children_own(of);
    int64_t taken = 0;

    /* The newest on the stack are this set's: what spawned last is joined first. */
    for (; of->left > 0; of->left--) {
        struct kept *child = --self->newest;
        uint64_t arg = child->arg;
        if (__builtin_expect(child < self->given, 0)) {
            self->given = child;
            if (!thread_pool_take_back(self->state->pool, &child->ticket)) {
                taken++;
                continue;
            }
        }
        wanted_look(self);
        children_call(c, of, arg);
    }
    if (taken > 0) {
        if (atomic_fetch_add(&own->pending, taken) + taken != 0)
            thread_pool_help(self->state->pool, self->index, &own->pending);
        of->sum += atomic_load_explicit(&own->sum, memory_order_relaxed);
        if (!of->err)
            of->err = atomic_load_explicit(&own->err, memory_order_relaxed);
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
    for (unsigned i = 0; state->workers && i < state->config->in_flight; i++)
        free(state->workers[i].kept);
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
        .splits = busy > 1 && option[OPTION_CHILDREN_COUNT] > 0,
        .children_max = (uint32_t)option[OPTION_CHILDREN_COUNT],
        .hungry_max = (int32_t)busy - 1,
        .stack_bytes = thread_stack_bytes((size_t)option[OPTION_STACK_BYTES]),
        .spin_ns = (uint64_t)spin_ns,
    };
    state->sharing_ops = sharing_ops_by(config->handoff, state->ops.name);
    state->sharing_ops.spawn = pool_spawn;
    state->sharing_ops.join = pool_join;
    if (state->splits)
        state->ops.spawn = pool_spawn_first;
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
        .inner_count = state->splits ? state->queue_count : 0,
        .hungry_max = state->splits ? state->hungry_max : 0,
        .spin_ns = state->spin_ns,
        .spinners_max = config->workers / 2,
        .stack_bytes = state->stack_bytes,
        .arg = state,
        .begin = worker_begin,
        .idle = worker_idle,
        .refused = pool_refused,
    };
    if (state->workers)
        memset(state->workers, 0, k * sizeof *state->workers);
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
    snprintf(out, len, "%u workers, queue of %zu closures, spin %llu ns, stacks of %zu bytes, %u children kept by each",
             pool->config->in_flight, pool->queue_count, (unsigned long long)pool->spin_ns, pool->stack_bytes,
             pool->splits ? pool->children_max : 0);
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
