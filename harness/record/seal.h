/* SPDX-License-Identifier: Apache-2.0 */
/* SHA256SUMS: written when a run has ended, over everything that is evidence. `sha256sum -c SHA256SUMS` checks it. */
#ifndef QUINTET_RECORD_SEAL_H
#define QUINTET_RECORD_SEAL_H

#include <stdbool.h>

enum {
    SEAL_DIGEST_LEN = 65,              /* SHA-256 as text */
    SEAL_SESSIONS_MAX = 1000,          /* a run that was resumed as often has another problem */
    SEAL_FILE_LIMIT_BYTES = 256 << 20, /* what no reader takes is not hashed, and is no file of ours */
};

/*
 * Write SHA256SUMS of run.json, plan.json, env.json and env.<n>.json, trials.jsonl, events.jsonl (those that exist) and
 * hist/ in the run's directory. What the report makes (summary.json, REPORT.md, report/) is not in it: that can be made
 * again. It shows damage, not forgery. 0 or -errno.
 */
int seal_write(int run_dirfd);

/*
 * Compare the run's files with its SHA256SUMS; each(name, what, arg) is called for every file that differs, is missing,
 * or is not named in it, and for SHA256SUMS itself where it is not byte for byte what seal_write() would write, or no
 * regular file. The number of such files; -ENOENT without SHA256SUMS (a run that has not ended), or -errno.
 */
int seal_check(int run_dirfd, void (*each)(const char *name, const char *what, void *arg), void *arg);

/* In a run's directory, is the file of this name one that SHA256SUMS is written over? (In hist/ all are.) */
bool seal_covers(const char *name);

/* Which program is this: the SHA-256 of the file that runs. 0 or -errno, then "" in `out`. */
int seal_digest_self(char out[SEAL_DIGEST_LEN]);

#endif
