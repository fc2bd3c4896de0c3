/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"
#include "cli/heap_wrap.h"
#include "cli/message.h"

#include "measure/heap.h"
#include "record/manifest.h"
#include "run/trial.h"

#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

const struct command commands[] = {
    {"list", "[workloads|strategies]", "What there is: workloads with their parameters, strategies", COMMAND_LIST,
     command_list},
    {"doctor", "[FACTS]", "Say what about this machine would spoil measurements; changes nothing", COMMAND_DOCTOR,
     command_doctor},
    {"run", NULL, "Measure: run a plan, store every trial, write the report", COMMAND_RUN, command_run},
    {"report", "[RUN]", "Rebuild summary, plots, REPORT.md and report.html of a run (default: the newest)",
     COMMAND_REPORT, command_report},
    {"selftest", NULL, "Check every workload under every strategy: the work is done, all of it, once", COMMAND_SELFTEST,
     command_selftest},
    {"compare", "A B", "Set two runs, or two machines, side by side: may they be compared, and what differs",
     COMMAND_COMPARE, command_compare},
    {"reproduce", "RUN", "Measure a stored run's plan on this machine: which of its claims hold here",
     COMMAND_REPRODUCE, command_reproduce},
    {"export", "[RUN]", "Print a run's trials in another tool's format (default: the newest run)", COMMAND_EXPORT,
     command_export},
    {"verify", "[RUN]", "Give every reason why a run (default: the newest) can't be trusted", COMMAND_VERIFY,
     command_verify},
    {"stats", "[FILE...]", "The report's statistics for columns of numbers of your own (default: standard input)",
     COMMAND_STATS, command_stats},
    {"plan", "[RUN]", "What a budget of time can tell, by the noise of an earlier run (default: the newest)",
     COMMAND_PLAN, command_plan},
    {"env", NULL, "What this machine is, as it goes into a run's env.json", COMMAND_ENV, command_env},
    {"help", "[COMMAND]", "Print this, or a command's options; the manual page; completion for a shell", COMMAND_HELP,
     command_help},
    {NULL, NULL, NULL, 0, NULL},
};

const struct command *command_find(const char *name)
{
    for (const struct command *c = commands; c->name; c++)
        if (!strcmp(c->name, name))
            return c;
    return NULL;
}

static int unknown_command(const char *name)
{
    const char *names[32];
    char hint[96];
    unsigned n = 0;
    for (const struct command *c = commands; c->name; c++)
        names[n++] = c->name;
    names[n] = NULL;
    const char *near = message_nearest(name, names);
    snprintf(hint, sizeof hint, near ? "did you mean %s? See: quintet --help" : "see: quintet --help", near);
    message_error("E-CLI-UNKNOWN", name, "no such command", "nothing", hint);
    return EXIT_USAGE;
}

/* Not for people: the process that isolate_run() starts, "quintet trial <pid of the harness>". */
static int serve(int argc, char **argv)
{
    if (argc != 3)
        return EXIT_USAGE;
    return trial_serve(0, 3, (pid_t)atol(argv[2]));
}

/* A closed 0, 1 or 2 would be given to the next file that is opened, and our words would go into it. What is opened in
 * its place refuses to be written to, which is found out at the end like any other trouble with standard output. */
static void occupy_standard_descriptors(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDONLY);
    while (fd >= 0 && fd <= 2);
    if (fd > 2)
        close(fd);
}

/* A pipe that somebody else has made non-blocking would take a part of our words. That flag is shared with him, so what
 * is opened anew, blocking, takes its place. Files have no such trouble, sockets cannot be opened. */
static void block_standard_output(void)
{
    char path[32];
    for (int fd = 1; fd <= 2; fd++) {
        int flags = fcntl(fd, F_GETFL);
        struct stat file;
        if (flags < 0 || !(flags & O_NONBLOCK) || fstat(fd, &file) ||
            !(S_ISFIFO(file.st_mode) || S_ISCHR(file.st_mode)))
            continue;
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        /* without a reader a blocking open of a pipe would wait for one */
        int own = open(path, (flags & O_ACCMODE) | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (own < 0)
            continue;
        if (fcntl(own, F_SETFL, flags & ~O_NONBLOCK) == 0)
            dup2(own, fd);
        close(own);
    }
}

/* A report needs 100 KiB of stack; who has less would be told of it by SIGSEGV. */
static int check_stack(void)
{
    enum { NEEDED_KIB = 256 };
    struct rlimit limit;
    char what[128];
    if (getrlimit(RLIMIT_STACK, &limit) || limit.rlim_cur >= NEEDED_KIB << 10)
        return 0;
    snprintf(what, sizeof what, "a stack of %llu KiB is allowed, and %d are needed",
             (unsigned long long)limit.rlim_cur >> 10, NEEDED_KIB);
    message_error("E-CANNOT", "RLIMIT_STACK", what, "nothing", "ulimit -s 8192");
    return EXIT_CANNOT;
}

int main(int argc, char **argv)
{
    occupy_standard_descriptors();
    block_standard_output();
    signal(SIGXFSZ, SIG_IGN); /* a file-size limit shall be an error of the write, not our end; also in the trials */
    signal(SIGCHLD, SIG_DFL); /* ignored, as a parent may leave it, how a trial or gnuplot ended would be lost */
    heap_wrap_json();
    setlocale(LC_ALL, "C"); /* numbers are written with a point, whatever the user's language */
    if (argc >= 2 && !strcmp(argv[1], "trial"))
        return serve(argc, argv);
    if (argc < 2 || !strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
        options_print_help(NULL);
        int rc = message_close_stdout() ? EXIT_STORAGE : 0;
        return argc < 2 ? EXIT_USAGE : rc;
    }
    if (!strcmp(argv[1], "--version")) {
        printf("quintet %s (%s, %s, %s%s%s)\n", build_info.version, build_info.git, build_info.compiler,
               build_info.type, build_info.sanitizers[0] ? ", " : "", build_info.sanitizers);
        return message_close_stdout() ? EXIT_STORAGE : 0;
    }
    const struct command *command = command_find(argv[1]);
    if (!command)
        return unknown_command(argv[1]);
    if (check_stack())
        return EXIT_CANNOT;
    for (int i = 2; i < argc; i++)
        if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
            options_print_help(command);
            return message_close_stdout() ? EXIT_STORAGE : 0;
        }
    static struct options options;
    int rc = options_parse(&options, command, argc, argv, 2);
    if (rc)
        return rc;
    rc = command->run(&options, argc, argv);
    if (heap_was_refused() && !rc) {
        message_error("E-MEMORY", command->name, "memory was refused on the way, so a part may be missing", NULL,
                      "give it more memory and repeat it");
        rc = EXIT_CANNOT;
    }
    return message_close_stdout() ? exit_graver(rc, EXIT_STORAGE) : rc;
}
