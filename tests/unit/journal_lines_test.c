/* SPDX-License-Identifier: Apache-2.0 */
/* The journal's lines: which are records, which are damaged, which are of another version; and whole files around them.
 */
#include "quintet_criterion.h"

#include "journal_dir.h"

#include <errno.h>

TestSuite(journal_lines, .timeout = 30);

static struct trial_record last_g;
static struct journal_problem problem_g;

static void holds(const char *name, const char *expected)
{
    char *text;
    size_t len;
    cr_assert_eq(store_read(dirfd_g, name, 1 << 20, &text, &len), 0, "%s", name);
    cr_assert(len == strlen(expected) && !memcmp(text, expected, len), "%s: %s", name, text);
    free(text);
}

/* A record of this schema (NULL: without one); not `whole`: it lacks "ops". */
static void put_record(const char *schema, bool whole, bool sum)
{
    json_t *json = trial_record_to_json(&record_g);
    json_object_del(json, "schema");
    if (schema)
        json_object_set_new(json, "schema", json_string(schema));
    if (!whole)
        json_object_del(json, "ops");
    put_json("trials.jsonl", json, sum);
}

static void read_is(int rc, uint64_t line, bool damaged, bool other_schema, const char *words)
{
    cr_assert_eq(read_all(&last_g, &problem_g), rc);
    cr_assert(strstr(problem_g.what, words), "%s", problem_g.what);
    cr_assert_eq(problem_g.line, line);
    cr_assert_eq(problem_g.damaged, damaged, "%s", problem_g.what);
    cr_assert_eq(problem_g.other_schema, other_schema, "%s", problem_g.what);
    cr_assert_not(problem_g.torn_tail);
}

/* Schema 1.0 had no sums: its lines are read, and one that is no record has lost nothing. */
Test(journal_lines, what_a_line_is)
{
    static const struct {
        const char *schema;
        bool whole, sum, damaged, other_schema;
        const char *words;
    } cases[] = {
        {"quintet.trial/1.0", false, false, false, false, "ops"},
        {"quintet.trial/1.0", false, true, false, false, "ops"},
        {"quintet.trial/1.1", true, false, true, false, "lost its checksum"},
        {"quintet.trial/1.1", false, false, true, false, "ops"},
        {"quintet.trial/1.1", false, true, false, false, "ops"},
        {"quintet.trial/2.0", true, true, false, true, "quintet.trial/2.0"},
        {"quintet.trial/2.0", true, false, false, true, "quintet.trial/2.0"},
        {"quintet.trial/11.0", true, true, false, true, "quintet.trial/11.0"},
        {"quintet.plan/1.0", true, true, false, false, "quintet.plan/1.0"},
        {"quintet.plan/2.0", true, true, false, false, "quintet.plan/2.0"},
        {NULL, true, true, false, false, "schema"},
        {NULL, true, false, false, false, "schema"},
    };
    given_open_journal();
    put_record("quintet.trial/1.0", true, false);
    record_g.block = 1;
    put_record("quintet.trial/1.0", true, true);
    read_is(0, 0, false, false, "");
    cr_assert_eq(last_g.block, 1u);
    off_t sound = size_of("trials.jsonl");
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_assert_eq(ftruncate(journal_g.fd, sound), 0);
        put_record(cases[i].schema, cases[i].whole, cases[i].sum);
        read_is(-EBADMSG, 3, cases[i].damaged, cases[i].other_schema, cases[i].words);
    }
    cr_assert_eq(ftruncate(journal_g.fd, sound), 0);
    put("trials.jsonl", "{\"a\":1,\"a\":1}\n", 14); /* JSON as others would take it */
    read_is(-EBADMSG, 3, true, false, "duplicate");
    cr_assert_eq(ftruncate(journal_g.fd, sound), 0);
    put_record("quintet.trial/1.1", true, true);
    int fd = openat(dirfd_g, "trials.jsonl", O_WRONLY | O_CLOEXEC);
    cr_assert_eq(pwrite(fd, " ", 1, sound + 1), 1); /* within the third line */
    close(fd);
    read_is(-EBADMSG, 3, true, false, "does not match its own checksum");
}

/* No more digits than were measured, and the same ones from whatever library: files are compared by their digests. */
Test(journal_lines, a_real_number_has_twelve_digits)
{
    char *text;
    size_t len;
    given_open_journal();
    record_g.in_flight_mean = 2.0 / 3;
    cr_assert_eq(journal_append(&journal_g, &record_g, NULL), 0);
    cr_assert_eq(store_read(dirfd_g, "trials.jsonl", 1 << 20, &text, &len), 0);
    cr_assert(strstr(text, ":0.666666666667,"), "%s", text);
    free(text);
}

