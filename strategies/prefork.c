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
#include "contract/strategy.h"

#include "measure/clock.h"
#include "measure/signal_name.h"

#include "strategies/prefork_child.h"
#include "strategies/spsc.h"
#include "strategies/refusal.h"
#include "strategies/sigchld.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    DEPTH_MAX = 2,      /* jobs that one child may have: one that runs, one behind it */
    DEATHS_MAX = 12,    /* in a row, at one place, without a task done */
    BACK_OFF_FREE = 2,  /* so many deaths in a row are replaced at once */
    BACK_OFF_MAX = 128, /* ms: the longest pause */
    POLL_MS = 10,
    GRACE_MS = 2000, /* for a child to leave when it is asked to */
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

/* --- what the caller knows --- */

enum child_state { CHILD_DEAD, CHILD_STARTING, CHILD_READY };

struct child {
    enum child_state state;
    pid_t pid;
    int pidfd;           /* -1: its death is looked for every POLL_MS */
    bool doomed;         /* killed by us, because a member of its group died */
    bool listed;         /* among those who can be given a job */
    uint32_t next_idle;  /* ... the next one there, or IDLE_END */
    uint32_t done_count; /* jobs that this child has answered */
    unsigned outstanding;
    uint32_t jobs[DEPTH_MAX]; /* ids, oldest first */
    unsigned deaths_in_a_row; /* at this place, since a task was done here */
    uint64_t respawn_ns;      /* CHILD_DEAD: not before */
};

#define IDLE_END   UINT32_MAX
#define EPOLL_NEWS UINT32_MAX

struct strategy_state {
    const struct strategy_config *config;
    struct ctx_ops ops;
    struct shared *shared;
    _Atomic uint64_t *news; /* shared too: bit i of all says that child i has answered */
    size_t shared_bytes;
    struct child *children; /* in_flight of them */
    unsigned n_ready, n_dead, n_idle, n_classes;
    uint32_t *idle; /* heads of lists by CPU: one list unless carriers are pinned */
    int epoll, eventfd;
    uint64_t spin_ns;
    bool yielding; /* while spinning */
    bool polling;  /* some child has no pidfd */
    uint64_t poll_ns;
    struct sigchld sigchld;
    struct limits limits; /* as they were before the first child */
    /* of this run */
    struct task *tasks;
    unsigned n, next, unfinished; /* next: the first id that has not been posted */
    uint32_t *again;              /* ids that were posted to the dead, greatest first */
    unsigned n_again;
    int error;
    bool broken;
    /* since open */
    unsigned deaths;
    int last_signal; /* of the last death that we did not cause; 0: it exited */
};

/* --- the caller: who is idle --- */

static void idle_add(struct strategy_state *state, struct child *child)
{
    uint32_t index = (uint32_t)(child - state->children), *head = &state->idle[index % state->n_classes];

    child->next_idle = *head;
    child->listed = true;
    *head = index;
    state->n_idle++;
}

static void idle_remove(struct strategy_state *state, struct child *child)
{
    uint32_t index = (uint32_t)(child - state->children), *link = &state->idle[index % state->n_classes];

    if (!child->listed)
        return;
    while (*link != index)
        link = &state->children[*link].next_idle;
    *link = child->next_idle;
    child->listed = false;
    state->n_idle--;
}

/* Can the next `together` tasks be posted as a group? Where carriers are pinned, each to the CPU that is its turn. */
static bool idle_suffice(const struct strategy_state *state, unsigned together)
{
    const unsigned classes = state->n_classes;

    if (state->n_idle < together)
        return false;
    if (classes == 1 || together == 1 || state->n_idle == state->config->in_flight)
        return true;
    for (unsigned i = 0; i < classes && i < together; i++) {
        unsigned class = (state->next + i) % classes, wanted = (together - i + classes - 1) / classes;
        for (uint32_t at = state->idle[class]; at != IDLE_END && wanted > 0; at = state->children[at].next_idle)
            wanted--;
        if (wanted > 0)
            return false;
    }
    return true;
}

