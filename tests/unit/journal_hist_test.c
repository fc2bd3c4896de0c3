/* SPDX-License-Identifier: Apache-2.0 */
/* The histograms beside the journal: whose they are, what is damage, how long a line may be. */
#include "quintet_criterion.h"

#include "journal_dir.h"
#include "record/line_sum.h"

#include <errno.h>

TestSuite(journal_hist, .timeout = 30);

/* By FNV-1a 64 of the cell's id: where a histogram lies is part of the format. */
Test(journal_hist, each_cell_has_a_file_named_after_it)
{
    char name[NAME_LEN], other[NAME_LEN], id[CELL_ID_LEN];
    uint64_t hash = UINT64_C(14695981039346656037);
    given_open_journal();
    hist_record_n(&hists_g.latency, 1000, 5);
    cr_assert_eq(journal_append(&journal_g, &record_g, &hists_g), 0);
    cell_id(&record_g.cell, id, sizeof id);
    for (const char *c = id; *c; c++)
        hash = (hash ^ (unsigned char)*c) * UINT64_C(1099511628211);
    snprintf(name, sizeof name, "hist/%016llx.jsonl", (unsigned long long)hash);
    cr_assert_str_eq(record_g.hist_file, name);
    strcpy(record_g.cell.strategy, "pool");
    cr_assert_eq(journal_append(&journal_g, &record_g, &hists_g), 0);
    strcpy(other, record_g.hist_file);
    cr_assert_str_neq(other, name);
}

/* A line as it was stored by schema 1.1, without a sum, with these keys changed. */
static json_t *hist_line(const char *key, json_t *value)
{
    char id[CELL_ID_LEN];
    json_t *json = hist_to_json(&hists_g.latency);
    cell_id(&record_g.cell, id, sizeof id);
    json_object_set_new(json, "cell_id", json_string(id));
    json_object_set_new(json, "block", json_integer(0));
    json_object_set_new(json, key, value);
    return json;
}

static int read_latency(void)
{
    static struct hist hist;
    int rc = journal_read_hist(dirfd_g, &record_g, HIST_LATENCY, &hist);
    cr_assert(rc || hist.count == 5);
    return rc;
}

static void given_histogram(void)
{
    given_open_journal();
    hist_record_n(&hists_g.latency, 1000, 5);
    cr_assert_eq(journal_append(&journal_g, &record_g, &hists_g), 0);
    cr_assert_eq(unlinkat(dirfd_g, record_g.hist_file, 0), 0);
}

Test(journal_hist, is_this_trial_s_and_of_this_kind)
{
    static const struct {
        const char *key, *value;
        int rc, rc_without_sum;
    } cases[] = {{"kind", "\"latency\"", 0, -EBADMSG}, /* whoever names its kind has a sum */
                 {"kind", "1", -EBADMSG, -EBADMSG},       {"kind", "\"lag\"", -EBADMSG, -EBADMSG},
                 {"kind", "null", -EBADMSG, -EBADMSG},    {"block", "0", 0, 0},
                 {"block", "1", -EBADMSG, -EBADMSG},      {"cell_id", "\"floor\"", -EBADMSG, -EBADMSG},
                 {"cell_id", "null", -EBADMSG, -EBADMSG}, {"count", "6", -EBADMSG, -EBADMSG}};
    given_histogram();
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int sum = 0; sum < 2; sum++) {
            json_t *value = json_loads(cases[i].value, JSON_DECODE_ANY, NULL);
            put_json(record_g.hist_file, hist_line(cases[i].key, value), sum);
            cr_assert_eq(read_latency(), sum ? cases[i].rc : cases[i].rc_without_sum, "%s: %s, sum %d", cases[i].key,
                         cases[i].value, sum);
            cr_assert_eq(unlinkat(dirfd_g, record_g.hist_file, 0), 0);
        }
}

