/* SPDX-License-Identifier: Apache-2.0 */
/* Cancellation against completion: of I/O, of tasks, of scopes. */
#include "runtime_hammer.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- cancel: bytes received and bytes left over are the bytes sent ---- */

enum { RECEIVERS = MANY_OR_FEW(8, 3) };

struct receiver {
    struct coro_task task;
    int pair[2];
    uint64_t sum, sent;
    unsigned cancelled, late;
    _Atomic bool begun;
    _Atomic uint64_t received; /* bytes, for the sender not to run ahead: or nobody would ever wait */
    pthread_t sender;
};

static struct receiver receivers[RECEIVERS];
static _Atomic bool receivers_stop;

static int receive(struct coro *self, void *arg, void **value)
{
    struct receiver *r = arg;
    (void)value;
    r->begun = true;
    for (;;) {
        unsigned char bytes[8];
        uint32_t random = hammer_random();
        uint64_t deadline = random % 4 ? clock_monotonic_ns() + random % 60000 : CORO_NEVER;
        ssize_t got = random % 8 == 1 ? coro_read(self, r->pair[0], bytes, sizeof bytes, deadline)
                                      : coro_recv(self, r->pair[0], bytes, 1 + random % 8, 0, deadline);
        CHECK(got >= 0 || got == -ECANCELED || got == -ETIMEDOUT);
        for (ssize_t i = 0; i < got; i++)
            r->sum += bytes[i];
        r->received += got > 0 ? (uint64_t)got : 0;
        r->cancelled += got == -ECANCELED;
        r->late += got == -ETIMEDOUT;
        if (got == 0)
            return 0;
        hammer_beat();
    }
}

static void *send_bytes(void *arg)
{
    struct receiver *r = arg;
    for (uint64_t count = 0; !receivers_stop;) {
        unsigned char byte = (unsigned char)(hammer_random() | 1);
        hammer_delay();
        if (hammer_random() % 8 == 0)
            usleep(50);
        while (count - r->received > 1 && !receivers_stop)
            sched_yield();
        CHECK(send(r->pair[1], &byte, 1, MSG_NOSIGNAL) == 1);
        r->sent += byte;
        count++;
    }
    shutdown(r->pair[1], SHUT_WR);
    return NULL;
}

/* By a coroutine beside them: then the request and what it is about may go to the kernel together. */
static int cancel_neighbours(struct coro *self, void *arg, void **value)
{
    unsigned index = (unsigned)(uintptr_t)arg, workers = hammer_loop_config.workers;
    int err = 0;
    (void)value;
    while (!receivers_stop && !err) {
        unsigned at = index + workers * (hammer_random() % RECEIVERS);
        if (at < RECEIVERS && receivers[at].begun && hammer_random() % 4 == 0)
            future_cancel(&receivers[at].task.future);
        err = hammer_random() % 8 ? coro_yield(self) : coro_sleep(self, hammer_random() % 100000);
    }
    return err;
}

static void *cancel_receivers(void *arg)
{
    (void)arg;
    while (hammer_goes_on()) {
        struct receiver *r = &receivers[hammer_random() % RECEIVERS];
        if (r->begun) /* a cancellation before its first step would end it */
            CHECK(future_cancel(&r->task.future));
        hammer_delay();
    }
    receivers_stop = true;
    return NULL;
}

void hammer_cancel(void)
{
    struct loop *loop = hammer_loop();
    pthread_t canceller;
    struct coro_task neighbours[64];
    receivers_stop = false;
    memset(receivers, 0, sizeof receivers);
    for (unsigned i = 0; i < RECEIVERS; i++) {
        struct receiver *r = &receivers[i];
        CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, r->pair) == 0);
        pthread_create(&r->sender, NULL, send_bytes, r);
        CHECK(coro_task_start_on(&r->task, loop, i % hammer_loop_config.workers, receive, r) == 0);
    }
    for (unsigned i = 0; i < hammer_loop_config.workers; i++)
        CHECK(coro_task_start_on(&neighbours[i], loop, i, cancel_neighbours, (void *)(uintptr_t)i) == 0);
    pthread_create(&canceller, NULL, cancel_receivers, NULL);
    for (unsigned i = 0; i < RECEIVERS; i++) {
        struct receiver *r = &receivers[i];
        unsigned char byte;
        CHECK(loop_run_until_complete(loop, &r->task.future) == 0);
        pthread_join(r->sender, NULL);
        future_fini(&r->task.future);
        while (read(r->pair[0], &byte, 1) == 1)
            r->sum += byte;
        CHECK(r->sum == r->sent);
        close(r->pair[0]);
        close(r->pair[1]);
    }
    pthread_join(canceller, NULL);
    for (unsigned i = 0; i < hammer_loop_config.workers; i++) {
        CHECK(loop_run_until_complete(loop, &neighbours[i].future) == 0);
        CHECK(future_exception(&neighbours[i].future, 0) == 0);
        future_fini(&neighbours[i].future);
    }
    CHECK(loop_close(loop) == 0);
}

/* ---- tasks: started, cancelled and waited for by threads, on any worker ---- */

enum { STARTERS = 3 };

struct body {
    _Atomic unsigned begun, ended;
    uint32_t random;
    bool only_cancelled; /* nothing else ends it */
};

static int wanders(struct coro *self, void *arg, void **value)
{
    struct body *b = arg;
    int err = 0;
    b->begun++;
    for (uint32_t r = b->random; r && !err; r >>= 3)
        err = r & 1 ? coro_yield(self) : r & 2 ? coro_sleep(self, r % 3000) : 0;
    if (!err && b->only_cancelled)
        err = coro_sleep_until(self, CORO_NEVER);
    if (err && b->random % 5 == 0)
        err = coro_sleep(self, 1000); /* cleans up, and declines */
    *value = b;
    b->ended++;
    return err;
}

