/* SPDX-License-Identifier: Apache-2.0 */
/* Running gnuplot without trusting it: no shell, a clean environment, and a picture only when everything about it is
 * right. */
#include "report/plot.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RENDER_LIMIT_MS = 30000, POLL_MS = 2 };

/* Start `program` in dirfd with its words going to log_fd. 0 or -errno. */
static int spawn_gnuplot(int dirfd, const char *program, char *script, char *output, int log_fd, pid_t *pid)
{
    char arg_settings[] = "--default-settings", arg_call[] = "-c", arg_name[] = "gnuplot";
    char *argv[] = {arg_name, arg_settings, arg_call, script, output, NULL};
    char locale[] = "LC_ALL=C.UTF-8", path[4096 + 8]; /* GNUTERM and ~/.gnuplot could change the terminal */
    const char *search = getenv("PATH");
    snprintf(path, sizeof path, "PATH=%s", search ? search : "/usr/local/bin:/usr/bin:/bin");
    char *env[] = {locale, path, NULL};
    const pid_t self = getpid();
    int told[2], rc = 0;
    if (pipe2(told, O_CLOEXEC))
        return -errno;
    *pid = fork(); /* no posix_spawn(): it has no way to make a gnuplot that hangs die with us */
    if (*pid == 0) {
        int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
        if (!prctl(PR_SET_PDEATHSIG, SIGKILL) && getppid() == self && !fchdir(dirfd) && null >= 0 &&
            dup2(null, 0) == 0 && dup2(log_fd, 1) == 1 && dup2(log_fd, 2) == 2)
            execvpe(program ? program : "gnuplot", argv, env);
        rc = errno ? errno : ESRCH;
        if (write(told[1], &rc, sizeof rc) < 0)
            _exit(126);
        _exit(127);
    }
    if (*pid < 0)
        rc = errno;
    close(told[1]);
    ssize_t n = 0;
    while (*pid > 0 && (n = read(told[0], &rc, sizeof rc)) < 0 && errno == EINTR)
        ;
    close(told[0]);
    while (n > 0 && waitpid(*pid, NULL, 0) < 0 && errno == EINTR)
        ;
    return -rc;
}

/* Wait for the child, at most RENDER_LIMIT_MS. Its wait status, or -ETIMEDOUT after it was killed and reaped. */
static int await(pid_t pid, int *status)
{
    struct timespec nap = {0, POLL_MS * 1000000L};
    for (unsigned waited = 0; waited < RENDER_LIMIT_MS; waited += POLL_MS) {
        pid_t done = waitpid(pid, status, WNOHANG);
        if (done == pid)
            return 0;
        if (done < 0 && errno != EINTR)
            return -errno;
        nanosleep(&nap, NULL);
    }
    kill(pid, SIGKILL);
    while (waitpid(pid, status, 0) < 0 && errno == EINTR)
        ;
    return -ETIMEDOUT;
}

/* The first line that gnuplot said that isn't empty, without control bytes. "" if it said nothing. */
static void first_words(int log_fd, char *out, size_t len)
{
    char log[2048];
    ssize_t n = pread(log_fd, log, sizeof log - 1, 0);
    size_t used = 0;
    for (ssize_t i = 0; i < n && used + 1 < len; i++) {
        if (log[i] == '\n' && used)
            break;
        if ((unsigned char)log[i] >= 0x20)
            out[used++] = log[i];
    }
    out[used] = '\0';
}

static bool svg_complete(int dirfd, const char *file)
{
    char tail[16] = "";
    int fd = openat(dirfd, file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return false;
    off_t end = lseek(fd, 0, SEEK_END);
    ssize_t n = end > 64 ? pread(fd, tail, sizeof tail - 1, end - (off_t)sizeof tail + 1) : 0;
    close(fd);
    while (n > 0 && (tail[n - 1] == '\n' || tail[n - 1] == ' '))
        tail[--n] = '\0';
    return n >= 6 && strcmp(tail + n - 6, "</svg>") == 0;
}

static int judge(int dirfd, const char *output, int status, int log_fd, char *why, size_t why_len)
{
    char words[256] = "";
    first_words(log_fd, words, sizeof words);
    if (WIFSIGNALED(status)) {
        snprintf(why, why_len, "gnuplot died by signal %d", WTERMSIG(status));
        return -EPROTO;
    }
    if (WEXITSTATUS(status) == 127 && !words[0]) {
        snprintf(why, why_len, "no such program");
        return -ENOENT;
    }
    if (WEXITSTATUS(status) != 0 || words[0]) {
        snprintf(why, why_len, "gnuplot exited with %d and said: %s", WEXITSTATUS(status),
                 words[0] ? words : "nothing");
        return -EPROTO;
    }
    if (!svg_complete(dirfd, output)) {
        snprintf(why, why_len, "gnuplot reported success but the SVG is not complete");
        return -EPROTO;
    }
    return 0;
}

int plot_render(int dirfd, const char *program, const char *name, char *why, size_t why_len)
{
    char script[NAME_LEN + 8], output[NAME_LEN + 16], final[NAME_LEN + 8];
    snprintf(script, sizeof script, "%s.gp", name);
    snprintf(output, sizeof output, "%s.svg.new", name);
    snprintf(final, sizeof final, "%s.svg", name);
    why[0] = '\0';
    int log_fd = memfd_create("gnuplot-log", MFD_CLOEXEC);
    if (log_fd < 0)
        return -errno;
    pid_t pid;
    int status = 0, rc = spawn_gnuplot(dirfd, program, script, output, log_fd, &pid);
    if (rc) {
        snprintf(why, why_len, "gnuplot cannot be started: %s", strerror(-rc));
    } else {
        rc = await(pid, &status);
        if (rc)
            snprintf(why, why_len, "gnuplot did not end within %d s", RENDER_LIMIT_MS / 1000);
        else
            rc = judge(dirfd, output, status, log_fd, why, why_len);
    }
    close(log_fd);
    if (!rc && renameat(dirfd, output, dirfd, final)) {
        rc = -errno;
        snprintf(why, why_len, "%s: %s", final, strerror(errno));
    }
    if (rc) { /* neither half a picture nor one of other data */
        unlinkat(dirfd, output, 0);
        unlinkat(dirfd, final, 0);
    }
    return rc;
}
