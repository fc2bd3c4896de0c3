/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trials.jsonl: the append-only journal of a run and the source of truth for everything that is reported.
 *
 * One trial is one line is one write(2), and each line ends in its own checksum (line_sum.h). A crash can tear the last
 * line only: readers drop a last line without '\n'. Histograms go to hist/<cell hash>.jsonl *before* the line that
 * points at them, so a pointer always resolves.
 */
#ifndef QUINTET_RECORD_JOURNAL_H
#define QUINTET_RECORD_JOURNAL_H

#include "record/trial_record.h"

struct journal {
    int fd;             /* trials.jsonl, O_APPEND */
    int dirfd;          /* the run's directory, not owned */
    uint64_t bytes;     /* how long trials.jsonl is, if nobody else has touched it */
    const char *failed; /* which file was written last; with an error: could not be */
};

/* Open for appending inside the run directory; creates it and hist/. A torn last line is cut off and kept in
 * recovered-tail.txt. 0 or -errno. */
int journal_open(struct journal *journal, int run_dirfd);

/* Cut a torn last line off events.jsonl and the histograms: nothing points at it. Before a killed run goes on; 0 or
 * -errno. */
int journal_mend(int run_dirfd);

/* Append one trial: first its histograms (NULL, or those that are not empty), then the record, whose hist_file and
 * offsets are filled in. One write each; a short write is completed or rolled back. 0 or -errno (-ENOSPC, -EIO, ...);
 * -ESTALE: trials.jsonl is no more the file that this run has written.
 */
int journal_append(struct journal *journal, struct trial_record *record, const struct trial_hists *hists);

/* fdatasync; between trials, never inside the timed part. The same. */
int journal_sync(struct journal *journal);

/* "hist/0123456789abcdef.jsonl: No space left on device": what an -errno of the two above is about. Valid as long as
 * the record is. */
void journal_failure_text(const struct journal *journal, int rc, char *out, size_t len);
void journal_close(struct journal *journal);

/* What was wrong with a journal and where. line 0: the file itself. */
struct journal_problem {
    uint64_t line;
    char what[REASON_LEN];
    bool damaged;      /* the line is not as it was written: no JSON, or without its checksum's consent */
    bool other_schema; /* it is a record, of a version that is not read here */
    bool torn_tail;    /* the last line was incomplete and was dropped: a warning, not an error */
};

/*
 * Call each(record, arg) for every trial in order; a non-zero return stops and is returned. -EBADMSG: a line that is
 * not a valid record (problem says which and why). The record is valid during the call only.
 */
int journal_read(int run_dirfd, int (*each)(const struct trial_record *record, void *arg), void *arg,
                 struct journal_problem *problem);

/*
 * The same, but a damaged line (one that is no JSON, or does not match its checksum or has lost it) is told to
 * skipped(problem, arg) and left out. A sound line that is no record, or one of another version, is an error as before.
 */
int journal_salvage(int run_dirfd, int (*each)(const struct trial_record *record, void *arg),
                    void (*skipped)(const struct journal_problem *problem, void *arg), void *arg,
                    struct journal_problem *problem);

/* "trials.jsonl, line 3: what is wrong", for whoever asked: the problem that came with this -errno. */
void journal_problem_text(const struct journal_problem *problem, int rc, char *out, size_t len);

/* Is there no journal, or no byte in it? Then the run was killed before its first trial. */
bool journal_is_empty(int run_dirfd);

/* No histogram's line is longer: every bucket is an index of five digits and a count of twenty, with their commas; the
 * rest is room for the cell's name. */
enum { HIST_LINE_BYTES = HIST_BUCKETS * 27 + 4 * CELL_ID_LEN + 1024 };

/* Read one of the histograms that a record points at. -ENOENT if it has none of this kind, -EBADMSG if the line is not
 * what it should be or longer than HIST_LINE_BYTES, newline included. */
enum hist_kind { HIST_LATENCY, HIST_RESPONSE, HIST_LAG };
int journal_read_hist(int run_dirfd, const struct trial_record *record, enum hist_kind kind, struct hist *out);

#endif
