/* SPDX-License-Identifier: Apache-2.0 */
/* A run's directory: what is in it besides trials. */
#include "run/campaign_private.h"
#include "run/utc.h"

#include "measure/rng.h"
#include "record/doctor.h"
#include "record/seal.h"
#include "record/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void campaign_make_id(char *out, size_t len, uint64_t seed)
{
    char stamp[32];
    utc_now(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ");
    uint64_t salt = rng_hash2(rng_hash2(seed, clock_monotonic_ns()), (uint64_t)getpid());
    snprintf(out, len, "%s-%06llx", stamp, (unsigned long long)(salt & 0xffffff));
}

int campaign_fail(struct campaign *c, int rc, bool storage, const char *format, ...)
{
    va_list ap;
    if (c->result->why[0]) /* what fails afterwards, on the way out, is a consequence */
        return rc;
    va_start(ap, format);
    vsnprintf(c->result->why, sizeof c->result->why, format, ap);
    va_end(ap);
    c->result->storage = storage;
    return rc;
}

int campaign_journal_fail(struct campaign *c, int rc)
{
    char why[REASON_LEN];
    journal_failure_text(&c->journal, rc, why, sizeof why);
    return campaign_fail(c, rc, true, "%s", why);
}

/* A run to go on with is open and held already. */
static int take_over(struct campaign *c)
{
    const struct resume *r = c->options->resume;
    snprintf(c->result->run_id, sizeof c->result->run_id, "%s", json_string_value(json_object_get(r->run, "run_id")));
    snprintf(c->result->run_dir, sizeof c->result->run_dir, "%s", r->run_dir);
    c->run_fd = fcntl(r->run_fd, F_DUPFD_CLOEXEC, 0);
    if (c->run_fd < 0)
        return campaign_fail(c, -errno, true, "%s", strerror(errno));
    int rc = replay_journal(c);
    return rc ? rc : replay_begin(c);
}

/* results/ with one writer at a time, results/<run-id>/ inside. */
static int make_directories(struct campaign *c)
{
    const char *root = c->options->results_dir;
    long holder;
    int rc = store_mkdir(AT_FDCWD, root);
    if (!rc) {
        c->results_fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        rc = c->results_fd < 0 ? -errno : 0;
    }
    if (rc)
        return campaign_fail(c, rc, true, "%.100s: %s", root, strerror(-rc));
    c->lock_fd = resume_lock(c->results_fd, &holder);
    if (c->lock_fd == -EBUSY)
        return campaign_fail(c, -EBUSY, true, "%.100s: another run is writing there (pid %ld)", root, holder);
    if (c->lock_fd < 0)
        return campaign_fail(c, c->lock_fd, true, "%.100s/.lock: %s", root, strerror(-c->lock_fd));
    campaign_make_id(c->result->run_id, sizeof c->result->run_id, c->plan->seed);
    if (mkdirat(c->results_fd, c->result->run_id, 0755))
        return campaign_fail(c, -errno, true, "%.100s/%s: %s", root, c->result->run_id, strerror(errno));
    snprintf(c->result->run_dir, sizeof c->result->run_dir, "%s/%s", root, c->result->run_id);
    c->run_fd = openat(c->results_fd, c->result->run_id, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return c->run_fd < 0 ? campaign_fail(c, -errno, true, "%s: %s", c->result->run_id, strerror(errno)) : 0;
}

int campaign_open_directories(struct campaign *c)
{
    int rc = c->options->resume ? take_over(c) : make_directories(c);
    if (rc)
        return rc;
    rc = journal_open(&c->journal, c->run_fd);
    return rc ? campaign_fail(c, rc, true, "%s: %s", "trials.jsonl", store_strerror(rc)) : 0;
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

/* What of run.json is known when the run begins, and does not change when it is resumed. */
static json_t *identity_to_json(const struct campaign *c)
{
    char seed[17], binary[SEAL_DIGEST_LEN], mark[17];
    json_t *cpus = json_array();
    for (unsigned i = 0; i < c->plan->machine->granted; i++)
        json_array_append_new(cpus, json_integer(c->plan->machine->cpus[i]));
    snprintf(seed, sizeof seed, "%016llx", (unsigned long long)c->plan->seed);
    seal_digest_self(binary);
    machine_mark(c->result->run_id, mark);
    json_t *json =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:s, s:s, s:s, s:i, s:o}", "schema", "quintet.run/1.0", "run_id",
                  c->result->run_id, "tool_version", build_info.version, "git", build_info.git, "binary_sha256", binary,
                  "machine_mark", mark, "argv", argv_to_json(c->options), "profile", profile_names[c->plan->profile],
                  "seed", seed, "started_utc", c->started_utc, "workers", (int)c->plan->machine->granted, "cpus", cpus);
    if (json && c->options->budget_ns)
        json_object_set_new(json, "budget_s", json_real((double)c->options->budget_ns * 1e-9));
    if (json && c->options->precision > 0)
        json_object_set_new(json, "precision", json_real(c->options->precision));
    if (json && c->options->job)
        json_object_set_new(json, "job", json_deep_copy(c->options->job));
    return json;
}

/* run.json, rewritten as a whole: at the start, and with the final word at the end. */
int campaign_write_run(struct campaign *c, const char *status, bool ended)
{
    char ended_utc[32] = "";
    const struct campaign_result *r = c->result;
    if (ended)
        utc_now(ended_utc, sizeof ended_utc, "%Y-%m-%dT%H:%M:%SZ");
    json_t *json = c->options->resume ? json_deep_copy(c->options->resume->run) : identity_to_json(c);
    json_t *trials = json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:i}", "planned", (int)c->total, "ok", (int)r->ok,
                               "failed", (int)r->failed, "skipped", (int)r->skipped, "gated", (int)r->gated, "rerun",
                               (int)r->reruns, "superseded", (int)r->superseded);
    json_t *changing = json_pack("{s:s, s:i, s:i, s:s, s:f, s:o, s:O, s:O}", "status", status, "blocks",
                                 (int)(c->out_of_budget || c->precise ? c->blocks_done : c->plan->blocks),
                                 "blocks_done", (int)c->blocks_done, "ended_utc", ended_utc, "elapsed_s",
                                 c->elapsed_before_s + (double)(clock_monotonic_ns() - c->start_ns) * 1e-9, "trials",
                                 trials, "taints", c->taints, "sessions", c->sessions);
    if (changing && c->options->precision > 0)
        json_object_set_new(changing, "precision_reached", json_boolean(c->precise));
    int rc = json && changing && !json_object_update(json, changing) ? store_write_json(c->run_fd, "run.json", json)
                                                                     : -ENOMEM;
    json_decref(json);
    json_decref(changing);
    return rc ? campaign_fail(c, rc, true, "run.json: %s", store_strerror(rc)) : 0;
}

