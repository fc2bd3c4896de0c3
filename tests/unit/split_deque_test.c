/* SPDX-License-Identifier: Apache-2.0 */
/* The split deque by itself: an owner that spawns and joins in every pattern, and thieves; each child carried once. */
#include "quintet_criterion.h"
#include "sanitized.h"

#include "measure/rng.h"

#include "strategies/split_deque.h"

#include <pthread.h>
#include <sched.h>

TestSuite(split_deque, .timeout = 120);

/* Here nobody runs `fn`: the tests look at `arg`. */
static int64_t child(struct fork_worker *w, struct split_slot *head, const void *shared, uint64_t arg)
{
    (void)w, (void)head, (void)shared;
    return (int64_t)arg;
}

static bool push(struct split_deque *d, struct split_slot **head, uint64_t arg)
{
    bool asked = split_push(d, *head, child, d, arg);
    (*head)++;
    return asked && split_attend(d, *head);
}

enum { MINE, STOLEN };
static int join(struct split_deque *d, struct split_slot **head)
{
    (*head)--;
    if (split_join_fast(d, *head))
        return MINE;
    return split_join_slow(d, *head) == SPLIT_IS_STOLEN ? STOLEN : MINE;
}

static unsigned shared_count(struct split_deque *d)
{
    uint64_t word = atomic_load(&d->word);
    uint32_t tail = split_tail_of(word), split = split_split_of(word);
    return tail < split ? split - tail : 0;
}

/* --- one thread --- */

Test(split_deque, the_owner_alone_shares_one_and_gets_all_back)
{
    struct split_deque d;
    cr_assert(split_init(&d, 64) == 0);
    struct split_slot *head = d.base;
    for (int round = 0; round < 3; round++) {
        for (uint64_t i = 0; i < 64; i++) {
            cr_assert(!split_full(&d, head));
            bool shared = push(&d, &head, i);
            cr_assert_eq(shared, round == 0 && i == 0, "the very first is offered, then nobody asks");
        }
        cr_assert(split_full(&d, head));
        for (uint64_t i = 64; i-- > 0;) {
            cr_assert_eq(join(&d, &head), MINE);
            cr_assert_eq(head->arg, i);
            cr_assert_eq(head->fn, child);
        }
        cr_assert_eq(head, d.base);
        cr_assert_eq(shared_count(&d), 0u);
    }
    split_fini(&d);
}

Test(split_deque, what_does_not_fit_is_the_owners)
{
    struct split_deque d;
    cr_assert(split_init(&d, 3) == 0);
    struct split_slot *head = d.base;
    for (uint64_t i = 0; i < 10; i++)
        push(&d, &head, i);
    cr_assert_eq(head - d.base, 10);
    split_ask(&d);
    push(&d, &head, 10); /* beyond the end, and yet it shares what is below */
    cr_assert(split_is_open(&d));
    cr_assert(split_steal(&d, 0) == &d.base[0]);
    while (head > d.base + 3)
        cr_assert_eq(join(&d, &head), MINE);
    cr_assert_eq(join(&d, &head), MINE);
    cr_assert_eq(head->arg, 2u);
    cr_assert_eq(join(&d, &head), MINE);
    cr_assert_eq(head->arg, 1u);
    cr_assert_eq(join(&d, &head), STOLEN);
    split_fini(&d);
}

Test(split_deque, a_full_one_that_was_all_stolen_offers_nothing_it_does_not_have)
{
    struct split_deque d;
    cr_assert(split_init(&d, 1) == 0);
    struct split_slot *head = d.base;
    cr_assert(push(&d, &head, 0));
    cr_assert(split_steal(&d, 0) == d.base);
    cr_assert(!split_steal(&d, 0));
    cr_assert(!push(&d, &head, 1), "the second is not written down");
    cr_assert(!split_steal(&d, 0));
    cr_assert_eq(join(&d, &head), MINE);
    cr_assert(!push(&d, &head, 2));
    cr_assert_eq(join(&d, &head), MINE);
    cr_assert_eq(join(&d, &head), STOLEN);
    split_say_all_stolen(&d);
    cr_assert(push(&d, &head, 3), "its place is free again");
    cr_assert(split_steal(&d, 0) == d.base);
    cr_assert_eq(d.base->arg, 3u);
    split_fini(&d);
}

