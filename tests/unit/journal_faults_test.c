/* SPDX-License-Identifier: Apache-2.0 */
/* The journal where the system fails it: no success that lacks a part, no half a line, no damage where there is none.
 */
#include "quintet_criterion.h"

#include "faulty.h"
#include "journal_dir.h"
#include "measure/heap.h"

#include <errno.h>
#include <sys/wait.h>

TestSuite(journal_faults, .timeout = 60);

static struct trial_record last_g;
static struct journal_problem problem_g;

static void given_all_histograms(void)
{
    hist_record_n(&hists_g.latency, 1000, 5);
    hist_record_n(&hists_g.response, 2000, 6);
    hist_record_n(&hists_g.lag, 3000, 7);
}

static void append_is(int rc)
{
    off_t before = size_of("trials.jsonl");
    record_g.block++;
    cr_assert_eq(journal_append(&journal_g, &record_g, &hists_g), rc);
    cr_assert(faulty_end(), "what was to fail was not called");
    if (rc)
        cr_assert_eq(size_of("trials.jsonl"), before, "nothing of it stays");
    cr_assert_eq(read_all(&last_g, &problem_g), 0);
    cr_assert_not(problem_g.torn_tail);
    cr_assert_eq(last_g.block, rc ? record_g.block - 1 : record_g.block);
    record_g.block = last_g.block;
}

Test(journal_faults, a_write_that_is_short_or_interrupted_is_completed)
{
    given_open_journal();
    errno = EDOM; /* left by whoever came before */
    append_is(0);
    faulty_short(FAULTY_WRITE, 1, 10);
    append_is(0);
    faulty_fail(FAULTY_WRITE, 1, EINTR);
    append_is(0);
    faulty_short(FAULTY_WRITE, 1, 1);
    faulty_fail(FAULTY_WRITE, 2, EINTR);
    append_is(0);
}

Test(journal_faults, a_write_that_fails_is_taken_back)
{
    given_open_journal();
    append_is(0);
    faulty_fail(FAULTY_WRITE, 1, ENOSPC);
    append_is(-ENOSPC);
    faulty_short(FAULTY_WRITE, 1, 10);
    faulty_fail(FAULTY_WRITE, 2, EDQUOT);
    append_is(-EDQUOT);
    faulty_short(FAULTY_WRITE, 1, 0); /* no error, and nothing written */
    append_is(-EIO);
    faulty_fail(FAULTY_WRITE, 1, EINTR);
    faulty_short(FAULTY_WRITE, 2, 0);
    append_is(-EIO);
    faulty_fail(FAULTY_WRITE, 1, ENOSPC);
    faulty_fail(FAULTY_FTRUNCATE, 1, EPERM);
    append_is(-EIO);
    faulty_fail(FAULTY_FSTAT, 1, EOVERFLOW);
    append_is(-EOVERFLOW);
    faulty_fail(FAULTY_MALLOC, 1, ENOMEM);
    append_is(-ENOMEM);
    errno = 0;
    faulty_fail(FAULTY_DIGEST, 1, 0);
    append_is(-EIO);
    append_is(0);
}

/* A record must not point at a histogram that is not there. */
Test(journal_faults, a_record_is_not_written_without_its_histograms)
{
    given_open_journal();
    append_is(0);
    given_all_histograms();
    errno = EDOM;
    append_is(0);
    for (unsigned nth = 1; nth <= 3; nth++) { /* latency, response, lag */
        faulty_fail(FAULTY_WRITE, nth, ENOSPC);
        append_is(-ENOSPC);
        faulty_fail(FAULTY_CLOSE, nth, EIO);
        append_is(-EIO);
        faulty_fail(FAULTY_WRITE, nth, ENOSPC);
        faulty_fail(FAULTY_CLOSE, nth, EIO);
        append_is(-ENOSPC);
        errno = 0;
        faulty_fail(FAULTY_DIGEST, nth, 0);
        append_is(-EIO);
    }
    append_is(0);
    cr_assert_eq(unlinkat(dirfd_g, record_g.hist_file, 0), 0);
    cr_assert_eq(symlinkat("../trials.jsonl", dirfd_g, record_g.hist_file), 0);
    append_is(-ELOOP);
}

