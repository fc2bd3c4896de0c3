/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"
#include "cli/document.h"
#include "cli/exit_map.h"
#include "cli/message.h"

#include "record/store.h"
#include "report/report.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Is it a run, if only what is left of one? Other people's files and directories may lie beside. */
static bool is_run(int results_fd, const char *name)
{
    static const char *const files[] = {"run.json", "trials.jsonl"};
    char path[300];
    bool found = false;
    for (unsigned i = 0; i < sizeof files / sizeof *files && !found; i++) {
        snprintf(path, sizeof path, "%s/%s", name, files[i]);
        found = !faccessat(results_fd, path, F_OK, AT_SYMLINK_NOFOLLOW);
    }
    return found;
}

/* The newest run below results/: run ids begin with their UTC time, so the greatest name is the newest. 0 or -errno. */
static int newest_run(const char *results_dir, char *out, size_t len)
{
    DIR *dir = opendir(results_dir);
    if (!dir)
        return -errno;
    char best[256] = "";
    struct dirent *entry;
    while (errno = 0, (entry = readdir(dir)))
        if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9' && store_name_valid(entry->d_name) &&
            strcmp(entry->d_name, best) > 0 && is_run(dirfd(dir), entry->d_name))
            snprintf(best, sizeof best, "%s", entry->d_name);
    int rc = errno ? -errno : best[0] ? 0 : -ENOENT;
    closedir(dir);
    return (size_t)snprintf(out, len, "%s/%s", results_dir, best) < len ? rc : -ENAMETOOLONG;
}

/* --json -: the summary as it was stored. */
static void print_summary(const char *run_dir)
{
    char *text;
    size_t size;
    int fd = open(run_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = fd < 0 ? -errno : store_read(fd, "summary.json", 256u << 20, &text, &size);
    if (rc) {
        message_error("E-STORE", "summary.json", strerror(-rc), NULL, NULL);
    } else {
        fwrite(text, 1, size, stdout);
        free(text);
    }
    if (fd >= 0)
        close(fd);
}

int report_make(const char *run_dir, const struct options *options, struct report_result *result)
{
    /* It is started in the directory of the plots; a path is the user's, from here. NULL: a name, or not there. */
    char *path = options->gnuplot && strchr(options->gnuplot, '/') ? realpath(options->gnuplot, NULL) : NULL;
    struct report_options how = {
        .gnuplot = path ? path : options->gnuplot,
        .require_plots = options->require_plots,
        .slo_ns = options->slo_ns,
        .salvage = options->salvage,
        .copy_report_to = options->copy_report_to,
    };
    int rc = report_build(run_dir, &how, result);
    free(path);
    for (unsigned i = 0; i < result->n_warnings && i < REPORT_WARNINGS_MAX; i++)
        message_warning("report", result->warnings[i]);
    if (rc)
        message_error(result->other_schema                ? "E-SCHEMA"
                      : rc == -EBADMSG                    ? "E-CORRUPT"
                      : rc == -EPROTO                     ? "E-PLOT"
                      : result->storing && rc != -ENOTSUP ? "E-STORE"
                                                          : "E-REPORT",
                      run_dir, result->message, run_dir, NULL);
    return exit_of_report(rc, result->storing);
}

int report_and_print(const char *run_dir, const struct options *options)
{
    static struct report_result result; /* 25 KB */
    int code = report_make(run_dir, options, &result);
    if (code)
        return code;
    if (options->json) {
        print_summary(run_dir);
        return 0;
    }
    message_print_between("\nReport:  ", run_dir, "/REPORT.md\n");
    message_print_between("Page:    ", run_dir, "/report.html\n");
    if (options->copy_report_to)
        message_print_between("Copy:    ", options->copy_report_to, "\n");
    if (result.gnuplot_missing)
        message_print_between("Plots:   none (gnuplot is not installed; the data files are in ", run_dir,
                              "/report/plots)\n");
    else {
        message_print_between("Plots:   ", run_dir, "/report/plots");
        printf(" (%u)\n", result.plots_made_count);
    }
    message_print_between("Data:    ", run_dir, "/trials.jsonl, summary.json\n");
    if (result.n_findings)
        printf("\nMost important:\n");
    for (unsigned i = 0; i < result.n_findings && i < 3; i++)
        printf(" %u. %s\n", i + 1, result.findings[i]);
    return 0; /* a picture that failed was warned of; it is an error with --require-plots only */
}

int run_of_operands(const struct options *options, char *out, size_t len)
{
    if (options->n_operands > 1) {
        message_error("E-CLI-OPERAND", options->operands[1], "one run at a time", "nothing", NULL);
        return EXIT_USAGE;
    }
    struct stat st;
    int rc;
    if (!options->n_operands)
        rc = newest_run(options->results_dir, out, len);
    else if ((size_t)snprintf(out, len, "%s", options->operands[0]) >= len)
        rc = -ENAMETOOLONG;
    else if (stat(out, &st))
        rc = -errno;
    else
        rc = S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
    if (rc)
        message_error("E-NO-RUN", options->n_operands ? options->operands[0] : options->results_dir,
                      rc == -ENOENT && !options->n_operands ? "no run there" : strerror(-rc), "nothing",
                      rc == -ENOENT ? "measure first: quintet run" : NULL);
    return rc ? EXIT_CANNOT : 0;
}

int command_report(const struct options *options, int argc, char **argv)
{
    char run_dir[4096];
    (void)argc;
    (void)argv;
    int rc = options->copy_report_to ? document_can_write("--copy", options->copy_report_to) : 0;
    if (!rc)
        rc = run_of_operands(options, run_dir, sizeof run_dir);
    return rc ? rc : report_and_print(run_dir, options);
}
