/* SPDX-License-Identifier: Apache-2.0 */
/* The origin: what it answers, that it is never early, and that no client can keep it from answering the others. Built
 * twice: with one server and, as origin_several, with three. */
#include "quintet_criterion.h"

#include "measure/clock.h"
#include "measure/rng.h"
#include "run/origin.h"
#include "run/origin_private.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BODY_BYTES = 128, BIG_BYTES = ORIGIN_BODY_MAX_BYTES, MS = 1000000 };

#ifndef SERVERS
#define SERVERS 1
#endif

static struct origin *origin_g;
static unsigned clients_g; /* so far: they go to the servers in turn */

static struct origin_config config_of(uint64_t latency_ns, uint32_t body_bytes)
{
    return (struct origin_config){
        .key = 7, .latency_key = 8, .latency_ns = latency_ns, .body_bytes = body_bytes, .connections = 16};
}

static void given(const struct origin_config *config)
{
    char why[256];
    int rc = origin_start(&origin_g, config, SERVERS, NULL, why, sizeof why);
    cr_assert_eq(rc, 0, "%d: %s", rc, why);
}

static void stop(void)
{
    origin_stop(origin_g);
    origin_g = NULL;
}

TestSuite(origin, .timeout = 30, .fini = stop);

/* A client of its own: plain sockets, none of the workload's code. */
static int client(void)
{
    const struct sockaddr_in *address = origin_address_of(origin_addresses(origin_g), clients_g++);
    struct timeval limit = {.tv_sec = 10};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    cr_assert_eq(connect(fd, (const struct sockaddr *)address, sizeof *address), 0, "connect: errno %d", errno);
    return fd;
}

