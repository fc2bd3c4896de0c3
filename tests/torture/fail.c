/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An object for LD_PRELOAD that makes one call of the C library fail in a program that knows nothing of it: "fail the
 * N-th call, N = 1 until nothing fails any more", as SQLite and curl test themselves. Numbers alone would fail the same
 * place in the source ten thousand times, so calls are told apart by site: which function, called through which frames
 * of the program. What is asked for stands in the environment:
 *
 *   QUINTET_TORTURE_IN=harness|trial   which processes: those started as "quintet trial ...", or the others
 *   QUINTET_TORTURE_LOG=FILE           append a line for every site: <site> <function> <frame> ... (frames of the
 * program) QUINTET_TORTURE_SITE=SITE          fail at this site ... QUINTET_TORTURE_NTH=N              ... its N-th
 * call (default: the first); without SITE: the N-th call of all QUINTET_TORTURE_ON=1               and every later call
 * of the kind, too: a full disk stays full
 *
 * Sites are the same from run to run only without address space randomization: start it through `setarch -R`.
 */
#include "fail.h"

#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SITES_MAX = 8192, FRAMES = 24, KEPT = 3 };

/* Shared with the children that are forked: which call is the N-th is a question to the whole family. */
struct table {
    _Atomic uint64_t all, hits;
    _Atomic uint64_t site[SITES_MAX], count[SITES_MAX];
};

static struct table *table;
static uint64_t wanted_site, wanted_nth;
static bool stays;
static const char *log_path;
static uintptr_t program_base, program_low, program_high;
static struct {
    uintptr_t low, high;
} spared[2];
static _Thread_local bool inside __attribute__((tls_model("initial-exec")));

/* Where the code of this object lies. */
static bool code_of(const struct dl_phdr_info *info, uintptr_t *low, uintptr_t *high)
{
    for (unsigned i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_LOAD && info->dlpi_phdr[i].p_flags & PF_X) {
            *low = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
            *high = *low + info->dlpi_phdr[i].p_memsz;
            return true;
        }
    return false;
}

/* The program itself comes first. And libcrypto 3.0 and hwloc 2.9 crash by themselves when memory runs out in their
 * start: what fails within them is not ours to judge. */
static int find_code(struct dl_phdr_info *info, size_t size, void *arg)
{
    (void)size;
    (void)arg;
    if (!program_high && code_of(info, &program_low, &program_high))
        program_base = info->dlpi_addr;
    else if (strstr(info->dlpi_name, "libcrypto"))
        code_of(info, &spared[0].low, &spared[0].high);
    else if (strstr(info->dlpi_name, "libhwloc"))
        code_of(info, &spared[1].low, &spared[1].high);
    return 0;
}

__attribute__((constructor)) static void begin(int argc, char **argv)
{
    const char *in = getenv("QUINTET_TORTURE_IN"), *log = getenv("QUINTET_TORTURE_LOG");
    const char *site = getenv("QUINTET_TORTURE_SITE"), *nth = getenv("QUINTET_TORTURE_NTH");
    bool is_trial = argc > 1 && !strcmp(argv[1], "trial");
    void *frames[2];
    if (!in || strcmp(in, is_trial ? "trial" : "harness") || (!log && !site && !nth))
        return;
    wanted_site = site ? strtoull(site, NULL, 16) : 0;
    wanted_nth = nth ? strtoull(nth, NULL, 10) : 1;
    stays = getenv("QUINTET_TORTURE_ON") != NULL;
    log_path = log;
    dl_iterate_phdr(find_code, NULL);
    backtrace(frames, 2); /* loads what it needs, now rather than in the middle of a malloc() */
    long at = syscall(SYS_mmap, NULL, sizeof *table, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    table = at < 0 && at > -4096 ? NULL : (struct table *)at;
}

/* The site's name, and its frames as text, innermost first: relative to the program, for addr2line. */
static uint64_t site_of(const char *name, char *text, size_t len)
{
    void *frames[FRAMES];
    int n = backtrace(frames, FRAMES), kept = 0;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    size_t used = 0;
    for (const char *c = name; *c; c++)
        hash = (hash ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
    for (int i = 0; i < n && kept < KEPT; i++) {
        uintptr_t at = (uintptr_t)frames[i];
        for (unsigned s = 0; s < 2; s++)
            if (at >= spared[s].low && at < spared[s].high)
                return 0;
        if (at < program_low || at >= program_high)
            continue;
        kept++;
        hash = (hash ^ (at - program_base)) * UINT64_C(0x100000001b3);
        if (used + 20 < len)
            used += (size_t)snprintf(text + used, len - used, " 0x%zx", (size_t)(at - program_base));
    }
    if (!kept)
        return 0; /* the loader's and the libraries' own start: not ours to judge */
    return hash | 1;
}

static unsigned slot_of(uint64_t site, bool *is_new)
{
    unsigned at = (unsigned)(site % SITES_MAX);
    *is_new = false;
    for (unsigned i = 0; i < SITES_MAX; i++, at = (at + 1) % SITES_MAX) {
        uint64_t there = atomic_load(&table->site[at]);
        if (there == 0 && atomic_compare_exchange_strong(&table->site[at], &there, site))
            *is_new = true;
        if (*is_new || there == site)
            return at;
    }
    return at;
}

bool fail_here(const char *name)
{
    char text[160] = "", line[256];
    bool is_new, fails;
    if (!table || inside)
        return false;
    inside = true;
    uint64_t site = site_of(name, text, sizeof text);
    if (!site) {
        inside = false;
        return false;
    }
    unsigned slot = slot_of(site, &is_new);
    uint64_t of_all = atomic_fetch_add(&table->all, 1) + 1, of_site = atomic_fetch_add(&table->count[slot], 1) + 1;
    if (is_new && log_path) { /* opened each time: a program may close descriptors that it does not know */
        int len = snprintf(line, sizeof line, "%016llx %s%s\n", (unsigned long long)site, name, text);
        long fd = syscall(SYS_openat, AT_FDCWD, log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        syscall(SYS_write, fd, line, (size_t)len);
        syscall(SYS_close, fd);
    }
    uint64_t nth = wanted_site ? of_site : of_all;
    fails = (!wanted_site || wanted_site == site) && (wanted_site || wanted_nth > 1 || !log_path) &&
            (nth == wanted_nth || (stays && nth > wanted_nth));
    inside = false;
    return fails;
}
