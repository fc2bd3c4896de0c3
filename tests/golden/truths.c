/* SPDX-License-Identifier: Apache-2.0 */
#include "truths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Variants have the truths of their model, but for the factors of variant_speed. */
static const int model_of_variant[WITH_VARIANTS - N_STRATEGIES] = {THREADS, POOL, PROCESSES, COROUTINES, COROUTINES};
static const double variant_speed[WITH_VARIANTS - N_STRATEGIES] = {1.25, 1.00, 3.00, 0.50, 0.80};
const char *const strategies[WITH_VARIANTS][2] = {
    {"serial", "one task after another"},
    {"threads", "one pthread per task, at most K alive"},
    {"pool", "K persistent workers and a queue"},
    {"processes", "one fork per task, at most K alive"},
    {"coroutines", "stackful coroutines over P workers, one io_uring each"},
    {"threads_static", "K threads for all tasks"},
    {"pool_steal", "K workers that steal"},
    {"prefork", "K processes for all tasks"},
    {"coroutines_1", "one worker"},
    {"coroutines_epoll", "P workers, one epoll each"},
};

const struct workload_model models[N_MODELS] = {
    {"floor",
     "micro",
     "what do the clock and a system call cost here",
     "one empty op",
     "throughput_ops_per_s",
     {"probe=syscall", "probe=pipe", "probe=memcpy"},
     {1},
     false},
    {"handoff",
     "micro",
     "what does one switch cost",
     "one hand-off",
     "handoff_ns",
     {"place=same,via=native", "place=across,via=native", "place=same,via=pipe", "place=across,via=pipe"},
     {2},
     true},
    {"spawn_join",
     "micro",
     "what does a new task cost",
     "one empty task",
     "spawn_join_ns",
     {""},
     {1, 2, 16, 128},
     false},
    {"sleep_fanout",
     "io",
     "many sleeps, K at a time",
     "one sleep of 1 ms",
     "throughput_ops_per_s",
     {""},
     {1, 2, 16, 128},
     false},
    {"pipe_pairs",
     "io",
     "pairs of tasks ping-pong through the kernel",
     "one round trip",
     "throughput_ops_per_s",
     {""},
     {2, 16, 128},
     true},
    {"file_random_read",
     "io",
     "random reads of a file",
     "one 4 KiB block read",
     "throughput_ops_per_s",
     {"mode=hot", "mode=direct"},
     {1, 2, 16, 128},
     false},
    {"mandelbrot",
     "cpu",
     "irregular data parallelism",
     "one row",
     "throughput_ops_per_s",
     {""},
     {1, 2, 16, 128},
     false},
    {"sha256",
     "cpu",
     "regular data parallelism",
     "one 16 KiB message",
     "throughput_ops_per_s",
     {""},
     {1, 2, 16, 128},
     false},
    {"grain",
     "cpu",
     "the same work in smaller and smaller tasks",
     "one task",
     "throughput_ops_per_s",
     {"steps=100", "steps=1000", "steps=10000", "steps=100000", "steps=1000000"},
     {16},
     false},
    {"io_cpu_mix",
     "mixed",
     "a wait, then computing",
     "one request",
     "throughput_ops_per_s",
     {"cpu_permille=100", "cpu_permille=500"},
     {2, 8, 32},
     false},
    {"hog", "mixed", "one hog among small requests", "one request", "bystander_p99_ns", {"hog=0", "hog=1"}, {16}, true},
};
static double larger(double a, double b)
{
    return a > b ? a : b;
}

static const double memory_base[N_STRATEGIES] = {3.1e6, 3.3e6, 3.4e6, 3.2e6, 4.2e6};
static const double memory_per_k[N_STRATEGIES] = {0, 24e3, 26e3, 310e3, 9e3};
static const double spawn_ns[N_STRATEGIES] = {5, 18e3, 3e3, 220e3, 180};
static const double efficiency_cpu[N_STRATEGIES] = {0.985, 0.97, 0.97, 0.90, 0.97};

