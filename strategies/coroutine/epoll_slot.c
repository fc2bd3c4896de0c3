/* SPDX-License-Identifier: Apache-2.0 */
/* The table of descriptors. See epoll_slot.h. */
#include "strategies/coroutine/epoll_slot.h"
#include "strategies/coroutine/epoll_try.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

enum {
    TABLE_SLOTS_MIN = 64,
    SLOT_HINT_USES = 64, /* then the kernel is asked again what the descriptor is */
    EVENTS_ALWAYS = EPOLLERR | EPOLLHUP,
    EVENTS_READABLE = EPOLLIN | EPOLLRDNORM | EPOLLRDBAND | EPOLLPRI | EPOLLRDHUP | EVENTS_ALWAYS,
    EVENTS_WRITABLE = EPOLLOUT | EPOLLWRNORM | EPOLLWRBAND | EVENTS_ALWAYS,
};

void fd_table_fini(struct fd_table *t)
{
    free(t->slot);
    free(t->unproven);
    *t = (struct fd_table){0};
}

static int table_grow(struct fd_table *t, int fd)
{
    uint32_t count = t->count ? t->count : TABLE_SLOTS_MIN;
    while (count <= (uint32_t)fd)
        count *= 2;
    struct fd_slot *slot = realloc(t->slot, count * sizeof *slot);
    if (!slot)
        return -ENOMEM;
    memset(slot + t->count, 0, (count - t->count) * sizeof *slot);
    t->slot = slot;
    int *unproven = realloc(t->unproven, count * sizeof *unproven);
    if (!unproven)
        return -ENOMEM; /* the table is larger than it says */
    t->unproven = unproven;
    t->count = count;
    return 0;
}

int fd_table_find(struct fd_table *t, int fd, bool learn, struct fd_slot **out)
{
    if (fd < 0)
        return -EBADF;
    if ((uint32_t)fd >= t->count) {
        int err = fcntl(fd, F_GETFD) < 0 ? -EBADF : table_grow(t, fd); /* as large as descriptors are, not as numbers */
        if (err)
            return err;
    }
    struct fd_slot *slot = *out = &t->slot[fd];
    if (!learn)
        return 0;
    if (slot->uses_left == 0) {
        int err = try_learn(fd, &slot->hints);
        if (err)
            return err;
        slot->uses_left = SLOT_HINT_USES;
    }
    slot->uses_left--;
    return 0;
}

/* ---- arming ---- */

static enum io_place place_of(const struct io_op *op)
{
    switch ((enum io_kind)op->kind) {
    case IO_WRITE:
    case IO_SEND:
    case IO_CONNECT:
        return PLACE_WRITABLE;
    case IO_POLL:
        return PLACE_POLL;
    default:
        return PLACE_READABLE;
    }
}

static uint16_t events_of(const struct io_op *op)
{
    static const uint16_t events[] = {[PLACE_READABLE] = EPOLLIN | EPOLLRDHUP, [PLACE_WRITABLE] = EPOLLOUT};
    enum io_place place = place_of(op);
    return EVENTS_ALWAYS | (place == PLACE_POLL ? (uint16_t)op->flags : events[place]);
}

static int arm(const struct fd_table *t, int how, int fd, uint16_t events)
{
    struct epoll_event event = {.events = events | EPOLLET, .data.fd = fd};
    return epoll_ctl(t->epoll_fd, how, fd, &event) ? -errno : 0;
}

/* epoll knows the file that the slot is about: everybody there waits for it. The unproven are the newest. */
static void slot_proven(struct fd_slot *slot)
{
    for (int place = 0; place < SLOT_PLACES; place++) {
        struct io_op *first = slot->waiting[place].first;
        for (struct io_op *op = first ? first->previous : NULL; op && !op->proven; op = op->previous) {
            op->proven = true;
            if (op == first)
                break;
        }
    }
}

