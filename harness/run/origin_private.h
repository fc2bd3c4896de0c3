/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the origin share: origin.c (its life), origin_serve.c (its loop), origin_http.c (what it reads). */
#ifndef QUINTET_RUN_ORIGIN_PRIVATE_H
#define QUINTET_RUN_ORIGIN_PRIVATE_H

#include "run/origin.h"

#include <stdatomic.h>

enum { ORIGIN_REQUEST_MAX_BYTES = 512 };

/* In memory that both processes map. The origin writes, its parent reads. */
struct origin_counts {
    _Atomic uint64_t connections, requests, late_ns;
};

struct origin_request {
    uint64_t id;
    bool keep_alive;
};

/* Parse the request at the start of `text`. Its length in bytes; 0: it is not complete yet; -ENOENT: complete, but
 * there is no such page (*out is valid); -EBADMSG: not a request that this server understands. */
int origin_request_parse(const char *text, size_t len, struct origin_request *out);

/* The origin's process from here on: serve on `listener`, write an int to `ready` (0 or -errno) once. Allocates by mmap
 * only, so that it may run after a fork of a process with threads. */
_Noreturn void origin_serve(const struct origin_config *config, int listener, int ready, struct origin_counts *counts);

#endif
