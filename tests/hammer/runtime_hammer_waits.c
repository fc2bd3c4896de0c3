/* SPDX-License-Identifier: Apache-2.0 */
/* gather and as_completed over futures that threads complete; executors under submissions, cancellations, shutdowns. */
#include "runtime_hammer.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* ---- completed ---- */

enum { COMPLETERS = 2, WAITERS = MANY_OR_FEW(4, 2), EACH = 6, SLOTS = WAITERS * EACH };

/* Who has a future to be completed puts it here; it is free again when the completer has let go of it. */
struct slot {
    _Atomic(struct future *) future;
    _Atomic bool busy;
};

static struct slot slots[SLOTS];
static _Atomic bool completers_stop;

static void *complete_slots(void *arg)
{
    (void)arg;
    for (unsigned at = hammer_random(), empty = 0; !completers_stop;) {
        struct slot *slot = &slots[++at % SLOTS];
        struct future *f = atomic_load(&slot->future) ? atomic_exchange(&slot->future, NULL) : NULL;
        if (!f) {
            if (++empty % SLOTS == 0)
                sched_yield();
            continue;
        }
        at += hammer_random() % 2; /* not always in order */
        hammer_delay();
        switch (hammer_random() % 8) {
        case 0:
            future_set_exception(f, -EIO);
            break;
        case 1:
            future_cancel(f);
            break;
        default:
            future_set_result(f, slot);
        }
        slot->busy = false;
    }
    return NULL;
}

struct waiter {
    struct coro_task task;
    struct slot *slots; /* EACH of them */
    _Atomic bool begun;
};

static void slots_wait(struct coro *self, struct slot *own)
{
    for (int i = 0; i < EACH; i++)
        while (own[i].busy)
            coro_yield(self); /* a cancellation meanwhile is as good as one at any other time */
}

static void some_as_completed(struct coro *self, struct future *const futures[], bool *interrupted)
{
    struct future_callback nodes[EACH];
    struct as_completed it;
    unsigned given[EACH] = {0};
    size_t count = 0, leave_after = hammer_random() % 2 ? EACH : hammer_random() % EACH;
    int err = 0;
    as_completed_init(&it, self, futures, nodes, EACH);
    while (count < leave_after) {
        uint32_t r = hammer_random();
        struct future *f = as_completed_next(&it, r % 2 ? clock_monotonic_ns() + r % 20000 : CORO_NEVER, &err);
        if (f) {
            CHECK(err == 0 && future_done(f));
            for (int i = 0; i < EACH; i++)
                given[i] += futures[i] == f;
            count++;
        } else {
            CHECK(err == -ETIMEDOUT || err == -ECANCELED);
            *interrupted |= err == -ECANCELED;
        }
    }
    if (count == EACH)
        CHECK(!as_completed_next(&it, CORO_NEVER, &err) && err == 0);
    as_completed_fini(&it);
    memset(nodes, 0xff, sizeof nodes);
    for (int i = 0; i < EACH; i++)
        CHECK(given[i] <= 1);
}