struct starter {
    struct loop *loop;
    _Atomic unsigned *left;
    struct future *all;
    pthread_t thread;
};

static void *start_tasks(void *arg)
{
    struct starter *s = arg;
    while (hammer_goes_on()) {
        struct coro_task task;
        struct body body = {.random = hammer_random(), .only_cancelled = hammer_random() % 4 == 0};
        void *value = NULL;
        uint32_t r = hammer_random();
        CHECK(coro_task_start_on(&task, s->loop, r % hammer_loop_config.workers, wanders, &body) == 0);
        hammer_delay();
        unsigned asked = 0;
        for (uint32_t n = (r >> 8 & 3) + body.only_cancelled; n > 0; n--) {
            asked += future_cancel(&task.future);
            hammer_delay();
        }
        while (future_result(&task.future, r >> 16 & 1 ? FUTURE_FOREVER : r % 50000, &value) == -ETIMEDOUT)
            ;
        int err = future_exception(&task.future, 0);
        CHECK(err == 0 || (err == -ECANCELED && asked > 0));
        CHECK(future_cancelled(&task.future) == (err == -ECANCELED));
        CHECK(err || value == &body);
        CHECK(!future_cancel(&task.future));
        future_fini(&task.future);
        CHECK(body.begun == body.ended && (err || body.begun == 1));
        memset(&task, 0xff, sizeof task);
    }
    if (atomic_fetch_sub(s->left, 1) == 1)
        CHECK(future_set_result(s->all, NULL) == 0);
    return NULL;
}

void hammer_tasks(void)
{
    struct loop *loop = hammer_loop();
    struct starter starters[STARTERS];
    struct future all;
    _Atomic unsigned left = STARTERS;
    future_init(&all, NULL);
    for (int i = 0; i < STARTERS; i++) {
        starters[i] = (struct starter){.loop = loop, .left = &left, .all = &all};
        pthread_create(&starters[i].thread, NULL, start_tasks, &starters[i]);
    }
    CHECK(loop_run_until_complete(loop, &all) == 0);
    future_fini(&all);
    for (int i = 0; i < STARTERS; i++)
        pthread_join(starters[i].thread, NULL);
    CHECK(loop_close(loop) == 0);
}

/* ---- scopes: children spawned, taken, failing and cancelled, their parent cancelled by a thread ---- */

enum { CHILDREN = MANY_OR_FEW(30, 5), DEPTH = MANY_OR_FEW(3, 2) };

struct brood {
    _Atomic unsigned begun, ended, failed;
    unsigned depth;
    bool doomed; /* it will be cancelled, for sure */
};

static int one_scope(struct coro *self, unsigned depth);

static int child(struct coro *self, void *arg)
{
    struct brood *b = arg;
    uint32_t r = hammer_random();
    int err = 0;
    b->begun++;
    hammer_delay();
    if (r % 8 == 0 && b->depth > 0)
        err = one_scope(self, b->depth - 1);
    else if (r % 8 == 1)
        err = coro_sleep(self, r % 20000);
    else if (r % 8 == 2)
        err = coro_yield(self);
    else if (r % 16 == 3)
        err = -EBADF;
    else if (r % 8 > 4 && b->doomed)
        err = coro_sleep_until(self, CORO_NEVER);
    b->failed += err && err != -ECANCELED;
    b->ended++;
    return err;
}

static int one_scope(struct coro *self, unsigned depth)
{
    struct scope s;
    struct brood b = {.depth = depth};
    uint32_t r = hammer_random();
    unsigned spawned = 0;
    bool cancelled = false;
    b.doomed = r >> 10 & 1;
    scope_init(&s, self, r & (SCOPE_FAIL_FAST | SCOPE_LOCAL));
    for (uint32_t n = r >> 8 & 1 ? CHILDREN : r % 4; n > 0; n--) {
        spawned += scope_spawn(&s, child, &b) == 0;
        if (hammer_random() % 16 == 0)
            coro_yield(self);
        if (hammer_random() % 64 == 0) {
            scope_cancel(&s);
            cancelled = true;
        }
    }
    if (r >> 9 & 1)
        coro_sleep(self, r % 10000);
    if (b.doomed) {
        scope_cancel(&s);
        cancelled = true;
    }
    int err = scope_join(&s);
    CHECK(b.begun == b.ended && b.begun <= spawned);
    CHECK((err && err != -ECANCELED) == (b.failed > 0));
    CHECK(err || cancelled || b.begun == spawned || r & SCOPE_FAIL_FAST);
    hammer_beat();
    return err;
}

static _Atomic bool scopes_begun;

static int many_scopes(struct coro *self, void *arg, void **value)
{
    (void)arg, (void)value;
    scopes_begun = true;
    while (hammer_goes_on())
        one_scope(self, DEPTH);
    return 0;
}

static void *cancel_parent(void *arg)
{
    while (!scopes_begun)
        sched_yield();
    while (!future_done(arg)) {
        future_cancel(arg);
        usleep(20 + hammer_random() % 200);
    }
    return NULL;
}

void hammer_scopes(void)
{
    struct loop *loop = hammer_loop();
    struct coro_task task;
    pthread_t thread;
    scopes_begun = false;
    CHECK(coro_task_start(&task, loop, many_scopes, NULL) == 0);
    pthread_create(&thread, NULL, cancel_parent, &task.future);
    CHECK(loop_run_until_complete(loop, &task.future) == 0);
    pthread_join(thread, NULL);
    CHECK(future_exception(&task.future, 0) == 0);
    future_fini(&task.future);
    CHECK(loop_close(loop) == 0);
}
