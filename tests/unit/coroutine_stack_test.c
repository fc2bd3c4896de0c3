/* SPDX-License-Identifier: Apache-2.0 */
/* Slabs, guards, and the report of an overflow. */
#include "quintet_criterion.h"

#include "coroutine_support.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(coroutine_stack, .timeout = 30);

Test(coroutine_stack, slots_are_distinct_aligned_and_last_in_first_out)
{
    struct stack_pool pool;
    enum { COUNT = 3000 };
    static struct stack *taken[COUNT];
    cr_assert_eq(stack_pool_init(&pool, STACK_SMALL_BYTES, STACK_GUARD_MADVISE), 0);
    for (int i = 0; i < COUNT; i++) {
        taken[i] = stack_pool_take(&pool);
        cr_assert_not_null(taken[i]);
        cr_assert_eq((uintptr_t)taken[i]->top % 16, 0u);
        cr_assert_geq(taken[i]->top - taken[i]->low, STACK_SMALL_BYTES - 4096 - 512);
        memset(taken[i]->top - 64, i & 0xff, 64);
    }
    for (int i = 0; i < COUNT; i++)
        cr_assert_eq(taken[i]->top[-1], (char)(i & 0xff), "slot %d shares memory", i);
    stack_pool_give(&pool, taken[5]);
    stack_pool_give(&pool, taken[9]);
    cr_expect_eq(stack_pool_take(&pool), taken[9]);
    cr_expect_eq(stack_pool_take(&pool), taken[5]);
    stack_pool_fini(&pool);
}

Test(coroutine_stack, colours_differ_and_stay_small)
{
    struct stack_pool pool;
    unsigned seen = 0;
    cr_assert_eq(stack_pool_init(&pool, STACK_SMALL_BYTES, STACK_GUARD_MADVISE), 0);
    for (int i = 0; i < 16; i++) {
        const struct stack *stack = stack_pool_take(&pool);
        ptrdiff_t below = stack->low - pool.guard_bytes + pool.slot_bytes - stack->top;
        cr_assert(below >= 0 && below <= 512);
        seen |= 1u << below / 64;
    }
    cr_expect_eq(__builtin_popcount(seen), 8, "%x", seen);
    stack_pool_fini(&pool);
}

Test(coroutine_stack, too_large_a_class_is_refused)
{
    struct stack_pool pool;
    cr_expect_eq(stack_pool_init(&pool, STACK_MAX_BYTES + 1, STACK_GUARD_MADVISE), -EINVAL);
}

