/* SPDX-License-Identifier: Apache-2.0 */
/* What came out: a table for people, JSON for programs. The statistics are the harness's own (measure/stats.h). */
#include "bench.h"

#include "measure/stats.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double alpha = 0.05;
static const double disturbed_percent = 2; /* of all CPU time: more is worth a warning */
static const double awake_percent = 0.5;   /* of one CPU: peers that used more while ours was measured did not sleep */

/* One row, condensed. NaN is what is not known. */
struct summary {
    double ours, peer; /* medians over rounds */
    struct estimate ratio, difference, target;
    const char *verdict; /* NULL: no target */
};

static const struct estimate unknown = {.value = NAN, .lo = NAN, .hi = NAN};

static const char *verdict_name(const struct estimate *e, double limit)
{
    if (!e->n)
        return "no peer";
    if (!e->has_interval)
        return "undecided";
    return e->hi <= limit ? "reached" : e->lo > limit ? "not reached" : "undecided";
}

static int summarise(const struct bench_result *r, struct summary *out)
{
    *out = (struct summary){.ours = NAN, .peer = NAN, .ratio = unknown, .difference = unknown, .target = unknown};
    bool peer = !r->peer_err;
    if (!r->ours_err && r->n > 0) {
        double *difference = calloc(r->n, sizeof *difference);
        if (!difference)
            return -ENOMEM;
        for (unsigned i = 0; i < r->n; i++)
            difference[i] = r->ours[i] - r->peer[i];
        out->ours = stats_median(r->ours, r->n);
        if (peer) {
            out->peer = stats_median(r->peer, r->n);
            out->ratio = stats_paired_ratio(r->peer, r->ours, r->n, alpha);
            out->difference = stats_median_interval(difference, r->n, alpha);
        }
        if (r->row->target_of == BENCH_OURS)
            out->target = stats_median_interval(r->ours, r->n, alpha);
        free(difference);
    }
    if (r->row->target_of == BENCH_RATIO)
        out->target = out->ratio;
    else if (r->row->target_of == BENCH_DIFFERENCE)
        out->target = out->difference;
    if (r->row->target_of != BENCH_NO_TARGET)
        out->verdict = verdict_name(&out->target, r->row->target_limit);
    return 0;
}

static const char *target_of_name(enum bench_target_of of)
{
    return of == BENCH_RATIO ? "ratio" : of == BENCH_DIFFERENCE ? "difference" : "ours";
}

static const char *unit_name(enum bench_unit unit)
{
    return unit == BENCH_NS ? "ns" : "bytes";
}

static double peers_awake_percent(const struct bench_result *r)
{
    return r->ours_ns > 0 ? 100 * r->peers_awake_ns / r->ours_ns : 0;
}

/* How many flows: the row's words, or the units that were really made. */
static void flows_describe(const struct bench_result *r, char *out, size_t len)
{
    if (r->row->k)
        snprintf(out, len, "%s", r->row->k);
    else
        snprintf(out, len, "%" PRIu64 "%s", r->ours_units, r->short_of_memory ? " (no memory for more)" : "");
}

/* ---- text ---- */

static void print_number(double value, const char *unit)
{
    if (isnan(value))
        printf("%11s %-5s", "-", "");
    else
        printf("%11.*f %-5s", fabs(value) < 100 ? 2 : fabs(value) < 1000 ? 1 : 0, value, unit);
}

static void print_target(const struct bench_result *r, const struct summary *s)
{
    const struct bench_row *row = r->row;
    if (!s->verdict) {
        printf("none");
        return;
    }
    if (row->target_of == BENCH_RATIO)
        printf("<= %g: %s", row->target_limit, s->verdict);
    else
        printf("%s <= %g %s, is %.2f [%.2f, %.2f]: %s", target_of_name(row->target_of), row->target_limit,
               unit_name(row->unit), s->target.value, s->target.lo, s->target.hi, s->verdict);
}

/* Both amounts of work, and what they took in all. */
static void print_amount(const struct bench_result *r, const struct summary *s)
{
    if (r->row->unit != BENCH_NS)
        return;
    printf("      measured: %" PRIu64 " in %.2f ms", r->ours_units, s->ours * (double)r->ours_units / 1e6);
    if (!r->peer_err)
        printf(", peer %" PRIu64 " in %.2f ms", r->peer_units, s->peer * (double)r->peer_units / 1e6);
    puts("");
}

static void print_ratio(const struct estimate *ratio)
{
    char interval[48] = "[no interval]";
    if (ratio->has_interval)
        snprintf(interval, sizeof interval, "[%.3f, %.3f]", ratio->lo, ratio->hi);
    printf("%7.3f %-16s", ratio->value, interval);
}

static void print_row(const struct bench_run *run, const struct bench_result *r, const struct summary *s)
{
    const struct bench_row *row = r->row;
    char flows[64];
    printf("%-31s", row->name);
    if (r->ours_err) {
        printf("  failed: %s\n", strerror(-r->ours_err));
        return;
    }
    print_number(s->ours, unit_name(row->unit));
    print_number(s->peer, unit_name(row->unit));
    printf(" %-21s", row->peer_name);
    if (r->peer_err)
        printf("%7s %-16s", "-", r->peer_err == -ENOPKG ? "not installed" : strerror(-r->peer_err));
    else
        print_ratio(&s->ratio);
    printf(" %-6u ", r->n);
    print_target(r, s);
    flows_describe(r, flows, sizeof flows);
    printf("\n      per %s; live: %s\n      K = %s, %s; %u CPU%s\n", row->per, row->live, flows, row->order,
           row->cpus == BENCH_ONE_CPU ? 1 : run->cpus, row->cpus == BENCH_ONE_CPU || run->cpus == 1 ? "" : "s");
    print_amount(r, s);
    if (peers_awake_percent(r) > awake_percent)
        printf("      disturbed: peers' processes used %.1f %% of a CPU while ours was measured\n",
               peers_awake_percent(r));
}

