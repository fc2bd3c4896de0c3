/* SPDX-License-Identifier: Apache-2.0 */
/* The journal as it is written. How it is read: journal_read.c. */
#include "record/journal_private.h"
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
#include <sys/stat.h>
#include <unistd.h>

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

/* Histograms are written to hist/ in the run's directory, and not to where a link of that name leads. */
static int check_hist_dir(int run_dirfd)
{
    struct stat st;
    if (fstatat(run_dirfd, "hist", &st, AT_SYMLINK_NOFOLLOW))
        return -errno;
    return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
}

int journal_mend(int run_dirfd)
{
    struct dirent **names;
    int rc = check_hist_dir(run_dirfd);
    if (rc && rc != -ENOENT)
        return rc;
    rc = mend(run_dirfd, "events.jsonl");
    int n = scandirat(run_dirfd, "hist", &names, is_hist, alphasort);
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
    *journal = (struct journal){.fd = -1, .dirfd = run_dirfd, .failed = JOURNAL_NAME};
    int rc = store_mkdir(run_dirfd, "hist");
    if (!rc)
        rc = check_hist_dir(run_dirfd);
    if (rc)
        return rc;
    journal->fd = openat(run_dirfd, JOURNAL_NAME, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (journal->fd < 0)
        return -errno;
    rc = cut_torn_tail(run_dirfd, JOURNAL_NAME, journal->fd, "recovered-tail.txt");
    if (!rc)
        rc = note_length(journal);
    if (rc)
        journal_close(journal);
    return rc;
}

void journal_hist_name(const char *id, char *name, size_t len)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (const char *c = id; *c; c++)
        hash = (hash ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
    snprintf(name, len, "hist/%016" PRIx64 ".jsonl", hash);
}

const char *const journal_hist_kinds[] = {"latency", "response", "lag"};

/* The line without its sum, or NULL: no memory. */
static json_t *hist_line(const struct trial_record *record, const char *id, enum hist_kind kind,
                         const struct hist *hist)
{
    json_t *json = hist_to_json(hist);
    if (!json || json_object_set_new(json, "cell_id", json_string(id)) ||
        json_object_set_new(json, "kind", json_string(journal_hist_kinds[kind])) ||
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
    journal_hist_name(id, record->hist_file, sizeof record->hist_file);
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
    if (fstatat(journal->dirfd, JOURNAL_NAME, &named_st, AT_SYMLINK_NOFOLLOW))
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
    journal->failed = JOURNAL_NAME;
    rc = still_ours(journal);
    if (!rc)
        rc = append_json(journal->fd, trial_record_to_json(record), NULL);
    return rc ? rc : note_length(journal);
}

int journal_sync(struct journal *journal)
{
    journal->failed = JOURNAL_NAME;
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
