/* SPDX-License-Identifier: Apache-2.0 */
/* What the harness makes of a trial's tasks and lanes: how many were at work at once, what they did, what it cost. */
#include "quintet_criterion.h"

#include "contract/workload.h"
#include "run/trial_private.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

TestSuite(trial_collect);

enum { TASKS = 4, OPS = 10, LANES = 2, START_NS = 1000, RUN_NS = 10000 };

static struct trial_spec spec;
static struct trial_record record;
static struct trial_hists hists;
static struct workload workload;
static struct counters cost;
static struct trial trial;

/* Four tasks of ten ops each, two at a time, two after two. */
static void given_trial_of(bool paced)
{
    static const struct shape shape = {.tasks = TASKS, .ops_per_task = OPS, .batch = 1, .group = 1, .work_per_op = 3};
    spec = (struct trial_spec){.cell = {.in_flight = 2}};
    record = (struct trial_record){.tasks = TASKS, .run_ns = RUN_NS};
    cost = (struct counters){0};
    memset(&hists, 0, sizeof hists);
    trial = (struct trial){
        .spec = &spec, .record = &record, .what = {.workload = &workload}, .shape = shape, .start_ns = START_NS};
    cr_assert_eq(arena_init(&trial.arena, &shape, LANES, 2, paced), 0);
    arena_reset(&trial.arena, &shape);
    trial.arena.progress_every = 0; /* each task's own stamps are enough here */
    for (unsigned i = 0; i < TASKS; i++) {
        uint64_t started = START_NS + i / 2 * 5000;
        trial.arena.tasks[i] = (struct task){
            .id = i, .runs = 1, .ops = OPS, .ops_done = OPS, .started_ns = started, .ended_ns = started + 5000};
    }
}

static void given_trial(void)
{
    given_trial_of(false);
}

static void alive(unsigned task, uint64_t started_ns, uint64_t ended_ns)
{
    trial.arena.tasks[task].started_ns = started_ns;
    trial.arena.tasks[task].ended_ns = ended_ns;
}

static bool collected(void)
{
    record.steady[0] = '\0';
    record.ops = record.digest = 0;
    return trial_collect(&trial, &cost, &hists);
}

/* --- how many at once ------------------------------------------------------------------------------------------------
 */

/* One ends and the next one starts at the same nanosecond: that is a change of shift, and no third one. */
Test(trial_collect, tasks_that_follow_one_another_are_not_alive_together)
{
    given_trial();
    cr_assert(collected());
    cr_expect_eq(record.in_flight_peak, 2u);
    cr_expect_eq(record.in_flight_mean, 2.0);
    cr_expect_eq(record.overlap_from_ns, 0u);
    cr_expect_eq(record.overlap_ns, (uint64_t)RUN_NS);
    cr_expect_neq(record.steady[0], '\0');
}

/* From when as many are at work as ever at once, until no more of them are left. */
Test(trial_collect, the_time_in_which_all_are_at_work)
{
    given_trial();
    alive(0, 1000, 9000);
    alive(1, 2000, 6000);
    alive(2, 6500, 8000);
    alive(3, 9500, 9600);
    cr_assert(collected());
    cr_expect_eq(record.in_flight_peak, 2u);
    cr_expect_eq(record.in_flight_mean, 1.36, "%g", record.in_flight_mean);
    cr_expect_eq(record.overlap_from_ns, 1000u, "the second one came at 2000");
    cr_expect_eq(record.overlap_ns, 7000u, "and the second last left at 9000");
}

Test(trial_collect, all_that_are_alive_together_are_counted)
{
    given_trial();
    spec.cell.in_flight = 8;
    alive(0, 1000, 9000);
    alive(1, 1000, 3000);
    alive(2, 2000, 4000);
    alive(3, 2999, 5000);
    cr_assert(collected());
    cr_expect_eq(record.in_flight_peak, 4u);
    alive(0, 8000, 9000); /* tasks need not start in the order of their numbers */
    alive(1, 6000, 9000);
    alive(2, 1000, 2000);
    alive(3, 3000, 4000);
    cr_assert(collected());
    cr_expect_eq(record.in_flight_peak, 2u);
    cr_expect(record.overlap_from_ns == 2000 && record.overlap_ns == 6000,
              "from the second start to the second last end");
}