/* An idle child for this task, on the CPU that is the task's turn if there is one there. There must be one. */
static struct child *idle_take(struct strategy_state *state, uint32_t id)
{
    unsigned class = id % state->n_classes;

    while (state->idle[class] == IDLE_END)
        class = (class + 1) % state->n_classes;
    struct child *child = &state->children[state->idle[class]];
    idle_remove(state, child);
    return child;
}

/* How many jobs a child may have; see "Order" above. */
static unsigned depth(const struct strategy_state *state)
{
    return state->config->in_flight == 1 ? DEPTH_MAX : 1;
}

/* --- the caller: jobs --- */

static unsigned group_size(const struct strategy_state *state)
{
    return state->config->group > 1 ? state->config->group : 1;
}

static struct channel *channel_of(const struct strategy_state *state, const struct child *child)
{
    return &state->shared->channels[child - state->children];
}

static void child_wake(struct channel *channel)
{
    if (atomic_exchange(&channel->child_naps, 0))
        word_wake(&channel->child_naps);
}

static void job_post(struct strategy_state *state, uint32_t id)
{
    struct child *child = idle_take(state, id);
    struct channel *channel = channel_of(state, child);
    struct spsc_slot job = {.word = {(uintptr_t)&state->tasks[id], id}};

    task_mark_asked(&state->tasks[id]);
    child->jobs[child->outstanding++] = id;
    spsc_push(&channel->jobs, &job); /* there is room: it holds more than a child may have */
    child_wake(channel);
    task_mark_made(&state->tasks[id], 1);
    if (child->outstanding < depth(state))
        idle_add(state, child);
}

static void error_note(struct strategy_state *state, int rc)
{
    if (state->error == 0)
        state->error = rc;
}

/* This task will not come to its end. One that was never taken is also an error of the run. */
static void job_fail(struct strategy_state *state, uint32_t id, bool taken)
{
    state->tasks[id].err = -ECHILD;
    state->unfinished--;
    if (!taken)
        error_note(state, -ECHILD);
}

/* Keep for others what was posted to a child that died. */
static void again_add(struct strategy_state *state, uint32_t id)
{
    unsigned at = state->n_again++;

    for (; at > 0 && state->again[at - 1] < id; at--)
        state->again[at] = state->again[at - 1];
    state->again[at] = id;
}

/* Somebody of this group will never come to its end: end those who have a child, drop those who wait for one. */
static void group_fail(struct strategy_state *state, unsigned group)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < state->config->in_flight; i++) {
        struct child *child = &state->children[i];
        if (child->state != CHILD_DEAD && !child->doomed && child->outstanding > 0 &&
            child->jobs[0] / group_size(state) == group) {
            child->doomed = true;
            kill(child->pid, SIGKILL); /* not reaped yet, so the number is still its own */
        }
    }
    for (unsigned i = 0; i < state->n_again; i++)
        if (state->again[i] / group_size(state) == group)
            job_fail(state, state->again[i], false);
        else
            state->again[kept++] = state->again[i];
    state->n_again = kept;
}

/* A child died with this job. */
static void job_lose(struct strategy_state *state, const struct child *child, uint32_t id, bool taken)
{
    if (!taken && !child->doomed && !state->broken) {
        again_add(state, id);
        return;
    }
    job_fail(state, id, taken);
    if (!child->doomed && group_size(state) > 1)
        group_fail(state, id / group_size(state));
}

/* No more children. What is alive comes to its end, the rest has failed. */
static void run_give_up(struct strategy_state *state, int rc)
{
    error_note(state, rc);
    state->broken = true;
    while (state->n_again > 0) {
        uint32_t id = state->again[--state->n_again];
        job_fail(state, id, false);
        if (group_size(state) > 1)
            group_fail(state, id / group_size(state));
    }
    for (; state->next < state->n; state->next++)
        job_fail(state, state->next, false);
}