/* run.json's sessions: the invocations that made the run, each with the block at which it began. */
int campaign_begin_session(struct campaign *c)
{
    const char *despite = c->options->resumed_despite;
    c->block = c->blocks_done;
    json_t *session = json_pack("{s:s, s:s, s:i, s:s, s:o}", "started_utc", c->started_utc, "status", "running",
                                "first_block", (int)c->blocks_done, "ended_utc", "", "argv", argv_to_json(c->options));
    if (session && despite && despite[0])
        json_object_set_new(session, "differs_in", json_string(despite));
    int rc = session && !json_array_append_new(c->sessions, session) ? 0 : -ENOMEM;
    if (!rc && c->session)
        replay_tell(c);
    return rc;
}

void campaign_end_session(struct campaign *c, const char *status)
{
    char now[32];
    json_t *session = json_array_get(c->sessions, json_array_size(c->sessions) - 1);
    utc_now(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ");
    json_object_set_new(session, "status", json_string(status));
    json_object_set_new(session, "ended_utc", json_string(now));
    json_object_set_new(session, "elapsed_s", json_real((double)(clock_monotonic_ns() - c->start_ns) * 1e-9));
}

/* One line of events.jsonl: what happened besides trials. Losing one is no reason to stop. */
void campaign_note(struct campaign *c, const char *kind, const char *cell, const char *text)
{
    char now[32];
    if (c->replaying)
        return; /* it stands there */
    utc_now(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ");
    json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:i, s:i}", "utc", now, "kind", kind, "cell", cell, "text", text,
                             "block", (int)c->block, "session", (int)c->session);
    char *line = json ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(json);
    int fd =
        openat(c->run_fd, "events.jsonl", O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644);
    if (line && fd >= 0) {
        size_t len = strlen(line);
        line[len] = '\n';
        ssize_t written = write(fd, line, len + 1);
        (void)written; /* nothing to be done about it here; the journal will say */
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

/* What the doctor finds before the first trial, by more facts than env.json keeps: those change from run to run. */
static json_t *find_taints(const struct campaign *c, const json_t *manifest)
{
    json_t *facts = json_deep_copy(manifest), *taints;
    if (!facts)
        return json_array();
    doctor_read(facts, "", c->options->resume ? c->result->run_dir : c->options->results_dir);
    taints = doctor_taints(facts);
    json_decref(facts);
    return taints ? taints : json_array();
}

static bool has_taint(const json_t *taints, const char *id)
{
    size_t i;
    json_t *taint;
    json_array_foreach(taints, i, taint)
    {
        const char *other = json_string_value(json_object_get(taint, "id"));
        if (other && !strcmp(other, id))
            return true;
    }
    return false;
}

/* Those that no earlier session had. */
static void add_taints(struct campaign *c, const json_t *found)
{
    size_t i;
    json_t *taint;
    json_array_foreach(found, i, taint)
    {
        const char *id = json_string_value(json_object_get(taint, "id"));
        if (id && !has_taint(c->taints, id))
            json_array_append(c->taints, taint);
    }
}

int campaign_write_plan(struct campaign *c, int data_fd)
{
    char env_name[32] = "env.json";
    json_t *plan = c->session ? NULL : plan_to_json(c->plan); /* a resumed run has it */
    int rc = c->session ? 0 : plan ? store_write_json(c->run_fd, "plan.json", plan) : -ENOMEM;
    json_decref(plan);
    if (c->session)
        snprintf(env_name, sizeof env_name, "env.%u.json", c->session);
    json_t *manifest = manifest_read("", c->plan->machine, data_fd);
    if (!rc && manifest) {
        struct clock_cost cost = clock_measure_cost();
        manifest_add(manifest, "clock.source", json_string(clock_source_name()), "clock_calibrate");
        manifest_add(manifest, "clock.read_ns", json_real(cost.read_ns), "clock_measure_cost");
        manifest_add(manifest, "clock.step_ns", json_integer((json_int_t)cost.step_ns), "clock_measure_cost");
        add_io_uring_fact(manifest, c->plan);
        json_t *found = find_taints(c, manifest);
        add_taints(c, found);
        json_decref(found);
        rc = store_write_json(c->run_fd, env_name, manifest);
    }
    json_decref(manifest);
    return rc ? campaign_fail(c, rc, true, "plan.json, env.json: %s", strerror(-rc)) : 0;
}

/* What disturbed the run while it ran; known only at its end. The machine's accounting is by ticks, so a few per cent
 * of "foreign" time are its rounding. */
void campaign_add_load_taints(struct campaign *c)
{
    static const struct {
        const char *id, *format;
        double limit_percent;
    } kinds[] = {
        {"steal", "The hypervisor took %.1f %% of the CPU time away while trials ran (steal).", DOCTOR_STEAL_PERCENT},
        {"foreign_load", "Other processes used %.1f %% of the machine's CPU time while trials ran.",
         DOCTOR_FOREIGN_PERCENT},
    };
    for (unsigned i = 0; i < 2 && c->run_ns_sum > 0; i++) {
        double sum = i == 0 ? c->steal_ns_sum : c->foreign_ns_sum;
        double percent = 100.0 * sum / c->run_ns_sum / c->plan->machine->online;
        char text[128];
        if (percent <= kinds[i].limit_percent)
            continue;
        snprintf(text, sizeof text, i == 0 ? kinds[0].format : kinds[1].format, percent);
        json_array_append_new(c->taints, json_pack("{s:s, s:s}", "id", kinds[i].id, "text", text));
    }
}