static void say(int fd, const char *text)
{
    cr_assert_eq(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

/* All that comes until the end of the stream or until `len` bytes are there; -1: the connection was reset. */
static ssize_t hear(int fd, char *text, size_t len)
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

static size_t answer_bytes(const char *status, uint32_t body_bytes, bool keep_alive)
{
    char head[256];
    return (size_t)snprintf(head, sizeof head, "HTTP/1.1 %s\r\nContent-Length: %u\r\n%s\r\n", status, body_bytes,
                            keep_alive ? "" : "Connection: close\r\n") +
           body_bytes;
}

static bool is_page(const struct origin_config *config, const char *body, uint64_t id)
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
static bool hears_page(int fd, const struct origin_config *config, uint64_t id)
{
    size_t len = answer_bytes("200 OK", config->body_bytes, true);
    char *text = malloc(len);
    bool ok = hear(fd, text, len) == (ssize_t)len && !memcmp(text, "HTTP/1.1 200 OK\r\n", 17) &&
              is_page(config, text + len - config->body_bytes, id);
    free(text);
    return ok;
}

/* The status of the answer to this text, after which the server closes; 0: none. */
static int status_of(const char *text)
{
    char answer[512] = "";
    int fd = client(), status = 0;
    say(fd, text);
    ssize_t n = hear(fd, answer, sizeof answer - 1);
    close(fd);
    return n > 0 && sscanf(answer, "HTTP/1.1 %d", &status) == 1 ? status : 0;
}

/* --- what it reads ------------------------------------------------------------------------------------------------ */

static int parsed(const char *text, struct origin_request *out)
{
    return origin_request_parse(text, strlen(text), out);
}

Test(origin, reads_requests)
{
    struct origin_request r;
    cr_expect_eq(parsed("GET /17 HTTP/1.1\r\n\r\n", &r), 20);
    cr_expect(r.id == 17 && r.keep_alive);
    cr_expect_eq(parsed("GET /0?x=1 HTTP/1.1\r\nHost: a\r\nconnection:  Close\r\n\r\nGET /", &r), 52);
    cr_expect(r.id == 0 && !r.keep_alive);
    cr_expect_gt(parsed("GET /1 HTTP/1.0\r\n\r\n", &r), 0);
    cr_expect_not(r.keep_alive, "1.0 closes unless asked not to");
    cr_expect_gt(parsed("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", &r), 0);
    cr_expect(r.keep_alive);
    cr_expect_eq(parsed("", &r), 0);
    cr_expect_eq(parsed("GET /1 HTTP/1.1\r\nHost: a\r\n", &r), 0, "not complete");
}

Test(origin, tells_what_is_no_request)
{
    static const char *const bad[] = {
        "\r\n\r\n",
        "POST /1 HTTP/1.1\r\n\r\n",
        "GET 1 HTTP/1.1\r\n\r\n",
        "GET /1\r\n\r\n",
        "GET  HTTP/1.1\r\n\r\n",
        "GET /1 HTTP/2.0\r\n\r\n",
        "GET /1 HTTP/1.12\r\n\r\n",
        "GET /1 HTTP/1.1\r\nno colon\r\n\r\n",
        "GET /1 HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",
        "GET /1 HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n",
    };
    struct origin_request r;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_eq(parsed(bad[i], &r), -EBADMSG, "case %zu", i);
    cr_expect_eq(parsed("GET /x HTTP/1.1\r\n\r\n", &r), -ENOENT);
    cr_expect_eq(parsed("GET / HTTP/1.1\r\n\r\n", &r), -ENOENT);
    cr_expect_eq(parsed("GET /1x HTTP/1.1\r\n\r\n", &r), -ENOENT);
    cr_expect_eq(parsed("GET /99999999999999999999999 HTTP/1.1\r\n\r\n", &r), -ENOENT);
    char endless[ORIGIN_REQUEST_MAX_BYTES];
    memset(endless, 'G', sizeof endless);
    cr_expect_eq(origin_request_parse(endless, sizeof endless, &r), -EBADMSG);
    cr_expect_eq(origin_request_parse(endless, sizeof endless - 1, &r), 0);
}

/* No byte of whatever comes makes the parser read beyond it or take more than there is. (Under ASan this means
 * something.) */
Test(origin, survives_any_bytes)
{
    static const char seed_text[] = "GET /12 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    struct rng rng = {3};
    for (int round = 0; round < 200000; round++) {
        size_t len = rng_below(&rng, sizeof seed_text);
        char *text = malloc(len ? len : 1); /* exactly as long, so that one byte beyond is seen */
        memcpy(text, seed_text, len);
        for (unsigned i = 0; len && i < rng_below(&rng, 4); i++)
            text[rng_below(&rng, len)] = "\r\n :/G0\0"[rng_below(&rng, 8)];
        struct origin_request r;
        int taken = origin_request_parse(text, len, &r);
        cr_assert(taken <= (int)len);
        free(text);
    }
}

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

/* --- several servers ---------------------------------------------------------------------------------------------- */

static void fetch_page(const struct origin_config *config, uint64_t id)
{
    char text[64];
    int fd = client();
    snprintf(text, sizeof text, "GET /%d HTTP/1.1\r\n\r\n", (int)id);
    say(fd, text);
    cr_assert(hears_page(fd, config, id), "page %d", (int)id);
    close(fd);
}

/* Whoever asks only one of them loads only that one, and all of them have the same pages. */
Test(origin, tells_what_each_server_used)
{
    struct origin_config config = config_of(0, BODY_BYTES);
    struct origin_use before, after;
    given(&config);
    for (uint64_t id = 0; id < 2 * SERVERS; id++)
        fetch_page(&config, 3);
    poll(NULL, 0, 20); /* until they wait again */
    cr_assert(origin_use(origin_g, &before));
    cr_assert_eq(before.servers_count, (unsigned)SERVERS);
    for (int i = 0; i < 300; i++) {
        clients_g = SERVERS - 1;
        fetch_page(&config, (uint64_t)i);
    }
    poll(NULL, 0, 20);
    cr_assert(origin_use(origin_g, &after));
    uint64_t sum_ns = 0, last_ns = after.server_cpu_ns[SERVERS - 1] - before.server_cpu_ns[SERVERS - 1];
    for (unsigned i = 0; i < SERVERS; i++) {
        cr_expect_gt(before.server_cpu_ns[i], 0u, "server %u", i);
        sum_ns += after.server_cpu_ns[i] - before.server_cpu_ns[i];
    }
    cr_expect_eq(after.requests_count - before.requests_count, 300u);
    cr_expect_gt(last_ns, 300 * UINT64_C(1000), "a page takes some microseconds");
    cr_expect_eq(sum_ns, last_ns, "the others did nothing");
    uint64_t all_ns = after.cpu_ns - before.cpu_ns;
    cr_expect(sum_ns <= all_ns + MS && sum_ns + MS >= all_ns * 9 / 10, "%zu of %zu", (size_t)sum_ns, (size_t)all_ns);
}

Test(origin, connections_go_to_the_servers_in_turn)
{
    struct origin_config config = config_of(0, BODY_BYTES);
    given(&config);
    const struct origin_addresses *addresses = origin_addresses(origin_g);
    unsigned met[SERVERS] = {0};
    cr_assert_eq(addresses->n, (unsigned)SERVERS);
    for (uint64_t connection = 0; connection < 7 * SERVERS; connection++)
        met[origin_address_of(addresses, connection) - addresses->at]++;
    for (unsigned i = 0; i < SERVERS; i++) {
        cr_expect_eq(met[i], 7u);
        for (unsigned j = 0; j < i; j++)
            cr_expect_neq(addresses->at[i].sin_port, addresses->at[j].sin_port);
    }
}

/* Each on its own of the CPUs, or on one that it shares where there are fewer. */
Test(origin, servers_keep_to_their_cpus)
{
    struct origin_config config = config_of(0, BODY_BYTES);
    cpu_set_t all, one, seen;
    char why[256], path[64];
    cr_assert_eq(sched_getaffinity(0, sizeof all, &all), 0);
    CPU_ZERO(&one);
    for (size_t cpu = 0; cpu < CPU_SETSIZE && !CPU_COUNT(&one); cpu++)
        if (CPU_ISSET(cpu, &all))
            CPU_SET(cpu, &one);
    cr_assert_eq(origin_start(&origin_g, &config, SERVERS, &one, why, sizeof why), 0, "%s", why);
    snprintf(path, sizeof path, "/proc/%d/task", (int)origin_pid(origin_g));
    DIR *tasks = opendir(path);
    unsigned n = 0;
    for (struct dirent *entry; tasks && (entry = readdir(tasks));) {
        if (entry->d_name[0] == '.')
            continue;
        n++;
        cr_assert_eq(sched_getaffinity((pid_t)atoi(entry->d_name), sizeof seen, &seen), 0);
        cr_expect(CPU_EQUAL(&seen, &one));
    }
    closedir(tasks);
    cr_expect_eq(n, (unsigned)SERVERS);
    fetch_page(&config, 1);
}

/* --- its end ------------------------------------------------------------------------------------------------------ */

Test(origin, killed_is_told_and_nobody_hangs)
{
    struct origin_config config = config_of(UINT64_C(60000) * MS, BODY_BYTES);
    char how[96] = "", byte;
    given(&config);
    int fd = client();
    say(fd, "GET /1 HTTP/1.1\r\n\r\n");
    cr_expect_not(origin_ended(origin_g, 0, how, sizeof how));
    cr_assert_eq(kill(origin_pid(origin_g), SIGKILL), 0);
    cr_expect_leq(recv(fd, &byte, 1, 0), 0, "the end of the stream or a reset");
    close(fd);
    siginfo_t info;
    cr_assert_eq(waitid(P_PID, (id_t)origin_pid(origin_g), &info, WEXITED | WNOWAIT), 0);
    cr_expect(origin_ended(origin_g, 0, how, sizeof how));
    cr_expect_str_eq(how, "was killed by signal 9 (Killed)");
    pid_t pid = origin_pid(origin_g);
    stop();
    cr_expect_eq(waitpid(pid, NULL, 0), -1, "it was reaped");
    cr_expect_eq(errno, ECHILD);
}

/* A parent that is killed has no time to stop anything. */
Test(origin, dies_with_its_parent)
{
    int tell[2];
    cr_assert_eq(pipe(tell), 0);
    pid_t parent = fork();
    if (parent == 0) {
        test_die_with_parent();
        struct origin_config config = config_of(0, BODY_BYTES);
        struct origin *origin;
        char why[256];
        struct sockaddr_in address = {0};
        if (origin_start(&origin, &config, SERVERS, NULL, why, sizeof why) == 0)
            address = *origin_address_of(origin_addresses(origin), SERVERS - 1);
        _exit(write(tell[1], &address, sizeof address) == sizeof address && pause() == 0);
    }
    struct sockaddr_in address;
    cr_assert_eq(read(tell[0], &address, sizeof address), (ssize_t)sizeof address);
    cr_assert_neq(address.sin_port, 0);
    kill(parent, SIGKILL);
    waitpid(parent, NULL, 0);
    bool refused = false;
    for (int tries = 0; tries < 500 && !refused; tries++) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        refused = connect(fd, (struct sockaddr *)&address, sizeof address) && errno == ECONNREFUSED;
        close(fd);
        poll(NULL, 0, 10);
    }
    cr_expect(refused, "somebody still listens");
}

Test(origin, says_what_it_cannot_serve)
{
    struct origin_config config = config_of(0, BODY_BYTES);
    char why[256];
    config.connections = 20000;
    cr_expect_eq(origin_start(&origin_g, &config, SERVERS, NULL, why, sizeof why), -ENOTSUP);
    cr_expect_not_null(strstr(why, "ports"), "%s", why);
    cr_expect_null(origin_g);
    config = config_of(0, 12);
    cr_expect_eq(origin_start(&origin_g, &config, SERVERS, NULL, why, sizeof why), -EINVAL);
    config = config_of(0, BODY_BYTES);
    cr_expect_eq(origin_start(&origin_g, &config, 0, NULL, why, sizeof why), -EINVAL);
    cr_expect_eq(origin_start(&origin_g, &config, ORIGIN_SERVERS_MAX + 1, NULL, why, sizeof why), -EINVAL);
}

/* --- the model ---------------------------------------------------------------------------------------------------- */

Test(origin, model_has_the_shares_it_promises)
{
    struct origin_config config = config_of(1000000, BODY_BYTES);
    unsigned slow = 0, failed = 0, below = 0;
    double sum = 0;
    config.fail_permille = 100;
    config.spread = ORIGIN_BIMODAL;
    for (uint64_t id = 0; id < 100000; id++) {
        uint64_t ns = origin_latency_ns(&config, id);
        cr_assert(ns == 1000000 || ns == 20000000);
        slow += ns == 20000000;
        failed += origin_outcome(&config, id) != ORIGIN_OK;
        cr_assert_lt(origin_body_first(&config, id), (size_t)ORIGIN_WINDOWS);
    }
    cr_expect(slow > 850 && slow < 1150, "%u of 100000 are slow", slow); /* 1000 +- 5 standard errors */
    cr_expect(failed > 9500 && failed < 10500, "%u of 100000 fail", failed);
    config.spread = ORIGIN_LOGNORMAL;
    for (uint64_t id = 0; id < 100000; id++) {
        uint64_t ns = origin_latency_ns(&config, id);
        cr_assert(ns >= 62500 && ns < 16000000);
        below += ns < 1000000;
        sum += (double)ns;
    }
    cr_expect(below > 49000 && below < 51000, "%u of 100000 are below the median", below);
    cr_expect(sum / 1e11 > 1.35 && sum / 1e11 < 1.45, "mean %.3f medians", sum / 1e11);
}
