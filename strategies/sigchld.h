/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For strategies that fork: somebody must be told how a child ended.
 *
 * Where SIGCHLD is ignored (inherited, for example from nohup-like parents) the kernel reaps children by itself and no
 * one learns how they ended.
 */
#ifndef QUINTET_STRATEGIES_SIGCHLD_H
#define QUINTET_STRATEGIES_SIGCHLD_H

#include <errno.h>
#include <signal.h>
#include <stdbool.h>

/* Zeroed before the claim. */
struct sigchld {
    struct sigaction previous; /* the caller's, given back in the end */
    bool changed;
};

/* See to it that ended children wait for us. The process's own disposition, hence one user at a time. 0 or -errno. */
static inline int sigchld_claim(struct sigchld *s)
{
    if (sigaction(SIGCHLD, NULL, &s->previous))
        return -errno;
    struct sigaction wanted = s->previous;
    if (!(wanted.sa_flags & SA_SIGINFO) && wanted.sa_handler == SIG_IGN)
        wanted.sa_handler = SIG_DFL;
    else if (!(wanted.sa_flags & SA_NOCLDWAIT))
        return 0;
    wanted.sa_flags &= ~SA_NOCLDWAIT;
    if (sigaction(SIGCHLD, &wanted, NULL))
        return -errno;
    s->changed = true;
    return 0;
}

/* Put it back as it was; no-op without a claim. */
static inline void sigchld_release(struct sigchld *s)
{
    if (s->changed)
        sigaction(SIGCHLD, &s->previous, NULL);
    s->changed = false;
}

#endif