static void add_metric(struct truth *t, const char *name, double value)
{
    unsigned i = 0;
    while (t->more[i].name[0])
        i++;
    snprintf(t->more[i].name, sizeof t->more[i].name, "%s", name);
    t->more[i].value = value;
}

static void truth_micro(struct truth *t, const struct workload_model *m, const char *params, int s)
{
    static const double handoff_same[N_STRATEGIES] = {0, 1900, 1950, 2600, 60};
    static const double handoff_across[N_STRATEGIES] = {0, 5200, 5300, 6100, 410};
    if (strcmp(m->name, "floor") == 0) {
        bool copy = strstr(params, "memcpy"), pipe = strstr(params, "pipe");
        t->wall_ns = t->user_ns = copy ? 650 : (s == COROUTINES ? 31 : 190) * (pipe ? 3 : 1);
        t->metric = "floor_ns";
        t->metric_ns = t->wall_ns;
        t->samples = 4000;
        if (copy) /* 64 KiB per op */
            add_metric(t, "copied_bytes_per_s", 65536e9 / t->wall_ns);
    } else if (strcmp(m->name, "handoff") == 0) {
        bool across = strstr(params, "across");
        t->metric = "handoff_ns";
        t->metric_ns = across ? handoff_across[s] : handoff_same[s];
        t->metric_ns *= strstr(params, "pipe") ? 1.6 : 1.0;
        t->wall_ns = t->metric_ns;
        t->system_ns = t->wall_ns * (s == COROUTINES ? 0 : 0.8);
        t->user_ns = t->wall_ns * (s == COROUTINES ? 1 : 0.1);
        t->voluntary = s == COROUTINES ? 0 : 1;
        t->user_switches = s == COROUTINES;
        if (s == THREADS && across && strstr(params, "pipe"))
            t->voluntary = 0.02; /* both stay awake: nothing was handed off */
    } else {
        t->metric = "spawn_join_ns";
        t->metric_ns = t->wall_ns = spawn_ns[s];
        t->system_ns = s == SERIAL || s == COROUTINES ? 0 : spawn_ns[s] * 0.7;
        t->user_ns = spawn_ns[s] * 0.3;
        t->voluntary = s == SERIAL || s == COROUTINES ? 0 : 1.1;
        t->user_switches = s == COROUTINES;
    }
}

static void truth_io(struct truth *t, const struct workload_model *m, const char *params, int s, unsigned k, unsigned p)
{
    static const double sleep_cpu[N_STRATEGIES] = {6e3, 24e3, 8e3, 190e3, 2.4e3};
    static const double pipe_cpu[N_STRATEGIES] = {0, 8.1e3, 8.0e3, 9.6e3, 3.0e3};
    static const double hot_cpu[N_STRATEGIES] = {620, 650, 655, 700, 900};
    static const double direct_cpu[N_STRATEGIES] = {9e3, 12e3, 11e3, 14e3, 5e3};
    double cpu, wait;
    t->ideal = "wait";
    if (strcmp(m->name, "sleep_fanout") == 0) {
        cpu = sleep_cpu[s];
        wait = 1e6;
        t->wait_ns = 1000000;
        t->samples = 500;
    } else if (strcmp(m->name, "pipe_pairs") == 0) {
        cpu = pipe_cpu[s];
        wait = 2e3;
        t->ideal = "none";
    } else if (strcmp(params, "mode=hot") == 0) {
        cpu = hot_cpu[s];
        wait = 0;
        t->ideal = "io";
    } else {
        cpu = direct_cpu[s];
        wait = larger(85e3, 6e3 * k); /* the device serves one block in 6 µs at best */
        t->ideal = "io";
    }
    unsigned cores = s == SERIAL ? 1 : p;
    t->wall_ns = larger((wait + cpu) / k, 1.04 * cpu / (k < cores ? k : cores));
    t->user_ns = cpu * 0.2;
    t->system_ns = cpu * 0.8;
    t->latency_ns = t->wall_ns * k * 0.93;
    t->voluntary = s == COROUTINES ? 2.0 / (k + 1) : wait > 0 ? 1.05 : 0.0;
    t->user_switches = s == COROUTINES ? 1 : 0;
}

