/* SPDX-License-Identifier: Apache-2.0 */
#include "make_run.h"
#include "truths.h"

#include "record/journal.h"
#include "record/store.h"

#include "measure/rng.h"
#include "remove_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned P = 2; /* of the run that is being made */

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
    struct truth t = truth_of(c->model, c->params, c->strategy, c->cell.in_flight, P);
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

void remove_run(const char *dir)
{
    remove_tree(dir);
}