static int wait_for_threads(struct coro *self, void *arg, void **value)
{
    struct waiter *w = arg;
    (void)value;
    w->begun = true;
    while (hammer_goes_on()) {
        struct future f[EACH], *futures[EACH];
        struct future_callback nodes[EACH];
        bool interrupted = false;
        slots_wait(self, w->slots);
        for (int i = 0; i < EACH; i++) {
            future_init(&f[i], NULL);
            futures[i] = &f[i];
            w->slots[i].busy = true;
            atomic_store(&w->slots[i].future, &f[i]);
        }
        uint32_t r = hammer_random();
        if (r % 4 == 0) {
            int err = future_gather(self, futures, nodes, EACH, 0);
            CHECK(err == 0 || err == -EIO || err == -ECANCELED);
            memset(nodes, 0xff, sizeof nodes);
        } else if (r % 4 == 1) {
            for (int i = 0; i < EACH; i++) {
                int err = future_wait_for(self, &f[i], r % 30000, NULL);
                CHECK(err == 0 || err == -EIO || err == -ECANCELED || err == -ETIMEDOUT);
                CHECK(future_done(&f[i]));
                interrupted = true; /* the timeout cancelled it, perhaps */
            }
        } else {
            some_as_completed(self, futures, &interrupted);
        }
        int err;
        while ((err = future_gather(self, futures, nodes, EACH, GATHER_ALL)) != 0) {
            CHECK(err == -ECANCELED);
            interrupted = true;
        }
        for (int i = 0; i < EACH; i++)
            CHECK(future_done(&f[i]));
        /* Completed by the thread, future_fini() is all it takes; cancelled by us, it may still look at it. */
        slots_wait(self, w->slots);
        for (int i = 0; i < EACH; i++)
            future_fini(&f[i]);
        memset(f, 0xff, sizeof f);
    }
    slots_wait(self, w->slots);
    return 0;
}

static void *cancel_waiters(void *arg)
{
    struct waiter *waiters = arg;
    while (!completers_stop) {
        struct waiter *w = &waiters[hammer_random() % WAITERS];
        if (w->begun)
            future_cancel(&w->task.future);
        usleep(30 + hammer_random() % 300);
    }
    return NULL;
}

void hammer_completed(void)
{
    struct loop *loop = hammer_loop();
    static struct waiter waiters[WAITERS];
    pthread_t threads[COMPLETERS + 1];
    completers_stop = false;
    for (int i = 0; i < WAITERS; i++) {
        waiters[i].begun = false;
        waiters[i].slots = &slots[i * EACH];
        CHECK(coro_task_start_on(&waiters[i].task, loop, (unsigned)i % hammer_loop_config.workers, wait_for_threads,
                                 &waiters[i]) == 0);
    }
    for (int i = 0; i < COMPLETERS; i++)
        pthread_create(&threads[i], NULL, complete_slots, NULL);
    pthread_create(&threads[COMPLETERS], NULL, cancel_waiters, waiters);
    for (int i = 0; i < WAITERS; i++) {
        CHECK(loop_run_until_complete(loop, &waiters[i].task.future) == 0);
        CHECK(future_exception(&waiters[i].task.future, 0) == 0);
    }
    completers_stop = true;
    for (int i = 0; i <= COMPLETERS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < WAITERS; i++)
        future_fini(&waiters[i].task.future);
    CHECK(loop_close(loop) == 0);
}

/* ---- executors: three threads submit and cancel, until somebody shuts it down ---- */

enum { SUBMITTERS = 3, JOBS = 8 };

struct work {
    struct executor_job job;
    struct executor *ex;
    _Atomic unsigned runs;
    unsigned nested;
};

static struct executor *shared_executor;
static struct meeting submit_start;
static _Atomic bool submit_over;

static int do_work(void *arg, void **value)
{
    struct work *w = arg;
    hammer_delay();
    if (w->nested > 0) {
        struct work inner = {.ex = w->ex, .nested = w->nested - 1};
        int err = executor_submit(w->ex, &inner.job, do_work, &inner);
        CHECK(err == 0 || err == -ESHUTDOWN);
        if (err == 0) { /* nobody else may be free to carry it out: take it back if it waits */
            bool cancelled = future_cancel(&inner.job.future);
            err = future_result(&inner.job.future, FUTURE_FOREVER, NULL);
            CHECK(cancelled ? err == -ECANCELED && inner.runs == 0 : err == 0 || err == -ECANCELED);
            future_fini(&inner.job.future);
        }
    }
    w->runs++;
    *value = w;
    return 0;
}

