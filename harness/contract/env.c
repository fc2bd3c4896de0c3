/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Resources for a workload's setup. A workload may not make descriptors or mappings itself: then nobody would know what
 * to give back when a trial ends early, and the workloads' archive could not be proved free of system calls.
 */
#include "contract/env.h"

#include "contract/condvar.h"
#include "measure/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

struct mapping {
    void *address;
    size_t bytes;
};

struct env_private {
    int *fds;
    size_t n_fds, cap_fds;
    struct mapping *maps;
    size_t n_maps, cap_maps;
    origin_start_fn *origin_start;
    void *origin_runner;
    pid_t root; /* the trial's process: tasks may run in children of it */
    char reason[256];
};

int env_init(struct workload_env *env)
{
    env->priv = calloc(1, sizeof *env->priv);
    if (!env->priv)
        return -ENOMEM;
    env->priv->root = getpid();
    return 0;
}

void env_fini(struct workload_env *env)
{
    struct env_private *p = env->priv;
    if (!p)
        return;
    for (size_t i = 0; i < p->n_fds; i++)
        close(p->fds[i]);
    for (size_t i = 0; i < p->n_maps; i++)
        munmap(p->maps[i].address, p->maps[i].bytes);
    free(p->fds);
    free(p->maps);
    free(p);
    env->priv = NULL;
}

/* Make room for n more descriptors first, so that a descriptor once made is never lost. */
static int fds_reserve(struct env_private *p, size_t n)
{
    if (p->n_fds + n <= p->cap_fds)
        return 0;
    size_t cap = p->cap_fds ? p->cap_fds * 2 : 16;
    int *fds = realloc(p->fds, cap * sizeof *fds);
    if (!fds)
        return -ENOMEM;
    p->fds = fds;
    p->cap_fds = cap;
    return 0;
}

static int keep_pair(struct env_private *p, int rc, const int fd[2])
{
    if (rc < 0)
        return -errno;
    p->fds[p->n_fds++] = fd[0];
    p->fds[p->n_fds++] = fd[1];
    return 0;
}

static int keep_one(struct env_private *p, int rc, int *fd)
{
    if (rc < 0)
        return -errno;
    *fd = p->fds[p->n_fds++] = rc;
    return 0;
}

int env_pipe(struct workload_env *env, int fd[2])
{
    int rc = fds_reserve(env->priv, 2);
    return rc ? rc : keep_pair(env->priv, pipe2(fd, O_CLOEXEC), fd);
}

int env_socketpair(struct workload_env *env, int fd[2])
{
    int rc = fds_reserve(env->priv, 2);
    return rc ? rc : keep_pair(env->priv, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd), fd);
}

int env_eventfd(struct workload_env *env, int *fd)
{
    int rc = fds_reserve(env->priv, 1);
    return rc ? rc : keep_one(env->priv, eventfd(0, EFD_CLOEXEC), fd);
}

int env_condvar_seat(struct workload_env *env, struct condvar_seat *seat)
{
    (void)env;
    return condvar_seat_init(seat);
}

int env_open(struct workload_env *env, const char *name, int flags, int *fd)
{
    if (env->data_dirfd < 0)
        return -ENOENT;
    int rc = fds_reserve(env->priv, 1);
    return rc ? rc : keep_one(env->priv, openat(env->data_dirfd, name, flags | O_CLOEXEC | O_NOFOLLOW), fd);
}

int env_create(struct workload_env *env, const char *name, int *fd)
{
    if (env->data_dirfd < 0)
        return -ENOENT;
    int rc = fds_reserve(env->priv, 1);
    if (rc)
        return rc;
    if (unlinkat(env->data_dirfd, name, 0) && errno != ENOENT)
        return -errno;
    return keep_one(env->priv, openat(env->data_dirfd, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600),
                    fd);
}

int env_map(struct workload_env *env, size_t bytes, void **out)
{
    struct env_private *p = env->priv;
    if (p->n_maps == p->cap_maps) {
        size_t cap = p->cap_maps ? p->cap_maps * 2 : 4;
        struct mapping *maps = realloc(p->maps, cap * sizeof *maps);
        if (!maps)
            return -ENOMEM;
        p->maps = maps;
        p->cap_maps = cap;
    }
    void *address = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (address == MAP_FAILED)
        return -errno;
    p->maps[p->n_maps++] = (struct mapping){address, bytes};
    *out = address;
    return 0;
}

int env_occupy(struct workload_env *env, size_t bytes)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    struct limits_room left;
    void *at;
    if (limits_memory_room("", &left) && bytes > left.count / 2) {
        env_reason(env, "%zu MiB are more than half of the %llu MiB of memory that are left", bytes >> 20,
                   (unsigned long long)(left.count >> 20));
        return -ENOTSUP;
    }
    int rc = env_map(env, bytes, &at);
    if (rc)
        return rc;
    madvise(at, bytes, MADV_NOHUGEPAGE); /* refused by a kernel that has no huge pages */
    for (size_t i = 0; i < bytes; i += page)
        ((volatile char *)at)[i] = 1;
    return 0;
}

