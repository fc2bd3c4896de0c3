/* SPDX-License-Identifier: Apache-2.0 */
/* Generators: values, sending, closing, nesting, and every wrong use's one outcome. */
#include "quintet_criterion.h"

#include "coroutine_support.h"
#include "strategies/coroutine/generator.h"

static struct stack_pool pool;

static void pool_open(void)
{
    if (stack_pool_init(&pool, STACK_DEFAULT_BYTES, STACK_GUARD_MADVISE))
        abort();
}

static void pool_close(void)
{
    stack_pool_fini(&pool);
}

TestSuite(generator, .init = pool_open, .fini = pool_close);

static void count(struct generator *self, void *arg)
{
    for (uintptr_t i = 0; i < (uintptr_t)arg; i++)
        if (generator_yield(self, i))
            return;
}

Test(generator, hands_out_values_and_ends_for_ever)
{
    struct generator g;
    uintptr_t value, expected = 0;
    int more;
    cr_assert_eq(generator_open(&g, &pool, count, (void *)5), 0);
    cr_expect_eq(generator_state(&g), GENERATOR_CREATED);
    while ((more = generator_next(&g, &value)) > 0) {
        cr_expect_eq(value, expected++);
        cr_expect_eq(generator_state(&g), GENERATOR_SUSPENDED);
    }
    cr_expect_eq(more, 0);
    cr_expect_eq(expected, 5u);
    cr_expect_eq(generator_state(&g), GENERATOR_CLOSED);
    for (int i = 0; i < 3; i++)
        cr_expect_eq(generator_next(&g, &value), 0);
    cr_expect_eq(generator_close(&g), 0);
    cr_expect_eq(generator_close(&g), 0, "closing twice");
    cr_expect_eq(generator_next(&g, &value), 0);
    cr_expect_eq(pool.free_count, pool.total_count, "the stack went back");
}

Test(generator, an_empty_body_yields_nothing)
{
    struct generator g;
    uintptr_t value;
    cr_assert_eq(generator_open(&g, &pool, count, (void *)0), 0);
    cr_expect_eq(generator_next(&g, &value), 0);
    cr_expect_eq(generator_close(&g), 0);
}

/* Running average of what is sent. */
static void average(struct generator *self, void *arg)
{
    uintptr_t sum = 0, n = 0;
    (void)arg;
    while (!generator_yield(self, n ? sum / n : 0)) {
        sum += generator_sent(self);
        n++;
    }
}

Test(generator, takes_what_is_sent)
{
    struct generator g;
    uintptr_t value = 0;
    cr_assert_eq(generator_open(&g, &pool, average, NULL), 0);
    cr_expect_eq(generator_send(&g, 7, &value), -EINVAL, "nobody stands at a yield yet");
    cr_expect_eq(generator_state(&g), GENERATOR_CREATED);
    cr_expect_eq(generator_send(&g, 0, &value), 1, "0 starts it, as next does");
    cr_expect_eq(generator_send(&g, 10, &value), 1);
    cr_expect_eq(value, 10u);
    cr_expect_eq(generator_send(&g, 20, &value), 1);
    cr_expect_eq(value, 15u);
    cr_expect_eq(generator_next(&g, &value), 1, "next sends 0");
    cr_expect_eq(value, 10u);
    cr_expect_eq(generator_close(&g), 0);
    cr_expect_eq(generator_send(&g, 1, &value), 0, "after the end");
}

struct cleaning {
    int told, cleaned;
    bool ignore;
    struct generator *generator;
};

static void cleaner(struct generator *self, void *arg)
{
    struct cleaning *c = arg;
    c->told = generator_yield(self, 1);
    if (c->ignore)
        generator_yield(self, 2);
    c->cleaned++;
}

Test(generator, close_lets_the_body_clean_up)
{
    struct cleaning c = {0};
    struct generator g;
    uintptr_t value;
    cr_assert_eq(generator_open(&g, &pool, cleaner, &c), 0);
    cr_assert_eq(generator_next(&g, &value), 1);
    cr_expect_eq(generator_close(&g), 0);
    cr_expect_eq(c.told, -ECANCELED);
    cr_expect_eq(c.cleaned, 1);
}

Test(generator, close_before_the_first_next_runs_nothing)
{
    struct cleaning c = {0};
    struct generator g;
    cr_assert_eq(generator_open(&g, &pool, cleaner, &c), 0);
    cr_expect_eq(generator_close(&g), 0);
    cr_expect_eq(c.cleaned, 0);
    cr_expect_eq(pool.free_count, pool.total_count);
}

Test(generator, a_yield_after_close_is_an_error_and_the_end)
{
    struct cleaning c = {.ignore = true};
    struct generator g;
    uintptr_t value;
    cr_assert_eq(generator_open(&g, &pool, cleaner, &c), 0);
    cr_assert_eq(generator_next(&g, &value), 1);
    cr_expect_eq(generator_close(&g), -EPROTO);
    cr_expect_eq(generator_state(&g), GENERATOR_CLOSED);
    cr_expect_eq(c.cleaned, 0, "the rest of the body is abandoned");
    cr_expect_eq(generator_next(&g, &value), 0);
    cr_expect_eq(pool.free_count, pool.total_count);
}

