/* SPDX-License-Identifier: Apache-2.0 */
/* The pool engine: what it promises in thread_pool.h, with jobs that report into counters. Its inner jobs and its parts
 * have files of their own (thread_pool_inner_test.c, pool_parts_test.c), its races a hammer. */
#include "quintet_criterion.h"

#include "strategies/thread_pool.h"

#include "strategy_rig.h" /* what is left behind */

#include <pthread.h>

TestSuite(thread_pool, .timeout = 60);

static struct thread_pool *make(unsigned threads, size_t queue_count)
{
    struct thread_pool *pool = NULL;
    int rc = thread_pool_create(&pool, &(struct thread_pool_config){.threads = threads, .queue_count = queue_count});
    cr_assert(rc == 0 && pool, "%d", rc);
    return pool;
}

static void until(_Atomic unsigned *counter, unsigned value)
{
    while (atomic_load(counter) != value)
        sched_yield();
}

static void pause_us(long us)
{
    nanosleep(&(struct timespec){.tv_nsec = us * 1000}, NULL);
}

/* --- jobs --- */

static struct latch done;
static _Atomic unsigned ran, wrong, at_door, no_worker;
static _Atomic bool door_open;

static void job_count(const struct closure *self, void *worker)
{
    (void)self;
    if (!worker)
        atomic_fetch_add(&no_worker, 1);
    atomic_fetch_add(&ran, 1);
    latch_down(&done, 1);
}

static void job_in_order(const struct closure *self, void *worker)
{
    if (self->arg[0] != atomic_load(&ran))
        atomic_fetch_add(&wrong, 1);
    job_count(self, worker);
}

static void job_wait_at_door(const struct closure *self, void *worker)
{
    (void)self, (void)worker;
    atomic_fetch_add(&at_door, 1);
    while (!atomic_load(&door_open))
        pause_us(50);
}

static struct closure door_job = {.run = job_wait_at_door};

static void begin(unsigned jobs)
{
    latch_init(&done, jobs);
    ran = wrong = at_door = no_worker = 0;
    door_open = false;
}

/* A pool whose only thread waits at the door and whose queue holds `waiting` jobs in order. */
static struct thread_pool *make_busy(size_t queue_count, unsigned waiting)
{
    struct thread_pool *pool = make(1, queue_count);
    cr_assert(thread_pool_submit(pool, &door_job, THREAD_POOL_TRY) == 0);
    until(&at_door, 1);
    for (unsigned i = 0; i < waiting; i++)
        cr_assert(thread_pool_submit(pool, &(struct closure){.run = job_in_order, .arg = {i}}, THREAD_POOL_TRY) == 0);
    return pool;
}

/* --- life --- */

Test(thread_pool, bad_numbers)
{
    struct thread_pool *pool = (struct thread_pool *)8;
    cr_assert(thread_pool_create(&pool, &(struct thread_pool_config){.threads = 0}) == -EINVAL && !pool);
    struct thread_pool_config config = {.threads = THREAD_POOL_THREADS_MAX + 1};
    cr_assert(thread_pool_create(&pool, &config) == -EINVAL && !pool);
    config = (struct thread_pool_config){.threads = 1, .queue_count = SIZE_MAX};
    cr_assert(thread_pool_create(&pool, &config) == -EINVAL && !pool);
    config = (struct thread_pool_config){.threads = 1, .inner_count = SIZE_MAX};
    cr_assert(thread_pool_create(&pool, &config) == -EINVAL && !pool);
    thread_pool_destroy(NULL);
}

static _Atomic unsigned begun, idled;
static int refuse_third(void *arg, unsigned index, void **worker)
{
    *worker = arg;
    atomic_fetch_add(&begun, 1);
    return index == 2 ? -EPROTO : 0;
}

static void note_idle(void *worker)
{
    if (worker != &begun)
        atomic_fetch_add(&wrong, 1);
    atomic_fetch_add(&idled, 1);
}

Test(thread_pool, begin_and_idle)
{
    struct thread_pool_config config = {.threads = 4, .arg = &begun, .begin = refuse_third, .idle = note_idle};
    struct thread_pool *pool;
    unsigned threads = rig_entries_count("/proc/self/task");
    cr_assert(thread_pool_create(&pool, &config) == -EPROTO && !pool);
    cr_assert(begun == 4 && idled == 0 && rig_threads_come_down_to(threads));
    config.threads = 2;
    begin(3);
    cr_assert(thread_pool_create(&pool, &config) == 0 && begun == 6);
    for (unsigned i = 0; i < 3; i++)
        thread_pool_submit(pool, &(struct closure){.run = job_count}, THREAD_POOL_BLOCK);
    latch_wait(&done);
    thread_pool_destroy(pool);
    cr_assert(idled >= 1 && idled <= 3 && wrong == 0 && no_worker == 0);
}

