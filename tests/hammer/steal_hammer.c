/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The races of strategies/fork_join.c, fork_pool.c, split_deque.h, chase_lev.h and event_count.h, with random delays
 * between the steps of their protocols (STRATEGY_STEPS; hammer.h). Each round makes a pool of random shape and gives it
 *  - trees: random ones, of which every node must be carried out once, whoever steals it;
 *  - work that ends only if everybody comes who could, because a lost wake-up of somebody who would only have helped
 *    does not show otherwise. (What waits for its siblings here breaks the rules for children; it may, as there are
 *    enough workers.)
 */
#include "hammer.h"

#include "strategies/fork_join.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { NODES_MAX = 1 << 14, JOBS_MAX = 40 };

static uint64_t nodes_count, stolen_count;

static _Noreturn void failed(const char *what, long long found, long long expected)
{
    char text[128];
    snprintf(text, sizeof text, "%s: %lld, expected %lld", what, found, expected);
    hammer_failed(text, __FILE__, __LINE__);
}

/* Nothing, some instructions, a yield, rarely a sleep. */
static void delay(uint32_t r)
{
    if (r & 3)
        return;
    if ((r & 0xfc) == 0x40)
        sched_yield();
    if ((r & 0xffc) == 0x80)
        nanosleep(&(struct timespec){.tv_nsec = r >> 12 & 0xffff}, NULL);
    for (volatile uint32_t spin = (r >> 16) >> (r >> 8) % 16; spin > 0; spin--)
        ;
}

void strategy_step(void)
{
    delay(hammer_random());
}

/* A tree is known before: node i has the children first[i] .. first[i] + ways[i] - 1. */
struct tree {
    uint32_t nodes;
    bool no_room; /* joins take no strangers' children */
    uint16_t first[NODES_MAX];
    uint8_t ways[NODES_MAX];
    _Atomic uint8_t runs[NODES_MAX];
    _Atomic int64_t value;
};
static struct tree trees[JOBS_MAX];

static void tree_plant(struct tree *tree, uint32_t nodes)
{
    uint32_t used = 1;
    tree->nodes = nodes;
    tree->no_room = hammer_random() % 4 == 0;
    tree->value = 0;
    for (uint32_t i = 0; i < nodes; i++) {
        uint32_t most = hammer_random() % 8 == 0 ? 20 : 3, ways = 1 + hammer_random() % most;
        ways = used + ways > nodes ? nodes - used : ways;
        tree->first[i] = (uint16_t)used;
        tree->ways[i] = (uint8_t)ways;
        atomic_store_explicit(&tree->runs[i], 0, memory_order_relaxed);
        used += ways;
    }
}

/* The sum of i + 1 over the nodes below and at `i`. */
static int64_t node(struct fork_worker *w, struct split_slot *head, const void *shared, uint64_t i)
{
    struct tree *tree = (struct tree *)(uintptr_t)shared;
    int64_t sum = (int64_t)i + 1;
    uint32_t ways = tree->ways[i], r = hammer_random();

    atomic_fetch_add_explicit(&tree->runs[i], 1, memory_order_relaxed);
    for (uint32_t j = 0; j < ways; j++)
        fork_spawn(w, head + j, node, tree, tree->first[i] + j);
    if (r % 32 == 0) {
        fork_before_blocking(w, head + ways);
        nanosleep(&(struct timespec){.tv_nsec = r >> 12 & 0x1ffff}, NULL);
    }
    delay(r);
    for (uint32_t j = ways; j-- > 0;) {
        const struct split_slot *stolen = fork_join(w, head + j);
        sum += stolen ? stolen->value : node(w, head + j, tree, tree->first[i] + j);
    }
    return sum;
}

static void tree_run(struct fork_worker *w, struct split_slot *head, void *arg)
{
    struct tree *tree = arg;
    uintptr_t floor = w->stack_floor;
    if (tree->no_room)
        w->stack_floor = UINTPTR_MAX;
    tree->value = node(w, head, tree, 0);
    w->stack_floor = floor;
    hammer_beat();
}

