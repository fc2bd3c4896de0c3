/* SPDX-License-Identifier: Apache-2.0 */
/* How a trial ended that did not end well: which end it is, and one sentence about it. */
#include "run/trial_private.h"

#include "measure/signal_name.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

void trial_end(struct trial *t, enum trial_end how, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    t->record->end = how;
    vsnprintf(t->record->reason, sizeof t->record->reason, format, ap);
    va_end(ap);
}

/* Why a task stopped. -ECHILD is what a strategy says of a dead process: then we know more than the errno does. */
static void stop_reason(const struct task *task, char *buf, size_t len)
{
    if (task->err == -EBADMSG) {
        snprintf(buf, len, "what came is not what was asked for");
        return;
    }
    if (task->err != -ECHILD) {
        snprintf(buf, len, "%s", strerror(-task->err));
        return;
    }
    const char *whose = task->ended_ns ? "the process of a child" : "its process"; /* killed, it has no end */
    const char *name = task->killed_by ? signal_name(task->killed_by) : NULL;
    if (name)
        snprintf(buf, len, "%s was killed by SIG%s", whose, name);
    else if (task->killed_by)
        snprintf(buf, len, "%s was killed by signal %d", whose, task->killed_by);
    else
        snprintf(buf, len, "%s ended before its work was done", whose);
}

/* "task 3, op 5: ..." */
static const char *stopped_task(const struct arena *arena, unsigned i, char *buf, size_t len)
{
    const struct task *task = &arena->tasks[i];
    int n_chars = snprintf(buf, len, "task %u, op %llu: ", i, (unsigned long long)task->ops_done);

    stop_reason(task, buf + n_chars, len - (size_t)n_chars);
    return buf;
}

const char *trial_failed_task(const struct arena *arena, unsigned n, uint64_t ops, enum trial_end *how, char *buf,
                              size_t len)
{
    *how = END_FAILED_IO;
    /* One that was killed comes first: others of its group may have been ended because of it. */
    for (unsigned i = 0; i < n; i++)
        if (arena->tasks[i].err && arena->tasks[i].killed_by)
            return stopped_task(arena, i, buf, len);
    for (unsigned i = 0; i < n; i++) {
        const struct task *task = &arena->tasks[i];
        *how = task->err && task->err != -EBADMSG ? END_FAILED_IO : END_VERIFY_FAILED;
        if (task->err)
            stopped_task(arena, i, buf, len);
        else if (task->runs != 1)
            snprintf(buf, len, "task %u was run %llu times", i, (unsigned long long)task->runs);
        else if (task->ops_done != ops)
            snprintf(buf, len, "task %u did %llu of %llu ops", i, (unsigned long long)task->ops_done,
                     (unsigned long long)ops);
        else if (task->ended_ns < task->started_ns)
            snprintf(buf, len, "task %u began and has no end", i);
        else
            continue;
        return buf;
    }
    return NULL;
}

enum trial_end trial_end_of_errno(int rc)
{
    switch (-rc) {
    case EAGAIN:
    case ENOMEM:
    case EMFILE:
    case ENFILE:
    case ENOSPC:
        return END_NO_RESOURCE;
    case ENOTSUP:
        return END_SKIPPED;
    case EBADMSG:
        return END_VERIFY_FAILED;
    default:
        return END_FAILED_IO;
    }
}

const char *trial_limit_text(int rc, char *buf, size_t len)
{
    struct rlimit limit;
    buf[0] = '\0';
    if (rc == -EMFILE && !getrlimit(RLIMIT_NOFILE, &limit))
        snprintf(buf, len, " (RLIMIT_NOFILE = %llu)", (unsigned long long)limit.rlim_cur);
    return buf;
}

void trial_strategy_failed(struct trial *t, const char *phase, int rc)
{
    char limit[64];
    const char *own = t->strategy_reason;
    trial_end(t, trial_end_of_errno(rc), "%s: %s%s%s", t->what.strategy->name, phase, own[0] ? own : strerror(-rc),
              trial_limit_text(rc, limit, sizeof limit));
}

void trial_run_failed(struct trial *t, const char *phase, int rc, unsigned n, uint64_t ops)
{
    char buf[REASON_LEN];
    enum trial_end how;
    const char *failed =
        rc == -ECHILD && !t->strategy_reason[0] ? trial_failed_task(&t->arena, n, ops, &how, buf, sizeof buf) : NULL;
    if (failed)
        trial_end(t, how, "%s%s", phase, failed);
    else
        trial_strategy_failed(t, phase, rc);
}
