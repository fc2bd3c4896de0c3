/* SPDX-License-Identifier: Apache-2.0 */
/* Each gate closes beyond its limit and stays open at it; a journal keeps what it saw. */
#include "quintet_criterion.h"

#include "record/trial_record.h"
#include "run/gates.h"
#include "run/watch.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

TestSuite(gates);

enum { CPUS = 2, RUN_NS = 200000000 };

static const char *gate_of(struct trial_record record)
{
    char why[REASON_LEN];
    struct gate_levels levels;
    struct trial_record quiet = {.run_ns = RUN_NS};
    gate_levels_init(&levels);
    for (unsigned i = 0; i < GATE_LEVELS_MIN; i++)
        gate_levels_add(&levels, &quiet, CPUS);
    record.run_ns = RUN_NS;
    const char *name = gates_judge(&record, &levels, CPUS, why, sizeof why);
    gate_levels_fini(&levels);
    cr_assert_eq(why[0] != '\0', name != NULL);
    return name ? name : "";
}
#define GATE(...) gate_of((struct trial_record){__VA_ARGS__})

Test(gates, a_quiet_trial_passes)
{
    cr_expect_str_eq(GATE(.steal_ns = 4000000, .foreign_cpu_ns = 20000000, .clock_drift_ppm = 3), "");
}

Test(gates, each_closes_beyond_its_limit)
{
    cr_expect_str_eq(GATE(.stops_count = 1), "stopped");
    cr_expect_str_eq(GATE(.suspended_ns = GATE_SUSPENDED_NS), "");
    cr_expect_str_eq(GATE(.suspended_ns = GATE_SUSPENDED_NS + 1), "suspend");
    cr_expect_str_eq(GATE(.clock_step_ns = GATE_CLOCK_STEP_NS), "");
    cr_expect_str_eq(GATE(.clock_step_ns = GATE_CLOCK_STEP_NS + 1), "clock_step");
    cr_expect_str_eq(GATE(.clock_drift_ppm = -51), "clock_drift");
    cr_expect_str_eq(GATE(.throttled_count = 1), "throttled");
    cr_expect_str_eq(GATE(.steal_ns = (uint64_t)RUN_NS * CPUS / 10), "");
    cr_expect_str_eq(GATE(.steal_ns = (uint64_t)RUN_NS * CPUS / 10 + 1000), "steal");
    cr_expect_str_eq(GATE(.foreign_cpu_ns = (uint64_t)RUN_NS * CPUS / 4), "");
    cr_expect_str_eq(GATE(.foreign_cpu_ns = (uint64_t)RUN_NS * CPUS / 4 + 1000), "foreign_load");
}

/* In a short trial one tick of 10 ms is a large share, and no evidence. */
Test(gates, ticks_of_the_accounting_are_no_load)
{
    char why[REASON_LEN];
    struct trial_record record = {.run_ns = 20000000, .steal_ns = 30000000, .foreign_cpu_ns = 50000000};
    struct gate_levels levels;
    gate_levels_init(&levels);
    cr_expect_null(gates_judge(&record, &levels, CPUS, why, sizeof why));
    for (unsigned i = 0; i < 100; i++)
        gate_levels_add(&levels, &record, CPUS);
    cr_expect_eq(levels.foreign.limit_percent, GATE_FOREIGN_PERCENT, "too short to tell a level");
}

Test(gates, stopping_and_continuing_is_seen)
{
    struct watch before, after;
    watch_init();
    watch_read(&before);
    raise(SIGCONT);
    watch_read(&after);
    cr_expect_eq(after.stops_count - before.stops_count, 1u);
    cr_expect(after.suspended_ns - before.suspended_ns < GATE_SUSPENDED_NS);
    cr_expect(after.wall_ns - before.wall_ns < GATE_CLOCK_STEP_NS);
}

Test(gates, the_journal_keeps_what_was_seen_and_reads_what_has_nothing)
{
    static struct trial_record in, out;
    char why[REASON_LEN];
    strcpy(in.ideal_kind, "none");
    strcpy(in.cell.workload, "floor");
    strcpy(in.cell.strategy, "serial");
    in.stops_count = 2;
    strcpy(in.gate, "stopped");
    json_t *json = trial_record_to_json(&in);
    cr_assert_eq(trial_record_from_json(json, &out, why, sizeof why), 0, "%s", why);
    cr_expect_str_eq(out.gate, "stopped");
    cr_expect_eq(out.stops_count, 2u);
    cr_expect_null(json_object_get(json, "suspended_ns"));
    json_decref(json);
    in.gate[0] = '\0';
    in.stops_count = 0;
    json = trial_record_to_json(&in);
    cr_expect_null(json_object_get(json, "gate"));
    cr_assert_eq(trial_record_from_json(json, &out, why, sizeof why), 0, "%s", why);
    cr_expect_eq(out.gate[0], '\0');
    json_decref(json);
}