void env_offer_origin(struct workload_env *env, origin_start_fn *start, void *runner)
{
    env->priv->origin_start = start;
    env->priv->origin_runner = runner;
}

int env_origin(struct workload_env *env, const struct origin_config *config, struct origin_addresses *addresses)
{
    struct env_private *p = env->priv;
    char why[sizeof p->reason] = "";
    memset(addresses, 0, sizeof *addresses);
    int rc = p->origin_start ? p->origin_start(p->origin_runner, config, addresses, why, sizeof why) : 0;
    if (rc && why[0])
        env_reason(env, "%s", why);
    return rc;
}

int env_drop_cache(struct workload_env *env, int fd)
{
    (void)env;
    return -posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
}

int env_mkdir(struct workload_env *env, const char *name)
{
    if (env->data_dirfd < 0)
        return -ENOENT;
    return mkdirat(env->data_dirfd, name, 0700) && errno != EEXIST ? -errno : 0;
}

int env_sync(struct workload_env *env)
{
    return syncfs(env->data_dirfd) ? -errno : 0;
}

/* Pages of offset..+len that are in the page cache, and how many there are: 0 or -errno. */
static int pages_resident(int fd, off_t offset, size_t len, size_t *resident, size_t *pages)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), skip = (size_t)offset % page, bytes = len + skip;
    *pages = (bytes + page - 1) / page;
    *resident = 0;
    if (len == 0) {
        *pages = 0;
        return 0;
    }
    void *map = mmap(NULL, bytes, PROT_READ, MAP_SHARED, fd, offset - (off_t)skip);
    if (map == MAP_FAILED)
        return -errno;
    unsigned char *in_core = malloc(*pages);
    int rc = in_core ? 0 : -ENOMEM;
    if (in_core && mincore(map, bytes, in_core))
        rc = -errno;
    for (size_t i = 0; !rc && i < *pages; i++)
        *resident += in_core[i] & 1;
    free(in_core);
    munmap(map, bytes);
    return rc;
}

int env_resident(struct workload_env *env, int fd, off_t offset, size_t len)
{
    (void)env;
    size_t resident, pages;
    int rc = pages_resident(fd, offset, len, &resident, &pages);
    return rc ? rc : resident == pages;
}

int env_evicted(struct workload_env *env, int fd, off_t offset, size_t len)
{
    (void)env;
    size_t resident, pages;
    int rc = pages_resident(fd, offset, len, &resident, &pages);
    return rc ? rc : resident == 0;
}

/* Fields 1 and 4 of Documentation/admin-guide/iostats.rst: reads completed, and the sum of how long each took, in ms. A
 * file of a partition is told by the partition's own statistics. */
int env_device_use(const struct workload_env *env, int fd, struct device_use *out)
{
    (void)env;
    struct stat status;
    char path[64], text[512];
    unsigned long long reads, reading_ms;
    memset(out, 0, sizeof *out);
    if (fstat(fd, &status))
        return -errno;
    snprintf(path, sizeof path, "/sys/dev/block/%u:%u/stat", major(status.st_dev), minor(status.st_dev));
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = file < 0 ? -1 : read(file, text, sizeof text - 1);
    if (file >= 0)
        close(file);
    text[n > 0 ? n : 0] = '\0';
    if (sscanf(text, "%llu %*u %*u %llu", &reads, &reading_ms) != 2)
        return -ENOTSUP;
    *out = (struct device_use){.reads_count = reads, .reading_ns = reading_ms * 1000000};
    return 0;
}

int env_on_disk(struct workload_env *env, int fd, char *why, size_t why_len)
{
    /* File systems where "direct" or "cold" says nothing about a device. */
    static const struct {
        long magic;
        const char *name;
    } not_disk[] = {
        {0x01021994, "tmpfs"}, {0x858458f6, "ramfs"}, {0x794c7630, "overlay"}, {0x6969, "nfs"},    {0x01021997, "9p"},
        {0xff534d42, "cifs"},  {0xfe534d42, "smb2"},  {0x65735546, "fuse"},    {0x9fa0, "procfs"}, {0x2fc12fc1, "zfs"},
    };
    (void)env;
    struct statfs fs;
    if (fstatfs(fd, &fs))
        return -errno;
    for (size_t i = 0; i < sizeof not_disk / sizeof *not_disk; i++)
        if ((unsigned long)fs.f_type == (unsigned long)not_disk[i].magic) {
            snprintf(why, why_len, "the data directory is on %s", not_disk[i].name);
            return 0;
        }
    snprintf(why, why_len, "file system type 0x%lx", (unsigned long)fs.f_type);
    return 1;
}

int env_memory(const struct workload_env *env, struct memory *out)
{
    return memory_read(out, env->priv->root);
}

void env_reason(struct workload_env *env, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    vsnprintf(env->priv->reason, sizeof env->priv->reason, format, ap);
    va_end(ap);
}

const char *env_reason_text(const struct workload_env *env)
{
    return env->priv ? env->priv->reason : "";
}
