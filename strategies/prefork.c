/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prefork: K worker processes that live from open to close, and two rings in shared memory to each of them.
 *
 *                 jobs: POSTED --(head)--> TAKEN                  K children, forked by open() from a process that
 *     caller  ======================================>  child i    has made no thread and no ring of its own for them;
 *        ^    <======================================             each runs one task at a time
 *        |        done: DONE                    |
 *        +------- news, eventfd <---------------+
 *
 * It has the isolation of `processes` (a task that crashes takes its carrier with it and nobody else) without paying a
 * fork for each task. It is bad where tasks want to share what they make: only the arena is common, everything else is
 * as it was when open() forked. And each message that finds its receiver asleep costs a wake-up across processes.
 *
 * Killed at any instruction. There is no lock that a dead child could hold, and no word that two children must keep
 * consistent. A job is POSTED when the ring's tail has passed it, TAKEN when the child has moved the head past it,
 * which it does before it starts, and DONE when the answer is in the other ring. So after a death the rings say what
 * was what: answers are collected first; the one job taken but not answered has failed (-ECHILD, as under `processes`)
 * and is never run again; jobs posted but not taken are given to others. The dead child is replaced, after a pause that
 * grows if the same place dies again and again without finishing anything; after DEATHS_MAX of them in a row the run
 * gives up.
 *
 * Sleeping. A child sleeps on a futex of its own (not a private one: the word is found across address spaces). The
 * caller sleeps in epoll_wait(), because it waits for two kinds of things: news, which a child announces by an eventfd
 * if the caller has said that it sleeps, and deaths, which pidfds show. Either side first says that it sleeps and then
 * looks again, and the other first publishes and then looks whether somebody sleeps; both do the one and the other by
 * an exchange of the same word, so that one of the two always sees the other. A child that dies between its answer and
 * the wake-up for it is itself the wake-up. Where there are no pidfds (an old kernel, or as many children as would take
 * more than half of our descriptors) the caller looks for deaths every POLL_MS, and describe() says so.
 *
 * Before it sleeps, either side goes on looking for `spin_ns`. What an empty task costs here is almost only the
 * wake-ups, and of these almost only the way out of an idle CPU (15 us and more in a virtual machine, 3 us on a busy
 * CPU). If K < P, caller and children have a CPU each: they look for 20 us, which is longer than a wake-up. Otherwise
 * somebody may need the CPU, and each look gives it away (sched_yield), for 2 us at most: mostly it is the other side
 * that gets it, and the answer is there when the CPU comes back.
 *
 * Order. Tasks are posted in order of id to children that have nothing to do. Only with K = 1 a second job is posted
 * behind the one that runs, and spares the child a sleep: there it cannot change the order. With more children it
 * would: whoever got ahead would start its second job before an older one behind a slower child, or, if that job is
 * what the slow child waits for, never. This has a price where tasks compute and K = P: between two of its tasks a
 * child waits until the caller gets a CPU, and the others are using them all. A group is posted whole and only when
 * that many children are idle; if one of its members dies, so do the others, since they wait for somebody who will not
 * come.
 *
 * A task that does not end is not noticed here; that is what the runner's watchdog is for. Children die with the thread
 * that forked them (PR_SET_PDEATHSIG): open and run are called by one thread, which lives until close.
 */
#include "strategies/prefork_private.h"
#include "strategies/refusal.h"

#include "measure/clock.h"
#include "measure/signal_name.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    BUSY_LOOKS = 64, /* rounds without sleep after which deaths are looked for anyway */
    CHILDREN_MAX = 1 << 16,
};
enum { SPIN_AUTO = -1, SPIN_ALONE_NS = 20000, SPIN_SHARED_NS = 2000 };

enum { OPTION_SPIN_NS };
static const struct param_spec prefork_options[] = {
    {.name = "spin_ns",
     .unit = "ns",
     .summary = "how long whoever has nothing to do looks before it sleeps; -1: 2 us, or 20 us with K < P",
     .defaults = {SPIN_AUTO, SPIN_AUTO, SPIN_AUTO},
     .min = SPIN_AUTO,
     .max = 1000000},
    {.name = NULL},
};

/* --- waiting --- */

