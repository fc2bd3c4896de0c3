/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shim's runner: main() of a test binary without Criterion. It forks once per instance of a test, at most --jobs at
 * a time, kills what runs over its limit, and judges the run as tests/quintet_criterion.c does.
 */
#include "quintet_criterion.h"
#include "quintet_outcome.h"

#include <errno.h>
#include <fnmatch.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef FNM_EXTMATCH /* @(a|b): not in musl */
#define FNM_EXTMATCH 0
#endif

/* The linker names a section's ends. Weak: a binary may have no TestSuite(). */
extern const struct shim_test *const __start_shim_tests[], *const __stop_shim_tests[];
extern const struct shim_suite *const __start_shim_suites[] __attribute__((weak));
extern const struct shim_suite *const __stop_shim_suites[] __attribute__((weak));

/* What a test's process tells the runner: shared memory, because a thread or a dying process may be the one to write.
 */
struct progress {
    _Atomic unsigned passed, failed;
    _Atomic bool skipped, finished;
};

struct instance {
    const struct shim_test *test;
    void *param;
    struct progress *progress;
    pid_t pid; /* 0 while it does not run */
    uint64_t deadline_ns;
    bool timed_out, done;
    int status;
};

static struct progress *own_progress; /* in a test's process */
static const struct shim_test *own_test;

/* --- in the test's process ------------------------------------------------------------------------------------------
 */

void shim_passed(void)
{
    atomic_fetch_add(&own_progress->passed, 1);
}

/* "WHERE: suite/name: WHAT: message", in one write: tests run beside each other. */
static void print_line(const char *where, const char *what, const char *format, va_list arguments)
{
    char message[512] = "";
    vsnprintf(message, sizeof message, format, arguments);
    fflush(stdout);
    dprintf(STDERR_FILENO, "%s%s/%s: %s%s%s\n", where, own_test->suite, own_test->name, what, message[1] ? ":" : "",
            message[1] ? message : "");
}

void shim_failed(bool fatal, const char *file, int line, const char *what, const char *format, ...)
{
    char where[256];
    va_list arguments;
    atomic_fetch_add(&own_progress->failed, 1);
    snprintf(where, sizeof where, "%s:%d: ", file, line);
    va_start(arguments, format);
    print_line(where, what, format, arguments);
    va_end(arguments);
    if (fatal)
        _exit(1);
}

void shim_skip(const char *format, ...)
{
    va_list arguments;
    atomic_store(&own_progress->skipped, true);
    va_start(arguments, format);
    print_line("", "skipped", format, arguments);
    va_end(arguments);
    atomic_store(&own_progress->finished, true);
    _exit(0);
}

static void call(void (*function)(void))
{
    if (function)
        function();
}

static const struct shim_settings *suite_settings(const char *name)
{
    static const struct shim_settings none;
    for (const struct shim_suite *const *s = __start_shim_suites; s < __stop_shim_suites; s++)
        if (strcmp((*s)->name, name) == 0)
            return &(*s)->settings;
    return &none;
}

/* exit(), not _exit(): what sanitizers and coverage do at the end belongs to the test. */
static void instance_body(struct instance *self, pid_t runner, const sigset_t *mask)
{
    const struct shim_settings *suite = suite_settings(self->test->suite);
    own_progress = self->progress;
    own_test = self->test;
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != runner)
        _exit(1);
    sigprocmask(SIG_SETMASK, mask, NULL);
    call(suite->init);
    call(self->test->settings.init);
    self->test->body(self->param);
    call(self->test->settings.fini);
    call(suite->fini);
    atomic_store(&own_progress->finished, true);
    exit(0);
}

/* --- in the runner --------------------------------------------------------------------------------------------------
 */

static uint64_t now_ns(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static uint64_t limit_ns(const struct shim_test *test)
{
    double own = test->settings.timeout, suite = suite_settings(test->suite)->timeout;
    return (uint64_t)(1e9 * (own > 0 ? own : suite > 0 ? suite : QUINTET_TEST_TIMEOUT_S));
}

/* 0 or -errno. */
static int instance_start(struct instance *instance, const sigset_t *mask)
{
    pid_t runner = getpid();
    fflush(NULL);
    instance->deadline_ns = now_ns() + limit_ns(instance->test);
    instance->pid = fork();
    if (instance->pid == 0)
        instance_body(instance, runner, mask);
    return instance->pid > 0 ? 0 : -errno;
}

static void instance_reap(struct instance *all, size_t n, pid_t pid)
{
    kill(-pid, SIGKILL); /* before its number is free: what it left behind in its session */
    int status;
    waitpid(pid, &status, 0);
    for (size_t i = 0; i < n; i++)
        if (all[i].pid == pid) {
            all[i].pid = 0;
            all[i].done = true;
            all[i].status = status;
        }
}

/* Wait until one ends or runs over its limit, and reap all that have ended. Returns how many that were. */
static size_t instances_wait(struct instance *all, size_t n)
{
    uint64_t now = now_ns(), wake = now + UINT64_C(10000000000);
    sigset_t child;
    size_t ended = 0;
    for (size_t i = 0; i < n; i++) {
        if (all[i].pid && all[i].deadline_ns <= now && !all[i].timed_out) {
            all[i].timed_out = true;
            kill(-all[i].pid, SIGKILL);
            kill(all[i].pid, SIGKILL); /* its session may not have begun */
        }
        if (all[i].pid && all[i].deadline_ns > now && all[i].deadline_ns < wake)
            wake = all[i].deadline_ns;
    }
    siginfo_t info = {.si_pid = 0};
    while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid) {
        instance_reap(all, n, info.si_pid);
        info.si_pid = 0;
        ended++;
    }
    if (!ended) {
        struct timespec left = {(time_t)((wake - now) / 1000000000), (long)((wake - now) % 1000000000)};
        sigemptyset(&child);
        sigaddset(&child, SIGCHLD);
        sigtimedwait(&child, NULL, &left);
    }
    return ended;
}

