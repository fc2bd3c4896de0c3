/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the origin share: origin.c (its life), origin_process.c (its process and its threads),
 * origin_serve.c (a server's loop), origin_http.c (what it reads). */
#ifndef QUINTET_RUN_ORIGIN_PRIVATE_H
#define QUINTET_RUN_ORIGIN_PRIVATE_H

#include "run/origin.h"

#include <stdatomic.h>

enum { ORIGIN_REQUEST_MAX_BYTES = 512 };

/* Of one server, in memory that both processes map. Its thread writes, the parent reads. */
struct origin_counts {
    _Alignas(64) _Atomic uint64_t connections;
    _Atomic uint64_t requests, late_ns;
    _Atomic uint64_t
        cpu_ns; /* of the thread, as of its last turn; 0 where it is the only one: see the process's clock */
};

/* Everything that the origin's process needs. */
struct origin_job {
    struct origin_config config;
    unsigned servers; /* 1 .. ORIGIN_SERVERS_MAX, each with a listener */
    int listeners[ORIGIN_SERVERS_MAX];
    int ready;
    bool has_cpus; /* it may run on `cpus`; else where its parent may */
    cpu_set_t cpus;
    struct origin_counts *counts; /* [servers] */
};

struct origin_request {
    uint64_t id;
    bool keep_alive;
};

/* Parse the request at the start of `text`. Its length in bytes; 0: it is not complete yet; -ENOENT: complete, but
 * there is no such page (*out is valid); -EBADMSG: not a request that this server understands. */
int origin_request_parse(const char *text, size_t len, struct origin_request *out);

/* The child's life after the fork: keep no descriptor but the job's and standard error, start the servers, write an int
 * to job->ready (0 or -errno) once, serve. Does not come back. */
_Noreturn void origin_process(struct origin_job *job);

/* What a server is made from. All of it must stay. */
struct origin_server_config {
    const struct origin_config *config;
    const uint64_t *content; /* ORIGIN_WINDOWS + body_bytes / 8 words, shared by all servers */
    unsigned open_max;       /* connections at once; others wait in the listener's queue */
    unsigned fd_end;         /* descriptors in this process are below */
    int listener;
    bool counts_cpu; /* keep counts->cpu_ns */
    struct origin_counts *counts;
};

struct origin_server;

/* Make one, in memory of its own from mmap. It is freed by the end of the process. 0 or -errno. */
int origin_server_open(struct origin_server **out, const struct origin_server_config *config);

/* Serve, from one thread. Nothing is shared with other servers that changes. */
_Noreturn void origin_server_run(struct origin_server *server);

/* Zeroed memory, of which only what is touched costs anything; NULL: there is none. */
void *origin_map(size_t bytes);

#endif
