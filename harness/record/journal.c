/* SPDX-License-Identifier: Apache-2.0 */
#include "record/journal.h"
#include "record/line_sum.h"
#include "record/store.h"
#include "measure/heap.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <unistd.h>

static const char journal_name[] = "trials.jsonl";

/* Far above what a run writes (5 000 trials are 6 MB): whatever is bigger is not ours, and is not read into memory. */
enum { JOURNAL_LIMIT_BYTES = 256 << 20 };

/* One write for the whole line. If it comes up short, the rest is written, or tells why it cannot be (ENOSPC, EFBIG,
 * ...) and what was written is taken back: no reader may see half a record. */
static int append_line(int fd, const char *line, size_t len, uint64_t *offset)
{
    struct stat st;
    if (fstat(fd, &st))
        return -errno;
    if (offset)
        *offset = (uint64_t)st.st_size;
    int rc = 0;
    while (!rc && len) {
        ssize_t n = write(fd, line, len);
        if (n > 0) {
            line += n;
            len -= (size_t)n;
        } else if (n == 0 || errno != EINTR)
            rc = n ? -errno : -EIO;
    }
    if (rc && ftruncate(fd, st.st_size))
        rc = -EIO;
    return rc;
}

static int append_json(int fd, json_t *json, uint64_t *offset)
{
    enum { FLAGS = JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(12) };
    size_t len = json_dumpb(json, NULL, 0, FLAGS); /* 0 of NULL */
    char *text = len ? malloc(len + LINE_SUM_BYTES + sizeof "\n") : NULL;
    int rc = text && json_dumpb(json, text, len, FLAGS) == len && !heap_was_refused() ? 0 : -ENOMEM;
    json_decref(json);
    if (!rc && !(len = line_sum_seal(text, len)))
        rc = -EIO;
    if (!rc) {
        text[len] = '\n';
        rc = append_line(fd, text, len + 1, offset);
    }
    free(text);
    return rc;
}

/* If a crash tore the last line, cut it off: never append to a torn line. The piece is kept in `keep_as`, or not. */
static int cut_torn_tail(int dirfd, const char *name, int fd, const char *keep_as)
{
    char *text;
    size_t len;
    int rc = store_read(dirfd, name, JOURNAL_LIMIT_BYTES, &text, &len);
    if (rc)
        return rc;
    if (len && text[len - 1] != '\n') {
        const char *last = memrchr(text, '\n', len);
        size_t keep = last ? (size_t)(last - text) + 1 : 0;
        rc = keep_as ? store_write(dirfd, keep_as, text + keep, len - keep) : 0;
        if (!rc && ftruncate(fd, (off_t)keep))
            rc = -errno;
    }
    free(text);
    return rc;
}

/* The same for a file beside the journal; -ENOENT is none. */
static int mend(int dirfd, const char *name)
{
    int fd = openat(dirfd, name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? 0 : -errno;
    int rc = cut_torn_tail(dirfd, name, fd, NULL);
    close(fd);
    return rc;
}

static int is_hist(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);
    return len > 6 && !strcmp(entry->d_name + len - 6, ".jsonl");
}

int journal_mend(int run_dirfd)
{
    struct dirent **names;
    int rc = mend(run_dirfd, "events.jsonl"), n = scandirat(run_dirfd, "hist", &names, is_hist, alphasort);
    if (n < 0)
        return rc || errno == ENOENT ? rc : -errno;
    for (int i = 0; i < n; i++) {
        char name[sizeof "hist/" + NAME_MAX];
        snprintf(name, sizeof name, "hist/%s", names[i]->d_name);
        if (!rc)
            rc = mend(run_dirfd, name);
        free(names[i]);
    }
    free(names);
    return rc;
}

/* How long it is now, which nobody else may change. */
static int note_length(struct journal *journal)
{
    struct stat st;
    if (fstat(journal->fd, &st))
        return -errno;
    journal->bytes = (uint64_t)st.st_size;
    return 0;
}

