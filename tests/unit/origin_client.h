/* SPDX-License-Identifier: Apache-2.0 */
/* An origin, and clients of its own for the tests: plain sockets, none of the workload's code. The tests are built with
 * one server, and with SERVERS=3. */
#ifndef QUINTET_TESTS_ORIGIN_CLIENT_H
#define QUINTET_TESTS_ORIGIN_CLIENT_H

#include "quintet_criterion.h"

#include "run/origin.h"
#include "run/origin_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BODY_BYTES = 128, BIG_BYTES = ORIGIN_BODY_MAX_BYTES, MS = 1000000 };

#ifndef SERVERS
#define SERVERS 1
#endif

static struct origin *origin_g;
static unsigned clients_g; /* so far: they go to the servers in turn */

static inline struct origin_config config_of(uint64_t latency_ns, uint32_t body_bytes)
{
    return (struct origin_config){
        .key = 7, .latency_key = 8, .latency_ns = latency_ns, .body_bytes = body_bytes, .connections = 16};
}

static inline void given(const struct origin_config *config)
{
    char why[256];
    int rc = origin_start(&origin_g, config, SERVERS, NULL, why, sizeof why);
    cr_assert_eq(rc, 0, "%d: %s", rc, why);
}

static inline void stop(void)
{
    origin_stop(origin_g);
    origin_g = NULL;
}

/* A connection, to the servers in turn. */
static inline int client(void)
{
    const struct sockaddr_in *address = origin_address_of(origin_addresses(origin_g), clients_g++);
    struct timeval limit = {.tv_sec = 10};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    cr_assert_eq(connect(fd, (const struct sockaddr *)address, sizeof *address), 0, "connect: errno %d", errno);
    return fd;
}

static inline void say(int fd, const char *text)
{
    cr_assert_eq(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

/* All that comes until the end of the stream or until `len` bytes are there; -1: the connection was reset. */
static inline ssize_t hear(int fd, char *text, size_t len)
{
    size_t have = 0;
    for (ssize_t n; have < len; have += (size_t)n) {
        n = recv(fd, text + have, len - have, 0);
        if (n < 0)
            return errno == ECONNRESET && have == 0 ? -1 : (ssize_t)have;
        if (n == 0)
            break;
    }
    return (ssize_t)have;
}

static inline size_t answer_bytes(const char *status, uint32_t body_bytes, bool keep_alive)
{
    char head[256];
    return (size_t)snprintf(head, sizeof head, "HTTP/1.1 %s\r\nContent-Length: %u\r\n%s\r\n", status, body_bytes,
                            keep_alive ? "" : "Connection: close\r\n") +
           body_bytes;
}

static inline bool is_page(const struct origin_config *config, const char *body, uint64_t id)
{
    size_t first = origin_body_first(config, id);
    for (size_t i = 0; i < config->body_bytes / 8; i++) {
        uint64_t word;
        memcpy(&word, body + 8 * i, 8);
        if (word != origin_content_word(config->key, first + i))
            return false;
    }
    return true;
}

/* One answer of status 200 on a connection that goes on: is it page `id`? */
static inline bool hears_page(int fd, const struct origin_config *config, uint64_t id)
{
    size_t len = answer_bytes("200 OK", config->body_bytes, true);
    char *text = malloc(len);
    bool ok = hear(fd, text, len) == (ssize_t)len && !memcmp(text, "HTTP/1.1 200 OK\r\n", 17) &&
              is_page(config, text + len - config->body_bytes, id);
    free(text);
    return ok;
}

/* The status of the answer to this text, after which the server closes; 0: none. */
static inline int status_of(const char *text)
{
    char answer[512] = "";
    int fd = client(), status = 0;
    say(fd, text);
    ssize_t n = hear(fd, answer, sizeof answer - 1);
    close(fd);
    return n > 0 && sscanf(answer, "HTTP/1.1 %d", &status) == 1 ? status : 0;
}

static inline void fetch_page(const struct origin_config *config, uint64_t id)
{
    char text[64];
    int fd = client();
    snprintf(text, sizeof text, "GET /%d HTTP/1.1\r\n\r\n", (int)id);
    say(fd, text);
    cr_assert(hears_page(fd, config, id), "page %d", (int)id);
    close(fd);
}

#endif