/* A constant overhead per task, that of spawn_join: METG50 is this overhead and METG90 nine times of it. */
static void truth_grain(struct truth *t, const char *params, int s, unsigned p)
{
    double steps = atof(params + strlen("steps=")), cpu = 10 * steps;
    t->wall_ns = (cpu + spawn_ns[s]) / (s == SERIAL ? 1 : p);
    t->user_ns = cpu;
    t->ideal = "cpu";
    t->work_per_op = (uint64_t)steps;
    t->samples = 400;
}

/* 1 ms, of which c is computing: throughput grows with K up to P (1 + L/c) and not further. */
static void truth_mix(struct truth *t, const char *params, int s, unsigned k, unsigned p)
{
    double cpu = 1e3 * atof(params + strlen("cpu_permille=")), wait = 1e6 - cpu;
    unsigned alive = s == SERIAL ? 1 : k, cores = s == SERIAL ? 1 : p;
    t->wall_ns = 1.03 * larger((wait + cpu) / alive, cpu / cores);
    t->latency_ns = t->wall_ns * alive;
    t->user_ns = cpu;
    t->ideal = "mix";
    t->wait_ns = (uint64_t)wait;
    t->samples = 400;
    add_metric(t, "compute_ns_per_op", cpu);
    add_metric(t, "cpu_share_ratio", cpu / 1e6);
    add_metric(t, "in_flight_predicted_count", p * (1 + wait / cpu));
}

/* Who is cooperative waits a hundred times as long beside a hog. */
static void truth_hog(struct truth *t, const char *params, int s)
{
    double inflation = strcmp(params, "hog=1") != 0 ? 1 : s == COROUTINES ? 100 : 1.5;
    t->wall_ns = 60e3;
    t->user_ns = 8e3;
    t->latency_ns = 1e6;
    t->samples = 600;
    t->metric = "bystander_p99_ns";
    t->metric_ns = (s == COROUTINES ? 80e3 : 120e3) * inflation;
    add_metric(t, "bystander_p50_ns", 60e3);
}

struct truth truth_of(const struct workload_model *m, const char *params, int strategy, unsigned k, unsigned p)
{
    int s = strategy < N_STRATEGIES ? strategy : model_of_variant[strategy - N_STRATEGIES];
    struct truth t = {.samples = 4000, .ideal = "none"};
    t.memory_bytes = memory_base[s] + memory_per_k[s] * k;
    if (strcmp(m->kind, "micro") == 0) {
        truth_micro(&t, m, params, s);
    } else if (strcmp(m->kind, "io") == 0) {
        truth_io(&t, m, params, s, k, p);
    } else if (strcmp(m->name, "grain") == 0) {
        truth_grain(&t, params, s, p);
    } else if (strcmp(m->name, "io_cpu_mix") == 0) {
        truth_mix(&t, params, s, k, p);
    } else if (strcmp(m->name, "hog") == 0) {
        truth_hog(&t, params, s);
    } else {
        double cpu = strcmp(m->name, "sha256") == 0 ? 41e3 : 230e3;
        unsigned cores = s == SERIAL ? 1 : p;
        t.wall_ns = cpu / (k < cores ? k : cores) / efficiency_cpu[s];
        if (s == POOL && strcmp(m->name, "mandelbrot") == 0)
            t.wall_ns *= 1.02;
        t.user_ns = cpu;
        t.system_ns = s == PROCESSES ? cpu * 0.05 : cpu * 0.002;
        t.involuntary = s == SERIAL ? 0.001 : k > p ? 0.04 : 0.004;
        t.user_switches = s == COROUTINES;
        t.ideal = "cpu";
    }
    if (strategy != s) {
        t.wall_ns /= variant_speed[strategy - N_STRATEGIES];
        t.metric_ns /= variant_speed[strategy - N_STRATEGIES];
    }
    if (t.latency_ns == 0)
        t.latency_ns = t.wall_ns * (strcmp(m->kind, "cpu") == 0 && s != SERIAL ? (double)k : 1.0);
    t.ops = t.samples;
    return t;
}
