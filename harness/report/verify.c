/* SPDX-License-Identifier: Apache-2.0 */
#include "report/verify.h"
#include "report/aggregate.h"
#include "report/report.h"

#include "record/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *const verify_class_names[VERIFY_CLASS_COUNT] = {"damaged", "unverified", "incomplete", "tainted"};

struct verify {
    struct verify_result *result;
    void (*each)(enum verify_class class, const char *object, const char *what, void *arg);
    void *arg;
};

__attribute__((format(printf, 4, 5))) static void reason(struct verify *v, enum verify_class class, const char *object,
                                                         const char *format, ...)
{
    char what[REPORT_MESSAGE_LEN];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    v->result->count[class]++;
    v->each(class, object, what, v->arg);
}

static void differs(const char *name, const char *what, void *arg)
{
    reason(arg, VERIFY_DAMAGED, name, "%s", what);
}

static void look_at_cells(struct verify *v, const struct report_run *run)
{
    for (unsigned c = 0; c < run->n_cells; c++) {
        const struct report_cell *cell = &run->cells[c];
        if (cell->status == CELL_NOT_RUN)
            reason(v, VERIFY_INCOMPLETE, cell->id, "no trial was made");
        else if (cell->ok && cell->ok + cell->failed < run->blocks)
            reason(v, VERIFY_INCOMPLETE, cell->id, "%u of %u blocks have a good trial", cell->ok, run->blocks);
    }
    for (unsigned i = 0; i < run->n_failed; i++) {
        const struct failed_trial *f = &run->failed[i];
        bool other_work = f->end == END_VERIFY_FAILED || f->end == END_IMPLAUSIBLE;
        reason(v, other_work ? VERIFY_UNVERIFIED : VERIFY_INCOMPLETE, run->cells[f->cell].id, "block %u: %s: %s",
               f->block, trial_end_name(f->end), f->reason);
    }
    if (run->unverified_count)
        reason(v, VERIFY_UNVERIFIED, "trials.jsonl",
               "%u trials are called good and have a digest that is not the expected one", run->unverified_count);
}

static void look_at_run(struct verify *v, const struct report_run *run)
{
    const char *status = json_string_value(json_object_get(run->run, "status"));
    if (!status || !strcmp(status, "running"))
        reason(v, VERIFY_INCOMPLETE, "run.json", "the run has not ended, or was killed");
    else if (strcmp(status, "complete") != 0)
        reason(v, VERIFY_INCOMPLETE, "run.json", "the run's status is %.40s", status);
    size_t i;
    json_t *taint;
    json_array_foreach(json_object_get(run->run, "taints"), i, taint)
    {
        const char *id = json_string_value(json_object_get(taint, "id"));
        const char *text = json_string_value(json_object_get(taint, "text"));
        reason(v, VERIFY_TAINTED, id ? id : "taint", "%s", text ? text : "");
    }
    if (run->blocks < 6)
        reason(v, VERIFY_TAINTED, "blocks", "%u blocks cannot support a 95 %% interval (6 are needed)", run->blocks);
}

int verify_run(const char *run_dir, bool salvage, struct verify_result *result,
               void (*each)(enum verify_class class, const char *object, const char *what, void *arg), void *arg)
{
    *result = (struct verify_result){0};
    struct verify v = {result, each, arg};
    struct report_result told = {.message = ""}; /* 30 KB */
    int dirfd = open(run_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dirfd < 0)
        return -errno;
    struct report_run run;
    int sealed = seal_check(dirfd, differs, &v);
    int rc = salvage ? report_run_salvage(&run, dirfd, &told) : report_run_load(&run, dirfd, &told);
    const char *id = json_string_value(json_object_get(run.run, "run_id"));
    snprintf(result->run_id, sizeof result->run_id, "%s", id ? id : "");
    if (sealed < 0 && sealed != -ENOENT)
        reason(&v, VERIFY_DAMAGED, "SHA256SUMS", "%s", strerror(-sealed));
    else if (sealed == -ENOENT && rc != -ENOENT && !report_run_has_ended(&run)) /* one that has is warned of */
        reason(&v, VERIFY_TAINTED, "SHA256SUMS", "is missing: the run has not ended, or was killed");
    if (rc == -EBADMSG && sealed <= 0) /* a broken seal has been told already, file by file */
        reason(&v, VERIFY_DAMAGED, run_dir, "%s", told.message);
    if (run.n_salvaged)
        reason(&v, VERIFY_DAMAGED, "trials.jsonl", "%s", run.salvaged);
    for (unsigned i = 0; i < told.n_warnings && i < REPORT_WARNINGS_MAX; i++)
        reason(&v, VERIFY_INCOMPLETE, run_dir, "%s", told.warnings[i]);
    if (rc == 0 || rc == -EBADMSG)
        look_at_run(&v, &run);
    if (rc == 0)
        look_at_cells(&v, &run);
    result->trials_ok_count = run.ok_count;
    result->cells_count = run.n_cells;
    report_run_fini(&run);
    close(dirfd);
    snprintf(result->message, sizeof result->message, "%s", rc ? told.message : "");
    return rc == -EBADMSG ? 0 : rc;
}
