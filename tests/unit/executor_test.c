/* SPDX-License-Identifier: Apache-2.0 */
/* The executor against what CPython documents of concurrent.futures.ThreadPoolExecutor. */
#include "quintet_criterion.h"

#include "executor_jobs.h"

TestSuite(executor, .timeout = 30);

Test(executor, bad_numbers)
{
    struct executor *ex = (struct executor *)8;
    cr_expect_eq(executor_create(&ex, 0, 0), -EINVAL);
    cr_expect_null(ex);
    cr_expect_eq(executor_create(&ex, 1025, 0), -EINVAL);
    cr_expect_eq(executor_create(&ex, 1, SIZE_MAX), -EINVAL);
    executor_destroy(NULL);
}

Test(executor, results_and_exceptions)
{
    static const struct {
        intptr_t returned;
        int result;
    } rows[] = {{-EIO, -EIO}, {-5000, -5000}, {3, -EINVAL}, {-ECANCELED, -ECANCELED}};
    struct executor *ex = make(2, 0);
    struct executor_job job;
    void *value = NULL;
    cr_assert_eq(executor_submit(ex, &job, square, VALUE(12)), 0);
    cr_expect_eq(future_result(&job.future, FUTURE_FOREVER, &value), 0);
    cr_expect_eq(value, VALUE(144));
    cr_expect_eq(future_state(&job.future), FUTURE_FINISHED);
    cr_expect(!future_cancel(&job.future));
    future_fini(&job.future);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_assert_eq(executor_submit(ex, &job, fails, (void *)rows[i].returned), 0);
        cr_expect_eq(future_exception(&job.future, FUTURE_FOREVER), rows[i].result);
        cr_expect(!future_cancelled(&job.future));
        future_fini(&job.future);
    }
    executor_destroy(ex);
}

static _Atomic unsigned order_next;

static int in_order(void *arg, void **value)
{
    (void)value;
    EXPECT(order_next == NUMBER(arg));
    order_next++;
    return 0;
}

Test(executor, one_worker_keeps_the_order_of_submission)
{
    enum { N = 500 };
    static struct executor_job jobs[N];
    struct executor *ex = make(1, N);
    for (uintptr_t i = 0; i < N; i++)
        cr_assert_eq(executor_submit(ex, &jobs[i], in_order, VALUE(i)), 0);
    cr_expect_eq(executor_shutdown(ex, false), 0);
    for (int i = 0; i < N; i++)
        cr_expect_eq(future_result(&jobs[i].future, 0, NULL), 0);
    executor_destroy(ex);
    ASSERT_NOTHING_WRONG();
}

Test(executor, map_gives_results_in_order_of_the_arguments)
{
    enum { N = 300 };
    static struct executor_job jobs[N];
    static void *args[N], *values[N];
    for (unsigned workers = 1; workers <= 4; workers++) {
        struct executor *ex = make(workers, 8);
        for (uintptr_t i = 0; i < N; i++)
            args[i] = VALUE(i);
        cr_expect_eq(executor_map(ex, square, args, jobs, values, N), 0);
        for (uintptr_t i = 0; i < N; i++)
            cr_expect_eq(values[i], VALUE(i * i));
        cr_expect_eq(executor_map(ex, square, args, jobs, NULL, 0), 0);
        for (intptr_t i = 0; i < N; i++)
            args[i] = (void *)(i >= 100 && i % 50 == 0 ? -i : 0);
        cr_expect_eq(executor_map(ex, fails, args, jobs, values, N), -100, "the first in order of the arguments");
        executor_shutdown(ex, false);
        cr_expect_eq(executor_map(ex, square, args, jobs, values, N), -ESHUTDOWN);
        executor_destroy(ex);
    }
}

Test(executor, cancels_what_waits_and_not_what_runs)
{
    struct executor *ex = make(1, 0);
    struct executor_job busy, waiting[3];
    struct door door = {.open = false};
    cr_assert_eq(executor_submit(ex, &busy, wait_at_door, &door), 0);
    until(&door.waiting, 1);
    for (int i = 0; i < 3; i++)
        cr_assert_eq(executor_submit(ex, &waiting[i], square, VALUE(i)), 0);
    cr_expect_eq(future_state(&busy.future), FUTURE_RUNNING);
    cr_expect_eq(future_state(&waiting[1].future), FUTURE_PENDING);
    cr_expect(!future_cancel(&busy.future));
    cr_expect(future_cancel(&waiting[1].future));
    cr_expect(future_cancel(&waiting[1].future), "once cancelled, true again");
    cr_expect(future_cancelled(&waiting[1].future));
    cr_expect_eq(future_result(&waiting[1].future, FUTURE_FOREVER, NULL), -ECANCELED);
    future_fini(&waiting[1].future);
    memset(&waiting[1], 0xff, sizeof waiting[1]); /* free at once, although its place in the queue is not */
    door.open = true;
    cr_expect_eq(future_result(&busy.future, FUTURE_FOREVER, NULL), 0);
    cr_expect_eq(future_result(&waiting[0].future, FUTURE_FOREVER, NULL), 0);
    cr_expect_eq(future_result(&waiting[2].future, FUTURE_FOREVER, NULL), 0);
    executor_destroy(ex);
    cr_expect(!future_cancel(&waiting[2].future), "done stays done when the executor is gone");
    cr_expect(!future_cancel(&busy.future));
}

