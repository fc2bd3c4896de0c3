/* SPDX-License-Identifier: Apache-2.0 */
#include "quintet_criterion.h"

#include "measure/counters.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MIB = 1024 * 1024 };

static struct counters counters_now(void)
{
    struct counters c;
    cr_assert_eq(counters_read_after(&c), 0);
    return c;
}

/* Fresh anonymous pages without huge ones, each written once: one fault per page. */
static char *pages_touch(size_t bytes)
{
    char *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return NULL;
    madvise(p, bytes, MADV_NOHUGEPAGE);
    for (size_t i = 0; i < bytes; i += 4096)
        ((volatile char *)p)[i] = 1;
    return p;
}

/* Use CPU time until this process has had `ns` more of it, however long that takes. */
static void cpu_burn(uint64_t ns)
{
    struct timespec ts;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
    uint64_t end = (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec + ns;
    do
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
    while ((uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec < end);
}

Test(counters, see_cpu_time)
{
    struct counters before = counters_now();
    cpu_burn(200000000);
    struct counters after = counters_now();
    struct counters used = counters_delta(&after, &before);
    cr_expect_geq(used.user_ns + used.system_ns, 190000000);
    cr_expect_lt(used.user_ns + used.system_ns, 2000000000);
    if (before.cpu_busy_ns) /* the machine's busy time holds ours; its tick is 10 ms and drops steal */
        cr_expect_geq(used.cpu_busy_ns, 100000000);
}

static uint64_t own_cpu_ns(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
    return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* Between two readings nothing is done: what they cost themselves must not be in the difference. */
Test(counters, do_not_count_their_own_reading)
{
    enum { PAIRS = 200 };
    struct counters before, after;
    uint64_t start_ns = own_cpu_ns(), counted_ns = 0;
    for (int i = 0; i < PAIRS; i++) {
        cr_assert_eq(counters_read_before(&before), 0);
        cr_assert_eq(counters_read_after(&after), 0);
        struct counters used = counters_delta(&after, &before);
        counted_ns += used.user_ns + used.system_ns;
    }
    uint64_t cost_ns = own_cpu_ns() - start_ns;
    cr_expect_lt(counted_ns, cost_ns / 5, "%llu of %llu ns", (unsigned long long)counted_ns,
                 (unsigned long long)cost_ns);
}

Test(counters, see_a_voluntary_switch_per_sleep)
{
    enum { SLEEPS = 50 };
    struct counters before = counters_now();
    for (int i = 0; i < SLEEPS; i++)
        nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
    struct counters after = counters_now();
    cr_assert_geq(counters_delta(&after, &before).voluntary_switches_count, SLEEPS);
}

Test(counters, see_page_faults_of_this_process)
{
    enum { BYTES = 4 * MIB };
    struct counters before = counters_now();
    char *p = pages_touch(BYTES);
    struct counters after = counters_now();
    cr_assert_not_null(p);
    struct counters used = counters_delta(&after, &before);
    cr_expect_geq(used.minor_faults_count, BYTES / 4096 / 16, "pages may come in batches, not all at once");
    cr_expect_eq(used.children_minor_faults_count, 0);
}

/* A child counts from the moment it has been waited for, in the totals and in its own field. */
Test(counters, see_children_that_ended)
{
    struct counters before = counters_now();
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) {
        test_die_with_parent();
        cpu_burn(100000000);
        _exit(pages_touch(4 * MIB) ? 0 : 1);
    }
    siginfo_t info;
    cr_assert_eq(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
    struct counters dead = counters_now();
    cr_expect_geq(counters_delta(&dead, &before).user_ns + counters_delta(&dead, &before).system_ns, 90000000);

    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert_eq(status, 0);
    struct counters reaped = counters_now();
    struct counters used = counters_delta(&reaped, &before);
    cr_expect_gt(used.children_minor_faults_count, 4 * MIB / 4096 / 16);
    cr_expect_geq(used.minor_faults_count, used.children_minor_faults_count);
    cr_expect_geq(used.user_ns + used.system_ns, 90000000);
    cr_expect_lt(used.user_ns + used.system_ns, 180000000, "counted twice");
}

Test(counters, never_run_backwards)
{
    struct counters last = counters_now();
    unsigned backwards = 0;
    for (int i = 0; i < 1000; i++) {
        struct counters now = counters_now();
        backwards += now.user_ns < last.user_ns || now.system_ns < last.system_ns ||
                     now.voluntary_switches_count < last.voluntary_switches_count ||
                     now.minor_faults_count < last.minor_faults_count || now.cpu_busy_ns < last.cpu_busy_ns;
        last = now;
    }
    cr_assert_eq(backwards, 0);
}

Test(counters, delta_subtracts_every_field)
{
    struct counters later, earlier;
    uint64_t words[sizeof later / sizeof(uint64_t)], base[sizeof later / sizeof(uint64_t)];
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        base[i] = 1000 * i;
        words[i] = base[i] + i + 1;
    }
    memcpy(&later, words, sizeof later);
    memcpy(&earlier, base, sizeof earlier);
    struct counters delta = counters_delta(&later, &earlier);
    memcpy(words, &delta, sizeof words);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        cr_expect_eq(words[i], i + 1, "field %zu", i);
}

/* /proc/stat readable before and not after, or steal corrected downwards. */
Test(counters, delta_of_a_field_that_shrank_is_zero)
{
    struct counters later = {.user_ns = 5}, earlier = {.user_ns = 3, .steal_ns = 10, .cpu_busy_ns = UINT64_MAX};
    struct counters delta = counters_delta(&later, &earlier);
    cr_expect_eq(delta.user_ns, 2);
    cr_expect_eq(delta.steal_ns, 0);
    cr_expect_eq(delta.cpu_busy_ns, 0);
}

Test(counters, memory_now_follows_and_peak_stays)
{
    enum { BYTES = 64 * MIB };
    uint64_t now = counters_memory_now_bytes();
    if (now == 0)
        test_skip("no /proc/self/status");
    char *p = pages_touch(BYTES);
    cr_assert_not_null(p);
    uint64_t full = counters_memory_now_bytes();
    cr_expect_geq(full, now + BYTES - MIB);
    munmap(p, BYTES);
    cr_expect_leq(counters_memory_now_bytes(), full - BYTES + MIB);
    cr_expect_geq(counters_memory_peak_bytes(), full - MIB, "the kernel keeps it to within its per-CPU batches");
    cr_expect_lt(counters_memory_peak_bytes(), full + BYTES);
}

/* A child that lives is counted while it lives, and not a second time when it has been waited for. */
Test(counters, see_children_that_live)
{
    int ready[2];
    cr_assert_eq(pipe(ready), 0);
    struct counters before = counters_now();
    pid_t pid = fork();
    if (pid == 0) {
        cpu_burn(60000000);
        _exit(write(ready[1], "x", 1) == 1 && pause() == 0);
    }
    char byte;
    cr_assert_gt(pid, 0);
    cr_assert_eq(read(ready[0], &byte, 1), 1);
    struct counters alive = counters_now(), delta = counters_delta(&alive, &before);
    cr_expect_geq(delta.user_ns + delta.system_ns, 50000000u);
    cr_expect_gt(delta.children_minor_faults_count, 0u);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    struct counters ended = counters_now(), more = counters_delta(&ended, &alive);
    cr_expect_lt(more.user_ns + more.system_ns, 40000000u, "counted twice");
}

/* A server that the work talks to is not the work. */
Test(counters, leave_out_whom_they_are_told)
{
    int ready[2];
    cr_assert_eq(pipe(ready), 0);
    pid_t pid = fork();
    if (pid == 0) {
        cpu_burn(60000000);
        _exit(write(ready[1], "x", 1) == 1 && pause() == 0);
    }
    char byte;
    cr_assert_gt(pid, 0);
    counters_leave_out(pid);
    struct counters before = counters_now();
    cr_assert_eq(read(ready[0], &byte, 1), 1);
    struct counters after = counters_now(), without = counters_delta(&after, &before);
    counters_leave_out(0);
    after = counters_now();
    struct counters with = counters_delta(&after, &before);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    cr_expect_lt(without.user_ns + without.system_ns, 40000000u);
    cr_expect_geq(with.user_ns + with.system_ns, 50000000u);
}
