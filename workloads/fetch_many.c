/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fetch_many: fetch N pages from a web server that takes a while for each, K at a time; look at each as it arrives.
 *
 *     task 0     |c|req|------ latency ------|page|req|------ latency ------|page| ...      one connection
 *     task 1     |c|req|-------- latency --------|page|req|-- latency --|page| ...
 *     ...                                                                                   K of them at once
 *     origin         accepts, parses, waits until due, answers                              a process of its own
 *
 * One op is one page: a request over TCP on loopback, the wait, the answer with its head parsed and all of its body
 * summed up. A task is one connection, over which it fetches `per_connection` pages in order (1: a connection for each
 * page).
 *
 * The origin (contract/origin.h) is a part of the harness: an epoll loop that no strategy runs, and where eight CPUs or
 * more were granted one for every four of them, each with an address of its own; connections are dealt out to them in
 * turn (servers=N makes it N loops wherever it is). How long a page takes follows from the run's seed and the page's
 * number, what is in it from the block's nonce: all strategies meet the same pages. It is never early. By how much it
 * was late, how busy the busiest loop was, and how many CPUs it had for itself is told with every trial:
 * origin_late_mean_ns, origin_cpu_percent, origin_own_cpus_count. From 70 per cent of a CPU on the trial does not
 * count: then the queue in the server would be what is measured. origin_ceiling_per_s is how many pages it could serve
 * at this cost for each, and with this distribution, until that loop is full.
 *
 * What differs. As in sleep_fanout the wait is free: at equal K all should tie at about N * latency / K as long as K
 * times the CPU time of a fetch is small against the latency. Here a fetch has a price, seven system calls or
 * submissions with a new connection and two without, and the price differs: threads pay two context switches for each
 * page, processes a fork for each connection, a ring batches its submissions. So they part as K grows, in
 * cpu_ns_per_op first and in throughput once the CPUs are full. Loopback makes the calls dear against the wait: the
 * client runs the server's half of TCP too.
 *
 * With latency_ns=0 nobody waits for long, and the price of a page is all there is. Coroutines over a ring pay for it
 * about 0.7 us more than a thread that blocks in recv(2), if they come one at a time: the ring has to look, arm a poll,
 * be woken, and look again. They get it back as soon as a turn of a worker carries several: at K = P they take 1.15
 * times the CPU time of the pool for each page, at 2 P as much, at 32 P 0.78 of it (docs/coroutines.md, section 9, with
 * what was tried and did not help).
 *
 * Metrics: first_, half_ and last_completion_ns: from the start of the run until the first page, half of the pages and
 * the last one had been looked at. With a wide spread of latencies half comes long before last. connections_count.
 *
 * Not to be used for: the speed of HTTP clients or servers (this one knows four answers), or real networks: here
 * nothing is lost, reordered or slow to connect. With fewer than four CPUs server and strategy share them.
 */
#include "contract/workload.h"
#include "measure/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARAM_URLS, PARAM_LATENCY_NS, PARAM_SPREAD, PARAM_BODY_BYTES, PARAM_PER_CONNECTION, PARAM_FAIL_PERMILLE };
enum { REQUEST_BYTES = 128, STATE_MAX_BYTES = 1 << 30 };

static const char *const spread_names[] = {"constant", "lognormal", "bimodal", NULL}; /* enum origin_spread */

struct fetch_shared {
    struct origin_addresses origin;
    uint64_t done_ns[]; /* by page; when it had been looked at */
};

/* A task's own: its connection and the answer that is arriving. */
struct fetcher {
    bool connected;
    int fd;
    char answer[];
};

static struct origin_config origin_of(const struct workload_env *env)
{
    const int64_t *value = env->params->value;
    return (struct origin_config){
        .key = env->nonce,
        .latency_key = env->seed,
        .latency_ns = (uint64_t)value[PARAM_LATENCY_NS],
        .spread = (enum origin_spread)value[PARAM_SPREAD],
        .body_bytes = (uint32_t)value[PARAM_BODY_BYTES],
        .fail_permille = (unsigned)value[PARAM_FAIL_PERMILLE],
        .connections = env->in_flight,
    };
}

/* Of a task that fetches `count`: no page is asked for twice. */
static uint64_t page_of(unsigned task, uint64_t count, uint64_t index)
{
    return task * count + index;
}

/* --- what a page is worth ----------------------------------------------------------------------------------------- */

struct page_sum {
    uint64_t sum, sum_of_sums; /* Fletcher's: notices changed and exchanged words */
};