/* A machine that is busy all the time is a taint of the run; a gate is for who met more of it than the others. */
Test(gates, what_is_usual_in_this_run_passes)
{
    struct gate_levels levels;
    char why[REASON_LEN];
    gate_levels_init(&levels);
    struct trial_record usual = {.run_ns = RUN_NS}, worse = {.run_ns = RUN_NS};
    for (unsigned i = 0; i < 60; i++) { /* other processes take 38..42 % */
        usual.foreign_cpu_ns = (uint64_t)RUN_NS * CPUS / 100 * (38 + i % 5);
        gate_levels_add(&levels, &usual, CPUS);
        const char *gate = gates_judge(&usual, &levels, CPUS, why, sizeof why);
        cr_expect_null(gate, "trial %u", i);
    }
    cr_expect(levels.foreign.limit_percent > 42 && levels.foreign.limit_percent < 55, "%g",
              levels.foreign.limit_percent);
    cr_expect_eq(levels.steal.limit_percent, GATE_STEAL_PERCENT);
    worse.foreign_cpu_ns = (uint64_t)RUN_NS * CPUS / 100 * 70;
    cr_expect_str_eq(gates_judge(&worse, &levels, CPUS, why, sizeof why), "foreign_load");
    gate_levels_fini(&levels);
}

/* By ticks a trial of 5 ms has no company; by the others' own clocks it had, and three in four were quiet. */
Test(gates, company_of_a_short_trial_is_seen_by_the_others_clocks)
{
    enum { SHORT_NS = 5000000 };
    struct gate_levels levels;
    char why[REASON_LEN];
    gate_levels_init(&levels);
    struct trial_record record = {.run_ns = SHORT_NS, .others_count = 100};
    for (unsigned i = 0; i < 40; i++) {
        record.others_cpu_ns = i % 4 ? 0 : SHORT_NS / 10;
        gate_levels_add(&levels, &record, CPUS);
    }
    cr_expect_eq(levels.foreign.limit_percent, GATE_FOREIGN_PERCENT);
    cr_expect_eq(levels.steal.n, 0u, "steal is told by ticks alone");
    record.others_cpu_ns = SHORT_NS * CPUS / 4;
    cr_expect_null(gates_judge(&record, &levels, CPUS, why, sizeof why), "at the limit");
    record.others_cpu_ns += 1000;
    cr_expect_str_eq(gates_judge(&record, &levels, CPUS, why, sizeof why), "foreign_load");
    /* Beyond any share, but too little to be more than the readings' own time. */
    record.run_ns = 1500000;
    record.others_cpu_ns = GATE_OTHERS_MIN_NS;
    cr_expect_null(gates_judge(&record, &levels, CPUS, why, sizeof why));
    gate_levels_fini(&levels);
}

/* Where clocks and ticks differ, the greater is the load: who came and went is in the ticks only. */
Test(gates, the_greater_of_two_accounts_counts)
{
    const uint64_t much = (uint64_t)RUN_NS * CPUS / 2;
    cr_expect_str_eq(GATE(.foreign_cpu_ns = much, .others_cpu_ns = 0, .others_count = 9), "foreign_load");
    cr_expect_str_eq(GATE(.foreign_cpu_ns = 0, .others_cpu_ns = much, .others_count = 9), "foreign_load");
}

/* A machine on which a short trial always has company: then none is worse than the others. */
Test(gates, usual_company_of_short_trials_passes)
{
    struct gate_levels levels;
    char why[REASON_LEN];
    unsigned gated = 0;
    gate_levels_init(&levels);
    struct trial_record record = {.run_ns = 5000000, .others_count = 100};
    for (unsigned i = 0; i < 100; i++) {
        record.others_cpu_ns = record.run_ns * CPUS / 100 * (40 + 7 * i % 31);
        gate_levels_add(&levels, &record, CPUS);
        gated += gates_judge(&record, &levels, CPUS, why, sizeof why) != NULL;
    }
    cr_expect_eq(gated, 0u);
    gate_levels_fini(&levels);
}

/* Quiet trials do not make the limits narrower than the constants. */
Test(gates, a_quiet_run_keeps_the_constants)
{
    struct gate_levels levels;
    gate_levels_init(&levels);
    struct trial_record quiet = {.run_ns = RUN_NS, .steal_ns = 1000000};
    for (unsigned i = 0; i < 200; i++)
        gate_levels_add(&levels, &quiet, CPUS);
    cr_expect_eq(levels.steal.limit_percent, GATE_STEAL_PERCENT);
    cr_expect_eq(levels.foreign.limit_percent, GATE_FOREIGN_PERCENT);
    gate_levels_fini(&levels);
}

