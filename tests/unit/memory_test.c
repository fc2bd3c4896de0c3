/* SPDX-License-Identifier: Apache-2.0 */
/* What a tree of processes occupies: each part must move by what was made, once, whoever asks. Other tests run at the
 * same time in forks of the same runner: as they come and go, a page that is shared with them weighs more or less. */
#include "quintet_criterion.h"

#include "contract/env.h"
#include "measure/memory.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MIB = 1024 * 1024, PAGE = 4096, SLACK = MIB };

static struct memory memory_of(pid_t root)
{
    struct memory m;
    int rc = memory_read(&m, root);
    if (rc == -ENOTSUP)
        test_skip("no smaps_rollup or no lists of children");
    cr_assert_eq(rc, 0);
    return m;
}

static char *pages_touch(size_t bytes, int flags)
{
    char *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return NULL;
    madvise(p, bytes, MADV_NOHUGEPAGE);
    for (size_t i = 0; i < bytes; i += PAGE)
        ((volatile char *)p)[i] = 1;
    return p;
}

static int64_t grown(uint64_t later, uint64_t earlier)
{
    return (int64_t)later - (int64_t)earlier;
}

static void expect_near(int64_t got, int64_t want, int64_t slack, const char *what)
{
    cr_expect(got >= want - slack && got <= want + slack, "%s: %lld, want %lld +- %lld", what, (long long)got,
              (long long)want, (long long)slack);
}

Test(memory, private_and_shared_pages_are_told_apart)
{
    struct memory before = memory_of(getpid());
    cr_assert_not_null(pages_touch(16 * MIB, MAP_PRIVATE));
    struct memory with_private = memory_of(getpid());
    cr_assert_not_null(pages_touch(8 * MIB, MAP_SHARED));
    struct memory with_both = memory_of(getpid());
    expect_near(grown(with_private.private_bytes, before.private_bytes), 16 * MIB, SLACK, "private after private");
    expect_near(grown(with_private.shared_bytes, before.shared_bytes), 0, SLACK, "shared after private");
    expect_near(grown(with_both.private_bytes, with_private.private_bytes), 0, SLACK, "private after shared");
    expect_near(grown(with_both.shared_bytes, with_private.shared_bytes), 8 * MIB, SLACK, "shared after shared");
    expect_near(grown(with_private.page_table_bytes, before.page_table_bytes), 16 * MIB / 512, 4 * PAGE, "page tables");
}

/* A page that parent and child map is one page; one that the child has written to is a second one. */
Test(memory, children_are_counted_once)
{
    enum { CHILDREN = 3 };
    int ready[2];
    char *common = pages_touch(8 * MIB, MAP_PRIVATE), byte;
    cr_assert_not_null(common);
    cr_assert_eq(pipe(ready), 0);
    struct memory before = memory_of(getpid());
    pid_t children[CHILDREN];
    for (int i = 0; i < CHILDREN; i++) {
        children[i] = fork();
        cr_assert_geq(children[i], 0);
        if (children[i] == 0) {
            test_die_with_parent();
            for (size_t at = 0; at < 2 * MIB; at += PAGE)
                ((volatile char *)common)[at] = 2;
            _exit(write(ready[1], "x", 1) == 1 && pause() == 0);
        }
    }
    for (int i = 0; i < CHILDREN; i++)
        cr_assert_eq(read(ready[0], &byte, 1), 1);
    struct memory with_children = memory_of(getpid());
    for (int i = 0; i < CHILDREN; i++) {
        kill(children[i], SIGKILL);
        waitpid(children[i], NULL, 0);
    }
    struct memory after = memory_of(getpid());
    cr_expect_eq(grown(with_children.processes_count, before.processes_count), CHILDREN);
    cr_expect_geq(grown(with_children.threads_count, before.threads_count), CHILDREN);
    cr_expect_eq(after.processes_count, before.processes_count);
    int64_t private = grown(with_children.private_bytes, before.private_bytes);
    cr_expect_geq(private, CHILDREN * 2 * MIB - SLACK, "what each child wrote to");
    cr_expect_lt(private, CHILDREN * 4 * MIB, "and not the %d MiB that they share: %lld", 8, (long long)private);
}

static void *thread_wait(void *arg)
{
    char byte;
    return read(*(int *)arg, &byte, 1) == 0 ? arg : NULL;
}

Test(memory, a_thread_has_a_stack_in_the_kernel)
{
    enum { THREADS = 16 };
    pthread_t threads[THREADS];
    int gate[2];
    cr_assert_eq(pipe(gate), 0);
    uint64_t each = memory_kernel_stack_bytes();
    cr_assert(each == 0 || (each >= 8192 && each <= 65536 && (each & (each - 1)) == 0), "%llu bytes",
              (unsigned long long)each);
    struct memory before = memory_of(getpid());
    for (int i = 0; i < THREADS; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, thread_wait, &gate[0]), 0);
    struct memory with_threads = memory_of(getpid());
    close(gate[1]);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    cr_expect_eq(grown(with_threads.threads_count, before.threads_count), THREADS);
    cr_expect_eq(grown(with_threads.kernel_stack_bytes, before.kernel_stack_bytes), THREADS * (int64_t)each);
    cr_expect_eq(with_threads.processes_count, before.processes_count);
    /* A stack and its guard each. Where two stacks lie side by side nothing is saved: their rights alternate. */
    int64_t mappings = grown(with_threads.mappings_count, before.mappings_count);
    cr_expect(mappings >= 2 * THREADS - 2 && mappings <= 2 * THREADS + 4, "%d mappings", (int)mappings);
    cr_expect_eq(with_threads.files_count, before.files_count);
    int extra[2];
    cr_assert_eq(pipe(extra), 0);
    cr_expect_eq(grown(memory_of(getpid()).files_count, before.files_count), 1, "one more: the gate's was closed");
    close(extra[0]);
    close(extra[1]);
}

/* A task of the strategy `processes` that asks is a child itself, and must hear about the whole trial. */
Test(memory, a_child_that_asks_hears_of_the_whole_trial)
{
    struct workload_env env = {0};
    struct memory *seen = mmap(NULL, sizeof *seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    cr_assert_neq(seen, MAP_FAILED);
    memory_of(getpid()); /* skips where it can't be known */
    cr_assert_eq(env_init(&env), 0);
    cr_assert_not_null(pages_touch(8 * MIB, MAP_PRIVATE));
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0)
        _exit(-env_memory(&env, seen));
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    env_fini(&env);
    cr_assert_eq(status, 0);
    cr_expect_geq(seen->private_bytes, 8 * MIB);
    cr_expect_lt(seen->private_bytes, 24 * MIB);
    cr_expect_eq(seen->processes_count, 2);
}

Test(memory, no_such_process)
{
    struct memory m;
    memory_of(getpid()); /* skips where it can't be known */
    cr_expect_lt(memory_read(&m, 0x7ffffffe), 0);
    cr_expect_eq(m.processes_count, 0);
}
