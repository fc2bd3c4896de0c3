/* SPDX-License-Identifier: Apache-2.0 */
/* Reports of runs with hostile words, damaged files, and a trial that lies. */
#include "report_rig.h"

#include "record/journal.h"
#include "record/line_sum.h"
#include "record/seal.h"
#include "record/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TestSuite(report_damage, .timeout = 30);

Test(report_damage, words_of_the_machine_are_escaped)
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

Test(report_damage, a_torn_last_line_is_a_warning)
{
    given_run(6, NULL);
    int fd = openat(dirfd_g, "trials.jsonl", O_WRONLY | O_APPEND | O_CLOEXEC);
    cr_assert_eq(write(fd, "{\"schema\":", 10), 10);
    close(fd);
    cr_assert_eq(seal_write(dirfd_g), 0);
    cr_assert_eq(build(fake_gnuplot(good_fake)), 0);
    cr_assert_eq(result_g.n_warnings, 1);
    cr_assert(strstr(result_g.warnings[0], "incomplete"));
}

Test(report_damage, a_run_that_has_ended_and_has_no_seal_is_a_warning)
{
    given_run(6, NULL);
    cr_assert_eq(build(fake_gnuplot(good_fake)), 0);
    cr_assert_eq(result_g.n_warnings, 1);
    cr_assert(strstr(result_g.warnings[0], "SHA256SUMS is missing"), "%s", result_g.warnings[0]);
}

Test(report_damage, a_damaged_journal_is_an_error_and_the_old_report_stays)
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

Test(report_damage, a_wrong_schema_or_no_run_is_an_error)
{
    given_run(6, NULL);
    put_file("run.json", "{\"schema\":\"quintet.run/2.0\"}", 0644);
    cr_assert_eq(build(NULL), -EBADMSG);
    cr_assert(strstr(result_g.message, "run.json"));
    unlinkat(dirfd_g, "run.json", 0);
    cr_assert_eq(build(NULL), -EBADMSG); /* there are trials: it has been removed */
    cr_assert_str_eq(result_g.message, "run.json is missing");
    unlinkat(dirfd_g, "trials.jsonl", 0);
    cr_assert_eq(build(NULL), -ENOENT);
    cr_assert_eq(report_build("/nonexistent", NULL, &result_g), -ENOENT);
}

Test(report_damage, a_histogram_that_cannot_be_read_is_a_warning)
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

Test(report_damage, a_trial_with_a_wrong_digest_gives_no_number)
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
    free(record);
}