/* Two CPUs' clocks differ by less than a microsecond: an overlap shorter than that proves no task too many. */
Test(trial_collect, an_overlap_that_clocks_can_explain_is_none)
{
    given_trial();
    spec.cell.in_flight = 1;
    for (unsigned i = 0; i < TASKS; i++)
        alive(i, 10000 + 10000 * i, 21000 + 10000 * i); /* 1000 ns into the next one's time */
    cr_assert(collected());
    cr_expect_eq(record.in_flight_peak, 1u);
    alive(1, 19999, 31000);
    cr_assert(collected());
    cr_expect_eq(record.in_flight_peak, 2u, "1001 ns are a task too many");
}

/* ... and only as many more as are sure. Where it is no matter of too many, an overlap is one however short it is. */
Test(trial_collect, of_too_many_those_count_that_are_sure)
{
    given_trial();
    alive(0, 10000, 30000);
    alive(1, 10000, 30000);
    alive(2, 15000, 30000);
    alive(3, 29500, 50000);
    cr_assert(collected());
    cr_expect_eq(record.in_flight_peak, 3u, "the fourth met them for 500 ns");
    spec.cell.in_flight = 4;
    cr_assert(collected());
    cr_expect_eq(record.in_flight_peak, 4u);
    given_trial();
    for (unsigned i = 0; i < 3; i++)
        alive(i, 10000, 11000); /* too short to be sure of any of them */
    cr_assert(collected());
    cr_expect_eq(record.in_flight_peak, 2u, "as many as were admitted");
}

/* A killed carrier leaves an end of 0; and in a failed trial nobody looks for a pace. */
Test(trial_collect, a_task_without_an_end_is_left_out)
{
    given_trial();
    alive(0, 1000, 0);
    alive(1, 2000, 4000);
    cr_assert(collected());
    cr_expect_eq(record.in_flight_peak, 2u);
    cr_expect_eq(record.in_flight_mean, 1.2, "%g", record.in_flight_mean);
    cr_expect_eq(record.overlap_ns, 0u);
    cr_expect_str_eq(record.steady, "");
    for (unsigned i = 0; i < TASKS; i++)
        alive(i, 1000, 0);
    cr_assert(collected());
    cr_expect_eq(record.in_flight_peak, 0u);
    cr_expect_eq(record.in_flight_mean, 0.0);
}

/* Shorter than the clock can tell: none is known to have been alive, so there is no time in which all were. */
Test(trial_collect, tasks_that_took_no_time)
{
    given_trial();
    for (unsigned i = 0; i < TASKS; i++)
        alive(i, START_NS, START_NS);
    cr_assert(collected());
    cr_expect(record.in_flight_peak == 0 && record.in_flight_mean == 0 && record.overlap_ns == 0);
    alive(0, 1000, 9000);
    alive(1, 2000, 6000);
    cr_assert(collected());
    cr_expect(record.in_flight_peak == 2 && record.overlap_ns == 4000, "the others do not make it longer");
}

/* --- what was done ---------------------------------------------------------------------------------------------------
 */

Test(trial_collect, the_digest_is_the_sum_over_tasks_and_their_numbers)
{
    uint64_t want = 0;
    given_trial();
    for (unsigned i = 0; i < TASKS; i++) {
        trial.arena.tasks[i].result = 70 + i;
        want += trial_digest_of(i, 70 + i);
    }
    cr_assert(collected());
    cr_expect_eq(record.digest, want);
    cr_expect_eq(record.ops, (uint64_t)TASKS * OPS);
    cr_expect_eq(record.work, (uint64_t)TASKS * OPS * 3);
    trial.arena.tasks[0].result = 71; /* two tasks that did each other's work */
    trial.arena.tasks[1].result = 70;
    cr_assert(collected());
    cr_expect_neq(record.digest, want);
    trial.arena.tasks[0].result = trial.arena.tasks[1].result = 0;
    cr_assert(collected());
    cr_expect_neq(record.digest, want);
}

Test(trial_collect, lanes_add_up)
{
    given_trial();
    for (unsigned i = 0; i < LANES; i++) {
        trial.arena.lanes[i].user_switches_count = 5 + i;
        trial.arena.lanes[i].children_carried_count = 7 + i;
        hist_record(&trial.arena.lanes[i].latency, 100 + 100 * i);
    }
    cr_assert(collected());
    cr_expect_eq(record.user_switches_count, 11u);
    cr_expect_eq(record.children_carried_count, 15u);
    cr_expect(record.latency_count == 2 && record.latency_mean_ns == 150);
    cr_expect(record.latency_min_ns == 100 && record.latency_max_ns == 200);
    cr_expect_eq(hists.latency.count, 2u);
}