static void tree_check(const struct tree *tree)
{
    int64_t nodes = tree->nodes;
    for (uint32_t i = 0; i < tree->nodes; i++)
        if (tree->runs[i] != 1)
            failed("runs of a node", tree->runs[i], 1);
    if (tree->value != nodes * (nodes + 1) / 2)
        failed("value of a tree", tree->value, nodes * (nodes + 1) / 2);
}

/* --- work that needs everybody --- */

struct gathering {
    unsigned size; /* how many must have come */
    _Atomic unsigned come;
};

static void gathering_wait(struct gathering *g)
{
    for (unsigned i = 0; atomic_load(&g->come) < g->size; i++)
        if (i < 20)
            sched_yield();
        else
            nanosleep(&(struct timespec){.tv_nsec = 20000}, NULL);
}

static int64_t gathering_child(struct fork_worker *w, struct split_slot *head, const void *shared, uint64_t arg)
{
    struct gathering *g = (struct gathering *)(uintptr_t)shared;
    (void)w, (void)head;
    atomic_fetch_add(&g->come, 1);
    delay(hammer_random());
    if (arg)
        gathering_wait(g);
    return 1;
}

static int64_t no_child(struct fork_worker *w, struct split_slot *head, const void *shared, uint64_t arg)
{
    (void)w, (void)head, (void)shared, (void)arg;
    return 0;
}

/* One child for each other worker. All must come while the parent blocks (having shared), or while it goes on with
 * other children and knows nothing of them. */
static void gathering_run(struct fork_worker *w, struct split_slot *head, void *arg, bool blocks)
{
    struct gathering *g = arg;
    unsigned children = g->size;
    int64_t sum = 0;

    for (unsigned i = 0; i < children; i++)
        fork_spawn(w, head + i, gathering_child, g, 1);
    delay(hammer_random());
    if (blocks) {
        fork_before_blocking(w, head + children);
        gathering_wait(g);
    }
    while (atomic_load(&g->come) < g->size) {
        fork_spawn(w, head + children, no_child, g, 0);
        delay(hammer_random());
        fork_join(w, head + children);
    }
    for (unsigned i = children; i-- > 0;) {
        const struct split_slot *stolen = fork_join(w, head + i);
        sum += stolen ? stolen->value : 0;
    }
    if (sum != children)
        failed("children that others have carried", sum, children);
    hammer_beat();
}

static void gathering_run_blocks(struct fork_worker *w, struct split_slot *head, void *arg)
{
    gathering_run(w, head, arg, true);
}

static void gathering_run_goes_on(struct fork_worker *w, struct split_slot *head, void *arg)
{
    gathering_run(w, head, arg, false);
}

static void gathering_job(struct fork_worker *w, struct split_slot *head, void *arg)
{
    (void)w, (void)head;
    atomic_fetch_add(&((struct gathering *)arg)->come, 1);
    gathering_wait(arg);
    hammer_beat();
}

/* Each runner waits until the next has begun, and then joins it: with two workers it is a joining one that takes the
 * next, called or woken out of its sleep. */
static int64_t relay(struct fork_worker *w, struct split_slot *head, const void *shared, uint64_t left)
{
    struct gathering *g = (struct gathering *)(uintptr_t)shared, next = {.size = 1};

    if (g)
        atomic_fetch_add(&g->come, 1);
    if (left == 0)
        return 0;
    delay(hammer_random());
    fork_spawn(w, head, relay, &next, left - 1);
    fork_before_blocking(w, head + 1);
    gathering_wait(&next);
    const struct split_slot *stolen = fork_join(w, head);
    if (stolen)
        return stolen->value + 1;
    failed("a runner is still here", 0, 1);
}