/* ---- shutdown ---- */

static void shut_down(bool cancel_pending)
{
    struct executor *ex = make(1, 0);
    struct executor_job busy, waiting[4], late;
    struct door door = {.open = false};
    executor_submit(ex, &busy, wait_at_door, &door);
    until(&door.waiting, 1);
    for (int i = 0; i < 4; i++)
        executor_submit(ex, &waiting[i], square, VALUE(i));
    cr_expect(future_cancel(&waiting[2].future));
    door.open = true;
    cr_expect_eq(executor_shutdown(ex, cancel_pending), 0);
    cr_expect_eq(executor_submit(ex, &late, square, NULL), -ESHUTDOWN);
    cr_expect_eq(executor_shutdown(ex, cancel_pending), 0, "again");
    cr_expect(future_done(&busy.future) && !future_cancelled(&busy.future));
    for (int i = 0; i < 4; i++)
        cr_expect(future_done(&waiting[i].future), "%d", i);
    cr_expect(future_cancelled(&waiting[2].future));
    if (!cancel_pending)
        cr_expect(!future_cancelled(&waiting[0].future) && !future_cancelled(&waiting[3].future));
    executor_destroy(ex);
}

Test(executor, shutdown)
{
    shut_down(false);
    shut_down(true);
}

/* Without a race: the only worker is at the door until the shutdown has begun and cancelled. */
static void *open_when_cancelled(void *arg)
{
    struct executor_job *job = arg;
    while (!future_done(&job->future))
        sched_yield();
    ((struct door *)job->arg)->open = true;
    return NULL;
}

Test(executor, shutdown_cancels_all_that_wait)
{
    struct executor *ex = make(1, 0);
    struct executor_job busy, waiting[3];
    struct door door = {.open = false};
    pthread_t thread;
    executor_submit(ex, &busy, wait_at_door, &door);
    until(&door.waiting, 1);
    for (int i = 0; i < 3; i++)
        executor_submit(ex, &waiting[i], wait_at_door, &door);
    pthread_create(&thread, NULL, open_when_cancelled, &waiting[2]);
    cr_expect_eq(executor_shutdown(ex, true), 0);
    pthread_join(thread, NULL);
    for (int i = 0; i < 3; i++)
        cr_expect(future_cancelled(&waiting[i].future));
    cr_expect_eq(atomic_load(&door.passed), 1u);
    executor_destroy(ex);
}

static int shut_down_from_inside(void *arg, void **value)
{
    (void)value;
    return executor_shutdown(arg, true);
}

Test(executor, shutdown_from_its_own_job)
{
    struct executor *ex = make(2, 2);
    struct executor_job jobs[16];
    void *args[16];
    executor_submit(ex, &jobs[0], shut_down_from_inside, ex);
    cr_expect_eq(future_exception(&jobs[0].future, FUTURE_FOREVER), -EDEADLK);
    future_fini(&jobs[0].future);
    for (int i = 0; i < 16; i++)
        args[i] = ex;
    /* Some of these are carried out by this thread, which helps: they are its jobs all the same. */
    for (int round = 0; round < 50; round++)
        cr_assert_eq(executor_map(ex, shut_down_from_inside, args, jobs, NULL, 16), -EDEADLK);
    for (int i = 0; i < 16; i++)
        cr_assert_eq(future_exception(&jobs[i].future, 0), -EDEADLK);
    executor_submit(ex, &jobs[0], square, VALUE(2));
    cr_expect_eq(future_result(&jobs[0].future, FUTURE_FOREVER, NULL), 0, "it still works");
    executor_destroy(ex);
}

/* ---- jobs that submit ---- */

/* A tree of jobs that only submit, kept in one array like a heap: node n has the children 3n + 1 to 3n + 3. Whoever
 * finds the queue full works, and the stack grows with the height of the tree, not with the number of its nodes. */
