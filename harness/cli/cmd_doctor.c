/* SPDX-License-Identifier: Apache-2.0 */
/* What about this machine would spoil measurements. Reads, prints, and changes nothing. */
#include "cli/commands.h"
#include "cli/doctor_needs.h"
#include "cli/message.h"
#include "cli/preflight.h"

#include "contract/strategy.h"
#include "record/doctor.h"
#include "record/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { WATCH_NS = 2000000000, WIDTH_LEAST = 60, WIDTH_MOST = 100, INDENT = 15 };

/* --- facts: of this machine, or of a file --------------------------------------------------------------------------
 */

static int read_machine(const struct options *options, json_t **out)
{
    struct plan_request request = options->request;
    struct machine machine;
    struct plan plan;
    char place[4096], why[REASON_LEN] = "";
    if (machine_read(&machine)) {
        message_error("E-CPU", "affinity", "this process is allowed no CPU", NULL, NULL);
        return EXIT_CANNOT;
    }
    int rc = plan_init(&plan, &request, &machine, why, sizeof why);
    if (rc)
        return plan_refused(rc, options, why);
    preflight_existing_place(options->results_dir, place, sizeof place);
    int dirfd = open(place, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    json_t *facts = manifest_read("", &machine, dirfd);
    if (dirfd >= 0)
        close(dirfd);
    if (facts) {
        doctor_read(facts, "", place);
        doctor_needs_add(facts, &plan);
        const struct strategy *coroutines = strategy_find("coroutines");
        if (coroutines)
            manifest_add(facts, "io_uring.status", json_string(coroutines->probe(why, sizeof why) ? why : "available"),
                         "probe");
        bool rich = message_terminal_is_rich(STDERR_FILENO);
        fputs(rich ? "watching the machine for 2 s ..." : "", stderr);
        doctor_watch(facts, "", WATCH_NS);
        fputs(rich ? "\r\033[K" : "", stderr);
    }
    plan_fini(&plan);
    *out = facts;
    return facts ? 0 : EXIT_CANNOT;
}

/* env.json of a run, or what doctor --json - has printed, here or elsewhere. */
static int read_file(const char *path, json_t **out)
{
    char why[256] = "";
    int rc = store_read_json(AT_FDCWD, path, out, why, sizeof why);
    if (rc == 0 && json_is_object(json_object_get(*out, "facts")))
        return 0;
    message_error("E-DATA", path,
                  rc == 0  ? "has no \"facts\""
                  : why[0] ? why
                           : strerror(-rc),
                  NULL, "want env.json of a run, or the output of quintet doctor --json -");
    if (rc == 0)
        json_decref(*out);
    *out = NULL;
    return rc == 0 || rc == -EBADMSG ? EXIT_CORRUPT : EXIT_CANNOT;
}

/* --- for people -----------------------------------------------------------------------------------------------------
 */

static unsigned terminal_width(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || size.ws_col == 0)
        return WIDTH_MOST;
    return size.ws_col < WIDTH_LEAST ? WIDTH_LEAST : size.ws_col > WIDTH_MOST ? WIDTH_MOST : size.ws_col;
}

/* Words, wrapped, beginning at column `at`; the following lines are indented. */
static void print_wrapped(const char *text, unsigned width, unsigned at)
{
    for (bool first = true; *text; first = false) {
        int word = (int)strcspn(text, " ");
        if (!first && at + 1 + (unsigned)word > width) {
            printf("\n%*s", INDENT, "");
            at = INDENT;
        } else if (!first) {
            putchar(' ');
            at++;
        }
        printf("%.*s", word, text);
        at += (unsigned)word;
        text += word;
        text += strspn(text, " ");
    }
    putchar('\n');
}

static void print_finding(const struct doctor_finding *f, unsigned width)
{
    char found[800];
    printf("  %s %-9s", f->check->id, f->check->name);
    if (f->outcome == DOCTOR_UNKNOWN)
        snprintf(found, sizeof found, "%s", f->found);
    else
        snprintf(found, sizeof found, "%s (%s)", f->found, f->source);
    print_wrapped(found, width, INDENT);
    if (f->outcome == DOCTOR_UNKNOWN)
        return;
    printf("%*s", INDENT, "");
    print_wrapped(f->check->why, width, INDENT);
    if (f->remedy[0]) {
        printf("%*s-> ", INDENT, "");
        print_wrapped(f->remedy, width, INDENT + 3);
    }
}

static unsigned count_of(const struct doctor_finding *findings, enum doctor_outcome outcome, int severity)
{
    unsigned n = 0;
    for (unsigned i = 0; i < DOCTOR_CHECKS; i++)
        n += findings[i].outcome == outcome && (severity < 0 || (int)findings[i].severity == severity);
    return n;
}