Test(thread_pool, a_thousand_lives_leave_nothing)
{
    unsigned fds = 0, threads = 0, maps = 0;
    for (unsigned life = 0; life < 1000; life++) {
        struct thread_pool *pool = make(1 + life % 4, 2);
        begin(life % 3);
        for (unsigned i = 0; i < life % 3; i++)
            cr_assert(thread_pool_submit(pool, &(struct closure){.run = job_count}, life % 2) == 0);
        thread_pool_destroy(pool);
        cr_assert(ran == life % 3);
        if (life == 100) {
            fds = rig_entries_count("/proc/self/fd");
            threads = rig_entries_count("/proc/self/task");
            maps = rig_maps_count();
        }
    }
    cr_assert(rig_entries_count("/proc/self/fd") == fds && rig_threads_come_down_to(threads));
    cr_assert(SANITIZED || rig_maps_count() <= maps + 4, "%u -> %u mappings", maps, rig_maps_count());
}

/* --- every job once --- */

Test(thread_pool, every_job_runs_once)
{
    static const struct {
        unsigned threads, jobs, batch;
        size_t queue_count;
        uint64_t spin_ns;
    } ways[] = {{1, 0, 1, 2, 0},     {4, 1, 1, 2, 0},          {8, 3, 3, 0, 0},
                {1, 20000, 1, 2, 0}, {3, 20000, 7, 4, 0},      {4, 20000, 64, 8, 5000},
                {2, 20000, 1, 0, 0}, {16, 20000, 16, 1024, 0}, {2, 20000, 1000, 2, 0}};
    static struct closure jobs[1000];
    for (unsigned w = 0; w < sizeof ways / sizeof *ways; w++)
        for (enum thread_pool_policy policy = THREAD_POOL_BLOCK; policy <= THREAD_POOL_TRY; policy++) {
            struct thread_pool_config config = {
                .threads = ways[w].threads, .queue_count = ways[w].queue_count, .spin_ns = ways[w].spin_ns};
            struct thread_pool *pool;
            cr_assert(thread_pool_create(&pool, &config) == 0);
            begin(ways[w].jobs);
            for (unsigned i = 0; i < ways[w].batch; i++)
                jobs[i] = (struct closure){.run = job_count};
            for (unsigned i = 0; i < ways[w].jobs;) {
                unsigned n = ways[w].jobs - i < ways[w].batch ? ways[w].jobs - i : ways[w].batch;
                size_t taken = thread_pool_submit_many(pool, jobs, n, policy);
                cr_assert(taken == n || policy == THREAD_POOL_TRY);
                i += (unsigned)taken;
                if (taken < n)
                    sched_yield();
            }
            latch_wait(&done);
            cr_assert(ran == ways[w].jobs);
            thread_pool_destroy(pool);
            cr_assert(ran == ways[w].jobs);
        }
}

/* --- the queue is full --- */

Test(thread_pool, try_says_that_it_is_full)
{
    begin(4);
    struct thread_pool *pool = make_busy(4, 4);
    struct closure extra[2] = {{.run = job_count}, {.run = job_count}};
    cr_assert(thread_pool_submit(pool, extra, THREAD_POOL_TRY) == -EAGAIN);
    cr_assert(thread_pool_submit_many(pool, extra, 2, THREAD_POOL_TRY) == 0);
    door_open = true;
    latch_wait(&done);
    thread_pool_destroy(pool);
    cr_assert(ran == 4 && wrong == 0);
}

Test(thread_pool, the_caller_runs_the_oldest)
{
    begin(7);
    struct thread_pool *pool = make_busy(4, 4);
    for (uint64_t i = 4; i < 7; i++) {
        struct closure job = {.run = job_in_order, .arg = {i}};
        cr_assert(thread_pool_submit(pool, &job, THREAD_POOL_CALLER_RUNS) == 0);
        cr_assert(ran == i - 3 && no_worker == i - 3, "%u have run", ran);
    }
    door_open = true;
    latch_wait(&done);
    thread_pool_destroy(pool);
    cr_assert(ran == 7 && wrong == 0);
}

struct blocked {
    struct thread_pool *pool;
    _Atomic unsigned state;
    int rc;
};

static void *submit_blocked(void *arg)
{
    struct blocked *b = arg;
    b->state = 1;
    b->rc = thread_pool_submit(b->pool, &(struct closure){.run = job_count}, THREAD_POOL_BLOCK);
    b->state = 2;
    return NULL;
}

