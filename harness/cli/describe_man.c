/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/describe.h"

#include "contract/strategy.h"
#include "contract/workload.h"
#include "record/manifest.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* One code point of valid UTF-8; other bytes stand for themselves. Moves *text behind it. */
static uint32_t next_code_point(const char **text)
{
    const unsigned char *p = (const unsigned char *)*text;
    unsigned more = *p >= 0xf0 ? 3 : *p >= 0xe0 ? 2 : *p >= 0xc0 ? 1 : 0, taken = 1;
    uint32_t code = more ? *p & (0x3fu >> more) : *p;
    for (; taken <= more && (p[taken] & 0xc0) == 0x80; taken++)
        code = code << 6 | (p[taken] & 0x3f);
    *text += taken;
    return code;
}

/*
 * Text as roff wants it: no control line by accident, options with a real minus, a sentence on a line of its own, and
 * ASCII only. Ends without a newline.
 */
static void print_text(FILE *out, const char *text)
{
    char before = '\n';
    while (*text) {
        char here = *text;
        uint32_t code = next_code_point(&text);
        if (code >= 0x80)
            fprintf(out, "\\[u%04X]", code);
        else if (here == '\\')
            fputs("\\e", out);
        else if (strchr(".'", here) && before == '\n')
            fprintf(out, "\\&%c", here);
        else if (here == '-' && strchr("\n (-", before))
            fputs("\\-", out);
        else if (here == ' ' && before == '.')
            fputc('\n', out);
        else
            fputc(here, out);
        before = here;
    }
}

/* One argument of a macro line: in quotes, so that no word of it is taken for a macro. */
static void print_argument(FILE *out, const char *text)
{
    fputs(" \"", out);
    if (strlen(text) < 3) /* a macro's name or a lone delimiter is one even in quotes */
        fputs("\\&", out);
    print_text(out, text);
    fputc('"', out);
}

static void print_item(FILE *out, const char *macro, const char *name, const char *argument)
{
    fprintf(out, ".It %s", macro);
    print_argument(out, name);
    if (argument) {
        fputs(" Ar", out);
        print_argument(out, argument);
    }
    fputc('\n', out);
}

/* A summary as a sentence; a question keeps its mark. */
static void print_paragraph(FILE *out, const char *text)
{
    size_t len = strlen(text);
    print_text(out, text);
    fputs(len && strchr("?.", text[len - 1]) ? "\n" : ".\n", out);
}

static void print_date(FILE *out)
{
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    time_t when = epoch && *epoch ? (time_t)strtoll(epoch, NULL, 10) : time(NULL);
    struct tm tm;
    char text[64] = "January 1, 1970";
    if (gmtime_r(&when, &tm))
        strftime(text, sizeof text, "%B %e, %Y", &tm);
    fputs(".Dd", out);
    for (const char *word = text; *word; word += strspn(word, " ")) { /* a day below 10 has two blanks before it */
        size_t len = strcspn(word, " ");
        fprintf(out, " %.*s", (int)len, word);
        word += len;
    }
    fputc('\n', out);
}

static void print_command(FILE *out, const struct command *command)
{
    fprintf(out, ".Ss quintet %s", command->name);
    if (command->operands)
        fprintf(out, " %s", command->operands);
    fputc('\n', out);
    print_paragraph(out, command->summary);
    bool any = false;
    for (const struct option_spec *o = option_table; o->name; o++) {
        if (!(o->commands & command->bit))
            continue;
        char flag[64];
        if (!any)
            fputs(".Bl -tag -width Ds\n", out);
        any = true;
        snprintf(flag, sizeof flag, "-%s", o->name);
        print_item(out, "Fl", flag, o->argument);
        print_paragraph(out, o->summary);
        if (o->min || o->max)
            fprintf(out, "From %llu to %llu.\n", (unsigned long long)o->min, (unsigned long long)o->max);
    }
    if (any)
        fputs(".El\n", out);
}