/* Tasks of a pass and lanes in use: what stands behind them in the arena is of nobody. */
static void given_less_than_the_arena_holds(bool paced)
{
    given_trial_of(paced);
    trial.shape.tasks = TASKS - 1;
    trial.arena.n_lanes = LANES - 1;
    alive(TASKS - 1, START_NS, START_NS + 9000);
    trial.arena.lanes[LANES - 1].user_switches_count = 5;
    hist_record(&trial.arena.lanes[LANES - 1].latency, 100);
    hist_record(&trial.arena.lanes[LANES - 1].response, 100);
}

Test(trial_collect, only_what_the_trial_used_is_looked_at)
{
    given_less_than_the_arena_holds(false);
    cr_assert(collected());
    cr_expect(record.in_flight_peak == 2 && record.in_flight_mean == 1.5);
    cr_expect(record.ops == (TASKS - 1) * OPS && record.user_switches_count == 0 && record.latency_count == 0);
    given_less_than_the_arena_holds(true);
    trial.arena.due_ns[(TASKS - 1) * OPS - 1] = RUN_NS / 4;
    trial.arena.due_ns[TASKS * OPS - 1] = RUN_NS;
    cr_assert(collected());
    cr_expect_eq(hists.response.count, 0u);
    cr_expect_eq(record.metrics[0].value, 25.0);
}

Test(trial_collect, without_a_sample_there_is_no_latency)
{
    given_trial();
    cr_assert(collected());
    cr_expect(record.latency_count == 0 && record.latency_mean_ns == 0 && record.latency_min_ns == 0);
    cr_expect_eq(record.latency_max_ns, 0u);
}

static double metric(const char *name)
{
    for (unsigned i = 0; i < record.n_metrics; i++)
        if (!strcmp(record.metrics[i].name, name))
            return record.metrics[i].value;
    return NAN;
}

/* Whoever serves does none of the ops that were offered; the run took so much of the time that it was offered in. */
Test(trial_collect, paced_load_by_those_that_ask)
{
    given_trial_of(true);
    trial.arena.tasks[1].serves = trial.arena.tasks[3].serves = true;
    trial.arena.due_ns[TASKS / 2 * OPS - 1] = RUN_NS / 2;
    trial.arena.due_ns[TASKS * OPS - 1] = RUN_NS / 4;
    for (unsigned i = 0; i < LANES; i++) {
        hist_record(&trial.arena.lanes[i].response, 300);
        hist_record(&trial.arena.lanes[i].lag, 20);
    }
    cr_assert(collected());
    cr_expect_eq(record.ops, (uint64_t)TASKS / 2 * OPS);
    cr_expect(hists.response.count == 2 && hists.response.max == 300 && hists.lag.count == 2 && hists.lag.max == 20);
    cr_expect_eq(metric("achieved_percent"), 50.0);
    given_trial_of(true); /* and everything is due at once */
    cr_assert(collected());
    cr_expect_eq(metric("achieved_percent"), 0.0);
    given_trial_of(true);
    trial.arena.due_ns[OPS - 1] = 3 * RUN_NS;
    cr_assert(collected());
    cr_expect_eq(metric("achieved_percent"), 100.0, "no more than what was offered");
}

Test(trial_collect, closed_load_has_no_schedule)
{
    given_trial();
    hist_record(&trial.arena.lanes[0].response, 300);
    cr_assert(collected());
    cr_expect_eq(hists.response.count, 0u);
    cr_expect(isnan(metric("achieved_percent")));
}

/* --- what it cost ----------------------------------------------------------------------------------------------------
 */

static struct facts facts_seen;

static void keep_facts(const struct workload_env *env, const struct shape *shape, const struct facts *facts,
                       metric_fn *emit, void *sink)
{
    (void)env;
    facts_seen = *facts;
    emit(sink, "tasks_count", shape->tasks);
}

