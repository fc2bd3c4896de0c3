/* SPDX-License-Identifier: Apache-2.0 */
#include "run/isolate.h"
#include "run/strays.h"
#include "run/trial.h"

#include "record/frame.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { GRACE_MS = 500, REPLY_LIMIT = FRAME_LIMIT_BYTES + 64 };

static volatile sig_atomic_t stop_signal;
static volatile pid_t current_group; /* for the handler of a second signal */

static void on_stop(int signal_number)
{
    if (stop_signal) {
        if (current_group > 0)
            kill(-current_group, SIGKILL);
        _exit(128 + signal_number);
    }
    stop_signal = signal_number;
}

int isolate_init(void)
{
    struct sigaction action = {.sa_handler = on_stop}, before;
    static const int stops[] = {SIGINT, SIGTERM, SIGHUP};
    sigset_t heard;
    sigemptyset(&action.sa_mask);
    sigemptyset(&heard);
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
        sigaddset(&heard, stops[i]);
        if (sigaction(stops[i], NULL, &before))
            return -errno;
        if (stops[i] == SIGHUP && before.sa_handler == SIG_IGN)
            continue; /* nohup: whoever started us wants us to outlive the terminal */
        if (sigaction(stops[i], &action, NULL))
            return -errno;
    }
    if (sigprocmask(SIG_UNBLOCK, &heard, NULL)) /* a parent may have left them blocked */
        return -errno;
    signal(SIGPIPE, SIG_IGN);
    return strays_init();
}

int isolate_interrupted(void)
{
    return stop_signal;
}

static uint64_t now_ms(void)
{
    return clock_monotonic_ns() / 1000000;
}

/* Lines of /proc/vmstat "oom_kill N": did the kernel kill for memory while the trial ran? */
static long long oom_kills(void)
{
    char line[128];
    long long n = 0;
    FILE *file = fopen("/proc/vmstat", "re");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "oom_kill %lld", &n) == 1)
            break;
    if (file)
        fclose(file);
    return n;
}

/* The request fits into the pipe's buffer many times over, so writing it before the child exists cannot block. */
static int request_pipe(const struct trial_spec *spec)
{
    int fd[2];
    if (pipe2(fd, O_CLOEXEC))
        return -errno;
    json_t *json = trial_spec_to_json(spec);
    int rc = json ? frame_write(fd[1], json) : -ENOMEM;
    json_decref(json);
    close(fd[1]);
    if (rc) {
        close(fd[0]);
        return rc;
    }
    return fd[0];
}

/* fd 0: request, 1: nowhere, 2: collected words, 3: reply, TRIAL_DATA_FD: directory of the data sets (data > 0). */
static int start(int in, int reply, int words, int data, pid_t *pid)
{
    char parent[24];
    snprintf(parent, sizeof parent, "%ld", (long)getpid());
    char *argv[] = {"quintet", "trial", parent, NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, defaults;
    sigemptyset(&none);
    sigfillset(&defaults);
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&files, in, 0);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&files, words, 2);
    posix_spawn_file_actions_adddup2(&files, reply, 3);
    if (data > 0)
        posix_spawn_file_actions_adddup2(&files, data, TRIAL_DATA_FD);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    int rc = posix_spawn(pid, "/proc/self/exe", &files, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return -rc;
}

struct buffer {
    char *bytes;
    size_t len, cap, limit;
};

/* Take what is there. Returns false at end of file. What exceeds the limit is read and dropped (words: the end is
 * kept). */
static bool drain(int fd, struct buffer *b, bool keep_end)
{
    char chunk[16384];
    ssize_t n = read(fd, chunk, sizeof chunk);
    if (n <= 0)
        return n < 0 && (errno == EINTR || errno == EAGAIN);
    if (keep_end && b->len + (size_t)n > b->limit) {
        size_t keep = b->limit / 2 < b->len ? b->limit / 2 : b->len;
        memmove(b->bytes, b->bytes + b->len - keep, keep);
        b->len = keep;
    }
    if (b->len + (size_t)n > b->cap) {
        size_t cap = (b->len + (size_t)n) * 2;
        char *more = cap < b->limit * 4 ? realloc(b->bytes, cap) : NULL;
        if (!more)
            return true;
        b->bytes = more;
        b->cap = cap;
    }
    memcpy(b->bytes + b->len, chunk, (size_t)n);
    b->len += (size_t)n;
    return true;
}

/* One printable line out of whatever the child said last. */
static void last_words(const struct buffer *b, char *out, size_t len)
{
    size_t from = b->len > len - 1 ? b->len - (len - 1) : 0, n = 0;
    for (size_t i = from; i < b->len; i++)
        out[n++] = b->bytes[i] < 0x20 || b->bytes[i] >= 0x7f ? ' ' : b->bytes[i];
    while (n && out[n - 1] == ' ')
        n--;
    out[n] = '\0';
}

struct watch {
    pid_t pid;
    int pidfd, reply, words;
    struct buffer reply_bytes, word_bytes;
    uint64_t deadline_ms;
    bool timed_out, interrupted, killed;
};

/* Escalate: first TERM and a moment of grace, then KILL. */
static void put_down(struct watch *w)
{
    kill(-w->pid, w->killed ? SIGKILL : SIGTERM);
    w->deadline_ms = now_ms() + GRACE_MS;
    w->killed = true;
}

