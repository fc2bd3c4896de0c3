/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs from everywhere, and an end at any moment. */
#include "pool_hammer.h"

#include "strategies/thread_pool.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SUBMITTERS = 3, JOBS = 60 };

enum fate { OFFERED, ACCEPTED, REFUSED, NO_ROOM };

struct ledger {
    struct thread_pool *pool;
    _Atomic uint32_t ran[SUBMITTERS * JOBS];
    enum fate fate[SUBMITTERS * JOBS]; /* the submitter's, until it is joined */
    struct latch jobs;
    enum thread_pool_policy policy;
    bool mixed;
};

struct submitter {
    struct ledger *ledger;
    unsigned first;
};

static void job_run(const struct closure *self, void *worker)
{
    struct ledger *l = (struct ledger *)(uintptr_t)self->arg[0];
    (void)worker;
    pool_delay();
    atomic_fetch_add(&l->ran[self->arg[1]], 1);
    latch_down(&l->jobs, 1);
}

/* Submits the next job from inside of this one, and then counts itself. */
static void job_submit(const struct closure *self, void *worker)
{
    struct ledger *l = (struct ledger *)(uintptr_t)self->arg[0];
    struct closure next = {.run = job_run, .arg = {self->arg[0], self->arg[1] + 1}};
    int rc = thread_pool_submit(l->pool, &next, l->policy == THREAD_POOL_TRY ? THREAD_POOL_BLOCK : l->policy);
    l->fate[self->arg[1] + 1] = rc == 0 ? ACCEPTED : REFUSED;
    if (rc < 0)
        latch_down(&l->jobs, 1);
    job_run(self, worker);
}

static void fate_set(struct ledger *l, size_t i, enum fate fate)
{
    l->fate[i] = fate;
    if (fate != ACCEPTED)
        latch_down(&l->jobs, 1);
}

static void *submitter_main(void *arg)
{
    struct submitter *self = arg;
    struct ledger *l = self->ledger;
    struct closure jobs[4];

    for (unsigned i = self->first; i < self->first + JOBS;) {
        enum thread_pool_policy policy = l->mixed ? pool_dice(3) : l->policy;
        unsigned left = self->first + JOBS - i;
        pool_delay();
        if (left >= 2 && pool_dice(4) == 0) {
            struct closure pair = {.run = job_submit, .arg = {(uintptr_t)l, i}};
            int rc = thread_pool_submit(l->pool, &pair, policy);
            if (rc < 0)
                fate_set(l, i + 1, REFUSED);
            if (rc < 0)
                fate_set(l, i, REFUSED);
            else
                l->fate[i] = ACCEPTED;
            CHECK(rc == 0 || rc == -ESHUTDOWN || (rc == -EAGAIN && policy == THREAD_POOL_TRY));
            i += 2;
            continue;
        }
        unsigned n = 1 + pool_dice(left < 4 ? left : 4);
        for (unsigned j = 0; j < n; j++)
            jobs[j] = (struct closure){.run = job_run, .arg = {(uintptr_t)l, i + j}};
        size_t taken = thread_pool_submit_many(l->pool, jobs, n, policy);
        CHECK(taken <= n);
        for (unsigned j = 0; j < n; j++)
            fate_set(l, i + j, j < taken ? ACCEPTED : policy == THREAD_POOL_TRY ? NO_ROOM : REFUSED);
        i += n;
    }
    return NULL;
}

static struct ledger *ledger_begin(struct submitter *submitters, pthread_t *threads)
{
    struct ledger *l = aligned_alloc(_Alignof(struct ledger), sizeof *l);
    struct thread_pool_config config = {
        .threads = 1 + pool_dice(4), .queue_count = 2u << pool_dice(3), .spin_ns = pool_dice(2) * 3000};

    memset(l, 0, sizeof *l);
    l->policy = pool_dice(3);
    l->mixed = pool_dice(2);
    latch_init(&l->jobs, SUBMITTERS * JOBS);
    CHECK(thread_pool_create(&l->pool, &config) == 0);
    for (unsigned i = 0; i < SUBMITTERS; i++) {
        submitters[i] = (struct submitter){.ledger = l, .first = i * JOBS};
        CHECK(pthread_create(&threads[i], NULL, submitter_main, &submitters[i]) == 0);
    }
    return l;
}

static void ledger_check(struct ledger *l, bool may_refuse)
{
    for (unsigned i = 0; i < SUBMITTERS * JOBS; i++) {
        CHECK(l->ran[i] == (l->fate[i] == ACCEPTED));
        CHECK(may_refuse || l->fate[i] == ACCEPTED || l->policy == THREAD_POOL_TRY || l->mixed);
    }
    free(l);
}

void pool_hammer_submit(void)
{
    struct submitter submitters[SUBMITTERS];
    pthread_t threads[SUBMITTERS];

    while (hammer_goes_on()) {
        struct ledger *l = ledger_begin(submitters, threads);
        for (unsigned i = 0; i < SUBMITTERS; i++)
            pthread_join(threads[i], NULL);
        latch_wait(&l->jobs); /* while the pool is open: a lost wake-up hangs here */
        thread_pool_destroy(l->pool);
        ledger_check(l, false);
    }
}

static void *stopper_main(void *arg)
{
    pool_delay();
    CHECK(thread_pool_stop(arg) == 0);
    return NULL;
}

void pool_hammer_closing(void)
{
    struct submitter submitters[SUBMITTERS];
    pthread_t threads[SUBMITTERS], stopper;

    while (hammer_goes_on()) {
        struct ledger *l = ledger_begin(submitters, threads);
        struct closure job;
        nanosleep(&(struct timespec){.tv_nsec = pool_dice(400000)}, NULL);
        CHECK(pthread_create(&stopper, NULL, stopper_main, l->pool) == 0);
        if (pool_dice(2)) {
            thread_pool_close(l->pool);
            while (thread_pool_take(l->pool, &job)) /* handed back: carried out here */
                thread_pool_run(l->pool, &job);
        }
        CHECK(thread_pool_stop(l->pool) == 0);
        for (unsigned i = 0; i < SUBMITTERS; i++)
            pthread_join(threads[i], NULL);
        pthread_join(stopper, NULL);
        CHECK(!thread_pool_take(l->pool, &job));
        latch_wait(&l->jobs);
        thread_pool_destroy(l->pool);
        ledger_check(l, true);
    }
}