static void page_sum_add(struct page_sum *p, uint64_t word)
{
    p->sum += word;
    p->sum_of_sums += p->sum;
}

static uint64_t page_value(const struct page_sum *p)
{
    return rng_hash2(p->sum, p->sum_of_sums);
}

/* A page that cannot be had is an outcome like another: what counts is that it is the right one. */
static uint64_t failure_value(enum origin_outcome outcome, uint64_t page)
{
    return rng_hash2(outcome, page);
}

static uint64_t fetch_many_expect(const struct workload_env *env, const struct shape *shape, unsigned task)
{
    struct origin_config origin = origin_of(env);
    uint64_t result = 0;
    for (uint64_t i = 0; i < shape->ops_per_task; i++) {
        uint64_t page = page_of(task, shape->ops_per_task, i);
        enum origin_outcome outcome = origin_outcome(&origin, page);
        struct page_sum sum = {0, 0};
        size_t first = origin_body_first(&origin, page);
        for (size_t w = 0; outcome == ORIGIN_OK && w < origin.body_bytes / sizeof(uint64_t); w++)
            page_sum_add(&sum, origin_content_word(origin.key, first + w));
        result = result_fold(result, outcome == ORIGIN_OK ? page_value(&sum) : failure_value(outcome, page));
    }
    return result;
}

/* --- one fetch ---------------------------------------------------------------------------------------------------- */

/* Nothing follows over this connection. */
static bool is_last(const struct op *op)
{
    return op->index + 1 == op->count || (op->index + 1) % (uint64_t)op->env->params->value[PARAM_PER_CONNECTION] == 0;
}

static int request_send(struct op *op, int fd, uint64_t page)
{
    char text[REQUEST_BYTES];
    int len = snprintf(text, sizeof text, "GET /%llu HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n", (unsigned long long)page,
                       is_last(op) ? "Connection: close\r\n" : "");
    for (int sent = 0; sent < len;) {
        ssize_t n = ctx_send(op->ctx, fd, text + sent, (size_t)(len - sent), 0);
        if (n < 0)
            return (int)n;
        sent += (int)n;
    }
    return 0;
}

struct head {
    size_t status, head_bytes, body_bytes;
};

/* The decimal number at `at`, which ends before `end`. False if there is none, or none of ours. */
static bool number_parse(const char *at, const char *end, size_t *out)
{
    const char *digit = at;
    for (*out = 0; digit < end && *digit >= '0' && *digit <= '9' && digit - at < 9; digit++)
        *out = 10 * *out + (size_t)(*digit - '0');
    return digit > at && !(digit < end && *digit >= '0' && *digit <= '9');
}

/* The head of an answer, once all of it is there: 1; 0: not yet; -EBADMSG. */
static int head_parse(const char *text, size_t len, struct head *out)
{
    static const char version[] = "HTTP/1.1 ", length[] = "Content-Length: ";
    const char *end = memmem(text, len, "\r\n\r\n", 4);
    if (!end)
        return len < ORIGIN_HEAD_MAX_BYTES ? 0 : -EBADMSG;
    const char *field = memmem(text, (size_t)(end - text), length, sizeof length - 1);
    if (end - text < 12 || memcmp(text, version, sizeof version - 1) != 0 || !field ||
        !number_parse(text + sizeof version - 1, end, &out->status) ||
        !number_parse(field + sizeof length - 1, end, &out->body_bytes))
        return -EBADMSG;
    out->head_bytes = (size_t)(end + 4 - text);
    return 1;
}

/* Receive one answer. 0; -ECONNRESET if the connection ended before; -EBADMSG if it isn't what was asked for. */
static int answer_receive(struct op *op, struct fetcher *f, struct head *head)
{
    size_t body_bytes = (size_t)op->env->params->value[PARAM_BODY_BYTES], have = 0;
    bool has_head = false;
    do {
        ssize_t n = ctx_recv(op->ctx, f->fd, f->answer + have, ORIGIN_HEAD_MAX_BYTES + body_bytes - have, 0);
        if (n <= 0)
            return n < 0 ? (int)n : -ECONNRESET;
        have += (size_t)n;
        int rc = has_head ? 1 : head_parse(f->answer, have, head);
        if (rc < 0 || (rc > 0 && head->body_bytes > body_bytes))
            return -EBADMSG;
        has_head = rc > 0;
    } while (!has_head || have < head->head_bytes + head->body_bytes);
    return have == head->head_bytes + head->body_bytes ? 0 : -EBADMSG; /* more than was asked for */
}