static void print_text(const struct doctor_finding *findings)
{
    static const char *const heads[DOCTOR_SEVERITY_COUNT] = {
        "Notes: worth knowing when the numbers are read", "Warnings: numbers will be noisier, or cells will be missing",
        "Errors: numbers would be wrong, or what is planned cannot be run"};
    unsigned width = terminal_width();
    for (int severity = DOCTOR_ERROR; severity >= DOCTOR_NOTE; severity--) {
        if (count_of(findings, DOCTOR_FOUND, severity))
            printf("%s\n", heads[severity]);
        for (unsigned i = 0; i < DOCTOR_CHECKS; i++)
            if (findings[i].outcome == DOCTOR_FOUND && (int)findings[i].severity == severity)
                print_finding(&findings[i], width);
    }
    if (count_of(findings, DOCTOR_UNKNOWN, -1))
        puts("Unknown: it could not be looked at, which is not the same as fine");
    for (unsigned i = 0; i < DOCTOR_CHECKS; i++)
        if (findings[i].outcome == DOCTOR_UNKNOWN)
            print_finding(&findings[i], width);
    char fine[400] = "";
    size_t n = 0;
    for (unsigned i = 0; i < DOCTOR_CHECKS; i++)
        if (findings[i].outcome == DOCTOR_FINE)
            n += (size_t)snprintf(fine + n, sizeof fine - n, "%s%s", n ? ", " : "", findings[i].check->name);
    if (n) {
        printf("Fine           ");
        print_wrapped(fine, width, INDENT);
    }
    printf("%u error%s, %u warning%s, %u note%s, %u unknown, %u fine.\n",
           count_of(findings, DOCTOR_FOUND, DOCTOR_ERROR),
           count_of(findings, DOCTOR_FOUND, DOCTOR_ERROR) == 1 ? "" : "s",
           count_of(findings, DOCTOR_FOUND, DOCTOR_WARNING),
           count_of(findings, DOCTOR_FOUND, DOCTOR_WARNING) == 1 ? "" : "s",
           count_of(findings, DOCTOR_FOUND, DOCTOR_NOTE), count_of(findings, DOCTOR_FOUND, DOCTOR_NOTE) == 1 ? "" : "s",
           count_of(findings, DOCTOR_UNKNOWN, -1), count_of(findings, DOCTOR_FINE, -1));
}

/* --- for programs and shells ----------------------------------------------------------------------------------------
 */

static json_t *finding_json(const struct doctor_finding *f)
{
    const char *severity = f->outcome == DOCTOR_FINE ? NULL : doctor_severity_names[f->severity];
    return json_pack("{s:s, s:s, s:s, s:s?, s:s, s:s, s:s, s:s, s:s, s:s}", "id", f->check->id, "name", f->check->name,
                     "outcome", doctor_outcome_names[f->outcome], "severity", severity, "found", f->found, "source",
                     f->source, "why", f->check->why, "remedy", f->remedy, "fix", f->fix, "undo", f->undo);
}

static void print_json(const struct doctor_finding *findings, const json_t *facts)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < DOCTOR_CHECKS; i++)
        json_array_append_new(list, finding_json(&findings[i]));
    json_t *json = json_pack(
        "{s:s, s:s, s:s, s:{s:i, s:i, s:i, s:i, s:i}, s:o, s:O}", "schema", "quintet.doctor/1.0", "tool_version",
        build_info.version, "git", build_info.git, "counts", "error",
        (int)count_of(findings, DOCTOR_FOUND, DOCTOR_ERROR), "warning",
        (int)count_of(findings, DOCTOR_FOUND, DOCTOR_WARNING), "note",
        (int)count_of(findings, DOCTOR_FOUND, DOCTOR_NOTE), "unknown", (int)count_of(findings, DOCTOR_UNKNOWN, -1),
        "fine", (int)count_of(findings, DOCTOR_FINE, -1), "findings", list, "facts", json_object_get(facts, "facts"));
    json_dumpf(json, stdout, JSON_INDENT(1) | JSON_SORT_KEYS | JSON_REAL_PRECISION(12));
    putchar('\n');
    json_decref(json);
}

/* Findings are single lines of plain characters (doctor.c), so none of them leaves its comment. */
static void print_script(const struct doctor_finding *findings)
{
    puts("#!/bin/sh\n"
         "# SPDX-License-Identifier: Apache-2.0\n"
         "# Remedies that `quintet doctor` holds for safe, for root to run. They last until the next start of the\n"
         "# machine; each comes with what takes it back. Read them first; nothing has been changed yet.");
    for (unsigned i = 0; i < DOCTOR_CHECKS; i++) {
        const struct doctor_finding *f = &findings[i];
        if (f->outcome != DOCTOR_FOUND || !f->fix[0])
            continue;
        printf("\n# %s %s, %s: %s\n# %s\n", f->check->id, f->check->name, doctor_severity_names[f->severity], f->found,
               f->check->why);
        if (f->undo[0])
            printf("# undo: %s\n", f->undo);
        puts(f->fix);
    }
    puts("\n# Not in this script, because it is yours to decide or no command would do:");
    for (unsigned i = 0; i < DOCTOR_CHECKS; i++)
        if (findings[i].outcome == DOCTOR_FOUND && !findings[i].fix[0] && findings[i].remedy[0])
            printf("# %s %s: %s\n", findings[i].check->id, findings[i].check->name, findings[i].remedy);
    puts(":");
}

int command_doctor(const struct options *options, int argc, char **argv)
{
    static struct doctor_finding findings[DOCTOR_CHECKS];
    json_t *facts = NULL;
    (void)argc;
    (void)argv;
    if (options->json && options->fix_script) {
        message_error("E-CLI-VALUE", "--fix-script", "is a text of its own: not with --json", "nothing", NULL);
        return EXIT_USAGE;
    }
    if (options->n_operands > 1) {
        message_error("E-CLI-OPERAND", options->operands[1], "one file of facts at most", "nothing", NULL);
        return EXIT_USAGE;
    }
    int code = options->n_operands ? read_file(options->operands[0], &facts) : read_machine(options, &facts);
    if (code)
        return code;
    doctor_examine(facts, findings);
    if (options->json)
        print_json(findings, facts);
    else if (options->fix_script)
        print_script(findings);
    else
        print_text(findings);
    json_decref(facts);
    for (unsigned i = 0; i < DOCTOR_CHECKS; i++)
        if (findings[i].outcome != DOCTOR_FINE && findings[i].severity > DOCTOR_NOTE)
            code = exit_graver(code, findings[i].severity == DOCTOR_ERROR ? EXIT_CANNOT : EXIT_WORSE);
    return code;
}
