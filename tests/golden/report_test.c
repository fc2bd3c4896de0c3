/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report, from a synthetic run whose truths are known (make_run.h). The expected files are made again with
 *   QUINTET_UPDATE_GOLDEN=1 build/tests/golden/test_report --filter 'report/matches_the_expected_files'
 * and are then to be read, not only committed.
 */
#include "quintet_criterion.h"

#include "make_run.h"

#include "measure/clock.h"
#include "record/journal.h"
#include "record/line_sum.h"
#include "record/store.h"
#include "report/answer.h"
#include "report/findings.h"
#include "report/aggregate.h"
#include "report/efficiency.h"
#include "report/grain.h"
#include "report/paired.h"
#include "report/plot.h"
#include "report/report.h"
#include "report/report_md.h"
#include "report/text.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(report, .timeout = 30);

static char dir_g[64];
static int dirfd_g = -1;
static struct report_result result_g;

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st;
    (void)flag;
    (void)ftw;
    return remove(path);
}

static void remove_dir(void)
{
    nftw(dir_g, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* A fresh directory with a run in it; gone when the test's process ends. */
static void given_run(unsigned blocks, const char *cpu_model)
{
    strcpy(dir_g, "/tmp/quintet-report-XXXXXX");
    cr_assert(mkdtemp(dir_g));
    atexit(remove_dir);
    cr_assert_eq(make_run(dir_g, &(struct make_run_options){.blocks = blocks, .cpu_model = cpu_model}), 0);
    dirfd_g = open(dir_g, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    cr_assert(dirfd_g >= 0);
}

static void put_file(const char *name, const char *text, mode_t mode)
{
    int fd = openat(dirfd_g, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    cr_assert(fd >= 0);
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static char *get_file(const char *name)
{
    char *text = NULL;
    size_t len;
    cr_assert_eq(store_read(dirfd_g, name, 1 << 26, &text, &len), 0, "%s", name);
    return text;
}

static bool have_file(const char *name)
{
    return faccessat(dirfd_g, name, F_OK, 0) == 0;
}

/* A stand-in for gnuplot; its arguments are --default-settings -c SCRIPT OUTPUT. Returns its path. */
static const char *fake_gnuplot(const char *body)
{
    static char path[128];
    char script[512];
    snprintf(script, sizeof script, "#!/bin/sh\n%s\n", body);
    put_file("fake-gnuplot", script, 0755);
    snprintf(path, sizeof path, "%s/fake-gnuplot", dir_g);
    return path;
}

static const char good_fake[] = "printf '<svg>%0100d</svg>\\n' 0 > \"$4\"";

static int build(const char *gnuplot)
{
    return report_build(dir_g, &(struct report_options){.gnuplot = gnuplot}, &result_g);
}

static void same_as_expected(const char *name, const char *expected_name)
{
    char path[512], *now = get_file(name), *then = NULL;
    size_t len;
    snprintf(path, sizeof path, "%s/%s", QUINTET_GOLDEN_DIR, expected_name);
    if (getenv("QUINTET_UPDATE_GOLDEN")) {
        int fd = open(QUINTET_GOLDEN_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        cr_assert_eq(store_write(fd, expected_name, now, strlen(now)), 0);
        close(fd);
    }
    cr_assert_eq(store_read(AT_FDCWD, path, 1 << 26, &then, &len), 0, "%s", path);
    cr_assert(strcmp(now, then) == 0, "%s is not what %s says; compare them", name, path);
    free(now);
    free(then);
}

Test(report, matches_the_expected_files)
{
    given_run(9, NULL);
    cr_assert_eq(build(fake_gnuplot(good_fake)), 0, "%s", result_g.message);
    cr_assert_eq(result_g.plots_made_count, 13);
    cr_assert_eq(result_g.n_warnings, 0);
    same_as_expected("summary.json", "summary.json");
    same_as_expected("REPORT.md", "REPORT.md");
    char *first = get_file("REPORT.md"), *first_page = get_file("report.html");
    cr_assert_eq(build(fake_gnuplot(good_fake)), 0);
    char *second = get_file("REPORT.md"), *second_page = get_file("report.html");
    cr_assert_str_eq(first, second);
    cr_assert_str_eq(first_page, second_page);
    free(first);
    free(second);
    free(first_page);
    free(second_page);
}

/* --- The known truths ------------------------------------------------------------------------------------------- */

static struct report_run run_g;
static struct pairing pairing_g;

static void load(void)
{
    cr_assert_eq(report_run_load(&run_g, dirfd_g, &result_g), 0, "%s", result_g.message);
    cr_assert_eq(efficiency_build(&run_g), 0);
    cr_assert_eq(pairing_build(&pairing_g, &run_g), 0);
}

static const struct report_cell *cell_of(const char *id)
{
    const json_t *index = json_object_get(run_g.cell_index, id);
    cr_assert(index, "no cell %s", id);
    return &run_g.cells[json_integer_value(index)];
}

static bool in_best_set(const char *case_name, unsigned k, const char *strategy)
{
    const struct situation *s = pairing_find(&pairing_g, case_name, k);
    cr_assert(s);
    for (unsigned i = 0; i < run_g.n_strategies; i++)
        if (strcmp(run_g.strategies[i].name, strategy) == 0)
            return s->cell[i] >= 0 && situation_is_best(s, (unsigned)s->cell[i]);
    return false;
}

Test(report, finds_what_is_true)
{
    given_run(9, NULL);
    load();
    cr_assert(in_best_set("sleep_fanout", 128, "coroutines"));
    cr_assert(in_best_set("sleep_fanout", 128, "pool"));
    cr_assert_not(in_best_set("sleep_fanout", 128, "threads"));
    cr_assert_not(in_best_set("sleep_fanout", 128, "serial"), "serial stands in at every K and loses there");
    cr_assert(in_best_set("sleep_fanout", 1, "serial"));
    for (unsigned k = 2; k <= 128; k *= 8) {
        cr_assert(in_best_set("sha256", k, "threads") && in_best_set("sha256", k, "pool"));
        cr_assert(in_best_set("sha256", k, "coroutines"));
        cr_assert_not(in_best_set("sha256", k, "processes"));
        cr_assert(in_best_set("mandelbrot", k, "pool"), "2 %% are inside the margin");
    }
    cr_assert(in_best_set("handoff[place=same,via=native]", 2, "coroutines"));
    cr_assert_not(in_best_set("handoff[place=same,via=native]", 2, "threads"));
    struct estimate spawn = cell_metric(cell_of("spawn_join/coroutines/w2/k16"), "spawn_join_ns");
    cr_assert(spawn.has_interval && spawn.value > 178 && spawn.value < 202);
    pairing_fini(&pairing_g);
    report_run_fini(&run_g);
}

Test(report, the_smallest_task_worth_starting_is_found)
{
    static const double overhead_ns[] = {5, 18e3, 3e3, 220e3, 180}; /* spawn_ns of make_run.c, METG50 by construction */
    struct grain grain;
    given_run(9, NULL);
    load();
    cr_assert_eq(grain_build(&grain, &run_g), 0);
    cr_assert_eq(grain.n, 5u);
    for (unsigned i = 0; i < grain.n; i++) {
        const struct grain_row *row = &grain.rows[i];
        double o = overhead_ns[row->strategy];
        if (o < 900) { /* the smallest size is 1 us */
            cr_expect_eq(row->metg50.range, GRAIN_BELOW);
            continue;
        }
        cr_expect_eq(row->metg50.range, GRAIN_WITHIN);
        cr_expect_eq(row->metg90.range, GRAIN_WITHIN);
        cr_expect_float_eq(row->metg50.ns.value / o, 1, 0.15, "%g for %g", row->metg50.ns.value, o);
        cr_expect_float_eq(row->metg90.ns.value / (9 * o), 1, 0.25, "%g for %g", row->metg90.ns.value, 9 * o);
    }
    grain_fini(&grain);
    pairing_fini(&pairing_g);
    report_run_fini(&run_g);
}

/* 3 % off by construction, and up to 10 % by the machine's drift, which the computing's own measure does not follow. */
static bool near_bound(const char *id)
{
    double efficiency = cell_metric(cell_of(id), "efficiency").value;
    return efficiency > 0.85 && efficiency <= 1;
}

Test(report, a_bound_that_waits_and_computes_holds_on_both_sides_of_the_prediction)
{
    given_run(9, NULL);
    load();
    for (unsigned k = 2; k <= 32; k *= 4) { /* predicted: 20 and 4 */
        char id[128];
        snprintf(id, sizeof id, "io_cpu_mix[cpu_permille=100]/pool/w2/k%u", k);
        cr_expect(near_bound(id), "%s", id);
        snprintf(id, sizeof id, "io_cpu_mix[cpu_permille=500]/pool/w2/k%u", k);
        cr_expect(near_bound(id), "%s", id);
    }
    pairing_fini(&pairing_g);
    report_run_fini(&run_g);
}

Test(report, a_hand_off_that_did_not_switch_has_no_time)
{
    given_run(9, NULL);
    load();
    const struct report_cell *cell = cell_of("handoff[place=across,via=pipe]/threads/w2/k2");
    cr_assert(cell->did_not_switch);
    cr_assert_eq(cell_metric(cell, "handoff_ns").n, 0);
    cr_assert_not(cell_of("handoff[place=across,via=pipe]/pool/w2/k2")->did_not_switch);
    cr_assert_not(in_best_set("handoff[place=across,via=pipe]", 2, "threads"));
    pairing_fini(&pairing_g);
    report_run_fini(&run_g);
}

Test(report, failed_skipped_and_repeated_trials_are_counted)
{
    given_run(9, NULL);
    load();
    const struct report_cell *cell = cell_of("sleep_fanout/threads/w2/k128");
    cr_assert_eq(cell->ok, 8);
    cr_assert_eq(cell->failed, 1);
    cr_assert_eq(cell->status, CELL_PARTIAL);
    cr_assert_eq(cell_metric(cell, "throughput_ops_per_s").n, 8);
    cr_assert_eq(cell_of("sleep_fanout/threads/w2/k16")->reruns, 1);
    cr_assert_eq(cell_of("pipe_pairs/processes/w2/k128")->status, CELL_SKIPPED);
    cr_assert_eq(cell_of("pipe_pairs/serial/w2/k2")->status, CELL_SKIPPED);
    pairing_fini(&pairing_g);
    report_run_fini(&run_g);
}

Test(report, efficiency_is_the_bound_over_the_time)
{
    given_run(9, NULL);
    load();
    struct estimate cpu = cell_metric(cell_of("sha256/threads/w2/k16"), "efficiency");
    cr_assert(cpu.has_interval && cpu.value > 0.95 && cpu.value < 0.99, "%g", cpu.value);
    struct estimate sleep = cell_metric(cell_of("sleep_fanout/serial/w2/k1"), "efficiency");
    cr_assert(sleep.value > 0.9 && sleep.value <= 1, "%g", sleep.value);
    cr_assert(efficiency_impossible(cell_of("file_random_read[mode=direct]/coroutines/w2/k1")));
    cr_assert_not(efficiency_impossible(cell_of("file_random_read[mode=direct]/threads/w2/k1")));
    cr_assert_eq(cell_metric(cell_of("pipe_pairs/pool/w2/k2"), "efficiency").n, 0, "there is no bound without serial");
    pairing_fini(&pairing_g);
    report_run_fini(&run_g);
}

/* Where tasks differ, no K makes the longest shorter: twice its bound is twice the efficiency. */
Test(report, the_longest_task_bounds_the_time)
{
    given_run(9, NULL);
    load();
    struct report_cell *cell = (struct report_cell *)cell_of("sleep_fanout/threads/w2/k16");
    double before = cell_metric(cell, "efficiency").value;
    cell->ideal_chain_ns = 2 * (double)cell->ideal_wait_ns / cell->cell.in_flight;
    cr_assert_eq(efficiency_build(&run_g), 0);
    cr_expect_float_eq(cell_metric(cell, "efficiency").value, 2 * before, 1e-9);
    cr_expect_str_eq(cell->bound_by, "one task");
    pairing_fini(&pairing_g);
    report_run_fini(&run_g);
}

Test(report, percentiles_need_their_count)
{
    given_run(6, NULL);
    load();
    const struct report_cell *few = cell_of("sleep_fanout/pool/w2/k16"); /* 500 samples */
    const struct report_cell *many = cell_of("sha256/pool/w2/k16");      /* 4000 */
    cr_assert_eq(cell_metric(few, "latency_p99_ns").n, 6);
    cr_assert_eq(cell_metric(few, "latency_p999_ns").n, 0);
    cr_assert_eq(cell_metric(many, "latency_p999_ns").n, 6);
    cr_assert(cell_metric(many, "latency_p99_ns").value > cell_metric(many, "latency_p50_ns").value);
    pairing_fini(&pairing_g);
    report_run_fini(&run_g);
}

Test(report, what_the_gates_decided_is_told)
{
    strcpy(dir_g, "/tmp/quintet-report-XXXXXX");
    cr_assert(mkdtemp(dir_g));
    atexit(remove_dir);
    cr_assert_eq(make_run(dir_g, &(struct make_run_options){.blocks = 9, .disturbed = true}), 0);
    dirfd_g = open(dir_g, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    cr_assert_eq(build(fake_gnuplot(good_fake)), 0, "%s", result_g.message);
    char *report = get_file("REPORT.md");
    cr_assert(strstr(report, "did not pass a validity gate and gave no number (steal: 36)"));
    cr_assert(strstr(report,
                     "Had every first attempt counted, disturbed or not, the best set would be the same in 40 of "
                     "44 contests. It would be another one for `sha256` at K = 1, ")); /* pool would not be in it */
    free(report);
}

/* How trials went along: counted by class, the ones without a steady state by name, drawn where it is a habit. */
Test(report, the_pace_within_trials_is_told)
{
    given_run(9, NULL);
    cr_assert_eq(build(fake_gnuplot(good_fake)), 0, "%s", result_g.message);
    char *report = get_file("REPORT.md"), *data = get_file("report/plots/pace.dat");
    cr_expect(strstr(report, "36 were slower at first"), "four cells of processes, nine blocks");
    cr_expect(strstr(report, "0 became slower, and 1 had no steady state"));
    cr_expect(strstr(report, "4 cells warm up in most trials"));
    const char *odd = strstr(report, "## Odd results");
    cr_assert(odd);
    cr_expect(strstr(odd, "| `sleep_fanout/threads/w2/k16` | 2 | 100 100 100 100 100 100 100 140 |"));
    cr_expect(strstr(data, "mandelbrot, processes"), "where trials of a strategy change their pace, all are drawn");
    cr_expect_null(strstr(data, "sleep_fanout"), "one trial in nine is no habit");
    free(report);
    free(data);
}

Test(report, fewer_than_six_blocks_give_no_interval_and_no_verdict)
{
    given_run(5, NULL);
    cr_assert_eq(build(fake_gnuplot(good_fake)), 0);
    char *report = get_file("REPORT.md"), *text = get_file("summary.json");
    json_t *summary = json_loads(text, 0, NULL), *cell, *metric;
    const char *name;
    size_t i, metrics = 0;
    json_array_foreach(json_object_get(summary, "cells"), i, cell)
        json_object_foreach(json_object_get(cell, "metrics"), name, metric)
    {
        cr_assert(json_is_null(json_object_get(metric, "lo")) && json_is_null(json_object_get(metric, "hi")));
        cr_assert(json_is_number(json_object_get(metric, "median")));
        metrics++;
    }
    cr_assert_gt(metrics, 1000);
    cr_assert(strstr(report, "too few blocks for verdicts"));
    cr_assert(strstr(report, "No verdicts are possible"));
    cr_assert_not(strstr(report, "95 % CI"));
    for (unsigned f = 0; f < result_g.n_findings; f++)
        cr_assert(strstr(result_g.findings[f], "Observation without a verdict") == result_g.findings[f]);
    json_decref(summary);
    free(report);
    free(text);
}

Test(report, sentences_have_scope_interval_and_n)
{
    static const char *const forbidden[] = {"fastest", "no difference", "because", "due to", "significant", "average"};
    given_run(9, NULL);
    cr_assert_eq(build(fake_gnuplot(good_fake)), 0);
    cr_assert_gt(result_g.n_findings, 2u);
    for (unsigned i = 0; i < result_g.n_findings; i++) {
        const char *sentence = result_g.findings[i];
        bool rest = strstr(sentence, "see the decision table") != NULL; /* where all of that stands */
        cr_assert(rest || (strstr(sentence, "at K = ") && strstr(sentence, " [") && strstr(sentence, " blocks")), "%s",
                  sentence);
        cr_assert_eq(sentence[strlen(sentence) - 1], '.', "cut off");
        for (size_t w = 0; w < sizeof forbidden / sizeof *forbidden; w++)
            cr_assert_not(strstr(sentence, forbidden[w]), "%s", forbidden[w]);
    }
}

/* --- Plots ------------------------------------------------------------------------------------------------------- */

/* However many cases a run has, the answer fits a screen; who shares a first place stands together. */
Test(report, the_answer_is_eight_sentences_at_most)
{
    given_run(9, NULL);
    cr_assert_eq(build("/nonexistent/gnuplot"), 0, "%s", result_g.message);
    char *report = get_file("REPORT.md");
    char *answer = strstr(report, "## The answer first"), *end = strstr(report, "### Decision table");
    cr_assert(answer && end);
    cr_assert(strstr(end, "### Workload by workload\n"));
    *end = '\0';
    unsigned sentences = 0;
    for (char *line = strchr(answer, '\n'); line; line = strchr(line + 1, '\n'))
        sentences += line[1] >= '1' && line[1] <= '9' && line[2] == '.';
    cr_expect_gt(sentences, 2u);
    cr_expect_leq(sentences, 8u, "%u", sentences);
    cr_expect_eq(result_g.n_findings, sentences);
    cr_expect(strstr(answer, "`coroutines` alone is best on `pipe_pairs`"), "%s", answer);
    char *shared = strstr(answer, "`sha256"), *line = shared;
    cr_assert(shared, "%s", answer);
    while (line > answer && line[-1] != '\n')
        line--;
    *strchr(line, '\n') = '\0';
    cr_expect(strstr(line, "share the first place") && strstr(line, "`threads`") && strstr(line, "`pool`") &&
                  strstr(line, "`coroutines`") && strstr(line, "[") && strstr(line, " blocks"),
              "%s", line);
    free(report);
}

/* With more best sets than sentences the last ones share one, and no work is forgotten. */
Test(report, what_has_no_sentence_of_its_own_is_named)
{
    struct text answer[ANSWER_MAX] = {{0}};
    given_run(9, NULL);
    load();
    for (unsigned most = 2; most <= ANSWER_MAX; most++) {
        unsigned n = answer_build(&run_g, &pairing_g, answer, most);
        cr_assert_leq(n, most);
        cr_expect_gt(n, 1u);
        for (unsigned i = 0; i < pairing_g.n_sweeps; i++) {
            const struct sweep *sweep = &pairing_g.sweeps[i];
            const struct situation *s = pairing_highest(&pairing_g, sweep->case_name);
            bool said = !s || workload_is_micro(&run_g.workloads[sweep->workload]);
            char code[CELL_ID_LEN + 2];
            snprintf(code, sizeof code, "`%s`", sweep->label);
            for (unsigned j = 0; j < n; j++)
                said = said || strstr(answer[j].data, code);
            cr_expect(said, "%s in %u of %u sentences", code, n, most);
        }
        for (unsigned j = 0; j < n; j++)
            text_fini(&answer[j]);
        memset(answer, 0, sizeof answer);
    }
}

Test(report, without_gnuplot_the_report_is_written_with_a_note)
{
    given_run(6, NULL);
    cr_assert_eq(build("/nonexistent/gnuplot"), 0);
    cr_assert(result_g.gnuplot_missing && result_g.plots_made_count == 0);
    char *report = get_file("REPORT.md");
    cr_assert(strstr(report, "was not drawn"));
    cr_assert_not(strstr(report, ".svg"));
    cr_assert(have_file("report/plots/throughput_vs_k.dat") && have_file("report/plots/throughput_vs_k.gp"));
    struct report_options strict = {.gnuplot = "/nonexistent/gnuplot", .require_plots = true};
    cr_assert_eq(report_build(dir_g, &strict, &result_g), -ENOTSUP);
    cr_assert(result_g.message[0]);
    free(report);
}

Test(report, a_gnuplot_that_lies_is_found_out, .timeout = 100)
{
    static const char *const lies[] = {
        "exit 0",                                                          /* no picture at all */
        "printf '<svg>%0100d' 0 > \"$4\"",                                 /* half a picture */
        "printf '<svg>%0100d</svg>\\n' 0 > \"$4\"; exit 1",                /* a failure with a picture */
        "printf '<svg>%0100d</svg>\\n' 0 > \"$4\"; echo 'warning: x' >&2", /* a picture with a complaint */
        "kill -9 $$",
    };
    given_run(6, NULL);
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        cr_assert_eq(build(fake_gnuplot(good_fake)), 0);
        cr_assert(have_file("report/plots/throughput_vs_k.svg"));
        cr_assert_eq(build(fake_gnuplot(lies[i])), 0);
        cr_assert_eq(result_g.plots_made_count, 0, "%s", lies[i]);
        cr_assert_eq(result_g.plots_failed_count, 13);
        cr_assert_not(have_file("report/plots/throughput_vs_k.svg"), "a picture of other data is left");
        struct report_options strict = {.gnuplot = fake_gnuplot(lies[i]), .require_plots = true};
        cr_assert_eq(report_build(dir_g, &strict, &result_g), -EPROTO);
    }
}

static void must_fail_to_draw(const char *file, const char *from, const char *to)
{
    char name[128], why[320];
    snprintf(name, sizeof name, "report/plots/%s", file);
    char *text = get_file(name), *at = strstr(text, from);
    cr_assert(at, "%s has no %s", file, from);
    struct text changed = {0};
    text_add_bytes(&changed, text, (size_t)(at - text));
    text_add(&changed, "%s%s", to, at + strlen(from));
    put_file(name, changed.data, 0644);
    int fd = openat(dirfd_g, "report/plots", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    cr_assert_eq(plot_render(fd, NULL, "throughput_vs_k", why, sizeof why), -EPROTO, "%s", to);
    cr_assert(why[0]);
    cr_assert_not(have_file("report/plots/throughput_vs_k.svg"));
    put_file(name, text, 0644);
    cr_assert_eq(plot_render(fd, NULL, "throughput_vs_k", why, sizeof why), 0, "%s", why);
    close(fd);
    text_fini(&changed);
    free(text);
}

Test(report, real_gnuplot_draws_all_and_refuses_damaged_data)
{
    given_run(9, NULL);
    cr_assert_eq(build(NULL), 0);
    if (result_g.gnuplot_missing)
        test_skip("gnuplot is not installed");
    cr_assert_eq(result_g.plots_made_count, 13, "%s", result_g.warnings[0]);
    /* In the first row of the second block: a word for a number, a missing column, a lost row. */
    must_fail_to_draw("throughput_vs_k.dat", "\n0.9", "\nabc");
    must_fail_to_draw("throughput_vs_k.dat", "\n0.9", "\n# 0.9");
    must_fail_to_draw("throughput_vs_k.gp", "set multiplot", "set multiplott");
    must_fail_to_draw("throughput_vs_k.gp", "with points", "with pints");
    must_fail_to_draw("throughput_vs_k.gp", "data = 'throughput_vs_k.dat'", "data = 'missing.dat'");
}

/* --- What no table tells ------------------------------------------------------------------------------------------ */

/* The rows of a data file that have `n` numbers; those of one block, or of all. */
static unsigned rows_of(const char *data, const char *block)
{
    unsigned n = 0;
    const char *from = block ? strstr(data, block) : data, *to = from && block ? strstr(from, "\n\n") : NULL;
    cr_assert(from, "no block %s", block);
    for (const char *s = from; (s = strchr(s, '\n')) && (!to || s < to); s++)
        n += s[1] >= '0' && s[1] <= '9';
    return n;
}

Test(report, launches_are_drawn_one_by_one)
{
    given_run(9, NULL);
    cr_assert_eq(build(fake_gnuplot(good_fake)), 0);
    char *data = get_file("report/plots/launches.dat");
    cr_assert_eq(rows_of(data, "sha256/threads/w2/k128:"), 9u, "a point for each block");
    cr_assert_eq(rows_of(data, "hog[hog=1]/processes/w2/k16:"), 9u);
    cr_assert_not(strstr(data, "spawn_join"), "work only");
    free(data);
}

Test(report, the_noise_is_beside_the_lead)
{
    given_run(9, NULL);
    cr_assert_eq(build(fake_gnuplot(good_fake)), 0);
    char *data = get_file("report/plots/noise_floor.dat");
    const char *noise = strstr(data, "\"hog[hog=1]\""), *leads = strstr(data, "lead of the best set");
    double percent;
    cr_assert(noise && leads);
    while (noise > data && noise[-1] != '\n')
        noise--;
    cr_assert_eq(sscanf(noise, "%lf", &percent), 1);
    cr_assert(percent > 0.1 && percent < 5, "trials differ by 1 %%, so no interval is wider: %g", percent);
    const char *lead = strstr(leads, "\"hog[hog=1]\"");
    cr_assert(lead);
    while (lead[-1] != '\n')
        lead--;
    cr_assert_eq(sscanf(lead, "%lf", &percent), 1);
    cr_assert(percent > 4200 && percent < 4600, "coroutines are next, 44.4 times as slow: %g", percent);
    free(data);
}

/* make_run.c gets slower by 1.25 % of the first block with every block: from 5 % below the median to 5 % above it. */
Test(report, the_run_in_its_order_shows_drift)
{
    given_run(9, NULL);
    cr_assert_eq(build(fake_gnuplot(good_fake)), 0);
    char *data = get_file("report/plots/run_order.dat");
    unsigned groups = rows_of(data, "middle of a group of trials, quartile"), seen = 0;
    double trial, quartile, median, first = 0, last = 0;
    cr_assert(groups > 30 && groups <= 120);
    for (const char *s = strchr(data, '\n'); s && seen < groups; s = strchr(s + 1, '\n'))
        if (sscanf(s + 1, "%lf %lf %lf", &trial, &quartile, &median) == 3) {
            first = seen++ ? first : median;
            last = median;
        }
    cr_assert(first > 0.94 && first < 0.965, "%g", first);
    cr_assert(last > 1.035 && last < 1.06, "%g", last);
    free(data);
}

Test(report, memory_of_a_waiting_task_is_drawn_in_bytes)
{
    struct plot plot = {0};
    given_run(9, NULL);
    load();
    cr_assert_not(plot_waiting(&plot, &run_g, &pairing_g), "nobody measured it");
    for (unsigned c = 0; c < run_g.n_cells; c++) {
        struct report_cell *cell = &run_g.cells[c];
        if (strcmp(run_g.workloads[cell->workload].name, "spawn_join") != 0)
            continue;
        snprintf(run_g.workloads[cell->workload].headline, NAME_LEN, "bytes_per_task");
        for (unsigned b = 0; b < 9; b++)
            cr_assert_eq(series_set(cell, "bytes_per_task", b, 4096 * (1 + cell->strategy)), 0);
        cr_assert_eq(series_finish((struct series *)series_find(cell, "bytes_per_task")), 0);
    }
    cr_assert(plot_waiting(&plot, &run_g, &pairing_g));
    cr_assert(strstr(plot.gp.data, "'4 KiB' 4096") && strstr(plot.dat.data, "\n20480 "));
    cr_assert(strstr(plot.dat.data, "KiB\""));
    plot_fini(&plot);
    pairing_fini(&pairing_g);
    report_run_fini(&run_g);
}

/* --- The first screen, and what is looked up ---------------------------------------------------------------------- */

static void head_of(struct text *out)
{
    struct document document = {.run = &run_g, .pairing = &pairing_g, .base = ""};
    text_fini(out);
    *out = (struct text){0};
    md_head(out, &document);
    cr_assert_not(out->failed);
}

Test(report, the_first_screen_says_how_sure)
{
    struct text head = {0};
    given_run(9, NULL);
    load();
    struct instrument *instrument = &pairing_g.instrument;
    head_of(&head);
    cr_assert(strstr(head.data, "**How sure:** half of the 162 comparisons") && !strstr(head.data, "delays"));
    instrument->n = 4;
    for (unsigned i = 0; i < 4; i++)
        instrument->list[i] = (struct check){
            .injected = i < 2    ? 0
                        : i == 2 ? 0.02
                                 : 0.05,
            .claim = {.ratio = {1.02, 0.99 + 0.02 * (i == 3), 1.04, 9, true}, .verdict = VERDICT_UNDECIDED}};
    head_of(&head);
    cr_assert(strstr(head.data, "2 cells measured against themselves came out equal"));
    cr_assert(strstr(head.data, "**of known delays put in, these were not seen: 2 %**"));
    instrument->list[0].claim.verdict = VERDICT_SLOWER;
    instrument->list[2].claim.ratio.lo = 1.01;
    head_of(&head);
    cr_assert(strstr(head.data, "**of 2 cells measured against themselves 1 came out different**"));
    cr_assert(strstr(head.data, "all known delays put in were seen"));
    text_fini(&head);
    pairing_fini(&pairing_g);
    report_run_fini(&run_g);
}

Test(report, a_best_median_is_not_taken_for_a_verdict)
{
    struct text head = {0};
    given_run(9, NULL);
    load();
    head_of(&head);
    cr_assert_not(strstr(head.data, "no verdict"));
    struct situation *s = (struct situation *)pairing_find(&pairing_g, "sha256", 128);
    cr_assert(s && s == pairing_highest(&pairing_g, "sha256"));
    s->has_verdicts = false;
    s->workers = 1;
    head_of(&head);
    cr_assert(strstr(head.data, "No verdict, for want of six blocks with a number: `sha256`."));
    const char *row = strstr(head.data, "(K = 128, P = 1)");
    cr_assert(row && strstr(row, "(best median, no verdict)"));
    text_fini(&head);
    pairing_fini(&pairing_g);
    report_run_fini(&run_g);
}

Test(report, tables_leave_out_what_nobody_had)
{
    given_run(9, NULL);
    cr_assert_eq(build(fake_gnuplot(good_fake)), 0);
    char *report = get_file("REPORT.md");
    const char *table = strstr(report, "Voluntary switches of the kernel per op"),
               *left_out = strstr(report, "Left out:");
    cr_assert(table && left_out > table);
    const char *row = strstr(table, "| `sleep_fanout` | 1 |"), *none = strstr(table, "| `mandelbrot`");
    cr_assert(row && row < left_out, "everybody sleeps there");
    cr_assert(!none || none > left_out, "nobody waits there");
    const char *floor = strstr(report, "## Floor card"), *cell = strstr(floor, "| `floor[probe=memcpy]` |");
    cr_assert(floor && cell && strstr(floor, "`copied_bytes_per_s`\n\n| case | serial |"));
    cr_assert_not(strstr(floor, "| `open_ns` |"));
    free(report);
}

/* --- Hostile and damaged input ------------------------------------------------------------------------------------ */

Test(report, words_of_the_machine_are_escaped)
{
    given_run(6, "CPU | <script>alert(1)</script> `id` [x](http://e) $a$ @you\n## head \x1b[31m *b* \\");
    cr_assert_eq(build(fake_gnuplot(good_fake)), 0);
    char *report = get_file("REPORT.md");
    cr_assert_not(strstr(report, "<script"));
    cr_assert_not(strstr(report, "\x1b"));
    cr_assert_not(strstr(report, "\n## head"));
    cr_assert_not(strstr(report, "`id`"));
    cr_assert_not(strstr(report, "@you"));
    cr_assert_not(strstr(report, "[x](http"));
    const char *row = strstr(report, "| `cpu.model` |");
    cr_assert(row);
    unsigned bars = 0;
    for (const char *c = row; *c != '\n'; c++)
        bars += *c == '|' && (c == row || c[-1] != '\\');
    cr_assert_eq(bars, 4, "the row keeps its three columns");
    free(report);
    char *page = get_file("report.html");
    cr_assert(strstr(page, "<td>CPU | &lt;script&gt;alert(1)&lt;/script&gt; `id` [x](http://e) &#36;a&#36; &#64;you"));
    cr_assert_not(strstr(page, "<script>alert"));
    free(page);
}

/* Every sentence and every table, and of the pictures what was drawn. */
Test(report, the_page_has_what_the_report_has)
{
    given_run(9, NULL);
    cr_assert_eq(build(fake_gnuplot(good_fake)), 0);
    char *report = get_file("REPORT.md"), *page = get_file("report.html");
    unsigned sentences = 0;
    for (const char *s = page; (s = strstr(s, ".</li>")) && s < strstr(page, "Decision table</h3>"); s++)
        sentences += !strncmp(s - strlen(" blocks"), " blocks", 7) || !strncmp(s - strlen("intervals"), "intervals", 9);
    cr_expect_geq(sentences, result_g.n_findings);
    unsigned headings = 0, tables = 0, in_page = 0;
    for (const char *s = report; (s = strstr(s, "\n## ")); s++)
        headings++;
    for (const char *s = report; (s = strstr(s, "\n| --- ")); s++)
        tables++;
    for (const char *s = page; (s = strstr(s, "<h2 id=")); s++)
        in_page++;
    cr_assert_eq(in_page, headings + 1, "and the data of the pictures");
    in_page = 0;
    for (const char *s = page; (s = strstr(s, "<table")); s++)
        in_page++;
    cr_assert_geq(in_page, tables);
    cr_assert_eq(tables > 20, 1);
    cr_assert(strstr(page, "<figure id=\"fig-winner_map\">"));
    cr_assert(strstr(page, "id=\"data-winner_map\">"));
    cr_assert_not(strstr(page, "](") || strstr(page, "**"), "no Markdown is left over");
    free(report);
    free(page);
}

Test(report, a_torn_last_line_is_a_warning)
{
    given_run(6, NULL);
    int fd = openat(dirfd_g, "trials.jsonl", O_WRONLY | O_APPEND | O_CLOEXEC);
    cr_assert_eq(write(fd, "{\"schema\":", 10), 10);
    close(fd);
    cr_assert_eq(build(fake_gnuplot(good_fake)), 0);
    cr_assert_eq(result_g.n_warnings, 1);
    cr_assert(strstr(result_g.warnings[0], "incomplete"));
}

Test(report, a_damaged_journal_is_an_error_and_the_old_report_stays)
{
    given_run(6, NULL);
    put_file("REPORT.md", "the old one\n", 0644);
    int fd = openat(dirfd_g, "trials.jsonl", O_WRONLY | O_CLOEXEC);
    cr_assert_eq(pwrite(fd, "#", 1, 0), 1);
    close(fd);
    cr_assert_eq(build(fake_gnuplot(good_fake)), -EBADMSG);
    cr_assert(strstr(result_g.message, "line 1"), "%s", result_g.message);
    char *report = get_file("REPORT.md");
    cr_assert_str_eq(report, "the old one\n");
    free(report);
}

Test(report, a_wrong_schema_or_no_run_is_an_error)
{
    given_run(6, NULL);
    put_file("run.json", "{\"schema\":\"quintet.run/2.0\"}", 0644);
    cr_assert_eq(build(NULL), -EBADMSG);
    cr_assert(strstr(result_g.message, "run.json"));
    unlinkat(dirfd_g, "run.json", 0);
    cr_assert_eq(build(NULL), -ENOENT);
    cr_assert_eq(report_build("/nonexistent", NULL, &result_g), -ENOENT);
}

Test(report, a_histogram_that_cannot_be_read_is_a_warning)
{
    given_run(6, NULL);
    cr_assert_eq(renameat(dirfd_g, "hist", dirfd_g, "elsewhere"), 0);
    cr_assert_eq(build(fake_gnuplot(good_fake)), 0);
    cr_assert_gt(result_g.n_warnings, REPORT_WARNINGS_MAX);
    char *report = get_file("REPORT.md");
    cr_assert(strstr(report, "99th percentile: this run has none"));
    free(report);
}

static int first_ok(const struct trial_record *record, void *arg)
{
    memcpy(arg, record, sizeof *record);
    return 1;
}

Test(report, a_trial_with_a_wrong_digest_gives_no_number)
{
    given_run(6, NULL);
    struct trial_record *record = malloc(sizeof *record);
    struct journal_problem problem;
    char digest[32];
    cr_assert_eq(journal_read(dirfd_g, first_ok, record, &problem), 1);
    snprintf(digest, sizeof digest, "\"digest\":\"%016llx", (unsigned long long)record->digest);
    char *journal = get_file("trials.jsonl"), *at = strstr(journal, digest);
    cr_assert(at);
    at[10] = at[10] == '0' ? '1' : '0'; /* the first digit */
    size_t len = strcspn(at, "\n"), start = (size_t)(at - journal);
    while (start > 0 && journal[start - 1] != '\n')
        start--;
    len += (size_t)(at - journal) - start - LINE_SUM_BYTES; /* a liar, not damage: the line's sum is made anew */
    journal[start + len - 1] = '}';
    cr_assert_gt(line_sum_seal(journal + start, len), 0);
    cr_assert_eq(store_write(dirfd_g, "trials.jsonl", journal, strlen(journal)), 0);
    free(journal);
    load();
    char id[CELL_ID_LEN];
    cell_id(&record->cell, id, sizeof id);
    cr_assert_eq(run_g.unverified_count, 1);
    cr_assert_eq(cell_metric(cell_of(id), "throughput_ops_per_s").n, 5);
    pairing_fini(&pairing_g);
    report_run_fini(&run_g);
    free(record);
}

/* --- The rest ------------------------------------------------------------------------------------------------------
 */

Test(report, the_copy_has_links_that_work_from_its_place)
{
    given_run(6, NULL);
    char copy[128];
    cr_assert_eq(store_mkdir(dirfd_g, "other/place"), 0);
    snprintf(copy, sizeof copy, "%s/other/place/REPORT.md", dir_g);
    struct report_options options = {.gnuplot = fake_gnuplot(good_fake), .copy_report_to = copy};
    cr_assert_eq(report_build(dir_g, &options, &result_g), 0, "%s", result_g.message);
    char *report = get_file("other/place/REPORT.md");
    cr_assert(strstr(report, "](../../report/plots/winner_map.svg)"));
    cr_assert(have_file("other/place/../../report/plots/winner_map.svg"));
    free(report);
}

Test(report, five_thousand_trials_take_seconds, .timeout = 120)
{
    strcpy(dir_g, "/tmp/quintet-report-XXXXXX");
    cr_assert(mkdtemp(dir_g));
    atexit(remove_dir);
    cr_assert_eq(make_run(dir_g, &(struct make_run_options){.blocks = 9, .cases_per_case = 5}), 0);
    uint64_t start = clock_monotonic_ns();
    cr_assert_eq(build("/nonexistent/gnuplot"), 0, "%s", result_g.message);
    uint64_t took_ms = (clock_monotonic_ns() - start) / 1000000;
    cr_assert_gt(result_g.trials_ok_count, 5000);
    cr_assert_lt(took_ms, 10000, "%llu ms for %u trials", (unsigned long long)took_ms, result_g.trials_ok_count);
    dirfd_g = open(dir_g, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    char *page = get_file("report.html");
    cr_assert_lt(strlen(page), 5u << 20);
    free(page);
}

Test(report, numbers_have_the_digits_that_their_interval_supports)
{
    static const struct {
        struct estimate e;
        enum unit unit;
        const char *words;
    } golden[] = {
        {{12345, 12000, 12600, 9, true}, UNIT_RATE, "12.3 k/s [12.0, 12.6]"},
        {{2047.3, 2011, 2113, 9, true}, UNIT_NS, "2.05 µs [2.01, 2.11]"},
        {{523, 300, 800, 9, true}, UNIT_COUNT, "520 [300, 800]"},
        {{0.02, 0, 0, 3, false}, UNIT_COUNT, "0.0200"},
        {{3145728, 3145728, 3145728, 9, true}, UNIT_BYTES, "3.00 MiB [3.00, 3.00]"},
        {{0, 0, 0, 9, true}, UNIT_COUNT, "0"},
        {{NAN, 0, 0, 0, false}, UNIT_NS, "–"},
    };
    char buf[NUMBER_LEN];
    for (size_t i = 0; i < sizeof golden / sizeof *golden; i++)
        cr_assert_str_eq(number_interval(buf, &golden[i].e, golden[i].unit), golden[i].words);
}