void bench_report_warnings(const struct bench_run *run)
{
    if (run->foreign_percent > disturbed_percent)
        fprintf(stderr, "bench_runtime: warning: other processes used %.1f %% of the CPU time during this run\n",
                run->foreign_percent);
    if (run->steal_percent > disturbed_percent)
        fprintf(stderr, "bench_runtime: warning: the hypervisor gave %.1f %% of the CPU time to others\n",
                run->steal_percent);
}

int bench_report_text(const struct bench_run *run, const struct bench_result *results, size_t count)
{
    printf("%u rounds after one that warms, seed %" PRIu64 ", %u CPUs, %.0f s; foreign load %.1f %%, steal %.1f %%\n"
           "ratio = ours / peer of the same round: median and exact 95 %% interval\n\n"
           "%-31s%11s %-5s%11s %-5s %-21s%7s %-16s %-6s %s\n",
           run->rounds, run->seed, run->cpus, run->seconds, run->foreign_percent, run->steal_percent, "row", "ours", "",
           "peer", "", "", "ratio", "[interval]", "rounds", "target");
    for (size_t i = 0; i < count; i++) {
        struct summary s;
        int err = summarise(&results[i], &s);
        if (err)
            return err;
        print_row(run, &results[i], &s);
    }
    return fflush(stdout) || ferror(stdout) ? -EIO : 0;
}

/* ---- JSON ---- */

static json_t *json_number(double value)
{
    return isnan(value) ? json_null() : json_real(value);
}

static json_t *json_bound(const struct estimate *e, double bound)
{
    return e->has_interval ? json_real(bound) : json_null();
}

static void set_with_unit(json_t *object, const char *name, enum bench_unit unit, double value)
{
    char key[64];
    snprintf(key, sizeof key, "%s_%s", name, unit_name(unit));
    json_object_set_new(object, key, json_number(value));
}

static json_t *target_json(const struct bench_row *row, const struct summary *s)
{
    if (!s->verdict)
        return json_null();
    return json_pack("{s:s, s:f, s:o, s:o, s:o, s:s}", "of", target_of_name(row->target_of), "limit", row->target_limit,
                     "value", json_number(s->target.value), "lo", json_bound(&s->target, s->target.lo), "hi",
                     json_bound(&s->target, s->target.hi), "verdict", s->verdict);
}

static json_t *run_json(const struct bench_run *run)
{
    return json_pack("{s:I, s:i, s:b, s:f, s:f}", "seed", (json_int_t)run->seed, "rounds", (int)run->rounds, "quick",
                     run->quick, "foreign_percent", run->foreign_percent, "steal_percent", run->steal_percent);
}

static const char *error_of(const struct bench_result *r)
{
    int err = r->ours_err ? r->ours_err : r->peer_err == -ENOPKG ? 0 : r->peer_err;
    return err ? strerror(-err) : NULL;
}

static json_t *row_json(const struct bench_run *run, const struct bench_result *r, const struct summary *s)
{
    const struct bench_row *row = r->row;
    char flows[64];
    flows_describe(r, flows, sizeof flows);
    json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:s}", "what", row->name, "per", row->per, "live", row->live,
                          "k", flows, "order", row->order, "cpus", row->cpus == BENCH_ONE_CPU ? 1 : (int)run->cpus,
                          "unit", unit_name(row->unit));
    if (!o)
        return NULL;
    set_with_unit(o, "ours", row->unit, s->ours);
    json_object_set_new(o, "peer", json_string(r->peer_err == -ENOPKG ? "not installed" : row->peer_name));
    json_object_set_new(o, "peer_wanted", json_string(row->peer_name));
    set_with_unit(o, "peer", row->unit, s->peer);
    set_with_unit(o, "difference", row->unit, s->difference.value);
    json_object_set_new(o, "ours_units", json_integer((json_int_t)r->ours_units));
    json_object_set_new(o, "peer_units", r->peer_err ? json_null() : json_integer((json_int_t)r->peer_units));
    json_object_set_new(o, "ratio", json_number(s->ratio.value));
    json_object_set_new(o, "lo", json_bound(&s->ratio, s->ratio.lo));
    json_object_set_new(o, "hi", json_bound(&s->ratio, s->ratio.hi));
    json_object_set_new(o, "n", json_integer(r->n));
    json_object_set_new(o, "peers_awake_percent", json_real(peers_awake_percent(r)));
    json_object_set_new(o, "target", target_json(row, s));
    const char *error = error_of(r);
    json_object_set_new(o, "error", error ? json_string(error) : json_null());
    json_object_set_new(o, "run", run_json(run));
    return o;
}

int bench_report_json(const struct bench_run *run, const struct bench_result *results, size_t count, FILE *out)
{
    json_t *array = json_array();
    int err = array ? 0 : -ENOMEM;
    for (size_t i = 0; i < count && !err; i++) {
        struct summary s;
        err = summarise(&results[i], &s);
        if (!err && json_array_append_new(array, row_json(run, &results[i], &s)))
            err = -ENOMEM;
    }
    if (!err &&
        (json_dumpf(array, out, JSON_INDENT(2) | JSON_REAL_PRECISION(6)) || putc('\n', out) == EOF || fflush(out)))
        err = -EIO;
    json_decref(array);
    return err;
}
