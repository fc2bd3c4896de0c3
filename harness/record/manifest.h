/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The environment manifest: what this machine, kernel and build are. Every fact is a value with its source or a null
 * with the reason, because unknown is never equal to unknown. Nothing that identifies a person or a host is read:
 * no host name, no addresses, no serial numbers, no environment variables.
 */
#ifndef QUINTET_RECORD_MANIFEST_H
#define QUINTET_RECORD_MANIFEST_H

#include "record/machine.h"

#include <jansson.h>

/* The document of env.json. `root` is "" (measure/procfs.h); `data_dirfd` is where data sets lie (-1: none). New
 * reference or NULL. Takes some ms. */
json_t *manifest_read(const char *root, const struct machine *machine, int data_dirfd);

/* Add one fact that somebody else found out ("io_uring.status"). value NULL: unknown, `source` then says why. */
void manifest_add(json_t *manifest, const char *name, json_t *value, const char *source);

/* The same with the first line of a small file. */
void manifest_add_file(json_t *manifest, const char *root, const char *name, const char *path);

/* One fact. A number may also be a text that is one. False, NULL or -1: unknown, or not of this kind. */
bool manifest_number(const json_t *manifest, const char *name, double *out);
const char *manifest_text(const json_t *manifest, const char *name);
int manifest_truth(const json_t *manifest, const char *name);

/* Where a fact is from, or why it is unknown. */
const char *manifest_source(const json_t *manifest, const char *name);

/* Compiled in: what this binary was made from. */
struct build_info {
    const char *version, *git, *compiler, *flags, *type, *sanitizers;
};
extern const struct build_info build_info;

#endif
