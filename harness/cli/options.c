/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"
#include "cli/message.h"
#include "cli/option_table.h"

#include "contract/strategy.h"
#include "contract/workload.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AT(member) offsetof(struct options, member)

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
    {"strict", NULL, "what is untrustworthy is an error (exit 7)", COMMAND_VERIFY, FLAG, AT(strict), 0, 0},
    {"fix-script", NULL, "print a shell script with the remedies that are safe; runs nothing", COMMAND_DOCTOR, FLAG,
     AT(fix_script), 0, 0},
    {"quiet", NULL, "no progress", COMMAND_RUN | COMMAND_SELFTEST | COMMAND_REPRODUCE, FLAG, AT(quiet), 0, 0},
    {"man", NULL, "print the manual page (mdoc)", COMMAND_HELP, FLAG, AT(man), 0, 0},
    {"completion", "bash|zsh|fish", "print the completion for a shell", COMMAND_HELP, TEXT, AT(completion), 0, 0},
    {NULL, NULL, NULL, 0, FLAG, 0, 0, 0},
};
enum { N_OPTIONS = sizeof option_table / sizeof *option_table - 1 };

static const struct option_spec *find_option(const char *name, size_t len, unsigned command)
{
    for (unsigned i = 0; i < N_OPTIONS; i++)
        if ((option_table[i].commands & command) && strlen(option_table[i].name) == len &&
            !strncmp(option_table[i].name, name, len))
            return &option_table[i];
    return NULL;
}

/* Where in a job file the option stands that is being set: "FILE:line:column"; "" for the command line's own. */
static char job_place[JOB_WHERE_LEN];

static int usage(const char *code, const char *object, const char *what, const char *hint)
{
    char text[256];
    if (job_place[0]) {
        snprintf(text, sizeof text, "%.100s: %.140s", object, what);
        message_error(strncmp(code, "E-CLI", 5) ? code : "E-JOB", job_place, text, "nothing", hint);
        return EXIT_JOB_FILE;
    }
    message_error(code, object, what, "nothing", hint);
    return EXIT_USAGE;
}

static int no_memory(void)
{
    message_error("E-MEMORY", "command line", strerror(ENOMEM), "nothing", NULL);
    return EXIT_CANNOT;
}

static int unknown_option(const char *argument, const struct command *command)
{
    const char *names[N_OPTIONS + 2];
    char hint[160], word[64];
    unsigned n = 0;
    for (unsigned i = 0; i < N_OPTIONS; i++)
        if (option_table[i].commands & command->bit)
            names[n++] = option_table[i].name;
    names[n++] = "help";
    names[n] = NULL;
    snprintf(word, sizeof word, "%.*s", (int)strcspn(argument, "="), argument);
    const char *near = message_nearest(word + strspn(word, "-"), names);
    if (near)
        snprintf(hint, sizeof hint, "did you mean %s%s? See: quintet %s --help", job_place[0] ? "" : "--", near,
                 command->name);
    else
        snprintf(hint, sizeof hint, "see: quintet %s --help", command->name);
    return usage("E-CLI-UNKNOWN", argument, "unknown option", hint);
}

/* Digits only: no sign, no blanks, no hexadecimal, no silent clamp. */
static int parse_number(const char *text, uint64_t min, uint64_t max, uint64_t *out)
{
    char *end;
    if (text[0] < '0' || text[0] > '9')
        return -EINVAL;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (*end)
        return -EINVAL;
    if (errno || value < min || value > max)
        return -ERANGE;
    *out = value;
    return 0;
}

static int bad_number(const struct option_spec *option, const char *text)
{
    char object[128], what[96];
    snprintf(object, sizeof object, "--%s=%.80s", option->name, text);
    snprintf(what, sizeof what, "want a whole number in %llu..%llu", (unsigned long long)option->min,
             (unsigned long long)option->max);
    return usage("E-CLI-RANGE", object, what, NULL);
}