/* Before there is a level, load is not judged; what is no matter of more or less is. */
Test(gates, the_first_trials_have_nothing_to_be_compared_with)
{
    struct gate_levels levels;
    char why[REASON_LEN];
    gate_levels_init(&levels);
    struct trial_record first = {.run_ns = RUN_NS, .foreign_cpu_ns = RUN_NS, .steal_ns = RUN_NS};
    cr_expect_null(gates_judge(&first, &levels, CPUS, why, sizeof why));
    first.stops_count = 1;
    cr_expect_str_eq(gates_judge(&first, &levels, CPUS, why, sizeof why), "stopped");
    gate_levels_fini(&levels);
}

/* What the origin cannot keep up with is no property of a strategy. A limit of its own, from the first trial on. */
Test(gates, an_origin_at_its_limit_is_seen)
{
    struct gate_levels levels;
    char why[REASON_LEN];
    gate_levels_init(&levels);
    struct trial_record record = {.run_ns = RUN_NS, .n_metrics = 1, .metrics = {{"origin_cpu_percent", 69.9}}};
    cr_expect_null(gates_judge(&record, &levels, CPUS, why, sizeof why));
    record.metrics[0].value = GATE_ORIGIN_PERCENT;
    cr_expect_str_eq(gates_judge(&record, &levels, CPUS, why, sizeof why), "origin_busy");
    cr_expect_not_null(strstr(why, "70 %"), "%s", why);
    cr_expect_eq(strncmp(why, "the origin was busy", 19), 0, "%s", why);
    strcpy(record.metrics[1].name, "origin_servers_count");
    record.metrics[1].value = 4;
    record.n_metrics = 2;
    cr_expect_str_eq(gates_judge(&record, &levels, CPUS, why, sizeof why), "origin_busy");
    cr_expect_eq(strncmp(why, "the busiest of the origin's 4 servers was busy", 46), 0, "%s", why);
    gate_levels_fini(&levels);
}

/* The sentence that stands in the journal and in the report. */
Test(gates, each_says_by_how_much)
{
    struct gate_levels levels;
    char why[REASON_LEN];
    gate_levels_init(&levels);
    const struct {
        struct trial_record record;
        const char *why;
    } cases[] = {
        {{.run_ns = RUN_NS, .stops_count = 3}, "the process was stopped and continued 3 times"},
        {{.run_ns = RUN_NS, .suspended_ns = 2500000000}, "the machine slept for 2.5 s"},
        {{.run_ns = RUN_NS, .clock_step_ns = 1500000000}, "the wall clock was set by 1.5 s"},
        {{.run_ns = RUN_NS, .clock_drift_ppm = -60}, "the clock left the kernel's by -60 ppm, limit 50"},
        {{.run_ns = RUN_NS, .throttled_count = 7}, "the control group was throttled 7 times"},
        {{.run_ns = RUN_NS, .n_metrics = 2, .metrics = {{"origin_cpu_percent", 82}, {"origin_servers_count", 1}}},
         "the origin was busy for 82 % of the time, limit 70 %"},
        {{.run_ns = RUN_NS, .n_metrics = 2, .metrics = {{"origin_cpu_percent", 82}, {"origin_servers_count", 2}}},
         "the busiest of the origin's 2 servers was busy for 82 % of the time, limit 70 %"},
        {{.run_ns = RUN_NS, .steal_ns = RUN_NS}, "the hypervisor took 50 % of the CPU time, limit 10 %"},
        {{.run_ns = RUN_NS, .foreign_cpu_ns = RUN_NS}, "other processes used 50 % of the CPU time, limit 25 %"},
    };
    struct trial_record quiet = {.run_ns = RUN_NS};
    for (unsigned i = 0; i < GATE_LEVELS_MIN; i++)
        gate_levels_add(&levels, &quiet, CPUS);
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_expect_not_null(gates_judge(&cases[i].record, &levels, CPUS, why, sizeof why));
        cr_expect_str_eq(why, cases[i].why);
    }
    cr_expect_null(
        gates_judge(&(struct trial_record){.run_ns = RUN_NS, .clock_drift_ppm = 50}, &levels, CPUS, why, sizeof why));
    gate_levels_fini(&levels);
}

