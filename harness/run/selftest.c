/* SPDX-License-Identifier: Apache-2.0 */
#include "run/selftest.h"
#include "run/dataset.h"
#include "run/isolate.h"

#include "contract/strategy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Strategies that mark nothing have no parts: a row without them would look like one that has none. */
static bool lacks_parts(const struct plan_cell *cell, const struct trial_record *record)
{
    for (unsigned i = 0; i < record->n_metrics; i++)
        if (!strcmp(record->metrics[i].name, "spawn_first_ns"))
            return false;
    return workload_find(cell->cell.workload)->parts;
}

/* A sanitizer slows everything down tenfold and more; a hang is still found within minutes. */
static const uint64_t timeout_ns = UINT64_C(120) * 1000000000;

static enum trial_end run_cell(struct trial_spec *spec, const struct plan *plan, const struct plan_cell *cell,
                               char *reason, size_t len)
{
    struct isolate_result oracle, trial;
    static struct trial_record record;
    reason[0] = '\0';
    plan_fill_spec(plan, cell, 0, 0, "oracle", spec);
    if (isolate_run(spec, timeout_ns, &oracle))
        return END_NO_RESOURCE;
    plan_fill_spec(plan, cell, 0, 0, "trial", spec);
    if (isolate_run(spec, timeout_ns, &trial)) {
        json_decref(oracle.reply);
        return END_NO_RESOURCE;
    }
    enum trial_end end = trial.end;
    const char *want = json_string_value(json_object_get(oracle.reply, "digest"));
    if (end != END_OK)
        snprintf(reason, len, "signal %d, status %d: %.200s", trial.signal, trial.exit_status, trial.words);
    else if (trial_record_from_json(json_object_get(trial.reply, "record"), &record, reason, len))
        end = END_PROTOCOL;
    else if (record.end != END_OK) {
        end = record.end;
        snprintf(reason, len, "%s", record.reason);
    } else if (!want) {
        end = END_VERIFY_FAILED;
        snprintf(reason, len, "the oracle gave no digest: %.200s", oracle.words);
    } else if (strtoull(want, NULL, 16) != record.digest) {
        end = END_VERIFY_FAILED;
        snprintf(reason, len, "digest %016llx, want %s", (unsigned long long)record.digest, want);
    } else if (trial.strays) {
        end = END_VERIFY_FAILED;
        snprintf(reason, len, "%u processes were left running", trial.strays);
    } else if (lacks_parts(cell, &record)) {
        end = END_VERIFY_FAILED;
        snprintf(reason, len, "the strategy does not mark when it sets out to make a task (task_mark_asked)");
    } else if (trial.words[0]) {
        end = END_VERIFY_FAILED; /* a sanitizer's report, or somebody prints where only cli/ may */
        snprintf(reason, len, "it wrote to stderr: %.200s", trial.words);
    }
    json_decref(oracle.reply);
    json_decref(trial.reply);
    return end;
}

int selftest_run(const struct plan_request *request, const struct machine *machine,
                 void (*show)(void *arg, const char *id, enum trial_end end, const char *reason), void *arg,
                 struct selftest_result *total, char *why, size_t why_len)
{
    struct plan_request small = *request;
    struct plan plan;
    struct dataset data;
    static struct trial_spec spec;
    small.profile = PROFILE_SMOKE;
    small.blocks = 1;
    for (unsigned i = 0; strategy_registry[i] && request->n_strategies == 0; i++)
        small.strategies[small.n_strategies++] = strategy_registry[i]->name;
    if (small.n_in_flight == 0) {
        static const unsigned k[] = {1, 2, 3, 8};
        memcpy(small.in_flight, k, sizeof k);
        small.n_in_flight = sizeof k / sizeof *k;
    }
    int rc = plan_init(&plan, &small, machine, why, why_len);
    if (rc)
        return rc;

    const char *tmp = getenv("TMPDIR");
    char dir[4096];
    snprintf(dir, sizeof dir, "%s/quintet-selftest-XXXXXX", tmp && tmp[0] ? tmp : "/tmp");
    int dirfd = mkdtemp(dir) ? open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (dirfd < 0 || (rc = dataset_open(&data, dirfd))) {
        snprintf(why, why_len, "%.200s: %s", dir, strerror(rc ? -rc : errno));
        plan_fini(&plan);
        return rc ? rc : -EIO;
    }
    spec.data_fd = (unsigned)data.dirfd;
    for (unsigned i = 0; i < plan.n_cells && !isolate_interrupted(); i++) {
        const struct plan_cell *cell = &plan.cells[i];
        char id[CELL_ID_LEN], reason[REASON_LEN] = "";
        enum trial_end end = END_SKIPPED;
        cell_id(&cell->cell, id, sizeof id);
        if (cell->skip[0]) {
            snprintf(reason, sizeof reason, "%s", cell->skip);
        } else {
            plan_fill_spec(&plan, cell, 0, 0, "prepare", &spec);
            if (dataset_prepare(&data, &spec, timeout_ns, reason, sizeof reason))
                end = END_FAILED_IO;
            else
                end = run_cell(&spec, &plan, cell, reason, sizeof reason);
        }
        if (isolate_interrupted())
            break;
        total->passed += end == END_OK;
        total->skipped += end == END_SKIPPED;
        total->failed += end != END_OK && end != END_SKIPPED;
        show(arg, id, end, reason);
    }
    dataset_close(&data);
    close(dirfd);
    rmdir(dir);
    plan_fini(&plan);
    return 0;
}
