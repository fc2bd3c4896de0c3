/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Handing off by a condition variable, as a textbook does it: the token changes under the waiter's mutex, the waiter
 * waits in a loop until it is there, and the waker signals after it has unlocked (a waiter that is woken with the mutex
 * still locked would go to sleep once more).
 */
#include "contract/condvar.h"

#include <errno.h>
#include <pthread.h>

struct condvar {
    pthread_mutex_t lock;
    pthread_cond_t changed;
};
_Static_assert(sizeof(struct condvar) <= CONDVAR_OWN_BYTES, "fits into the room for it");
_Static_assert(_Alignof(struct condvar) <= 8, "as the room for it is aligned");

static struct condvar *condvar_of(struct seat *seat)
{
    return (struct condvar *)((struct condvar_seat *)seat)->own;
}

int condvar_seat_init(struct condvar_seat *seat)
{
    struct condvar *own = condvar_of(&seat->seat);
    pthread_mutexattr_t lock;
    pthread_condattr_t changed;
    int rc = -pthread_mutexattr_init(&lock);
    if (rc)
        return rc;
    rc = -pthread_condattr_init(&changed);
    if (!rc) {
        rc = -pthread_mutexattr_setpshared(&lock, PTHREAD_PROCESS_SHARED);
        if (!rc)
            rc = -pthread_condattr_setpshared(&changed, PTHREAD_PROCESS_SHARED);
        if (!rc)
            rc = -pthread_mutex_init(&own->lock, &lock);
        if (!rc)
            rc = -pthread_cond_init(&own->changed, &changed);
        pthread_condattr_destroy(&changed);
    }
    pthread_mutexattr_destroy(&lock);
    atomic_store_explicit(&seat->seat.token, 0, memory_order_relaxed);
    return rc;
}

static void token_set(struct seat *seat, uint32_t value)
{
    atomic_store_explicit(&seat->token, value, memory_order_relaxed);
}

int handoff_condvar(struct ctx *c, struct seat *mine, struct seat *theirs)
{
    (void)c;
    if (theirs) {
        struct condvar *at = condvar_of(theirs);
        int rc = -pthread_mutex_lock(&at->lock);
        if (rc)
            return rc;
        token_set(theirs, 1);
        pthread_mutex_unlock(&at->lock);
        pthread_cond_signal(&at->changed);
    }
    if (!mine)
        return 0;
    struct condvar *at = condvar_of(mine);
    int rc = -pthread_mutex_lock(&at->lock);
    while (!rc && !atomic_load_explicit(&mine->token, memory_order_relaxed))
        rc = -pthread_cond_wait(&at->changed, &at->lock);
    if (rc)
        return rc;
    token_set(mine, 0);
    pthread_mutex_unlock(&at->lock);
    return 0;
}
