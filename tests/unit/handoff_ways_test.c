/* SPDX-License-Identifier: Apache-2.0 */
/* What every strategy of the registry promises about marks (contract/task.h) and ways of handing off (contract/ctx.h).
 */
#include "unit/strategy_ops.h"

#include "contract/condvar.h"

TestSuite(handoff_ways, .timeout = 120);

/* --- marks --- */

/* Stamps of two CPUs may disagree by so much. */
enum { STAMPS_NS = 1000 };

static void run_marked(struct rig *rig, struct task_marks *marks)
{
    for (unsigned i = 0; i < rig->n; i++)
        rig->tasks[i] = (struct task){
            .workload = &rig->workload,
            .env = &rig->env,
            .ops = 1,
            .id = i,
            .batch = 1,
            .marks = marks ? &marks[i] : NULL,
        };
    int rc = rig->strategy->run(rig->state, rig->tasks, rig->n);
    cr_assert(rc == 0, "%s: run: %d", rig->strategy->name, rc);
}

Test(handoff_ways, marks_come_in_the_order_of_a_life)
{
    enum { K = 3, TASKS = 10 };
    for (unsigned s = 0; strategy_registry[s]; s++) {
        const struct strategy *strategy = strategy_registry[s];
        struct task_marks marks[TASKS] = {{0}};
        unsigned made = 0, gone = 0;
        struct rig rig;
        char why[256];
        if (strategy->probe(why, sizeof why))
            continue;
        rig_init(&rig, strategy, op_plain, K, TASKS);
        rig_open(&rig);
        run_marked(&rig, marks);
        for (unsigned i = 0; i < TASKS; i++) {
            const struct task_marks *m = &marks[i];
            const struct task *task = &rig.tasks[i];
            cr_assert(m->asked_ns > 0, "%s: nobody asked for task %u", strategy->name, i);
            cr_assert(m->asked_ns <= task->started_ns + STAMPS_NS, "%s: task %u began before", strategy->name, i);
            cr_assert(!m->made_ns || m->made_ns >= m->asked_ns, "%s: task %u", strategy->name, i);
            cr_assert(!m->made_ns || (m->together >= 1 && m->together <= TASKS), "%s: %u", strategy->name, m->together);
            cr_assert(!m->gone_ns || m->gone_ns + STAMPS_NS >= task->ended_ns, "%s: task %u", strategy->name, i);
            made += m->made_ns > 0;
            gone += m->gone_ns > 0;
        }
        cr_assert(made == (s == 0 ? 0 : TASKS), "%s: of %u tasks %u were made", strategy->name, TASKS, made);
        cr_assert(gone == 0 || gone == TASKS, "%s: of %u tasks %u are gone", strategy->name, TASKS, gone);
        run_marked(&rig, NULL); /* and nobody minds that there are none */
        rig_close(&rig);
    }
}

/* --- condition variables --- */

enum { PAIRS_MAX = 4 };

struct ring {
    struct condvar_seat seat[2 * PAIRS_MAX];
    uint64_t ball[PAIRS_MAX];
};

/* Two tasks throw a ball, at random moments: a wake-up that was lost would stop them for ever. */
static int op_condvar(struct op *op)
{
    struct ring *ring = op->env->local;
    unsigned pair = op->task / 2, me = op->task % 2;
    struct seat *mine = &ring->seat[op->task].seat, *theirs = &ring->seat[op->task ^ 1].seat;
    uint64_t dice = rng_hash2(op->env->nonce + op->task, op->index);
    for (unsigned i = 0; i < dice % 512; i++)
        atomic_signal_fence(memory_order_seq_cst);
    if (dice % 64 == 0)
        ctx_yield(op->ctx);
    if (me == 0)
        ring->ball[pair]++;
    int rc = ctx_handoff(op->ctx, mine, me == 1 && op->index == 0 ? NULL : theirs);
    if (rc == 0 && me == 1)
        ring->ball[pair]++;
    if (rc == 0 && me == 1 && op->index + 1 == op->count)
        rc = ctx_handoff(op->ctx, NULL, theirs);
    op_result(op, rng_hash2(op->env->nonce + op->task, op->index));
    return rc;
}

