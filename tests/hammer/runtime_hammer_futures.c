/* SPDX-License-Identifier: Apache-2.0 */
/* Futures: set, cancel, callbacks added and removed, by threads at once; wake-ups between threads and coroutines. */
#include "runtime_hammer.h"

#include <errno.h>
#include <string.h>

enum { RACERS = 4, NODES = 3 };

/* ---- futures and loop_callbacks: four threads at one future ---- */

struct node {
    struct future_callback callback;
    _Atomic unsigned calls;
    bool added, removed;
};

struct race {
    struct meeting start, end;
    struct loop *loop;
    struct future f;
    struct node nodes[RACERS][NODES];
    _Atomic unsigned won, cancels;
    _Atomic bool over;
    bool brief;
    pthread_t threads[RACERS];
};

struct racer {
    struct race *race;
    unsigned index;
};

static void called(struct future *f, void *arg)
{
    struct node *n = arg;
    CHECK(future_done(f));
    hammer_delay();
    atomic_fetch_add(&n->calls, 1);
}

static void act(struct race *r, unsigned me)
{
    struct node *nodes = r->nodes[me];
    for (int step = 0; step < 8; step++) {
        uint32_t what = hammer_random() % 8;
        struct node *n = &nodes[hammer_random() % NODES];
        hammer_delay();
        if (what < 3 && !n->added) {
            n->added = true;
            future_add_done_callback(&r->f, &n->callback, called, n);
        } else if (what == 3 && n->added && !n->removed) {
            n->removed = future_remove_done_callback(&r->f, &n->callback);
        } else if (what == 4 && step > 4) {
            r->won += future_set_result(&r->f, n) == 0;
        } else if (what == 5 && step > 4) {
            r->won += future_set_exception(&r->f, -EIO) == 0;
        } else if (what == 6 && step > 5) {
            r->cancels += future_cancel(&r->f);
        } else if (what == 7) {
            int err = future_result(&r->f, hammer_random() % 20000, NULL);
            CHECK(err == 0 || err == -EIO || err == -ECANCELED || err == -ETIMEDOUT);
        }
    }
    if (me == 0)
        r->won += future_set_result(&r->f, r) == 0;
    CHECK(future_result(&r->f, FUTURE_FOREVER, NULL) != -ETIMEDOUT);
}

static void *racer_main(void *arg)
{
    struct racer *me = arg;
    for (;;) {
        meeting_wait(&me->race->start);
        if (me->race->over)
            return NULL;
        if (!me->race->brief)
            act(me->race, me->index);
        else if (me->index == 0)
            future_set_result(&me->race->f, me); /* and not a word more: the future may be gone */
        meeting_wait(&me->race->end);
    }
}

static void race_round(struct race *r)
{
    future_init(&r->f, r->loop);
    memset(r->nodes, 0, sizeof r->nodes);
    r->won = r->cancels = 0;
    meeting_wait(&r->start);
    meeting_wait(&r->end);
    future_fini(&r->f); /* callbacks of a loop are delivered by this, its thread */
    bool cancelled = future_cancelled(&r->f);
    CHECK(r->won == !cancelled);
    CHECK(!cancelled || r->cancels > 0);
    for (int i = 0; i < RACERS; i++)
        for (int k = 0; k < NODES; k++)
            CHECK(r->nodes[i][k].calls == (r->nodes[i][k].added && !r->nodes[i][k].removed));
}

/* Whoever waits for it ends it at once, while the one who completed it may still be calling callbacks. */
static void brief_round(struct race *r)
{
    struct node *nodes = r->nodes[0];
    future_init(&r->f, r->loop);
    memset(r->nodes, 0, sizeof r->nodes);
    r->brief = true;
    for (int i = 0; i < NODES; i++)
        future_add_done_callback(&r->f, &nodes[i].callback, called, &nodes[i]);
    meeting_wait(&r->start);
    hammer_delay();
    CHECK(future_result(&r->f, FUTURE_FOREVER, NULL) == 0);
    future_fini(&r->f);
    for (int i = 0; i < NODES; i++)
        CHECK(nodes[i].calls == 1);
    memset(&r->f, 0xff, sizeof r->f);
    meeting_wait(&r->end);
    for (size_t i = 0; i < sizeof r->f; i++)
        CHECK(((unsigned char *)&r->f)[i] == 0xff);
    r->brief = false;
}

static void race(struct loop *loop)
{
    static struct race r;
    struct racer racers[RACERS];
    r = (struct race){.start.size = RACERS + 1, .end.size = RACERS + 1, .loop = loop};
    for (unsigned i = 0; i < RACERS; i++) {
        racers[i] = (struct racer){&r, i};
        pthread_create(&r.threads[i], NULL, racer_main, &racers[i]);
    }
    while (hammer_goes_on()) {
        race_round(&r);
        brief_round(&r);
    }
    r.over = true;
    meeting_wait(&r.start);
    for (int i = 0; i < RACERS; i++)
        pthread_join(r.threads[i], NULL);
}

void hammer_futures(void)
{
    race(NULL);
}

void hammer_loop_callbacks(void)
{
    struct loop *loop = hammer_loop();
    race(loop);
    CHECK(loop_close(loop) == 0);
}

/* ---- wakeups: a ball goes round between coroutines of all workers and a thread ---- */

enum { PLAYERS_MAX = 8 };

struct game {
    struct future ball[PLAYERS_MAX]; /* set by the player before: "your turn" */
    _Atomic bool over;
    unsigned players; /* the last one is a thread */
    _Atomic uint64_t passes;
};

