/* SPDX-License-Identifier: Apache-2.0 */
/* The origin: what it answers, that it is never early, and that no client can keep it from answering the others. */
#include "unit/origin_client.h"

#include "measure/clock.h"

#include <poll.h>

TestSuite(origin, .timeout = 30, .fini = stop);

/* --- what it answers ---------------------------------------------------------------------------------------------- */

Test(origin, answers_with_the_page_that_was_asked_for)
{
    struct origin_config config = config_of(0, BODY_BYTES);
    given(&config);
    int fd = client();
    for (uint64_t id = 0; id < 50; id++) {
        char text[64];
        snprintf(text, sizeof text, "GET /%d HTTP/1.1\r\n\r\n", (int)id);
        say(fd, text);
        cr_assert(hears_page(fd, &config, id), "page %d", (int)id);
    }
    cr_expect_not(is_page(&config,
                          "another page another page another page another page another page another page "
                          "another page another page another page another page",
                          0));
    close(fd);
}

Test(origin, is_never_early)
{
    struct origin_config config = config_of(20 * MS, BODY_BYTES);
    config.spread = ORIGIN_LOGNORMAL;
    given(&config);
    for (uint64_t id = 0; id < 8; id++) {
        char text[64];
        int fd = client();
        snprintf(text, sizeof text, "GET /%d HTTP/1.1\r\n\r\n", (int)id);
        uint64_t start_ns = clock_monotonic_ns();
        say(fd, text);
        cr_assert(hears_page(fd, &config, id));
        cr_expect_geq(clock_monotonic_ns() - start_ns, origin_latency_ns(&config, id));
        close(fd);
    }
}

/* Answers are due in another order than requests came in. */
Test(origin, answers_whoever_is_due)
{
    struct origin_config config = config_of(200 * MS, BODY_BYTES);
    config.spread = ORIGIN_LOGNORMAL;
    given(&config);
    struct pollfd fds[12];
    for (int i = 0; i < 12; i++) {
        char text[64];
        fds[i] = (struct pollfd){.fd = client(), .events = POLLIN};
        snprintf(text, sizeof text, "GET /%d HTTP/1.1\r\n\r\n", i);
        say(fds[i].fd, text);
    }
    uint64_t last_ns = 0, most_ns = 0;
    for (int left = 12; left; left--) {
        cr_assert_geq(poll(fds, 12, 10000), 1);
        int at = 0;
        while (fds[at].fd < 0 || !fds[at].revents)
            at++;
        for (int i = at + 1; i < 12; i++) /* of several that are ready, the one that was due first */
            if (fds[i].fd >= 0 && fds[i].revents &&
                origin_latency_ns(&config, (uint64_t)i) < origin_latency_ns(&config, (uint64_t)at))
                at = i;
        uint64_t due_ns = origin_latency_ns(&config, (uint64_t)at);
        cr_expect_geq(due_ns + 20 * MS, last_ns, "page %d came after one that was due later", at);
        last_ns = due_ns;
        most_ns = due_ns > most_ns ? due_ns : most_ns;
        cr_assert(hears_page(fds[at].fd, &config, (uint64_t)at));
        close(fds[at].fd);
        fds[at].fd = -1;
    }
    cr_expect_eq(last_ns, most_ns);
}

Test(origin, closes_when_asked)
{
    struct origin_config config = config_of(0, BODY_BYTES);
    given(&config);
    char text[1024];
    int fd = client();
    say(fd, "GET /5 HTTP/1.1\r\nConnection: close\r\n\r\n");
    size_t len = answer_bytes("200 OK", BODY_BYTES, false);
    cr_expect_eq(hear(fd, text, sizeof text), (ssize_t)len, "the answer, and then the end of the stream");
    cr_expect(is_page(&config, text + len - BODY_BYTES, 5));
    close(fd);
}

Test(origin, takes_requests_ahead_of_answers)
{
    struct origin_config config = config_of(3 * MS, BODY_BYTES);
    given(&config);
    int fd = client();
    char many[40 * 32] = "";
    for (int i = 0; i < 40; i++) /* more than its buffer holds */
        snprintf(many + strlen(many), 32, "GET /%d HTTP/1.1\r\n\r\n", i);
    say(fd, many);
    shutdown(fd, SHUT_WR); /* says no more, and still wants its answers */
    for (uint64_t id = 0; id < 40; id++)
        cr_assert(hears_page(fd, &config, id), "page %d", (int)id);
    char byte;
    cr_expect_eq(recv(fd, &byte, 1, 0), 0);
    close(fd);
}

