/* SPDX-License-Identifier: Apache-2.0 */
#include "run/campaign.h"
#include "run/dataset.h"
#include "run/isolate.h"

#include "measure/clock.h"
#include "measure/rng.h"
#include "record/journal.h"
#include "record/manifest.h"
#include "record/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { GIVE_UP_AFTER = 2 }; /* failures of one cell before it is left out: a hang costs a whole timeout each */

/* One expected digest per case and block. */
struct oracle {
    uint64_t key, digest;
    bool known;
};

struct campaign {
    const struct plan *plan;
    const struct campaign_options *options;
    struct campaign_result *result;
    int results_fd, run_fd, lock_fd;
    struct journal journal;
    struct trial_spec spec;
    struct clock_config clock;
    uint64_t start_ns;
    char started_utc[32];
    unsigned *failures;        /* per cell: consecutive */
    struct oracle *oracles;    /* per cell, of the current block */
    unsigned done, total, blocks_done;
    json_t *taints;
    double steal_share_sum, foreign_share_sum; /* CPUs' worth, over the good trials */
    unsigned share_n;
};

static void utc_now(char *out, size_t len, const char *format)
{
    time_t now = time(NULL);
    struct tm utc;
    strftime(out, len, format, gmtime_r(&now, &utc));
}

void campaign_make_id(char *out, size_t len, uint64_t seed)
{
    char stamp[32];
    utc_now(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ");
    uint64_t salt = rng_hash2(rng_hash2(seed, clock_monotonic_ns()), (uint64_t)getpid());
    snprintf(out, len, "%s-%06llx", stamp, (unsigned long long)(salt & 0xffffff));
}

static int fail(struct campaign *c, int rc, bool storage, const char *format, ...) __attribute__((format(printf, 4, 5)));

static int fail(struct campaign *c, int rc, bool storage, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    vsnprintf(c->result->why, sizeof c->result->why, format, ap);
    va_end(ap);
    c->result->storage = storage;
    return rc;
}

/* results/ with one writer at a time, results/<run-id>/ inside. All before the first trial. */
static int open_directories(struct campaign *c)
{
    const char *root = c->options->results_dir;
    int rc = store_mkdir(AT_FDCWD, root);
    if (!rc) {
        c->results_fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        rc = c->results_fd < 0 ? -errno : 0;
    }
    if (rc)
        return fail(c, rc, true, "%.100s: %s", root, strerror(-rc));
    c->lock_fd = openat(c->results_fd, ".lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (c->lock_fd < 0)
        return fail(c, -errno, true, "%.100s/.lock: %s", root, strerror(errno));
    if (flock(c->lock_fd, LOCK_EX | LOCK_NB))
        return fail(c, -EBUSY, true, "%.100s: another run is writing there", root);
    campaign_make_id(c->result->run_id, sizeof c->result->run_id, c->plan->seed);
    if (mkdirat(c->results_fd, c->result->run_id, 0755))
        return fail(c, -errno, true, "%.100s/%s: %s", root, c->result->run_id, strerror(errno));
    snprintf(c->result->run_dir, sizeof c->result->run_dir, "%s/%s", root, c->result->run_id);
    c->run_fd = openat(c->results_fd, c->result->run_id, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    rc = c->run_fd < 0 ? -errno : journal_open(&c->journal, c->run_fd);
    if (rc)
        return fail(c, rc, true, "%s: %s", "trials.jsonl", strerror(-rc));
    return 0;
}

static json_t *argv_to_json(const struct campaign_options *options)
{
    json_t *list = json_array();
    for (int i = 0; i < options->argc; i++) {
        const char *slash = i == 0 ? strrchr(options->argv[0], '/') : NULL;
        json_t *text = json_string(slash ? slash + 1 : options->argv[i]);
        json_array_append_new(list, text ? text : json_string("?"));
    }
    return list;
}

/* run.json, rewritten as a whole: at the start, and with the final word at the end. */
static int write_run_json(struct campaign *c, const char *status, bool ended)
{
    char seed[17], ended_utc[32] = "";
    const struct campaign_result *r = c->result;
    json_t *cpus = json_array();
    for (unsigned i = 0; i < c->plan->machine->granted; i++)
        json_array_append_new(cpus, json_integer(c->plan->machine->cpus[i]));
    snprintf(seed, sizeof seed, "%016llx", (unsigned long long)c->plan->seed);
    if (ended)
        utc_now(ended_utc, sizeof ended_utc, "%Y-%m-%dT%H:%M:%SZ");
    json_t *trials = json_pack("{s:i, s:i, s:i, s:i, s:i}", "planned", (int)c->total, "ok", (int)r->ok, "failed",
                               (int)r->failed, "skipped", (int)r->skipped, "rerun", 0);
    json_t *json = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:o, s:s, s:s, s:i, s:i, s:s, s:s, s:f, s:i, s:o, s:o, s:O}", "schema",
        "quintet.run/1.0", "run_id", r->run_id, "status", status, "tool_version", build_info.version, "git",
        build_info.git, "argv", argv_to_json(c->options), "profile", profile_names[c->plan->profile], "seed", seed,
        "blocks", (int)c->plan->blocks, "blocks_done", (int)c->blocks_done, "started_utc", c->started_utc, "ended_utc",
        ended_utc, "elapsed_s", (double)(clock_monotonic_ns() - c->start_ns) * 1e-9, "workers",
        (int)c->plan->machine->granted, "cpus", cpus, "trials", trials, "taints", c->taints);
    int rc = json ? store_write_json(c->run_fd, "run.json", json) : -ENOMEM;
    json_decref(json);
    return rc ? fail(c, rc, true, "run.json: %s", strerror(-rc)) : 0;
}

/* One line of events.jsonl: what happened besides trials. Losing one is no reason to stop. */
static void note_event(struct campaign *c, const char *kind, const char *cell, const char *text)
{
    char now[32];
    utc_now(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ");
    json_t *json = json_pack("{s:s, s:s, s:s, s:s}", "utc", now, "kind", kind, "cell", cell, "text", text);
    char *line = json ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(json);
    int fd = openat(c->run_fd, "events.jsonl", O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (line && fd >= 0) {
        size_t len = strlen(line);
        line[len] = '\n';
        if (write(fd, line, len + 1) < 0)
            len = 0; /* nothing to be done about it here; the journal will say */
    }
    if (fd >= 0)
        close(fd);
    free(line);
}

static void add_io_uring_fact(json_t *manifest, const struct plan *plan)
{
    for (unsigned i = 0; i < plan->n_cells; i++)
        if (!strcmp(plan->cells[i].cell.strategy, "coroutines")) {
            const char *skip = plan->cells[i].skip;
            manifest_add(manifest, "io_uring.status", json_string(skip[0] ? skip : "available"), "probe");
            return;
        }
}

static int write_plan_and_manifest(struct campaign *c, int data_fd)
{
    json_t *plan = plan_to_json(c->plan);
    int rc = plan ? store_write_json(c->run_fd, "plan.json", plan) : -ENOMEM;
    json_decref(plan);
    json_t *manifest = manifest_read(c->plan->machine, data_fd);
    if (!rc && manifest) {
        struct clock_cost cost = clock_measure_cost();
        manifest_add(manifest, "clock.source", json_string(clock_source_name()), "clock_calibrate");
        manifest_add(manifest, "clock.read_ns", json_real(cost.read_ns), "clock_measure_cost");
        manifest_add(manifest, "clock.step_ns", json_integer((json_int_t)cost.step_ns), "clock_measure_cost");
        add_io_uring_fact(manifest, c->plan);
        c->taints = manifest_taints(manifest, c->plan->machine);
        rc = store_write_json(c->run_fd, "env.json", manifest);
    }
    json_decref(manifest);
    return rc ? fail(c, rc, true, "plan.json, env.json: %s", strerror(-rc)) : 0;
}

/* A record for a trial that could not make its own. */
static void blank_record(struct campaign *c, const struct isolate_result *isolated, struct trial_record *record)
{
    memset(record, 0, sizeof *record);
    record->cell = c->spec.cell;
    record->block = c->spec.block;
    record->slot = c->spec.slot;
    record->seed = c->spec.seed;
    record->nonce = c->spec.nonce;
    record->attempts = 1;
    record->end = isolated->end;
    record->signal = isolated->signal;
    strcpy(record->ideal_kind, "none");
    utc_now(record->started_utc, sizeof record->started_utc, "%Y-%m-%dT%H:%M:%SZ");
    const char *words = isolated->words, *colon = words[0] ? ": " : "";
    switch (isolated->end) {
    case END_CRASHED:
        snprintf(record->reason, sizeof record->reason, "killed by signal %d (%s)%s%.150s", isolated->signal,
                 strsignal(isolated->signal), colon, words);
        break;
    case END_TIMEOUT:
        snprintf(record->reason, sizeof record->reason, "no end within %.0f s%s%.150s",
                 (double)c->options->timeout_ns * 1e-9, colon, words);
        break;
    case END_OOM:
        snprintf(record->reason, sizeof record->reason, "killed by the kernel: out of memory");
        break;
    case END_INTERRUPTED:
        snprintf(record->reason, sizeof record->reason, "the run was interrupted");
        break;
    default:
        snprintf(record->reason, sizeof record->reason, "exit status %d without a valid record%s%.150s",
                 isolated->exit_status, colon, words);
    }
}

/* Ask the oracle once per block and case. An oracle that fails leaves `known` false: the trial then fails with it. */
static const struct oracle *ask_oracle(struct campaign *c, const struct plan_cell *cell, unsigned block)
{
    struct oracle *o = c->oracles;
    while (o->known && o->key != cell->oracle_key)
        o++;
    if (o->known)
        return o;
    struct isolate_result isolated;
    plan_fill_spec(c->plan, cell, block, 0, "oracle", &c->spec);
    o->key = cell->oracle_key;
    if (isolate_run(&c->spec, c->options->timeout_ns, &isolated))
        return o;
    const char *hex = json_string_value(json_object_get(isolated.reply, "digest"));
    if (hex) {
        o->digest = strtoull(hex, NULL, 16);
        o->known = true;
    } else if (isolated.end != END_INTERRUPTED) {
        char id[CELL_ID_LEN];
        const char *why = json_string_value(json_object_get(isolated.reply, "why"));
        cell_case(&cell->cell, id, sizeof id);
        note_event(c, "oracle_failed", id, why ? why : isolated.words);
    }
    json_decref(isolated.reply);
    return o;
}

static void verify(struct trial_record *record, const struct oracle *oracle)
{
    if (record->end != END_OK)
        return;
    record->expect = oracle->digest;
    if (!oracle->known) {
        record->end = END_VERIFY_FAILED;
        snprintf(record->reason, sizeof record->reason, "the oracle gave no digest (see events.jsonl)");
    } else if (record->digest != oracle->digest) {
        record->end = END_VERIFY_FAILED;
        snprintf(record->reason, sizeof record->reason, "digest %016llx, want %016llx: other work was done",
                 (unsigned long long)record->digest, (unsigned long long)oracle->digest);
    }
}

static void count(struct campaign *c, unsigned index, const struct trial_record *record)
{
    struct campaign_result *r = c->result;
    bool failed = false;
    if (record->end == END_OK) {
        r->ok++;
        c->steal_share_sum += (double)record->steal_ns / (double)record->run_ns;
        c->foreign_share_sum += (double)record->foreign_cpu_ns / (double)record->run_ns;
        c->share_n++;
    } else if (record->end == END_SKIPPED) {
        r->skipped++;
        c->failures[index] = GIVE_UP_AFTER; /* one sentence is enough */
    } else if (record->end != END_INTERRUPTED) {
        failed = true;
        r->failed++;
        r->verify_failed += record->end == END_VERIFY_FAILED || record->end == END_IMPLAUSIBLE;
    }
    if (!failed) {
        if (record->end == END_OK)
            c->failures[index] = 0;
        return;
    }
    char id[CELL_ID_LEN];
    cell_id(&record->cell, id, sizeof id);
    if (!r->first_failure[0])
        snprintf(r->first_failure, sizeof r->first_failure, "%s, block %u: %s: %s", id, record->block,
                 trial_end_name(record->end), record->reason);
    if (++c->failures[index] == GIVE_UP_AFTER)
        note_event(c, "cell_abandoned", id, "failed twice in a row; it is left out of the remaining blocks");
}

static int run_trial(struct campaign *c, unsigned index, unsigned block, unsigned slot, struct trial_record *record)
{
    static struct hist latency;
    const struct plan_cell *cell = &c->plan->cells[index];
    const struct oracle *oracle = ask_oracle(c, cell, block);
    if (isolate_interrupted())
        return 0;
    struct isolate_result isolated;
    char why[REASON_LEN];
    plan_fill_spec(c->plan, cell, block, slot, "trial", &c->spec);
    int rc = isolate_run(&c->spec, c->options->timeout_ns, &isolated);
    if (rc)
        isolated = (struct isolate_result){.end = END_NO_RESOURCE};
    memset(&latency, 0, sizeof latency);
    if (isolated.end == END_OK &&
        (trial_record_from_json(json_object_get(isolated.reply, "record"), record, why, sizeof why) ||
         hist_from_json(json_object_get(isolated.reply, "hist"), &latency)))
        isolated.end = END_PROTOCOL;
    if (isolated.end != END_OK)
        blank_record(c, &isolated, record);
    json_decref(isolated.reply);
    if (isolated.strays && record->end == END_OK) {
        record->end = END_VERIFY_FAILED;
        snprintf(record->reason, sizeof record->reason, "%u process%s left running after the trial", isolated.strays,
                 isolated.strays == 1 ? " was" : "es were");
    }
    snprintf(record->run_id, sizeof record->run_id, "%s", c->result->run_id);
    verify(record, oracle);
    rc = journal_append(&c->journal, record, &latency);
    if (rc)
        return fail(c, rc, true, "trials.jsonl: %s", strerror(-rc));
    count(c, index, record);
    return 0;
}

static int run_blocks(struct campaign *c)
{
    unsigned *order = malloc((c->plan->n_cells + 1) * sizeof *order);
    struct trial_record *record = malloc(sizeof *record);
    int rc = order && record ? 0 : -ENOMEM;
    for (unsigned block = 0; block < c->plan->blocks && !rc && !isolate_interrupted(); block++) {
        unsigned n = plan_order(c->plan, block, order);
        memset(c->oracles, 0, (c->plan->n_cells + 1) * sizeof *c->oracles);
        for (unsigned slot = 0; slot < n && !rc && !isolate_interrupted(); slot++) {
            c->done++;
            if (c->failures[order[slot]] >= GIVE_UP_AFTER)
                continue;
            rc = run_trial(c, order[slot], block, slot, record);
            if (c->options->progress && !rc && !isolate_interrupted())
                c->options->progress(c->options->arg, c->plan, c->done, c->total, record,
                                     (double)(clock_monotonic_ns() - c->start_ns) * 1e-9);
        }
        if (!rc && !isolate_interrupted()) {
            c->blocks_done++;
            rc = journal_sync(&c->journal);
            if (rc)
                fail(c, rc, true, "trials.jsonl: %s", strerror(-rc));
        }
    }
    free(order);
    free(record);
    return rc;
}

/* As many descriptors as the hard limit allows: a workload with thousands of pipes should not fail on a default of 1024.
 * The manifest (written before) keeps what the limit was. */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (!getrlimit(RLIMIT_NOFILE, &limit) && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/* What disturbed the run while it ran; known only at its end. The machine's accounting is by ticks, so a few per cent of
 * "foreign" time are its rounding. */
static void add_load_taints(struct campaign *c)
{
    static const struct {
        const char *id, *format;
        double limit_percent;
    } kinds[] = {
        {"steal", "The hypervisor took %.1f %% of the CPU time away while trials ran (steal).", 1.0},
        {"foreign_load", "Other processes used %.1f %% of the machine's CPU time while trials ran.", 5.0},
    };
    for (unsigned i = 0; i < 2 && c->share_n; i++) {
        double sum = i == 0 ? c->steal_share_sum : c->foreign_share_sum;
        double percent = 100.0 * sum / c->share_n / c->plan->machine->online;
        char text[128];
        if (percent <= kinds[i].limit_percent)
            continue;
        snprintf(text, sizeof text, i == 0 ? kinds[0].format : kinds[1].format, percent);
        json_array_append_new(c->taints, json_pack("{s:s, s:s}", "id", kinds[i].id, "text", text));
    }
}

static int run_all(struct campaign *c)
{
    char why[REASON_LEN];
    struct dataset data = {.dirfd = -1};
    int rc = open_directories(c);
    if (!rc)
        rc = write_run_json(c, "running", false);
    if (!rc)
        rc = clock_calibrate(100 * 1000 * 1000, &c->clock, why, sizeof why);
    if (rc)
        return rc;
    clock_configure(&c->clock);
    c->spec.clock = c->clock;
    if ((rc = dataset_open(&data, c->run_fd, c->result->run_dir)))
        return fail(c, rc, true, "data: %s", strerror(-rc));
    snprintf(c->spec.data_dir, sizeof c->spec.data_dir, "%s", data.path);
    rc = write_plan_and_manifest(c, data.dirfd);
    raise_descriptor_limit();
    for (unsigned i = 0; i < c->plan->n_cells && !rc && !isolate_interrupted(); i++) {
        if (c->plan->cells[i].skip[0])
            continue;
        plan_fill_spec(c->plan, &c->plan->cells[i], 0, 0, "prepare", &c->spec);
        rc = dataset_prepare(&data, &c->spec, c->options->timeout_ns, why, sizeof why);
        if (rc)
            fail(c, rc, rc == -ENOSPC, "data set of %s: %s", c->spec.cell.workload, why);
    }
    if (!rc && c->options->progress)
        c->options->progress(c->options->arg, c->plan, 0, c->total, NULL, 0);
    if (!rc)
        rc = run_blocks(c);
    dataset_close(&data);
    if (isolate_interrupted()) {
        c->result->signal = isolate_interrupted();
        c->result->status = "interrupted";
    } else {
        c->result->status = rc || c->result->failed ? "partial" : "complete";
    }
    add_load_taints(c);
    int rc_final = write_run_json(c, c->result->status, true);
    return rc ? rc : rc_final;
}

int campaign_run(const struct plan *plan, const struct campaign_options *options, struct campaign_result *out)
{
    memset(out, 0, sizeof *out);
    out->status = "partial";
    struct campaign *c = calloc(1, sizeof *c);
    if (!c)
        return -ENOMEM;
    *c = (struct campaign){
        .plan = plan, .options = options, .result = out, .results_fd = -1, .run_fd = -1, .lock_fd = -1};
    c->journal.fd = -1;
    c->start_ns = clock_monotonic_ns();
    c->total = plan->n_runnable * plan->blocks;
    c->taints = json_array();
    utc_now(c->started_utc, sizeof c->started_utc, "%Y-%m-%dT%H:%M:%SZ");
    c->failures = calloc(plan->n_cells + 1, sizeof *c->failures);
    c->oracles = calloc(plan->n_cells + 1, sizeof *c->oracles);
    int rc = c->failures && c->oracles ? run_all(c) : -ENOMEM;
    journal_close(&c->journal);
    json_decref(c->taints);
    if (c->run_fd >= 0)
        close(c->run_fd);
    if (c->results_fd >= 0)
        close(c->results_fd);
    if (c->lock_fd >= 0)
        close(c->lock_fd);
    free(c->failures);
    free(c->oracles);
    free(c);
    return rc;
}
