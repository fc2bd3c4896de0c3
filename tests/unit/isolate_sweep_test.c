/* SPDX-License-Identifier: Apache-2.0 */
/* After a trial all that is left below the harness is killed. Nobody else may be: with many left the list of them is
 * longer than any buffer. The real kill() is kept away from what is not ours. */
#include "quintet_criterion.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
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

#define kill watched_kill
#include "../../harness/run/strays.c"
#undef kill

TestSuite(isolate_sweep, .timeout = 60);

Test(isolate_sweep, kills_all_that_are_left_and_nobody_else)
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
    strays_sweep();
    cr_assert(strangers_count == 0, "%u signals to processes that are not below us", strangers_count);
    cr_assert(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD, "some are left");
}
