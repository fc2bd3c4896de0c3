/* SPDX-License-Identifier: Apache-2.0 */
/*
 * To be preloaded: the FAIL_ALLOC_AT-th allocation of each process fails, in trials (FAIL_ALLOC_IN=trial) or in all
 * others (harness). After it memory is there again: what has to be found is an error path that was never walked.
 */
#include <dlfcn.h>
#include <errno.h>
#include <hwloc.h>
#include <openssl/evp.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t count, size_t bytes);
void *__libc_realloc(void *old, size_t bytes);
void *__libc_memalign(size_t alignment, size_t bytes);

static unsigned long at;
static _Atomic unsigned long calls;

/* argv[1] of a trial's process is "trial". */
__attribute__((constructor)) static void begin(int argc, char **argv)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    EVP_Digest("", 0, digest, NULL, EVP_sha256(),
               NULL); /* libcrypto starts up at its first use, and dies without memory */
    const char *in = getenv("FAIL_ALLOC_IN"), *when = getenv("FAIL_ALLOC_AT");
    bool trial = argc > 1 && !strcmp(argv[1], "trial");
    if (in && when && trial == !strcmp(in, "trial"))
        at = strtoul(when, NULL, 10);
}

/* hwloc does not look whether it got memory, and dies by SIGSEGV: what it asks for is not counted. */
static _Thread_local bool in_hwloc;

int hwloc_topology_init(hwloc_topology_t *topology)
{
    int (*next)(hwloc_topology_t *) = (int (*)(hwloc_topology_t *))dlsym(RTLD_NEXT, "hwloc_topology_init");
    in_hwloc = true;
    int rc = next(topology);
    in_hwloc = false;
    return rc;
}

int hwloc_topology_load(hwloc_topology_t topology)
{
    int (*next)(hwloc_topology_t) = (int (*)(hwloc_topology_t))dlsym(RTLD_NEXT, "hwloc_topology_load");
    in_hwloc = true;
    int rc = next(topology);
    in_hwloc = false;
    return rc;
}

static bool fails(void)
{
    if (!at || in_hwloc || atomic_fetch_add(&calls, 1) + 1 != at)
        return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t bytes)
{
    return fails() ? NULL : __libc_malloc(bytes);
}

void *calloc(size_t count, size_t bytes)
{
    return fails() ? NULL : __libc_calloc(count, bytes);
}

void *realloc(void *old, size_t bytes)
{
    return fails() ? NULL : __libc_realloc(old, bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes)
{
    return fails() ? NULL : __libc_memalign(alignment, bytes);
}