Test(origin, says_what_is_wrong)
{
    struct origin_config config = config_of(0, BODY_BYTES);
    char endless[4096];
    given(&config);
    memset(endless, 'x', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    cr_expect_eq(status_of("POST /1 HTTP/1.1\r\n\r\n"), 400);
    cr_expect_eq(status_of("GET /nothing HTTP/1.1\r\n\r\n"), 404);
    cr_expect_eq(status_of(endless), 400);
    cr_expect_eq(status_of("GET /1 HTTP/1.0\r\n\r\n"), 200);
}

Test(origin, fails_as_it_was_told)
{
    struct origin_config config = config_of(MS, BODY_BYTES);
    config.fail_permille = 1000;
    given(&config);
    unsigned unavailable = 0, hung_up = 0;
    for (uint64_t id = 0; id < 20; id++) {
        char text[64], answer[256];
        int fd = client();
        snprintf(text, sizeof text, "GET /%d HTTP/1.1\r\n\r\n", (int)id);
        say(fd, text);
        size_t len = answer_bytes("503 Service Unavailable", 0, true);
        if (origin_outcome(&config, id) == ORIGIN_HANGS_UP) {
            cr_expect_eq(hear(fd, answer, sizeof answer), 0);
            hung_up++;
        } else {
            cr_expect_eq(hear(fd, answer, len), (ssize_t)len);
            cr_expect_eq(memcmp(answer, "HTTP/1.1 503 ", 13), 0);
            unavailable++;
        }
        close(fd);
    }
    cr_expect(unavailable > 2 && hung_up > 2);
}

/* --- clients that are in the way ---------------------------------------------------------------------------------- */

Test(origin, waits_for_slow_clients_without_keeping_others_waiting)
{
    struct origin_config config = config_of(0, BIG_BYTES);
    given(&config);
    int silent = client(), half = client(), deaf = client(), slow = client();
    say(half, "GET /1 HT");
    say(deaf, "GET /2 HTTP/1.1\r\n\r\n"); /* a megabyte that nobody reads yet: it does not fit into the socket */
    for (uint64_t id = 0; id < 20; id++) {
        char text[64];
        int fd = client();
        snprintf(text, sizeof text, "GET /%d HTTP/1.1\r\n\r\n", (int)id);
        say(fd, text);
        cr_assert(hears_page(fd, &config, id));
        close(fd);
    }
    for (const char *at = "GET /3 HTTP/1.1\r\n\r\n"; *at; at++) {
        char one[2] = {*at, '\0'};
        say(slow, one);
        poll(NULL, 0, 1);
    }
    cr_expect(hears_page(slow, &config, 3));
    cr_expect(hears_page(deaf, &config, 2));
    say(half, "TP/1.1\r\n\r\n");
    cr_expect(hears_page(half, &config, 1));
    close(silent);
    close(half);
    close(deaf);
    close(slow);
}

/* Beyond its limit nobody is refused: they wait until somebody leaves. */
Test(origin, serves_more_than_it_was_told_in_turn)
{
    struct origin_config config = config_of(0, BODY_BYTES);
    given(&config);
    static int fds[400];
    for (int i = 0; i < 400; i++)
        fds[i] = client();
    for (int i = 0; i < 400; i++) {
        char text[64];
        snprintf(text, sizeof text, "GET /%d HTTP/1.1\r\n\r\n", i);
        say(fds[i], text);
        cr_assert(hears_page(fds[i], &config, (uint64_t)i), "client %d", i);
        close(fds[i]);
    }
    struct origin_use use;
    cr_assert(origin_use(origin_g, &use));
    cr_expect_eq(use.connections_count, 400u);
    cr_expect_eq(use.requests_count, 400u);
    cr_expect_gt(use.cpu_ns, 0u);
}

/* Who goes while his answer is due is forgotten; the others' answers stay in order. */
Test(origin, forgets_who_has_gone)
{
    struct origin_config config = config_of(30 * MS, BODY_BYTES);
    struct linger drop = {1, 0};
    config.spread = ORIGIN_LOGNORMAL;
    config.connections = 256;
    given(&config);
    int fds[200];
    for (int i = 0; i < 200; i++) {
        char text[64];
        fds[i] = client();
        snprintf(text, sizeof text, "GET /%d HTTP/1.1\r\n\r\n", i);
        say(fds[i], text);
    }
    for (int i = 0; i < 200; i += 2) {
        setsockopt(fds[i], SOL_SOCKET, SO_LINGER, &drop, sizeof drop);
        close(fds[i]);
    }
    for (int i = 1; i < 200; i += 2) {
        cr_assert(hears_page(fds[i], &config, (uint64_t)i), "client %d", i);
        close(fds[i]);
    }
}
