/* SPDX-License-Identifier: Apache-2.0 */
/* The journal and its histograms as files: what is written where, what is refused, what a failed write leaves. */
#include "quintet_criterion.h"

#include "journal_dir.h"
#include "record/line_sum.h"
#include "record/seal.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

TestSuite(journal_files, .timeout = 30);

/* Each kind comes back as itself, and only those that were there. */
Test(journal_files, histograms_of_every_kind_come_back)
{
    static struct hist hist;
    static struct trial_record last;
    struct journal_problem problem;
    given_open_journal();
    for (unsigned block = 0; block < 2; block++) {
        record_g.block = block;
        hist_record_n(&hists_g.latency, 1000, 5 + block);
        hist_record_n(&hists_g.response, 2000, 6 + block);
        hist_record_n(&hists_g.lag, 3000, 7 + block);
        cr_assert_eq(journal_append(&journal_g, &record_g, &hists_g), 0);
        cr_assert_eq(record_g.hist_offset == 0, block == 0);
        cr_assert(record_g.response_offset > record_g.hist_offset && record_g.lag_offset > record_g.response_offset);
    }
    cr_assert_eq(read_all(&last, &problem), 0);
    const uint64_t want[] = {5 + 6, 6 + 7, 7 + 8}; /* what was recorded adds up */
    for (int kind = HIST_LATENCY; kind <= HIST_LAG; kind++) {
        cr_assert_eq(journal_read_hist(dirfd_g, &last, (enum hist_kind)kind, &hist), 0, "kind %d", kind);
        cr_assert_eq(hist.count, want[kind], "kind %d", kind);
        cr_assert_eq(hist.min, 1000u * (unsigned)(kind + 1));
    }
    last.block = 0; /* the histogram of another block is not this one's */
    cr_assert_eq(journal_read_hist(dirfd_g, &last, HIST_LATENCY, &hist), -EBADMSG);
    last.block = 1;
    last.lag_offset = last.response_offset; /* nor is another kind */
    cr_assert_eq(journal_read_hist(dirfd_g, &last, HIST_LAG, &hist), -EBADMSG);
    last.hist_offset++;
    cr_assert_eq(journal_read_hist(dirfd_g, &last, HIST_LATENCY, &hist), -EBADMSG);
    last.hist_offset = 1 << 30; /* behind the end */
    cr_assert_eq(journal_read_hist(dirfd_g, &last, HIST_LATENCY, &hist), -EBADMSG);
}