/* All registered names of the kind an option takes, for the nearest match and the list. */
static const char *const *registered_names(bool workloads)
{
    static const char *names[2][PLAN_NAMES_MAX + 1];
    for (unsigned i = 0; i < PLAN_NAMES_MAX; i++) {
        if (workloads ? !workload_registry[i] : !strategy_registry[i])
            break;
        names[workloads][i] = workloads ? workload_registry[i]->name : strategy_registry[i]->name;
    }
    return names[workloads];
}

static int unknown_name(const char *kind, const char *name, const char *const *names)
{
    char hint[1024];
    const char *near = message_nearest(name, names);
    size_t used = (size_t)snprintf(hint, sizeof hint, near ? "did you mean %s? There are:" : "there are:", near);
    for (unsigned i = 0; names[i] && used < sizeof hint; i++)
        used += (size_t)snprintf(hint + used, sizeof hint - used, "%s %s", i ? "," : "", names[i]);
    char object[96], what[64];
    snprintf(object, sizeof object, "%.80s", name);
    snprintf(what, sizeof what, "no such %s", kind);
    return usage("E-CLI-UNKNOWN", object, what, hint);
}

/* The lists are cut up in a copy: argv goes into the record as it was given. */
static int add_names(struct options *out, const struct option_spec *option, char *list)
{
    bool workloads = option->offset == AT(request.workloads);
    const char *const *names = registered_names(workloads);
    const char **to = workloads ? out->request.workloads : out->request.strategies;
    unsigned *n = workloads ? &out->request.n_workloads : &out->request.n_strategies;
    for (char *save, *name = strtok_r(list, ",", &save); name; name = strtok_r(NULL, ",", &save)) {
        const struct workload *w = workloads ? workload_find(name) : NULL;
        const struct strategy *s = workloads ? NULL : strategy_find(name);
        if (!w && !s)
            return unknown_name(option->name, name, names);
        bool twice = false;
        for (unsigned i = 0; i < *n; i++)
            twice |= !strcmp(to[i], name);
        if (!twice && *n < PLAN_NAMES_MAX)
            to[(*n)++] = w ? w->name : s->name;
    }
    return *n ? 0 : usage("E-CLI-VALUE", option->name, "want at least one name", NULL);
}

static int add_numbers(struct options *out, const struct option_spec *option, char *list)
{
    bool rates = option->offset == AT(request.rates);
    unsigned *n = rates ? &out->request.n_rates : &out->request.n_in_flight;
    for (char *save, *text = strtok_r(list, ",", &save); text; text = strtok_r(NULL, ",", &save)) {
        uint64_t value;
        if (parse_number(text, option->min, option->max, &value))
            return bad_number(option, text);
        if (*n == 16)
            return usage("E-CLI-RANGE", option->name, "at most 16 values", NULL);
        if (rates)
            out->request.rates[*n] = value;
        else
            out->request.in_flight[*n] = (unsigned)value;
        ++*n;
    }
    return *n ? 0 : bad_number(option, "");
}

static int set_profile(struct options *out, const char *text)
{
    int found = profile_find(text);
    if (found >= 0) {
        out->request.profile = (enum profile)found;
        return 0;
    }
    static const char *const names[] = {"smoke", "quick", "full", NULL};
    return unknown_name("profile", text, names);
}

static int set_seed(struct options *out, const char *text)
{
    char *end;
    errno = 0;
    out->request.seed = strtoull(text, &end, 16);
    out->have_seed = true;
    if (!text[0] || *end || errno || strlen(text) > 16 || strspn(text, "0123456789abcdefABCDEF") != strlen(text))
        return usage("E-CLI-RANGE", "--seed", "want 1 to 16 hexadecimal digits", NULL);
    return 0;
}

static int set_list(struct options *out, const struct option_spec *option, const char *value)
{
    char *copy = strdup(value);
    if (!copy)
        return no_memory();
    int rc = option->kind == NAMES ? add_names(out, option, copy) : add_numbers(out, option, copy);
    free(copy);
    return rc;
}

