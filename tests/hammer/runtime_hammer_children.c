/* SPDX-License-Identifier: Apache-2.0 */
/* Children (ctx.h): trees whose nodes dawdle, wait, fail and are taken by other workers; sums and errors must be right.
 */
#include "runtime_hammer.h"

#include "contract/ctx.h"

#include <errno.h>

enum { WAYS_MAX = MANY_OR_FEW(12, 4), DEPTH = MANY_OR_FEW(3, 2) };

/* What the whole tree must give, written by whoever runs a node. */
struct ledger {
    _Atomic int64_t sum;
    _Atomic unsigned begun, ended, failed;
};

static int64_t branch(struct ctx *c, struct ledger *ledger, uint64_t depth);

static int64_t node(struct ctx *c, const void *shared, uint64_t depth)
{
    struct ledger *ledger = *(struct ledger *const *)shared;
    uint32_t r = hammer_random();
    int64_t value = r >> 24;
    ledger->begun++;
    hammer_delay();
    if (r % 16 == 1)
        CHECK(ctx_yield(c) == 0);
    else if (r % 32 == 2)
        CHECK(ctx_sleep_until(c, clock_monotonic_ns() + (r >> 8) % 20000) == 0);
    else if (r % 32 == 3)
        CHECK(ctx_nop(c) >= 0);
    else if (r % 64 == 4)
        value = -EBADF;
    ledger->failed += value < 0;
    ledger->sum += value < 0 ? 0 : value;
    if (depth > 0 && r % 4 == 0) {
        int64_t below = branch(c, ledger, depth - 1);
        value = below < 0 ? below : value < 0 ? value : value + below;
    }
    ledger->ended++;
    return value;
}

/* One or two sets; the younger is joined first. */
static int64_t branch(struct ctx *c, struct ledger *ledger, uint64_t depth)
{
    struct children older, younger;
    uint32_t r = hammer_random();
    bool both = r & 1;
    children_init(&older, node, &ledger);
    children_init(&younger, node, &ledger);
    for (uint32_t n = r >> 8 & 1 ? WAYS_MAX : (r >> 9) % 4; n > 0; n--) {
        CHECK(ctx_spawn(c, &older, depth) == 0);
        if (both && hammer_random() % 2)
            CHECK(ctx_spawn(c, &younger, depth) == 0);
        if (hammer_random() % 32 == 0)
            ctx_yield(c);
        hammer_delay();
    }
    int younger_rc = ctx_join(c, &younger), older_rc = ctx_join(c, &older);
    hammer_beat();
    return younger_rc ? younger_rc : older_rc ? older_rc : younger.sum + older.sum;
}

static int grow(struct coro *self, void *arg, void **value)
{
    (void)arg, (void)value;
    while (hammer_goes_on()) {
        struct ledger ledger = {0};
        int64_t sum = branch(coro_ctx(self), &ledger, DEPTH);
        CHECK(ledger.begun == ledger.ended);
        CHECK(ledger.failed ? sum == -EBADF : sum == ledger.sum);
    }
    return 0;
}

/* One tree per worker at a time, so that everybody both gives and takes. */
void hammer_children(void)
{
    struct loop *loop = hammer_loop();
    struct coro_task tasks[64];
    unsigned workers = hammer_loop_config.workers;
    for (unsigned i = 0; i < workers; i++)
        CHECK(coro_task_start_on(&tasks[i], loop, i, grow, NULL) == 0);
    for (unsigned i = 0; i < workers; i++) {
        CHECK(loop_run_until_complete(loop, &tasks[i].future) == 0);
        CHECK(future_exception(&tasks[i].future, 0) == 0);
        future_fini(&tasks[i].future);
    }
    CHECK(loop_close(loop) == 0);
}