static void print_workloads(FILE *out)
{
    fputs(".Sh WORKLOADS\nWhat is measured.\nThe parameters and their ranges are printed by\n.Ql quintet list "
          "workloads .\n"
          ".Bl -tag -width Ds\n",
          out);
    for (unsigned i = 0; workload_registry[i]; i++) {
        print_item(out, "Cm", workload_registry[i]->name, NULL);
        print_paragraph(out, workload_registry[i]->summary);
    }
    fputs(".El\n.Sh STRATEGIES\nWho does it.\nOptions and whether each can run here are printed by\n"
          ".Ql quintet list strategies .\n.Bl -tag -width Ds\n",
          out);
    for (unsigned i = 0; strategy_registry[i]; i++) {
        print_item(out, "Cm", strategy_registry[i]->name, NULL);
        print_paragraph(out, strategy_registry[i]->summary);
    }
    fputs(".El\n", out);
}

static const char files_and_environment[] =
    ".Sh ENVIRONMENT\n"
    ".Bl -tag -width Ds\n"
    ".It Ev NO_COLOR\nNo colour and no moving cursor, also where standard error is a terminal.\n"
    ".It Ev PATH\nWhere gnuplot is looked for.\n"
    ".It Ev TERM\n.Ql dumb\nhas the same effect as\n.Ev NO_COLOR .\n"
    ".It Ev TMPDIR\nWhere the self-test keeps its data sets.\n"
    ".El\n"
    ".Sh FILES\n"
    ".Bl -tag -width Ds\n"
    ".It Pa results/<run-id>/trials.jsonl\nThe journal: every trial of a run, one per line; all else is made from it.\n"
    ".It Pa results/<run-id>/run.json , plan.json , env.json\n"
    "What was asked, what was planned, and the machine it ran on.\n"
    ".It Pa results/<run-id>/REPORT.md , summary.json , report/plots/\nThe report.\n"
    ".It Pa results/<run-id>/SHA256SUMS\nThe seal over the files of the run.\n"
    ".El\n"
    ".Pp\nThe directory\n.Pa results\nis made in the working directory, unless\n.Fl -results\nnames another.\n";

static const char examples[] = ".Sh EXAMPLES\n"
                               "In less than a minute, observations without verdicts:\n"
                               ".Pp\n.Dl $ quintet run \\-\\-profile smoke\n.Pp\n"
                               "How two strategies bear many waits:\n"
                               ".Pp\n.Dl $ quintet run \\-\\-workload sleep_fanout \\-\\-strategy threads,coroutines "
                               "\\-\\-in-flight 2,16,128\n.Pp\n"
                               "Whether a stored run can be trusted, and whether its claims hold on this machine:\n"
                               ".Pp\n.Dl $ quintet verify results/<run-id>\n.Dl $ quintet reproduce results/<run-id>\n";

void describe_man(FILE *out)
{
    print_date(out);
    fprintf(out, ".Dt QUINTET 1\n.Os \"quintet %s\"\n", build_info.version);
    fputs(".Sh NAME\n.Nm quintet\n.Nd the same work, five ways: a benchmark of concurrency strategies\n"
          ".Sh SYNOPSIS\n",
          out);
    for (const struct command *c = commands; c->name; c++) {
        fprintf(out, ".Nm\n.Cm \"%s\"\n.Op Ar option ...\n", c->name);
        if (c->operands) {
            fputs(".Ar", out);
            print_argument(out, c->operands);
            fputc('\n', out);
        }
    }
    fputs(
        ".Nm\n.Fl -help | Fl -version\n"
        ".Sh DESCRIPTION\n.Nm\nmeasures I/O, CPU and mixed workloads run serially, with threads, a thread pool, "
        "forked\n"
        "processes and coroutines, and reports which of these to use on this machine and why.\n"
        "Every trial is a process of its own, its work is checked against an oracle, and two strategies are compared\n"
        "inside the same blocks of trials only.\n.Pp\n"
        "An option's value follows it as the next argument or behind an equals sign.\n"
        ".Fl -help\nbehind a command prints its options.\n"
        ".Sh COMMANDS\n",
        out);
    for (const struct command *c = commands; c->name; c++)
        print_command(out, c);
    print_workloads(out);
    fputs(files_and_environment, out);
    fputs(".Sh EXIT STATUS\n.Bl -tag -width Ds\n", out);
    for (const struct exit_meaning *e = exit_meanings; e->code; e++) {
        print_item(out, "Li", e->code, NULL);
        print_paragraph(out, e->meaning);
    }
    fputs(".El\n", out);
    fputs(examples, out);
}
