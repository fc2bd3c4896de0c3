/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loop of one of the origin's servers. A connection is a slot in a table by its descriptor and goes round
 *
 *     READING --complete--> WAITING --due--> ANSWERING --all sent--> READING ...
 *
 * with one request at a time: what a client sends ahead stays in the socket. Connections are edge-triggered and
 * registered once, so a request costs one epoll_wait shared with others, one recv and one sendmsg. Whoever waits is in
 * a binary heap by due time, which one timerfd watches: a timeout of epoll_wait would be rounded up to milliseconds.
 */
#include "run/origin_private.h"

#include "measure/clock.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS_AT_ONCE = 256, NOT_WAITING = 0 };
enum stage { FREE, READING, WAITING, ANSWERING };
enum status { STATUS_OK, STATUS_UNAVAILABLE, STATUS_NOT_FOUND, STATUS_BAD_REQUEST, STATUS_COUNT };

struct connection {
    enum stage stage;
    enum status status;
    bool readable, half_closed; /* there may be something to read; the client sends no more */
    bool keep_alive, hangs_up;
    unsigned heap_at; /* where in the heap, from 1; NOT_WAITING */
    uint64_t id, due_ns;
    size_t have, sent;
    char request[ORIGIN_REQUEST_MAX_BYTES];
};

struct origin_server {
    const struct origin_config *config;
    struct origin_counts *counts;
    int epoll, listener, timer;
    bool listening; /* the listener is registered */
    bool counts_cpu;
    struct connection *connections;
    unsigned n_open, open_max, fd_end;
    int *heap; /* descriptors by due time; heap[1] is the first */
    unsigned n_heap;
    uint64_t now_ns, armed_ns;
    const uint64_t *content;
    char head[STATUS_COUNT][2][ORIGIN_HEAD_MAX_BYTES]; /* by keep_alive */
};

/* --- the heap ----------------------------------------------------------------------------------------------------- */

static uint64_t due_of(const struct origin_server *s, unsigned at)
{
    return s->connections[s->heap[at]].due_ns;
}

static void heap_put(struct origin_server *s, unsigned at, int fd)
{
    s->heap[at] = fd;
    s->connections[fd].heap_at = at;
}

static void heap_up(struct origin_server *s, unsigned at)
{
    int fd = s->heap[at];
    for (; at > 1 && due_of(s, at / 2) > s->connections[fd].due_ns; at /= 2)
        heap_put(s, at, s->heap[at / 2]);
    heap_put(s, at, fd);
}

static void heap_down(struct origin_server *s, unsigned at)
{
    int fd = s->heap[at];
    for (unsigned child; (child = 2 * at) <= s->n_heap; at = child) {
        if (child < s->n_heap && due_of(s, child + 1) < due_of(s, child))
            child++;
        if (due_of(s, child) >= s->connections[fd].due_ns)
            break;
        heap_put(s, at, s->heap[child]);
    }
    heap_put(s, at, fd);
}

static void heap_add(struct origin_server *s, int fd)
{
    s->heap[++s->n_heap] = fd;
    heap_up(s, s->n_heap);
}

static void heap_remove(struct origin_server *s, int fd)
{
    unsigned at = s->connections[fd].heap_at;
    int last = s->heap[s->n_heap--];
    s->connections[fd].heap_at = NOT_WAITING;
    if (last == fd)
        return;
    heap_put(s, at, last);
    heap_up(s, at);
    heap_down(s, s->connections[last].heap_at);
}

/* --- connections -------------------------------------------------------------------------------------------------- */

static void listen_again(struct origin_server *s)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = s->listener};
    if (!s->listening)
        s->listening = epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->listener, &event) == 0;
}

static void connection_close(struct origin_server *s, int fd)
{
    if (s->connections[fd].heap_at != NOT_WAITING)
        heap_remove(s, fd);
    s->connections[fd].stage = FREE;
    close(fd);
    s->n_open--;
    listen_again(s);
}

/* A moment during which there is nobody to be served, and nothing that would wake us when it can go on. */
static void moment_pass(void)
{
    enum { MOMENT_MS = 10 };
    poll(NULL, 0, MOMENT_MS);
}

