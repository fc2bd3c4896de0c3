/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report, from a synthetic run whose truths are known (make_run.h). The expected files are made again with
 *   QUINTET_UPDATE_GOLDEN=1 QUINTET_MIN_TESTS=1 build/tests/test_report --filter 'report/matches*'
 * and are then to be read, not only committed.
 */
#include "report_rig.h"

#include "measure/clock.h"
#include "record/seal.h"
#include "record/store.h"
#include "report/answer.h"
#include "report/findings.h"
#include "report/report_md.h"
#include "report/text.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TestSuite(report, .timeout = 30);

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
    cr_assert_eq(seal_write(dirfd_g), 0);
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

/* --- The answer and the first screen ------------------------------------------------------------------------------ */

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
}

/* --- What follows ------------------------------------------------------------------------------------------------- */

Test(report, what_the_gates_decided_is_told)
{
    given_run_of(&(struct make_run_options){.blocks = 9, .disturbed = true});
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

/* --- The page and the copy, and how long it all takes ------------------------------------------------------------- */

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
    given_run_of(&(struct make_run_options){.blocks = 9, .cases_per_case = 5});
    uint64_t start = clock_monotonic_ns();
    cr_assert_eq(build("/nonexistent/gnuplot"), 0, "%s", result_g.message);
    uint64_t took_ms = (clock_monotonic_ns() - start) / 1000000;
    cr_assert_gt(result_g.trials_ok_count, 5000);
    cr_assert_lt(took_ms, 10000, "%llu ms for %u trials", (unsigned long long)took_ms, result_g.trials_ok_count);
    char *page = get_file("report.html");
    cr_assert_lt(strlen(page), 5u << 20);
    free(page);
}
