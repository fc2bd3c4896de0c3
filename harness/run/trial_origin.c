/* SPDX-License-Identifier: Apache-2.0 */
/* A trial's origin: where it runs, what it used while the work was timed, and whether it was still there in the end. */
#include "run/trial_private.h"

#include "contract/env.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of the CPUs that this process may use, those that the cell does not: *out is empty if there are none. */
static void spare_cpus(const struct trial_spec *spec, unsigned n_used, cpu_set_t *out)
{
    if (sched_getaffinity(0, sizeof *out, out))
        CPU_ZERO(out);
    for (unsigned i = 0; i < n_used; i++)
        CPU_CLR((size_t)spec->cpus[i], out);
}

int trial_origin_servers(const char *text, char *why, size_t why_len)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);
    if (*text >= '0' && *text <= '9' && !*end && n >= 1 && n <= ORIGIN_SERVERS_MAX)
        return (int)n;
    snprintf(why, why_len, "servers=%s: want 1..%d", text, ORIGIN_SERVERS_MAX);
    return -ERANGE;
}

static int start(void *arg, const struct origin_config *config, struct origin_addresses *out, char *why, size_t why_len)
{
    struct trial *t = arg;
    if (t->origin)
        return -EEXIST;
    unsigned servers = t->what.origin_servers ? t->what.origin_servers : t->spec->origin_servers;
    const cpu_set_t *cpus = CPU_COUNT(&t->spare) ? &t->spare : NULL;
    int rc = origin_start(&t->origin, config, servers, cpus, why, why_len);
    if (rc)
        return rc;
    *out = *origin_addresses(t->origin);
    counters_leave_out(origin_pid(t->origin));
    return 0;
}

void trial_offer_origin(struct trial *t, unsigned n_used)
{
    spare_cpus(t->spec, n_used, &t->spare);
    env_offer_origin(&t->env, start, t);
}

void trial_origin_read(const struct trial *t, struct origin_use *out)
{
    memset(out, 0, sizeof *out);
    if (t->origin)
        origin_use(t->origin, out);
}

static uint64_t grown(uint64_t later, uint64_t earlier)
{
    return later > earlier ? later - earlier : 0; /* it may have ended between the two */
}

void trial_origin_metrics(const struct trial *t, uint64_t run_ns, metric_fn *emit, void *sink)
{
    const struct origin_use *a = &t->origin_before, *b = &t->origin_after;
    uint64_t busiest_ns = 0, requests = grown(b->requests_count, a->requests_count);
    for (unsigned i = 0; i < b->servers_count; i++) {
        uint64_t cpu_ns = grown(b->server_cpu_ns[i], a->server_cpu_ns[i]);
        busiest_ns = cpu_ns > busiest_ns ? cpu_ns : busiest_ns;
    }
    if (!t->origin || !busiest_ns || !requests)
        return;
    emit(sink, "origin_servers_count", b->servers_count);
    emit(sink, "origin_cpu_percent", 100 * (double)busiest_ns / (double)run_ns);
    emit(sink, "origin_ceiling_per_s", (double)requests * 1e9 / (double)busiest_ns);
    emit(sink, "origin_late_mean_ns", (double)grown(b->late_ns, a->late_ns) / (double)requests);
    emit(sink, "origin_own_cpus_count", CPU_COUNT(&t->spare));
    emit(sink, "connections_count", (double)grown(b->connections_count, a->connections_count));
}

uint64_t trial_origin_cpu_ns(const struct trial *t)
{
    return grown(t->origin_after.cpu_ns, t->origin_before.cpu_ns);
}

void trial_origin_judge(struct trial *t)
{
    enum { PATIENCE_MS = 200 };
    char how[96], then[REASON_LEN];
    unsigned patience_ms = t->record->end == END_FAILED_IO ? PATIENCE_MS : 0;
    if (!t->origin || !origin_ended(t->origin, patience_ms, how, sizeof how))
        return;
    snprintf(then, sizeof then, "%s", t->record->reason);
    trial_end(t, END_FAILED_IO, "the origin %s%s%.140s", how, then[0] ? "; " : "", then);
}