/* 0 or -errno. */
static int instances_run(struct instance *all, size_t n, size_t jobs)
{
    sigset_t child, before;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, &before);
    for (size_t next = 0, running = 0; next < n || running;) {
        if (next < n && running < jobs) {
            int rc = instance_start(&all[next++], &before);
            if (rc)
                return rc;
            running++;
        } else {
            running -= instances_wait(all, n);
        }
    }
    return 0;
}

/* Judge the instances of one test, which stand together. */
static void test_judge(const struct instance *all, size_t n, struct test_outcome *outcome)
{
    size_t ran = 0, failed = 0, hollow = 0;
    const struct shim_test *test = all[0].test;
    for (size_t i = 0; i < n; i++) {
        const struct instance *at = &all[i];
        const char *why = at->timed_out                        ? "ran over its time limit"
                          : WIFSIGNALED(at->status)            ? strsignal(WTERMSIG(at->status))
                          : atomic_load(&at->progress->failed) ? "failed"
                          : at->status                         ? "ended with a status other than 0"
                          : !at->progress->finished            ? "called exit()"
                                                               : NULL;
        bool skipped = !why && at->progress->skipped;
        ran += !skipped;
        failed += why != NULL;
        hollow += !why && !skipped && !at->progress->passed;
        if (why)
            printf("[FAIL] %s/%s, instance %zu: %s\n", test->suite, test->name, i, why);
    }
    outcome->ran += ran > 0;
    outcome->skipped += ran == 0;
    outcome->failed += failed > 0;
    outcome->hollow += hollow > 0;
    if (hollow)
        printf("quintet: %s/%s passed without an assertion\n", test->suite, test->name);
}

/* One per parameter of the test. Appends to *all; 0 or -ENOMEM. */
static int instances_add(struct instance **all, size_t *n, const struct shim_test *test)
{
    struct criterion_test_params params = test->params ? test->params() : (struct criterion_test_params){0, NULL, 1};
    struct instance *more = realloc(*all, (*n + params.length + 1) * sizeof *more);
    if (!more)
        return -ENOMEM;
    *all = more;
    for (size_t i = 0; i < params.length; i++)
        more[(*n)++] =
            (struct instance){.test = test, .param = params.params ? (char *)params.params + i * params.size : NULL};
    return 0;
}

static int run(const char *filter, size_t jobs, bool list)
{
    struct instance *all = NULL;
    struct test_outcome outcome = {.complete = false};
    size_t n = 0;
    for (const struct shim_test *const *test = __start_shim_tests; test < __stop_shim_tests; test++) {
        char name[256];
        snprintf(name, sizeof name, "%s/%s", (*test)->suite, (*test)->name);
        if (filter && fnmatch(filter, name, FNM_EXTMATCH))
            continue;
        if (list)
            puts(name);
        else if (instances_add(&all, &n, *test))
            return EXIT_TESTS_FAILED;
    }
    if (list)
        return EXIT_SUCCESS;
    struct progress *progress =
        mmap(NULL, (n + 1) * sizeof *progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (size_t i = 0; i < n && progress != MAP_FAILED; i++)
        all[i].progress = &progress[i];
    outcome.complete = progress != MAP_FAILED && instances_run(all, n, jobs) == 0;
    for (size_t from = 0, to; outcome.complete && from < n; from = to) {
        for (to = from + 1; to < n && all[to].test == all[from].test;)
            to++;
        test_judge(all + from, to - from, &outcome);
    }
    free(all);
    return test_outcome_judge(&outcome);
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"filter", required_argument, NULL, 'f'},
        {"jobs", required_argument, NULL, 'j'},
        {"list", no_argument, NULL, 'l'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    const char *filter = NULL;
    size_t jobs = 2;
    bool list = false;
    for (int c; (c = getopt_long(argc, argv, "f:j:lh", options, NULL)) != -1;) {
        switch (c) {
        case 'f':
            filter = optarg;
            break;
        case 'j':
            jobs = strtoul(optarg, NULL, 10);
            break;
        case 'l':
            list = true;
            break;
        case 'h':
            printf("Usage: %s [--filter 'SUITE/NAME*'] [--jobs N] [--list]\n", argv[0]);
            return EXIT_SUCCESS;
        default:
            return EXIT_USAGE;
        }
    }
    return optind < argc || jobs == 0 ? EXIT_USAGE : run(filter, jobs, list);
}