/* The value of the page, or -errno. */
static int page_fetch(struct op *op, struct fetcher *f, uint64_t page, uint64_t *value)
{
    struct head head = {0};
    int rc = request_send(op, f->fd, page);
    if (!rc)
        rc = answer_receive(op, f, &head);
    if (rc)
        return rc;
    struct page_sum sum = {0, 0};
    for (size_t at = 0; at + sizeof(uint64_t) <= head.body_bytes; at += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, f->answer + head.head_bytes + at, sizeof word);
        page_sum_add(&sum, word);
    }
    bool whole = head.body_bytes == (size_t)op->env->params->value[PARAM_BODY_BYTES];
    if (head.status == 200 && whole)
        *value = page_value(&sum);
    else if (head.status == 503 && head.body_bytes == 0)
        *value = failure_value(ORIGIN_UNAVAILABLE, page);
    else
        return -EBADMSG;
    return 0;
}

static int fetcher_connect(struct op *op, struct fetcher *f)
{
    const struct fetch_shared *shared = op->env->shared;
    int fd = ctx_socket_tcp(op->ctx);
    if (fd < 0)
        return fd;
    uint64_t nth = op->index / (uint64_t)op->env->params->value[PARAM_PER_CONNECTION];
    const struct sockaddr_in *address = origin_address_of(&shared->origin, op->task + nth);
    int rc = ctx_connect(op->ctx, fd, (const struct sockaddr *)address, sizeof *address);
    if (rc < 0) {
        ctx_close(op->ctx, fd);
        return rc;
    }
    f->fd = fd;
    f->connected = true;
    return 0;
}

static int fetch_many_op(struct op *op)
{
    struct fetch_shared *shared = op->env->shared;
    struct fetcher *f = op->state;
    uint64_t page = page_of(op->task, op->count, op->index), value = 0;
    int rc = f->connected ? 0 : fetcher_connect(op, f);
    if (rc)
        return rc;
    rc = page_fetch(op, f, page, &value);
    /* A connection that ends is an outcome where it was to be expected. Elsewhere it is an origin that died. */
    struct origin_config origin = origin_of(op->env);
    bool hung_up = rc == -ECONNRESET && origin_outcome(&origin, page) == ORIGIN_HANGS_UP;
    if (hung_up) {
        value = failure_value(ORIGIN_HANGS_UP, page);
        rc = 0;
    }
    if (rc || hung_up || is_last(op)) {
        int closed = ctx_close(op->ctx, f->fd);
        f->connected = false;
        rc = rc ? rc : closed;
    }
    if (rc)
        return rc;
    op_result(op, value);
    shared->done_ns[page] = clock_now_ns();
    return 0;
}

/* --- the rest ----------------------------------------------------------------------------------------------------- */

static int fetch_many_shape(struct workload_env *env, struct shape *out)
{
    uint64_t per_connection = (uint64_t)env->params->value[PARAM_PER_CONNECTION];
    uint64_t body_bytes = (uint64_t)env->params->value[PARAM_BODY_BYTES];
    uint64_t tasks = ((uint64_t)env->params->value[PARAM_URLS] + per_connection - 1) / per_connection;
    if (body_bytes % sizeof(uint64_t)) {
        env_reason(env, "body_bytes must be a multiple of %zu", sizeof(uint64_t));
        return -EINVAL;
    }
    if (tasks * body_bytes > STATE_MAX_BYTES) {
        env_reason(env, "%llu tasks with a page of %llu bytes each need too much memory: raise per_connection",
                   (unsigned long long)tasks, (unsigned long long)body_bytes);
        return -EINVAL;
    }
    *out = (struct shape){
        .tasks = (unsigned)tasks,
        .ops_per_task = per_connection,
        .group = 1,
        .batch = 1,
        .shared_bytes = sizeof(struct fetch_shared) + tasks * per_connection * sizeof(uint64_t),
        .state_bytes = sizeof(struct fetcher) + ORIGIN_HEAD_MAX_BYTES + body_bytes,
    };
    return 0;
}

/* By the clock a task fetches more pages than go over one connection, and makes as many of those as it takes. */
static int fetch_many_pace(struct workload_env *env, struct shape *out)
{
    (void)env;
    out->shared_bytes = sizeof(struct fetch_shared) + out->tasks * out->ops_per_task * sizeof(uint64_t);
    return 0;
}

static int fetch_many_setup(struct workload_env *env)
{
    struct fetch_shared *shared = env->shared;
    struct origin_config origin = origin_of(env);
    return env_origin(env, &origin, &shared->origin);
}

