/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a program whose system calls fail as we like, without privileges and for all of its children (seccomp):
 *
 *     deny CALL:ERRNO[:ARGUMENT:MASK:VALUE]... -- PROGRAM [ARGUMENT...]
 *
 * With three more numbers a call fails only if (argument & mask) == value, e.g. "clone:EAGAIN:0:0x10100:0" for a fork
 * but no thread and no vfork. Exit status 77: this kernel has no such filters.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { RULES_MAX = 16, STEPS_PER_RULE = 6 };

static const struct {
    const char *name;
    int number;
} calls[] = {
    {"io_uring_setup", SYS_io_uring_setup},
    {"io_uring_enter", SYS_io_uring_enter},
    {"io_uring_register", SYS_io_uring_register},
    {"perf_event_open", SYS_perf_event_open},
    {"clone", SYS_clone},
    {"clone3", SYS_clone3},
    {"sched_setaffinity", SYS_sched_setaffinity},
    {"mmap", SYS_mmap},
    {"prctl", SYS_prctl},
    {"pidfd_open", SYS_pidfd_open},
    {"fsync", SYS_fsync},
    {"memfd_create", SYS_memfd_create},
    {"eventfd2", SYS_eventfd2},
    {"accept4", SYS_accept4},
    {"epoll_create1", SYS_epoll_create1},
    {"socket", SYS_socket},
    {"membarrier", SYS_membarrier},
};

static const struct {
    const char *name;
    unsigned number;
} errors[] = {
    {"EPERM", EPERM},   {"ENOSYS", ENOSYS}, {"EINVAL", EINVAL}, {"EAGAIN", EAGAIN}, {"ENOMEM", ENOMEM},
    {"EACCES", EACCES}, {"EMFILE", EMFILE}, {"ENFILE", ENFILE}, {"EIO", EIO},
};

_Noreturn static void usage(const char *word)
{
    fprintf(stderr, "deny: \"%s\": want CALL:ERRNO[:ARGUMENT:MASK:VALUE]... -- PROGRAM [ARGUMENT...]\n", word);
    exit(2);
}

static unsigned call_number(const char *name)
{
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (!strcmp(calls[i].name, name))
            return (unsigned)calls[i].number;
    usage(name);
}

static unsigned error_number(const char *name)
{
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (!strcmp(errors[i].name, name))
            return errors[i].number;
    usage(name);
}

/* Append the steps of one rule. Only the low half of an argument is looked at: flags and small numbers. */
static size_t add_rule(struct sock_filter *code, const char *rule)
{
    char name[32] = "", error[16] = "";
    unsigned argument = 0, mask = 0, value = 0;
    int fields = sscanf(rule, "%31[a-z0-9_]:%15[A-Z]:%u:%i:%i", name, error, &argument, (int *)&mask, (int *)&value);
    if ((fields != 2 && fields != 5) || argument > 5)
        usage(rule);
    const struct sock_filter steps[STEPS_PER_RULE] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call_number(name), 0, 4),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)offsetof(struct seccomp_data, args) + 8 * argument),
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, mask),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error_number(error)),
    };
    memcpy(code, steps, sizeof steps);
    return STEPS_PER_RULE;
}

int main(int argc, char **argv)
{
    struct sock_filter code[RULES_MAX * STEPS_PER_RULE + 1];
    size_t n = 0;
    int i = 1;
    for (; i < argc && strcmp(argv[i], "--"); i++) {
        if (i > RULES_MAX)
            usage(argv[i]);
        n += add_rule(code + n, argv[i]);
    }
    if (i + 1 >= argc)
        usage("--");
    code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog program = {.len = (unsigned short)n, .filter = code};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) {
        perror("deny: seccomp");
        return 77;
    }
    execvp(argv[i + 1], argv + i + 1);
    perror(argv[i + 1]);
    return 127;
}
