/* SPDX-License-Identifier: Apache-2.0 */
/* The calls that can fail, wrapped: each asks fail_here() and calls on, or fails as it would for want of a resource. */
#include "fail.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <liburing.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <spawn.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* --- memory: through the names that the C library keeps for itself, since dlsym() allocates -------------------------
 */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static void *no_memory(void)
{
    errno = ENOMEM;
    return NULL;
}

void *malloc(size_t size)
{
    return fail_here("malloc") ? no_memory() : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    return fail_here("calloc") ? no_memory() : __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
    return fail_here("realloc") ? no_memory() : __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fail_here("aligned_alloc") ? no_memory() : __libc_memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
    if (fail_here("posix_memalign"))
        return ENOMEM;
    *out = __libc_memalign(alignment, size);
    return *out ? 0 : ENOMEM;
}

/* --- everything else ------------------------------------------------------------------------------------------------
 */

#define REAL(name)                                                                                                     \
    static __typeof__(name) *real;                                                                                     \
    if (!real)                                                                                                         \
    real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

/* A function that returns `failed` and sets errno. */
#define WRAP(type, name, failed, error, parameters, arguments)                                                         \
    type name parameters                                                                                               \
    {                                                                                                                  \
        REAL(name);                                                                                                    \
        if (!fail_here(#name))                                                                                         \
            return real arguments;                                                                                     \
        errno = error;                                                                                                 \
        return failed;                                                                                                 \
    }

/* A function that returns the error itself. */
#define WRAP_CODE(name, code, parameters, arguments)                                                                   \
    int name parameters                                                                                                \
    {                                                                                                                  \
        REAL(name);                                                                                                    \
        return fail_here(#name) ? (code) : real arguments;                                                             \
    }

/* A function that gives something back in any case: it does that, and then fails. */
#define WRAP_AFTER(type, name, failed, error, parameters, arguments)                                                   \
    type name parameters                                                                                               \
    {                                                                                                                  \
        REAL(name);                                                                                                    \
        bool fails = fail_here(#name);                                                                                 \
        type result = real arguments;                                                                                  \
        if (!fails)                                                                                                    \
            return result;                                                                                             \
        errno = error;                                                                                                 \
        return failed;                                                                                                 \
    }

WRAP(void *, mmap, MAP_FAILED, ENOMEM, (void *at, size_t len, int prot, int flags, int fd, off_t offset),
     (at, len, prot, flags, fd, offset))
WRAP(int, mprotect, -1, ENOMEM, (void *at, size_t len, int prot), (at, len, prot))
WRAP(int, madvise, -1, EAGAIN, (void *at, size_t len, int advice), (at, len, advice))

static mode_t mode_of(int flags, va_list ap)
{
    return flags & (O_CREAT | __O_TMPFILE) ? va_arg(ap, mode_t) : 0;
}

int open(const char *path, int flags, ...)
{
    va_list ap;
    va_start(ap, flags);
    mode_t mode = mode_of(flags, ap);
    va_end(ap);
    REAL(open);
    if (!fail_here("open"))
        return real(path, flags, mode);
    errno = EMFILE;
    return -1;
}

int openat(int dirfd, const char *path, int flags, ...)
{
    va_list ap;
    va_start(ap, flags);
    mode_t mode = mode_of(flags, ap);
    va_end(ap);
    REAL(openat);
    if (!fail_here("openat"))
        return real(dirfd, path, flags, mode);
    errno = EMFILE;
    return -1;
}

/* Files alone: a pipe, a socket or an eventfd has no disk that could be full or broken. */
static bool is_file(int fd)
{
    struct stat st;
    int before = errno;
    bool yes = fstatat(fd, "", &st, AT_EMPTY_PATH) == 0 && S_ISREG(st.st_mode);
    errno = before;
    return yes;
}

#define WRAP_FILE(type, name, error, parameters, arguments)                                                            \
    type name parameters                                                                                               \
    {                                                                                                                  \
        REAL(name);                                                                                                    \
        if (!is_file(fd) || !fail_here(#name))                                                                         \
            return real arguments;                                                                                     \
        errno = error;                                                                                                 \
        return -1;                                                                                                     \
    }

WRAP(FILE *, fopen, NULL, EMFILE, (const char *path, const char *mode), (path, mode))
WRAP(FILE *, fdopen, NULL, ENOMEM, (int fd, const char *mode), (fd, mode))
WRAP(FILE *, open_memstream, NULL, ENOMEM, (char **text, size_t *len), (text, len))
WRAP_FILE(ssize_t, read, EIO, (int fd, void *buf, size_t len), (fd, buf, len))
WRAP_FILE(ssize_t, write, ENOSPC, (int fd, const void *buf, size_t len), (fd, buf, len))
WRAP(ssize_t, pread, -1, EIO, (int fd, void *buf, size_t len, off_t at), (fd, buf, len, at))
WRAP(ssize_t, pwrite, -1, ENOSPC, (int fd, const void *buf, size_t len, off_t at), (fd, buf, len, at))
WRAP(int, fsync, -1, EIO, (int fd), (fd))
WRAP(int, fdatasync, -1, EIO, (int fd), (fd))
WRAP(int, ftruncate, -1, EIO, (int fd, off_t len), (fd, len))
WRAP(int, fstat, -1, EIO, (int fd, struct stat *st), (fd, st))
WRAP(int, renameat, -1, EIO, (int from, const char *a, int to, const char *b), (from, a, to, b))
WRAP(int, mkdirat, -1, ENOSPC, (int dirfd, const char *path, mode_t mode), (dirfd, path, mode))
WRAP_AFTER(int, close, -1, EIO, (int fd), (fd))
WRAP_AFTER(int, fclose, EOF, EIO, (FILE * file), (file))
WRAP(int, fflush, EOF, ENOSPC, (FILE * file), (file))

WRAP(int, pipe2, -1, EMFILE, (int fd[2], int flags), (fd, flags))
WRAP(int, eventfd, -1, EMFILE, (unsigned start, int flags), (start, flags))
WRAP(int, epoll_create1, -1, EMFILE, (int flags), (flags))
WRAP(int, epoll_ctl, -1, ENOSPC, (int set, int what, int fd, struct epoll_event *event), (set, what, fd, event))
WRAP(int, memfd_create, -1, EMFILE, (const char *name, unsigned flags), (name, flags))
WRAP(int, socket, -1, EMFILE, (int domain, int type, int protocol), (domain, type, protocol))
WRAP(int, socketpair, -1, EMFILE, (int domain, int type, int protocol, int fd[2]), (domain, type, protocol, fd))
WRAP(int, accept4, -1, EMFILE, (int fd, __SOCKADDR_ARG to, socklen_t *len, int flags), (fd, to, len, flags))
WRAP(int, connect, -1, ECONNREFUSED, (int fd, __CONST_SOCKADDR_ARG to, socklen_t len), (fd, to, len))
WRAP(int, bind, -1, EADDRINUSE, (int fd, __CONST_SOCKADDR_ARG at, socklen_t len), (fd, at, len))
WRAP(int, listen, -1, EADDRINUSE, (int fd, int backlog), (fd, backlog))
WRAP(ssize_t, send, -1, ECONNRESET, (int fd, const void *buf, size_t len, int flags), (fd, buf, len, flags))
WRAP(ssize_t, recv, -1, ECONNRESET, (int fd, void *buf, size_t len, int flags), (fd, buf, len, flags))
WRAP(int, poll, -1, EINTR, (struct pollfd * fds, nfds_t n, int timeout), (fds, n, timeout))

WRAP(pid_t, fork, -1, EAGAIN, (void), ())
WRAP_CODE(posix_spawn, EAGAIN,
          (pid_t * pid, const char *path, const posix_spawn_file_actions_t *files, const posix_spawnattr_t *attributes,
           char *const argv[], char *const envp[]),
          (pid, path, files, attributes, argv, envp))
WRAP_CODE(pthread_create, EAGAIN, (pthread_t * thread, const pthread_attr_t *attr, void *(*body)(void *), void *arg),
          (thread, attr, body, arg))
WRAP(int, sched_setaffinity, -1, EINVAL, (pid_t pid, size_t len, const cpu_set_t *set), (pid, len, set))

WRAP(int, sigaltstack, -1, ENOMEM, (const stack_t *stack, stack_t *old), (stack, old))
WRAP(int, timerfd_create, -1, EMFILE, (clockid_t clock, int flags), (clock, flags))
WRAP(char *, mkdtemp, NULL, ENOSPC, (char *name), (name))

/* Of what has no wrapper in the C library only this may fail: not the futex calls. */
long syscall(long number, ...)
{
    va_list ap;
    long a[6];
    va_start(ap, number);
    for (int i = 0; i < 6; i++)
        a[i] = va_arg(ap, long);
    va_end(ap);
    REAL(syscall);
    if (number != SYS_pidfd_open || !fail_here("pidfd_open"))
        return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    errno = EMFILE;
    return -1;
}

WRAP_CODE(io_uring_queue_init_params, -ENOMEM, (unsigned entries, struct io_uring *ring, struct io_uring_params *p),
          (entries, ring, p))
WRAP_CODE(io_uring_queue_init, -ENOMEM, (unsigned entries, struct io_uring *ring, unsigned flags),
          (entries, ring, flags))
WRAP_CODE(io_uring_submit, -EAGAIN, (struct io_uring * ring), (ring))
WRAP_CODE(io_uring_submit_and_get_events, -EAGAIN, (struct io_uring * ring), (ring))
WRAP_CODE(io_uring_submit_and_wait_timeout, -EINTR,
          (struct io_uring * ring, struct io_uring_cqe **cqe, unsigned n, struct __kernel_timespec *ts, sigset_t *mask),
          (ring, cqe, n, ts, mask))
WRAP_CODE(io_uring_register_ring_fd, -ENOMEM, (struct io_uring * ring), (ring))
WRAP(struct io_uring_probe *, io_uring_get_probe_ring, NULL, ENOMEM, (struct io_uring * ring), (ring))
