/* SPDX-License-Identifier: Apache-2.0 */
/* prefork: which child is given which job, what becomes of the jobs of the dead, and the answers. See "Order" in
 * prefork.c. */
#include "strategies/prefork_private.h"

#include <errno.h>
#include <signal.h>

/* --- who is idle --- */

static void idle_add(struct strategy_state *state, struct child *child)
{
    uint32_t index = (uint32_t)(child - state->children), *head = &state->idle[index % state->n_classes];

    child->next_idle = *head;
    child->listed = true;
    *head = index;
    state->n_idle++;
}

void prefork_idle_remove(struct strategy_state *state, struct child *child)
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
    prefork_idle_remove(state, child);
    return child;
}

/* --- jobs --- */

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

void prefork_job_lose(struct strategy_state *state, const struct child *child, uint32_t id, bool taken)
{
    if (!taken && !child->doomed && !state->broken) {
        again_add(state, id);
        return;
    }
    job_fail(state, id, taken);
    if (!child->doomed && group_size(state) > 1)
        group_fail(state, id / group_size(state));
}

void prefork_give_up(struct strategy_state *state, int rc)
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

void prefork_dispatch(struct strategy_state *state)
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

void prefork_drain(struct strategy_state *state, struct child *child)
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

bool prefork_news_take(struct strategy_state *state)
{
    bool any = false;

    for (unsigned word = 0; word * 64 < state->config->in_flight; word++) {
        uint64_t bits = atomic_load_explicit(&state->news[word], memory_order_relaxed);
        if (bits)
            bits = atomic_exchange(&state->news[word], 0);
        any |= bits != 0;
        for (; bits; bits &= bits - 1)
            prefork_drain(state, &state->children[word * 64 + (unsigned)__builtin_ctzll(bits)]);
    }
    return any;
}
