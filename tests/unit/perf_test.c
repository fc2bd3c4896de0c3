/* SPDX-License-Identifier: Apache-2.0 */
/* Counters count what threads and children did; those that cannot be had say why. */
#include "quintet_criterion.h"

#include "measure/perf.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(perf);

enum { PAGES = 64, PAGE = 4096 };

static void touch_pages(void)
{
    char *at = mmap(NULL, (size_t)PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED)
        return;
    madvise(at, (size_t)PAGES * PAGE, MADV_NOHUGEPAGE);
    for (int i = 0; i < PAGES; i++)
        at[i * PAGE] = 1;
    munmap(at, (size_t)PAGES * PAGE);
}

static void *thread_main(void *arg)
{
    touch_pages();
    return arg;
}

static void require(const struct perf *perf, enum perf_event event)
{
    char why[128];
    if (perf->fd[event] >= 0)
        return;
    perf_reason(perf->fd[event], perf_paranoid(), why, sizeof why);
    test_skip("%s: %s", perf_event_name(event), why);
}

static uint64_t used(const struct perf_reading *after, const struct perf_reading *before, enum perf_event event)
{
    uint64_t value = 0;
    double running = 0;
    cr_assert_eq(perf_used(after, before, event, &value, &running), 0);
    cr_expect(running > 0 && running <= 1);
    return value;
}

Test(perf, threads_and_children_are_counted_dead_or_alive)
{
    struct perf perf;
    struct perf_reading before, alone, after;
    int ready[2], done[2];
    char byte;
    perf_open(&perf);
    require(&perf, PERF_MINOR_FAULTS);
    cr_assert(pipe(ready) == 0 && pipe(done) == 0);
    perf_read(&perf, &before);
    pthread_t thread;
    cr_assert_eq(pthread_create(&thread, NULL, thread_main, NULL), 0);
    pthread_join(thread, NULL);
    perf_read(&perf, &alone);
    cr_expect_geq(used(&alone, &before, PERF_MINOR_FAULTS), (uint64_t)PAGES, "a thread that has ended");
    pid_t child = fork();
    if (child == 0) {
        touch_pages();
        if (write(ready[1], "x", 1) != 1 || read(done[0], &byte, 1) != 1)
            _exit(1);
        _exit(0);
    }
    cr_assert_eq(read(ready[0], &byte, 1), 1);
    perf_read(&perf, &after);
    uint64_t living = used(&after, &alone, PERF_MINOR_FAULTS);
    cr_expect_geq(living, (uint64_t)PAGES, "a child that lives");
    cr_assert_eq(write(done[1], "x", 1), 1);
    waitpid(child, NULL, 0);
    perf_read(&perf, &after);
    cr_expect_geq(used(&after, &alone, PERF_MINOR_FAULTS), living, "and after its end");
    cr_expect_gt(used(&after, &before, PERF_TASK_CLOCK), 0u);
    cr_expect_gt(used(&after, &before, PERF_SWITCHES), 0u);
    perf_close(&perf);
}

/* Hardware counters count, or have an error that has a reason. */
Test(perf, the_processors_counters_have_a_value_or_a_reason)
{
    struct perf perf;
    struct perf_reading before, after;
    perf_open(&perf);
    perf_read(&perf, &before);
    for (volatile int i = 0; i < 1000000; i++)
        ;
    perf_read(&perf, &after);
    for (enum perf_event e = PERF_CYCLES; e < PERF_EVENTS; e++) {
        uint64_t value = 0;
        double running;
        char why[128] = "";
        int rc = perf_used(&after, &before, e, &value, &running);
        if (rc == 0 && e <= PERF_INSTRUCTIONS)
            cr_expect_geq(value, 100000u, "%s", perf_event_name(e));
        if (rc == 0)
            continue;
        perf_reason(rc, perf_paranoid(), why, sizeof why);
        cr_expect(why[0] && value == 0, "%s: %d", perf_event_name(e), rc);
    }
    perf_close(&perf);
    perf_read(&perf, &after);
    cr_expect_eq(after.of[PERF_TASK_CLOCK].err, -EBADF, "closed");
}

Test(perf, a_counter_that_shared_is_scaled_and_one_that_never_ran_has_no_value)
{
    struct perf_reading before = {0}, after = {0};
    uint64_t value = 77;
    double running = 0;
    before.of[PERF_CYCLES].value = 100;
    after.of[PERF_CYCLES].value = 350;
    before.of[PERF_CYCLES].enabled_ns = before.of[PERF_CYCLES].running_ns = 1000;
    after.of[PERF_CYCLES].enabled_ns = 5000;
    after.of[PERF_CYCLES].running_ns = 2000;
    cr_assert_eq(perf_used(&after, &before, PERF_CYCLES, &value, &running), 0);
    cr_expect_eq(value, 1000u);
    cr_expect_float_eq(running, .25, 1e-12);
    after.of[PERF_CYCLES].running_ns = 1000;
    value = 77;
    cr_expect_eq(perf_used(&after, &before, PERF_CYCLES, &value, &running), -EBUSY);
    cr_expect_eq(value, 77u);
    after.of[PERF_CYCLES].err = -ENOENT;
    cr_expect_eq(perf_used(&after, &before, PERF_CYCLES, &value, &running), -ENOENT);
}

Test(perf, reasons_name_the_error_and_the_setting)
{
    char why[128];
    perf_reason(-ENOENT, 2, why, sizeof why);
    cr_expect_str_eq(why, "this machine has no such counter (ENOENT)");
    perf_reason(-EACCES, 4, why, sizeof why);
    cr_expect_str_eq(why, "not permitted (EACCES; perf_event_paranoid is 4)");
    perf_reason(-EBUSY, 2, why, sizeof why);
    cr_expect(strstr(why, "never free"));
    perf_reason(-ENOSYS, -1, why, sizeof why);
    cr_expect(strstr(why, "ENOSYS"));
    for (enum perf_event a = 0; a < PERF_EVENTS; a++)
        for (enum perf_event b = 0; b < a; b++)
            cr_expect(strcmp(perf_event_name(a), perf_event_name(b)) != 0);
}
