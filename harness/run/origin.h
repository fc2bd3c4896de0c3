/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The process that is the origin (contract/origin.h): for each server a thread, an address, epoll, and a heap of
 * answers that are due.
 *
 *        trial's process                                origin's process
 *     origin_start ---- fork, before any carrier ----> listens on 127.0.0.1, tells that it is ready
 *     open, run ...   <---- HTTP over loopback ---->    serves
 *     origin_use      <---- counts, CPU clock ----
 *     origin_stop  ---- SIGKILL, reaped ------------->  (and it dies with its parent, however that ends)
 *
 * Its cost is not the strategy's, but it may be in the strategy's way: what it used is told with every trial.
 */
#ifndef QUINTET_RUN_ORIGIN_H
#define QUINTET_RUN_ORIGIN_H

#include "contract/origin.h"

#include <netinet/in.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/types.h>

struct origin;

/* Totals since the start. */
struct origin_use {
    uint64_t cpu_ns; /* of the whole process */
    unsigned servers_count;
    uint64_t server_cpu_ns[ORIGIN_SERVERS_MAX]; /* of each one's thread, until it last began to wait */
    uint64_t connections_count, requests_count; /* accepted; answered (hang-ups are answers too, 400 and 404 are not) */
    uint64_t late_ns;                           /* summed over requests: from when an answer was due to its sending */
};

/*
 * Start one, and come back when all its servers (1 .. ORIGIN_SERVERS_MAX) listen. `cpus`: where it may run, each server
 * on its share of them; NULL: where the caller may. Call from a thread that outlives it and before the process has
 * others. *out is NULL on error: -errno and one sentence in `why`
 * (-ENOTSUP: so many connections exceed a limit of this system).
 */
int origin_start(struct origin **out, const struct origin_config *config, unsigned servers, const cpu_set_t *cpus,
                 char *why, size_t why_len);

/* Can anything at all be reached over the loopback interface here? 0, or -ENOTSUP with one sentence in `why`. */
int origin_probe(char *why, size_t why_len);

/* As long as it lives. */
const struct origin_addresses *origin_addresses(const struct origin *origin);
pid_t origin_pid(const struct origin *origin);

/* What it has used so far. False if it has ended. */
bool origin_use(const struct origin *origin, struct origin_use *out);

/* Has it ended although nobody stopped it? Then how, as the rest of a sentence: "was killed by signal 9 (Killed)".
 * Waits up to patience_ms for that: a process that dies closes its connections some time before it is dead. */
bool origin_ended(const struct origin *origin, unsigned patience_ms, char *how, size_t how_len);

/* Kill and reap it. NULL is allowed. */
void origin_stop(struct origin *origin);

#endif