/* At the limit the others wait in the listener's queue, without spinning. */
static void connections_accept(struct origin_server *s)
{
    while (s->n_open < s->open_max) {
        int fd = accept4(s->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0 && (errno == EINTR || errno == ECONNABORTED))
            continue;
        if (fd < 0 && errno == EAGAIN)
            return;
        if (fd < 0)
            break;
        struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.fd = fd};
        if ((unsigned)fd >= s->fd_end || epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &event)) {
            close(fd);
            continue;
        }
        struct connection *c = &s->connections[fd];
        *c = (struct connection){.stage = READING};
        s->n_open++;
        atomic_fetch_add_explicit(&s->counts->connections, 1, memory_order_relaxed);
    }
    if (s->n_open) { /* whoever closes listens again */
        epoll_ctl(s->epoll, EPOLL_CTL_DEL, s->listener, NULL);
        s->listening = false;
    } else {
        moment_pass();
    }
}

static void answer_at_once(struct connection *c, enum status status, bool keep_alive)
{
    c->stage = ANSWERING;
    c->status = status;
    c->keep_alive = keep_alive;
    c->sent = 0;
}

/* A complete request, if there is one, takes the connection to its next stage. False: more must be read. */
static bool request_take(struct origin_server *s, int fd)
{
    struct connection *c = &s->connections[fd];
    struct origin_request request = {0};
    int len = origin_request_parse(c->request, c->have, &request);
    if (len == 0)
        return false;
    if (len < 0) { /* what follows is unknown, so nothing does */
        answer_at_once(c, len == -ENOENT ? STATUS_NOT_FOUND : STATUS_BAD_REQUEST, false);
        return true;
    }
    c->have -= (size_t)len;
    memmove(c->request, c->request + len, c->have);
    enum origin_outcome outcome = origin_outcome(s->config, request.id);
    answer_at_once(c, outcome == ORIGIN_UNAVAILABLE ? STATUS_UNAVAILABLE : STATUS_OK, request.keep_alive);
    c->hangs_up = outcome == ORIGIN_HANGS_UP;
    c->id = request.id;
    c->due_ns = s->now_ns + origin_latency_ns(s->config, request.id);
    c->stage = WAITING;
    if (c->due_ns > s->now_ns)
        heap_add(s, fd);
    return true;
}

/* False: nothing more for now, or the connection is closed. */
static bool request_read(struct origin_server *s, int fd)
{
    struct connection *c = &s->connections[fd];
    if (!c->readable)
        return false;
    size_t room = sizeof c->request - c->have;
    ssize_t n = recv(fd, c->request + c->have, room, 0);
    if (n > 0) {
        c->have += (size_t)n;
        c->readable = (size_t)n == room || c->half_closed;
        return true;
    }
    c->readable = n < 0 && errno == EINTR;
    if (n == 0 || (errno != EAGAIN && errno != EINTR))
        connection_close(s, fd);
    return c->readable;
}

/* False: the rest must wait, or the connection is closed. */
static bool answer_send(struct origin_server *s, int fd)
{
    struct connection *c = &s->connections[fd];
    const char *head = s->head[c->status][c->keep_alive];
    const char *body = (const char *)(s->content + origin_body_first(s->config, c->id));
    size_t head_len = strlen(head), body_len = c->status == STATUS_OK ? s->config->body_bytes : 0;
    struct iovec part[2] = {{(char *)head, head_len}, {(char *)body, body_len}};
    struct msghdr message = {.msg_iov = part, .msg_iovlen = body_len ? 2 : 1};
    if (c->sent < head_len) {
        part[0] = (struct iovec){(char *)head + c->sent, head_len - c->sent};
    } else {
        part[0] = (struct iovec){(char *)body + (c->sent - head_len), body_len - (c->sent - head_len)};
        message.msg_iovlen = 1;
    }
    ssize_t n = sendmsg(fd, &message, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR)
        return true;
    if (n < 0 && errno == EAGAIN)
        return false; /* an edge of EPOLLOUT brings us back */
    if (n < 0) {
        connection_close(s, fd);
        return false;
    }
    c->sent += (size_t)n;
    if (c->sent < head_len + body_len)
        return true;
    if (!c->keep_alive) {
        connection_close(s, fd);
        return false;
    }
    c->stage = READING;
    return true;
}

/* From WAITING to the answer. False: the connection is closed. */
static bool answer_begin(struct origin_server *s, int fd)
{
    struct connection *c = &s->connections[fd];
    if (c->heap_at != NOT_WAITING)
        heap_remove(s, fd);
    atomic_fetch_add_explicit(&s->counts->requests, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&s->counts->late_ns, s->now_ns - c->due_ns, memory_order_relaxed);
    if (c->hangs_up)
        connection_close(s, fd);
    else
        c->stage = ANSWERING;
    return !c->hangs_up;
}

