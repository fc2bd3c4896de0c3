/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the report says beyond its results: published laws held against the run, what a difference is made of, and macro
 * results predicted from micro results. From the synthetic run of make_run.h, whose numbers some tests bend.
 */
#include "report_rig.h"

#include "measure/rng.h"
#include "report/attribution.h"
#include "report/efficiency.h"
#include "report/laws.h"
#include "report/prediction.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

TestSuite(explain, .timeout = 30);

static void given(unsigned blocks, bool variants)
{
    given_run_of(&(struct make_run_options){.blocks = blocks, .variants = variants});
    load();
}

/* Give a metric one value for all blocks, and every other block another one. */
static void bend(const char *id, const char *metric, double even, double odd)
{
    struct report_cell *cell = cell_of(id);
    for (unsigned b = 0; b < run_g.blocks; b++)
        cr_assert_eq(series_set(cell, metric, b, b % 2 ? odd : even), 0);
    cr_assert_eq(series_finish((struct series *)series_find(cell, metric)), 0);
}

/* As if the cell had never been measured. */
static void lose(const char *id, const char *metric)
{
    struct series *series = (struct series *)series_find(cell_of(id), metric);
    for (unsigned b = 0; b < series->n_blocks; b++)
        series->by_block[b] = NAN;
    series->median = (struct estimate){.value = NAN};
}

static const struct law *law_of(const char *id)
{
    for (unsigned i = 0; i < LAWS_COUNT; i++)
        if (strcmp(laws[i].id, id) == 0)
            return &laws[i];
    cr_assert_fail("no law %s", id);
    return NULL;
}

static struct law_result test_of(const char *id)
{
    struct law_result result;
    law_test(&result, law_of(id), &run_g);
    return result;
}

static const char threads_same[] = "handoff[place=same,via=native]/threads/w2/k2";
static const char threads_across[] = "handoff[place=across,via=native]/threads/w2/k2";

/* --- Laws --------------------------------------------------------------------------------------------------------- */