/* Without a pidfd (old kernels, seccomp, valgrind) nothing wakes us when it ends: then we look now and then. */
enum { LOOK_MS = 2 };

static bool has_ended(pid_t pid)
{
    siginfo_t info = {.si_pid = 0};
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) || info.si_pid == pid;
}

/* poll() itself has failed (no memory in the kernel): a moment later, whatever there is. The pipes do not block. */
static void look_blindly(struct watch *w, bool ended)
{
    const struct timespec moment = {.tv_nsec = LOOK_MS * 1000000L};
    nanosleep(&moment, NULL);
    for (unsigned i = 0; i < (ended ? REPLY_LIMIT / 4096 : 1) && w->reply >= 0; i++)
        if (!drain(w->reply, &w->reply_bytes, false)) {
            close(w->reply);
            w->reply = -1;
        }
    if (w->words >= 0)
        drain(w->words, &w->word_bytes, true);
}

/* Until the child has ended and both pipes are at their end (a stray that holds a pipe open does not keep us). */
static void watch_loop(struct watch *w)
{
    bool running = true;
    while (running || w->reply >= 0) {
        struct pollfd fds[] = {{w->pidfd, POLLIN, 0}, {w->reply, POLLIN, 0}, {w->words, POLLIN, 0}};
        if (!running)
            fds[0].fd = -1;
        uint64_t now = now_ms();
        uint64_t longest = w->pidfd < 0 ? LOOK_MS : 200;
        int rest = now >= w->deadline_ms ? 0 : (int)(w->deadline_ms - now > longest ? longest : w->deadline_ms - now);
        int n = poll(fds, 3, running ? rest : 0);
        bool blind = n < 0 && errno != EINTR;
        if (blind)
            look_blindly(w, !running);
        if (n > 0 && fds[1].revents && !drain(w->reply, &w->reply_bytes, false)) {
            close(w->reply);
            w->reply = -1;
        }
        if (n > 0 && fds[2].revents && !drain(w->words, &w->word_bytes, true)) {
            close(w->words);
            w->words = -1;
        }
        if ((n > 0 && fds[0].revents) || (running && (w->pidfd < 0 || blind) && has_ended(w->pid)))
            running = false;
        else if (!running && (n == 0 || blind))
            break; /* dead, and nothing more in the pipes */
        if (running && stop_signal && !w->interrupted) {
            w->interrupted = true;
            put_down(w);
        } else if (running && now_ms() >= w->deadline_ms) {
            w->timed_out = !w->interrupted;
            put_down(w);
        }
    }
}

static void judge(struct watch *w, int status, bool oom, struct isolate_result *out)
{
    out->exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    out->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    int rc = frame_parse(w->reply_bytes.bytes ? w->reply_bytes.bytes : "", w->reply_bytes.len, &out->reply);
    if (w->interrupted || (out->signal && out->signal == stop_signal)) /* a new trial is in our group for a moment */
        out->end = END_INTERRUPTED;
    else if (w->timed_out)
        out->end = END_TIMEOUT;
    else if (out->signal)
        out->end = oom ? END_OOM : END_CRASHED;
    else if (rc == -ENOMEM || out->exit_status == TRIAL_EXIT_NO_MEMORY)
        out->end = END_NO_RESOURCE; /* here or there */
    else if (rc || out->exit_status)
        out->end = END_PROTOCOL;
    else
        out->end = END_OK;
    last_words(&w->word_bytes, out->words, sizeof out->words);
    if (out->end != END_OK) {
        json_decref(out->reply);
        out->reply = NULL;
    }
}

int isolate_run(const struct trial_spec *spec, uint64_t timeout_ns, struct isolate_result *out)
{
    int reply[2] = {-1, -1}, words[2] = {-1, -1};
    memset(out, 0, sizeof *out);
    int in = request_pipe(spec);
    if (in < 0)
        return in;
    int rc = pipe2(reply, O_CLOEXEC) || pipe2(words, O_CLOEXEC) ? -errno : 0;
    long long oom_before = oom_kills();
    struct watch w = {.reply = reply[0], .words = words[0], .pidfd = -1};
    w.reply_bytes.limit = REPLY_LIMIT;
    w.word_bytes.limit = 4096;
    if (!rc)
        rc = start(in, reply[1], words[1], (int)spec->data_fd, &w.pid);
    close(in);
    close(reply[1]);
    close(words[1]);
    if (rc) {
        close(reply[0]);
        close(words[0]);
        return rc;
    }
    current_group = w.pid;
    w.deadline_ms = now_ms() + timeout_ns / 1000000;
    w.pidfd = (int)syscall(SYS_pidfd_open, w.pid, 0);
    if (w.pidfd < 0)
        rc = -errno;
    fcntl(w.reply, F_SETFL, O_NONBLOCK);
    fcntl(w.words, F_SETFL, O_NONBLOCK);
    watch_loop(&w);

    int status = 0;
    while (waitpid(w.pid, &status, 0) < 0 && errno == EINTR)
        ;
    kill(-w.pid, SIGKILL);
    current_group = 0;
    out->strays = strays_sweep();
    if (!rc)
        judge(&w, status, oom_kills() > oom_before, out);
    if (w.reply >= 0)
        close(w.reply);
    if (w.words >= 0)
        close(w.words);
    if (w.pidfd >= 0)
        close(w.pidfd);
    free(w.reply_bytes.bytes);
    free(w.word_bytes.bytes);
    return rc;
}