/* Everybody leaves. all: the unproven as well get -EBADF. */
static void slot_evict(struct fd_table *t, struct fd_slot *slot, bool all)
{
    slot->armed = 0;
    for (int place = 0; place < SLOT_PLACES; place++) {
        struct io_op *op;
        while ((op = slot->waiting[place].first)) {
            op_list_remove(&slot->waiting[place], op);
            t->waiting_count--;
            if (all || op->proven) {
                op_complete(op, op->moved ? (int64_t)op->moved : -EBADF);
            } else {
                op->place = PLACE_AGAIN;
                op_list_append(&t->again, op);
                t->again_ns = 0;
            }
        }
    }
}

static int slot_arm(struct fd_table *t, struct fd_slot *slot, int fd, uint16_t events)
{
    if (slot->armed) {
        events |= slot->armed;
        int err = arm(t, EPOLL_CTL_MOD, fd, events);
        if (!err) {
            slot->armed = events;
            slot_proven(slot);
            return 0;
        }
        slot_evict(t, slot, false);
    }
    int err = arm(t, EPOLL_CTL_ADD, fd, events);
    if (err == -EEXIST) /* closed and put there again (dup2), while somebody kept the file */
        err = arm(t, EPOLL_CTL_MOD, fd, events);
    if (!err)
        slot->armed = events;
    return err;
}

/* ---- waiting ---- */

int fd_slot_wait(struct fd_table *t, struct fd_slot *slot, struct io_op *op, bool prove)
{
    uint16_t events = events_of(op);
    op->proven = prove || (slot->armed & events) != events;
    if (op->proven) {
        int err = slot_arm(t, slot, op->fd, events);
        if (err)
            return err;
    } else if (!slot->listed) {
        slot->listed = true;
        t->unproven[t->unproven_count++] = op->fd;
    }
    op->place = (uint8_t)place_of(op);
    op_list_append(&slot->waiting[op->place], op);
    t->waiting_count++;
    return 0;
}

void fd_slot_leave(struct fd_table *t, struct io_op *op)
{
    op_list_remove(&t->slot[op->fd].waiting[op->place], op);
    t->waiting_count--;
}

void fd_slot_close(struct fd_table *t, int fd)
{
    if (fd < 0 || (uint32_t)fd >= t->count)
        return;
    struct fd_slot *slot = &t->slot[fd];
    slot_evict(t, slot, true);
    slot->hints = slot->uses_left = 0;
}

/* One who waits: does it end? */
static bool retry(struct fd_table *t, struct fd_slot *slot, struct io_op *op)
{
    int64_t result = try_operation(op, &slot->hints, true);
    if (!try_is_result(result))
        return false; /* with `pollable`, there is only waiting */
    fd_slot_leave(t, op);
    op_complete(op, result);
    return true;
}

void fd_slot_event(struct fd_table *t, int fd, uint32_t events)
{
    struct fd_slot *slot = &t->slot[fd]; /* it was there when the descriptor was armed */
    struct op_list *waiting = slot->waiting;
    if (events & EVENTS_READABLE)
        while (waiting[PLACE_READABLE].first && retry(t, slot, waiting[PLACE_READABLE].first))
            ;
    if (events & EVENTS_WRITABLE)
        while (waiting[PLACE_WRITABLE].first && retry(t, slot, waiting[PLACE_WRITABLE].first))
            ;
    /* Those of poll take nothing away from each other, and each waits for something else. */
    struct io_op *op = waiting[PLACE_POLL].first, *last = op ? op->previous : NULL;
    while (op) {
        struct io_op *next = op == last ? NULL : op->queue;
        retry(t, slot, op);
        op = next;
    }
}

void fd_table_prove(struct fd_table *t)
{
    while (t->unproven_count > 0) {
        int fd = t->unproven[--t->unproven_count];
        struct fd_slot *slot = &t->slot[fd];
        uint16_t events = 0;
        slot->listed = false;
        for (int place = 0; place < SLOT_PLACES; place++) {
            struct io_op *first = slot->waiting[place].first, *op = first;
            if (!op)
                continue;
            do
                events |= events_of(op);
            while (place == PLACE_POLL && (op = op->queue) != first);
        }
        if (!events)
            continue; /* they have all got what they waited for */
        if (arm(t, EPOLL_CTL_MOD, fd, events)) {
            slot_evict(t, slot, false);
        } else {
            slot->armed = events;
            slot_proven(slot);
        }
    }
}
