/* SPDX-License-Identifier: Apache-2.0 */
/* A direct-mapped memo of descriptors. See fd_memo.h. */
#include "strategies/coroutine/fd_memo.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

struct fd_memo_entry {
    int fd;
    short flags;
    short uses_left; /* 0: ask again */
};

struct fd_memo {
    struct fd_memo_entry entry[FD_MEMO_ENTRIES];
};

struct fd_memo *fd_memo_create(void)
{
    return calloc(1, sizeof(struct fd_memo));
}

void fd_memo_destroy(struct fd_memo *memo)
{
    free(memo);
}

static struct fd_memo_entry *entry_of(struct fd_memo *memo, int fd)
{
    return &memo->entry[(unsigned)fd & (FD_MEMO_ENTRIES - 1)];
}

int fd_memo_get(struct fd_memo *memo, int fd)
{
    struct fd_memo_entry *entry = entry_of(memo, fd);
    if (entry->uses_left > 0 && entry->fd == fd) {
        entry->uses_left--;
        return entry->flags;
    }
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || lseek(fd, 0, SEEK_CUR) < 0)
        return -errno;
    /* RWF_NOWAIT on O_DIRECT avoids waiting for locks and allocation, but waits for the device. */
    *entry = (struct fd_memo_entry){.fd = fd, .flags = flags & O_DIRECT ? FD_MEMO_WAITS : 0, .uses_left = FD_MEMO_USES};
    return entry->flags;
}

void fd_memo_add(struct fd_memo *memo, int fd, int flag)
{
    struct fd_memo_entry *entry = entry_of(memo, fd);
    if (entry->uses_left > 0 && entry->fd == fd)
        entry->flags = (short)(entry->flags | flag);
}

void fd_memo_forget(struct fd_memo *memo, int fd)
{
    struct fd_memo_entry *entry = entry_of(memo, fd);
    if (entry->fd == fd)
        entry->uses_left = 0;
}
