/* SPDX-License-Identifier: Apache-2.0 */
/* After a trial all that is left below the harness is killed. Nobody else may be: with many left the list of them is
 * longer than any buffer. The real kill() is kept away from what is not ours. */
#include "quintet_criterion.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILDREN = 1500 };

static pid_t children[CHILDREN];
static unsigned strangers_count;

static int watched_kill(pid_t pid, int signal_number)
{
    for (unsigned i = 0; i < CHILDREN; i++)
        if (children[i] == pid)
            return kill(pid, signal_number);
    strangers_count++;
    errno = ESRCH;
    return -1;
}

static bool without_lists;

/* Kernels may be built without lists of children. */
static FILE *watched_fopen(const char *path, const char *mode)
{
    if (without_lists && strstr(path, "/children")) {
        errno = ENOENT;
        return NULL;
    }
    return fopen(path, mode);
}

#define kill  watched_kill
#define fopen watched_fopen
#include "../../harness/run/strays.c"
#undef kill
#undef fopen

TestSuite(isolate_sweep, .timeout = 60);

static void make_children(void)
{
    const pid_t self = getpid();

    for (unsigned i = 0; i < CHILDREN; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            while (getppid() == self)
                pause();
            _exit(0);
        }
        cr_assert(children[i] > 0, "child %u: %s", i, strerror(errno));
    }
}

static void check_all_are_swept(void)
{
    make_children();
    cr_expect_eq(strays_sweep(), (unsigned)CHILDREN);
    cr_assert(strangers_count == 0, "%u signals to processes that are not below us", strangers_count);
    cr_assert(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD, "some are left");
}

Test(isolate_sweep, kills_all_that_are_left_and_nobody_else)
{
    check_all_are_swept();
}

Test(isolate_sweep, finds_them_where_the_kernel_lists_no_children)
{
    without_lists = true;
    check_all_are_swept();
}

/* Who was there before is no stray, is not killed and not counted; who comes later is. */
Test(isolate_sweep, leaves_those_from_before)
{
    make_children();
    cr_assert_eq(strays_init(), 0);
    pid_t late = fork();
    if (late == 0) {
        pause();
        _exit(0);
    }
    children[0] = late; /* so that watched_kill() lets it through */
    cr_expect_eq(strays_sweep(), 1u);
    cr_expect(waitpid(late, NULL, WNOHANG) == -1 && errno == ECHILD, "the late one is reaped");
    unsigned alive = 0;
    for (unsigned i = 1; i < CHILDREN; i++)
        alive += kill(children[i], 0) == 0;
    cr_expect_eq(alive, CHILDREN - 1u);
    for (unsigned i = 1; i < CHILDREN; i++)
        kill(children[i], SIGKILL);
}