Test(trial_collect, the_cost_goes_into_the_record_and_to_the_workload)
{
    given_trial();
    cost = (struct counters){.user_ns = 100,
                             .system_ns = 20,
                             .voluntary_switches_count = 3,
                             .involuntary_switches_count = 4,
                             .minor_faults_count = 5,
                             .major_faults_count = 6,
                             .steal_ns = 7,
                             .cpu_busy_ns = 200};
    trial.origin_before.cpu_ns = 5;
    trial.origin_after.cpu_ns = 35;
    workload.metrics = keep_facts;
    cr_assert(collected());
    cr_expect(record.user_ns == 100 && record.system_ns == 20 && record.steal_ns == 7);
    cr_expect(record.voluntary_switches_count == 3 && record.involuntary_switches_count == 4);
    cr_expect(record.minor_faults_count == 5 && record.major_faults_count == 6);
    cr_expect_eq(record.foreign_cpu_ns, 50u, "what neither we nor our origin used");
    cr_expect(facts_seen.start_ns == START_NS && facts_seen.run_ns == RUN_NS && facts_seen.tasks == TASKS);
    cr_expect(facts_seen.ops == TASKS * OPS && facts_seen.user_ns == 100 && facts_seen.system_ns == 20);
    cr_expect(facts_seen.voluntary_switches_count == 3 && facts_seen.involuntary_switches_count == 4);
    cr_expect_eq(metric("tasks_count"), (double)TASKS);
    cost.cpu_busy_ns = 149; /* by ticks: less than what we know that we used */
    cr_assert(collected());
    cr_expect_eq(record.foreign_cpu_ns, 0u);
}

Test(trial_collect, an_origin_tells_how_busy_it_was)
{
    static char stands_for_one;
    given_trial();
    trial.origin = (struct origin *)&stands_for_one;
    trial.origin_after = (struct origin_use){.servers_count = 1, .requests_count = 10, .server_cpu_ns = {RUN_NS / 4}};
    cr_assert(collected());
    cr_expect_eq(metric("origin_cpu_percent"), 25.0);
}

/* Pages that children faulted in, as many processes' as were alive at once. */
Test(trial_collect, forked_carriers_have_memory_of_their_own)
{
    const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    given_trial();
    record.memory_peak_bytes = 1000;
    cr_assert(collected());
    cr_expect_eq(record.memory_peak_bytes, 1000u);
    cost.children_minor_faults_count = 40; /* by 4 tasks' processes, 2 at once */
    cr_assert(collected());
    cr_expect_eq(record.memory_peak_bytes, 1000 + 20 * page);
    given_trial();
    spec.cell.in_flight = 3;
    cost.children_minor_faults_count = 40; /* by those and 6 children's, of which 3 may be alive */
    trial.arena.lanes[0].children_carried_count = 6;
    cr_assert(collected());
    cr_expect_eq(record.memory_peak_bytes, 12 * page);
}

Test(trial_collect, a_run_that_took_no_time_is_not_believed)
{
    given_trial();
    record.run_ns = 0;
    cr_expect_not(collected());
    cr_expect_eq(record.end, END_IMPLAUSIBLE);
    cr_expect_str_eq(record.reason, "the timed part took 0 ns");
    trial.arena.tasks[2].runs = 0;
    cr_expect_not(collected());
    cr_expect_eq(record.end, END_VERIFY_FAILED);
    cr_expect_str_eq(record.reason, "task 2 was run 0 times", "which explains it");
}

/* Names and numbers of metrics are the workload's: what does not fit, or is no number, is left out. */
Test(trial_collect, metrics_that_do_not_fit_are_left_out)
{
    char name[NAME_LEN + 1];
    given_trial();
    trial_emit_metric(&record, "nan", NAN);
    trial_emit_metric(&record, "inf", INFINITY);
    memset(name, 'a', sizeof name);
    name[NAME_LEN] = '\0';
    trial_emit_metric(&record, name, 1);
    cr_expect_eq(record.n_metrics, 0u);
    name[NAME_LEN - 1] = '\0';
    trial_emit_metric(&record, name, 1);
    cr_expect_eq(record.n_metrics, 1u);
    cr_expect_str_eq(record.metrics[0].name, name);
    for (unsigned i = 1; i < METRICS_MAX + 3; i++)
        trial_emit_metric(&record, "more", i);
    cr_expect_eq(record.n_metrics, (unsigned)METRICS_MAX);
    cr_expect_eq(record.metrics[METRICS_MAX - 1].value, METRICS_MAX - 1.0);
}