Test(split_deque, who_asks_gets_half_at_the_next_spawn_or_join)
{
    struct split_deque d;
    cr_assert(split_init(&d, 64) == 0);
    struct split_slot *head = d.base;
    push(&d, &head, 0);
    cr_assert_eq(join(&d, &head), MINE);
    for (uint64_t i = 0; i < 7; i++)
        cr_assert(!push(&d, &head, i));
    cr_assert_eq(shared_count(&d), 0u);
    cr_assert(!split_steal(&d, 1), "that asks");
    cr_assert(push(&d, &head, 7));
    cr_assert_eq(shared_count(&d), 4u, "half of eight");
    cr_assert(!push(&d, &head, 8), "nobody asks any more");
    for (uint64_t i = 0; i < 4; i++) {
        struct split_slot *slot = split_steal(&d, 1);
        cr_assert_eq(slot->arg, i, "the oldest first");
        cr_assert_eq(atomic_load(&slot->state), SPLIT_THIEF + 1);
        cr_assert_eq(split_done(slot, -1), 0u);
    }
    cr_assert(!split_steal(&d, 1));
    cr_assert_eq(join(&d, &head), MINE);
    cr_assert_eq(shared_count(&d), 2u, "half of the four that remain beside the one that is joined");
    for (uint64_t i = 7; i >= 4; i--) {
        cr_assert_eq(join(&d, &head), MINE);
        cr_assert_eq(head->arg, i);
    }
    for (int i = 0; i < 4; i++)
        cr_assert_eq(join(&d, &head), STOLEN);
    split_fini(&d);
}

Test(split_deque, an_unanswered_question_stays_while_there_is_nothing_to_share)
{
    struct split_deque d;
    cr_assert(split_init(&d, 8) == 0);
    struct split_slot *head = d.base;
    push(&d, &head, 0);
    cr_assert_eq(join(&d, &head), MINE);
    cr_assert(!push(&d, &head, 1));
    split_ask(&d);
    cr_assert_eq(join(&d, &head), MINE, "the last one is not given away");
    cr_assert(push(&d, &head, 2), "but the next");
    cr_assert_eq(shared_count(&d), 1u);
    cr_assert_eq(join(&d, &head), MINE);
    split_fini(&d);
}

Test(split_deque, publishing_shares_all)
{
    struct split_deque d;
    cr_assert(split_init(&d, 8) == 0);
    struct split_slot *head = d.base;
    cr_assert(!split_has_private(&d, head) && !split_publish(&d, head), "there is nothing");
    for (uint64_t i = 0; i < 12; i++)
        push(&d, &head, i);
    cr_assert(split_has_private(&d, head));
    cr_assert(split_publish(&d, head));
    cr_assert_eq(shared_count(&d), 8u, "of twelve, eight are written down");
    cr_assert(!split_publish(&d, head));
    for (int i = 0; i < 8; i++)
        cr_assert(split_steal(&d, 5));
    cr_assert(!split_steal(&d, 5));
    for (int i = 0; i < 12; i++)
        cr_assert_eq(join(&d, &head), i < 4 ? MINE : STOLEN);
    cr_assert(!split_publish(&d, head));
    split_fini(&d);
}

/* A model: which slots are stolen; everything else follows. Owner and thief in one thread, in random order. */
static void against_a_model(uint32_t capacity, uint64_t seed, unsigned steps)
{
    struct split_deque d;
    cr_assert(split_init(&d, capacity) == 0);
    struct split_slot *head = d.base;
    uint64_t depth = 0, stolen = 0, next = 1, kept[256];
    for (unsigned step = 0; step < steps; step++) {
        uint64_t dice = rng_hash2(seed, step);
        if (dice % 8 < 3 && depth < 2 * capacity) {
            kept[depth++] = next;
            push(&d, &head, next++);
        } else if (dice % 8 < 5 && depth > 0) {
            int what = join(&d, &head);
            depth--;
            cr_assert_eq(what, depth < stolen ? STOLEN : MINE, "seed %lu, step %u", (unsigned long)seed, step);
            if (what == STOLEN) {
                cr_assert_eq(atomic_load(&head->state), SPLIT_DONE);
                cr_assert_eq(head->value, (int64_t)kept[depth]);
                split_say_all_stolen(&d);
                stolen = depth;
            } else if (depth < capacity) {
                cr_assert_eq(head->arg, kept[depth]);
            }
        } else if (dice % 8 < 7) {
            struct split_slot *slot = split_steal(&d, 3);
            if (slot) {
                cr_assert(stolen < depth && slot == &d.base[stolen] && slot->arg == kept[stolen]);
                stolen++;
                split_done(slot, (int64_t)slot->arg);
            }
        } else if (dice >> 32 & 1) {
            split_publish(&d, head);
        }
    }
    split_fini(&d);
}