Test(explain, an_interval_is_inside_outside_or_neither)
{
    static const struct {
        struct estimate value;
        double least, most;
        enum law_outcome outcome;
    } cases[] = {
        {{2, 1, 3, 9, true}, 1, 3, LAW_HOLDS},
        {{2, 1, 3, 9, true}, 0, INFINITY, LAW_HOLDS},
        {{2, 1, 3, 9, true}, 3.1, INFINITY, LAW_DOES_NOT_HOLD},
        {{2, 1, 3, 9, true}, 0, 0.9, LAW_DOES_NOT_HOLD},
        {{2, 1, 3, 9, true}, 1.5, INFINITY, LAW_UNDECIDED},
        {{2, 1, 3, 9, true}, 0, 2.5, LAW_UNDECIDED},
        {{2, 0.5, 5, 9, true}, 1, 3, LAW_UNDECIDED},
        {{2, 2, 2, 5, false}, 1, 3, LAW_CANNOT_BE_TESTED},
        {{NAN, NAN, NAN, 0, false}, 1, 3, LAW_CANNOT_BE_TESTED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_eq(law_judge(&cases[i].value, cases[i].least, cases[i].most), cases[i].outcome, "case %zu", i);
}

Test(explain, every_law_is_complete)
{
    for (unsigned i = 0; i < LAWS_COUNT; i++) {
        const struct law *law = &laws[i];
        char id[8];
        snprintf(id, sizeof id, "L%u", i + 1);
        cr_expect_str_eq(law->id, id);
        cr_assert(law->statement && law->published && law->source, "%s", id);
        cr_expect_neq(law->untestable != NULL, law->checks[0].what != NULL, "%s: a reason or checks", id);
        for (unsigned c = 0; c < LAW_CHECKS_MAX && law->checks[c].what; c++) {
            const struct law_check *check = &law->checks[c];
            cr_assert(check->over.runner && check->over.params && check->over.metric, "%s", id);
            cr_assert(!check->under.workload || (check->under.runner && check->under.params && check->under.metric));
            cr_expect_lt(check->least, check->most, "%s", id);
            if (check->under.workload && check->least == 0)
                cr_expect_lt(check->most, INFINITY, "%s: a ratio is always above 0", id);
        }
    }
}

Test(explain, laws_of_the_known_run)
{
    given(9, false);
    struct law_result l1 = test_of("L1"), l2 = test_of("L2"), l3 = test_of("L3");
    cr_expect_eq(l1.outcome, LAW_HOLDS); /* 1.9 µs on one CPU, 5.2 between two */
    cr_expect_float_eq(l1.checks[1].value.value, 5200.0 / 1900, 0.06);
    cr_expect_eq(l1.checks[0].at->cell.in_flight, 2u);
    cr_expect_eq(l1.missing[0], '\0');
    cr_expect_eq(l2.outcome, LAW_DOES_NOT_HOLD, "1.37, and 1.35 at most"); /* 2600 ÷ 1900 */
    cr_expect_eq(l3.checks[0].outcome, LAW_HOLDS);
    cr_expect_eq(l3.checks[1].outcome, LAW_DOES_NOT_HOLD, "a pipe costs both the same factor there");
    cr_expect_eq(l3.outcome, LAW_DOES_NOT_HOLD, "one refuted part is enough");
    cr_expect_eq(test_of("L7").outcome, LAW_HOLDS);
    cr_expect_eq(test_of("L14").outcome, LAW_HOLDS);
    cr_expect_eq(test_of("L22").checks[0].at->cell.in_flight, 128u, "the greatest K that both have");
    cr_expect_eq(test_of("L25").outcome, LAW_HOLDS);
}

Test(explain, a_law_that_is_bent_breaks)
{
    given(9, false);
    bend(threads_same, "handoff_ns", 2900, 3100); /* about the limit of 3 µs */
    cr_expect_eq(test_of("L1").outcome, LAW_UNDECIDED);
    bend(threads_same, "handoff_ns", 3100, 3200);
    cr_expect_eq(test_of("L1").outcome, LAW_DOES_NOT_HOLD);
    lose(threads_across, "handoff_ns");
    cr_expect_eq(test_of("L1").outcome, LAW_DOES_NOT_HOLD, "whatever is missing besides");
    bend(threads_same, "handoff_ns", 1900, 2000);
    struct law_result open = test_of("L1");
    cr_expect_eq(open.outcome, LAW_CANNOT_BE_TESTED);
    cr_expect(strstr(open.missing, "`threads` has no `handoff_ns` on `handoff[place=across,via=native]`"), "%s",
              open.missing);
    bend(threads_across, "handoff_ns", 1500, 2500);
    cr_expect_eq(test_of("L1").outcome, LAW_UNDECIDED, "more or less than on one CPU?");
    bend(threads_across, "handoff_ns", 1000, 1100);
    cr_expect_eq(test_of("L1").outcome, LAW_DOES_NOT_HOLD);
}

/* L21 is about one call at a time and workers that sleep. */
Test(explain, a_law_may_need_a_k_and_a_backend)
{
    static const char one[] = "spawn_join/pool/w2/k1", many[] = "spawn_join/pool/w2/k16";
    given(9, false);
    cr_expect(strstr(test_of("L21").missing, "`pool` has no `spawn_first_ns` on `spawn_join"), "%s",
              test_of("L21").missing);
    bend(many, "spawn_first_ns", 100, 110);
    cr_expect(strstr(test_of("L21").missing, "it needs K = 1"), "%s", test_of("L21").missing);
    bend(one, "spawn_first_ns", 2400, 2600); /* a system call takes 190 ns */
    bend(one, "spawn_return_ns", 1700, 1800);
    cr_expect(strstr(test_of("L21").missing, "here they spin first"), "%s", test_of("L21").missing);
    struct report_cell *cell = cell_of(one);
    snprintf(cell->backend, sizeof cell->backend, "1 workers, spin 0 ns");
    struct law_result slow = test_of("L21");
    cr_expect_eq(slow.outcome, LAW_HOLDS);
    cr_expect_eq(slow.checks[0].at->cell.in_flight, 1u);
    cr_expect(slow.checks[0].value.value > 12 && slow.checks[0].value.value < 14.5, "%g", slow.checks[0].value.value);
    bend(one, "spawn_return_ns", 500, 600);
    cr_expect_eq(test_of("L21").outcome, LAW_DOES_NOT_HOLD, "either way takes its half");
    bend(one, "spawn_return_ns", 900, 1100);
    cr_expect_eq(test_of("L21").outcome, LAW_UNDECIDED);
}

Test(explain, what_is_missing_for_a_law_is_told)
{
    given(9, false);
    static const struct {
        const char *law, *says;
    } cases[] = {
        {"L4", "no workload times a switch of stacks"},
        {"L9", "workload `idle_memory` is not in this run"},
        {"L20", "`--option coroutines_1.pread=ring`"},
        {"L24", "`coroutines_1` did not run `sha256`; `--strategy` with `coroutines_1` brings it"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct law_result result = test_of(cases[i].law);
        cr_expect_eq(result.outcome, LAW_CANNOT_BE_TESTED, "%s", cases[i].law);
        cr_expect(strstr(result.missing, cases[i].says), "%s: %s", cases[i].law, result.missing);
    }
    struct law law = *law_of("L22");
    struct law_result result;
    law.in_flight = 1000;
    law_test(&result, &law, &run_g);
    cr_expect(strstr(result.missing, "it needs K = 1000 or more"), "%s", result.missing);
    law = *law_of("L14");
    law.checks[0].over.params = law.checks[0].under.params = "steps>=2000000";
    law_test(&result, &law, &run_g);
    cr_expect(strstr(result.missing, "no case `grain[steps>=2000000]`"), "%s", result.missing);
    run_g.workers = 1;
    cr_expect(strstr(test_of("L1").missing, "it needs 2 CPUs; this run was granted 1"));
}

Test(explain, five_blocks_test_no_law)
{
    given(5, true);
    for (unsigned i = 0; i < LAWS_COUNT; i++) {
        struct law_result result;
        law_test(&result, &laws[i], &run_g);
        cr_expect_eq(result.outcome, LAW_CANNOT_BE_TESTED, "%s", laws[i].id);
        cr_expect(result.missing[0], "%s", laws[i].id);
    }
    cr_expect(strstr(test_of("L1").missing, "only 5 blocks"), "%s", test_of("L1").missing);
}

Test(explain, serial_stands_at_its_own_k)
{
    given(9, true);
    struct law_result result = test_of("L24"); /* coroutines_1: half as fast as coroutines on two CPUs */
    cr_expect_eq(result.checks[0].at->cell.in_flight, 128u);
    cr_expect_float_eq(result.checks[0].value.value, 1, 0.05);
    cr_expect_eq(result.outcome, LAW_HOLDS);
}

Test(explain, parameters_match_by_text_or_from_a_number_on)
{
    struct report_cell cell = {.cell = {.n_params = 2, .params = {{"place", "same"}, {"tasks", "512"}}}};
    cr_expect(lookup_params_match(&cell, ""));
    cr_expect(lookup_params_match(&cell, "place=same"));
    cr_expect(lookup_params_match(&cell, "tasks>=512,place=same"));
    cr_expect(lookup_params_match(&cell, "tasks=512"));
    cr_expect_not(lookup_params_match(&cell, "tasks=51"));
    cr_expect_not(lookup_params_match(&cell, "tasks>=513"));
    cr_expect_not(lookup_params_match(&cell, "place=same,tasks>=513"));
    cr_expect_not(lookup_params_match(&cell, "task=512"));
    cr_expect_not(lookup_params_match(&cell, "via=pipe"));
}

/* --- Attribution -------------------------------------------------------------------------------------------------- */

static const struct attribution *entry_of(const struct attribution *list, unsigned n, const char *case_name, unsigned k)
{
    for (unsigned i = 0; i < n; i++)
        if (strcmp(list[i].cell->case_name, case_name) == 0 && list[i].cell->cell.in_flight == k)
            return &list[i];
    cr_assert_fail("no entry for %s at K = %u", case_name, k);
    return NULL;
}

static void words_are(const struct attribution *a, const char *words)
{
    struct text text = {0};
    attribution_words(&text, a);
    cr_expect_str_eq(text.len ? text.data : "", words);
    text_fini(&text);
}

Test(explain, factors_multiply_to_the_whole)
{
    given(9, true);
    struct attribution *list;
    unsigned n;
    cr_assert_eq(attribution_build(&list, &n, &run_g), 0);
    const struct attribution *sha = entry_of(list, n, "sha256", 128), *spawn = entry_of(list, n, "spawn_join", 128);
    for (unsigned i = 0; i < n; i++) {
        const struct estimate *step = list[i].step;
        if (step[STEP_CREATION].n == 0)
            continue;
        cr_expect_float_eq(step[STEP_CREATION].value, 1.25, 0.04, "%s", list[i].cell->id);
        cr_expect_float_eq(step[STEP_BACKEND].value, 1 / 0.8, 0.04, "%s", list[i].cell->id);
        cr_expect_float_eq(step[STEP_CREATION].value * step[STEP_UNIT].value * step[STEP_BACKEND].value /
                               step[STEP_WHOLE].value,
                           1, 0.02, "%s", list[i].cell->id);
    }
    cr_expect_float_eq(sha->step[STEP_CORES].value, 2, 0.06);
    cr_expect_float_eq(sha->step[STEP_STEALING].value, 1, 0.03);
    cr_expect_float_eq(sha->step[STEP_FORK].value, 3, 0.1);
    cr_expect_float_eq(sha->step[STEP_UNIT].value, 0.8 / 1.25, 0.03);
    cr_expect_str_eq(spawn->metric, "spawn_join_ns");
    cr_expect_float_eq(spawn->step[STEP_WHOLE].value, 100, 3, "a cost is turned over: 18 µs ÷ 180 ns");
    cr_expect(sha->greatest_k && !entry_of(list, n, "sha256", 16)->greatest_k);
    words_are(sha, "No clear difference to divide up.");
    words_are(spawn, "Ahead, mostly by the unit of scheduling (90 %).");
    free(list);
}

Test(explain, a_chain_stands_on_the_blocks_that_all_of_it_has)
{
    given(9, true);
    struct attribution *list;
    unsigned n;
    cr_assert_eq(series_set(cell_of("mandelbrot/coroutines_epoll/w2/k16"), "throughput_ops_per_s", 2, NAN), 0);
    lose("sha256/coroutines_epoll/w2/k16", "throughput_ops_per_s");
    cr_assert_eq(attribution_build(&list, &n, &run_g), 0);
    const struct attribution *one = entry_of(list, n, "mandelbrot", 16), *all = entry_of(list, n, "sha256", 16);
    cr_expect_eq(one->step[STEP_CREATION].n, 8u);
    cr_expect_eq(one->step[STEP_WHOLE].n, 8u);
    cr_expect_eq(one->step[STEP_CORES].n, 9u);
    cr_expect_eq(all->step[STEP_UNIT].n, 0u);
    words_are(all, "");
    free(list);
}

Test(explain, words_know_which_way_and_what_is_clear)
{
    struct attribution a = {.step = {[STEP_CREATION] = {0.5, 0.4, 0.6, 9, true},
                                     [STEP_UNIT] = {1.2, 1.1, 1.3, 9, true},
                                     [STEP_BACKEND] = {0.8, 0.7, 1.1, 9, true},
                                     [STEP_WHOLE] = {0.48, 0.4, 0.5, 9, true}}};
    words_are(&a,
              "Behind, mostly by keeping threads instead of starting them (94 %); against it: the unit of scheduling.");
    a.step[STEP_CREATION].hi = 1.2;
    words_are(&a, "Behind, but no part is clear by itself.");
    a.step[STEP_WHOLE].hi = 1.01;
    words_are(&a, "No clear difference to divide up.");
    a.step[STEP_WHOLE].has_interval = false;
    words_are(&a, "Too few blocks to say.");
    a.step[STEP_UNIT].n = 0;
    words_are(&a, "");
}

Test(explain, without_variants_nothing_is_divided)
{
    given(9, false);
    struct attribution *list;
    unsigned n;
    cr_assert_eq(attribution_build(&list, &n, &run_g), 0);
    cr_expect_eq(n, 0u);
    free(list);
}

/* --- Predictions -------------------------------------------------------------------------------------------------- */

/* The schedule, task by task. */
static double fanout_by_hand(unsigned tasks, unsigned in_flight, double start, double wait)
{
    double end[64] = {0}, now = 0;
    for (unsigned i = 0; i < tasks; i++) {
        if (i >= in_flight)
            now = fmax(now, end[i - in_flight]);
        now += start;
        end[i] = now + wait;
    }
    return end[tasks - 1] / tasks;
}

Test(explain, a_fan_out_takes_as_long_as_its_schedule)
{
    struct rng rng = {7};
    for (unsigned i = 0; i < 2000; i++) {
        unsigned tasks = 1 + (unsigned)rng_below(&rng, 64), in_flight = 1 + (unsigned)rng_below(&rng, 70);
        double start = 10 * rng_unit(&rng), wait = 100 * rng_unit(&rng);
        cr_assert_float_eq(prediction_fanout(tasks, in_flight, start, wait),
                           fanout_by_hand(tasks, in_flight, start, wait), 1e-9, "%u tasks, K = %u", tasks, in_flight);
    }
}

static struct prediction prediction_of(const char *id)
{
    struct prediction *list, found = {0};
    unsigned n;
    cr_assert_eq(prediction_build(&list, &n, &run_g), 0);
    for (unsigned i = 0; i < n; i++)
        if (list[i].cell == cell_of(id))
            found = list[i];
    free(list);
    cr_assert(found.cell, "%s is not predicted", id);
    return found;
}

/* All truths of a block drift together, so that a ratio within a block is the truth's. */
Test(explain, predictions_are_what_the_parts_add_up_to)
{
    given(9, false);
    struct prediction sha = prediction_of("sha256/threads/w2/k128"); /* 4 ops per task */
    cr_expect_float_eq(sha.predicted.value / (41e3 / 0.985 / 2 + 18e3 / 4), 1, 0.07);
    cr_expect_float_eq(sha.residual.value, (41e3 / 2 / 0.97) / (41e3 / 0.985 / 2 + 18e3 / 4), 0.02);
    cr_expect_eq(sha.reading, EXPLAINED);
    cr_expect(sha.greatest_k && !prediction_of("sha256/threads/w2/k16").greatest_k);
    struct prediction hot = prediction_of("file_random_read[mode=hot]/serial/w2/k1"); /* a call, and 4 of 64 KiB */
    cr_expect_float_eq(hot.work.value / (190 + 650.0 / 16), 1, 0.07);
    cr_expect_eq(hot.reading, DEARER);
    struct prediction pairs = prediction_of("pipe_pairs/threads/w2/k2"); /* one pair: one of the two at a time */
    double switches = 1.05 - 1.1 / 4;
    cr_expect_float_eq(pairs.predicted.value / (570 + 18e3 / 4 + switches * 1900), 1, 0.07);
    struct prediction sleep = prediction_of("sleep_fanout/coroutines/w2/k128");
    cr_expect_float_eq(sleep.work.value, 1e6, 0);
    cr_expect(sleep.predicted.value > 8e3 && sleep.predicted.value < 9e3, "%g", sleep.predicted.value);
}

Test(explain, what_a_prediction_misses_is_named)
{
    given(9, false);
    lose("handoff[place=same,via=native]/threads/w2/k2", "handoff_ns");
    struct prediction own = prediction_of("pipe_pairs/threads/w2/k128"),
                      borrowed = prediction_of("pipe_pairs/coroutines/w2/k128"),
                      other = prediction_of("pipe_pairs/pool/w2/k128"), cpu = prediction_of("sha256/threads/w2/k128");
    cr_expect_eq(own.reading, NOT_PREDICTED);
    cr_expect(strstr(own.missing, "`threads` has no `handoff_ns`"), "%s", own.missing);
    cr_expect_eq(borrowed.reading, NOT_PREDICTED, "its kernel switches are priced by those of threads");
    cr_expect_neq(other.reading, NOT_PREDICTED);
    cr_expect_neq(cpu.reading, NOT_PREDICTED, "computing needs no switch");
    for (unsigned k = 1; k <= 128; k = k == 2 ? 16 : k * (k == 1 ? 2 : 8)) {
        char id[64];
        snprintf(id, sizeof id, "spawn_join/threads/w2/k%u", k);
        lose(id, "spawn_join_ns");
    }
    cpu = prediction_of("sha256/threads/w2/k128");
    cr_expect_eq(cpu.reading, NOT_PREDICTED);
    cr_expect(strstr(cpu.missing, "`threads` has no `spawn_join_ns`"), "%s", cpu.missing);
}

Test(explain, a_residual_without_an_interval_is_no_reading)
{
    given(5, false);
    struct prediction p = prediction_of("sha256/pool/w2/k16");
    cr_expect_eq(p.reading, NO_INTERVAL);
    cr_expect_eq(p.residual.n, 5u);
}

Test(explain, the_summary_has_all_of_it)
{
    given(9, true);
    json_t *list = laws_to_json(&run_g), *contests = attribution_to_json(&run_g),
           *forecasts = prediction_to_json(&run_g);
    cr_assert_eq(json_array_size(list), (size_t)LAWS_COUNT);
    cr_expect_str_eq(json_string_value(json_object_get(json_array_get(list, 0), "outcome")), "holds");
    cr_expect(json_is_null(json_object_get(json_array_get(list, 0), "missing")));
    cr_expect_str_eq(json_string_value(json_object_get(json_array_get(list, 3), "outcome")), "cannot_be_tested");
    const json_t *first = json_array_get(contests, 0);
    cr_expect(json_is_number(json_object_get(json_object_get(json_object_get(first, "steps"), "backend"), "lo")));
    cr_expect_gt(json_array_size(forecasts), (size_t)100);
    cr_expect(json_is_number(json_object_get(json_object_get(json_array_get(forecasts, 0), "residual_ratio"), "hi")));
    json_decref(list);
    json_decref(contests);
    json_decref(forecasts);
}