static void meddler(struct generator *self, void *arg)
{
    int *seen = arg;
    uintptr_t value;
    seen[0] = generator_next(self, &value);
    seen[1] = generator_send(self, 1, &value);
    seen[2] = generator_close(self);
    seen[3] = generator_state(self);
    generator_yield(self, 1);
}

Test(generator, running_refuses_to_be_resumed_or_closed)
{
    int seen[4] = {0};
    struct generator g;
    uintptr_t value;
    cr_assert_eq(generator_open(&g, &pool, meddler, seen), 0);
    cr_assert_eq(generator_next(&g, &value), 1);
    cr_expect_eq(seen[0], -EBUSY);
    cr_expect_eq(seen[1], -EBUSY);
    cr_expect_eq(seen[2], -EBUSY);
    cr_expect_eq(seen[3], (int)GENERATOR_RUNNING);
    cr_expect_eq(generator_close(&g), 0);
}

/* In order, from any depth of calls: a tree of 2^depth - 1 nodes, numbered as they are visited. */
static int visit(struct generator *g, int depth, uintptr_t *number)
{
    if (depth == 0)
        return 0;
    int err = visit(g, depth - 1, number);
    if (!err)
        err = generator_yield(g, ++*number);
    return err ? err : visit(g, depth - 1, number);
}

static void walk(struct generator *self, void *arg)
{
    uintptr_t number = 0;
    visit(self, (int)(intptr_t)arg, &number);
}

Test(generator, yields_from_any_depth)
{
    struct generator g;
    uintptr_t value, last = 0;
    cr_assert_eq(generator_open(&g, &pool, walk, (void *)10), 0);
    while (generator_next(&g, &value) > 0)
        cr_assert_eq(value, ++last);
    cr_expect_eq(last, 1023u);
    cr_expect_eq(generator_close(&g), 0);
}

/* Sieve: each prime found puts another generator in front; generators resume generators. */
struct sieve {
    struct generator inner;
    uintptr_t prime;
};

static void naturals(struct generator *self, void *arg)
{
    for (uintptr_t i = (uintptr_t)arg;; i++)
        if (generator_yield(self, i))
            return;
}

static void sift(struct generator *self, void *arg)
{
    struct sieve *s = arg;
    for (uintptr_t n; generator_next(&s->inner, &n) > 0;)
        if (n % s->prime && generator_yield(self, n))
            return;
}

Test(generator, generators_drive_generators)
{
    static const uintptr_t primes[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29};
    enum { N = sizeof primes / sizeof *primes };
    struct sieve stage[N];
    struct generator last;
    cr_assert_eq(generator_open(&stage[0].inner, &pool, naturals, (void *)2), 0);
    for (int i = 0; i < N; i++) {
        cr_assert_eq(generator_next(&stage[i].inner, &stage[i].prime), 1);
        cr_expect_eq(stage[i].prime, primes[i]);
        cr_assert_eq(generator_open(i + 1 < N ? &stage[i + 1].inner : &last, &pool, sift, &stage[i]), 0);
    }
    cr_expect_eq(generator_close(&last), 0);
    for (int i = N; i-- > 0;)
        cr_expect_eq(generator_close(&stage[i].inner), 0);
}

/* Inside coroutines that take turns: each pulls from its own generator, on its worker's stacks. */
static _Atomic unsigned pulled;

static int puller(struct coro *self, void *arg)
{
    struct generator g;
    uintptr_t value, expected = 0;
    (void)arg;
    if (generator_open(&g, coro_stacks(self), count, (void *)100))
        return 0;
    while (generator_next(&g, &value) > 0) {
        if (value == expected++)
            atomic_fetch_add(&pulled, 1);
        coro_yield(self);
    }
    generator_close(&g);
    return 0;
}

static void pull_begin(struct worker *w, unsigned i, void *arg)
{
    (void)arg;
    for (unsigned k = 0; k < 8; k++)
        worker_spawn(w, puller, NULL, i * 8 + k);
}

Test(generator, works_inside_coroutines)
{
    struct rig rig = {.workers = 2, .begin = pull_begin};
    cr_assert_eq(rig_run(&rig), 0);
    cr_expect_eq(pulled, 2u * 8 * 100);
}

Test(generator, many_values_allocate_nothing)
{
    const uintptr_t n = MANY_OR_FEW(100000, 100); /* AddressSanitizer's build looks up the caller's stack each time */
    struct generator g;
    uintptr_t value, sum = 0;
    size_t maps = count_maps();
    for (int round = 0; round < 10; round++) {
        cr_assert_eq(generator_open(&g, &pool, count, (void *)n), 0);
        while (generator_next(&g, &value) > 0)
            sum += value;
        generator_close(&g);
    }
    cr_expect_eq(sum, 10 * n * (n - 1) / 2);
    cr_expect_leq(count_maps(), maps + 3, "one slab of stacks at most");
}