Test(handoff_ways, condition_variables_lose_no_wake_up)
{
    const uint64_t rounds = SANITIZED ? 500 : 2000;
    unsigned tried = 0;
    struct ring *ring = rig_map(sizeof *ring);
    for (unsigned s = 0; strategy_registry[s]; s++)
        for (unsigned pairs = 1; pairs <= PAIRS_MAX; pairs += PAIRS_MAX - 1) {
            const struct strategy *strategy = strategy_registry[s];
            struct rig rig;
            if (!(strategy->handoffs >> HANDOFF_CONDVAR & 1))
                continue;
            for (unsigned i = 0; i < 2 * pairs; i++)
                cr_assert(condvar_seat_init(&ring->seat[i]) == 0);
            memset(ring->ball, 0, sizeof ring->ball);
            rig_init(&rig, strategy, op_condvar, 2 * pairs, 2 * pairs);
            rig.config.group = 2;
            rig.config.handoff = HANDOFF_CONDVAR;
            rig.env.local = ring;
            rig_open(&rig);
            int rc = rig_run(&rig, rounds);
            cr_assert(rc == 0, "%s: run: %d", strategy->name, rc);
            rig_check_complete(&rig, rounds);
            for (unsigned i = 0; i < pairs; i++)
                cr_assert(ring->ball[i] == 2 * rounds, "%s: the ball was thrown %llu times", strategy->name,
                          (unsigned long long)ring->ball[i]);
            for (unsigned i = 0; i < 2 * pairs; i++)
                cr_assert(atomic_load(&ring->seat[i].seat.token) == 0);
            rig_close(&rig);
            tried++;
        }
    munmap(ring, sizeof *ring);
    cr_assert(tried == 12, "%u were tried", tried);
}

/* --- two functions of one task --- */

struct thrower {
    uint64_t caught, sum;
    unsigned *turn; /* whose it is */
    unsigned me;
    bool out_of_turn;
};

static uint64_t throw_on(void *arg, uint64_t ball)
{
    struct thrower *self = arg;
    self->out_of_turn |= *self->turn != self->me;
    *self->turn = !self->me;
    self->caught++;
    self->sum += ball;
    return ball + 1;
}

static const uint64_t lengths_g[] = {0, 1, 2, 1000};

/* Op i is length i; the result says whether all was as it has to be. */
static int op_bounce(struct op *op)
{
    const uint64_t round_trips = lengths_g[op->index];
    unsigned turn = 1;
    struct thrower side[2] = {{.turn = &turn, .me = 0}, {.turn = &turn, .me = 1}};
    struct bounce b = {
        .side = {throw_on, throw_on}, .arg = {&side[0], &side[1]}, .word = 7, .round_trips = round_trips};
    int rc = ctx_bounce(op->ctx, *(enum handoff_by *)op->env->local, &b);
    uint64_t odd = round_trips * (6 + round_trips); /* side 1 catches 7, 9, 11 ... */
    bool right = b.word == 7 + 2 * round_trips && side[0].caught == round_trips && side[1].caught == round_trips &&
                 side[1].sum == odd && side[0].sum == odd + round_trips && !side[0].out_of_turn && !side[1].out_of_turn;
    op_result(op, rng_hash2(op->env->nonce + op->task, op->index) + !right);
    return rc;
}

Test(handoff_ways, two_functions_throw_in_turn_and_switches_are_counted)
{
    enum { N = sizeof lengths_g / sizeof *lengths_g, TASKS = 5 };
    unsigned tried = 0;
    for (unsigned s = 0; strategy_registry[s]; s++)
        for (enum handoff_by how = HANDOFF_GENERATOR; how <= HANDOFF_CALLBACK; how++) {
            const struct strategy *strategy = strategy_registry[s];
            uint64_t switches = 0, least = 2 * 1003 * TASKS;
            struct rig rig;
            char why[256];
            if (!(strategy->handoffs >> how & 1) || strategy->probe(why, sizeof why))
                continue;
            rig_init(&rig, strategy, op_bounce, 2, TASKS);
            rig.config.handoff = how;
            rig.env.local = &how;
            rig_open(&rig);
            int rc = rig_run(&rig, N);
            cr_assert(rc == 0, "%s: run: %d", strategy->name, rc);
            rig_check_complete(&rig, N);
            for (unsigned i = 0; i < rig.config.n_lanes; i++)
                switches += rig.config.lanes[i].user_switches_count;
            rig_close(&rig);
            cr_assert(switches >= least && switches < least + 200, "%s, way %d: %llu switches of %llu", strategy->name,
                      how, (unsigned long long)switches, (unsigned long long)least);
            tried++;
        }
    cr_assert(tried >= 2, "epoll is everywhere");
}

/* Whoever has no such way says so, in words and as a result. */
Test(handoff_ways, what_a_strategy_cannot_do_it_refuses)
{
    struct bounce b = {.round_trips = 1};
    struct ctx blocking = {.ops = &ctx_blocking}, shared = {.ops = &ctx_blocking_shared};
    cr_assert(ctx_bounce(&blocking, HANDOFF_GENERATOR, &b) == -ENOTSUP);
    cr_assert(ctx_bounce(&shared, HANDOFF_CALLBACK, &b) == -ENOTSUP);
    for (unsigned s = 0; strategy_registry[s]; s++)
        for (enum handoff_by how = HANDOFF_NATIVE; how < HANDOFF_WAYS; how++) {
            char why[256] = "";
            bool refused = strategy_refuses(strategy_registry[s], how, why, sizeof why);
            bool offered = how == HANDOFF_NATIVE || strategy_registry[s]->handoffs >> how & 1;
            cr_assert(refused == !offered);
            cr_assert(refused == (why[0] != '\0') && (!refused || strstr(why, strategy_registry[s]->name)));
        }
}
