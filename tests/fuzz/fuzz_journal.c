/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run's files, as they might come from anybody: run.json, plan.json, env.json, trials.jsonl and one histogram file,
 * between NUL bytes. They are read as `quintet report` reads them, and what can be read becomes a report.
 */
#include "fuzz.h"

#include "record/frame.h"
#include "record/journal.h"
#include "record/line_sum.h"
#include "record/store.h"
#include "report/report.h"
#include "report/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const names[] = {"run.json", "plan.json", "env.json", "trials.jsonl", NULL};

static void put(int dirfd, const char *name, const char *text)
{
    int fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    FUZZ_REQUIRE(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
}

/* The readers of one line, with what they must give back. */
static void read_line(const char *line)
{
    static struct trial_record record, again;
    static struct trial_spec spec;
    static struct hist hist;
    char why[REASON_LEN] = "";
    json_t *json = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
    if (trial_record_from_json(json, &record, why, sizeof why) == 0) {
        json_t *written = trial_record_to_json(&record);
        FUZZ_REQUIRE(written && trial_record_from_json(written, &again, why, sizeof why) == 0);
        FUZZ_REQUIRE(record.end == again.end && record.digest == again.digest && !strcmp(record.reason, again.reason));
        json_decref(written);
    }
    trial_spec_from_json(json, &spec, why, sizeof why);
    if (hist_from_json(json, &hist) == 0) {
        uint64_t q = hist.count ? hist_quantile(&hist, 0.99) : 0;
        (void)q;
    }
    json_decref(json);
    line_sum_check(line, strlen(line));
}

static int each(const struct trial_record *record, void *arg)
{
    static struct hist hist;
    for (int kind = HIST_LATENCY; kind <= HIST_LAG; kind++)
        journal_read_hist(*(int *)arg, record, (enum hist_kind)kind, &hist);
    return 0;
}

static void reason(enum verify_class class, const char *object, const char *what, void *arg)
{
    (void)arg;
    FUZZ_REQUIRE(class < VERIFY_CLASS_COUNT && object && what);
}

/* Nothing that the files say is HTML in the report. */
static void check_report(int dirfd)
{
    char *text;
    size_t len;
    FUZZ_REQUIRE(store_read(dirfd, "REPORT.md", 64u << 20, &text, &len) == 0);
    FUZZ_REQUIRE(!strcasestr(text, "<script") && !strcasestr(text, "<img onerror"));
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct report_result result;
    static struct verify_result verified;
    char *part[5] = {NULL}, *frame = (char *)data;
    unsigned n;
    const char *dir = fuzz_directory();
    char *copy = fuzz_texts(data, len, part, 5, &n);
    int dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    FUZZ_REQUIRE(dirfd >= 0);
    json_t *json = NULL;
    frame_parse(frame, len, &json);
    json_decref(json);
    mkdirat(dirfd, "hist", 0700);
    for (unsigned i = 0; names[i]; i++)
        put(dirfd, names[i], i < n ? part[i] : "");
    for (unsigned i = 0; i < n; i++)
        read_line(part[i]);
    if (n == 5) { /* the first record tells what the file must be called */
        const char *named = strstr(part[3], "hist/");
        char file[32];
        if (named && strnlen(named, 27) == 27 && !memcmp(named + 21, ".jsonl", 6) &&
            strspn(named + 5, "0123456789abcdef") == 16) {
            snprintf(file, sizeof file, "%.27s", named);
            put(dirfd, file, part[4]);
        }
    }
    struct journal_problem problem;
    journal_read(dirfd, each, &dirfd, &problem);
    verify_run(dir, false, &verified, reason, NULL);
    verify_run(dir, true, &verified, reason, NULL);
    struct report_options options = {.gnuplot = "/nonexistent"};
    if (report_build(dir, &options, &result) == 0)
        check_report(dirfd);
    close(dirfd);
    free(copy);
    return 0;
}