/* "500us", "10ms", "90s", "10m", "2h"; whole numbers, up to a week. */
static int set_duration(struct options *out, const struct option_spec *option, const char *value)
{
    static const struct {
        const char *unit;
        uint64_t ns;
    } units[] = {{"us", 1000}, {"ms", 1000000}, {"s", 1000000000}, {"m", 60000000000}, {"h", 3600000000000}};
    const uint64_t week_ns = UINT64_C(604800) * 1000000000;
    char number[24], object[128];
    size_t digits = strspn(value, "0123456789");
    uint64_t count;
    snprintf(number, sizeof number, "%.*s", (int)(digits < sizeof number ? digits : 0), value);
    for (unsigned i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(value + digits, units[i].unit) || parse_number(number, 1, week_ns / units[i].ns, &count))
            continue;
        *(uint64_t *)((char *)out + option->offset) = count * units[i].ns;
        return 0;
    }
    snprintf(object, sizeof object, "--%s=%.80s", option->name, value);
    return usage("E-CLI-RANGE", object, "want a whole number with us, ms, s, m or h, up to a week", NULL);
}

static int set_percent(struct options *out, const struct option_spec *option, const char *value)
{
    char *end, object[128];
    double percent = strtod(value, &end);
    if (strspn(value, "0123456789.eE-+") != strlen(value) || end == value || *end ||
        !(percent > 0 && percent <= 100)) { /* no blanks, no hexadecimal; false for NaN */
        snprintf(object, sizeof object, "--%s=%.80s", option->name, value);
        return usage("E-CLI-RANGE", object, "want a number above 0 and up to 100", NULL);
    }
    *(double *)((char *)out + option->offset) = percent / 100;
    return 0;
}

/* "workload.name=value" or "strategy.name=value": what they mean is the plan's business. */
static int add_assignment(struct options *out, const struct option_spec *option, const char *value)
{
    bool of_strategy = option->offset == AT(request.options);
    const char **list = of_strategy ? out->request.options : out->request.params;
    unsigned *n = of_strategy ? &out->request.n_options : &out->request.n_params;
    size_t name = strcspn(value, "=");
    if (*n == PLAN_NAMES_MAX)
        return usage("E-CLI-RANGE", option->name, "too many", NULL);
    for (unsigned i = 0; i < *n; i++)
        if (strcspn(list[i], "=") == name && !strncmp(list[i], value, name))
            return usage("E-CLI-TWICE", value, "given twice", "which one do you mean?");
    list[(*n)++] = value;
    return 0;
}

static int set_option(struct options *out, const struct option_spec *option, char *value)
{
    void *at = (char *)out + option->offset;
    uint64_t number;
    switch (option->kind) {
    case FLAG:
        *(bool *)at = true;
        return 0;
    case JSON:
        *(bool *)at = true;
        return strcmp(value, "-") ? usage("E-CLI-VALUE", "--json", "only \"-\" (standard output) is possible", NULL)
                                  : 0;
    case JSON_FILE:
        out->json = !strcmp(value, "-");
        out->json_path = out->json ? NULL : value;
        return value[0] ? 0 : usage("E-CLI-VALUE", "--json", "want \"-\" or a file", NULL);
    case TEXT:
        *(const char **)at = value;
        return value[0] ? 0 : usage("E-CLI-VALUE", option->name, "want a path", NULL);
    case NUMBER:
        if (parse_number(value, option->min, option->max, &number))
            return bad_number(option, value);
        if (option->offset == AT(request.blocks))
            out->request.blocks = (unsigned)number;
        else
            *(uint64_t *)at = number;
        return 0;
    case DURATION:
        return set_duration(out, option, value);
    case PERCENT:
        return set_percent(out, option, value);
    case NAMES:
    case NUMBERS:
        return set_list(out, option, value);
    case PARAMS:
        return add_assignment(out, option, value);
    case PROFILE:
        return set_profile(out, value);
    case SEED:
        return set_seed(out, value);
    case JOB:
        out->job_path = value;
        return value[0] ? 0 : usage("E-CLI-VALUE", "--job", "want a file", NULL);
    case COUNTERS:
        out->request.counters = "perf";
        return strcmp(value, "perf") ? usage("E-CLI-VALUE", "--counters", "only \"perf\" is possible", NULL) : 0;
    }
    return EXIT_BUG;
}

