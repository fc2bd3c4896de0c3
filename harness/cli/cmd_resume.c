/* SPDX-License-Identifier: Apache-2.0 */
/* quintet run --resume RUN */
#include "cli/commands.h"
#include "cli/message.h"
#include "cli/resume_options.h"
#include "cli/run_plan.h"

#include "run/resume.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int refuse(int rc, const char *run_dir, const char *why)
{
    if (rc == -ENOENT) {
        message_error("E-NO-RUN", run_dir, why, "nothing", "start it anew: quintet run");
        return EXIT_CANNOT;
    }
    if (rc == -EBUSY) {
        message_error("E-BUSY", run_dir, why, run_dir, "wait until it has ended");
        return EXIT_STORAGE;
    }
    bool corrupt = rc == -EBADMSG || rc == -EPROTONOSUPPORT;
    message_error(rc == -EPROTONOSUPPORT ? "E-SCHEMA"
                  : corrupt              ? "E-CORRUPT"
                                         : "E-STORE",
                  run_dir, why, run_dir, corrupt ? "quintet verify tells everything that is wrong with it" : NULL);
    return corrupt ? EXIT_CORRUPT : EXIT_STORAGE;
}

static int mismatch(const char *run_dir, const char *what, const char *hint)
{
    message_error("E-RESUME-MISMATCH", run_dir, what, run_dir, hint);
    return EXIT_JOB_FILE;
}

static int tell_report(const char *run_dir, const struct options *options, void *arg)
{
    (void)arg;
    return report_and_print(run_dir, options);
}

static int go_on(const struct resume *resume, const struct options *options, const char *despite, int argc, char **argv)
{
    struct machine machine;
    struct plan plan;
    char why[REASON_LEN] = "";
    int code = run_plan_machine(&machine);
    if (code)
        return code;
    int rc = resume_plan(resume, &plan, &machine, why, sizeof why);
    if (rc == -ESTALE)
        return mismatch(resume->run_dir, why, "resume it where it was begun, or start a new run");
    if (rc)
        return refuse(rc, resume->run_dir, why[0] ? why : strerror(-rc));
    if (options->dry_run)
        run_plan_print(&plan, options->json);
    else
        code = run_plan_on(&plan, options, resume, despite, argc, argv,
                           options->reproduces  ? reproduce_judge_again
                           : options->no_report ? NULL
                                                : tell_report,
                           NULL);
    plan_fini(&plan);
    return code;
}

static int resume_run(const struct resume *resume, const struct options *options, int argc, char **argv)
{
    static struct options merged;
    char differing[256], despite[512], what[800];
    struct machine machine;
    int code = resume_options(&merged, options, resume->run, differing, sizeof differing);
    if (!code && differing[0]) {
        snprintf(what, sizeof what, "the run was begun with another %s", differing);
        return mismatch(resume->run_dir, what, "leave out what the run has already: quintet run --resume RUN");
    }
    if (code)
        return code;
    if (resume->complete) {
        fputs("quintet: ", stderr);
        message_print_clean(stderr, resume->run_dir);
        fputs(" is complete: there is nothing to resume.\n", stderr);
        return 0;
    }
    if ((code = run_plan_machine(&machine)))
        return code;
    resume_differences(resume, &machine, despite, sizeof despite);
    if (despite[0] && !options->resume_elsewhere) {
        snprintf(what, sizeof what, "trials of one run must come from one machine, kernel and program; others are: %s",
                 despite);
        return mismatch(resume->run_dir, what, "start a new run, or give --resume-elsewhere: the report will say so");
    }
    return go_on(resume, &merged, despite, argc, argv);
}

int command_resume(const struct options *options, int argc, char **argv)
{
    struct resume resume;
    char why[REASON_LEN] = "";
    int rc = resume_open(&resume, options->resume, why, sizeof why);
    int code =
        rc ? refuse(rc, options->resume, why[0] ? why : strerror(-rc)) : resume_run(&resume, options, argc, argv);
    resume_close(&resume);
    return code;
}
