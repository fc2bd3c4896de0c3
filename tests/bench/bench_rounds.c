/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Measuring. In every round each row is measured once, in random order, and its two sides directly after each other, in
 * random order: a ratio is of two neighbours in time, so that what the machine does meanwhile meets both. The first
 * round only warms, and finds out how many units fill the span.
 */
#include "bench.h"
#include "peers.h"

#include "measure/clock.h"
#include "measure/counters.h"
#include "measure/rng.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

static const double span_ns = 20e6, span_quick_ns = 5e6; /* the least that one measurement takes */

struct machine {
    cpu_set_t all, one; /* the last CPU that is allowed */
};

static int machine_read(struct machine *m)
{
    if (sched_getaffinity(0, sizeof m->all, &m->all))
        return -errno;
    CPU_ZERO(&m->one);
    for (int cpu = CPU_SETSIZE; cpu-- > 0;)
        if (CPU_ISSET(cpu, &m->all)) {
            CPU_SET(cpu, &m->one);
            break;
        }
    return 0;
}

static uint64_t memory_available_bytes(void)
{
    char line[256];
    unsigned long long kb = 0;
    FILE *f = fopen("/proc/meminfo", "re");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "MemAvailable: %llu kB", &kb) == 1)
            break;
    if (f)
        fclose(f);
    return (uint64_t)kb << 10;
}

static uint64_t units_round(const struct bench_side *side, double units)
{
    uint64_t quantum = side->quantum ? side->quantum : 1, n = (uint64_t)(units / (double)quantum + 0.5);
    return (n ? n : 1) * quantum;
}

/* How many units fill the span: more and more of them, until they do. */
static int side_calibrate(const struct bench_side *side, struct bench_call *call, double span, uint64_t *units)
{
    double total;
    call->arg = side->arg;
    for (call->n = units_round(side, 16);;) {
        int err = side->measure(call, &total);
        if (err)
            return err;
        if (total >= span)
            break;
        double factor = total > span / 64 ? 1.2 * span / total : 8;
        uint64_t more = units_round(side, (double)call->n * factor);
        call->n = more > call->n ? more : units_round(side, 2 * (double)call->n);
    }
    *units = call->n;
    return 0;
}

static void row_warm(struct bench_result *r, struct bench_call *call, const struct bench_run *run)
{
    const struct bench_row *row = r->row;
    double span = run->quick ? span_quick_ns : span_ns, total;
    if (row->units) {
        r->short_of_memory = !run->quick && row->bytes_needed && memory_available_bytes() < row->bytes_needed;
        call->n = r->ours_units = r->peer_units = run->quick || r->short_of_memory ? row->units_quick : row->units;
        call->arg = row->ours.arg;
        r->ours_err = row->ours.measure(call, &total);
        call->arg = row->peer.arg;
        r->peer_err = row->peer.measure(call, &total);
        return;
    }
    r->ours_err = side_calibrate(&row->ours, call, span, &r->ours_units);
    r->peer_err = side_calibrate(&row->peer, call, span, &r->peer_units);
}

static void side_measure(const struct bench_side *side, struct bench_call *call, uint64_t units, double *per_unit,
                         int *err)
{
    double total = 0;
    if (*err)
        return;
    call->arg = side->arg;
    call->n = units;
    *err = side->measure(call, &total);
    if (!*err && !(total > 0))
        *err = -ERANGE;
    *per_unit = total / (double)units;
}

static void ours_measure(struct bench_result *r, struct bench_call *call)
{
    uint64_t peers_ns = peer_processes_cpu_ns(), start_ns = clock_monotonic_ns();
    side_measure(&r->row->ours, call, r->ours_units, &r->ours[r->n], &r->ours_err);
    r->ours_ns += (double)(clock_monotonic_ns() - start_ns);
    r->peers_awake_ns += (double)(peer_processes_cpu_ns() - peers_ns);
}

/* With a peer that is not there ours is measured all the same. */
static void row_measure(struct bench_result *r, struct bench_call *call, bool peer_first)
{
    const struct bench_row *row = r->row;
    if (peer_first)
        side_measure(&row->peer, call, r->peer_units, &r->peer[r->n], &r->peer_err);
    ours_measure(r, call);
    if (!peer_first)
        side_measure(&row->peer, call, r->peer_units, &r->peer[r->n], &r->peer_err);
    r->n += !r->ours_err;
}

static void order_shuffle(size_t *order, size_t count, struct rng *rng)
{
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    for (size_t i = count; i > 1; i--) {
        size_t j = rng_below(rng, i), swap = order[j];
        order[j] = order[i - 1];
        order[i - 1] = swap;
    }
}

static void progress(const struct bench_run *run, unsigned round, const char *row)
{
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r\033[Kround %u of %u: %s", round, run->rounds, row);
}

static void rounds_run(const struct bench_run *run, const struct machine *m, struct bench_result *results, size_t count)
{
    struct rng rng = {run->seed};
    size_t order[BENCH_ROWS_MAX];
    for (unsigned round = 0; round <= run->rounds; round++) {
        order_shuffle(order, count, &rng);
        for (size_t i = 0; i < count; i++) {
            struct bench_result *r = &results[order[i]];
            bool one = r->row->cpus == BENCH_ONE_CPU, peer_first = rng_next(&rng) & 1;
            struct bench_call call = {.cpus = one ? 1 : run->cpus, .seed = rng_next(&rng)};
            if (r->ours_err || (round > 0 && r->row->rounds_max && round > r->row->rounds_max))
                continue;
            progress(run, round, r->row->name);
            sched_setaffinity(0, sizeof m->all, one ? &m->one : &m->all);
            if (round == 0)
                row_warm(r, &call, run);
            else
                row_measure(r, &call, peer_first);
        }
    }
    sched_setaffinity(0, sizeof m->all, &m->all);
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}

int bench_run_rounds(struct bench_run *run, struct bench_result *results, size_t count)
{
    struct machine machine;
    struct counters before, after;
    int err = machine_read(&machine);
    run->cpus = (unsigned)CPU_COUNT(&machine.all);
    err = err ? err : counters_read_before(&before);
    uint64_t start_ns = clock_monotonic_ns();
    if (!err)
        rounds_run(run, &machine, results, count);
    peer_processes_close(); /* waited for: what it used counts as ours */
    err = err ? err : counters_read_after(&after);
    if (err)
        return err;
    struct counters delta = counters_delta(&after, &before);
    double capacity = (double)(clock_monotonic_ns() - start_ns) * (double)sysconf(_SC_NPROCESSORS_ONLN) / 100;
    double foreign = (double)delta.cpu_busy_ns - (double)(delta.user_ns + delta.system_ns);
    run->seconds = (double)(clock_monotonic_ns() - start_ns) / 1e9;
    run->foreign_percent = foreign > 0 ? foreign / capacity : 0;
    run->steal_percent = (double)delta.steal_ns / capacity;
    return 0;
}
