/* SPDX-License-Identifier: Apache-2.0 */
/* The journal as it is read: whatever is in these files, it is a record, a problem that is named, or left out. */
#include "record/journal_private.h"
#include "record/line_sum.h"
#include "record/store.h"
#include "measure/heap.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <unistd.h>

static int unreadable(struct journal_problem *problem, int rc)
{
    snprintf(problem->what, sizeof problem->what, "%s", store_strerror(rc));
    return rc;
}

static int problem_at(struct journal_problem *problem, uint64_t line, bool damaged, const char *what)
{
    problem->line = line;
    problem->damaged = damaged;
    snprintf(problem->what, sizeof problem->what, "%s", what);
    return -EBADMSG;
}

/* A file to read that a run wrote: its descriptor; -EINVAL for what is no file (a FIFO would hang us), -EFBIG for one
 * that is not ours, or -errno. */
static int open_file(int dirfd, const char *name)
{
    struct stat st;
    int fd = openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int rc = fstat(fd, &st) ? -errno : S_ISREG(st.st_mode) ? 0 : -EINVAL;
    if (!rc && st.st_size > JOURNAL_LIMIT_BYTES)
        rc = -EFBIG;
    if (!rc)
        return fd;
    close(fd);
    return rc;
}

/* One line, newline included, into `record`. Lines have carried their own sum since schema 1.1; a line that says it is
 * younger and has none has lost it. */
static int read_line(const char *line, size_t len, uint64_t n, struct trial_record *record,
                     struct journal_problem *problem)
{
    int sum = line_sum_check(line, len - 1);
    if (sum == -EIO) /* the library could not say */
        return unreadable(problem, sum);
    if (sum < 0)
        return problem_at(problem, n, true, "the line is damaged: it does not match its own checksum");
    json_error_t error;
    char why[REASON_LEN] = "";
    json_t *json = json_loadb(line, len, JSON_REJECT_DUPLICATES, &error);
    const char *schema = json_string_value(json_object_get(json, "schema"));
    int rc = 0;
    if (heap_json_was_refused()) /* jansson drops the bytes of a string that it has no room for, and goes on */
        rc = unreadable(problem, -ENOMEM);
    else if (!json)
        rc = problem_at(problem, n, true, error.text);
    else if (trial_record_from_json(json, record, why, sizeof why)) {
        const bool lost_sum = sum == 0 && schema && strcmp(schema, "quintet.trial/1.0") != 0;
        rc = problem_at(problem, n, lost_sum, why);
        problem->other_schema = schema && !strncmp(schema, "quintet.trial/", 14) && strncmp(schema + 14, "1.", 2) != 0;
        problem->damaged &= !problem->other_schema;
    } else if (sum == 0 && strcmp(schema, "quintet.trial/1.0") != 0)
        rc = problem_at(problem, n, true, "the line has lost its checksum");
    json_decref(json);
    return rc;
}

/* As read(2), for a stream: one that is interrupted goes on, and stdio would call the piece of a line before it a line.
 */
static ssize_t read_on(void *cookie, char *buf, size_t len)
{
    ssize_t n;
    do
        n = read(*(int *)cookie, buf, len);
    while (n < 0 && errno == EINTR);
    return n;
}

int journal_salvage(int run_dirfd, int (*each)(const struct trial_record *record, void *arg),
                    void (*skipped)(const struct journal_problem *problem, void *arg), void *arg,
                    struct journal_problem *problem)
{
    *problem = (struct journal_problem){0};
    int fd = open_file(run_dirfd, JOURNAL_NAME);
    if (fd < 0)
        return unreadable(problem, fd);
    FILE *file = fopencookie(&fd, "r", (cookie_io_functions_t){.read = read_on});
    struct trial_record *record = malloc(sizeof *record);
    char *line = NULL;
    size_t cap = 0;
    ssize_t len = 0;
    int rc = file && record ? 0 : -ENOMEM;
    for (uint64_t n = 1; !rc && (len = getline(&line, &cap, file)) != EOF && line[len - 1] == '\n'; n++) {
        rc = read_line(line, (size_t)len, n, record, problem);
        if (!rc) {
            rc = each(record, arg);
        } else if (problem->damaged && skipped) {
            skipped(problem, arg);
            *problem = (struct journal_problem){0};
            rc = 0;
        }
    }
    if (!rc && !feof(file)) /* no torn line, but one that cannot be read: read(2) or the line's memory failed */
        rc = unreadable(problem, -errno);
    problem->torn_tail = !rc && len != EOF;
    free(line);
    free(record);
    if (file)
        fclose(file);
    close(fd);
    return rc;
}

