/* SPDX-License-Identifier: Apache-2.0 */
/* Transfers that go on, descriptors of all kinds, files in particular, and what starting and stopping leaves behind. */
#include "quintet_criterion.h"

#include "coroutine_support.h"

#include "measure/clock.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

TestSuite(coroutine_files, .timeout = 60);

static int all_pair[2];

static int all_sends(struct coro *self, void *arg)
{
    (void)arg;
    for (int i = 0; i < 4; i++) {
        EXPECT(coro_send(self, all_pair[1], "part", 4, 0, CORO_NEVER) == 4);
        coro_sleep(self, 200000);
    }
    EXPECT(shutdown(all_pair[1], SHUT_WR) == 0);
    return 0;
}

static int all_receives(struct coro *self, void *arg)
{
    char buf[16];
    (void)arg;
    EXPECT(coro_recv(self, all_pair[0], buf, 2, MSG_PEEK, CORO_NEVER) == 2);
    EXPECT(coro_recv(self, all_pair[0], buf, 12, MSG_WAITALL, CORO_NEVER) == 12 && !memcmp(buf, "partpartpart", 12));
    EXPECT(coro_recv(self, all_pair[0], buf, 12, MSG_WAITALL, CORO_NEVER) == 4); /* and then the end */
    EXPECT(coro_recv(self, all_pair[0], buf, 12, MSG_WAITALL, CORO_NEVER) == 0);
    return 0;
}

static void begin_all(struct worker *w, unsigned i, void *arg)
{
    (void)i, (void)arg;
    EXPECT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, all_pair) == 0);
    worker_spawn(w, all_receives, NULL, 1);
    worker_spawn(w, all_sends, NULL, 2);
}

Test(coroutine_files, wait_for_all)
{
    RIG_RUN({.workers = 1, .begin = begin_all});
}

static int kinds(struct coro *self, void *arg)
{
    char buf[64];
    uint64_t count = 3;
    int event = eventfd(0, EFD_CLOEXEC), timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC), zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
    int mounts = open("/proc/self/mounts", O_RDONLY | O_CLOEXEC), dir = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct itimerspec soon = {.it_value.tv_nsec = 500000};
    (void)arg;
    EXPECT(coro_write(self, event, &count, 8, CORO_NEVER) == 8);
    EXPECT(coro_read(self, event, buf, 8, CORO_NEVER) == 8 && *(uint64_t *)(void *)buf == 3);
    EXPECT(coro_read(self, event, buf, 8, clock_monotonic_ns() + 500000) == -ETIMEDOUT);
    EXPECT(timerfd_settime(timer, 0, &soon, NULL) == 0);
    EXPECT(coro_read(self, timer, buf, 8, CORO_NEVER) == 8 && *(uint64_t *)(void *)buf == 1);
    EXPECT(coro_read(self, null, buf, 8, CORO_NEVER) == 0 && coro_write(self, null, buf, 8, CORO_NEVER) == 8);
    EXPECT(coro_read(self, zero, buf, 8, CORO_NEVER) == 8 && *(uint64_t *)(void *)buf == 0);
    EXPECT(coro_read(self, mounts, buf, sizeof buf, CORO_NEVER) > 0);
    EXPECT(coro_read(self, dir, buf, 8, CORO_NEVER) == -EISDIR);
    EXPECT(coro_poll(self, dir, POLLIN, CORO_NEVER) == POLLIN);
    EXPECT(coro_poll(self, -1, POLLIN, CORO_NEVER) == -EBADF && coro_read(self, -1, buf, 1, CORO_NEVER) == -EBADF);
    EXPECT(coro_write(self, 1 << 20, buf, 1, CORO_NEVER) == -EBADF && coro_close(self, 1 << 20) == -EBADF);
    for (int fd = event; fd <= dir; fd++)
        EXPECT(coro_close(self, fd) == 0);
    return 0;
}

Test(coroutine_files, descriptors_of_all_kinds)
{
    RIG_RUN({.workers = 1, .begin = rig_spawn_one, .arg = &(coro_fn *){kinds}});
}

/* ---- files: more operations than the pool has threads or a worker has jobs, some of them cancelled ---- */

enum { FILES = MANY_OR_FEW(300, 40), FILE_BLOCKS = 8 };
static int files_fd;
static char files_dir[64];
static struct coro *files_coro[FILES];
static unsigned files_done, files_cancelled;