/* Give what is next to whoever is idle: first what the dead have left, then in order of id, groups as a whole. */
static void jobs_dispatch(struct strategy_state *state)
{
    while (state->n_again > 0 && state->n_idle > 0)
        job_post(state, state->again[--state->n_again]);
    while (state->next < state->n) {
        unsigned rest = state->n - state->next, together = group_size(state);
        if (together > rest)
            together = rest;
        if (!idle_suffice(state, together))
            break;
        for (; together > 0; together--)
            job_post(state, state->next++);
    }
}

/* Read what this child has answered. Of a dead one, too: what it had done is done. */
static void child_drain(struct strategy_state *state, struct child *child)
{
    struct channel *channel = channel_of(state, child);
    struct spsc_slot answer;

    while (spsc_pop(&channel->done, &answer)) {
        if (answer.word[0] == ANSWER_READY) {
            child->state = CHILD_READY;
            state->n_ready++;
            error_note(state, (int)(int64_t)answer.word[1]);
        } else if (child->outstanding == 0 || answer.word[0] != child->jobs[0]) {
            error_note(state, -EBADMSG); /* somebody has written where only we write */
            continue;
        } else {
            task_mark_gone(&state->tasks[child->jobs[0]]);
            child->outstanding--;
            child->jobs[0] = child->jobs[1];
            child->done_count++;
            child->deaths_in_a_row = 0;
            state->unfinished--;
        }
        if (!child->listed && !child->doomed)
            idle_add(state, child);
    }
}

static bool news_take(struct strategy_state *state)
{
    bool any = false;

    for (unsigned word = 0; word * 64 < state->config->in_flight; word++) {
        uint64_t bits = atomic_load_explicit(&state->news[word], memory_order_relaxed);
        if (bits)
            bits = atomic_exchange(&state->news[word], 0);
        any |= bits != 0;
        for (; bits; bits &= bits - 1)
            child_drain(state, &state->children[word * 64 + (unsigned)__builtin_ctzll(bits)]);
    }
    return any;
}

static bool news_any(const struct strategy_state *state)
{
    for (unsigned word = 0; word * 64 < state->config->in_flight; word++)
        if (atomic_load(&state->news[word]))
            return true;
    return false;
}

/* --- the caller: birth and death --- */

/* Watch a child by a pidfd, or if that cannot be, by looking every now and then. */
static void child_watch(struct strategy_state *state, struct child *child)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)(child - state->children)};

    child->pidfd = (int)syscall(SYS_pidfd_open, child->pid, 0); /* close-on-exec by itself */
    if (child->pidfd >= 0 && epoll_ctl(state->epoll, EPOLL_CTL_ADD, child->pidfd, &event)) {
        close(child->pidfd);
        child->pidfd = -1;
    }
    if (child->pidfd < 0)
        state->polling = true;
}

/* In the child: descriptors by which the caller watches the others. */
static void watch_close(const struct strategy_state *state)
{
    close(state->epoll);
    for (unsigned i = 0; i < state->config->in_flight; i++)
        if (state->children[i].pidfd >= 0)
            close(state->children[i].pidfd);
}

_Noreturn static void child_begin(const struct strategy_state *state, unsigned index, pid_t parent)
{
    struct self self = {
        .config = state->config,
        .ops = &state->ops,
        .shared = state->shared,
        .channel = &state->shared->channels[index],
        .news = &state->news[index / 64],
        .spin_ns = state->spin_ns,
        .index = index,
        .eventfd = state->eventfd,
        .yielding = state->yielding,
    };

    watch_close(state);
    child_main(&self, parent);
}

static int child_fork(struct strategy_state *state, struct child *child)
{
    struct channel *channel = channel_of(state, child);
    const pid_t parent = getpid();
    sigset_t all, before;

    spsc_reset(&channel->jobs);
    spsc_reset(&channel->done);
    atomic_store(&channel->child_naps, 0);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* so that no handler of ours runs in the child */
    pid_t pid = fork();
    if (pid == 0)
        child_begin(state, (unsigned)(child - state->children), parent);
    int rc = pid < 0 ? -errno : 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (rc < 0)
        return rc;
    child->state = CHILD_STARTING;
    child->pid = pid;
    child->done_count = 0;
    child->doomed = false;
    state->n_dead--;
    return 0;
}

