/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"
#include "cli/message.h"

#include "report/export.h"
#include "report/report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int unknown_format(const char *name)
{
    char hint[512];
    size_t used = (size_t)snprintf(hint, sizeof hint, "there are:");
    for (const struct export_format *f = export_formats; f->name && used < sizeof hint; f++)
        used +=
            (size_t)snprintf(hint + used, sizeof hint - used, " %s (%s)%s", f->name, f->summary, f[1].name ? "," : "");
    message_error("E-CLI-UNKNOWN", name ? name : "--format", name ? "no such format" : "a format is missing", "nothing",
                  hint);
    return EXIT_USAGE;
}

int command_export(const struct options *options, int argc, char **argv)
{
    static struct report_result told; /* 25 KB */
    char run_dir[4096];
    struct report_run run;
    (void)argc;
    (void)argv;
    const struct export_format *format = options->format ? export_find(options->format) : NULL;
    if (!format)
        return unknown_format(options->format);
    int status = run_of_operands(options, run_dir, sizeof run_dir);
    if (status)
        return status;
    int dirfd = open(run_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dirfd < 0) {
        message_error("E-NO-RUN", run_dir, strerror(errno), "nothing", NULL);
        return EXIT_CANNOT;
    }
    int rc = options->salvage ? report_run_salvage(&run, dirfd, &told) : report_run_load(&run, dirfd, &told);
    if (!rc && run.n_salvaged) /* a format has no place for it, nor for what is missing */
        message_warning(run_dir, run.salvaged);
    for (unsigned i = 0; i < told.n_warnings && i < REPORT_WARNINGS_MAX; i++)
        message_warning(run_dir, told.warnings[i]);
    if (rc) {
        message_error(told.other_schema ? "E-SCHEMA" : "E-CORRUPT", run_dir,
                      told.message[0] ? told.message : strerror(-rc), "nothing",
                      "quintet verify tells everything that is wrong with it");
        status = rc == -ENOENT ? EXIT_CANNOT : EXIT_CORRUPT;
    } else if ((rc = export_write(format, &run, stdout)) && ferror(stdout)) {
        status = EXIT_STORAGE; /* told in the end, as for all that goes there */
    } else if (rc) {
        message_error("E-STORE", "standard output", strerror(-rc), "nothing", NULL);
        status = EXIT_STORAGE;
    }
    report_run_fini(&run);
    close(dirfd);
    return status;
}
