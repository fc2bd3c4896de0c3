/* SPDX-License-Identifier: Apache-2.0 */
/* prefork: how children come to life, how their deaths are noticed, and who takes their places. See "Killed at any
 * instruction" in prefork.c. */
#include "strategies/prefork_private.h"

#include "measure/clock.h"
#include "measure/signal_name.h"

#include "strategies/refusal.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/wait.h>

enum {
    DEATHS_MAX = 12,    /* in a row, at one place, without a task done */
    BACK_OFF_FREE = 2,  /* so many deaths in a row are replaced at once */
    BACK_OFF_MAX = 128, /* ms: the longest pause */
    GRACE_MS = 2000,    /* for a child to leave when it is asked to */
};

static int wait_restarted(pid_t pid, siginfo_t *info, int flags)
{
    info->si_pid = 0;
    while (waitid(P_PID, (id_t)pid, info, flags))
        if (errno != EINTR)
            return -errno;
    return 0;
}

/* --- birth --- */

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
    prefork_child_main(&self, parent);
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

/* Pidfds last, so that no child inherits them. */
int prefork_start(struct strategy_state *state)
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
    return 0;
}

/* --- death --- */

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
    prefork_give_up(state, rc);
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

void prefork_respawn(struct strategy_state *state)
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
    prefork_idle_remove(state, child);
}

void prefork_bury(struct strategy_state *state, struct child *child)
{
    siginfo_t info;

    prefork_drain(state, child);
    child_reap(state, child, &info);
    unsigned taken = spsc_popped_count(&channel_of(state, child)->jobs) - child->done_count; /* 0 or 1 */
    unsigned lost = child->outstanding;
    child->outstanding = 0;
    for (unsigned i = 0; i < lost; i++)
        prefork_job_lose(state, child, child->jobs[i], i < taken);
    state->deaths++;
    child->respawn_ns = 0;
    if (!child->doomed) {
        state->last_signal = info.si_code == CLD_EXITED ? 0 : info.si_status;
        if (taken)
            state->tasks[child->jobs[0]].killed_by = state->last_signal;
        child_retry_later(state, child, -ECHILD);
    }
}

void prefork_look(struct strategy_state *state)
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
            prefork_bury(state, child);
    }
}

/* --- the end --- */

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

void prefork_stop(struct strategy_state *state)
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