bool option_is_list(const struct option_spec *option)
{
    return option->kind == NAMES || option->kind == NUMBERS || option->kind == PARAMS;
}

/* What the value of an option may be in a job file; 0: it belongs to the command line alone. */
static unsigned job_kinds(const struct option_spec *option)
{
    switch (option->kind) {
    case NUMBER:
        return JOB_INTEGER;
    case NUMBERS:
        return JOB_INTEGER | JOB_LIST;
    case PERCENT:
        return JOB_INTEGER | JOB_REAL;
    case NAMES:
        return JOB_STRING | JOB_LIST;
    case PARAMS:
        return JOB_STRING | JOB_INTEGER | (option->offset == AT(request.options) ? JOB_LIST : 0);
    case PROFILE:
    case SEED:
    case DURATION:
        return JOB_STRING;
    default:
        return 0;
    }
}

/* One value under one key. The text of an assignment stays: the plan's request points to it. */
static int set_from_job(struct options *out, const struct option_spec *option, const char *inner, const json_t *value)
{
    char why[96];
    char *text = job_text(value, job_kinds(option), why, sizeof why);
    if (!text)
        return usage("E-JOB", inner ? inner : option->name, why, NULL);
    if (inner) {
        char *assignment = NULL;
        if (asprintf(&assignment, "%s=%s", inner, text) < 0)
            assignment = NULL;
        free(text);
        text = assignment;
    }
    int rc = text ? set_option(out, option, text) : no_memory();
    if (rc || !inner)
        free(text);
    return rc;
}

/* {"sha256.messages": 4096, ...} */
static int set_all_from_job(struct options *out, const struct option_spec *option, const json_t *object)
{
    const char *inner;
    json_t *value;
    int rc =
        json_object_size(object) ? 0 : usage("E-JOB", option->name, "want an object: {\"NAME.NAME\": value}", NULL);
    json_object_foreach((json_t *)object, inner, value)
    {
        if (rc)
            break;
        job_where(&out->job, option->name, inner, job_place, sizeof job_place);
        rc = strchr(inner, '=') ? usage("E-JOB", inner, "want a name like sha256.messages", NULL)
                                : set_from_job(out, option, inner, value);
    }
    return rc;
}

static int job_key(struct options *out, const struct command *command, const char *key, const json_t *value,
                   const bool seen[])
{
    const struct option_spec *option = find_option(key, strlen(key), command->bit);
    job_where(&out->job, key, NULL, job_place, sizeof job_place);
    if (!option)
        return unknown_option(key, command);
    if (!job_kinds(option))
        return usage("E-PATH", key, "is no matter of a job: places, programs and output are the command line's", NULL);
    if (seen[option - option_table])
        return usage("E-JOB", key, "given twice: here and on the command line", "which one do you mean?");
    return option->kind == PARAMS ? set_all_from_job(out, option, value) : set_from_job(out, option, NULL, value);
}

static int apply_job(struct options *out, const struct command *command, const bool seen[])
{
    char where[JOB_WHERE_LEN], why[256];
    const char *key;
    json_t *value;
    if (job_init(&out->job, out->job_path, where, sizeof where, why, sizeof why)) {
        message_error("E-JOB", where, why, "nothing", NULL);
        return EXIT_JOB_FILE;
    }
    int rc = 0;
    json_object_foreach(out->job.root, key, value)
    {
        if (!rc)
            rc = job_key(out, command, key, value, seen);
    }
    job_place[0] = '\0';
    return rc;
}