static int file_works(struct coro *self, void *arg)
{
    char name[16], block[512], got[512];
    (void)arg;
    snprintf(name, sizeof name, "%u", (unsigned)self->id);
    int fd = coro_openat(self, files_fd, name, O_RDWR | O_CREAT | O_EXCL, 0600, CORO_NEVER);
    EXPECT(fd >= 0);
    for (int i = 0; i < FILE_BLOCKS; i++) {
        memset(block, (int)self->id + i, sizeof block);
        EXPECT(coro_write(self, fd, block, sizeof block, CORO_NEVER) == sizeof block);
        EXPECT(io_pread_ring(self, fd, got, sizeof got, i * 512, CORO_NEVER) == sizeof got);
        EXPECT(!memcmp(block, got, sizeof got));
    }
    EXPECT(coro_fsync(self, fd, CORO_NEVER) == 0);
    EXPECT(coro_close(self, fd) == 0 && unlinkat(files_fd, name, 0) == 0);
    files_done++;
    return 0;
}

/* Reads until it is told to stop: what is not cancelled in time is right. */
static int file_reads(struct coro *self, void *arg)
{
    int64_t n;
    char got[512];
    (void)arg;
    while ((n = io_pread_ring(self, files_fd, got, sizeof got, 512, CORO_NEVER)) >= 0)
        EXPECT(n == sizeof got && got[0] == 7 && got[511] == 7);
    EXPECT(n == -ECANCELED);
    files_cancelled++;
    return 0;
}

static int file_cancels(struct coro *self, void *arg)
{
    (void)arg;
    for (int i = FILES - 1; i >= 0; i--) {
        coro_sleep(self, 20000);
        EXPECT(coro_cancel(files_coro[i]));
    }
    return 0;
}

static void begin_files(struct worker *w, unsigned i, void *arg)
{
    (void)i;
    for (uint32_t n = 0; n < FILES; n++)
        files_coro[n] = worker_spawn(w, arg ? file_reads : file_works, NULL, n);
    if (arg)
        worker_spawn(w, file_cancels, NULL, FILES);
}