static void connection_go(struct origin_server *s, int fd)
{
    struct connection *c = &s->connections[fd];
    bool on = true;
    while (on)
        switch (c->stage) {
        case READING:
            on = request_take(s, fd) || request_read(s, fd);
            break;
        case WAITING:
            on = c->due_ns <= s->now_ns && answer_begin(s, fd);
            break;
        case ANSWERING:
            on = answer_send(s, fd);
            break;
        case FREE:
            return;
        }
}

static void connection_event(struct origin_server *s, int fd, uint32_t events)
{
    struct connection *c = &s->connections[fd];
    if (c->stage == FREE)
        return; /* closed while the events of this round were handled */
    if (events & (EPOLLERR | EPOLLHUP)) {
        connection_close(s, fd);
        return;
    }
    c->readable |= (events & (EPOLLIN | EPOLLRDHUP)) != 0;
    c->half_closed |= (events & EPOLLRDHUP) != 0;
    connection_go(s, fd);
}

/* --- the loop ----------------------------------------------------------------------------------------------------- */

static void timer_arm(struct origin_server *s)
{
    uint64_t due_ns = s->n_heap ? due_of(s, 1) : 0;
    if (due_ns == s->armed_ns)
        return;
    struct itimerspec at = {
        .it_value = {.tv_sec = (time_t)(due_ns / 1000000000), .tv_nsec = (long)(due_ns % 1000000000)}};
    timerfd_settime(s->timer, TFD_TIMER_ABSTIME, &at, NULL); /* disarms at 0, and forgets an expiration not read */
    s->armed_ns = due_ns;
}

/* A thread's clock can be read by its own process only: so it tells what it has used, before it waits. */
static void cpu_tell(struct origin_server *s)
{
    struct timespec used;
    if (!s->counts_cpu || clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used))
        return;
    uint64_t ns = (uint64_t)used.tv_sec * 1000000000u + (uint64_t)used.tv_nsec;
    atomic_store_explicit(&s->counts->cpu_ns, ns, memory_order_relaxed);
}

_Noreturn void origin_server_run(struct origin_server *s)
{
    struct epoll_event events[EVENTS_AT_ONCE];
    for (;;) {
        timer_arm(s);
        cpu_tell(s);
        int n = epoll_wait(s->epoll, events, EVENTS_AT_ONCE, -1);
        s->now_ns = clock_monotonic_ns();
        for (int i = 0; i < n; i++) {
            int fd = events[i].data.fd;
            if (fd == s->listener)
                connections_accept(s);
            else if (fd != s->timer)
                connection_event(s, fd, events[i].events);
        }
        while (s->n_heap && due_of(s, 1) <= s->now_ns)
            connection_go(s, s->heap[1]);
    }
}

static void heads_make(struct origin_server *s)
{
    static const char *const lines[] = {"200 OK", "503 Service Unavailable", "404 Not Found", "400 Bad Request"};
    for (int status = 0; status < STATUS_COUNT; status++)
        for (int keep_alive = 0; keep_alive < 2; keep_alive++)
            snprintf(s->head[status][keep_alive], ORIGIN_HEAD_MAX_BYTES, "HTTP/1.1 %s\r\nContent-Length: %u\r\n%s\r\n",
                     lines[status], status == STATUS_OK ? s->config->body_bytes : 0,
                     keep_alive ? "" : "Connection: close\r\n");
}

void *origin_map(size_t bytes)
{
    void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return at == MAP_FAILED ? NULL : at;
}

int origin_server_open(struct origin_server **out, const struct origin_server_config *config)
{
    struct origin_server *s = *out = origin_map(sizeof *s);
    if (!s)
        return -ENOMEM;
    s->config = config->config;
    s->content = config->content;
    s->open_max = config->open_max;
    s->fd_end = config->fd_end;
    s->listener = config->listener;
    s->counts_cpu = config->counts_cpu;
    s->counts = config->counts;
    s->connections = origin_map(s->fd_end * sizeof *s->connections);
    s->heap = origin_map((s->fd_end + 1) * sizeof *s->heap);
    if (!s->connections || !s->heap)
        return -ENOMEM;
    heads_make(s);
    s->epoll = epoll_create1(EPOLL_CLOEXEC);
    s->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.fd = s->timer};
    if (s->epoll < 0 || s->timer < 0 || epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->timer, &event))
        return -errno;
    listen_again(s);
    return s->listening ? 0 : -errno;
}