Test(journal_faults, a_torn_line_that_cannot_be_cut_off_is_not_appended_to)
{
    given_open_journal();
    append_is(0);
    cr_assert_eq(write(journal_g.fd, "{\"torn\"", 7), 7);
    journal_close(&journal_g);
    off_t before = size_of("trials.jsonl");
    faulty_fail(FAULTY_FTRUNCATE, 1, EPERM);
    cr_assert_eq(journal_open(&journal_g, dirfd_g), -EPERM);
    cr_assert_eq(journal_g.fd, -1);
    cr_assert(faulty_end());
    faulty_fail(FAULTY_FSTAT, 1, EIO); /* it cannot be read */
    cr_assert_eq(journal_open(&journal_g, dirfd_g), -EIO);
    cr_assert_eq(journal_g.fd, -1);
    cr_assert(faulty_end());
    cr_assert_eq(unlinkat(dirfd_g, "recovered-tail.txt", 0), 0);
    cr_assert_eq(mkdirat(dirfd_g, "recovered-tail.txt", 0700), 0); /* the piece cannot be kept: it stays where it is */
    cr_assert_eq(journal_open(&journal_g, dirfd_g), -EINVAL);
    cr_assert_eq(size_of("trials.jsonl"), before);
}

Test(journal_faults, an_interrupted_read_goes_on)
{
    given_open_journal();
    append_is(0);
    append_is(0);
    faulty_short(FAULTY_READ, 1, 100); /* in the middle of a line */
    faulty_fail(FAULTY_READ, 2, EINTR);
    cr_assert_eq(read_all(&last_g, &problem_g), 0);
    cr_assert(faulty_end());
    cr_assert_eq(last_g.block, 2u);
    cr_assert_not(problem_g.torn_tail);
    faulty_fail(FAULTY_READ, 2, EINTR); /* where the file ends */
    cr_assert_eq(read_all(&last_g, &problem_g), 0);
    cr_assert(faulty_end());
}

static void read_is(int rc, const char *words)
{
    cr_assert_eq(read_all(&last_g, &problem_g), rc);
    cr_assert(faulty_end());
    cr_assert(!problem_g.torn_tail && !problem_g.damaged && !problem_g.other_schema);
    cr_assert(strstr(problem_g.what, words), "%s", problem_g.what);
}

/* What cannot be read is neither a torn line nor a damaged one: the file may be sound. */
Test(journal_faults, a_read_that_fails_is_told_as_such)
{
    given_open_journal();
    append_is(0);
    append_is(0);
    faulty_fail(FAULTY_READ, 1, EIO);
    read_is(-EIO, "Input/output error");
    faulty_short(FAULTY_READ, 1, 100);
    faulty_fail(FAULTY_READ, 2, EIO);
    read_is(-EIO, "Input/output error");
    faulty_fail(FAULTY_FSTAT, 1, EOVERFLOW);
    read_is(-EOVERFLOW, "Value too large");
    faulty_fail(FAULTY_MALLOC, 1, ENOMEM);
    read_is(-ENOMEM, "");
    faulty_fail(FAULTY_COOKIE, 1, ENOMEM);
    read_is(-ENOMEM, "");
    faulty_fail(FAULTY_DIGEST, 1, 0);
    read_is(-EIO, "Input/output error");
    read_is(0, "");
}

static void count_skipped(const struct journal_problem *problem, void *arg)
{
    (void)problem;
    (void)arg;
    cr_assert(false, "a sound line was left out");
}

Test(journal_faults, a_sound_line_is_not_left_out_because_it_could_not_be_checked)
{
    given_open_journal();
    append_is(0);
    faulty_fail(FAULTY_DIGEST, 1, 0);
    cr_assert_eq(journal_salvage(dirfd_g, keep, count_skipped, &last_g, &problem_g), -EIO);
    cr_assert(faulty_end());
}