enum { TREE_INNER = 9841, TREE = 3 * TREE_INNER + 1 };
static struct executor_job tree[TREE];
static struct executor *tree_executor;
static _Atomic unsigned tree_run;

static int tree_node(void *arg, void **value)
{
    size_t n = NUMBER(arg);
    (void)value;
    for (size_t child = 3 * n + 1; n < TREE_INNER && child <= 3 * n + 3; child++)
        EXPECT(executor_submit(tree_executor, &tree[child], tree_node, VALUE(child)) == 0);
    tree_run++;
    return 0;
}

Test(executor, jobs_that_submit_never_deadlock_nor_pile_up)
{
    for (unsigned workers = 1; workers <= 3; workers++) {
        tree_executor = make(workers, workers == 3 ? 1024 : 2);
        tree_run = 0;
        cr_assert_eq(executor_submit(tree_executor, &tree[0], tree_node, VALUE(0)), 0);
        until(&tree_run, TREE);
        for (int i = 0; i < TREE; i++)
            cr_assert_eq(future_result(&tree[i].future, FUTURE_FOREVER, NULL), 0);
        executor_destroy(tree_executor);
    }
    ASSERT_NOTHING_WRONG();
}

/* Jobs that map: sum of the numbers from `first` on, `count` of them. */
struct range {
    uintptr_t first, count;
};

static int sum_of_range(void *arg, void **value)
{
    struct range *r = arg, part[10];
    struct executor_job jobs[10];
    void *args[10], *values[10];
    uintptr_t sum = 0;
    if (r->count == 1) {
        *value = VALUE(r->first);
        return 0;
    }
    for (uintptr_t i = 0; i < 10; i++) {
        part[i] = (struct range){r->first + i * (r->count / 10), r->count / 10};
        args[i] = &part[i];
    }
    int err = executor_map(tree_executor, sum_of_range, args, jobs, values, 10);
    for (int i = 0; i < 10; i++)
        sum += NUMBER(values[i]);
    *value = VALUE(sum);
    return err;
}

Test(executor, jobs_that_map_never_deadlock_nor_pile_up)
{
    static const size_t queues[] = {2, 2, 1024, 16384};
    for (unsigned workers = 1; workers <= 4; workers++) {
        struct range all = {0, 10000};
        struct executor_job job;
        void *sum = NULL;
        tree_executor = make(workers, queues[workers - 1]);
        cr_assert_eq(executor_submit(tree_executor, &job, sum_of_range, &all), 0);
        cr_expect_eq(future_result(&job.future, FUTURE_FOREVER, &sum), 0);
        cr_expect_eq(NUMBER(sum), (uintptr_t)10000 * 9999 / 2);
        executor_destroy(tree_executor);
    }
}

/* ---- many ---- */

Test(executor, made_and_destroyed_a_thousand_times, .timeout = 60)
{
    struct executor_job job;
    size_t fds = 0, maps_ = 0, threads = 0;
    for (unsigned i = 0; i < 1000; i++) {
        struct executor *ex = make(1 + i % 3, 2);
        cr_assert_eq(executor_submit(ex, &job, square, VALUE(i)), 0);
        executor_destroy(ex);
        cr_assert_eq(future_result(&job.future, 0, NULL), 0);
        if (i == 100) {
            fds = count_fds();
            maps_ = count_maps();
            threads = count_threads();
        }
    }
    cr_expect_eq(count_fds(), fds);
    cr_expect_leq(count_maps(), maps_ + 100, "%zu maps, then %zu", maps_, count_maps());
    cr_expect_eq(count_threads(), threads);
}

/* Too many threads for this process: an error, and none left behind. The limit of a user does not bind root; the
 * address space does. */
static int no_room_for_threads(void *arg)
{
    struct executor *ex = NULL;
    (void)arg;
    size_t before = count_threads();
    struct rlimit limit = {.rlim_cur = 1 << 28, .rlim_max = 1 << 28};
    if (setrlimit(RLIMIT_AS, &limit))
        return 2;
    int err = executor_create(&ex, 1024, 0);
    if ((err != -EAGAIN && err != -ENOMEM) || ex)
        return 3;
    for (int i = 0; i < 100 && count_threads() != before; i++)
        thread_sleep(MS); /* a joined thread is gone from /proc a moment later */
    return count_threads() == before ? 0 : 4;
}

Test(executor, too_many_threads)
{
#if defined(__SANITIZE_ADDRESS__)
    test_skip("AddressSanitizer needs the address space");
#endif
    cr_expect_eq(in_child(no_room_for_threads, NULL), 0);
}