static void *submit_and_cancel(void *arg)
{
    (void)arg;
    for (;;) {
        struct work work[JOBS];
        bool cancelled[JOBS] = {false};
        int submitted[JOBS];
        meeting_wait(&submit_start);
        if (submit_over)
            return NULL;
        for (int i = 0; i < JOBS; i++) {
            work[i] = (struct work){.ex = shared_executor, .nested = hammer_random() % 3};
            submitted[i] = executor_submit(shared_executor, &work[i].job, do_work, &work[i]);
            CHECK(submitted[i] == 0 || submitted[i] == -ESHUTDOWN);
            hammer_delay();
            int k = (int)(hammer_random() % (unsigned)(i + 1));
            if (hammer_random() % 2 && submitted[k] == 0)
                cancelled[k] |= future_cancel(&work[k].job.future);
        }
        for (int i = 0; i < JOBS; i++) {
            void *value = NULL;
            if (submitted[i])
                continue;
            int err = future_result(&work[i].job.future, FUTURE_FOREVER, &value);
            CHECK(err == 0 || err == -ECANCELED);
            CHECK(!cancelled[i] || err == -ECANCELED);
            CHECK(work[i].runs == (err ? 0 : 1) && (err || value == &work[i]));
            future_fini(&work[i].job.future);
        }
        memset(work, 0xff, sizeof work);
        meeting_wait(&submit_start);
    }
}

void hammer_executors(void)
{
    pthread_t threads[SUBMITTERS];
    submit_start = (struct meeting){.size = SUBMITTERS + 1};
    submit_over = false;
    for (int i = 0; i < SUBMITTERS; i++)
        pthread_create(&threads[i], NULL, submit_and_cancel, NULL);
    while (hammer_goes_on()) {
        uint32_t r = hammer_random();
        CHECK(executor_create(&shared_executor, 1 + r % 3, 2u << r % 4) == 0);
        meeting_wait(&submit_start);
        if (r >> 8 & 1)
            usleep(r % 200);
        if (r >> 9 & 1)
            CHECK(executor_shutdown(shared_executor, r >> 10 & 1) == 0);
        meeting_wait(&submit_start);
        executor_destroy(shared_executor);
    }
    submit_over = true;
    meeting_wait(&submit_start);
    for (int i = 0; i < SUBMITTERS; i++)
        pthread_join(threads[i], NULL);
}

/* ---- errands: coroutines of all workers run jobs, and are cancelled by a thread ---- */

static int short_job(void *arg, void **value)
{
    hammer_delay();
    *value = arg;
    return 0;
}

static int run_errands(struct coro *self, void *arg, void **value)
{
    struct waiter *w = arg;
    w->begun = true;
    while (hammer_goes_on()) {
        int err = coro_run_in_executor(self, shared_executor, short_job, w, value);
        CHECK(err == -ECANCELED || (err == 0 && *value == w));
        if (hammer_random() % 8 == 0) {
            struct executor_job jobs[4];
            void *args[4] = {w, w, w, w}, *values[4] = {NULL};
            err = executor_map(shared_executor, short_job, args, jobs, values, 4);
            CHECK(err == -ECANCELED || (err == 0 && values[3] == w));
        }
    }
    return 0;
}

void hammer_errands(void)
{
    struct loop *loop = hammer_loop();
    static struct waiter waiters[WAITERS];
    pthread_t thread;
    completers_stop = false;
    CHECK(executor_create(&shared_executor, 2, 64) == 0);
    for (int i = 0; i < WAITERS; i++) {
        waiters[i].begun = false;
        CHECK(coro_task_start_on(&waiters[i].task, loop, (unsigned)i % hammer_loop_config.workers, run_errands,
                                 &waiters[i]) == 0);
    }
    pthread_create(&thread, NULL, cancel_waiters, waiters);
    for (int i = 0; i < WAITERS; i++)
        CHECK(loop_run_until_complete(loop, &waiters[i].task.future) == 0);
    completers_stop = true;
    pthread_join(thread, NULL);
    for (int i = 0; i < WAITERS; i++) {
        CHECK(future_exception(&waiters[i].task.future, 0) == 0);
        future_fini(&waiters[i].task.future);
    }
    executor_destroy(shared_executor);
    CHECK(loop_close(loop) == 0);
}
