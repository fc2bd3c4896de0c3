/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A web of four pages for fetch_as_completed.c: an HTTP server on a port of the loopback interface that the kernel
 * chooses. A path says what is wanted, and after how long; every other path is a page that is not there. It answers
 * as many connections as there are pages, each in a coroutine of its own, and ends.
 */
#ifndef QUINTET_TESTS_EXAMPLES_WEB_H
#define QUINTET_TESTS_EXAMPLES_WEB_H

#include "strategies/coroutine/coro.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { WEB_PAGES = 4, WEB_ANSWER_MAX = 4000 };

static const char *const web_urls[WEB_PAGES] = {
    "http://a.test/3000-bytes-after-300-ms",
    "http://b.test/no-such-page",
    "http://c.test/120-bytes-after-0-ms",
    "http://d.test/1500-bytes-after-200-ms",
};

static struct sockaddr_in web_address = {.sin_family = AF_INET}; /* where all these names lead */

/* A listening socket, or -errno. */
static int web_open(void)
{
    socklen_t len = sizeof web_address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    web_address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || bind(fd, (struct sockaddr *)&web_address, len) || listen(fd, WEB_PAGES) ||
        getsockname(fd, (struct sockaddr *)&web_address, &len))
        return -errno;
    return fd;
}

static int web_answer(struct coro *self, void *arg)
{
    int fd = (int)(intptr_t)arg;
    char text[WEB_ANSWER_MAX] = "";
    unsigned bytes = 9, after_ms = 100;
    ssize_t n = coro_recv(self, fd, text, sizeof text - 1, 0, CORO_NEVER); /* so short a request comes in one piece */
    bool found = sscanf(text, "GET /%u-bytes-after-%u-ms ", &bytes, &after_ms) == 2 && bytes <= WEB_ANSWER_MAX - 64;
    if (n > 0)
        n = coro_sleep(self, after_ms * UINT64_C(1000000));
    if (n == 0) {
        memset(text, '.', sizeof text);
        int header = sprintf(text, "HTTP/1.0 %s\r\n\r\n", found ? "200 OK" : "404 Not Found");
        n = coro_send(self, fd, text, (size_t)header + bytes, 0, CORO_NEVER);
    }
    coro_close(self, fd);
    return n < 0 ? (int)n : 0;
}

/* A task. arg: the listening socket. */
static int web_serve(struct coro *self, void *arg, void **value)
{
    struct scope connections;
    int err = 0;
    (void)value;
    scope_init(&connections, self, 0);
    for (int i = 0; i < WEB_PAGES && !err; i++) {
        int fd = coro_accept(self, *(const int *)arg, CORO_NEVER);
        err = fd < 0 ? fd : scope_spawn(&connections, web_answer, (void *)(intptr_t)fd);
    }
    int joined = scope_join(&connections);
    return err ? err : joined;
}

#endif