/* JSON as others would take it: one of the two is not what was written. */
Test(journal_hist, has_no_key_twice)
{
    static const char again[] = ",\"block\":0}\n";
    char *text;
    size_t len;
    given_histogram();
    put_json(record_g.hist_file, hist_line("block", json_integer(0)), false);
    cr_assert_eq(store_read(dirfd_g, record_g.hist_file, 4096, &text, &len), 0);
    cr_assert_eq(unlinkat(dirfd_g, record_g.hist_file, 0), 0);
    put(record_g.hist_file, text, len - 2);
    put(record_g.hist_file, again, strlen(again));
    cr_assert_eq(read_latency(), -EBADMSG);
    free(text);
}

/* The numbers alone could not tell: a mean of other values is as good a mean. */
Test(journal_hist, notices_every_changed_digit)
{
    char *text;
    size_t len;
    given_histogram();
    put_json(record_g.hist_file, hist_line("kind", json_string("latency")), true);
    cr_assert_eq(read_latency(), 0);
    cr_assert_eq(store_read(dirfd_g, record_g.hist_file, 4096, &text, &len), 0);
    int fd = openat(dirfd_g, record_g.hist_file, O_WRONLY | O_CLOEXEC);
    for (size_t at = 0; at < len; at++) {
        char changed = text[at] ^ 1;
        cr_assert_eq(pwrite(fd, &changed, 1, (off_t)at), 1);
        cr_assert_eq(read_latency(), -EBADMSG, "byte %zu", at);
        cr_assert_eq(pwrite(fd, &text[at], 1, (off_t)at), 1);
    }
    cr_assert_eq(read_latency(), 0);
    close(fd);
    free(text);
}

/* A line of `len` bytes with its newline: the histogram, and spaces, which are none of JSON's business. */
static void put_padded(size_t len)
{
    char *line = malloc(len);
    json_t *json = hist_line("block", json_integer(0));
    memset(line, ' ', len);
    cr_assert(json_dumpb(json, line, len, JSON_COMPACT) < len);
    line[len - 1] = '\n';
    cr_assert_eq(store_write(dirfd_g, record_g.hist_file, line, len), 0);
    json_decref(json);
    free(line);
}

Test(journal_hist, is_of_any_length_up_to_the_limit)
{
    given_histogram();
    for (size_t piece = 16384; piece < HIST_LINE_BYTES; piece *= 4) /* around what is read at once */
        for (size_t len = piece - 1; len <= piece + 1; len++) {
            put_padded(len);
            cr_assert_eq(read_latency(), 0, "%zu bytes", len);
        }
    put_padded(HIST_LINE_BYTES);
    cr_assert_eq(read_latency(), 0);
    put_padded(HIST_LINE_BYTES + 1);
    cr_assert_eq(read_latency(), -EBADMSG);
}

/* The greatest that there can be: something in every bucket. */
Test(journal_hist, the_limit_is_above_the_longest_histogram)
{
    static struct hist hist;
    given_open_journal();
    for (unsigned i = 0; i < HIST_BUCKETS; i++)
        hist_record_n(&hists_g.latency, hist_bucket_low(i), INT64_MAX / HIST_BUCKETS);
    memset(record_g.cell.workload, 'w', NAME_LEN - 1);
    cr_assert_eq(journal_append(&journal_g, &record_g, &hists_g), 0);
    cr_assert_gt(size_of(record_g.hist_file), HIST_LINE_BYTES / 2);
    cr_assert_eq(journal_read_hist(dirfd_g, &record_g, HIST_LATENCY, &hist), 0);
    cr_assert_eq(hist.count, hists_g.latency.count);
}

/* 256 MiB is the most that is read, and less than that may be a hole. */
Test(journal_hist, a_file_of_the_greatest_size)
{
    const off_t most = 256 << 20;
    given_histogram();
    put_padded(1000);
    int fd = openat(dirfd_g, record_g.hist_file, O_WRONLY | O_CLOEXEC);
    cr_assert_eq(ftruncate(fd, most), 0);
    cr_assert_eq(read_latency(), 0);
    cr_assert_eq(ftruncate(fd, most + 1), 0);
    cr_assert_eq(read_latency(), -EBADMSG);
    close(fd);
}
