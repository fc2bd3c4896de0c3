/* SPDX-License-Identifier: Apache-2.0 */
/* What the report makes of twins and injected delays, from cells whose truth is known; and the loop that injects. */
#include "quintet_criterion.h"

#include "contract/task.h"

#include "measure/clock.h"
#include "report/instrument.h"
#include "report/paired.h"
#include "report/report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

TestSuite(instrument);

enum { BLOCKS = 9 };

static struct report_result told_g;

static void add_cell(struct report_run *run, const char *strategy, const char *role, double factor)
{
    struct cell cell = {.workload = "mandelbrot", .in_flight = 2, .workers = 2};
    char id[CELL_ID_LEN];
    snprintf(cell.strategy, sizeof cell.strategy, "%s", strategy);
    snprintf(cell.role, sizeof cell.role, "%s", role);
    cell_id(&cell, id, sizeof id);
    int at = aggregate_cell(run, &cell, id);
    cr_assert(at >= 0);
    run->cells[at].ok = BLOCKS;
    for (unsigned b = 0; b < BLOCKS; b++) /* a little noise that pairs share, and a little that they don't */
        series_set(&run->cells[at], "throughput_ops_per_s", b,
                   1000 * factor * (1 + .01 * b) * (1 + .001 * ((b + (unsigned)at) % 3)));
}

static void given_run(struct report_run *run, double twin)
{
    *run = (struct report_run){
        .dirfd = -1, .cell_index = json_object(), .workers = 2, .blocks = BLOCKS, .result = &told_g};
    add_cell(run, "serial", "", 1);
    add_cell(run, "pool", "", 2);
    add_cell(run, "serial", "control2", 1 / 1.02);
    add_cell(run, "serial", "control5", 1 / 1.05);
    add_cell(run, "pool", "twin", 2 * twin);
    cr_assert_eq(aggregate_finish(run), 0);
}

Test(instrument, sees_what_was_injected_and_nothing_in_a_twin)
{
    struct report_run run;
    struct instrument instrument;
    given_run(&run, 1);
    cr_assert_eq(instrument_build(&instrument, &run), 0);
    cr_assert_eq(instrument.n, 3u);
    for (unsigned i = 0; i < instrument.n; i++) {
        const struct check *check = &instrument.list[i];
        cr_expect_float_eq(check->claim.ratio.value, 1 + check->injected, .002, "%s", run.cells[check->cell].id);
        cr_expect_eq(check_was_seen(check), check->injected > 0, "%s", run.cells[check->cell].id);
    }
    cr_expect_eq(instrument_false_alarms(&instrument), 0u);
    cr_expect_float_eq(instrument_margin(&instrument, &run, 0), DECISION_MARGIN, 1e-12);
    report_run_fini(&run);
}

Test(instrument, a_twin_that_is_off_is_an_alarm_and_widens_the_margin)
{
    struct report_run run;
    struct instrument instrument;
    given_run(&run, 1 / 1.08); /* slower: the margin is the same on both sides */
    cr_assert_eq(instrument_build(&instrument, &run), 0);
    cr_expect_eq(instrument_false_alarms(&instrument), 1u);
    cr_expect_float_eq(instrument_margin(&instrument, &run, 0), .08, .002);
    report_run_fini(&run);
}

/* A twin or a control is no choice: it stands in no contest, and lends serial no second cell. */
Test(instrument, checks_are_no_results)
{
    struct report_run run;
    struct pairing pairing;
    given_run(&run, 1);
    cr_assert_eq(pairing_build(&pairing, &run), 0);
    cr_assert_eq(pairing.n, 1u);
    cr_expect_eq(run.n_strategies, 2u);
    for (unsigned s = 0; s < run.n_strategies; s++)
        cr_expect_eq(run.cells[pairing.list[0].cell[s]].cell.role[0], '\0');
    pairing_fini(&pairing);
    report_run_fini(&run);
}

static int spin(struct op *op)
{
    uint64_t until = clock_now_ns() + 200000;
    (void)op;
    while (clock_now_ns() < until)
        ;
    return 0;
}

/* The delay is a share of the sample's own time, and belongs to the sample. */
Test(instrument, the_delayed_loop_adds_its_share)
{
    static struct lane lane;
    static const struct workload workload = {.op = spin};
    struct ctx ctx = {&ctx_blocking, &lane};
    struct task task = {.workload = &workload, .ops = 20, .batch = 1, .delay_permille = 500};
    task_loop(&task, &ctx);
    cr_expect_eq(task.err, 0);
    cr_expect_eq(task.ops_done, 20u);
    cr_expect_eq(lane.latency.count, 20u);
    cr_expect_geq(lane.latency.min, 300000u);
    cr_expect_geq(task.ended_ns - task.started_ns, 20u * 300000u);
}

static int one_us(struct op *op)
{
    uint64_t until = clock_now_ns() + 1000;
    if (op->index == 41 && op->state)
        return -EIO;
    while (clock_now_ns() < until)
        ;
    return 0;
}

/* Marks are stamps of the loop's own: in order, as many as were asked for, the last one the end. */
Test(instrument, a_marked_loop_is_the_same_loop)
{
    static struct lane lane;
    static const struct workload workload = {.op = one_us};
    uint64_t marks[6];
    memset(marks, 0xee, sizeof marks);
    struct ctx ctx = {&ctx_blocking, &lane};
    struct task task = {.workload = &workload, .ops = 90, .batch = 4, .progress_every = 20, .progress_ns = marks};
    task_loop(&task, &ctx);
    cr_expect_eq(task.err, 0);
    cr_expect_eq(task.ops_done, 90u);
    cr_expect_eq(lane.latency.count, 23u, "one sample for each four ops, and one for the last two");
    cr_expect_geq(marks[0], task.started_ns + 20000u);
    for (unsigned i = 1; i < 4; i++)
        cr_expect_geq(marks[i], marks[i - 1] + 20000u);
    cr_expect_geq(marks[4], marks[3] + 10000u);
    cr_expect_eq(marks[4], task.ended_ns);
    cr_expect_eq(marks[5], UINT64_C(0xeeeeeeeeeeeeeeee), "no mark too many");
}

Test(instrument, a_marked_loop_stops_where_an_op_fails)
{
    static struct lane lane;
    static const struct workload workload = {.op = one_us};
    uint64_t marks[5] = {0};
    struct ctx ctx = {&ctx_blocking, &lane};
    struct task task = {
        .workload = &workload, .ops = 90, .batch = 4, .progress_every = 20, .progress_ns = marks, .state = marks};
    task_loop(&task, &ctx);
    cr_expect_eq(task.err, -EIO);
    cr_expect_eq(task.ops_done, 41u);
    cr_expect(marks[1] && !marks[2]);
}
