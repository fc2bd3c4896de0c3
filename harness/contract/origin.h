/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The origin: a local HTTP/1.1 server that answers after a while, for workloads that fetch. Here is what it answers, as
 * pure functions of two keys and the number of a URL: the server (run/origin.c), the client that checks an answer and
 * the oracle that never saw one agree because they ask the same functions.
 *
 *     GET /<id> HTTP/1.1        after latency(latency_key, id):  200 with body_bytes of content, or
 *                                                         503 without a body, or
 *                                                         the connection is closed without an answer
 *
 * The body is a window into content that follows from the key; where it begins follows from the id.
 *
 * It has one server or several, each with an address of its own and all with the same pages. A client takes the address
 * that origin_address_of() gives for the number of its connection: so the servers share the connections evenly, and
 * which one meets which does not depend on the strategy.
 */
#ifndef QUINTET_CONTRACT_ORIGIN_H
#define QUINTET_CONTRACT_ORIGIN_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ORIGIN_WINDOWS = 65536, /* a body begins at one of so many words */
    ORIGIN_BODY_MAX_BYTES = 1 << 20,
    ORIGIN_HEAD_MAX_BYTES = 128, /* an answer's status line and header fields are no longer than this */
    ORIGIN_SERVERS_MAX = 16,
};

enum origin_spread {
    ORIGIN_CONSTANT,  /* every URL takes latency_ns */
    ORIGIN_LOGNORMAL, /* latency_ns is the median: see rng_lognormal() */
    ORIGIN_BIMODAL,   /* one in a hundred takes 20 times latency_ns */
};

struct origin_config {
    uint64_t key; /* contents and failures follow from it: make it from the nonce */
    uint64_t
        latency_key;     /* latencies follow from it: make it from the seed, and the bound is the same in every block */
    uint64_t latency_ns; /* 0: answer at once */
    enum origin_spread spread;
    uint32_t body_bytes;    /* a multiple of 8, 8 .. ORIGIN_BODY_MAX_BYTES */
    unsigned fail_permille; /* URLs that fail, one half with 503 and the other by a closed connection */
    unsigned connections;   /* how many will be open at once, at most */
};

/* Where it listens. n = 0: nowhere, in a process where nobody fetches. */
struct origin_addresses {
    unsigned n;
    struct sockaddr_in at[ORIGIN_SERVERS_MAX];
};

/* Where to connect to with the connection of this number: in turn. n must not be 0. */
static inline const struct sockaddr_in *origin_address_of(const struct origin_addresses *addresses, uint64_t connection)
{
    return &addresses->at[connection % addresses->n];
}

enum origin_outcome {
    ORIGIN_OK,
    ORIGIN_UNAVAILABLE, /* 503, and the connection goes on */
    ORIGIN_HANGS_UP,    /* no answer: the connection is closed */
};

/* From the complete request to the first byte of the answer. The origin is never early; late by what it is behind. */
uint64_t origin_latency_ns(const struct origin_config *config, uint64_t id);

enum origin_outcome origin_outcome(const struct origin_config *config, uint64_t id);

/* The body of URL `id` is words first .. first + body_bytes/8 - 1 of the content, in the machine's byte order. */
size_t origin_body_first(const struct origin_config *config, uint64_t id);
uint64_t origin_content_word(uint64_t key, size_t i);

#endif
