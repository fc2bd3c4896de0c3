/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the workloads know of their own work: every one of them, as small as it can be. Work that was done is believed;
 * and each word in shared memory that tells of work left undone, or of somebody woken too often, is looked at.
 */
#include "quintet_criterion.h"

#include "workload_rig.h"

#include "http_fake.h"
#include "measure/rng.h"

#include <sys/resource.h>

TestSuite(workload_check, .timeout = 60);

enum { WATCHED_MAX = 6, FLOOR_COPY_WORDS = 2 * 64 * 1024 / 4 };

struct watched {
    unsigned words; /* of four bytes: a number of eight is two of them */
    const char *told;
};

struct small_work {
    const char *workload, *params;
    unsigned in_flight;
    uint64_t
        digest; /* of all results: whoever changes it, is it the same work? If not, raise the workload's protocol */
    struct watched watched[WATCHED_MAX];
};

static const struct small_work works[] = {
    {"floor", "probe=clock,samples=1", 1, 0x1d5acfaefb8abd55, {{0}}},
    {"floor", "probe=pipe,samples=2", 1, 0x898bc88f9e7a3f0d, {{0}}},
    {"floor",
     "probe=memcpy,samples=1",
     1,
     0xe034135e31d16a4b,
     {{FLOOR_COPY_WORDS, "the copy differs from the original"}}},
    {"floor", "probe=line,samples=1", 2, 0x72e0a7683a59b8a1, {{2, "the line went over * times instead of 64"}}},
    {"handoff",
     "via=native,round_trips=5",
     2,
     0x955d285202b747d9,
     {{2, "task 0 was woken once more than it waited"},
      {2, "task 1 was woken once more than it waited"},
      {2, "the ball was not thrown twice per round trip"}}},
    {"handoff",
     "via=condvar,round_trips=5",
     2,
     0x955d285202b747d9,
     {{2, "task 0 was woken once more than it waited"},
      {2, "task 1 was woken once more than it waited"},
      {2, "the ball was not thrown twice per round trip"}}},
    {"handoff",
     "via=pipe,round_trips=5",
     2,
     0x955d285202b747d9,
     {{2, "task 0 was woken once more than it waited"}, {2, "task 1 was woken once more than it waited"}}},
    {"handoff",
     "via=generator,round_trips=300",
     1,
     0x1cdaf91b2a86d31b,
     {{2, "task 0 was woken once more than it waited"}, {2, "task 1 was woken once more than it waited"}}},
    {"switch_footprint",
     "ring=3,kib=1,laps=2,rounds=2",
     1,
     0x903b94b436b28959,
     {{1, "task 0 was woken once more than it waited"},
      {1, "task 1 was woken once more than it waited"},
      {1, "task 2 was woken once more than it waited"},
      {2, "there were * turns instead of 24"}}},
    {"switch_footprint",
     "ring=2,kib=1,laps=3,rounds=3,access=write",
     1,
     0x979d7de954e470f7,
     {{1, "task 0 was woken once more than it waited"},
      {1, "task 1 was woken once more than it waited"},
      {2, "there were * turns instead of 36"}}},
    {"spawn_join", "tasks=3", 2, 0xcb8ed75a5705e708, {{0}}},
    {"idle_memory",
     "tasks=3",
     1,
     0x61f83e0437a5a0cd,
     {{1, "task 0 was woken and had not waited"},
      {1, "task 1 was woken and had not waited"},
      {1, "task 2 was woken and had not waited"}}},
    {"contention",
     "lock=queue,inside=3,outside=2,passes=12",
     3,
     0x5f7348fe5ebbc151,
     {{2, "the lock was passed 12 times, its counter says *"},
      {2, "two tasks were inside the lock at once"},
      {5, "the lock is not free, or somebody was woken once more than they waited"}}},
    {"contention",
     "lock=yield,inside=3,outside=2,passes=4",
     2,
     0x927ea2e4c0d6ce62,
     {{2, "the lock was passed 4 times, its counter says *"},
      {2, "two tasks were inside the lock at once"},
      {4, "the lock is not free, or somebody was woken once more than they waited"}}},
    {"channel",
     "via=ring,capacity=2,sharers=2,messages=12",
     8,
     0x3a5f1f4d8cd53799,
     {{8, "channel 0: not empty, or somebody was woken once more than they waited"},
      {8, "channel 1: not empty, or somebody was woken once more than they waited"},
      {4, "channel 0: what was taken is not what was put"},
      {4, "channel 1: what was taken is not what was put"}}},
    {"channel",
     "via=pipe,messages=4",
     2,
     0x1e31f832e15b473d,
     {{6, "channel 0: not empty, or somebody was woken once more than they waited"},
      {2, "channel 0: what was taken is not what was put"}}},
    {"wake_latency",
     "gap_ns=0,wakes=4,hogs=one_per_cpu,hog_steps=10",
     1,
     0x52cc4df557693ccb,
     {{1, "the waker was woken once more than it waited"},
      {1, "the wakee was woken once more than it waited"},
      {2, "* of 4 wakes were timed"}}},
    {"sleep_fanout", "tasks=3,sleep_ns=10000", 3, 0xaf93c67cfdd3a5d1, {{0}}},
    {"fetch_many", "urls=6,per_connection=3,body_bytes=64,fail_permille=0", 2, 0xcc59aa23f94fc410, {{0}}},
    {"pipe_pairs", "bytes=64,round_trips=6", 4, 0x753e5203af5e14eb, {{0}}},
    {"file_random_read", "file_bytes=64Ki,reads=9", 3, 0x3c8b7c4dd8c51e70, {{0}}},
    {"mandelbrot", "width=16,bands=3,band_rows=2,iterations=50", 3, 0x35d17e168a8fee46, {{0}}},
    {"sha256", "messages=20", 2, 0x34cd77ee1e651e75, {{0}}},
    {"fib", "n=9,trees=2", 1, 0x4f4802ea7b903664, {{0}}},
    {"skynet", "leaves=100,trees=2", 1, 0xf7969b1fa7e837aa, {{0}}},
    {"hash_tree", "files=32,file_bytes=3000", 2, 0x72e64d500c3dfa32, {{0}}},
    {"grain", "steps=10,work_steps=40", 2, 0x3865dd83d189df6, {{0}}},
    {"io_cpu_mix", "cpu_permille=500,op_ns=10000,requests=32", 2, 0xc853b78914a9472a, {{0}}},
    {"io_cpu_mix", "cpu_permille=1000,op_ns=10000,requests=32", 2, 0x15eb4dfbece1a0b6, {{0}}},
    {"hog", "clients=2,requests=7,period_ns=10000,big_steps=100", 3, 0x753c0fc07249182e, {{0}}},
};
enum { WORKS = sizeof works / sizeof *works };