Test(split_deque, random_steps_against_a_model)
{
    for (uint64_t seed = 0; seed < (SANITIZED ? 300 : 3000); seed++)
        against_a_model(1 + (uint32_t)(seed % 40), seed, 400);
}

/* --- thieves --- */

struct robbery {
    struct split_deque deque;
    _Atomic bool over;
    _Atomic uint64_t stolen_sum, stolen_count;
};

static void *thief(void *arg)
{
    struct robbery *r = arg;
    uint64_t sum = 0, count = 0;
    while (!atomic_load_explicit(&r->over, memory_order_acquire)) {
        struct split_slot *slot = split_steal(&r->deque, 7);
        if (slot) {
            sum += slot->arg;
            count++;
            split_done(slot, (int64_t)(slot->arg ^ 0x5555));
        } else {
            sched_yield();
        }
    }
    atomic_fetch_add(&r->stolen_sum, sum);
    atomic_fetch_add(&r->stolen_count, count);
    return NULL;
}

/* `items` children in bursts of at most `most`; after each burst some are joined, at the end all. How many were stolen.
 */
static uint64_t rob(uint32_t capacity, uint64_t items, unsigned thieves, unsigned most)
{
    static struct robbery r;
    pthread_t threads[4];
    uint64_t sum = 0, count = 0, stolen = 0, pushed = 0, wrong = 0;
    memset(&r, 0, sizeof r);
    cr_assert(split_init(&r.deque, capacity) == 0);
    struct split_slot *head = r.deque.base;
    for (unsigned i = 0; i < thieves; i++)
        pthread_create(&threads[i], NULL, thief, &r);
    for (uint64_t burst = 0; pushed < items || head > r.deque.base; burst++) {
        uint64_t dice = rng_hash2(99, burst), pushes = 1 + dice % most, joins = (dice >> 32) % (2 * most);
        for (; pushes > 0 && pushed < items && !split_full(&r.deque, head); pushes--)
            push(&r.deque, &head, ++pushed);
        if (burst % 256 == 0)
            sched_yield(); /* the CPU may be needed by the thieves */
        for (; joins > 0 && head > r.deque.base; joins--) {
            if (join(&r.deque, &head) == MINE) {
                sum += head->arg;
                count++;
                continue;
            }
            while (atomic_load_explicit(&head->state, memory_order_acquire) != SPLIT_DONE)
                sched_yield();
            wrong += head->value != (int64_t)(head->arg ^ 0x5555);
            split_say_all_stolen(&r.deque);
            stolen++;
        }
    }
    atomic_store(&r.over, true);
    for (unsigned i = 0; i < thieves; i++)
        pthread_join(threads[i], NULL);
    cr_expect_eq(wrong, 0u, "%lu values are not the thief's", (unsigned long)wrong);
    cr_expect_eq(stolen, r.stolen_count, "joined as stolen %lu, stolen %lu", (unsigned long)stolen,
                 (unsigned long)r.stolen_count);
    cr_expect_eq(count + r.stolen_count, items);
    cr_expect_eq(sum + r.stolen_sum, items * (items + 1) / 2);
    split_fini(&r.deque);
    return stolen;
}

Test(split_deque, the_last_one_goes_to_one)
{
    rob(8, SANITIZED ? 30000 : 300000, 1, 1);
    rob(1, SANITIZED ? 30000 : 300000, 2, 1);
}

Test(split_deque, full_and_empty_in_turns)
{
    rob(64, SANITIZED ? 100000 : 1000000, 2, 100);
    rob(5, SANITIZED ? 30000 : 300000, 3, 9);
}

Test(split_deque, checksum_of_many)
{
    bool thorough = getenv("QUINTET_TEST_THOROUGH");
    uint64_t stolen = rob(4096, thorough ? 100000000 : SANITIZED ? 300000 : 5000000, 2, 16);
    cr_expect_gt(stolen, 0u);
}