void journal_problem_text(const struct journal_problem *problem, int rc, char *out, size_t len)
{
    char line[32] = "";
    if (problem->line)
        snprintf(line, sizeof line, ", line %" PRIu64, problem->line);
    snprintf(out, len, "%s%s: %s", JOURNAL_NAME, line, problem->what[0] ? problem->what : strerror(-rc));
}

bool journal_is_empty(int run_dirfd)
{
    struct stat st;
    return fstatat(run_dirfd, JOURNAL_NAME, &st, AT_SYMLINK_NOFOLLOW) || st.st_size == 0;
}

int journal_read(int run_dirfd, int (*each)(const struct trial_record *record, void *arg), void *arg,
                 struct journal_problem *problem)
{
    return journal_salvage(run_dirfd, each, NULL, arg, problem);
}

/* The line at this offset, newline included, into a buffer to be freed. 0, -errno, or -EBADMSG if it has no end within
 * HIST_LINE_BYTES: what is longer is not read, or a file that is one line would be read whole for each trial. */
static int read_hist_line(int fd, uint64_t offset, char **line, size_t *len)
{
    enum { CHUNK = 16384 };
    char *text = malloc(HIST_LINE_BYTES), *end = NULL;
    size_t have = 0;
    int rc = text ? 0 : -ENOMEM;
    while (!rc && !end) { /* 0 bytes where the file ends, and where there is no room for more */
        ssize_t n = pread(fd, text + have, MIN(HIST_LINE_BYTES - have, CHUNK), (off_t)(offset + have));
        if (n > 0) {
            end = memchr(text + have, '\n', (size_t)n);
            have += (size_t)n;
        } else if (n == 0 || errno != EINTR)
            rc = n ? -errno : -EBADMSG;
    }
    if (rc) {
        free(text);
        return rc;
    }
    *line = text;
    *len = (size_t)(end - text) + 1;
    return 0;
}

/* Is this line a histogram of this kind, of this trial? Journals of schema 1.1 and older know one kind and do not name
 * it; whoever names it has a sum. */
static bool is_hist_of(const json_t *line, const struct trial_record *record, const char *id, enum hist_kind kind,
                       bool has_sum)
{
    const char *owner = json_string_value(json_object_get(line, "cell_id"));
    const json_t *named = json_object_get(line, "kind");
    return owner && !strcmp(owner, id) &&
           json_integer_value(json_object_get(line, "block")) == (json_int_t)record->block &&
           (named ? has_sum && json_is_string(named) && !strcmp(json_string_value(named), journal_hist_kinds[kind])
                  : kind == HIST_LATENCY);
}

int journal_read_hist(int run_dirfd, const struct trial_record *record, enum hist_kind kind, struct hist *out)
{
    char expected[NAME_LEN], id[CELL_ID_LEN];
    const uint64_t offset[] = {record->hist_offset, record->response_offset, record->lag_offset};
    if (!record->hist_file[0] || (kind != HIST_LATENCY && !offset[kind]))
        return -ENOENT;
    cell_id(&record->cell, id, sizeof id);
    journal_hist_name(id, expected, sizeof expected);
    if (strcmp(expected, record->hist_file))
        return -EBADMSG; /* a journal may not point anywhere else */
    int fd = open_file(run_dirfd, record->hist_file);
    if (fd < 0)
        return fd == -EINVAL || fd == -EFBIG ? -EBADMSG : fd;
    char *line;
    size_t len;
    int rc = read_hist_line(fd, offset[kind], &line, &len);
    close(fd);
    if (rc)
        return rc;
    int sum = line_sum_check(line, len - 1);
    json_t *json = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
    rc = sum < 0 ? sum : is_hist_of(json, record, id, kind, sum) ? hist_from_json(json, out) : -EBADMSG;
    if (heap_json_was_refused())
        rc = -ENOMEM;
    json_decref(json);
    free(line);
    return rc;
}