/* Does writing to `address` kill? In a child. */
static bool write_kills(char *address)
{
    pid_t pid = fork();
    if (pid == 0) {
        test_die_with_parent();
        signal(SIGSEGV, SIG_DFL);
        signal(SIGBUS, SIG_DFL);
        *(volatile char *)address = 1;
        _exit(0);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFSIGNALED(status) && (WTERMSIG(status) == SIGSEGV || WTERMSIG(status) == SIGBUS);
}

static void check_guards(enum stack_guard kind)
{
    struct stack_pool pool;
    cr_assert_eq(stack_pool_init(&pool, STACK_DEFAULT_BYTES, kind), 0);
    struct stack *stack = stack_pool_take(&pool);
    cr_assert_not_null(stack);
    cr_expect_not(write_kills(stack->low), "the lowest usable byte must be usable");
    cr_expect(write_kills(stack->low - 1), "no guard below");
    stack_pool_give(&pool, stack);
    stack = stack_pool_take(&pool);
    cr_expect(write_kills(stack->low - 1), "the guard is gone after recycling");
    stack_pool_fini(&pool);
}

Test(coroutine_stack, guards_kill_and_survive_recycling)
{
    check_guards(STACK_GUARD_MADVISE);
    check_guards(STACK_GUARD_MPROTECT);
}

Test(coroutine_stack, guards_by_madvise_cost_no_mappings)
{
    struct stack_pool pool;
    size_t before = count_maps();
    cr_assert_eq(stack_pool_init(&pool, STACK_DEFAULT_BYTES, STACK_GUARD_MADVISE), 0);
    cr_assert_eq(stack_pool_reserve(&pool, 20000), 0);
    if (pool.guarded_count[STACK_GUARD_MADVISE] == pool.total_count)
        cr_expect_leq(count_maps(), before + 64, "%d mappings, %d before", (int)count_maps(), (int)before);
    stack_pool_fini(&pool);
    cr_expect_leq(count_maps(), before + 8);
}

/* mprotect splits mappings: it must stop well below vm.max_map_count, say so, and still hand out stacks. */
Test(coroutine_stack, guards_by_mprotect_stop_below_the_map_limit)
{
    struct stack_pool pool;
    char text[200];
    size_t limit = 65530;
    FILE *f = fopen("/proc/sys/vm/max_map_count", "re");
    cr_assert(f && fscanf(f, "%zu", &limit) == 1);
    fclose(f);
    if (limit > 200000)
        test_skip("vm.max_map_count is too large to be reached");
    cr_assert_eq(stack_pool_init(&pool, STACK_SMALL_BYTES, STACK_GUARD_MPROTECT), 0);
    cr_assert_eq(stack_pool_reserve(&pool, limit / 2 + 1000), 0);
    cr_expect_gt(pool.guarded_count[STACK_GUARD_MPROTECT], 1000u);
    cr_expect_gt(pool.guarded_count[STACK_GUARD_NONE], 1000u);
    cr_expect_lt(count_maps(), limit / 2);
    stack_pool_describe(&pool, text, sizeof text);
    cr_expect(strstr(text, "without guard"), "%s", text);
    size_t first = pool.guarded_count[STACK_GUARD_MPROTECT];
    stack_pool_fini(&pool);
    /* The budget must come back with the memory. */
    cr_assert_eq(stack_pool_init(&pool, STACK_SMALL_BYTES, STACK_GUARD_MPROTECT), 0);
    cr_assert_eq(stack_pool_reserve(&pool, first), 0);
    cr_expect_eq(pool.guarded_count[STACK_GUARD_NONE], 0u);
    stack_pool_fini(&pool);
}

Test(coroutine_stack, find_names_the_owner)
{
    struct stack_pool pool;
    struct stack_place place;
    int here;
    cr_assert_eq(stack_pool_init(&pool, STACK_DEFAULT_BYTES, STACK_GUARD_MADVISE), 0);
    struct stack *stack = stack_pool_take(&pool);
    stack->owner_id = 77;
    cr_assert(stack_find(stack->low - 1, &place));
    cr_expect(place.in_guard);
    cr_expect_eq(place.owner_id, 77u);
    cr_assert(stack_find(stack->low, &place));
    cr_expect_not(place.in_guard);
    cr_expect_not(stack_find(&here, &place));
    char *old = stack->low;
    stack_pool_fini(&pool);
    cr_expect_not(stack_find(old, &place));
}

/* ---- overflow in a child ---- */

static __attribute__((noinline)) int eat_stack(int depth)
{
    volatile char frame[256];
    frame[0] = (char)depth;
    if (depth == INT_MAX) /* never: for compilers that warn of endless recursion */
        return 0;
    int deeper = eat_stack(depth + 1);
    return deeper + frame[0];
}

static int overflowing(struct coro *self, void *arg)
{
    (void)self, (void)arg;
    volatile int result = eat_stack(0);
    (void)result;
    return 0;
}

static int straying(struct coro *self, void *arg)
{
    (void)self, (void)arg;
    char *nowhere = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    *(volatile char *)nowhere = 1;
    return 0;
}

static int idle(struct coro *self, void *arg)
{
    (void)arg;
    coro_yield(self);
    return 0;
}

static void begin_overflow(struct worker *w, unsigned i, void *arg)
{
    (void)i;
    for (uint32_t id = 0; id < 10; id++)
        worker_spawn(w, idle, NULL, id);
    worker_spawn(w, arg ? straying : overflowing, NULL, 4242);
}

static void chained_handler(int signal)
{
    (void)signal;
    static const char text[] = "previous handler ran\n";
    ssize_t ignored = write(STDERR_FILENO, text, sizeof text - 1);
    (void)ignored;
    _exit(33);
}

/* Run the rig in a child; give back its wait status and what it wrote to standard error. */
static int in_child(void *mode, bool own_handler, char *text, size_t size)
{
    int fd[2];
    cr_assert_eq(pipe2(fd, O_CLOEXEC), 0);
    pid_t pid = fork();
    if (pid == 0) {
        test_die_with_parent();
        struct rig rig = {.workers = 1, .reserve = 32, .begin = begin_overflow, .arg = mode};
        struct sigaction action = {.sa_handler = own_handler ? chained_handler : SIG_DFL, .sa_flags = SA_ONSTACK};
        dup2(fd[1], STDERR_FILENO);
        sigaction(SIGSEGV, &action, NULL);
        alarm(20);
        rig_run(&rig);
        _exit(0);
    }
    close(fd[1]);
    size_t used = 0;
    for (ssize_t n; used + 1 < size && (n = read(fd[0], text + used, size - 1 - used)) > 0;)
        used += (size_t)n;
    text[used] = 0;
    close(fd[0]);
    int status = 0;
    waitpid(pid, &status, 0);
    return status;
}

Test(coroutine_stack, overflow_is_reported_with_the_coroutine)
{
    char text[4096];
    int status = in_child(NULL, false, text, sizeof text);
    bool by_signal = WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;
    cr_expect(by_signal, "status %x", (unsigned)status);
    cr_expect(strstr(text, "coroutine 4242: stack overflow"), "%s", text);
}

Test(coroutine_stack, overflow_passes_on_to_the_previous_handler)
{
    char text[4096];
    int status = in_child(NULL, true, text, sizeof text);
    bool exited = WIFEXITED(status) && WEXITSTATUS(status) == 33;
    cr_expect(exited, "status %x", (unsigned)status);
    cr_expect(strstr(text, "coroutine 4242: stack overflow"), "%s", text);
    cr_expect(strstr(text, "previous handler ran"), "%s", text);
}

Test(coroutine_stack, other_faults_are_passed_on_silently)
{
    char text[4096];
    int status = in_child("stray", false, text, sizeof text);
    bool by_signal = WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;
    cr_expect(by_signal, "status %x", (unsigned)status);
    cr_expect_not(strstr(text, "overflow"), "%s", text);
}