static void relay_run(struct fork_worker *w, struct split_slot *head, void *arg)
{
    uint64_t length = 1 + hammer_random() % 12;
    int64_t value = relay(w, head, NULL, length);
    (void)arg;
    if (value != (int64_t)length)
        failed("length of a relay", value, (int64_t)length);
    hammer_beat();
}

/* --- rounds --- */

static struct fork_worker *met[16];

static int worker_met(struct fork_worker *w, void *arg)
{
    (void)arg;
    met[w->index] = w;
    return 0;
}

static void pass_of_trees(struct fork_pool *pool)
{
    uint32_t jobs = hammer_random() % 3 ? 1 + hammer_random() % 3 : hammer_random() % JOBS_MAX;

    for (uint32_t i = 0; i < jobs; i++)
        tree_plant(&trees[i], 1 + hammer_random() % (jobs < 4 ? 1000 : 60));
    fork_pool_begin(pool, jobs);
    for (uint32_t i = 0; i < jobs; i++) {
        fork_pool_submit(pool, tree_run, &trees[i]);
        delay(hammer_random());
    }
    fork_pool_wait(pool);
    for (uint32_t i = 0; i < jobs; i++)
        tree_check(&trees[i]);
    for (uint32_t i = 0; i < jobs; i++)
        nodes_count += trees[i].nodes;
}

static void pass_of_all(struct fork_pool *pool, const struct fork_config *config)
{
    static fork_job_fn *const runs[] = {gathering_job, gathering_run_blocks, gathering_run_goes_on, relay_run};
    unsigned what = config->workers > 1 && config->capacity > 20 ? hammer_random() % 4 : 0;
    /* As many jobs as there are workers meet, in whatever batches; the others are one job. */
    struct gathering g = {.size = what ? config->workers - 1 : config->workers};
    unsigned jobs = what ? 1 : config->workers + hammer_random() % 8;

    fork_pool_begin(pool, jobs);
    for (unsigned i = 0; i < jobs; i++) {
        fork_pool_submit(pool, runs[what], &g);
        delay(hammer_random());
    }
    fork_pool_wait(pool);
}

static void round_of_passes(void)
{
    static const unsigned capacities[] = {1, 2, 5, 64, 8192}, batches[] = {1, 1, 2, 8, FORK_BATCH_MAX};
    struct fork_config config = {
        .workers = 1 + hammer_random() % 8,
        .cpus = 2,
        .spin_ns = hammer_random() % 2 ? 0 : hammer_random() % 20000,
        .capacity = capacities[hammer_random() % 5],
        .queue_count = hammer_random() % 2 ? 2 : 64,
        .batch = batches[hammer_random() % 5],
        .stack_bytes = 8 << 20,
        .begin = worker_met,
    };
    struct fork_pool *pool;

    snprintf(hammer_scene, sizeof hammer_scene, "%u workers, spin %lld ns, %u slots, queue of %u, batches of %u",
             config.workers, (long long)config.spin_ns, config.capacity, config.queue_count, config.batch);
    int rc = fork_pool_create(&pool, &config);
    if (rc < 0)
        failed("fork_pool_create", rc, 0);
    for (int pass = 0; pass < 6; pass++) {
        if (hammer_random() % 2)
            pass_of_trees(pool);
        else
            pass_of_all(pool, &config);
        if (hammer_random() % 4 == 0)
            nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL); /* let them go to sleep */
    }
    for (unsigned i = 0; i < config.workers; i++)
        stolen_count += met[i]->stolen_count;
    fork_pool_destroy(pool);
}

static void passes(void)
{
    while (hammer_goes_on())
        round_of_passes();
    printf("%llu nodes, %llu of them stolen\n", (unsigned long long)nodes_count, (unsigned long long)stolen_count);
    CHECK(stolen_count > 0);
}

int main(int argc, char **argv)
{
    static const struct hammer_part parts[] = {{"passes", passes}};
    static const struct hammer hammer = {
        .program = "steal_hammer", .parts = parts, .n_parts = 1, .silence_s = 60, .options = ""};
    return hammer_main(&hammer, argc, argv);
}