/* How long the caller may sleep: until somebody is to be replaced or looked after; -1: for ever. */
static int nap_limit_ms(const struct strategy_state *state)
{
    int limit_ms = state->polling ? POLL_MS : -1;

    if (state->n_dead == 0 || state->broken)
        return limit_ms;
    uint64_t now_ns = clock_now_ns();
    for (unsigned i = 0; i < state->config->in_flight; i++) {
        const struct child *child = &state->children[i];
        if (child->state != CHILD_DEAD)
            continue;
        int in_ms = child->respawn_ns > now_ns ? (int)((child->respawn_ns - now_ns + 999999) / 1000000) : 0;
        if (limit_ms < 0 || in_ms < limit_ms)
            limit_ms = in_ms;
    }
    return limit_ms;
}

/* Look for news for a moment before sleeping. True if there is some. */
static bool caller_spin(const struct strategy_state *state)
{
    uint64_t deadline_ns = clock_now_ns() + state->spin_ns;

    do {
        if (news_any(state))
            return true;
        spin_pause(state->yielding);
    } while (clock_now_ns() < deadline_ns);
    return false;
}

/* See who has died; sleep until somebody does, or there is news, or somebody is to be replaced, if that is wanted. */
static void caller_nap(struct strategy_state *state, bool sleep)
{
    struct epoll_event events[16];
    int limit_ms = sleep ? nap_limit_ms(state) : 0;

    atomic_exchange(&state->shared->caller_naps, 1);
    int n = epoll_wait(state->epoll, events, sizeof events / sizeof *events, news_any(state) ? 0 : limit_ms);
    atomic_store(&state->shared->caller_naps, 0);
    for (int i = 0; i < n; i++)
        if (events[i].data.u32 != EPOLL_NEWS)
            prefork_bury(state, &state->children[events[i].data.u32]);
    if (state->polling)
        prefork_look(state);
}

/* While opening: are all children there? In a run: have all tasks come to their end? */
static bool caller_done(const struct strategy_state *state)
{
    return state->tasks ? state->unfinished == 0 : state->n_ready == state->config->in_flight || state->error;
}

static void caller_work(struct strategy_state *state)
{
    for (unsigned busy_rounds = 0; !caller_done(state);) {
        bool any = prefork_news_take(state);
        prefork_respawn(state);
        prefork_dispatch(state);
        if (caller_done(state))
            return;
        if (!any && state->spin_ns > 0)
            any = caller_spin(state);
        if (!any || ++busy_rounds % BUSY_LOOKS == 0)
            caller_nap(state, !any);
    }
}

static void run_begin(struct strategy_state *state, struct task *tasks, unsigned n)
{
    state->tasks = tasks;
    state->n = state->unfinished = n;
    state->next = state->n_again = 0;
    state->error = 0;
    if (state->broken) /* a new run is a new try */
        for (unsigned i = 0; i < state->config->in_flight; i++)
            state->children[i].deaths_in_a_row = 0;
    state->broken = false;
}

static int prefork_run(struct strategy_state *state, struct task *tasks, unsigned n)
{
    if (n == 0)
        return 0;
    run_begin(state, tasks, n);
    prefork_dispatch(state);
    caller_work(state);
    return state->error;
}

/* --- open and close --- */

static void prefork_close(struct strategy_state *state)
{
    if (state->children && state->shared)
        prefork_stop(state);
    if (state->epoll >= 0)
        close(state->epoll);
    if (state->eventfd >= 0)
        close(state->eventfd);
    sigchld_release(&state->sigchld);
    if (state->shared)
        munmap(state->shared, state->shared_bytes);
    free(state->children);
    free(state->idle);
    free(state->again);
    free(state);
}

static int shared_map(struct strategy_state *state)
{
    const size_t k = state->config->in_flight, channels = sizeof(struct shared) + k * sizeof(struct channel);

    state->shared_bytes = channels + (k + 63) / 64 * sizeof *state->news;
    void *at = mmap(NULL, state->shared_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED)
        return -errno;
    state->shared = at;
    state->news = (_Atomic uint64_t *)((char *)at + channels);
    return 0;
}