Test(journal_faults, a_histogram_that_cannot_be_read_is_no_damaged_one)
{
    static struct hist hist;
    given_open_journal();
    given_all_histograms();
    append_is(0);
    faulty_fail(FAULTY_PREAD, 1, EINTR);
    faulty_short(FAULTY_PREAD, 2, 17);
    cr_assert_eq(journal_read_hist(dirfd_g, &last_g, HIST_RESPONSE, &hist), 0);
    cr_assert(faulty_end());
    cr_assert_eq(hist.count, 6u);
    struct trial_record beyond = last_g;
    beyond.response_offset = 1 << 30;
    faulty_fail(FAULTY_PREAD, 1, EINTR);
    cr_assert_eq(journal_read_hist(dirfd_g, &beyond, HIST_RESPONSE, &hist), -EBADMSG, "the file's end");
    const struct {
        enum faulty_call call;
        int error, rc;
    } faults[] = {{FAULTY_PREAD, EIO, -EIO},
                  {FAULTY_FSTAT, EIO, -EIO},
                  {FAULTY_MALLOC, ENOMEM, -ENOMEM},
                  {FAULTY_DIGEST, 0, -EIO}};
    for (unsigned i = 0; i < sizeof faults / sizeof *faults; i++) {
        faulty_fail(faults[i].call, 1, faults[i].error);
        cr_assert_eq(journal_read_hist(dirfd_g, &last_g, HIST_RESPONSE, &hist), faults[i].rc, "fault %u", i);
        cr_assert(faulty_end());
    }
}

/* --- memory for JSON values: one allocation after another is refused
 * --------------------------------------------------
 */

static unsigned refuse_in;

static void *refusing(size_t size)
{
    if (refuse_in && --refuse_in == 0) {
        heap_refuse(true); /* as cli/heap_wrap.c does */
        return NULL;
    }
    return malloc(size);
}

static int append_it(void)
{
    return journal_append(&journal_g, &record_g, &hists_g);
}

static int read_it(void)
{
    return read_all(&last_g, &problem_g);
}

static int read_its_histogram(void)
{
    static struct hist hist;
    return journal_read_hist(dirfd_g, &last_g, HIST_LAG, &hist);
}

static int read_document(void)
{
    char why[128];
    json_t *json;
    int rc = store_read_json(dirfd_g, "document.json", &json, why, sizeof why);
    if (rc)
        cr_assert_null(json);
    else
        json_decref(json);
    return rc;
}

/* Each in a process of its own, because a refusal is remembered: the status 0 without a refusal, 1 for -ENOMEM. */
static void is_refused_until_it_has_enough(int (*act)(void))
{
    unsigned refused = 0;
    for (int status = 1 << 8; status;) {
        off_t before = size_of("trials.jsonl");
        pid_t pid = fork();
        if (pid == 0) {
            test_die_with_parent();
            refuse_in = refused + 1;
            int rc = act();
            _exit(refuse_in ? (rc ? 2 : 0) : rc == -ENOMEM ? 1 : 3);
        }
        cr_assert_eq(waitpid(pid, &status, 0), pid);
        cr_assert(status == 0 || status == 1 << 8, "allocation %u: status %x", refused + 1, (unsigned)status);
        refused += status != 0;
        if (status)
            cr_assert_eq(size_of("trials.jsonl"), before);
    }
    cr_assert_gt(refused, 10u);
}

Test(journal_faults, without_memory_nothing_is_written_and_nothing_called_damaged)
{
    given_open_journal();
    given_all_histograms();
    append_is(0);
    json_t *document = trial_record_to_json(&record_g);
    cr_assert_eq(store_write_json(dirfd_g, "document.json", document), 0);
    json_decref(document);
    json_set_alloc_funcs(refusing, free);
    is_refused_until_it_has_enough(append_it);
    is_refused_until_it_has_enough(read_it);
    is_refused_until_it_has_enough(read_its_histogram);
    is_refused_until_it_has_enough(read_document);
    heap_refuse(false); /* not for a JSON value: what is read is whole, and what is written may lack a part */
    cr_assert_eq(read_it(), 0);
    cr_assert_eq(read_its_histogram(), 0);
    cr_assert_eq(append_it(), -ENOMEM);
}
