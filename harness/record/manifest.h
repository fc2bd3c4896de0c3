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

/* The document of env.json. `data_dirfd` is where data sets lie (-1: none). New reference or NULL. Takes some ms. */
json_t *manifest_read(const struct machine *machine, int data_dirfd);

/* Add one fact that somebody else found out ("io_uring.status"). value NULL: unknown, `source` then says why. */
void manifest_add(json_t *manifest, const char *name, json_t *value, const char *source);

/* Sources of noise that the report's banner must name: {"id","text"} objects for run.json. New reference. */
json_t *manifest_taints(const json_t *manifest, const struct machine *machine);

/* Compiled in: what this binary was made from. */
struct build_info {
    const char *version, *git, *compiler, *flags, *type, *sanitizers;
};
extern const struct build_info build_info;

#endif