/* Everything but the children. */
static int state_init(struct strategy_state *state)
{
    const unsigned k = state->config->in_flight;
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.u32 = EPOLL_NEWS}; /* never read: each write tells */

    state->children = calloc(k, sizeof *state->children);
    state->idle = calloc(state->n_classes, sizeof *state->idle);
    state->again = calloc((size_t)k * DEPTH_MAX, sizeof *state->again);
    if (!state->children || !state->idle || !state->again)
        return -ENOMEM;
    for (unsigned i = 0; i < k; i++)
        state->children[i].pidfd = -1;
    memset(state->idle, 0xff, state->n_classes * sizeof *state->idle); /* IDLE_END */
    state->n_dead = k;
    state->epoll = epoll_create1(EPOLL_CLOEXEC);
    state->eventfd = state->epoll < 0 ? -1 : eventfd(0, EFD_CLOEXEC);
    if (state->eventfd < 0 || epoll_ctl(state->epoll, EPOLL_CTL_ADD, state->eventfd, &event))
        return -errno;
    int rc = shared_map(state);
    return rc < 0 ? rc : sigchld_claim(&state->sigchld);
}

/* Fork all, then wait until each has come to life at its place. */
static int children_start(struct strategy_state *state)
{
    int rc = prefork_start(state);

    if (rc < 0)
        return rc;
    run_begin(state, NULL, 0);
    caller_work(state);
    return state->error;
}

static int prefork_open(struct strategy_state **out, const struct strategy_config *config)
{
    const unsigned k = config->in_flight;
    int64_t spin_ns = config->options->value[OPTION_SPIN_NS];

    *out = NULL;
    if (k < 1 || config->n_lanes < k || config->group > k)
        return -EINVAL;
    if (k > CHILDREN_MAX)
        return refusal_too_many(config, "children", CHILDREN_MAX);
    struct strategy_state *state = calloc(1, sizeof *state);
    if (!state)
        return -ENOMEM;
    if (spin_ns == SPIN_AUTO)
        spin_ns = k < config->workers ? SPIN_ALONE_NS : SPIN_SHARED_NS;
    *state = (struct strategy_state){
        .config = config,
        .ops = ctx_ops_by(&ctx_blocking_shared, config->handoff),
        .n_classes = config->placement == PLACE_ACROSS && config->workers > 0 ? config->workers : 1,
        .epoll = -1,
        .eventfd = -1,
        .spin_ns = (uint64_t)spin_ns,
        .yielding = k >= config->workers,
    };
    int rc = state_init(state);
    if (rc == 0)
        rc = children_start(state);
    if (rc < 0)
        prefork_close(state);
    else
        *out = state;
    return rc;
}

static int prefork_probe(char *why, size_t why_len)
{
    (void)why, (void)why_len;
    return 0;
}

static unsigned prefork_in_flight(unsigned k, unsigned workers)
{
    (void)workers;
    return k;
}

static unsigned prefork_cores(unsigned k, unsigned workers)
{
    return k < workers ? k : workers;
}

static void prefork_describe(const struct strategy_state *state, char *out, size_t len)
{
    const char *name = state->last_signal ? signal_name(state->last_signal) : NULL;
    int n = snprintf(out, len, "%u children, %u job%s each, spin %llu ns%s, deaths by %s", state->config->in_flight,
                     depth(state), depth(state) == 1 ? "" : "s", (unsigned long long)state->spin_ns,
                     state->yielding ? " yielding" : "", state->polling ? "polling" : "pidfd");

    if (state->deaths > 0 && n > 0 && (size_t)n < len)
        snprintf(out + n, len - (size_t)n, "; %u children died, the last by %s%s", state->deaths, name ? "SIG" : "",
                 name ? name : "its own exit");
}

const struct strategy strategy_prefork = {
    .name = "prefork",
    .summary = "K long-lived worker processes behind shared-memory rings",
    .canonical = false,
    .handoffs = 1u << HANDOFF_CONDVAR,
    .childless = "takes jobs from one dispatcher, and its workers share no memory of their own",
    .options = prefork_options,
    .probe = prefork_probe,
    .in_flight = prefork_in_flight,
    .lanes = prefork_in_flight,
    .cores = prefork_cores,
    .open = prefork_open,
    .run = prefork_run,
    .close = prefork_close,
    .describe = prefork_describe,
};
