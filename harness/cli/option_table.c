/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options_private.h"

#include <string.h>

const struct option_spec option_table[] = {
    {"job", "FILE", "take options from a JSON file whose keys are their names (docs/job-file.md)", COMMAND_RUN, JOB, 0,
     0, 0},
    {"workload", "NAME[,NAME]", "only these workloads", COMMAND_RUN | COMMAND_SELFTEST | COMMAND_DOCTOR, NAMES,
     AT(request.workloads), 0, 0},
    {"strategy", "NAME[,NAME]", "only these strategies (default: the canonical five)", COMMAND_RUN | COMMAND_DOCTOR,
     NAMES, AT(request.strategies), 0, 0},
    {"strategy", "NAME[,NAME]", "only these strategies (default: all)", COMMAND_SELFTEST, NAMES, AT(request.strategies),
     0, 0},
    {"in-flight", "K[,K]", "how many tasks may be alive at once (default: the workload's sweep)",
     COMMAND_RUN | COMMAND_DOCTOR, NUMBERS, AT(request.in_flight), 1, 1000000},
    {"rate", "R[,R]", "paced load: R ops per second, offered by the clock (default: closed load)", COMMAND_RUN, NUMBERS,
     AT(request.rates), 1, 10000000},
    {"param", "W.NAME=VALUE", "set a workload's parameter; may be repeated", COMMAND_RUN | COMMAND_DOCTOR, PARAMS,
     AT(request.params), 0, 0},
    {"option", "S.NAME=VALUE", "set a strategy's option; several values make several rows; may be repeated",
     COMMAND_RUN | COMMAND_SELFTEST, PARAMS, AT(request.options), 0, 0},
    {"profile", "smoke|quick|full", "how much (default: quick)", COMMAND_RUN | COMMAND_DOCTOR, PROFILE,
     AT(request.profile), 0, 0},
    {"blocks", "N", "repetitions: one trial of every cell each (default: the profile's)", COMMAND_RUN, NUMBER,
     AT(request.blocks), 1, 10000},
    {"blocks", "N", "repetitions (default: those of the stored run)", COMMAND_REPRODUCE, NUMBER, AT(request.blocks), 1,
     10000},
    {"scale-work", NULL, "amounts of work for the CPUs here, and not those of the stored run", COMMAND_REPRODUCE, FLAG,
     AT(scale_work), 0, 0},
    {"precision", "PERCENT",
     "stop when all intervals are ±PERCENT or narrower; --blocks is then the most (default: 60)", COMMAND_RUN, PERCENT,
     AT(precision), 0, 0},
    {"budget", "TIME", "begin no block that would end later than this: 90s, 10m, 2h (default: none)",
     COMMAND_RUN | COMMAND_REPRODUCE, DURATION, AT(budget_ns), 0, 0},
    {"budget", "TIME", "how long it may take: 90s, 10m, 2h", COMMAND_PLAN, DURATION, AT(budget_ns), 0, 0},
    {"seed", "HEX", "seed of order and input (default: fresh, and recorded)", COMMAND_RUN | COMMAND_REPRODUCE, SEED,
     AT(request.seed), 0, 0},
    {"timeout", "SECONDS", "longest a trial may take (default: 30)", COMMAND_RUN | COMMAND_REPRODUCE, NUMBER,
     AT(timeout_s), 1, 86400},
    {"counters", "perf", "event counters of the kernel and the processor too; they slow context switches down",
     COMMAND_RUN, COUNTERS, AT(request.counters), 0, 0},
    {"results", "DIR", "where runs are kept (default: results)",
     COMMAND_RUN | COMMAND_REPORT | COMMAND_VERIFY | COMMAND_EXPORT | COMMAND_PLAN | COMMAND_DOCTOR | COMMAND_REPRODUCE,
     TEXT, AT(results_dir), 0, 0},
    {"resume", "RUN", "go on with an interrupted or killed run, from the first block that is not whole", COMMAND_RUN,
     TEXT, AT(resume), 0, 0},
    {"resume-elsewhere", NULL, "with --resume: also where machine, kernel or program differ; the report says so",
     COMMAND_RUN, FLAG, AT(resume_elsewhere), 0, 0},
    {"dry-run", NULL, "print the plan and the time it will take, run nothing", COMMAND_RUN | COMMAND_REPRODUCE, FLAG,
     AT(dry_run), 0, 0},
    {"no-report", NULL, "measure only", COMMAND_RUN, FLAG, AT(no_report), 0, 0},
    {"no-report", NULL, "judge the claims, but write no report of the new run", COMMAND_REPRODUCE, FLAG, AT(no_report),
     0, 0},
    {"slo", "TIME", "paced load: up to which rate does p99 stay within TIME: 500us, 10ms, 1s",
     COMMAND_RUN | COMMAND_REPORT, DURATION, AT(slo_ns), 0, 0},
    {"copy", "FILE", "write a copy of REPORT.md there", COMMAND_RUN | COMMAND_REPORT, TEXT, AT(copy_report_to), 0, 0},
    {"plots", "DIR", "draw both runs side by side, into that directory", COMMAND_COMPARE, TEXT, AT(plots_dir), 0, 0},
    {"gnuplot", "PROGRAM", "the gnuplot to use (default: the one in PATH)",
     COMMAND_RUN | COMMAND_REPORT | COMMAND_REPRODUCE | COMMAND_COMPARE, TEXT, AT(gnuplot), 0, 0},
    {"require-plots", NULL, "fail where plots can't be made",
     COMMAND_RUN | COMMAND_REPORT | COMMAND_REPRODUCE | COMMAND_COMPARE, FLAG, AT(require_plots), 0, 0},
    {"repeat", "N", "run the self-test N times (default: 1)", COMMAND_SELFTEST, NUMBER, AT(repeat), 1, 100000},
    {"json", "-", "print JSON, and only JSON, on standard output",
     COMMAND_RUN | COMMAND_LIST | COMMAND_ENV | COMMAND_REPORT | COMMAND_VERIFY | COMMAND_STATS | COMMAND_PLAN |
         COMMAND_DOCTOR | COMMAND_REPRODUCE,
     JSON, AT(json), 0, 0},
    {"json", "-|FILE", "print JSON, and only JSON, on standard output; or write it to FILE (compare.json) besides",
     COMMAND_COMPARE, JSON_FILE, AT(json), 0, 0},
    {"paired", NULL, "rows belong together: value i of every column was measured in block i", COMMAND_STATS, FLAG,
     AT(paired), 0, 0},
    {"baseline", "NAME|N", "the column to compare with (default: the first)", COMMAND_STATS, TEXT, AT(baseline), 0, 0},
    {"margin", "PERCENT", "differences below this are worth no word (default: 3)",
     COMMAND_STATS | COMMAND_COMPARE | COMMAND_PLAN, PERCENT, AT(margin), 0, 0},
    {"higher-is-better", NULL, "the numbers are rates, not costs", COMMAND_STATS, FLAG, AT(higher_is_better), 0, 0},
    {"format", "NAME", "gbench, go, hyperfine, bmf, csv or hgrm", COMMAND_EXPORT, TEXT, AT(format), 0, 0},
    {"fail-on-slower", NULL, "exit 1 if a cell is slower by verdict", COMMAND_COMPARE, FLAG, AT(fail_on_slower), 0, 0},
    {"salvage", NULL, "leave damaged lines of trials.jsonl out, and name them in what is made of the rest",
     COMMAND_REPORT | COMMAND_VERIFY | COMMAND_EXPORT, FLAG, AT(salvage), 0, 0},
    {"strict", NULL, "what is untrustworthy is an error (exit 7)", COMMAND_VERIFY, FLAG, AT(strict), 0, 0},
    {"fix-script", NULL, "print a shell script with the remedies that are safe; runs nothing", COMMAND_DOCTOR, FLAG,
     AT(fix_script), 0, 0},
    {"quiet", NULL, "no progress", COMMAND_RUN | COMMAND_SELFTEST | COMMAND_REPRODUCE, FLAG, AT(quiet), 0, 0},
    {"man", NULL, "print the manual page (mdoc)", COMMAND_HELP, FLAG, AT(man), 0, 0},
    {"completion", "bash|zsh|fish", "print the completion for a shell", COMMAND_HELP, TEXT, AT(completion), 0, 0},
    {NULL, NULL, NULL, 0, FLAG, 0, 0, 0},
};
_Static_assert(sizeof option_table / sizeof *option_table < OPTION_ROWS_MAX, "raise OPTION_ROWS_MAX");

const struct option_spec *option_find(const char *name, size_t len, unsigned command)
{
    for (const struct option_spec *o = option_table; o->name; o++)
        if ((o->commands & command) && strlen(o->name) == len && !strncmp(o->name, name, len))
            return o;
    return NULL;
}

bool option_is_list(const struct option_spec *option)
{
    return option->kind == NAMES || option->kind == NUMBERS || option->kind == PARAMS;
}
