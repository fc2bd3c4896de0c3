/* SPDX-License-Identifier: Apache-2.0 */
/* A journal that somebody else removes, cuts or writes to is no more the run's; and what is said of any failure. */
#include "quintet_criterion.h"

#include "journal_dir.h"

#include <errno.h>

TestSuite(journal_ours, .timeout = 30);

static char text_g[REASON_LEN];

static const char *failure(int rc)
{
    journal_failure_text(&journal_g, rc, text_g, sizeof text_g);
    return text_g;
}

static int append(void)
{
    return journal_append(&journal_g, &record_g, NULL);
}

static void expect_lost(void)
{
    off_t before = size_of("trials.jsonl");
    cr_expect_eq(journal_sync(&journal_g), -ESTALE);
    cr_expect_eq(append(), -ESTALE);
    cr_expect_str_eq(failure(-ESTALE),
                     "trials.jsonl: it was removed, cut or written to by somebody else while the run went on");
    cr_expect_eq(size_of("trials.jsonl"), before, "nothing is written into what is not ours");
}

Test(journal_ours, as_long_as_nobody_else_writes)
{
    given_open_journal();
    for (unsigned i = 0; i < 3; i++) {
        cr_assert_eq(append(), 0);
        cr_assert_eq(journal_sync(&journal_g), 0);
    }
    journal_close(&journal_g);
    cr_assert_eq(journal_open(&journal_g, dirfd_g), 0); /* resumed: with what is there */
    cr_assert_eq(append(), 0);
    cr_assert_eq(journal_sync(&journal_g), 0);
}

Test(journal_ours, removed)
{
    given_open_journal();
    cr_assert_eq(append(), 0);
    cr_assert_eq(unlinkat(dirfd_g, "trials.jsonl", 0), 0);
    expect_lost();
}

Test(journal_ours, cut)
{
    given_open_journal();
    cr_assert_eq(append(), 0);
    cr_assert_eq(ftruncate(journal_g.fd, 0), 0);
    expect_lost();
}

Test(journal_ours, written_to)
{
    given_open_journal();
    cr_assert_eq(append(), 0);
    put("trials.jsonl", "{}\n", 3);
    expect_lost();
}

/* The same bytes under the same name, in another file: what we write would be lost. */
Test(journal_ours, replaced_by_a_copy)
{
    char *text;
    size_t len;
    given_open_journal();
    cr_assert_eq(append(), 0);
    cr_assert_eq(store_read(dirfd_g, "trials.jsonl", 1 << 20, &text, &len), 0);
    cr_assert_eq(store_write(dirfd_g, "trials.jsonl", text, len), 0);
    free(text);
    expect_lost();
}

/* The file that could not be written is named: that of the histograms, then the journal again. */
Test(journal_ours, tells_which_file_failed)
{
    char expected[128];
    given_open_journal();
    cr_expect_str_eq(failure(-EIO), "trials.jsonl: Input/output error");
    hist_record(&hists_g.latency, 5);
    cr_assert_eq(journal_append(&journal_g, &record_g, &hists_g), 0);
    cr_assert_eq(unlinkat(dirfd_g, record_g.hist_file, 0), 0);
    cr_assert_eq(mkdirat(dirfd_g, record_g.hist_file, 0700), 0);
    cr_assert_eq(journal_append(&journal_g, &record_g, &hists_g), -EISDIR);
    snprintf(expected, sizeof expected, "%s: Is a directory", record_g.hist_file);
    cr_expect_str_eq(failure(-EISDIR), expected);
    cr_assert_eq(journal_sync(&journal_g), 0);
    cr_expect_str_eq(failure(-EIO), "trials.jsonl: Input/output error");
    cr_assert_eq(journal_append(&journal_g, &record_g, &hists_g), -EISDIR);
    cr_assert_eq(append(), 0);
    cr_expect_str_eq(failure(-EIO), "trials.jsonl: Input/output error");
    char fifo[sizeof record_g.hist_file];
    cr_assert_eq(journal_append(&journal_g, &record_g, &hists_g), -EISDIR);
    strcpy(fifo, record_g.hist_file);
    cr_assert_eq(unlinkat(dirfd_g, fifo, AT_REMOVEDIR), 0);
    cr_assert_eq(mkfifoat(dirfd_g, fifo, 0600), 0);
    int reader = openat(dirfd_g, fifo, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    int rc = journal_append(&journal_g, &record_g, &hists_g);
    close(reader);
    cr_expect_eq(rc, -EINVAL);
    snprintf(expected, sizeof expected, "%s: it is no regular file", fifo);
    cr_expect_str_eq(failure(rc), expected);
}

Test(journal_ours, a_problem_in_words)
{
    struct journal_problem problem = {.line = 3, .what = "x"};
    char text[128];
    journal_problem_text(&problem, -EBADMSG, text, sizeof text);
    cr_expect_str_eq(text, "trials.jsonl, line 3: x");
    problem.line = 0;
    journal_problem_text(&problem, -EBADMSG, text, sizeof text);
    cr_expect_str_eq(text, "trials.jsonl: x");
    problem.what[0] = '\0';
    journal_problem_text(&problem, -ENOMEM, text, sizeof text);
    cr_expect_str_eq(text, "trials.jsonl: Cannot allocate memory");
}

Test(journal_ours, is_it_empty)
{
    given_open_journal();
    cr_expect(journal_is_empty(dirfd_g));
    put("trials.jsonl", "{", 1);
    cr_expect_not(journal_is_empty(dirfd_g));
    put("trials.jsonl", "{", 1);
    cr_expect_not(journal_is_empty(dirfd_g));
    cr_assert_eq(unlinkat(dirfd_g, "trials.jsonl", 0), 0);
    cr_expect(journal_is_empty(dirfd_g));
}
