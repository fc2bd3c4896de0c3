/* SPDX-License-Identifier: Apache-2.0 */
#include "run/dataset.h"
#include "run/isolate.h"
#include "run/trial.h"

#include "measure/rng.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int dataset_open(struct dataset *data, int run_dirfd)
{
    *data = (struct dataset){.parent_fd = run_dirfd, .dirfd = -1};
    if (mkdirat(run_dirfd, "data", 0700) && errno != EEXIST)
        return -errno;
    int fd = openat(run_dirfd, "data", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    data->dirfd = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, TRIAL_DATA_FD + 1); /* out of the way of a trial's others */
    int rc = data->dirfd < 0 ? -errno : 0;
    if (fd >= 0)
        close(fd);
    if (rc)
        unlinkat(run_dirfd, "data", AT_REMOVEDIR);
    return rc;
}

int dataset_prepare(struct dataset *data, const struct trial_spec *spec, uint64_t timeout_ns, char *why, size_t why_len)
{
    const struct workload *w = workload_find(spec->cell.workload);
    if (!w || !w->prepare)
        return 0;
    char text[CELL_ID_LEN];
    uint64_t hash = 0;
    cell_case(&spec->cell, text, sizeof text);
    for (const char *c = text; *c; c++)
        hash = rng_hash2(hash, (unsigned char)*c);
    for (unsigned i = 0; i < data->n_done; i++)
        if (data->done[i] == hash)
            return 0;

    struct isolate_result isolated;
    int rc = isolate_run(spec, timeout_ns, &isolated);
    if (rc) {
        snprintf(why, why_len, "%s", strerror(-rc));
        return rc;
    }
    if (isolated.end == END_INTERRUPTED)
        return 0; /* the campaign sees it too */
    const char *reason = json_string_value(json_object_get(isolated.reply, "why"));
    rc = isolated.end == END_OK ? (int)json_integer_value(json_object_get(isolated.reply, "rc")) : -EIO;
    if (rc == -ENOTSUP)
        rc = 0; /* its trials will say so, one sentence each */
    if (rc)
        snprintf(why, why_len, "%s",
                 isolated.end != END_OK ? trial_end_name(isolated.end)
                 : reason && reason[0]  ? reason
                                        : strerror(-rc));
    json_decref(isolated.reply);
    if (!rc && data->n_done < sizeof data->done / sizeof *data->done)
        data->done[data->n_done++] = hash;
    return rc;
}

/* Everything below dir, which is closed: files, and directories down to a depth that no data set reaches. Without
 * opendir(), which needs memory: a data set may be gigabytes, and is to go whatever there is a lack of. */
static int remove_below(int dirfd, unsigned depth)
{
    int first = 0;
    char entries[4096] __attribute__((aligned(__alignof__(struct dirent64))));
    ssize_t len;
    while ((len = getdents64(dirfd, entries, sizeof entries)) > 0)
        for (ssize_t at = 0; at < len; at += ((struct dirent64 *)(entries + at))->d_reclen) {
            const char *name = ((struct dirent64 *)(entries + at))->d_name;
            if (!strcmp(name, ".") || !strcmp(name, "..") || !unlinkat(dirfd, name, 0))
                continue;
            int rc = -errno; /* EISDIR: one to go into */
            int below = -1;
            if (rc == -EISDIR && depth > 0)
                rc = (below = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) < 0 ? -errno : 0;
            if (below >= 0 && !(rc = remove_below(below, depth - 1)) && unlinkat(dirfd, name, AT_REMOVEDIR))
                rc = -errno;
            if (rc && !first)
                first = rc;
        }
    if (len < 0 && !first)
        first = -errno;
    close(dirfd);
    return first;
}

int dataset_close(struct dataset *data)
{
    if (data->dirfd < 0)
        return 0;
    int rc = remove_below(data->dirfd, 8);
    data->dirfd = -1;
    if (!rc && unlinkat(data->parent_fd, "data", AT_REMOVEDIR))
        rc = -errno;
    return rc;
}

void dataset_discard(int run_dirfd)
{
    struct dataset left = {.parent_fd = run_dirfd};
    left.dirfd = openat(run_dirfd, "data", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    dataset_close(&left);
}
