/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two functions that throw a word to each other (ctx.h: ctx_bounce) without a task on either side: one of them as the
 * body of a generator, or both as callbacks of the worker's loop. Everything lies in the frame of the coroutine that
 * asked, and happens on its worker's thread.
 */
#include "strategies/coroutine/block.h"
#include "strategies/coroutine/generator.h"
#include "strategies/coroutine/io.h"
#include "strategies/coroutine/worker.h"

#include "contract/task.h"

#include <errno.h>

static void count_switches(struct ctx *ctx, uint64_t count)
{
    if (ctx->lane)
        ctx->lane->user_switches_count += count;
}

/* --- a generator: side 0 calls next, side 1 is its body --- */

static void second_side(struct generator *self, void *arg)
{
    struct bounce *b = arg;
    uint64_t thrown = 0; /* by the first yield, which only makes it ready to be sent something */
    while (generator_yield(self, thrown) == 0)
        thrown = b->side[1](b->arg[1], generator_sent(self));
}

static int bounce_generator(struct ctx *ctx, struct bounce *b)
{
    struct generator g;
    uintptr_t caught;
    int rc = generator_open(&g, coro_stacks(coro_of_ctx(ctx)), second_side, b);
    if (rc)
        return rc;
    rc = generator_next(&g, &caught);
    for (uint64_t i = 0; i < b->round_trips && rc > 0; i++) {
        rc = generator_send(&g, b->word, &caught);
        b->word = b->side[0](b->arg[0], caught);
    }
    int closed = generator_close(&g);
    count_switches(ctx, 2 * (b->round_trips + 2)); /* there and back; also for the first next, and for the close */
    return rc > 0 ? closed : -EPROTO;
}

/* --- callbacks: each one asks the loop to call the other --- */

struct hop {
    struct mail mail; /* first */
    struct game *game;
    unsigned side;
};

struct game {
    struct bounce *b;
    struct hop hop[2];
    uint64_t left; /* calls */
    _Atomic uintptr_t over;
};

static void hop_deliver(struct mail *mail, struct worker *at)
{
    struct hop *hop = (struct hop *)mail;
    struct game *game = hop->game;
    struct bounce *b = game->b;
    b->word = b->side[hop->side](b->arg[hop->side], b->word);
    if (--game->left > 0)
        worker_post(at, &game->hop[!hop->side].mail);
    else
        event_post(&game->over); /* from here on *game may be gone */
}

static int bounce_callback(struct ctx *ctx, struct bounce *b)
{
    struct coro *self = coro_of_ctx(ctx);
    struct game game = {.b = b, .left = 2 * b->round_trips};
    for (unsigned side = 0; side < 2; side++)
        game.hop[side] = (struct hop){.mail.deliver = hop_deliver, .game = &game, .side = side};
    if (game.left == 0)
        return 0;
    worker_post(self->worker, &game.hop[1].mail);
    int rc = event_wait(self, &game.over, CORO_NEVER, false, CORO_WAIT_FUTURE);
    count_switches(ctx, 2 * b->round_trips - game.left);
    return rc;
}

int bounce_by(struct ctx *ctx, enum handoff_by how, struct bounce *b)
{
    return how == HANDOFF_GENERATOR  ? bounce_generator(ctx, b)
           : how == HANDOFF_CALLBACK ? bounce_callback(ctx, b)
                                     : -ENOTSUP;
}
