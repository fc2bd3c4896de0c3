/* SPDX-License-Identifier: Apache-2.0 */
#include "make_run.h"

#include "record/journal.h"
#include "record/store.h"

#include "measure/rng.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SERIAL, THREADS, POOL, PROCESSES, COROUTINES, N_STRATEGIES };
/* Variants have the truths of their model, but for the factors of variant_speed. */
enum { THREADS_STATIC = N_STRATEGIES, POOL_STEAL, PREFORK, COROUTINES_1, COROUTINES_EPOLL, WITH_VARIANTS };
static const int model_of_variant[WITH_VARIANTS - N_STRATEGIES] = {THREADS, POOL, PROCESSES, COROUTINES, COROUTINES};
static const double variant_speed[WITH_VARIANTS - N_STRATEGIES] = {1.25, 1.00, 3.00, 0.50, 0.80};
static const char *const strategies[WITH_VARIANTS][2] = {
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

static unsigned P = 2; /* of the run that is being made */

struct workload_model {
    const char *name, *kind, *summary, *op_is, *headline;
    const char *params[5]; /* "via=native,place=same" */
    unsigned k[5];
    bool needs_pair;
};

static const struct workload_model models[] = {
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
enum { N_MODELS = sizeof models / sizeof *models };

/* What is true of one cell, per op. */
struct truth {
    double wall_ns; /* run_ns / ops */
    double user_ns, system_ns, voluntary, involuntary, user_switches;
    double latency_ns, memory_bytes, metric_ns;
    uint64_t ops, samples, wait_ns;
    const char *ideal, *metric;
    uint64_t work_per_op;
    struct named_value more[4]; /* further metrics; they end with an empty name */
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

static void truth_io(struct truth *t, const struct workload_model *m, const char *params, int s, unsigned k)
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
    unsigned cores = s == SERIAL ? 1 : P;
    t->wall_ns = larger((wait + cpu) / k, 1.04 * cpu / (k < cores ? k : cores));
    t->user_ns = cpu * 0.2;
    t->system_ns = cpu * 0.8;
    t->latency_ns = t->wall_ns * k * 0.93;
    t->voluntary = s == COROUTINES ? 2.0 / (k + 1) : wait > 0 ? 1.05 : 0.0;
    t->user_switches = s == COROUTINES ? 1 : 0;
}

/* A constant overhead per task, that of spawn_join: METG50 is this overhead and METG90 nine times of it. */
static void truth_grain(struct truth *t, const char *params, int s)
{
    double steps = atof(params + strlen("steps=")), cpu = 10 * steps;
    t->wall_ns = (cpu + spawn_ns[s]) / (s == SERIAL ? 1 : P);
    t->user_ns = cpu;
    t->ideal = "cpu";
    t->work_per_op = (uint64_t)steps;
    t->samples = 400;
}

/* 1 ms, of which c is computing: throughput grows with K up to P (1 + L/c) and not further. */
static void truth_mix(struct truth *t, const char *params, int s, unsigned k)
{
    double cpu = 1e3 * atof(params + strlen("cpu_permille=")), wait = 1e6 - cpu;
    unsigned alive = s == SERIAL ? 1 : k, cores = s == SERIAL ? 1 : P;
    t->wall_ns = 1.03 * larger((wait + cpu) / alive, cpu / cores);
    t->latency_ns = t->wall_ns * alive;
    t->user_ns = cpu;
    t->ideal = "mix";
    t->wait_ns = (uint64_t)wait;
    t->samples = 400;
    add_metric(t, "compute_ns_per_op", cpu);
    add_metric(t, "cpu_share_ratio", cpu / 1e6);
    add_metric(t, "in_flight_predicted_count", P * (1 + wait / cpu));
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

static struct truth truth_of(const struct workload_model *m, const char *params, int strategy, unsigned k)
{
    int s = strategy < N_STRATEGIES ? strategy : model_of_variant[strategy - N_STRATEGIES];
    struct truth t = {.samples = 4000, .ideal = "none"};
    t.memory_bytes = memory_base[s] + memory_per_k[s] * k;
    if (strcmp(m->kind, "micro") == 0) {
        truth_micro(&t, m, params, s);
    } else if (strcmp(m->kind, "io") == 0) {
        truth_io(&t, m, params, s, k);
    } else if (strcmp(m->name, "grain") == 0) {
        truth_grain(&t, params, s);
    } else if (strcmp(m->name, "io_cpu_mix") == 0) {
        truth_mix(&t, params, s, k);
    } else if (strcmp(m->name, "hog") == 0) {
        truth_hog(&t, params, s);
    } else {
        double cpu = strcmp(m->name, "sha256") == 0 ? 41e3 : 230e3;
        unsigned cores = s == SERIAL ? 1 : P;
        t.wall_ns = cpu / (k < cores ? k : cores) / efficiency_cpu[s];
        if (s == POOL && strcmp(m->name, "mandelbrot") == 0)
            t.wall_ns *= 1.02;
        t.user_ns = cpu;
        t.system_ns = s == PROCESSES ? cpu * 0.05 : cpu * 0.002;
        t.involuntary = s == SERIAL ? 0.001 : k > P ? 0.04 : 0.004;
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

static double around(struct rng *rng, double value, double width)
{
    return value * (1.0 + width * (2 * rng_unit(rng) - 1));
}

static void fill_times(struct trial_record *r, const struct truth *t, struct rng *rng, double drift)
{
    double ops = (double)t->ops;
    r->run_ns = (uint64_t)(around(rng, t->wall_ns, 0.01) * drift * ops) + 1;
    r->user_ns = (uint64_t)(around(rng, t->user_ns, 0.004) * drift * ops);
    r->system_ns = (uint64_t)(around(rng, t->system_ns, 0.004) * drift * ops);
    r->voluntary_switches_count = (uint64_t)(around(rng, t->voluntary, 0.01) * ops);
    r->involuntary_switches_count = (uint64_t)(around(rng, t->involuntary, 0.1) * ops);
    r->user_switches_count = (uint64_t)(t->user_switches * ops);
    r->minor_faults_count = 120 + (uint64_t)(t->memory_bytes / 4096);
    r->memory_peak_bytes = (uint64_t)around(rng, t->memory_bytes, 0.01);
    r->open_ns = (uint64_t)around(rng, 40e3, 0.2);
    r->setup_ns = 100000;
    if (t->metric) {
        snprintf(r->metrics[0].name, sizeof r->metrics[0].name, "%s", t->metric);
        r->metrics[0].value = (double)(uint64_t)(1000 * around(rng, t->metric_ns, 0.01) * drift) / 1000;
        r->n_metrics = 1;
    }
    for (unsigned i = 0; t->more[i].name[0]; i++)
        r->metrics[r->n_metrics++] = t->more[i];
}

static void fill_latency(struct trial_record *r, const struct truth *t, struct rng *rng, double drift,
                         struct hist *hist)
{
    hist_reset(hist);
    for (uint64_t i = 0; i < t->samples; i++) {
        double v = around(rng, t->latency_ns, 0.2) * drift;
        uint64_t tail = rng_below(rng, 1000);
        if (tail < 15)
            v *= tail < 2 ? 9 : 3;
        hist_record(hist, (uint64_t)v);
    }
    r->latency_count = hist->count;
    r->latency_mean_ns = hist_mean(hist);
    r->latency_min_ns = hist->min;
    r->latency_max_ns = hist->max;
}

static void parse_params(struct cell *cell, const char *params)
{
    char copy[128], *save = NULL;
    snprintf(copy, sizeof copy, "%s", params);
    for (char *one = strtok_r(copy, ",", &save); one; one = strtok_r(NULL, ",", &save)) {
        char *value = strchr(one, '=');
        *value = '\0';
        snprintf(cell->params[cell->n_params].name, NAME_LEN, "%s", one);
        snprintf(cell->params[cell->n_params++].text, NAME_LEN, "%s", value + 1);
    }
    cell_sort_params(cell);
}

/* Even, but: processes need an eighth of mandelbrot to warm up, one trial of threads never settles on sleep_fanout, and
 * micro workloads are too short to tell. */
static void fill_pace(struct trial_record *r, const struct workload_model *m, int strategy)
{
    bool warms_up = strategy == PROCESSES && strcmp(m->name, "mandelbrot") == 0;
    bool unsettled =
        strategy == THREADS && strcmp(m->name, "sleep_fanout") == 0 && r->cell.in_flight == 8 * P && r->block == 2;
    r->overlap_from_ns = r->run_ns / 100;
    r->overlap_ns = r->run_ns / 10 * 9;
    snprintf(r->steady, sizeof r->steady, "unknown");
    if (strcmp(m->kind, "micro") == 0)
        return;
    snprintf(r->steady, sizeof r->steady, warms_up ? "warm_up" : unsettled ? "no_steady_state" : "flat");
    r->n_progress = SERIES_MAX;
    for (unsigned i = 0; i < SERIES_MAX; i++)
        r->progress[i] = (uint16_t)(warms_up && i < 8     ? 1500
                                    : unsettled && i > 55 ? 1400
                                                          : 990 + (7 * i + 5 * r->block) % 21);
    r->settled_ns = warms_up ? r->overlap_from_ns + r->overlap_ns / 6 : unsettled ? r->overlap_ns / 10 * 9 : 0;
}

struct planned {
    const struct workload_model *model;
    int strategy;
    unsigned copy;
    char params[128];
    struct cell cell;
    const char *skip;
    bool disturbed;
    unsigned noise, protocol;
    double factor;
};

static int append_trial(struct journal *journal, const struct planned *c, unsigned block, unsigned slot,
                        struct trial_hists *hists)
{
    struct trial_record r = {.cell = c->cell, .block = block, .slot = slot, .seed = 42, .nonce = 1000 + block};
    uint64_t key = (uint64_t)(c->model - models) << 32 | (uint64_t)c->strategy << 24 | c->cell.in_flight << 8 | c->copy;
    struct rng rng = {rng_hash2(rng_hash2(key, block), c->params[7]) + c->noise};
    struct truth t = truth_of(c->model, c->params, c->strategy, c->cell.in_flight);
    t.wall_ns *= c->factor;
    t.metric_ns *= c->factor;
    t.latency_ns *= c->factor;
    double drift = 1 + 0.0125 * block;
    bool sleep_threads = c->strategy == THREADS && strcmp(c->model->name, "sleep_fanout") == 0;
    r.protocol = c->protocol;
    r.attempts = 1;
    snprintf(r.run_id, sizeof r.run_id, "golden");
    snprintf(r.backend, sizeof r.backend, "%s", c->strategy == COROUTINES ? "uring, sq 256" : "blocking");
    snprintf(r.started_utc, sizeof r.started_utc, "2030-01-01T00:%02u:00Z", block % 60);
    if (c->strategy == PROCESSES && c->cell.in_flight == 64 * P && strcmp(c->model->name, "pipe_pairs") == 0) {
        r.end = END_SKIPPED;
        snprintf(r.reason, sizeof r.reason, "256 descriptors per process, the limit is 200");
        return block ? 0 : journal_append(journal, &r, NULL);
    }
    if (sleep_threads && c->cell.in_flight == 64 * P && block == 3) {
        r.end = END_TIMEOUT;
        snprintf(r.reason, sizeof r.reason, "no end after 30 s; 12 of 500 tasks were unfinished");
        return journal_append(journal, &r, NULL);
    }
    if (sleep_threads && c->cell.in_flight == 8 * P && block == 5)
        r.attempts = 2;
    r.digest = r.expect = rng_hash2(key >> 32, block);
    r.tasks = t.ops / 4;
    r.ops = t.ops;
    r.work = t.ops * t.work_per_op;
    r.group = c->model->needs_pair ? 2 : 1;
    r.batch = 1;
    r.cores = c->strategy == SERIAL ? 1 : P;
    fill_times(&r, &t, &rng, drift);
    fill_latency(&r, &t, &rng, drift, &hists->latency);
    r.in_flight_mean = (c->strategy == SERIAL ? 1 : c->cell.in_flight) * around(&rng, 0.97, 0.01);
    r.in_flight_peak = c->strategy == SERIAL ? 1 : c->cell.in_flight;
    fill_pace(&r, c->model, c->strategy);
    snprintf(r.clock_source, sizeof r.clock_source, "tsc");
    r.clock_drift_ppm = 0.4;
    r.steal_ns = r.run_ns / 50;
    snprintf(r.ideal_kind, sizeof r.ideal_kind, "%s", t.ideal);
    r.ideal_wait_ns = t.wait_ns;
    if (c->disturbed) {
        struct trial_record first = r;
        first.run_ns += first.run_ns * 2 / 5;
        strcpy(first.gate, "steal");
        snprintf(first.reason, sizeof first.reason, "the hypervisor took 31 %% of the CPU time, limit 10 %%");
        int rc = journal_append(journal, &first, hists);
        if (rc)
            return rc;
        r.attempts = 2;
    }
    return journal_append(journal, &r, hists);
}

/* Sweeps of K are for P = 2 in the models: 1, P, 8P, 64P. */
static unsigned k_of(const struct workload_model *m, unsigned i)
{
    bool fixed = m->k[i] == 1 || !strcmp(m->name, "handoff") || !strcmp(m->name, "hog");
    return fixed ? m->k[i] : m->k[i] * P / 2;
}

static void add_messages(struct planned *c, unsigned messages)
{
    if (!messages || strcmp(c->model->name, "sha256") != 0)
        return;
    snprintf(c->cell.params[c->cell.n_params].name, NAME_LEN, "messages");
    snprintf(c->cell.params[c->cell.n_params++].text, NAME_LEN, "%u", messages);
    cell_sort_params(&c->cell);
}

static unsigned plan_cells(struct planned *cells, unsigned copies, int n_strategies)
{
    unsigned n = 0;
    for (unsigned m = 0; m < N_MODELS; m++)
        for (unsigned copy = 0; copy < copies; copy++)
            for (unsigned v = 0; v < 5 && models[m].params[v]; v++)
                for (unsigned k = 0; k < 5 && models[m].k[k]; k++)
                    for (int s = 0; s < n_strategies; s++) {
                        if (s == SERIAL && k > 0)
                            continue;
                        struct planned *c = &cells[n++];
                        *c = (struct planned){.model = &models[m], .strategy = s, .copy = copy};
                        snprintf(c->params, sizeof c->params, "%s", models[m].params[v]);
                        snprintf(c->cell.workload, NAME_LEN, "%s", models[m].name);
                        snprintf(c->cell.strategy, NAME_LEN, "%s", strategies[s][0]);
                        parse_params(&c->cell, c->params);
                        if (copies > 1) {
                            snprintf(c->cell.params[c->cell.n_params].name, NAME_LEN, "copy");
                            snprintf(c->cell.params[c->cell.n_params++].text, NAME_LEN, "%u", copy);
                            cell_sort_params(&c->cell);
                        }
                        c->cell.in_flight = k_of(&models[m], k);
                        c->cell.workers = P;
                        if (s == SERIAL && models[m].needs_pair)
                            c->skip = "needs 2 tasks alive together; serial runs one at a time";
                    }
    return n;
}

static unsigned protocol_of(const struct workload_model *m, const struct make_run_options *options)
{
    return options->revised_workload && !strcmp(options->revised_workload, m->name) ? 2 : 1;
}

static json_t *params_json(const struct workload_model *m, const struct make_run_options *options)
{
    json_t *params = json_array();
    if (options->messages && !strcmp(m->name, "sha256"))
        json_array_append_new(params, json_pack("{s:s, s:s, s:s, s:o*}", "name", "messages", "unit", "count", "summary",
                                                "messages to hash", "amount", options->old_plan ? NULL : json_true()));
    return params;
}

static json_t *plan_json(const struct planned *cells, unsigned n, const struct make_run_options *options)
{
    json_t *workloads = json_array(), *list = json_array(), *all = json_array();
    for (unsigned m = 0; m < N_MODELS; m++)
        json_array_append_new(workloads, json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:o}", "name", models[m].name,
                                                   "kind", models[m].kind, "summary", models[m].summary, "op_is",
                                                   models[m].op_is, "headline", models[m].headline, "protocol",
                                                   (int)protocol_of(&models[m], options), "params",
                                                   params_json(&models[m], options)));
    for (int s = 0; s < (options->variants ? WITH_VARIANTS : N_STRATEGIES); s++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:b}", "name", strategies[s][0], "summary", strategies[s][1],
                                              "canonical", s < N_STRATEGIES));
    for (unsigned c = 0; c < n; c++) {
        char id[CELL_ID_LEN];
        cell_id(&cells[c].cell, id, sizeof id);
        json_t *params = json_object();
        for (unsigned i = 0; i < cells[c].cell.n_params; i++)
            json_object_set_new(params, cells[c].cell.params[i].name, json_string(cells[c].cell.params[i].text));
        json_array_append_new(all, json_pack("{s:s, s:s, s:s, s:o, s:i, s:i, s:s?}", "id", id, "workload",
                                             cells[c].cell.workload, "strategy", cells[c].cell.strategy, "params",
                                             params, "in_flight", (int)cells[c].cell.in_flight, "workers",
                                             (int)cells[c].cell.workers, "skip", cells[c].skip));
    }
    return json_pack("{s:s, s:i, s:f, s:o, s:o, s:o, s:[]}", "schema", "quintet.plan/1.0", "blocks",
                     (int)options->blocks, "estimate_s", 300.0, "workloads", workloads, "strategies", list, "cells",
                     all, "order");
}

static json_t *env_json(const char *cpu_model)
{
    return json_pack(
        "{s:s, s:{s:{s:s,s:s}, s:{s:i,s:s}, s:{s:s,s:s}, s:{s:s,s:s}, s:{s:f,s:s}, s:{s:n,s:s}, s:{s:I,s:s},"
        " s:{s:s,s:s}, s:{s:s,s:s}, s:{s:s,s:s}}}",
        "schema", "quintet.env/1.0", "facts", "cpu.model", "v", cpu_model ? cpu_model : "Synthetic CPU 2000", "src",
        "/proc/cpuinfo", "cpu.online", "v", (int)P, "src", "/sys/devices/system/cpu/online", "kernel.release", "v",
        "6.1.0-golden", "src", "uname", "platform.hypervisor", "v", "KVM", "src", "cpuid", "clock.read_ns", "v", 11.5,
        "src", "clock_measure_cost", "cpu.governor", "v", "why", "no cpufreq in this virtual machine",
        "memory.total_bytes", "v", (json_int_t)8589934592, "src", "/proc/meminfo", "clock.source", "v", "tsc", "src",
        "clock_source_name", "compiler.version", "v", "gcc 12.2.0", "src", "compiled in", "io_uring.status", "v",
        "available", "src", "io_uring_setup");
}

static json_t *run_json(unsigned blocks, unsigned cells)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:[s,s,s,s], s:s, s:s, s:i, s:i, s:s, s:s, s:f, s:i, s:[i,i],"
                     " s:{s:i}, s:[{s:s, s:s}]}",
                     "schema", "quintet.run/1.0", "run_id", "golden", "status", "complete", "tool_version", "0.1.0",
                     "git", "0123abcd", "argv", "quintet", "run", "--profile", "quick", "profile", "quick", "seed",
                     "000000000000002a", "blocks", (int)blocks, "blocks_done", (int)blocks, "started_utc",
                     "2030-01-01T00:00:00Z", "ended_utc", "2030-01-01T00:05:00Z", "elapsed_s", 300.0, "workers", (int)P,
                     "cpus", 0, 1, "trials", "planned", (int)(cells * blocks), "taints", "id", "steal", "text",
                     "The hypervisor took 2 % of the CPU time away during the run.");
}