Test(coroutine_files, files_in_a_crowd)
{
    char block[4096];
    snprintf(files_dir, sizeof files_dir, "/tmp/quintet_ready_XXXXXX");
    cr_assert(mkdtemp(files_dir) && (files_fd = open(files_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) >= 0);
    files_done = files_cancelled = 0;
    RIG_RUN({.workers = 1, .begin = begin_files});
    cr_expect_eq(files_done, (unsigned)FILES);
    close(files_fd);
    cr_assert_eq(rmdir(files_dir), 0);

    memset(block, 7, sizeof block);
    files_fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (files_fd < 0)
        return;
    cr_assert_eq(write(files_fd, block, sizeof block), (ssize_t)sizeof block);
    RIG_RUN({.workers = 1, .begin = begin_files, .arg = block});
    cr_expect_eq(files_cancelled, (unsigned)FILES);
}

/* A block of it, in a file without a name. */
static FILE *file_of_sevens(void)
{
    char block[4096];
    FILE *file = tmpfile();
    memset(block, 7, sizeof block);
    cr_assert(file && fwrite(block, sizeof block, 1, file) == 1 && fflush(file) == 0);
    return file;
}

/* ---- the kernel hears of positioned reads while other coroutines of the turn still run ---- */

enum { HEARD = 5, HEARD_AT_ONCE = 3 }; /* four are submitted together, and one of these may be the worker's own */
static volatile char heard_byte[HEARD];
static unsigned heard_resumed;

static int heard_reads(struct coro *self, void *arg)
{
    (void)arg;
    EXPECT(io_pread_ring(self, files_fd, (void *)(uintptr_t)&heard_byte[self->id], 1, 512, CORO_NEVER) == 1);
    heard_resumed++;
    return 0;
}

/* It never yields: what arrives meanwhile was submitted before this turn's end. */
static int heard_watches(struct coro *self, void *arg)
{
    uint64_t until_ns = clock_monotonic_ns() + UINT64_C(2000000000);
    unsigned arrived = 0;
    (void)self, (void)arg;
    while (arrived < HEARD_AT_ONCE && clock_monotonic_ns() < until_ns) {
        arrived = 0;
        for (int i = 0; i < HEARD; i++)
            arrived += heard_byte[i] == 7;
    }
    EXPECT(arrived >= HEARD_AT_ONCE && heard_resumed == 0);
    return 0;
}

static void begin_heard(struct worker *w, unsigned i, void *arg)
{
    (void)i, (void)arg;
    for (uint32_t n = 0; n < HEARD; n++)
        worker_spawn(w, heard_reads, NULL, n);
    worker_spawn(w, heard_watches, NULL, HEARD);
}

Test(coroutine_files, a_device_hears_of_reads_before_the_turn_ends)
{
    FILE *file = file_of_sevens();
    files_fd = fileno(file);
    RIG_RUN({.workers = 1, .begin = begin_heard});
    cr_expect_eq(heard_resumed, (unsigned)HEARD);
    fclose(file);
}

/* What was begun before the descriptor was closed is about the file that it meant then. */
static int early_reads(struct coro *self, void *arg)
{
    char got[512];
    (void)arg;
    EXPECT(io_pread_ring(self, files_fd, got, sizeof got, 512, CORO_NEVER) == sizeof got);
    EXPECT(got[0] == 7 && got[511] == 7);
    files_done++;
    return 0;
}

static int early_closes(struct coro *self, void *arg)
{
    (void)arg;
    EXPECT(coro_close(self, files_fd) == 0);
    int other = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    EXPECT(other == files_fd);
    while (files_done < FILES)
        coro_yield(self);
    EXPECT(coro_close(self, other) == 0);
    return 0;
}

static void begin_early(struct worker *w, unsigned i, void *arg)
{
    (void)i, (void)arg;
    for (uint32_t n = 0; n < FILES; n++)
        worker_spawn(w, early_reads, NULL, n);
    worker_spawn(w, early_closes, NULL, FILES);
}

Test(coroutine_files, closing_waits_for_what_was_begun_on_files)
{
    FILE *file = file_of_sevens();
    for (int round = 0; round < 20; round++) {
        cr_assert_geq(files_fd = fcntl(fileno(file), F_DUPFD_CLOEXEC, 0), 0);
        files_done = 0;
        RIG_RUN({.workers = 1, .begin = begin_early});
        cr_expect_eq(files_done, (unsigned)FILES);
    }
    fclose(file);
}

/* ---- what is left behind ---- */

static int cycle(struct coro *self, void *arg)
{
    char byte;
    int fd[2];
    (void)arg;
    EXPECT(pipe2(fd, O_CLOEXEC) == 0);
    EXPECT(coro_read(self, fd[0], &byte, 1, clock_monotonic_ns() + 1) == -ETIMEDOUT);
    EXPECT(coro_write(self, fd[1], "x", 1, CORO_NEVER) == 1 && coro_read(self, fd[0], &byte, 1, CORO_NEVER) == 1);
    int file = coro_openat(self, AT_FDCWD, "/proc/self/exe", O_RDONLY, 0, CORO_NEVER);
    EXPECT(io_pread_ring(self, file, &byte, 1, 1, CORO_NEVER) == 1 && byte == 'E');
    EXPECT(coro_close(self, file) == 0 && coro_close(self, fd[0]) == 0 && coro_close(self, fd[1]) == 0);
    return 0;
}

static int inheritable(struct coro *self, void *arg)
{
    unsigned count = 0;
    (void)self;
    for (int fd = 0; fd < 1024; fd++) {
        int flags = fcntl(fd, F_GETFD);
        count += flags >= 0 && !(flags & FD_CLOEXEC);
    }
    *(unsigned *)arg = count;
    return 0;
}

static void begin_inheritable(struct worker *w, unsigned i, void *arg)
{
    if (i == 0)
        worker_spawn(w, inheritable, arg, 1);
}

Test(coroutine_files, nothing_is_left_after_a_thousand_starts)
{
    unsigned before = 0, inside = 0;
    for (int i = 0; i < 20; i++)
        RIG_RUN({.workers = 1, .begin = rig_spawn_one, .arg = &(coro_fn *){cycle}});
    inheritable(NULL, &before);
    size_t fds = count_fds(), maps = count_maps();
    for (int i = 0; i < MANY_OR_FEW(1000, 50); i++)
        RIG_RUN({.workers = 1, .begin = rig_spawn_one, .arg = &(coro_fn *){cycle}});
    cr_expect_eq(count_fds(), fds);
    cr_expect_leq(count_maps(), maps + MANY_OR_FEW(4, 40), "%d maps, %d before", (int)count_maps(), (int)maps);
    RIG_RUN({.workers = 2, .begin = begin_inheritable, .arg = &inside});
    cr_expect_eq(inside, before, "descriptors that a new program would inherit");
}