struct skips {
    unsigned records, skipped;
    uint64_t lines;
};

static int count(const struct trial_record *record, void *arg)
{
    struct skips *skips = arg;
    cr_assert_eq(record->ops, 10u);
    skips->records++;
    return 0;
}

static void note(const struct journal_problem *problem, void *arg)
{
    struct skips *skips = arg;
    cr_assert(problem->damaged && problem->what[0]);
    skips->skipped++;
    skips->lines = skips->lines * 10 + problem->line;
}

Test(journal_lines, salvage_leaves_out_what_is_damaged_and_nothing_else)
{
    struct skips skips = {0};
    given_open_journal();
    put("trials.jsonl", "{\n", 2);
    put_record("quintet.trial/1.1", true, true);
    put_record("quintet.trial/1.1", true, false);
    put_record("quintet.trial/1.1", true, true);
    put("trials.jsonl", "{\"a\":1,\"sum\":\"0123456789abcdef\"}\n", 33); /* not its sum */
    put_record("quintet.trial/1.0", true, false);
    cr_assert_eq(journal_salvage(dirfd_g, count, note, &skips, &problem_g), 0);
    cr_assert(skips.records == 3 && skips.skipped == 3 && skips.lines == 135);
    cr_assert(!problem_g.damaged && !problem_g.line && !problem_g.what[0] && !problem_g.torn_tail);
    put("trials.jsonl", "{\"torn", 6);
    cr_assert_eq(journal_salvage(dirfd_g, count, note, &skips, &problem_g), 0);
    cr_assert(problem_g.torn_tail);
    put("trials.jsonl", "\n", 1);
    put_record("quintet.trial/1.1", false, true); /* sound, and no record */
    skips = (struct skips){0};
    cr_assert_eq(journal_salvage(dirfd_g, count, note, &skips, &problem_g), -EBADMSG);
    cr_assert(skips.records == 3 && skips.skipped == 4 && problem_g.line == 8);
}

static int stop(const struct trial_record *record, void *arg)
{
    (void)record;
    (void)arg;
    return 7;
}

Test(journal_lines, whoever_stops_learns_nothing_of_what_follows)
{
    given_open_journal();
    put_record("quintet.trial/1.0", true, false);
    put("trials.jsonl", "{", 1);
    cr_assert_eq(journal_read(dirfd_g, stop, NULL, &problem_g), 7);
    cr_assert_not(problem_g.torn_tail);
    cr_assert_eq(journal_read(dirfd_g, keep, &last_g, &problem_g), 0);
    cr_assert(problem_g.torn_tail && !problem_g.damaged);
}

/* --- whole files
 * ------------------------------------------------------------------------------------------------------
 */

Test(journal_lines, a_whole_journal_is_opened_without_a_trace)
{
    given_open_journal();
    journal_close(&journal_g);
    cr_assert_eq(journal_open(&journal_g, dirfd_g), 0); /* empty */
    cr_assert_eq(size_of("recovered-tail.txt"), -1);
    put_record("quintet.trial/1.0", true, false);
    journal_close(&journal_g);
    off_t before = size_of("trials.jsonl");
    cr_assert_eq(journal_open(&journal_g, dirfd_g), 0);
    cr_assert_eq(size_of("trials.jsonl"), before);
    cr_assert_eq(size_of("recovered-tail.txt"), -1);
}

Test(journal_lines, histograms_do_not_leave_the_run_s_directory)
{
    given_open_journal();
    journal_close(&journal_g);
    cr_assert_eq(unlinkat(dirfd_g, "hist", AT_REMOVEDIR), 0);
    cr_assert_eq(mkdirat(dirfd_g, "elsewhere", 0700), 0);
    cr_assert_eq(symlinkat("elsewhere", dirfd_g, "hist"), 0);
    cr_assert_eq(journal_open(&journal_g, dirfd_g), -ENOTDIR);
    cr_assert_eq(unlinkat(dirfd_g, "hist", 0), 0);
    put("hist", "", 0);
    cr_assert_eq(journal_open(&journal_g, dirfd_g), -ENOTDIR);
    cr_assert_eq(journal_open(&journal_g, -1), -EBADF);
    cr_assert_eq(journal_g.fd, -1);
    journal_close(&journal_g); /* of one that is not open: nothing */
}

