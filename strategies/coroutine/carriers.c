/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The strategies made of coroutines: every task is a stackful coroutine, and workers carry them. See carriers.h.
 *
 * Here is how they are opened, told to run, and closed. What a worker does in a run is in carriers_part.c.
 */
#include "strategies/coroutine/carriers_private.h"
#include "strategies/coroutine/overflow.h"
#include "strategies/refusal.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum {
    CARRIER_THREAD_STACK_BYTES = 512 << 10, /* the loop's own; tasks run on coroutine stacks */
};

enum { OPTION_STACK_BYTES, OPTION_PREAD };
static const char *const pread_choices[] = {[IO_PREAD_CACHE_FIRST] = "cache_first", [IO_PREAD_RING] = "ring", NULL};
const struct param_spec carriers_options[] = {
    {.name = "stack_bytes",
     .unit = "bytes",
     .summary = "stack of one coroutine with its guard page; rounded up to 2^n",
     .defaults = {STACK_DEFAULT_BYTES, STACK_DEFAULT_BYTES, STACK_DEFAULT_BYTES},
     .min = STACK_SMALL_BYTES,
     .max = STACK_MAX_BYTES},
    {.name = "pread",
     .unit = "",
     .summary = "look into the page cache by preadv2(RWF_NOWAIT) first, or always ask the ring",
     .choices = pread_choices},
    {.name = NULL},
};

/* ---- the strategy ---- */

static int64_t option(const struct strategy_config *config, unsigned index)
{
    return config->options ? config->options->value[index] : carriers_options[index].defaults[PROFILE_QUICK];
}

unsigned carriers_workers(const struct carriers_variant *variant, unsigned granted)
{
    return variant->workers_max ? min_unsigned(variant->workers_max, granted) : granted;
}

static void wait_reports(struct strategy_state *s, unsigned count)
{
    while (count > 0)
        if (sem_wait(&s->reports) == 0)
            count--; /* else EINTR */
}

/* Prepare carrier i; no thread yet. */
static int carrier_init(struct strategy_state *s, unsigned i)
{
    struct carrier *c = &s->carriers[i];
    unsigned groups = s->config.in_flight / s->config.group;
    struct worker_config config = {
        .backend = s->variant->backend,
        .stack_bytes = (size_t)option(&s->config, OPTION_STACK_BYTES),
        .ops = &s->ops,
        .lane = &s->config.lanes[i],
        .on_turn = carriers_on_turn,
        .owner = c,
        .group = i < s->group.count ? &s->group : NULL,
        .index = i,
    };
    c->state = s;
    c->index = i;
    c->seats = (groups / s->used + (i < groups % s->used)) * s->config.group;
    int err = worker_init(&c->worker, &config);
    if (err || !config.group)
        return err;
    s->group.worker[i] = &c->worker;
    err = deque_init(&c->worker.closures, true, 0);
    if (err)
        worker_fini(&c->worker);
    return err;
}

/* A worker's own start failed, which is its ring's. Ring memory counts against RLIMIT_MEMLOCK, for all rings of the
 * user together, and is given back late. */
static void explain_start(const struct strategy_config *config, const struct carriers_variant *variant, int err)
{
    struct rlimit limit;
    char most[96] = "";
    if (!config->reason || variant->backend != &io_backend_uring)
        return;
    if (err == -ENOMEM && !getrlimit(RLIMIT_MEMLOCK, &limit))
        snprintf(most, sizeof most, "; RLIMIT_MEMLOCK = %llu bytes for all rings of this user",
                 (unsigned long long)limit.rlim_cur);
    snprintf(config->reason, config->reason_len, "a worker got no ring (%s%s)", strerror(-err), most);
}

static int carriers_launch(struct strategy_state *s)
{
    pthread_attr_t attr;
    sigset_t previous;
    struct limits limits;
    unsigned launched = 0;
    int err = -pthread_attr_init(&attr);
    if (err)
        return err;
    pthread_attr_setstacksize(&attr, CARRIER_THREAD_STACK_BYTES);
    worker_block_signals(&previous); /* inherited by the threads */
    limits_begin(&limits, "");
    for (; launched < s->used && !err; launched += !err)
        err = -pthread_create(&s->carriers[launched].thread, &attr, carriers_main, &s->carriers[launched]);
    if (err)
        refusal_explain(&s->config, &limits, LIMITS_THREAD, launched + 1, CARRIER_THREAD_STACK_BYTES, err);
    pthread_sigmask(SIG_SETMASK, &previous, NULL);
    pthread_attr_destroy(&attr);

    wait_reports(s, launched);
    for (unsigned i = 0; i < launched; i++)
        if (!err)
            err = s->carriers[i].start_err;
    if (!err)
        return 0;
    if (launched == s->used)
        explain_start(&s->config, s->variant, err);
    for (unsigned i = 0; i < launched; i++) {
        worker_stop(&s->carriers[i].worker);
        pthread_join(s->carriers[i].thread, NULL);
    }
    return err;
}

