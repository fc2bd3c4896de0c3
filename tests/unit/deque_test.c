/* SPDX-License-Identifier: Apache-2.0 */
/* The deque of closures: one owner, several thieves, every closure taken once. */
#include "quintet_criterion.h"

#include "runtime_support.h"

#include "strategies/coroutine/deque.h"

TestSuite(deque, .timeout = 120);

static struct coro_closure item(uintptr_t number)
{
    return (struct coro_closure){.arg = VALUE(number), .scope = VALUE(number ^ 0x5555)};
}

/* Its number; all three words must belong together. */
static uintptr_t number_of(const struct coro_closure *c)
{
    EXPECT(NUMBER(c->scope) == (NUMBER(c->arg) ^ 0x5555));
    return NUMBER(c->arg);
}

/* Positions at which 16, 32 and 63 bits, or a sign, would show. */
static const int64_t starts[] = {0,
                                 1,
                                 DEQUE_CELLS - 1,
                                 65535,
                                 INT64_C(4294967296) - 100,
                                 INT64_C(4294967296) - 1,
                                 INT64_C(2147483648) - 100,
                                 INT64_C(1) << 62};
enum { STARTS = sizeof starts / sizeof starts[0] };

static void one_thread(int64_t start, bool shared)
{
    struct deque d;
    struct coro_closure c;
    cr_assert_eq(deque_init(&d, shared, start), 0);
    cr_expect_eq(deque_count(&d), 0);
    for (int i = 0; i < 3; i++) {
        cr_expect(!deque_take(&d, &c));
        cr_expect(!deque_steal(&d, &c));
        cr_expect_eq(deque_count(&d), 0, "looking at an empty one leaves it empty");
    }
    for (uintptr_t i = 0; i < DEQUE_CELLS; i++) {
        c = item(i);
        cr_assert(deque_push(&d, &c));
    }
    c = item(999999);
    cr_expect(!deque_push(&d, &c), "full");
    cr_expect_eq(deque_count(&d), DEQUE_CELLS);
    for (uintptr_t i = 0; i < DEQUE_CELLS / 2; i++) {
        cr_assert(deque_steal(&d, &c));
        cr_assert_eq(number_of(&c), i, "the oldest");
        cr_assert(deque_take(&d, &c));
        cr_assert_eq(number_of(&c), DEQUE_CELLS - 1 - i, "the newest");
    }
    cr_expect(!deque_take(&d, &c) && !deque_steal(&d, &c));
    for (uintptr_t i = 0; i < 3 * DEQUE_CELLS; i++) { /* round and round, with one in it */
        c = item(i);
        cr_assert(deque_push(&d, &c));
        cr_assert(i & 1 ? deque_take(&d, &c) : deque_steal(&d, &c));
        cr_assert_eq(number_of(&c), i);
    }
    deque_fini(&d);
}

Test(deque, order_room_and_wrapping_around)
{
    for (int i = 0; i < STARTS; i++) {
        one_thread(starts[i], true);
        one_thread(starts[i], false);
    }
    ASSERT_NOTHING_WRONG();
}

/* ---- thieves ---- */

struct robbery {
    struct deque deque;
    _Atomic uint64_t sum, count;
    _Atomic bool over;
};

static void *thief(void *arg)
{
    struct robbery *r = arg;
    struct coro_closure c;
    uint64_t sum = 0, count = 0;
    while (!atomic_load_explicit(&r->over, memory_order_acquire)) {
        if (deque_steal(&r->deque, &c)) {
            sum += number_of(&c);
            count++;
        } else if (deque_count(&r->deque) <= 0) {
            sched_yield();
        }
    }
    r->sum += sum;
    r->count += count;
    return NULL;
}

/* Push `items`, at most `most` before some are taken again. How many were stolen. */
static uint64_t rob(int64_t start, uint64_t items, unsigned thieves, uint32_t most)
{
    static struct robbery r;
    pthread_t threads[4];
    struct coro_closure c;
    uint64_t sum = 0, count = 0, pushed = 0;
    uint32_t seed = 99;
    memset(&r, 0, sizeof r);
    cr_assert_eq(deque_init(&r.deque, true, start), 0);
    for (unsigned i = 0; i < thieves; i++)
        pthread_create(&threads[i], NULL, thief, &r);
    while (pushed < items) {
        uint32_t burst = 1 + next_random(&seed) % most;
        for (; burst > 0 && pushed < items; burst--) {
            c = item(pushed + 1);
            if (!deque_push(&r.deque, &c))
                break;
            pushed++;
        }
        for (uint32_t takes = next_random(&seed) % (most + 1); takes > 0 && deque_take(&r.deque, &c); takes--) {
            sum += number_of(&c);
            count++;
        }
    }
    while (deque_take(&r.deque, &c)) {
        sum += number_of(&c);
        count++;
    }
    atomic_store(&r.over, true);
    for (unsigned i = 0; i < thieves; i++)
        pthread_join(threads[i], NULL);
    cr_expect_eq(count + r.count, items, "%u thieves, bursts of %u: taken %lu of %lu", thieves, most,
                 (unsigned long)(count + r.count), (unsigned long)items);
    cr_expect_eq(sum + r.sum, items * (items + 1) / 2);
    deque_fini(&r.deque);
    return r.count;
}

/* One item at a time: owner and thief are always after the same one. */
Test(deque, the_last_one_goes_to_one)
{
    for (int i = 0; i < STARTS; i++)
        rob(starts[i], MANY_OR_FEW(300000, 30000), 1, 1);
    ASSERT_NOTHING_WRONG();
}

Test(deque, full_and_empty_in_turns)
{
    rob(INT64_C(4294967296) - 100, MANY_OR_FEW(2000000, 200000), 2, DEQUE_CELLS + 50);
    ASSERT_NOTHING_WRONG();
}

Test(deque, checksum_of_many)
{
    bool thorough = getenv("QUINTET_TEST_THOROUGH");
    uint64_t stolen = rob(INT64_C(4294967296) - 100, thorough ? 100000000 : MANY_OR_FEW(10000000, 500000), 2, 16);
    cr_expect_gt(stolen, 0u);
    ASSERT_NOTHING_WRONG();
}