/* Up to three ticks of steal and five of load are rounding, however large a share of a short trial they are. */
Test(gates, a_few_ticks_are_rounding)
{
    struct gate_levels levels;
    char why[REASON_LEN];
    gate_levels_init(&levels);
    struct trial_record quiet = {.run_ns = RUN_NS}, record = {.run_ns = 50000000, .steal_ns = GATE_STEAL_MIN_NS};
    for (unsigned i = 0; i < GATE_LEVELS_MIN; i++)
        gate_levels_add(&levels, &quiet, CPUS);
    cr_expect_null(gates_judge(&record, &levels, CPUS, why, sizeof why));
    record.steal_ns++;
    cr_expect_str_eq(gates_judge(&record, &levels, CPUS, why, sizeof why), "steal");
    record = (struct trial_record){.run_ns = 50000000, .foreign_cpu_ns = GATE_FOREIGN_MIN_NS};
    cr_expect_null(gates_judge(&record, &levels, CPUS, why, sizeof why));
    record.foreign_cpu_ns++;
    cr_expect_str_eq(gates_judge(&record, &levels, CPUS, why, sizeof why), "foreign_load");
    gate_levels_fini(&levels);
}

/* Which trials say something about what is usual: by ticks those beyond 20 ms, by the others' clocks those beyond 1 ms.
 */
Test(gates, a_trial_must_be_long_enough_to_tell_a_level)
{
    struct gate_levels levels;
    gate_levels_init(&levels);
    struct trial_record record = {.run_ns = GATE_LEVEL_RUN_NS};
    gate_levels_add(&levels, &record, CPUS);
    cr_expect(levels.steal.n == 0 && levels.foreign.n == 0);
    record.run_ns++;
    gate_levels_add(&levels, &record, CPUS);
    cr_expect(levels.steal.n == 1 && levels.foreign.n == 1);
    record = (struct trial_record){.run_ns = GATE_OTHERS_RUN_NS, .others_count = 1};
    gate_levels_add(&levels, &record, CPUS);
    cr_expect_eq(levels.foreign.n, 1u);
    record.run_ns++;
    gate_levels_add(&levels, &record, CPUS);
    cr_expect(levels.foreign.n == 2 && levels.steal.n == 1);
    record.others_count = 0; /* nobody's clock could be read */
    gate_levels_add(&levels, &record, CPUS);
    cr_expect_eq(levels.foreign.n, 2u);
    gate_levels_fini(&levels);
    cr_expect(levels.steal.n == 0 && levels.foreign.n == 0 && levels.foreign.limit_percent == GATE_FOREIGN_PERCENT);
}

/* Half of the trials met 30 % of load and half 50 %: median 40, deviations of 10 each, 14.8 as a standard deviation. */
Test(gates, the_limit_is_five_robust_deviations_above_the_median)
{
    struct gate_levels levels;
    gate_levels_init(&levels);
    struct trial_record record = {.run_ns = RUN_NS};
    for (unsigned i = 0; i < 40; i++) {
        record.foreign_cpu_ns = (uint64_t)RUN_NS * CPUS / 100 * (i % 2 ? 30 : 50);
        gate_levels_add(&levels, &record, CPUS);
    }
    cr_expect_float_eq(levels.foreign.limit_percent, 40 + 5 * 14.826, 0.1, "%g", levels.foreign.limit_percent);
    gate_levels_fini(&levels);
}

/* By the others' clocks, where the trial was too short for ticks; by the greater of the two, where it was not. */
Test(gates, which_account_tells_what_is_usual)
{
    struct gate_levels levels;
    gate_levels_init(&levels);
    struct trial_record record = {
        .run_ns = 5000000, .others_count = 1, .others_cpu_ns = 1000000, .foreign_cpu_ns = 10000000};
    gate_levels_add(&levels, &record, CPUS);
    cr_expect_eq(levels.foreign.shares[0], 10.0, "a tick of 10 ms says nothing about 5 ms");
    record = (struct trial_record){.run_ns = RUN_NS, .others_cpu_ns = RUN_NS, .foreign_cpu_ns = RUN_NS / 2};
    gate_levels_add(&levels, &record, CPUS);
    cr_expect_eq(levels.foreign.shares[1], 50.0);
    record.foreign_cpu_ns = 2 * RUN_NS;
    gate_levels_add(&levels, &record, CPUS);
    cr_expect_eq(levels.foreign.shares[2], 100.0);
    gate_levels_fini(&levels);
}

Test(gates, only_the_metrics_that_there_are_count)
{
    cr_expect_str_eq(GATE(.n_metrics = 1, .metrics = {{"wakes", 1}, {"origin_cpu_percent", 99}}), "");
    cr_expect_str_eq(GATE(.n_metrics = 2, .metrics = {{"wakes", 1}, {"origin_cpu_percent", 99}}), "origin_busy");
}
