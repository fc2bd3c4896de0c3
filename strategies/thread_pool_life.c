/* SPDX-License-Identifier: Apache-2.0 */
/* How a thread pool begins and ends. See thread_pool.h, and for all that lies between, thread_pool.c. */
#include "strategies/thread_pool_private.h"

#include "strategies/thread_attr.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { STACK_BYTES = 256 << 10 };

int thread_pool_stop(struct thread_pool *pool)
{
    if (thread_pool_is_here(pool))
        return -EDEADLK;
    thread_pool_close(pool);
    pthread_mutex_lock(&pool->stop);
    while (pool->started > 0)
        pthread_join(pool->threads[--pool->started].thread, NULL);
    pthread_mutex_unlock(&pool->stop);
    return 0;
}

void thread_pool_destroy(struct thread_pool *pool)
{
    if (!pool)
        return;
    thread_pool_stop(pool);
    pthread_mutex_destroy(&pool->stop);
    mpmc_fini(&pool->queue);
    mpmc_fini(&pool->inner);
    free(pool->sleepers);
    free(pool->threads);
    free(pool);
}

/* Start all threads and wait until each has come to life. */
static int pool_start(struct thread_pool *pool)
{
    const unsigned n = pool->config.threads;
    pthread_attr_t attr;
    int rc = thread_attr_init_small(&attr, &pool->config.stack_bytes);

    if (rc < 0)
        return rc;
    latch_init(&pool->begun, n);
    for (unsigned i = 0; i < n && rc == 0; i++) {
        struct pool_thread *thread = &pool->threads[i];
        *thread = (struct pool_thread){.pool = pool, .index = i};
        rc = -pthread_create(&thread->thread, &attr, thread_pool_main, thread);
        if (rc == 0)
            pool->started++;
    }
    pthread_attr_destroy(&attr);
    if (rc < 0 && pool->config.refused)
        pool->config.refused(pool->config.arg, pool->started, rc);
    if (rc < 0)
        return rc;
    latch_wait(&pool->begun);
    return atomic_load(&pool->begin_error);
}

static int pool_make(struct thread_pool *pool)
{
    const size_t n = pool->config.threads, bytes = 2 * n * sizeof *pool->sleepers;
    int queue_rc = mpmc_init(&pool->queue, pool->config.queue_count, 0);
    int inner_rc = mpmc_init(&pool->inner, pool->config.inner_count, 0);

    pthread_mutex_init(&pool->stop, NULL);
    pool->threads = calloc(n, sizeof *pool->threads);
    pool->sleepers = aligned_alloc(_Alignof(struct event_sleeper), bytes);
    if (queue_rc < 0 || inner_rc < 0 || !pool->threads || !pool->sleepers)
        return -ENOMEM;
    memset(pool->sleepers, 0, bytes);
    pool->idle.sleepers = pool->sleepers;
    pool->joining.sleepers = pool->sleepers + n;
    return 0;
}

int thread_pool_create(struct thread_pool **out, const struct thread_pool_config *config)
{
    *out = NULL;
    if (config->threads < 1 || config->threads > THREAD_POOL_THREADS_MAX ||
        config->queue_count > THREAD_POOL_QUEUE_COUNT_MAX || config->inner_count > THREAD_POOL_QUEUE_COUNT_MAX)
        return -EINVAL;
    struct thread_pool *pool = aligned_alloc(_Alignof(struct thread_pool), sizeof *pool);
    if (!pool)
        return -ENOMEM;
    *pool = (struct thread_pool){.config = *config};
    if (!config->queue_count)
        pool->config.queue_count = THREAD_POOL_QUEUE_COUNT;
    if (!config->spinners_max)
        pool->config.spinners_max = 1;
    if (!config->stack_bytes)
        pool->config.stack_bytes = STACK_BYTES;
    int rc = pool_make(pool);
    if (rc == 0)
        rc = pool_start(pool);
    if (rc < 0)
        thread_pool_destroy(pool);
    else
        *out = pool;
    return rc;
}
