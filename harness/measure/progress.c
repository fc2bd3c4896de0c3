/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/progress.h"

#include "measure/stats.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A part among stalls is short: it still has a few slots where a stall is a hundred times as long. */
enum { SLOTS_PER_PART = 256, COST_MAX = 65535 };

/* Ops by time, over slots of equal length: linear in the number of stretches, of which a trial may have millions. */
struct grid {
    double *step; /* what a whole slot gets more than the one before; then ops up to the slot's end */
    double *part; /* what falls into the slot besides */
    unsigned slots;
    double from_ns, slot_ns;
};

static double place(const struct grid *g, uint64_t ns)
{
    double at = ((double)ns - g->from_ns) / g->slot_ns;
    return at < 0 ? 0 : at > g->slots ? g->slots : at;
}

static void spread(struct grid *g, const struct stretch *s)
{
    double from = place(g, s->from_ns), to = place(g, s->to_ns);
    unsigned first = (unsigned)from, last = (unsigned)to;
    if (s->to_ns <= s->from_ns) { /* no time passed: all of it at once, if it is inside */
        if (first < g->slots && (double)s->from_ns >= g->from_ns)
            g->part[first] += s->ops;
        return;
    }
    double per_slot = s->ops * g->slot_ns / (double)(s->to_ns - s->from_ns);
    if (first == last) {
        if (first < g->slots)
            g->part[first] += per_slot * (to - from);
        return;
    }
    g->part[first] += per_slot * (first + 1 - from);
    g->step[first + 1] += per_slot;
    g->step[last] -= per_slot;
    if (last < g->slots)
        g->part[last] += per_slot * (to - last);
}

static double add_up(struct grid *g)
{
    double level = 0, ops = 0;
    for (unsigned i = 0; i < g->slots; i++) {
        level += g->step[i];
        ops += fmax(0, level) + g->part[i]; /* what should be nothing may be less by rounding */
        g->step[i] = ops;
    }
    return ops;
}

/* When, in slots, `ops` ops were done. *slot is where the last answer was found: answers ascend. */
static double reached(const struct grid *g, double ops, unsigned *slot)
{
    while (*slot + 1 < g->slots && g->step[*slot] < ops)
        ++*slot;
    double before = *slot ? g->step[*slot - 1] : 0, here = g->step[*slot] - before;
    return here > 0 ? *slot + fmin(1, (ops - before) / here) : *slot + 1;
}

int progress_series(const struct stretch *stretches, size_t count, uint64_t from_ns, uint64_t to_ns, unsigned n,
                    uint16_t *out)
{
    if (n == 0 || n > PROGRESS_MAX || to_ns <= from_ns)
        return -EINVAL;
    struct grid g = {.slots = n * SLOTS_PER_PART,
                     .from_ns = (double)from_ns,
                     .slot_ns = (double)(to_ns - from_ns) / (n * SLOTS_PER_PART)};
    g.step = calloc(2 * (g.slots + 1), sizeof *g.step);
    if (!g.step)
        return -ENOMEM;
    g.part = g.step + g.slots + 1;
    for (size_t i = 0; i < count; i++)
        spread(&g, &stretches[i]);
    double ops = add_up(&g), cost[PROGRESS_MAX], sorted[PROGRESS_MAX], since = 0;
    unsigned slot = 0;
    for (unsigned i = 0; i < n; i++) {
        double until = i + 1 < n ? reached(&g, ops * (i + 1) / n, &slot) : g.slots;
        sorted[i] = cost[i] = until - since;
        since = until;
    }
    stats_sort(sorted, n);
    double median = stats_quantile_sorted(sorted, n, 0.5);
    for (unsigned i = 0; i < n; i++)
        out[i] = (uint16_t)fmin(COST_MAX, 1000 * cost[i] / median + 0.5);
    free(g.step);
    return ops > 0 && median > 0 ? 0 : -EINVAL;
}

unsigned progress_length(size_t count, unsigned alive)
{
    size_t n = alive ? count / ((size_t)PROGRESS_STRETCHES_MIN * alive) : 0;
    return n < CHANGEPOINT_MIN ? 0 : n > PROGRESS_MAX ? PROGRESS_MAX : (unsigned)n;
}

enum steady progress_class(const uint16_t *series, unsigned n, double margin, unsigned *settled)
{
    double cost[PROGRESS_MAX];
    enum steady class = STEADY_UNKNOWN;
    size_t at = 0;
    for (unsigned i = 0; i < n && i < PROGRESS_MAX; i++)
        cost[i] = series[i];
    double least = 15; /* per mille of an even part: what the slots and the stamps leave open */
    if (n > PROGRESS_MAX || changepoint_classify(cost, n, margin, least * least / 12, &class, &at))
        class = STEADY_UNKNOWN;
    *settled = (unsigned)at;
    return class;
}