static void state_free(struct strategy_state *s, unsigned carriers)
{
    for (unsigned i = 0; i < carriers; i++)
        worker_fini(&s->carriers[i].worker);
    sem_destroy(&s->reports);
    free(s->carriers);
    free(s);
}

static int state_create(struct strategy_state **out, const struct strategy_config *config,
                        const struct carriers_variant *variant)
{
    struct strategy_state *s = aligned_alloc(_Alignof(struct strategy_state), sizeof *s);
    if (!s)
        return -ENOMEM;
    memset(s, 0, sizeof *s);
    s->config = *config;
    if (config->apart)
        s->config.group = 1;
    s->variant = variant;
    s->across = config->placement == PLACE_ACROSS;
    s->used = min_unsigned(carriers_workers(variant, config->workers),
                           s->across ? config->in_flight : config->in_flight / s->config.group);
    if (config->spawns && s->used > 1)
        s->group.count = min_unsigned(s->used, WORKER_GROUP_MAX); /* those beyond help nobody, and nobody helps them */
    s->carriers = aligned_alloc(_Alignof(struct carrier), s->used * sizeof *s->carriers);
    if (!s->carriers) {
        free(s);
        return -ENOMEM;
    }
    memset(s->carriers, 0, s->used * sizeof *s->carriers);
    sem_init(&s->reports, 0, 0);
    /* With one worker no two threads can meet at a seat. */
    io_ctx_ops_init(&s->ops, variant->backend, s->used == 1 ? IO_SEATS_LOCAL : IO_SEATS_SHARED,
                    (enum io_pread)option(config, OPTION_PREAD));
    *out = s;
    return 0;
}

int carriers_open(struct strategy_state **out, const struct strategy_config *config,
                  const struct carriers_variant *variant)
{
    struct strategy_state *s;
    unsigned made = 0;
    *out = NULL;
    if (config->in_flight == 0 || config->workers == 0 || config->group == 0 || config->in_flight % config->group)
        return -EINVAL;
    if (config->placement == PLACE_ACROSS && config->workers > 1 && variant->workers_max == 1)
        return -ENOTSUP; /* the plan skips such cells: cores() says 1 */
    int err = state_create(&s, config, variant);
    if (err)
        return err;
    for (; made < s->used && !err; made += !err)
        err = carrier_init(s, made);
    if (!err)
        err = overflow_handler_init();
    if (!err) {
        err = carriers_launch(s);
        if (err)
            overflow_handler_fini();
    }
    if (err) {
        state_free(s, made);
        return err;
    }
    *out = s;
    return 0;
}

int carriers_run(struct strategy_state *s, struct task *tasks, unsigned n)
{
    if (n == 0)
        return 0;
    s->tasks = tasks;
    s->n = n;
    unsigned first = min_unsigned(n, s->config.in_flight); /* spread: the first K, dealt out like cards */
    atomic_store_explicit(&s->next, s->across ? first : 0, memory_order_relaxed);
    atomic_store_explicit(&s->active, s->used, memory_order_relaxed);
    atomic_store_explicit(&s->undone, s->used, memory_order_relaxed);
    for (unsigned i = 0; s->across && i < s->used; i++)
        atomic_store_explicit(&s->carriers[i].across_credits, first / s->used + (i < first % s->used),
                              memory_order_relaxed);
    atomic_fetch_add_explicit(&s->run, 1, memory_order_release);
    for (unsigned i = 0; i < s->used; i++)
        worker_notify(&s->carriers[i].worker, NULL);
    wait_reports(s, 1);
    return 0;
}

void carriers_close(struct strategy_state *s)
{
    for (unsigned i = 0; i < s->used; i++)
        worker_stop(&s->carriers[i].worker);
    for (unsigned i = 0; i < s->used; i++)
        pthread_join(s->carriers[i].thread, NULL);
    overflow_handler_fini();
    state_free(s, s->used);
}

void carriers_describe(const struct strategy_state *s, char *out, size_t len)
{
    const struct worker *w = &s->carriers[0].worker;
    char backend[256], stacks[128];
    w->config.backend->describe(w, backend, sizeof backend);
    stack_pool_describe(&w->usual.stacks, stacks, sizeof stacks);
    snprintf(out, len, "%u worker%s; %s; %s; pread %s; seats %s", s->used, s->used == 1 ? "" : "s", backend, stacks,
             pread_choices[option(&s->config, OPTION_PREAD)], s->used == 1 ? "local" : "shared");
}
