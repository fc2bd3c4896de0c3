/* SPDX-License-Identifier: Apache-2.0 */
/* Futures against what CPython documents of concurrent.futures.Future (no loop) and asyncio.Future (with one). */
#include "quintet_criterion.h"

#include "runtime_support.h"

TestSuite(future, .timeout = 20);

/* ---- every call in every state ---- */

enum { FAILURE = -71 };

struct row {
    const char *name;
    enum future_state state;
    int set_result, set_exception, set_running, result;
    bool cancel, cancel_with_loop, done, cancelled;
};

static const struct row rows[] = {
    {"pending", FUTURE_PENDING, 0, 0, 0, -ETIMEDOUT, true, true, false, false},
    {"running", FUTURE_RUNNING, 0, 0, -EALREADY, -ETIMEDOUT, false, false, false, false},
    {"cancelled", FUTURE_CANCELLED, -EALREADY, -EALREADY, -ECANCELED, -ECANCELED, true, false, true, true},
    {"finished", FUTURE_FINISHED, -EALREADY, -EALREADY, -EALREADY, 0, false, false, true, false},
    {"failed", FUTURE_FINISHED, -EALREADY, -EALREADY, -EALREADY, FAILURE, false, false, true, false},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

static void bring_into(struct future *f, const struct row *row, struct loop *loop)
{
    future_init(f, loop);
    if (row->state == FUTURE_RUNNING)
        cr_assert_eq(future_set_running(f), 0);
    else if (row->state == FUTURE_CANCELLED)
        cr_assert(future_cancel(f));
    else if (row->state == FUTURE_FINISHED)
        cr_assert_eq(row->result ? future_set_exception(f, row->result) : future_set_result(f, VALUE(5)), 0);
}

static void check_row(const struct row *row, struct loop *loop)
{
    struct future f;
    void *value = VALUE(1);
    bring_into(&f, row, loop);
    cr_expect_eq(future_state(&f), row->state, "%s", row->name);
    cr_expect_eq(future_done(&f), row->done, "%s", row->name);
    cr_expect_eq(future_cancelled(&f), row->cancelled, "%s", row->name);
    cr_expect_eq(future_result(&f, 0, &value), row->result, "%s", row->name);
    cr_expect_eq(value, row->result ? VALUE(1) : VALUE(5), "%s", row->name);
    cr_expect_eq(future_exception(&f, 0), row->result, "%s", row->name);
    cr_expect_eq(future_set_exception(&f, 0), -EINVAL);
    cr_expect_eq(future_set_exception(&f, 5), -EINVAL);
    cr_expect_eq(future_state(&f), row->state, "%s", row->name);

    cr_expect_eq(future_set_result(&f, VALUE(9)), row->set_result, "%s", row->name);
    cr_expect_eq(future_result(&f, 0, &value), row->set_result ? row->result : 0, "%s", row->name);
    if (!row->set_result)
        cr_expect_eq(value, VALUE(9), "%s", row->name);
    future_fini(&f);

    bring_into(&f, row, loop);
    cr_expect_eq(future_set_exception(&f, -99), row->set_exception, "%s", row->name);
    cr_expect_eq(future_result(&f, 0, NULL), row->set_exception ? row->result : -99, "%s", row->name);
    future_fini(&f);

    bring_into(&f, row, loop);
    cr_expect_eq(future_set_running(&f), row->set_running, "%s", row->name);
    if (!row->set_running)
        cr_expect_eq(future_state(&f), FUTURE_RUNNING);
    future_fini(&f);

    bring_into(&f, row, loop);
    cr_expect_eq(future_cancel(&f), loop ? row->cancel_with_loop : row->cancel, "%s", row->name);
    cr_expect_eq(future_cancelled(&f), row->cancelled || row->state == FUTURE_PENDING, "%s", row->name);
    future_fini(&f);
}

Test(future, every_call_in_every_state)
{
    struct loop *loop = test_loop(1);
    for (int i = 0; i < ROWS; i++) {
        check_row(&rows[i], NULL);
        check_row(&rows[i], loop);
    }
    cr_expect_eq(loop_close(loop), 0);
    cr_expect_eq(loop_close(NULL), 0);
}

Test(future, zero_bytes_are_pending)
{
    static struct future f;
    cr_expect_eq(future_state(&f), FUTURE_PENDING);
    cr_expect_eq(future_set_result(&f, VALUE(3)), 0);
    cr_expect_eq(future_result(&f, FUTURE_FOREVER, NULL), 0);
}

Test(future, codes_of_ones_own_and_exceptions_that_look_like_something_else)
{
    static const int codes[] = {-5000, -ETIMEDOUT, -ECANCELED, -EALREADY, INT32_MIN};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        struct future f;
        future_init(&f, NULL);
        cr_expect_eq(future_set_exception(&f, codes[i]), 0);
        cr_expect(future_done(&f) && !future_cancelled(&f));
        cr_expect_eq(future_exception(&f, FUTURE_FOREVER), codes[i]);
        cr_expect(!future_cancel(&f), "an exception of -ECANCELED is not a cancellation");
        future_fini(&f);
    }
}

/* ---- callbacks ---- */

static char log_text[64];
static size_t log_used;

static void note(struct future *f, void *arg)
{
    EXPECT(future_done(f));
    log_text[log_used++] = (char)NUMBER(arg);
}

struct noted {
    struct future_callback node;
    char name;
};