/* This place has been filled too often: fork was refused (rc), or all who came there died (-ECHILD). */
static void place_give_up(struct strategy_state *state, const struct child *child, int rc)
{
    const struct strategy_config *config = state->config;
    const char *name = state->last_signal ? signal_name(state->last_signal) : NULL;

    if (rc != -ECHILD)
        refusal_explain(config, &state->limits, LIMITS_PROCESS, config->in_flight - state->n_dead + 1, 0, rc);
    else if (config->reason)
        snprintf(config->reason, config->reason_len,
                 "the children at one place died %u times in a row before they did anything, the last one %s%s",
                 child->deaths_in_a_row, name ? "was killed by SIG" : "by its own exit", name ? name : "");
    run_give_up(state, rc);
}

/* When may this place be filled again? Gives up if it has died too often. `rc` is what to say then. */
static void child_retry_later(struct strategy_state *state, struct child *child, int rc)
{
    unsigned row = ++child->deaths_in_a_row, pause_ms = 0;

    if (row > BACK_OFF_FREE)
        pause_ms = row - BACK_OFF_FREE > 8 ? BACK_OFF_MAX : 1u << (row - BACK_OFF_FREE - 1);
    child->respawn_ns = clock_now_ns() + pause_ms * UINT64_C(1000000);
    if (row > DEATHS_MAX && !state->broken)
        place_give_up(state, child, rc);
}

static void children_respawn(struct strategy_state *state)
{
    uint64_t now_ns = state->n_dead > 0 && !state->broken ? clock_now_ns() : 0;

    for (unsigned i = 0; state->n_dead > 0 && !state->broken && i < state->config->in_flight; i++) {
        struct child *child = &state->children[i];
        if (child->state != CHILD_DEAD || child->respawn_ns > now_ns)
            continue;
        int rc = child_fork(state, child);
        if (rc < 0)
            child_retry_later(state, child, rc);
        else
            child_watch(state, child);
    }
}

static int wait_restarted(pid_t pid, siginfo_t *info, int flags)
{
    info->si_pid = 0;
    while (waitid(P_PID, (id_t)pid, info, flags))
        if (errno != EINTR)
            return -errno;
    return 0;
}

/* Reap and forget, nothing else. */
static void child_reap(struct strategy_state *state, struct child *child, siginfo_t *info)
{
    *info = (siginfo_t){.si_code = CLD_KILLED}; /* what to think of a child that somebody else has reaped */
    wait_restarted(child->pid, info, WEXITED);
    if (child->pidfd >= 0) {
        epoll_ctl(state->epoll, EPOLL_CTL_DEL, child->pidfd, NULL); /* a child forked meanwhile may hold a copy */
        close(child->pidfd);
        child->pidfd = -1;
    }
    if (child->state == CHILD_READY)
        state->n_ready--;
    child->state = CHILD_DEAD;
    child->pid = 0;
    state->n_dead++;
    idle_remove(state, child);
}

/* This child has died. See to what it had, and to a successor. */
static void child_bury(struct strategy_state *state, struct child *child)
{
    siginfo_t info;

    child_drain(state, child);
    child_reap(state, child, &info);
    unsigned taken = spsc_popped_count(&channel_of(state, child)->jobs) - child->done_count; /* 0 or 1 */
    unsigned lost = child->outstanding;
    child->outstanding = 0;
    for (unsigned i = 0; i < lost; i++)
        job_lose(state, child, child->jobs[i], i < taken);
    state->deaths++;
    child->respawn_ns = 0;
    if (!child->doomed) {
        state->last_signal = info.si_code == CLD_EXITED ? 0 : info.si_status;
        if (taken)
            state->tasks[child->jobs[0]].killed_by = state->last_signal;
        child_retry_later(state, child, -ECHILD);
    }
}

