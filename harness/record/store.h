/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The run's directory: results/<run-id>/ with run.json, plan.json, env.json, trials.jsonl, hist/, events.jsonl,
 * summary.json, REPORT.md, report/plots/, SHA256SUMS. Whole files are replaced atomically: temporary name in the same
 * directory, write, fsync, rename, fsync of the directory. A reader sees the old file or the new one, never half.
 */
#ifndef QUINTET_RECORD_STORE_H
#define QUINTET_RECORD_STORE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Replace dirfd/name with len bytes. 0 or -errno; on error the old file is intact and no temporary file is left.
 * -EINVAL where something is there that is no regular file: the rename would put a file in the place of a device or a
 * link.
 */
int store_write(int dirfd, const char *name, const void *data, size_t len);

/*
 * Remove what a store_write() that was killed has left in this directory: "<name>.<pid>.tmp" of a process that lives no
 * more. Whoever writes into a directory calls this first; errors are no reason not to go on.
 */
void store_sweep(int dirfd);

/* The same with a JSON document (indented, sorted keys, trailing newline). Does not take over the reference. */
int store_write_json(int dirfd, const char *name, const json_t *json);

/* Read a regular file of at most `limit` bytes; *out is malloc'ed and NUL-terminated. 0 or -errno (-EFBIG). */
int store_read(int dirfd, const char *name, size_t limit, char **out, size_t *out_len);

/*
 * Does this -errno of store_read() say that what lies there is none of our files: a device, a socket, a directory, a
 * link to itself, gigabytes? Then the results are damaged; with any other one they are just not to be had.
 */
bool store_is_misshapen(int rc);

/* strerror(-rc), in words that fit a file: "is no regular file" for EINVAL and a socket's ENXIO. */
const char *store_strerror(int rc);

/* Read a JSON file (<= 64 MiB). New reference in *out. 0, -errno, or -EBADMSG with the parser's words in `why`. */
int store_read_json(int dirfd, const char *name, json_t **out, char *why, size_t why_len);

/* mkdir -p relative to dirfd; 0 or -errno. */
int store_mkdir(int dirfd, const char *path);

/* Is this a legal run or machine name: [A-Za-z0-9._-]{1,64}, not starting with '.' or '-'? */
int store_name_valid(const char *name);

#endif
