/* SPDX-License-Identifier: Apache-2.0 */
/* A neighbour that computes for some milliseconds is seen, where ticks would not tell; our own group is not. */
#include "quintet_criterion.h"

#include "measure/others.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

TestSuite(others);

static uint64_t cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void spend(uint64_t ns)
{
    for (uint64_t until = cpu_ns() + ns; cpu_ns() < until;)
        ;
}

/* A child that spends 5 ms when told to, in a group of its own or in ours. */
static uint64_t seen_of(bool own_group, bool born_late)
{
    struct others before = {0}, after = {0};
    int go[2], done[2];
    char byte = 'x';
    cr_assert(pipe(go) == 0 && pipe(done) == 0);
    if (born_late)
        cr_assert_eq(others_read(&before, getpgrp()), 0);
    pid_t child = fork();
    if (child == 0) {
        if (!own_group)
            setpgid(0, 0);
        if (write(done[1], &byte, 1) != 1 || read(go[0], &byte, 1) != 1)
            _exit(1);
        spend(5000000);
        if (write(done[1], &byte, 1) != 1 || read(go[0], &byte, 1) != 1)
            _exit(1);
        _exit(0);
    }
    cr_assert_eq(read(done[0], &byte, 1), 1);
    if (!born_late)
        cr_assert_eq(others_read(&before, getpgrp()), 0);
    cr_assert_eq(write(go[1], &byte, 1), 1);
    cr_assert_eq(read(done[0], &byte, 1), 1);
    cr_assert_eq(others_read(&after, getpgrp()), 0);
    cr_assert_gt(after.n, 0u);
    uint64_t used = 0;
    for (unsigned i = 0; i < after.n; i++) /* of the child only: the machine has other business */
        if (after.list[i].pid == child) {
            struct others one = {&after.list[i], 1, 1};
            used = others_used_ns(&one, &before);
        }
    cr_expect_geq(others_used_ns(&after, &before), used);
    cr_assert_eq(write(go[1], &byte, 1), 1);
    waitpid(child, NULL, 0);
    others_fini(&before);
    others_fini(&after);
    return used;
}

Test(others, five_milliseconds_of_a_neighbour_are_seen)
{
    uint64_t used = seen_of(false, false);
    cr_expect(used >= 5000000 && used < 9000000, "%llu ns of 5 ms", (unsigned long long)used);
}

Test(others, who_came_later_counts_from_its_birth)
{
    cr_expect_geq(seen_of(false, true), 5000000u);
}

Test(others, our_own_group_is_not_others)
{
    setpgid(0, 0);
    cr_expect_eq(seen_of(true, false), 0u);
}

Test(others, a_number_with_a_new_owner_counts_anew)
{
    struct others_process was[] = {{10, 500}, {20, 900}, {40, 7}}, is[] = {{5, 3}, {20, 100}, {40, 8}};
    struct others before = {was, 3, 3}, after = {is, 3, 3};
    cr_expect_eq(others_used_ns(&after, &before), 3u + 100u + 1u);
    cr_expect_eq(others_used_ns(&(struct others){0}, &before), 0u);
}