/* From the pages of this run: a bound from the nominal mean could be above what was really asked for. */
static struct ideal fetch_many_ideal(const struct workload_env *env)
{
    struct origin_config origin = origin_of(env);
    uint64_t per_connection = (uint64_t)env->params->value[PARAM_PER_CONNECTION];
    uint64_t tasks = ((uint64_t)env->params->value[PARAM_URLS] + per_connection - 1) / per_connection;
    uint64_t pages = tasks * per_connection, sum_ns = 0, longest_ns = 0;
    for (unsigned task = 0; task < tasks; task++) {
        uint64_t task_ns = 0;
        for (uint64_t i = 0; i < per_connection; i++)
            task_ns += origin_latency_ns(&origin, page_of(task, per_connection, i));
        sum_ns += task_ns;
        longest_ns = task_ns > longest_ns ? task_ns : longest_ns;
    }
    if (sum_ns < pages)
        return (struct ideal){.kind = IDEAL_NONE};
    return (struct ideal){.kind = IDEAL_WAIT, .wait_ns = sum_ns / pages, .task_ns = longest_ns};
}

static int by_time(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Nobody looks at done_ns after this, so it may be sorted where it is. By the clock these times would be the clock's.
 */
static void fetch_many_metrics(const struct workload_env *env, const struct shape *shape, const struct facts *facts,
                               metric_fn *emit, void *sink)
{
    struct fetch_shared *shared = env->shared;
    uint64_t pages = shape->tasks * shape->ops_per_task;
    if (facts->offered_per_s)
        return;
    qsort(shared->done_ns, pages, sizeof shared->done_ns[0], by_time);
    if (shared->done_ns[0] < facts->start_ns)
        return; /* some page was not fetched: the trial has failed */
    emit(sink, "first_completion_ns", (double)(shared->done_ns[0] - facts->start_ns));
    emit(sink, "half_completion_ns", (double)(shared->done_ns[(pages - 1) / 2] - facts->start_ns));
    emit(sink, "last_completion_ns", (double)(shared->done_ns[pages - 1] - facts->start_ns));
}

/* Serial waits for every page in turn: `full` has more of them, not longer ones. */
static const struct param_spec fetch_many_params[] = {
    {.name = "urls",
     .unit = "count",
     .summary = "pages to fetch, rounded up to a multiple of per_connection",
     .defaults = {96, 256, 2048},
     .grows = 8, /* serial waits for each in turn */
     .min = 1,
     .max = 1000000},
    {.name = "latency_ns",
     .unit = "ns",
     .summary = "median time that the origin takes for a page",
     .defaults = {1000000, 1000000, 2000000},
     .min = 0,
     .max = 60000000000},
    {.name = "spread", .unit = "", .summary = "how latencies differ by page", .choices = spread_names},
    {.name = "body_bytes",
     .unit = "bytes",
     .summary = "size of a page, a multiple of 8",
     .defaults = {128, 128, 128},
     .min = 8,
     .max = ORIGIN_BODY_MAX_BYTES},
    {.name = "per_connection",
     .unit = "count",
     .summary = "pages fetched over one connection; 1: a new one for each",
     .defaults = {4, 4, 4},
     .min = 1,
     .max = 100000},
    {.name = "fail_permille",
     .unit = "permille",
     .summary = "pages that fail: by status 503 or by a closed connection",
     .defaults = {0, 0, 0},
     .min = 0,
     .max = 1000},
    {.name = NULL},
};

static const struct variant fetch_many_variants[] = {
    {"spread=lognormal", PROFILE_SMOKE},
    {"spread=bimodal", PROFILE_FULL},
    {"spread=constant,per_connection=1", PROFILE_FULL},
    {"spread=lognormal,body_bytes=16384,fail_permille=20", PROFILE_FULL},
    {NULL, PROFILE_SMOKE},
};

const struct workload workload_fetch_many = {
    .name = "fetch_many",
    .kind = "io",
    .summary = "How fast can many pages be fetched from a server that takes its time?",
    .op_is = "one page fetched over HTTP and checked",
    .protocol = 1,
    .params = fetch_many_params,
    .variants = fetch_many_variants,
    .in_flight_sweep = "8P 32P",
    .headline = "throughput_ops_per_s",
    .paceable = true,
    .fetches = true,
    .shape = fetch_many_shape,
    .pace = fetch_many_pace,
    .setup = fetch_many_setup,
    .op = fetch_many_op,
    .expect = fetch_many_expect,
    .ideal = fetch_many_ideal,
    .metrics = fetch_many_metrics,
};