static void add_all(struct future *f, struct noted nodes[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        future_add_done_callback(f, &nodes[i].node, note, VALUE('a' + i));
}

Test(future, callbacks_in_order_once_and_at_once)
{
    struct future f;
    struct noted nodes[6];
    future_init(&f, NULL);
    add_all(&f, nodes, 5);
    cr_expect_str_eq(log_text, "");
    cr_expect_eq(future_set_result(&f, NULL), 0);
    cr_expect_str_eq(log_text, "abcde");
    cr_expect_eq(future_set_result(&f, NULL), -EALREADY);
    future_add_done_callback(&f, &nodes[5].node, note, VALUE('z'));
    cr_expect_str_eq(log_text, "abcdez", "added when done: called at once");
    future_fini(&f);
    ASSERT_NOTHING_WRONG();
}

/* Which of five are removed, as bits; the others are called in order. */
Test(future, callbacks_removed_in_any_combination)
{
    for (unsigned out = 0; out < 32; out++) {
        struct future f;
        struct noted nodes[5];
        char expected[8] = "";
        size_t n = 0;
        log_used = 0;
        memset(log_text, 0, sizeof log_text);
        future_init(&f, NULL);
        add_all(&f, nodes, 5);
        for (unsigned i = 0; i < 5; i++) {
            if (out >> i & 1)
                cr_expect(future_remove_done_callback(&f, &nodes[i].node));
            else
                expected[n++] = (char)('a' + i);
        }
        cr_expect(future_cancel(&f));
        cr_expect_str_eq(log_text, expected, "out %u", out);
        for (unsigned i = 0; i < 5; i++)
            if (!(out >> i & 1))
                cr_expect(!future_remove_done_callback(&f, &nodes[i].node), "it has been called");
        future_fini(&f);
    }
}

Test(future, a_callback_removed_twice_harms_nobody)
{
    struct future f;
    struct noted nodes[4];
    future_init(&f, NULL);
    add_all(&f, nodes, 4);
    cr_expect(future_remove_done_callback(&f, &nodes[1].node));
    cr_expect(future_remove_done_callback(&f, &nodes[2].node));
    cr_expect(future_remove_done_callback(&f, &nodes[1].node), "it will not be called");
    cr_expect_eq(future_set_result(&f, NULL), 0);
    cr_expect_str_eq(log_text, "ad");
    cr_expect(future_remove_done_callback(&f, &nodes[1].node), "nor was it");
    future_fini(&f);
}

/* A node may be used again, for another future, from its own callback. */
static struct future chain[3];
static struct future_callback chain_node;

static void chain_on(struct future *f, void *arg)
{
    size_t next = NUMBER(arg);
    note(f, VALUE('0' + next));
    if (next < 3)
        future_add_done_callback(&chain[next], &chain_node, chain_on, VALUE(next + 1));
}

Test(future, a_node_is_free_when_its_callback_begins)
{
    for (int i = 0; i < 3; i++)
        future_init(&chain[i], NULL);
    future_add_done_callback(&chain[0], &chain_node, chain_on, VALUE(1));
    for (int i = 0; i < 3; i++)
        cr_expect_eq(future_set_result(&chain[i], NULL), 0);
    cr_expect_str_eq(log_text, "123");
    ASSERT_NOTHING_WRONG();
}

/* ---- callbacks of a future with a loop: in the loop's next turn, in order ---- */

static int with_loop(struct coro *self, void *arg, void **value)
{
    struct future f;
    struct noted nodes[4];
    (void)arg, (void)value;
    future_init(&f, coro_loop(self));
    add_all(&f, nodes, 3);
    EXPECT(future_set_result(&f, NULL) == 0);
    EXPECT(log_used == 0); /* call_soon, not now */
    future_add_done_callback(&f, &nodes[3].node, note, VALUE('z'));
    EXPECT(log_used == 0);
    let_others_run(self);
    EXPECT(!strcmp(log_text, "abcz"));
    future_fini(&f);
    return 0;
}

Test(future, callbacks_of_a_loop_in_its_next_turn)
{
    cr_expect_eq(on_loop(1, with_loop, NULL), 0);
    ASSERT_NOTHING_WRONG();
}

/* future_fini() waits for callbacks that are on their way to a loop, too: afterwards the memory is somebody else's. */
static void late_note(struct future *f, void *arg)
{
    unsigned *calls = arg;
    EXPECT(future_state(f) == FUTURE_FINISHED);
    ++*calls;
}

static int fini_at_once(struct coro *self, void *arg, void **value)
{
    struct future f;
    struct future_callback nodes[3];
    unsigned calls = 0;
    (void)arg, (void)value;
    future_init(&f, coro_loop(self));
    for (int i = 0; i < 2; i++)
        future_add_done_callback(&f, &nodes[i], late_note, &calls);
    EXPECT(future_set_result(&f, NULL) == 0);
    future_add_done_callback(&f, &nodes[2], late_note, &calls);
    future_fini(&f);
    EXPECT(calls == 3);
    memset(&f, 0xff, sizeof f);
    let_others_run(self);
    return 0;
}

Test(future, fini_waits_for_callbacks_on_their_way_to_a_loop)
{
    cr_expect_eq(on_loop(1, fini_at_once, NULL), 0);
    ASSERT_NOTHING_WRONG();
}

Test(future, fini_by_the_loops_thread_while_it_does_not_run)
{
    struct loop *loop = test_loop(1);
    struct future f;
    struct future_callback node;
    unsigned calls = 0;
    future_init(&f, loop);
    future_add_done_callback(&f, &node, late_note, &calls);
    cr_expect_eq(future_set_result(&f, NULL), 0);
    cr_expect_eq(calls, 0u);
    future_fini(&f);
    cr_expect_eq(calls, 1u);
    cr_expect_eq(loop_close(loop), 0);
    ASSERT_NOTHING_WRONG();
}