Test(journal_lines, mending_cuts_torn_lines_where_nothing_points_at_them)
{
    given_open_journal();
    errno = EDOM; /* left by whoever came before */
    cr_assert_eq(journal_mend(dirfd_g), 0);
    put("events.jsonl", "{}\n", 3);
    errno = EDOM;
    cr_assert_eq(journal_mend(dirfd_g), 0);
    holds("events.jsonl", "{}\n");
    put("events.jsonl", "{\"to", 4);
    put("hist/a.jsonl", "{\"torn", 6);
    put("hist/b.jsonl", "{}\n{}\n{", 7);
    put("hist/c.jsonl", "", 0);
    put("hist/.jsonl", "{", 1); /* no name before the point: none of ours */
    put("hist/note.txt", "{", 1);
    put("trials.jsonl", "{", 1); /* journal_open() keeps that piece */
    cr_assert_eq(journal_mend(dirfd_g), 0);
    holds("events.jsonl", "{}\n");
    holds("hist/a.jsonl", "");
    holds("hist/b.jsonl", "{}\n{}\n");
    holds("hist/c.jsonl", "");
    holds("hist/.jsonl", "{");
    holds("hist/note.txt", "{");
    holds("trials.jsonl", "{");
    cr_assert_eq(size_of("recovered-tail.txt"), -1);
}

Test(journal_lines, what_cannot_be_mended_is_an_error)
{
    given_open_journal();
    put("hist/a.jsonl", "{", 1);
    cr_assert_eq(symlinkat("b.jsonl", dirfd_g, "hist/0.jsonl"), 0);
    cr_assert_eq(journal_mend(dirfd_g), -ELOOP);
    holds("hist/a.jsonl", "{"); /* the first error is the one that is told, and the end */
    cr_assert_eq(unlinkat(dirfd_g, "hist/0.jsonl", 0), 0);
    cr_assert_eq(symlinkat("hist/a.jsonl", dirfd_g, "events.jsonl"), 0);
    cr_assert_eq(journal_mend(dirfd_g), -ELOOP);
    holds("hist/a.jsonl", "{");
    cr_assert_eq(unlinkat(dirfd_g, "hist/a.jsonl", 0), 0);
    cr_assert_eq(unlinkat(dirfd_g, "hist", AT_REMOVEDIR), 0);
    cr_assert_eq(journal_mend(dirfd_g), -ELOOP, "without hist/, too");
    cr_assert_eq(unlinkat(dirfd_g, "events.jsonl", 0), 0);
    cr_assert_eq(journal_mend(dirfd_g), 0, "no hist/ is nothing to mend");
    put("hist", "", 0);
    cr_assert_eq(journal_mend(dirfd_g), -ENOTDIR);
}

/* Who starts us with standard input closed gets files as descriptor 0: one as good as any other. */
Test(journal_lines, descriptor_0_is_a_descriptor)
{
    static struct hist hist;
    close(STDIN_FILENO);
    given_open_journal(); /* the directory has it */
    cr_assert_eq(dirfd_g, 0);
    int dir = fcntl(dirfd_g, F_DUPFD_CLOEXEC, 3);
    close(dirfd_g);
    dirfd_g = dir;
    journal_close(&journal_g);
    hist_record_n(&hists_g.latency, 1000, 5);
    cr_assert_eq(journal_open(&journal_g, dirfd_g), 0);
    cr_assert_eq(journal_g.fd, 0);
    cr_assert_eq(journal_append(&journal_g, &record_g, NULL), 0);
    journal_close(&journal_g);
    cr_assert_eq(fcntl(0, F_GETFD), -1, "closed");
    cr_assert_eq(read_all(&last_g, &problem_g), 0);
    cr_assert_eq(fcntl(0, F_GETFD), -1);
    cr_assert_eq(journal_open(&journal_g, dirfd_g), 0);
    journal_g.fd = fcntl(journal_g.fd, F_DUPFD_CLOEXEC, 3);
    close(0);
    cr_assert_eq(journal_append(&journal_g, &record_g, &hists_g), 0);
    cr_assert_eq(journal_read_hist(dirfd_g, &record_g, HIST_LATENCY, &hist), 0);
    cr_assert_eq(fcntl(0, F_GETFD), -1);
    put("events.jsonl", "{", 1);
    cr_assert_eq(journal_mend(dirfd_g), 0);
    holds("events.jsonl", "");
    cr_assert_eq(fcntl(0, F_GETFD), -1);
    cr_assert(open("/dev/null", O_RDONLY) == 0); /* for whoever reports */
}