static int write_documents(int dirfd, const struct planned *cells, unsigned n, const struct make_run_options *options)
{
    json_t *documents[] = {run_json(options->blocks, n), plan_json(cells, n, options), env_json(options->cpu_model)};
    static const char *const names[] = {"run.json", "plan.json", "env.json"};
    int rc = 0;
    for (unsigned i = 0; i < 3; i++) {
        if (!rc)
            rc = documents[i] ? store_write_json(dirfd, names[i], documents[i]) : -ENOMEM;
        json_decref(documents[i]);
    }
    return rc;
}

static void apply_options(struct planned *c, const struct make_run_options *options)
{
    const char *strategy = strategies[c->strategy][0];
    add_messages(c, options->messages);
    c->disturbed = options->disturbed && c->strategy == POOL && !strcmp(c->model->name, "sha256");
    c->noise = options->noise;
    c->protocol = protocol_of(c->model, options);
    c->factor = 1;
    if (options->changed_workload && !strcmp(options->changed_workload, c->model->name) &&
        !strcmp(options->changed_strategy, strategy))
        c->factor = options->changed_factor;
    if (!c->skip && options->absent_strategy && !strcmp(options->absent_strategy, strategy))
        c->skip = "no io_uring here";
}

int make_run(const char *dir, const struct make_run_options *options)
{
    unsigned copies = options->cases_per_case ? options->cases_per_case : 1;
    P = options->workers ? options->workers : 2;
    struct planned *cells = calloc(N_MODELS * 5 * 5 * WITH_VARIANTS * (size_t)copies, sizeof *cells);
    struct trial_hists *hists = calloc(1, sizeof *hists);
    struct journal journal = {.fd = -1};
    int dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = dirfd < 0 ? -errno : cells && hists ? 0 : -ENOMEM;
    if (!rc)
        rc = journal_open(&journal, dirfd);
    if (!rc) {
        unsigned n = plan_cells(cells, copies, options->variants ? WITH_VARIANTS : N_STRATEGIES);
        for (unsigned c = 0; c < n; c++)
            apply_options(&cells[c], options);
        rc = write_documents(dirfd, cells, n, options);
        for (unsigned block = 0; block < options->blocks && !rc; block++)
            for (unsigned c = 0; c < n && !rc; c++)
                if (!cells[c].skip)
                    rc = append_trial(&journal, &cells[c], block, c, hists);
        journal_close(&journal);
    }
    if (dirfd >= 0)
        close(dirfd);
    free(hists);
    free(cells);
    return rc;
}
