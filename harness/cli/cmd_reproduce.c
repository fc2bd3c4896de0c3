/* SPDX-License-Identifier: Apache-2.0 */
/* quintet reproduce RUN: the plan of a stored run on this machine, and which of its claims hold here. */
#include "cli/commands.h"
#include "cli/compare_text.h"
#include "cli/document.h"
#include "cli/exit_map.h"
#include "cli/loaded.h"
#include "cli/message.h"
#include "cli/reproduce_text.h"
#include "cli/run_plan.h"

#include "contract/workload.h"
#include "report/compare.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* reproduce.json and what is printed. The exit code. */
static int tell_claims(const struct reproduction *r, const struct run_comparison *facts, const char *run_dir,
                       const struct options *options)
{
    char path[4096 + 32];
    json_t *json = reproduction_to_json(r, comparability_names[facts->comparability]);
    snprintf(path, sizeof path, "%s/reproduce.json", run_dir);
    int code = document_write(json, path);
    if (options->json) {
        code = exit_graver(code, document_print(json));
    } else {
        print_comparability(facts);
        reproduce_print(r, options->operands[0], run_dir);
        if (!options->no_report)
            message_print_between("Report of the new run: ", run_dir, "/REPORT.md\n");
    }
    json_decref(json);
    return exit_graver(code, exit_of_reproduction(r));
}

/* The new run has its numbers: what do they say of the stored run's claims? */
static int judge(const char *run_dir, const struct options *options, void *arg)
{
    static struct loaded here;
    static struct report_result report;
    static struct run_comparison facts;
    struct loaded *there = arg;
    struct reproduction r = {0};
    here.dirfd = -1;
    int code = options->no_report ? 0 : report_make(run_dir, options, &report);
    int opened = loaded_open(&here, run_dir);
    if (!opened && reproduction_build(&r, &there->run, &there->pairing, &here.run, &here.pairing)) {
        message_error("E-MEMORY", "reproduce", strerror(ENOMEM), run_dir, NULL);
        code = exit_graver(code, EXIT_CANNOT);
    } else if (!opened) {
        run_comparison_facts(&facts, &there->run, &here.run);
        code = exit_graver(code, tell_claims(&r, &facts, run_dir, options));
    }
    reproduction_fini(&r);
    loaded_close(&here);
    return exit_graver(code, opened);
}

int reproduce_judge_again(const char *run_dir, const struct options *options, void *arg)
{
    static struct loaded there;
    struct options how = *options;
    (void)arg;
    how.operands[0] = options->reproduces;
    how.n_operands = 1;
    there.dirfd = -1;
    int code = loaded_open(&there, options->reproduces);
    if (code) {
        message_warning(options->reproduces, "the claims are not judged; once it is there: quintet compare");
        code = options->no_report ? code : exit_graver(code, report_and_print(run_dir, options));
    } else {
        code = judge(run_dir, &how, &there);
    }
    loaded_close(&there);
    return code;
}

/* Profile, number of blocks and amounts of work of the stored run, where the options do not say otherwise. 0 or an exit
 * code. */
static int complete_request(struct plan_request *request, const struct loaded *there, const struct machine *machine,
                            const struct options *options)
{
    const char *name = json_string_value(json_object_get(there->run.run, "profile"));
    int profile = name ? profile_find(name) : -ENOENT;
    if (profile < 0) {
        message_error("E-CORRUPT", options->operands[0], "run.json has no profile that is known here", "nothing", NULL);
        return EXIT_CORRUPT;
    }
    request->profile = (enum profile)profile;
    if (!request->blocks)
        request->blocks = there->run.blocks;
    if (!options->have_seed)
        request->seed = run_plan_fresh_seed();
    if (options->scale_work)
        request->scale_from = there->run.workers;
    else if (machine->granted >= 2 * there->run.workers)
        message_warning(options->operands[0], "its amounts of work were chosen for fewer CPUs, so trials will be short "
                                              "here: --scale-work gives each CPU as much to do as there");
    if (!there->pairing.n_claims)
        message_warning(options->operands[0], "it makes no claims (six blocks are needed): only orders are compared");
    else if (request->blocks < 6)
        message_warning("--blocks", "fewer than six give no verdicts: no claim will be testable");
    return 0;
}

static bool is_all_of_other_versions(const struct report_run *there)
{
    for (unsigned i = 0; i < there->n_workloads; i++) {
        const struct workload *w = workload_find(there->workloads[i].name);
        if (!w || w->protocol == there->workloads[i].protocol)
            return false;
    }
    return there->n_workloads > 0;
}

static int nothing_runs(const struct plan *plan, const struct loaded *there, const char *run_dir)
{
    bool other = is_all_of_other_versions(&there->run);
    message_error(other ? "E-VERSION" : "E-CANNOT", run_dir, plan->cells[0].skip, "nothing",
                  "no cell of its plan can be run: see quintet reproduce --dry-run");
    return other ? EXIT_CORRUPT : EXIT_CANNOT;
}

static int reproduce(struct loaded *there, const struct options *options, int argc, char **argv)
{
    struct plan_request request = options->request;
    struct machine machine;
    struct plan plan;
    char why[REASON_LEN] = "";
    int code = run_plan_machine(&machine);
    if (!code)
        code = complete_request(&request, there, &machine, options);
    if (code)
        return code;
    int rc = plan_from_json(&plan, there->run.plan, &request, &machine, why, sizeof why);
    if (rc) {
        char object[4096 + 32];
        snprintf(object, sizeof object, "%s/plan.json", options->operands[0]);
        message_error(rc == -ENOMEM ? "E-MEMORY" : "E-CORRUPT", object, why[0] ? why : strerror(-rc), "nothing", NULL);
        return rc == -ENOMEM ? EXIT_CANNOT : EXIT_CORRUPT;
    }
    if (plan.n_runnable == 0)
        code = nothing_runs(&plan, there, options->operands[0]);
    if (options->dry_run)
        run_plan_print(&plan, options->json);
    else if (!code)
        code = run_plan(&plan, options, argc, argv, judge, there);
    plan_fini(&plan);
    return code == EXIT_NOTHING ? EXIT_CANNOT : code; /* it was this run that was asked for */
}

int command_reproduce(const struct options *options, int argc, char **argv)
{
    static struct loaded there;
    if (options->n_operands != 1) {
        message_error("E-CLI-OPERAND", "reproduce", "want the run to reproduce, and one only", "nothing",
                      "quintet reproduce results/RUN");
        return EXIT_USAGE;
    }
    there.dirfd = -1;
    int code = loaded_open(&there, options->operands[0]);
    if (!code)
        code = reproduce(&there, options, argc, argv);
    loaded_close(&there);
    return code;
}