/* For those without a pidfd. */
static void children_poll(struct strategy_state *state)
{
    uint64_t now_ns = clock_now_ns();

    if (now_ns < state->poll_ns)
        return;
    state->poll_ns = now_ns + POLL_MS * UINT64_C(1000000);
    for (unsigned i = 0; i < state->config->in_flight; i++) {
        struct child *child = &state->children[i];
        siginfo_t info;
        if (child->state != CHILD_DEAD && child->pidfd < 0 &&
            (wait_restarted(child->pid, &info, WEXITED | WNOHANG | WNOWAIT) || info.si_pid != 0))
            child_bury(state, child);
    }
}

/* --- the caller: waiting --- */

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
            child_bury(state, &state->children[events[i].data.u32]);
    if (state->polling)
        children_poll(state);
}

/* While opening: are all children there? In a run: have all tasks come to their end? */
static bool caller_done(const struct strategy_state *state)
{
    return state->tasks ? state->unfinished == 0 : state->n_ready == state->config->in_flight || state->error;
}

static void caller_work(struct strategy_state *state)
{
    for (unsigned busy_rounds = 0; !caller_done(state);) {
        bool any = news_take(state);
        children_respawn(state);
        jobs_dispatch(state);
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
    jobs_dispatch(state);
    caller_work(state);
    return state->error;
}

/* --- open and close --- */

/* Has this child ended by itself before the deadline? */
static bool child_left(const struct child *child, uint64_t deadline_ns)
{
    for (uint64_t now_ns = clock_now_ns();; now_ns = clock_now_ns()) {
        int rest_ms = deadline_ns > now_ns ? (int)((deadline_ns - now_ns) / 1000000) + 1 : 0;
        struct pollfd pidfd = {.fd = child->pidfd, .events = POLLIN}; /* without one: a short sleep */
        siginfo_t info;
        poll(&pidfd, 1, child->pidfd < 0 && rest_ms > 1 ? 1 : rest_ms);
        if (wait_restarted(child->pid, &info, WEXITED | WNOHANG | WNOWAIT) || info.si_pid != 0)
            return true;
        if (rest_ms == 0)
            return false;
    }
}

/* Ask all to leave, and end those who do not. */
static void children_stop(struct strategy_state *state)
{
    siginfo_t info;

    atomic_store(&state->shared->stop, 1);
    for (unsigned i = 0; i < state->config->in_flight; i++)
        if (state->children[i].state != CHILD_DEAD)
            child_wake(&state->shared->channels[i]);
    uint64_t deadline_ns = clock_now_ns() + GRACE_MS * UINT64_C(1000000);
    for (unsigned i = 0; i < state->config->in_flight; i++) {
        struct child *child = &state->children[i];
        if (child->state == CHILD_DEAD)
            continue;
        if (!child_left(child, deadline_ns))
            kill(child->pid, SIGKILL);
        child_reap(state, child, &info);
    }
}

static void prefork_close(struct strategy_state *state)
{
    if (state->children && state->shared)
        children_stop(state);
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

/* Fork all, then wait until each has come to life at its place. Pidfds last, so that no child inherits them. */
static int children_start(struct strategy_state *state)
{
    const unsigned k = state->config->in_flight;
    struct rlimit files = {.rlim_cur = 0};
    int rc = 0;

    limits_begin(&state->limits, "");
    for (unsigned i = k; i-- > 0 && rc == 0;) /* the first one ends up on top of its list */
        rc = child_fork(state, &state->children[i]);
    if (rc < 0)
        return refusal_explain(state->config, &state->limits, LIMITS_PROCESS, k - state->n_dead + 1, 0, rc);
    getrlimit(RLIMIT_NOFILE, &files);
    state->polling = k > files.rlim_cur / 2; /* the other half is the workload's */
    for (unsigned i = 0; i < k && !state->polling; i++)
        child_watch(state, &state->children[i]);
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