/* Two functions of one task that call each other in turn. */
static int bounce_in_turn(struct ctx *ctx, enum handoff_by how, struct bounce *b)
{
    (void)ctx;
    (void)how;
    for (uint64_t i = 0; i < b->round_trips; i++)
        b->word = b->side[0](b->arg[0], b->side[1](b->arg[1], b->word));
    return 0;
}

static void given(const struct small_work *work)
{
    workload_rig_begin(work->workload, work->params, work->in_flight);
    fake_offer();
    rig_g.ops.bounce = bounce_in_turn;
    workload_rig_setup();
    const char *why = workload_rig_run();
    cr_assert_null(why, "%s %s: %s", work->workload, work->params, why);
}

static uint64_t digest(void)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < rig_g.shape.tasks; i++)
        sum += rng_hash2(i, rig_g.arena.tasks[i].result);
    return sum;
}

/* One file and one line of registry.def make a workload; but a check() of its own must be seen to find something. */
Test(workload_check, no_check_is_left_out)
{
    for (unsigned w = 0; workload_registry[w]; w++) {
        unsigned rows = 0;
        for (unsigned i = 0; i < WORKS; i++)
            rows += !strcmp(works[i].workload, workload_registry[w]->name);
        cr_expect(rows > 0 || !workload_registry[w]->check, "%s has a check and no row in works[]",
                  workload_registry[w]->name);
    }
}

/* ... and it is the work that the same nonce and seed have always stood for: stored runs are compared with new ones. */
Test(workload_check, work_that_was_done_is_believed)
{
    for (unsigned i = 0; i < WORKS; i++) {
        given(&works[i]);
        cr_expect_eq(digest(), works[i].digest, "%s %s: 0x%llx", works[i].workload, works[i].params,
                     (unsigned long long)digest());
        workload_rig_end();
    }
}

/* Nobody passes with the results of another block, of another task, or of less work. */
Test(workload_check, every_result_is_of_one_block_and_task)
{
    for (unsigned i = 0; i < WORKS; i++) {
        given(&works[i]);
        const struct workload *workload = rig_g.workload;
        struct shape less = rig_g.shape;
        less.ops_per_task--;
        for (unsigned task = 0; task < rig_g.shape.tasks; task++) {
            uint64_t result = rig_g.arena.tasks[task].result;
            const char *name = works[i].params;
            for (unsigned other = 0; other < task && strcmp(works[i].workload, "floor") != 0; other++)
                cr_expect_neq(rig_g.arena.tasks[other].result, result, "%s: %u and %u", name, other, task);
            bool in_one = strstr(name, "hogs") && task > 1; /* all of it is in the last op, however many there are */
            if (less.ops_per_task && !in_one)
                cr_expect_neq(workload->expect(&rig_g.env, &less, task), result, "%s: an op less", name);
            rig_g.env.nonce++;
            bool fixed = strstr(name, "probe=clock") || strstr(name, "probe=line");
            if (!fixed)
                cr_expect_neq(workload->expect(&rig_g.env, &rig_g.shape, task), result, "%s: another block", name);
            rig_g.env.nonce--;
        }
        workload_rig_end();
    }
}

