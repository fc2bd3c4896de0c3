/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A worker's part in a run of one of the strategies made of coroutines.
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
#include "strategies/coroutine/carriers_private.h"

#include <errno.h>
#include <sys/resource.h>

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

void carriers_on_turn(struct worker *w, void *owner)
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

void *carriers_main(void *arg)
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
