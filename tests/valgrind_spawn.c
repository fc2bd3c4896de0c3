/* SPDX-License-Identifier: Apache-2.0 */
/* For valgrind.sh: to execve() "/proc/self/exe" is valgrind's own program. Preloaded, this starts the one that is
 * meant. */
#include <dlfcn.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>

int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *files,
                const posix_spawnattr_t *attributes, char *const argv[], char *const envp[])
{
    __typeof__(posix_spawn) *real = (__typeof__(posix_spawn) *)dlsym(RTLD_NEXT, "posix_spawn");
    const char *meant = getenv("QUINTET_PROGRAM");
    return real(pid, meant && !strcmp(path, "/proc/self/exe") ? meant : path, files, attributes, argv, envp);
}