/* Does the reason fit? A star is a number. */
static bool fits(const char *told, const char *reason)
{
    const char *star = strchr(told, '*');
    if (!star)
        return strstr(reason, told) == reason;
    size_t head = (size_t)(star - told);
    if (strncmp(told, reason, head) != 0)
        return false;
    reason += head;
    return strspn(reason, "0123456789") > 0 && !strcmp(reason + strspn(reason, "0123456789"), star + 1);
}

/* Each word of shared memory in turn, to the end of its last page, is one more than it was: those that tell of the work
 * are noticed, no others. */
static void check_notices(const struct small_work *work)
{
    unsigned noticed[WATCHED_MAX] = {0};
    size_t first[WATCHED_MAX];
    given(work);
    uint32_t *word = rig_g.env.shared;
    size_t words = (rig_g.shape.shared_bytes + 4095) / 4096 * 4096 / sizeof *word;
    for (size_t i = 0; rig_g.workload->check && i < words; i++) {
        word[i]++;
        int rc = rig_g.workload->check(&rig_g.env, &rig_g.shape);
        word[i]--;
        if (!rc)
            continue;
        unsigned row = 0;
        const char *reason = env_reason_text(&rig_g.env);
        while (row < WATCHED_MAX && work->watched[row].told && !fits(work->watched[row].told, reason))
            row++;
        cr_assert(rc == -EBADMSG && row < WATCHED_MAX && work->watched[row].told, "%s %s: word %zu: %s: %s",
                  work->workload, work->params, i, strerror(-rc), reason);
        if (noticed[row]++ == 0)
            first[row] = i;
    }
    for (unsigned row = 0; row < WATCHED_MAX; row++)
        cr_expect_eq(noticed[row], work->watched[row].words, "%s %s: '%s': %u words", work->workload, work->params,
                     work->watched[row].told, noticed[row]);
    for (unsigned row = 1; row < WATCHED_MAX && work->watched[row].told; row++)
        cr_expect(!strstr(work->watched[row - 1].told, "woken") || !strstr(work->watched[row].told, "woken") ||
                      first[row - 1] < first[row],
                  "%s: seats lie in the order of their owners: '%s'", work->workload, work->watched[row].told);
    cr_expect(!rig_g.workload->check || !rig_g.workload->check(&rig_g.env, &rig_g.shape));
    workload_rig_end();
}

Test(workload_check, what_tells_of_undone_work_is_noticed)
{
    for (unsigned i = 0; i < WORKS; i++)
        check_notices(&works[i]);
}

/* The numbers that are told are those that are. */
Test(workload_check, a_reason_says_how_many)
{
    static const struct small_work line = {.workload = "floor", .params = "probe=line,samples=1", .in_flight = 2};
    given(&line);
    *(uint64_t *)rig_g.env.shared += 1;
    cr_assert_eq(rig_g.workload->check(&rig_g.env, &rig_g.shape), -EBADMSG);
    cr_expect_str_eq(env_reason_text(&rig_g.env), "the line went over 65 times instead of 64");
}

/* A fork is as dear as its parent is large: memory that is not there any more makes it a cheaper one. */
Test(workload_check, memory_that_was_to_be_occupied_must_be_there)
{
    workload_rig_begin("spawn_join", "tasks=2,resident_mib=8", 1);
    workload_rig_setup();
    cr_expect_null(workload_rig_run());
    *rig_param("resident_mib") = 65536;
    const char *why = workload_rig_run();
    cr_assert_not_null(why);
    cr_expect(strstr(why, "check: Bad message: of 65536 MiB that were occupied, only ") == why, "%s", why);
    unsigned mib = 0;
    cr_expect_eq(sscanf(strstr(why, "only "), "only %u are in memory", &mib), 1);
    cr_expect(mib >= 8 && mib < 4096, "%u", mib);
    *rig_param("resident_mib") = 8;
    cr_expect_null(workload_rig_run());
    workload_rig_end();
}

/* Who asks for no memory needs nobody to tell of it; who does is told what is in the way. */
Test(workload_check, memory_that_cannot_be_told)
{
    struct rlimit limit, none;
    workload_rig_begin("spawn_join", "tasks=2,resident_mib=1", 1);
    workload_rig_setup();
    getrlimit(RLIMIT_NOFILE, &limit);
    none = (struct rlimit){.rlim_cur = 3, .rlim_max = limit.rlim_max};
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
    cr_expect_eq(rig_g.workload->setup(&rig_g.env), -EMFILE);
    cr_expect_eq(rig_g.workload->check(&rig_g.env, &rig_g.shape), -EMFILE);
    cr_expect_str_eq(env_reason_text(&rig_g.env), "", "that is not the kernel's doing");
    *rig_param("resident_mib") = 0;
    cr_expect_eq(rig_g.workload->check(&rig_g.env, &rig_g.shape), 0);
    setrlimit(RLIMIT_NOFILE, &limit);
    workload_rig_end();
}
