/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The job file of `run --job FILE`: one JSON object whose keys are the names of options.
 *
 *     {"workload": ["sha256", "fib"], "in-flight": [1, 8], "param": {"sha256.messages": 4096}, "blocks": 9}
 *
 * Only what is measured can be said in it. Where results go and which programs are started stays with the command line:
 * a job may come from somebody else. Read strictly: a typo that is ignored is another benchmark.
 */
#ifndef QUINTET_CLI_JOB_H
#define QUINTET_CLI_JOB_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum { JOB_LIMIT_BYTES = 1 << 20, JOB_WHERE_LEN = 320 };

/* What a value may be. */
enum { JOB_STRING = 1, JOB_INTEGER = 2, JOB_REAL = 4, JOB_LIST = 8 };

struct job {
    const char *path;
    char *text;   /* as it is in the file, for places */
    json_t *root; /* an object */
};

/*
 * Read a regular file of at most 1 MiB that holds one object without duplicate keys. 0, or -errno with the place
 * ("FILE" or "FILE:line:column") in `where` and a sentence in `why`. `path` must outlive the job. job_fini() only after
 * a 0.
 */
int job_init(struct job *job, const char *path, char *where, size_t where_len, char *why, size_t why_len);
void job_fini(struct job *job);

/* The same from what a run has kept of it; the file is not looked at. 0 or -ENOMEM. */
int job_init_kept(struct job *job, const char *path, const json_t *root);

/*
 * "FILE:line:column" of a key, or of the key `inner` in its object; lines and columns count from 1. False, and "FILE",
 * if the key is not there.
 */
bool job_where(const struct job *job, const char *key, const char *inner, char *where, size_t len);

/* A value as an option's text, items of a list with commas between them; to be freed. NULL if it is not one of `kinds`
 * (a sentence in `why`), or for want of memory. */
char *job_text(const json_t *value, unsigned kinds, char *why, size_t why_len);

#endif