int options_parse(struct options *out, const struct command *command, int argc, char **argv, int from)
{
    bool seen[N_OPTIONS] = {false};
    memset(out, 0, sizeof *out);
    out->request.profile = PROFILE_QUICK;
    out->results_dir = "results";
    out->timeout_s = 30;
    out->repeat = 1;
    out->margin = 0.03;
    for (int i = from; i < argc; i++) {
        char *argument = argv[i];
        if (strncmp(argument, "--", 2) || argument[2] == '\0') {
            if (argument[0] == '-' && argument[1] && strcmp(argument, "-"))
                return unknown_option(argument, command);
            if (!command->operands || out->n_operands == sizeof out->operands / sizeof *out->operands)
                return usage("E-CLI-OPERAND", argument, "this command takes no such operand", NULL);
            out->operands[out->n_operands++] = argument;
            continue;
        }
        size_t len = strcspn(argument + 2, "=");
        char *value = argument[2 + len] == '=' ? argument + 2 + len + 1 : NULL;
        const struct option_spec *option = find_option(argument + 2, len, command->bit);
        if (!option)
            return unknown_option(argument, command);
        if (option->argument && !value && i + 1 < argc)
            value = argv[++i];
        if (option->argument && !value)
            return usage("E-CLI-VALUE", argument, "a value is missing", NULL);
        if (!option->argument && value)
            return usage("E-CLI-VALUE", argument, "this option takes no value", NULL);
        if (seen[option - option_table] && !option_is_list(option))
            return usage("E-CLI-TWICE", argument, "given twice", "which one do you mean?");
        seen[option - option_table] = true;
        out->have_profile |= option->kind == PROFILE;
        out->have_results |= option->offset == AT(results_dir);
        int rc = set_option(out, option, value);
        if (rc)
            return rc;
    }
    return out->job_path ? apply_job(out, command, seen) : 0;
}

const struct exit_meaning exit_meanings[] = {
    {"0", "ok"},
    {"1", "a gate says worse or a claim is contradicted"},
    {"2", "usage"},
    {"3", "job file invalid or the run to resume is another one"},
    {"4", "this machine can't do what was asked"},
    {"5", "some trials failed (the rest is saved)"},
    {"6", "verification failed: the work was not done"},
    {"7", "untrustworthy, and --strict"},
    {"8", "results can't be stored"},
    {"9", "stored results are corrupt or not comparable"},
    {"70", "a bug of ours"},
    {"77", "nothing runnable"},
    {"130/143", "interrupted (what was finished is saved: run --resume)"},
    {NULL, NULL},
};

/* One sentence, in lines of at most 110 characters, cut between two meanings. */
static void print_exit_codes(void)
{
    size_t column = (size_t)printf("\nExit status:") - 1;
    for (const struct exit_meaning *e = exit_meanings; e->code; e++) {
        size_t len = strlen(e->code) + strlen(e->meaning) + 3;
        if (column + len > 110) {
            putchar('\n');
            column = 0;
        }
        column += (size_t)printf("%s%s %s%s", column ? " " : "", e->code, e->meaning, e[1].code ? "," : ".\n");
    }
}

void options_print_help(const struct command *command)
{
    if (!command) {
        puts("Usage: quintet COMMAND [OPTION...]\n\n"
             "The same work, five ways: measures I/O, CPU and mixed workloads run serially, with threads, a thread\n"
             "pool, forked processes and coroutines, and reports which one to use on this machine and why.\n");
        for (const struct command *c = commands; c->name; c++)
            if (c->summary)
                printf("  %-10s %s\n", c->name, c->summary);
        puts("\nquintet COMMAND --help tells a command's options. Start with: quintet run --profile smoke");
        print_exit_codes();
        return;
    }
    printf("Usage: quintet %s%s%s [OPTION...]\n\n%s.\n\n", command->name, command->operands ? " " : "",
           command->operands ? command->operands : "", command->summary);
    for (unsigned i = 0; i < N_OPTIONS; i++)
        if (option_table[i].commands & command->bit) {
            char left[48];
            snprintf(left, sizeof left, "--%s%s%s", option_table[i].name, option_table[i].argument ? " " : "",
                     option_table[i].argument ? option_table[i].argument : "");
            printf("  %-28s %s\n", left, option_table[i].summary);
        }
    print_exit_codes();
}