/* Several submitters sleep; all come through when there is room. */
Test(thread_pool, block_waits_for_room)
{
    enum { SUBMITTERS = 5 };
    struct blocked blocked[SUBMITTERS];
    pthread_t threads[SUBMITTERS];
    begin(4 + SUBMITTERS);
    struct thread_pool *pool = make_busy(4, 4);
    for (unsigned i = 0; i < SUBMITTERS; i++) {
        blocked[i] = (struct blocked){.pool = pool};
        cr_assert(pthread_create(&threads[i], NULL, submit_blocked, &blocked[i]) == 0);
        until(&blocked[i].state, 1);
    }
    pause_us(20000);
    for (unsigned i = 0; i < SUBMITTERS; i++)
        cr_assert(blocked[i].state == 1, "it did not wait");
    door_open = true;
    for (unsigned i = 0; i < SUBMITTERS; i++) {
        pthread_join(threads[i], NULL);
        cr_assert(blocked[i].rc == 0);
    }
    latch_wait(&done);
    cr_assert(ran == 4 + SUBMITTERS && wrong == 0);
    thread_pool_destroy(pool);
}

/* Trees of jobs that submit: by every policy, more of them than there is room. */
enum { TREE_INNER = 3280, TREE = 3 * TREE_INNER + 1 };
static struct thread_pool *tree_pool;
static enum thread_pool_policy tree_policy;

static void job_node(const struct closure *self, void *worker)
{
    for (uint64_t n = self->arg[0], child = 3 * n + 1; n < TREE_INNER && child <= 3 * n + 3; child++) {
        struct closure job = {.run = job_node, .arg = {child}};
        int rc = thread_pool_submit(tree_pool, &job, tree_policy);
        if (rc == -EAGAIN)
            thread_pool_run(tree_pool, &job);
        else if (rc < 0)
            atomic_fetch_add(&wrong, 1);
    }
    job_count(self, worker);
}

Test(thread_pool, jobs_that_submit_never_deadlock)
{
    for (unsigned threads = 1; threads <= 3; threads++)
        for (tree_policy = THREAD_POOL_BLOCK; tree_policy <= THREAD_POOL_TRY; tree_policy++) {
            begin(TREE);
            tree_pool = make(threads, 2);
            cr_assert(thread_pool_submit(tree_pool, &(struct closure){.run = job_node}, THREAD_POOL_BLOCK) == 0);
            latch_wait(&done);
            cr_assert(ran == TREE && wrong == 0);
            thread_pool_destroy(tree_pool);
        }
}

/* --- the end --- */

Test(thread_pool, close_turns_away_who_waits_for_room)
{
    struct blocked blocked;
    pthread_t thread;
    begin(4);
    blocked = (struct blocked){.pool = make_busy(4, 4)};
    cr_assert(pthread_create(&thread, NULL, submit_blocked, &blocked) == 0);
    until(&blocked.state, 1);
    pause_us(5000);
    cr_assert(!thread_pool_is_closed(blocked.pool));
    thread_pool_close(blocked.pool);
    pthread_join(thread, NULL);
    cr_assert(blocked.rc == -ESHUTDOWN && thread_pool_is_closed(blocked.pool));
    struct closure job = {.run = job_count};
    for (enum thread_pool_policy policy = THREAD_POOL_BLOCK; policy <= THREAD_POOL_TRY; policy++)
        cr_assert(thread_pool_submit(blocked.pool, &job, policy) == -ESHUTDOWN);
    cr_assert(thread_pool_submit_many(blocked.pool, &job, 1, THREAD_POOL_BLOCK) == 0);
    thread_pool_close(blocked.pool);
    door_open = true;
    cr_assert(thread_pool_stop(blocked.pool) == 0);
    cr_assert(ran == 4 && wrong == 0, "what waited has been carried out");
    cr_assert(thread_pool_stop(blocked.pool) == 0, "again");
    thread_pool_destroy(blocked.pool);
}

Test(thread_pool, what_waits_can_be_handed_back)
{
    struct closure job;
    begin(4);
    struct thread_pool *pool = make_busy(4, 4);
    thread_pool_close(pool);
    for (uint64_t i = 0; i < 3; i++)
        cr_assert(thread_pool_take(pool, &job) && job.run == job_in_order && job.arg[0] == i);
    cr_assert(thread_pool_take(pool, &job) && !thread_pool_take(pool, &job));
    door_open = true;
    thread_pool_destroy(pool);
    cr_assert(ran == 0);
}

static void job_stop(const struct closure *self, void *worker)
{
    struct thread_pool *pool = (struct thread_pool *)(uintptr_t)self->arg[0];
    if (!thread_pool_is_here(pool) || thread_pool_stop(pool) != -EDEADLK)
        atomic_fetch_add(&wrong, 1);
    job_count(self, worker);
}

Test(thread_pool, stop_from_inside_is_refused)
{
    struct thread_pool *pool = make(2, 0), *other = make(1, 0);
    struct closure job = {.run = job_stop, .arg = {(uintptr_t)pool}};
    begin(2);
    cr_assert(thread_pool_submit(pool, &job, THREAD_POOL_BLOCK) == 0);
    thread_pool_run(pool, &job); /* on this thread, but as one of its jobs */
    latch_wait(&done);
    cr_assert(wrong == 0 && !thread_pool_is_here(pool) && !thread_pool_is_here(other));
    thread_pool_destroy(pool);
    thread_pool_destroy(other);
}
