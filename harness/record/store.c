/* SPDX-License-Identifier: Apache-2.0 */
#include "record/store.h"
#include "measure/heap.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int store_name_valid(const char *name)
{
    size_t len = strlen(name);
    return len >= 1 && len <= 64 && name[0] != '.' && name[0] != '-' &&
           strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") == len;
}

static int write_all(int fd, const char *data, size_t len)
{
    while (len) {
        ssize_t n = write(fd, data, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            return -EIO;
        data += n;
        len -= (size_t)n;
    }
    return 0;
}

/* The directory that holds `name`, so that the rename can be made durable. */
static int sync_parent(int dirfd, const char *name)
{
    char parent[4096];
    const char *slash = strrchr(name, '/');
    if (slash && (size_t)(slash - name) >= sizeof parent)
        return -ENAMETOOLONG;
    snprintf(parent, sizeof parent, "%.*s", slash ? (int)(slash - name) : 1, slash ? name : ".");
    int fd = openat(dirfd, parent[0] ? parent : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int rc = fsync(fd) ? -errno : 0;
    close(fd);
    return rc;
}

int store_write(int dirfd, const char *name, const void *data, size_t len)
{
    char temporary[4096];
    struct stat st;
    if (!fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) && !S_ISREG(st.st_mode))
        return -EINVAL;
    if ((size_t)snprintf(temporary, sizeof temporary, "%s.%ld.tmp", name, (long)getpid()) >= sizeof temporary)
        return -ENAMETOOLONG;
    int fd = openat(dirfd, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (fd < 0)
        return -errno;
    int rc = write_all(fd, data, len);
    if (!rc && fsync(fd))
        rc = -errno;
    if (!rc && (fstat(fd, &st) || (size_t)st.st_size != len))
        rc = -EIO; /* a write that "succeeded" and stored nothing */
    if (close(fd) && !rc)
        rc = -errno;
    if (!rc && renameat(dirfd, temporary, dirfd, name))
        rc = -errno;
    if (rc)
        unlinkat(dirfd, temporary, 0);
    else
        rc = sync_parent(dirfd, name);
    return rc;
}

/* The pid in "<name>.<pid>.tmp", or 0. */
static pid_t writer_of(const char *name)
{
    size_t len = strlen(name);
    if (len < 7 || strcmp(name + len - 4, ".tmp") != 0)
        return 0;
    const char *digits = name + len - 4;
    while (digits > name && digits[-1] >= '0' && digits[-1] <= '9')
        digits--;
    bool is_one = digits > name + 1 && digits[-1] == '.' && *digits != '.' && name + len - 4 - digits < 10;
    return is_one ? (pid_t)strtol(digits, NULL, 10) : 0;
}

void store_sweep(int dirfd)
{
    int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        pid_t pid = writer_of(entry->d_name);
        if (pid > 0 && kill(pid, 0) && errno == ESRCH)
            unlinkat(dirfd, entry->d_name, 0);
    }
    if (dir)
        closedir(dir);
    else if (fd >= 0)
        close(fd);
}

int store_write_json(int dirfd, const char *name, const json_t *json)
{
    char *text = json_dumps(json, JSON_INDENT(1) | JSON_SORT_KEYS | JSON_REAL_PRECISION(12));
    if (!text || heap_was_refused()) { /* it may lack members */
        free(text);
        return -ENOMEM;
    }
    size_t len = strlen(text);
    text[len] = '\n'; /* in place of the NUL: store_write counts bytes */
    int rc = store_write(dirfd, name, text, len + 1);
    free(text);
    return rc;
}

int store_read(int dirfd, const char *name, size_t limit, char **out, size_t *out_len)
{
    int fd = openat(dirfd, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    struct stat st;
    int rc = fstat(fd, &st) ? -errno : 0;
    if (!rc && !S_ISREG(st.st_mode))
        rc = -EINVAL; /* a FIFO would hang us, a directory confuse us */
    if (!rc && (size_t)st.st_size > limit)
        rc = -EFBIG;
    char *data = rc ? NULL : malloc((size_t)st.st_size + 1);
    if (!rc && !data)
        rc = -ENOMEM;
    size_t len = 0;
    while (!rc && len < (size_t)st.st_size) {
        ssize_t n = read(fd, data + len, (size_t)st.st_size - len);
        if (n < 0 && errno != EINTR)
            rc = -errno;
        if (n == 0)
            break;
        if (n > 0)
            len += (size_t)n;
    }
    close(fd);
    if (rc) {
        free(data);
        return rc;
    }
    data[len] = '\0';
    *out = data;
    *out_len = len;
    return 0;
}

bool store_is_misshapen(int rc)
{
    return rc == -EINVAL || rc == -EISDIR || rc == -ENOTDIR || rc == -ELOOP || rc == -ENXIO || rc == -EFBIG;
}

const char *store_strerror(int rc)
{
    return rc == -EINVAL || rc == -ENXIO ? "it is no regular file" : strerror(-rc);
}

int store_read_json(int dirfd, const char *name, json_t **out, char *why, size_t why_len)
{
    char *text;
    size_t len;
    *out = NULL;
    int rc = store_read(dirfd, name, 64u << 20, &text, &len);
    if (rc) {
        snprintf(why, why_len, "%s: %s", name, store_strerror(rc));
        return rc;
    }
    json_error_t error;
    *out = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
    free(text);
    if (heap_json_was_refused()) { /* jansson drops the bytes of a string that it has no room for, and goes on */
        json_decref(*out);
        *out = NULL;
        snprintf(why, why_len, "%s: %s", name, strerror(ENOMEM));
        return -ENOMEM;
    }
    if (*out)
        return 0;
    snprintf(why, why_len, "%s:%d:%d: %s", name, error.line, error.column, error.text);
    return -EBADMSG;
}

int store_mkdir(int dirfd, const char *path)
{
    char part[4096];
    size_t len = strlen(path);
    if (len == 0 || len >= sizeof part)
        return -ENAMETOOLONG;
    for (size_t i = 1; i <= len; i++)
        if (path[i] == '/' || path[i] == '\0') {
            memcpy(part, path, i);
            part[i] = '\0';
            if (mkdirat(dirfd, part, 0755) && errno != EEXIST)
                return -errno;
        }
    struct stat st;
    if (fstatat(dirfd, path, &st, 0))
        return -errno;
    return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
}
