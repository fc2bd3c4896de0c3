/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The only timing loop. What is measured for every strategy is these lines and nothing else.
 *
 * Closed load: the clock is read once per sample, because the end of one op is the start of the next ("chained" stamps,
 * half the cost of a pair). Ops too short for the clock are sampled by `batch`: the histogram then holds the mean of
 * each batch, and says so.
 *
 * Paced load: op i is *due* at a time that was fixed before the start, whatever happens. Its response time runs from
 * when it was due, its latency from when it really started: a stall shows in all the operations that it delayed and not
 * only in the one that met it (coordinated omission, Tene). What lies between the two is waiting for the op before, and
 * the lag: how late the task, being free, was woken. The lag belongs to who carries the task; it is kept apart so that
 * one can see how much of a response time is the clock's doing.
 */
#include "contract/task.h"

#include "measure/clock.h"

#include <errno.h>

static int closed_loop(struct task *task, struct op *op, struct ctx *ctx)
{
    int (*const run)(struct op *) = task->workload->op;
    const uint64_t ops = task->ops, batch = task->batch, every = task->progress_every ? task->progress_every : ops;
    uint64_t start = task->started_ns, *progress = task->progress_ns;

    for (uint64_t i = 0; i < ops;) {
        const uint64_t until = ops - i > every ? i + every : ops;
        while (i < until) {
            uint64_t end_of_sample = until - i > batch ? i + batch : until, in_sample = end_of_sample - i;
            for (; i < end_of_sample; i++) {
                op->index = i;
                int rc = run(op);
                if (__builtin_expect(rc < 0, 0)) {
                    task->ops_done = i;
                    return rc;
                }
            }
            uint64_t now = clock_now_ns();
            hist_record_n(&ctx->lane->latency, (now - start) / in_sample, 1);
            start = now;
        }
        if (task->progress_every)
            *progress++ = start;
    }
    task->ended_ns = start;
    task->ops_done = ops;
    return 0;
}

/* The closed loop of a positive control: each sample is followed by a busy wait of a known share of its own time. A
 * loop of its own, so that results are measured without a branch for it. */
static int delayed_loop(struct task *task, struct op *op, struct ctx *ctx)
{
    const uint64_t ops = task->ops, batch = task->batch;
    uint64_t start = task->started_ns;

    for (uint64_t i = 0; i < ops;) {
        uint64_t end_of_sample = ops - i > batch ? i + batch : ops, in_sample = end_of_sample - i;
        for (; i < end_of_sample; i++) {
            op->index = i;
            int rc = task->workload->op(op);
            if (rc < 0) {
                task->ops_done = i;
                return rc;
            }
        }
        uint64_t now = clock_now_ns(), until = now + (now - start) * task->delay_permille / 1000;
        while (now < until)
            now = clock_now_ns();
        hist_record_n(&ctx->lane->latency, (now - start) / in_sample, 1);
        start = now;
    }
    task->ended_ns = start;
    task->ops_done = ops;
    return 0;
}

/* The kernel's clock, by which a strategy waits, and ours may have drifted apart by so much since the trial began. */
enum { EARLY_MAX_NS = 1000000 };

static int paced_loop(struct task *task, struct op *op, struct ctx *ctx)
{
    uint64_t free_since = task->started_ns;

    for (uint64_t i = 0; i < task->ops; i++) {
        uint64_t due = task->epoch_ns + task->due_ns[i], possible = due > free_since ? due : free_since;
        int rc = ctx_sleep_until(ctx, due);
        uint64_t start = clock_now_ns();
        op->index = i;
        if (rc == 0 && start + EARLY_MAX_NS < due)
            rc = -EPROTO; /* a strategy that does not wait would have the shortest queue of all */
        if (rc == 0)
            rc = task->workload->op(op);
        if (rc < 0) {
            task->ops_done = i;
            return rc;
        }
        uint64_t end = clock_now_ns();
        hist_record(&ctx->lane->latency, end - start);
        hist_record(&ctx->lane->response, end > due ? end - due : 0);
        hist_record(&ctx->lane->lag, start > possible ? start - possible : 0);
        free_since = end;
    }
    task->ops_done = task->ops;
    return 0;
}

/* Paced load, the other side of a conversation: it waits for those that are paced, so its times say nothing. */
static int serving_loop(struct task *task, struct op *op)
{
    for (uint64_t i = 0; i < task->ops; i++) {
        op->index = i;
        int rc = task->workload->op(op);
        if (rc < 0) {
            task->ops_done = i;
            return rc;
        }
    }
    task->ops_done = task->ops;
    return 0;
}

void task_loop(struct task *task, struct ctx *ctx)
{
    /* On a line of its own: where the carrier's stack happens to lie must not decide whether one of the stores below
     * crosses a line and is not forwarded to the op's first load. That was 20 ns per task, under one strategy and not
     * under the next. */
    _Alignas(64) struct op op = {
        .ctx = ctx,
        .env = task->env,
        .state = task->state,
        .task = task->id,
        .count = task->ops,
    };
    task->runs++;
    task->ended_ns = 0;
    task->started_ns = clock_now_ns();
    task->err = task->due_ns           ? paced_loop(task, &op, ctx)
                : task->serves         ? serving_loop(task, &op)
                : task->delay_permille ? delayed_loop(task, &op, ctx)
                                       : closed_loop(task, &op, ctx);
    if (!task->ended_ns)
        task->ended_ns = clock_now_ns();
    task->result = op.result;
}