int journal_open(struct journal *journal, int run_dirfd)
{
    *journal = (struct journal){.fd = -1, .dirfd = run_dirfd, .failed = journal_name};
    struct stat st;
    int rc = store_mkdir(run_dirfd, "hist");
    if (!rc && (fstatat(run_dirfd, "hist", &st, AT_SYMLINK_NOFOLLOW) || !S_ISDIR(st.st_mode)))
        rc = -ENOTDIR; /* a link out of the run's directory */
    if (rc)
        return rc;
    journal->fd = openat(run_dirfd, journal_name, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (journal->fd < 0)
        return -errno;
    rc = cut_torn_tail(run_dirfd, journal_name, journal->fd, "recovered-tail.txt");
    if (!rc)
        rc = note_length(journal);
    if (rc)
        journal_close(journal);
    return rc;
}

/* hist/<16 hex digits>.jsonl, one file per cell. The name is a hash because a cell's id is too long for a file name. */
static void hist_name(const char *id, char *name, size_t len)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (const char *c = id; *c; c++)
        hash = (hash ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
    snprintf(name, len, "hist/%016" PRIx64 ".jsonl", hash);
}

static const char *const hist_kinds[] = {"latency", "response", "lag"};

/* The line without its sum, or NULL: no memory. */
static json_t *hist_line(const struct trial_record *record, const char *id, enum hist_kind kind,
                         const struct hist *hist)
{
    json_t *json = hist_to_json(hist);
    if (!json || json_object_set_new(json, "cell_id", json_string(id)) ||
        json_object_set_new(json, "kind", json_string(hist_kinds[kind])) ||
        json_object_set_new(json, "block", json_integer(record->block))) {
        json_decref(json);
        return NULL;
    }
    return json;
}

static int append_hist(struct journal *journal, const struct trial_record *record, const char *id, enum hist_kind kind,
                       const struct hist *hist, uint64_t *offset)
{
    enum { HOW = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC }; /* a FIFO would hang us */
    struct stat st;
    int fd = openat(journal->dirfd, record->hist_file, HOW, 0644);
    if (fd < 0)
        return -errno;
    int rc = fstat(fd, &st) ? -errno : S_ISREG(st.st_mode) ? 0 : -EINVAL;
    if (!rc)
        rc = append_json(fd, hist_line(record, id, kind, hist), offset);
    if (close(fd) && !rc)
        rc = -errno;
    return rc;
}

/* The latency first: so no offset of another kind is ever 0, which stands for "none". */
static int append_hists(struct journal *journal, struct trial_record *record, const struct trial_hists *hists)
{
    if (!hists || !hists->latency.count)
        return 0;
    char id[CELL_ID_LEN];
    cell_id(&record->cell, id, sizeof id);
    hist_name(id, record->hist_file, sizeof record->hist_file);
    int rc = append_hist(journal, record, id, HIST_LATENCY, &hists->latency, &record->hist_offset);
    if (!rc && hists->response.count)
        rc = append_hist(journal, record, id, HIST_RESPONSE, &hists->response, &record->response_offset);
    if (!rc && hists->lag.count)
        rc = append_hist(journal, record, id, HIST_LAG, &hists->lag, &record->lag_offset);
    return rc;
}

/* Writing into a file that has been removed succeeds to the end, and everything is lost. */
static int still_ours(const struct journal *journal)
{
    struct stat open_st, named_st;
    if (fstat(journal->fd, &open_st))
        return -errno;
    if (fstatat(journal->dirfd, journal_name, &named_st, AT_SYMLINK_NOFOLLOW))
        return errno == ENOENT ? -ESTALE : -errno;
    bool same = open_st.st_ino == named_st.st_ino && open_st.st_dev == named_st.st_dev;
    return same && (uint64_t)open_st.st_size == journal->bytes ? 0 : -ESTALE;
}

int journal_append(struct journal *journal, struct trial_record *record, const struct trial_hists *hists)
{
    record->hist_file[0] = '\0';
    record->hist_offset = record->response_offset = record->lag_offset = 0;
    journal->failed = record->hist_file;
    int rc = append_hists(journal, record, hists);
    if (rc)
        return rc;
    journal->failed = journal_name;
    rc = still_ours(journal);
    if (!rc)
        rc = append_json(journal->fd, trial_record_to_json(record), NULL);
    return rc ? rc : note_length(journal);
}

int journal_sync(struct journal *journal)
{
    journal->failed = journal_name;
    return fdatasync(journal->fd) ? -errno : still_ours(journal);
}

void journal_failure_text(const struct journal *journal, int rc, char *out, size_t len)
{
    snprintf(out, len, "%s: %s", journal->failed,
             rc == -ESTALE ? "it was removed, cut or written to by somebody else while the run went on"
                           : store_strerror(rc));
}

void journal_close(struct journal *journal)
{
    if (journal->fd >= 0)
        close(journal->fd);
    journal->fd = -1;
}

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
    int fd = open_file(run_dirfd, journal_name);
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
    snprintf(out, len, "%s%s: %s", journal_name, line, problem->what[0] ? problem->what : strerror(-rc));
}

bool journal_is_empty(int run_dirfd)
{
    struct stat st;
    return fstatat(run_dirfd, journal_name, &st, AT_SYMLINK_NOFOLLOW) || st.st_size == 0;
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
           (named ? has_sum && json_is_string(named) && !strcmp(json_string_value(named), hist_kinds[kind])
                  : kind == HIST_LATENCY);
}

int journal_read_hist(int run_dirfd, const struct trial_record *record, enum hist_kind kind, struct hist *out)
{
    char expected[NAME_LEN], id[CELL_ID_LEN];
    const uint64_t offset[] = {record->hist_offset, record->response_offset, record->lag_offset};
    if (!record->hist_file[0] || (kind != HIST_LATENCY && !offset[kind]))
        return -ENOENT;
    cell_id(&record->cell, id, sizeof id);
    hist_name(id, expected, sizeof expected);
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
