/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The child's half of prefork. Everything here runs in a forked process that has one thread and a copy of the caller's
 * memory: it allocates nothing, takes no lock, and of what it writes the caller sees only what lies in `struct shared`
 * and in the arena.
 */
#include "strategies/prefork_child.h"

#include "measure/clock.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>

static bool child_stopped(const struct self *self)
{
    return atomic_load_explicit(&self->shared->stop, memory_order_relaxed);
}

static void child_spin(const struct self *self)
{
    uint64_t deadline_ns = clock_now_ns() + self->spin_ns;

    do {
        if (spsc_ready(&self->channel->jobs) || child_stopped(self))
            return;
        spin_pause(self->yielding);
    } while (clock_now_ns() < deadline_ns);
}

/* Sleep until there may be a job or an end. */
static void child_nap(const struct self *self)
{
    struct channel *channel = self->channel;

    prefork_step(STEP_TIRES);
    atomic_exchange(&channel->child_naps, 1);
    prefork_step(STEP_DOZES);
    while (!spsc_ready(&channel->jobs) && !child_stopped(self) && atomic_load(&channel->child_naps))
        word_wait(&channel->child_naps, 1);
    atomic_store(&channel->child_naps, 0);
}

/* The next job is taken once this returns true: from then on it is this child's, dead or alive. */
static bool child_take(const struct self *self, struct spsc_slot *job)
{
    prefork_step(STEP_LOOKS);
    while (!spsc_pop(&self->channel->jobs, job)) {
        if (child_stopped(self))
            return false;
        if (self->spin_ns > 0)
            child_spin(self);
        if (!spsc_ready(&self->channel->jobs))
            child_nap(self);
    }
    prefork_step(STEP_TAKEN);
    return true;
}

static void child_answer(const struct self *self, uint64_t what, int rc)
{
    struct spsc_slot answer = {.word = {what, (uint64_t)(int64_t)rc}};
    const uint64_t one = 1;

    spsc_push(&self->channel->done, &answer); /* there is room: it holds more than a child may have */
    prefork_step(STEP_DONE);
    atomic_fetch_or(self->news, UINT64_C(1) << self->index % 64);
    prefork_step(STEP_NEWS);
    if (atomic_exchange(&self->shared->caller_naps, 0))
        while (write(self->eventfd, &one, sizeof one) < 0 && errno == EINTR)
            ;
}

/* Handlers of the caller are not ours, nor is its mask. What it ignores stays ignored, as after an exec. */
static void child_reset_signals(void)
{
    struct sigaction action;
    sigset_t none;

    for (int i = 1; i <= SIGRTMAX; i++)
        if (sigaction(i, NULL, &action) == 0 &&
            ((action.sa_flags & SA_SIGINFO) || (action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN))) {
            action = (struct sigaction){.sa_handler = SIG_DFL};
            sigaction(i, &action, NULL);
        }
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

_Noreturn void prefork_child_main(const struct self *self, pid_t parent)
{
    struct ctx ctx = {.ops = self->ops, .lane = &self->config->lanes[self->index]};
    struct spsc_slot job;

    /* If the trial is killed, so are its carriers. The parent may have died before the request took effect. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(EXIT_FAILURE);
    child_reset_signals();
    prefork_step(STEP_BORN);
    child_answer(self, ANSWER_READY, strategy_place(self->config, self->index));
    while (child_take(self, &job)) {
        task_loop((struct task *)(uintptr_t)job.word[0], &ctx);
        prefork_step(STEP_RAN);
        child_answer(self, job.word[1], 0);
    }
    /* Not exit(): the parent's buffered output and atexit handlers are the parent's. */
    _exit(EXIT_SUCCESS);
}
