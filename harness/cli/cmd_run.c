/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"
#include "cli/document.h"
#include "cli/exit_map.h"
#include "cli/message.h"
#include "cli/preflight.h"
#include "cli/run_plan.h"

#include "run/plan_options.h"
#include "run/precision.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The command line contradicts itself, or the job file does, or one the other: names the keys. */
static int contradiction(const struct options *options, const char *key, const char *what, const char *hint)
{
    char where[JOB_WHERE_LEN];
    bool in_job = options->job.root && job_where(&options->job, key, NULL, where, sizeof where);
    char option[32];
    snprintf(option, sizeof option, "--%s", key);
    message_error(in_job ? "E-JOB" : "E-CLI-VALUE", in_job ? where : option, what, "nothing", hint);
    return in_job ? EXIT_JOB_FILE : EXIT_USAGE;
}

int plan_refused(int rc, const struct options *options, const char *why)
{
    const struct plan_request *request = &options->request;
    char again[REASON_LEN], where[JOB_WHERE_LEN];
    bool option = rc != -ENOMEM && plan_check_options(request, again, sizeof again) && !strcmp(why, again);
    const char *code = rc == -ERANGE ? "E-CLI-RANGE" : rc == -ENOENT ? "E-CLI-UNKNOWN" : "E-CLI-VALUE";
    if (rc == -ENOMEM) {
        message_error("E-MEMORY", "plan", "out of memory", "nothing", NULL);
        return EXIT_CANNOT;
    }
    if (options->job.root && job_where(&options->job, option ? "option" : "param", NULL, where, sizeof where)) {
        message_error("E-JOB", where, why, "nothing",
                      option ? "see: quintet list strategies" : "see: quintet list workloads");
        return EXIT_JOB_FILE;
    }
    message_error(code, option ? "--option" : "--param", why, "nothing",
                  option ? "see: quintet list strategies" : "see: quintet list workloads");
    return EXIT_USAGE;
}

static int tell(const char *run_dir, const struct options *options, void *arg)
{
    (void)arg;
    return report_and_print(run_dir, options);
}

int command_run(const struct options *options, int argc, char **argv)
{
    struct plan_request request = options->request;
    struct machine machine;
    struct plan plan;
    char why[REASON_LEN] = "";
    int code = options->copy_report_to ? document_can_write("--copy", options->copy_report_to) : 0;
    if (code)
        return code;
    if (options->resume)
        return command_resume(options, argc, argv);
    if (options->resume_elsewhere) {
        message_error("E-CLI-VALUE", "--resume-elsewhere", "means nothing without --resume", "nothing", NULL);
        return EXIT_USAGE;
    }
    code = run_plan_machine(&machine);
    if (code)
        return code;
    if (options->precision > 0 && request.n_rates)
        return contradiction(options, "precision",
                             "cannot be used with --rate: it looks at throughput, which is given there",
                             "choose --blocks, and see in the report how many more would settle it");
    if (options->no_report && (options->copy_report_to || options->require_plots || options->slo_ns))
        return contradiction(options, "no-report",
                             "there is no report to copy, to plot or to judge: not with --copy, --require-plots, --slo",
                             "which one do you mean?");
    if (!options->have_seed)
        request.seed = run_plan_fresh_seed();
    if (options->precision > 0 && !request.blocks)
        request.blocks = PRECISION_BLOCKS_MAX;
    int rc = plan_init(&plan, &request, &machine, why, sizeof why);
    if (rc)
        return plan_refused(rc, options, why);
    preflight_room(&plan, options->results_dir);
    code = preflight_named(&plan, &request);
    if (!code && plan.n_runnable == 0) {
        const bool known = plan.n_cells > 0 && plan.cells[0].skip[0];
        message_error("E-NOTHING", known ? plan.cells[0].cell.workload : "plan",
                      known ? plan.cells[0].skip : "it has no cell that can run here", "nothing",
                      "see every cell and its reason: --dry-run");
        code = EXIT_NOTHING;
    }
    if (options->dry_run)
        run_plan_print(&plan, options->json);
    else if (plan.n_runnable > 0) /* what was asked for and can be done is done */
        code = exit_of_both(run_plan(&plan, options, argc, argv, options->no_report ? NULL : tell, NULL), code);
    plan_fini(&plan);
    return code;
}