/* Journals of schema 1.1 know one kind and do not name it: it is the latency, and none of the others. */
Test(journal_files, a_histogram_without_a_kind_is_of_latencies)
{
    static struct hist hist;
    char id[CELL_ID_LEN], line[4096];
    given_open_journal();
    hist_record_n(&hists_g.latency, 1000, 5);
    hist_record_n(&hists_g.response, 1000, 5);
    cr_assert_eq(journal_append(&journal_g, &record_g, &hists_g), 0);
    cell_id(&record_g.cell, id, sizeof id);
    json_t *json = hist_to_json(&hists_g.latency);
    json_object_set_new(json, "cell_id", json_string(id));
    json_object_set_new(json, "block", json_integer(0));
    size_t len = json_dumpb(json, line, sizeof line, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(json);
    line[len++] = '\n';
    cr_assert_eq(store_write(dirfd_g, record_g.hist_file, line, len), 0);
    cr_assert_eq(journal_read_hist(dirfd_g, &record_g, HIST_LATENCY, &hist), 0);
    cr_assert_eq(hist.count, 5u);
    cr_assert_eq(store_write(dirfd_g, record_g.hist_file, "\n", 1), 0);
    cr_assert_eq(journal_read_hist(dirfd_g, &record_g, HIST_LATENCY, &hist), -EBADMSG);
    memmove(line + 1, line, len);
    line[0] = '\n';
    record_g.response_offset = 1;
    cr_assert_eq(store_write(dirfd_g, record_g.hist_file, line, len + 1), 0);
    cr_assert_eq(journal_read_hist(dirfd_g, &record_g, HIST_RESPONSE, &hist), -EBADMSG);
}

Test(journal_files, no_histogram_is_no_pointer)
{
    static struct hist hist;
    given_open_journal();
    record_g.hist_offset = record_g.response_offset = record_g.lag_offset = 99;
    strcpy(record_g.hist_file, "hist/left-over");
    cr_assert_eq(journal_append(&journal_g, &record_g, NULL), 0);
    cr_assert(!record_g.hist_file[0] && !record_g.hist_offset && !record_g.response_offset && !record_g.lag_offset);
    for (int kind = HIST_LATENCY; kind <= HIST_LAG; kind++)
        cr_assert_eq(journal_read_hist(dirfd_g, &record_g, (enum hist_kind)kind, &hist), -ENOENT);
    hist_record_n(&hists_g.latency, 1000, 5);
    cr_assert_eq(journal_append(&journal_g, &record_g, &hists_g), 0);
    cr_assert_eq(journal_read_hist(dirfd_g, &record_g, HIST_LATENCY, &hist), 0);
    cr_assert_eq(journal_read_hist(dirfd_g, &record_g, HIST_RESPONSE, &hist), -ENOENT);
    cr_assert_eq(journal_read_hist(dirfd_g, &record_g, HIST_LAG, &hist), -ENOENT);
}

Test(journal_files, a_histogram_is_where_its_cell_says_and_nowhere_else)
{
    static struct hist hist;
    char name[NAME_LEN];
    given_open_journal();
    hist_record_n(&hists_g.latency, 1000, 5);
    cr_assert_eq(journal_append(&journal_g, &record_g, &hists_g), 0);
    strcpy(name, record_g.hist_file);
    strcpy(record_g.hist_file, "trials.jsonl");
    cr_assert_eq(journal_read_hist(dirfd_g, &record_g, HIST_LATENCY, &hist), -EBADMSG);
    strcpy(record_g.hist_file, name);
    cr_assert_eq(unlinkat(dirfd_g, name, 0), 0);
    cr_assert_eq(journal_read_hist(dirfd_g, &record_g, HIST_LATENCY, &hist), -ENOENT);
    cr_assert_eq(mkfifoat(dirfd_g, name, 0600), 0); /* opened for reading it would wait for ever */
    cr_assert_eq(journal_read_hist(dirfd_g, &record_g, HIST_LATENCY, &hist), -EBADMSG);
    cr_assert_eq(unlinkat(dirfd_g, name, 0), 0);
    cr_assert_eq(symlinkat("/dev/zero", dirfd_g, name), 0);
    cr_assert_eq(journal_read_hist(dirfd_g, &record_g, HIST_LATENCY, &hist), -ELOOP);
    cr_assert_eq(unlinkat(dirfd_g, name, 0), 0);
    for (off_t size = (256 << 20); size <= (256 << 20) + 1; size++) { /* too large is refused unread; a hole is not */
        int fd = openat(dirfd_g, name, O_WRONLY | O_CREAT, 0600);
        cr_assert_eq(ftruncate(fd, size), 0);
        cr_assert_eq(journal_read_hist(dirfd_g, &record_g, HIST_LATENCY, &hist), -EBADMSG);
        close(fd);
    }
}

/* A disk that is full in the middle of a line leaves no piece of it, and says why. */
Test(journal_files, a_short_write_is_taken_back)
{
    static struct trial_record last;
    struct journal_problem problem;
    given_open_journal();
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(journal_append(&journal_g, &record_g, NULL), 0);
    off_t before = size_of("trials.jsonl");
    for (rlim_t more = 0; more < 100; more += 33) {
        struct rlimit limit = {(rlim_t)before + more, RLIM_INFINITY};
        cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
        record_g.block++;
        cr_assert_eq(journal_append(&journal_g, &record_g, NULL), -EFBIG, "%d bytes of room", (int)more);
        cr_assert_eq(size_of("trials.jsonl"), before);
    }
    struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
    setrlimit(RLIMIT_FSIZE, &limit);
    cr_assert_eq(journal_append(&journal_g, &record_g, NULL), 0);
    cr_assert_eq(read_all(&last, &problem), 0);
    cr_assert_eq(last.block, record_g.block);
}

Test(journal_files, a_torn_line_is_cut_off_and_kept)
{
    static struct trial_record last;
    struct journal_problem problem;
    char *text;
    size_t len;
    given_open_journal();
    cr_assert_eq(journal_append(&journal_g, &record_g, NULL), 0);
    off_t whole = size_of("trials.jsonl");
    cr_assert_eq(write(journal_g.fd, "{\"torn\"", 7), 7);
    journal_close(&journal_g);
    cr_assert_eq(journal_g.fd, -1);
    cr_assert_eq(read_all(&last, &problem), 0);
    cr_assert(problem.torn_tail);
    cr_assert_eq(journal_open(&journal_g, dirfd_g), 0);
    cr_assert_eq(size_of("trials.jsonl"), whole);
    cr_assert_eq(store_read(dirfd_g, "recovered-tail.txt", 100, &text, &len), 0);
    cr_assert(len == 7 && !memcmp(text, "{\"torn\"", 7));
    free(text);
    cr_assert_eq(read_all(&last, &problem), 0);
    cr_assert_not(problem.torn_tail);
    cr_assert_eq(journal_sync(&journal_g), 0);
    journal_close(&journal_g);
    cr_assert_eq(journal_sync(&journal_g), -EBADF);
}

Test(journal_files, a_journal_of_nothing_but_a_torn_line)
{
    static struct trial_record last;
    struct journal_problem problem;
    given_open_journal();
    cr_assert_eq(write(journal_g.fd, "x", 1), 1);
    journal_close(&journal_g);
    cr_assert_eq(journal_open(&journal_g, dirfd_g), 0);
    cr_assert_eq(size_of("trials.jsonl"), 0);
    cr_assert_eq(size_of("recovered-tail.txt"), 1);
    cr_assert_eq(read_all(&last, &problem), 0);
}

Test(journal_files, what_is_no_journal_is_refused_with_words)
{
    static struct trial_record last;
    struct journal_problem problem;
    given_open_journal();
    cr_assert_eq(unlinkat(dirfd_g, "trials.jsonl", 0), 0);
    cr_assert_eq(read_all(&last, &problem), -ENOENT);
    char text[512];
    journal_problem_text(&problem, -ENOENT, text, sizeof text);
    cr_assert_str_eq(text, "trials.jsonl: No such file or directory");
    cr_assert_eq(problem.line, 0u);
    cr_assert_eq(mkfifoat(dirfd_g, "trials.jsonl", 0600), 0);
    cr_assert_eq(read_all(&last, &problem), -EINVAL);
    cr_assert_eq(unlinkat(dirfd_g, "trials.jsonl", 0), 0);
    int fd = openat(dirfd_g, "trials.jsonl", O_WRONLY | O_CREAT, 0600);
    cr_assert_eq(ftruncate(fd, (256 << 20) + 1), 0);
    cr_assert_eq(read_all(&last, &problem), -EFBIG);
    close(fd);
    cr_assert_eq(unlinkat(dirfd_g, "trials.jsonl", 0), 0);
    cr_assert_eq(symlinkat("/dev/null", dirfd_g, "trials.jsonl"), 0);
    cr_assert_eq(read_all(&last, &problem), -ELOOP);
    cr_assert_eq(journal_open(&journal_g, dirfd_g), -ELOOP);
}

static int stop(const struct trial_record *record, void *arg)
{
    (void)record;
    ++*(unsigned *)arg;
    return -ECANCELED;
}

Test(journal_files, who_reads_may_stop)
{
    struct journal_problem problem;
    unsigned n = 0;
    given_open_journal();
    for (int i = 0; i < 3; i++)
        cr_assert_eq(journal_append(&journal_g, &record_g, NULL), 0);
    cr_assert_eq(journal_read(dirfd_g, stop, &n, &problem), -ECANCELED);
    cr_assert_eq(n, 1u);
}

/* The line that is wrong is named, and why. */
Test(journal_files, a_line_that_is_no_record_is_named)
{
    static struct trial_record last;
    static const char *const lines[] = {"{\n", "[]\n", "{\"schema\":\"quintet.trial/9.0\"}\n", "\n", "17\n"};
    struct journal_problem problem;
    given_open_journal();
    cr_assert_eq(journal_append(&journal_g, &record_g, NULL), 0);
    off_t first = size_of("trials.jsonl");
    for (unsigned i = 0; i < sizeof lines / sizeof *lines; i++) {
        cr_assert_eq(ftruncate(journal_g.fd, first), 0);
        cr_assert_eq(write(journal_g.fd, lines[i], strlen(lines[i])), (ssize_t)strlen(lines[i]));
        cr_assert_eq(read_all(&last, &problem), -EBADMSG, "%s", lines[i]);
        cr_assert_eq(problem.line, 2u);
        cr_assert(problem.what[0], "%s", lines[i]);
    }
}

/* --- line sums and seals: their edges -------------------------------------------------------------------------------
 */

Test(journal_files, only_an_object_gets_a_sum)
{
    static const char *const refused[] = {"", "{", "{}", "[1]", "{1]", "[1}"};
    for (unsigned i = 0; i < sizeof refused / sizeof *refused; i++) {
        char line[64] = "";
        strcpy(line, refused[i]);
        cr_assert_eq(line_sum_seal(line, strlen(line)), 0u, "%s", refused[i]);
        cr_assert_str_eq(line, refused[i]);
    }
    char least[64] = "{1}"; /* the shortest that is taken, and its sum is seen */
    least[3 + LINE_SUM_BYTES] = 'x';
    size_t len = line_sum_seal(least, 3);
    cr_assert_eq(least[len], 'x', "nothing behind the room is touched");
    cr_assert_eq(len, 3u + LINE_SUM_BYTES);
    cr_assert_eq(line_sum_check(least, len), 1);
    cr_assert_eq(line_sum_check(least + 1, len - 1), 0, "one byte less is no sealed line");
}

/* SHA-256 by its published value for "abc", cut to 64 bits: ba7816bf8f01cfea. Here of "{a", by sha256sum. */
Test(journal_files, the_sum_is_the_beginning_of_sha256)
{
    char line[64] = "{a}";
    size_t len = line_sum_seal(line, 3);
    cr_assert_eq(strncmp(line, "{a,\"sum\":\"da8e2f20d7ae0842\"}", len), 0, "%.*s", (int)len, line);
}

static void collect(const char *name, const char *what, void *arg)
{
    char *all = arg;
    snprintf(all + strlen(all), 1024 - strlen(all), "%s %s\n", name, what);
}

Test(journal_files, a_seal_names_evidence_and_nothing_else)
{
    char *text, told[1024] = "";
    size_t len;
    given_open_journal();
    cr_assert_eq(store_write(dirfd_g, "hist/a.jsonl", "abc", 3), 0);
    cr_assert_eq(store_write(dirfd_g, "hist/.jsonl", "abc", 3), 0); /* no name before the point: none of ours */
    cr_assert_eq(store_write(dirfd_g, "hist/note.txt", "abc", 3), 0);
    cr_assert_eq(store_write(dirfd_g, "summary.json", "abc", 3), 0);
    cr_assert_eq(seal_write(dirfd_g), 0);
    cr_assert_eq(store_read(dirfd_g, "SHA256SUMS", 4096, &text, &len), 0);
    cr_assert_str_eq(text, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  trials.jsonl\n"
                           "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  hist/a.jsonl\n");
    free(text);
    cr_assert_eq(unlinkat(dirfd_g, "trials.jsonl", 0), 0);
    cr_assert_eq(mkfifoat(dirfd_g, "trials.jsonl", 0600), 0); /* must be told and not waited for */
    cr_assert_eq(seal_check(dirfd_g, collect, told), 1);
    cr_assert_str_eq(told, "trials.jsonl is not the file that the run wrote\n");
    cr_assert_eq(seal_write(dirfd_g), -EINVAL);
}

/* A seal is the list that was written, byte for byte, and nothing else. */
Test(journal_files, a_seal_that_is_damaged_itself_is_told)
{
    static const char *const more[] = {"\n", "rubbish\n", "\0rubbish", "#", "x  y"};
    char *text;
    size_t len;
    given_open_journal();
    cr_assert_eq(store_write(dirfd_g, "hist/b.jsonl", "b", 1), 0);
    cr_assert_eq(store_write(dirfd_g, "hist/a.jsonl", "a", 1), 0);
    cr_assert_eq(seal_write(dirfd_g), 0);
    cr_assert_eq(store_read(dirfd_g, "SHA256SUMS", 4096, &text, &len), 0);
    for (unsigned i = 0; i < sizeof more / sizeof *more; i++) {
        char told[1024] = "", damaged[4096];
        memcpy(damaged, text, len);
        memcpy(damaged + len, more[i], 8);
        cr_assert_eq(store_write(dirfd_g, "SHA256SUMS", damaged, len + (i == 2 ? 8 : strlen(more[i]))), 0);
        cr_assert_eq(seal_check(dirfd_g, collect, told), 1, "%u: %s", i, told);
    }
    char told[1024] = "", twice[4096];
    memcpy(twice, text, len);
    memcpy(twice + len, text, len);
    cr_assert_eq(store_write(dirfd_g, "SHA256SUMS", twice, 2 * len), 0);
    cr_assert_eq(seal_check(dirfd_g, collect, told), 1);
    cr_assert_str_eq(told, "SHA256SUMS is not the file that the run wrote\n");
    free(text);
}

/* What is no file of a run is damage, and is neither waited for nor read to its end. */
Test(journal_files, what_lies_in_the_place_of_a_sealed_file_is_told)
{
    static const char *const names[] = {"run.json", "SHA256SUMS"};
    for (unsigned i = 0; i < 2; i++)
        for (unsigned kind = 0; kind < 5; kind++) {
            char told[1024] = "", expected[128];
            given_open_journal();
            cr_assert_eq(store_write(dirfd_g, "run.json", "{}", 2), 0);
            cr_assert_eq(seal_write(dirfd_g), 0);
            cr_assert_eq(unlinkat(dirfd_g, names[i], 0), 0);
            int fd = -1;
            if (kind == 0)
                cr_assert_eq(mkdirat(dirfd_g, names[i], 0700), 0);
            else if (kind == 1)
                cr_assert_eq(mkfifoat(dirfd_g, names[i], 0600), 0);
            else if (kind == 2)
                cr_assert_eq(mknodat(dirfd_g, names[i], S_IFSOCK | 0600, 0), 0);
            else if (kind == 3)
                cr_assert_eq(symlinkat(names[i], dirfd_g, names[i]), 0);
            else
                fd = openat(dirfd_g, names[i], O_CREAT | O_WRONLY, 0600);
            if (fd >= 0) {
                cr_assert_eq(ftruncate(fd, (off_t)1 << 42), 0); /* an hour of reading */
                close(fd);
            }
            cr_assert_eq(seal_check(dirfd_g, collect, told), 1, "%s %u: %s", names[i], kind, told);
            snprintf(expected, sizeof expected, "%s is not the file that the run wrote\n", names[i]);
            cr_assert_str_eq(told, expected);
            cr_assert_eq(unlinkat(dirfd_g, names[i], kind == 0 ? AT_REMOVEDIR : 0), 0);
        }
}

Test(journal_files, a_seal_of_a_large_file)
{
    char *text, *bytes = malloc(200000);
    size_t len;
    given_open_journal();
    memset(bytes, 'a', 200000); /* more than one piece of reading */
    cr_assert_eq(store_write(dirfd_g, "env.json", bytes, 200000), 0);
    free(bytes);
    cr_assert_eq(seal_write(dirfd_g), 0);
    cr_assert_eq(store_read(dirfd_g, "SHA256SUMS", 4096, &text, &len), 0);
    cr_assert(strstr(text, "2287d207f24a941ff3b56c04c8a25ad56b63e3023207b3bb5b4ac0c9869d74be  env.json\n"), "%s", text);
    free(text);
}