static struct game game;

struct player {
    struct coro_task task;
    unsigned index;
};

/* One's own future is made anew before the ball is passed on, hence before anybody can set it. */
static bool pass_on(unsigned me, uintptr_t count)
{
    struct future *own = &game.ball[me], *next = &game.ball[(me + 1) % game.players];
    bool over = count == 0;
    future_fini(own);
    future_init(own, NULL);
    if (me == 0) {
        game.passes++;
        if (!hammer_goes_on())
            count = 0;
        else
            count++;
    }
    if (over && me == 0)
        return false; /* it has been round with the news */
    hammer_delay();
    CHECK(future_set_result(next, (void *)count) == 0);
    return count > 0 || me == 0;
}

static int play(struct coro *self, void *arg, void **value)
{
    struct player *p = arg;
    struct future *f = &game.ball[p->index];
    int err;
    do {
        uint32_t r = hammer_random();
        if (r % 3 == 0) { /* impatiently: the wait is withdrawn again and again */
            do {          /* a deadline in the past switches to nobody */
                err = future_await_until(self, f, clock_monotonic_ns() + hammer_random() % 30000, value);
            } while (err == -ETIMEDOUT && coro_yield(self) == 0);
        } else {
            err = r % 3 == 1 ? future_await(self, f, value) : future_result(f, FUTURE_FOREVER, value);
        }
        CHECK(err == 0);
    } while (pass_on(p->index, (uintptr_t)*value));
    return 0;
}

static void *play_in_thread(void *arg)
{
    struct player *p = arg;
    void *value;
    do {
        while (future_result(&game.ball[p->index], hammer_random() % 100000, &value) == -ETIMEDOUT)
            ;
    } while (pass_on(p->index, (uintptr_t)value));
    return NULL;
}

void hammer_wakeups(void)
{
    struct loop *loop = hammer_loop();
    struct player players[PLAYERS_MAX];
    unsigned workers = hammer_loop_config.workers,
             coroutines = workers < PLAYERS_MAX - 2 ? workers + 1 : PLAYERS_MAX - 1;
    pthread_t thread;
    memset(&game, 0, sizeof game);
    game.players = coroutines + 1;
    for (unsigned i = 0; i < game.players; i++)
        future_init(&game.ball[i], NULL);
    for (unsigned i = 0; i < game.players; i++) {
        players[i].index = i;
        if (i < coroutines)
            CHECK(coro_task_start_on(&players[i].task, loop, i % workers, play, &players[i]) == 0);
        else
            pthread_create(&thread, NULL, play_in_thread, &players[i]);
    }
    CHECK(future_set_result(&game.ball[0], (void *)1) == 0);
    for (unsigned i = 0; i < coroutines; i++) {
        CHECK(loop_run_until_complete(loop, &players[i].task.future) == 0);
        CHECK(future_exception(&players[i].task.future, 0) == 0);
        future_fini(&players[i].task.future);
    }
    pthread_join(thread, NULL);
    for (unsigned i = 0; i < game.players; i++)
        CHECK(!future_done(&game.ball[i]) || i > 0); /* the last ball may lie at the one who has left */
    CHECK(loop_close(loop) == 0);
}

/* ---- posts: messages from several threads, in the order of each ---- */

enum { POSTERS = 3, BURST = 16 };

struct post {
    struct mail mail; /* first */
    unsigned poster, number;
};

struct poster {
    struct post posts[BURST];
    unsigned index;
    pthread_t thread;
};

static struct poster posters[POSTERS];
static struct meeting posts_start;
static struct loop *posts_loop;
static unsigned posts_next[POSTERS], posts_left;
static struct future posts_future;
static _Atomic bool posts_over;

static void deliver(struct mail *mail, struct worker *at)
{
    struct post *p = (struct post *)mail;
    (void)at;
    CHECK(p->number == posts_next[p->poster]);
    posts_next[p->poster]++;
    p->mail.next = (struct mail *)-1; /* delivered: nobody may look at it again */
    if (--posts_left == 0)
        CHECK(future_set_result(&posts_future, NULL) == 0);
}

static void *poster_main(void *arg)
{
    struct poster *me = arg;
    for (;;) {
        meeting_wait(&posts_start);
        if (posts_over)
            return NULL;
        for (unsigned i = 0; i < BURST; i++) {
            me->posts[i] = (struct post){.mail.deliver = deliver, .poster = me->index, .number = i};
            loop_post(posts_loop, &me->posts[i].mail);
            hammer_delay();
        }
        meeting_wait(&posts_start);
    }
}

void hammer_posts(void)
{
    posts_loop = hammer_loop();
    posts_start = (struct meeting){.size = POSTERS + 1};
    posts_over = false;
    for (unsigned i = 0; i < POSTERS; i++) {
        posters[i].index = i;
        pthread_create(&posters[i].thread, NULL, poster_main, &posters[i]);
    }
    while (hammer_goes_on()) {
        future_init(&posts_future, NULL);
        memset(posts_next, 0, sizeof posts_next);
        posts_left = POSTERS * BURST;
        meeting_wait(&posts_start);
        CHECK(loop_run_until_complete(posts_loop, &posts_future) == 0);
        meeting_wait(&posts_start);
        future_fini(&posts_future);
    }
    posts_over = true;
    meeting_wait(&posts_start);
    for (int i = 0; i < POSTERS; i++)
        pthread_join(posters[i].thread, NULL);
    CHECK(loop_close(posts_loop) == 0);
}
