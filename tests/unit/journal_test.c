/* SPDX-License-Identifier: Apache-2.0 */
/* The journal notices damage: every single flipped bit, a lost checksum, a seal that does not hold. */
#include "quintet_criterion.h"

#include "record/journal.h"
#include "record/line_sum.h"
#include "record/seal.h"
#include "record/store.h"
#include "remove_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(journal, .timeout = 60);

enum { RECORDS = 2 };

static char dir_g[64];
static int dirfd_g;

static void remove_dir(void)
{
    remove_tree(dir_g);
}

static void given_journal(void)
{
    /* In memory where that is to be had: one of the tests writes ten thousand files. */
    snprintf(dir_g, sizeof dir_g, "%s/quintet-journal-XXXXXX", access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
    cr_assert(mkdtemp(dir_g));
    atexit(remove_dir);
    dirfd_g = open(dir_g, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct journal journal;
    cr_assert_eq(journal_open(&journal, dirfd_g), 0);
    for (unsigned i = 0; i < RECORDS; i++) {
        static struct trial_hists hists;
        static struct trial_record record;
        memset(&hists, 0, sizeof hists);
        record = (struct trial_record){.block = i, .run_ns = 12345678 + i, .ops = 1000, .digest = 7 + i};
        strcpy(record.run_id, "20260101T000000Z-000000");
        strcpy(record.cell.workload, "floor");
        strcpy(record.cell.strategy, "serial");
        strcpy(record.ideal_kind, "none");
        record.cell.in_flight = record.cell.workers = 1;
        hist_record_n(&hists.latency, 1000, 5);
        cr_assert_eq(journal_append(&journal, &record, &hists), 0);
    }
    journal_close(&journal);
}

static int count_record(const struct trial_record *record, void *arg)
{
    cr_assert_eq(record->run_ns, 12345678 + record->block);
    ++*(unsigned *)arg;
    return 0;
}

static void overwrite(const char *name, const char *text, size_t len)
{
    int fd = openat(dirfd_g, name, O_WRONLY | O_TRUNC);
    cr_assert(fd >= 0);
    cr_assert_eq(write(fd, text, len), (ssize_t)len);
    close(fd);
}

Test(journal, reads_back_what_it_wrote)
{
    given_journal();
    struct journal_problem problem;
    unsigned n = 0;
    cr_assert_eq(journal_read(dirfd_g, count_record, &n, &problem), 0);
    cr_assert_eq(n, RECORDS);
}

/* No flipped bit gives other numbers: the line is refused, or was the last one and is told as torn. */
Test(journal, notices_every_flipped_bit)
{
    given_journal();
    char *text;
    size_t len;
    cr_assert_eq(store_read(dirfd_g, "trials.jsonl", 1 << 20, &text, &len), 0);
    for (size_t at = 0; at < len; at++)
        for (unsigned bit = 0; bit < 8; bit++) {
            struct journal_problem problem;
            unsigned n = 0;
            text[at] ^= (char)(1 << bit);
            overwrite("trials.jsonl", text, len);
            int rc = journal_read(dirfd_g, count_record, &n, &problem);
            bool noticed = rc == -EBADMSG || (rc == 0 && problem.torn_tail && at == len - 1);
            cr_assert(noticed, "byte %zu, bit %u: rc %d, %u records", at, bit, rc, n);
            text[at] ^= (char)(1 << bit);
        }
    free(text);
}

Test(journal, a_line_may_not_lose_its_sum)
{
    given_journal();
    char *text;
    size_t len;
    struct journal_problem problem;
    unsigned n = 0;
    cr_assert_eq(store_read(dirfd_g, "trials.jsonl", 1 << 20, &text, &len), 0);
    size_t first = (size_t)(strchr(text, '\n') - text);
    memmove(text + first - 1 - LINE_SUM_BYTES, text + first - 1, len - first + 1);
    overwrite("trials.jsonl", text, len - LINE_SUM_BYTES);
    cr_assert_eq(journal_read(dirfd_g, count_record, &n, &problem), -EBADMSG);
    cr_assert_eq(problem.line, 1u);
    cr_assert(strstr(problem.what, "lost its checksum"), "%s", problem.what);
    free(text);
}

static void collect(const char *name, const char *what, void *arg)
{
    char *all = arg;
    snprintf(all + strlen(all), 1024 - strlen(all), "%s: %s\n", name, what);
}

Test(journal, only_files_are_replaced)
{
    struct stat st;
    given_journal();
    cr_assert_eq(mkfifoat(dirfd_g, "fifo", 0600), 0);
    cr_assert_eq(symlinkat("trials.jsonl", dirfd_g, "link"), 0);
    cr_assert_eq(store_write(dirfd_g, "fifo", "a", 1), -EINVAL);
    cr_assert_eq(store_write(dirfd_g, "link", "a", 1), -EINVAL);
    cr_assert_eq(store_write(dirfd_g, ".", "a", 1), -EINVAL);
    cr_assert(!fstatat(dirfd_g, "fifo", &st, 0) && S_ISFIFO(st.st_mode));
    cr_assert(!fstatat(dirfd_g, "link", &st, AT_SYMLINK_NOFOLLOW) && S_ISLNK(st.st_mode));
    cr_assert_eq(store_write(dirfd_g, "file", "a", 1), 0);
    cr_assert_eq(store_write(dirfd_g, "file", "bc", 2), 0);
    cr_assert(!fstatat(dirfd_g, "file", &st, 0) && st.st_size == 2);
}

Test(journal, seal_tells_what_changed_is_missing_and_was_added)
{
    given_journal();
    char told[1024] = "";
    cr_assert_eq(seal_check(dirfd_g, collect, told), -ENOENT);
    cr_assert_eq(store_write(dirfd_g, "run.json", "{}\n", 3), 0);
    cr_assert_eq(store_write(dirfd_g, "env.json", "{}\n", 3), 0);
    cr_assert_eq(seal_write(dirfd_g), 0);
    cr_assert_eq(seal_check(dirfd_g, collect, told), 0);
    overwrite("run.json", "{ }", 3);
    cr_assert_eq(unlinkat(dirfd_g, "env.json", 0), 0);
    cr_assert_eq(store_write(dirfd_g, "plan.json", "{}\n", 3), 0);
    cr_assert_eq(seal_check(dirfd_g, collect, told), 3);
    cr_assert(strstr(told, "run.json: is not the file that the run wrote"), "%s", told);
    cr_assert(strstr(told, "env.json: is named in SHA256SUMS and missing"), "%s", told);
    cr_assert(strstr(told, "plan.json: is not named in SHA256SUMS"), "%s", told);
}

Test(journal, line_sum_leaves_no_room_for_doubt)
{
    char line[64 + LINE_SUM_BYTES] = "{\"a\":1}";
    cr_assert_eq(line_sum_check(line, strlen(line)), 0);
    size_t len = line_sum_seal(line, strlen(line));
    cr_assert_eq(len, 7 + LINE_SUM_BYTES);
    cr_assert_eq(line_sum_check(line, len), 1);
    line[5] = '2';
    cr_assert_eq(line_sum_check(line, len), -EBADMSG);
    cr_assert_eq(line_sum_seal(line, 2), 0);
}
