/* SPDX-License-Identifier: Apache-2.0 */
/* A fuzz target without a fuzzer: replay FILE|DIRECTORY... gives each file to it. Closes with the number of files; none
 * is a failure. */
#include "fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static unsigned replayed;

static void replay_file(const char *path)
{
    FILE *file = fopen(path, "re");
    struct stat st;
    if (!file || fstat(fileno(file), &st)) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        exit(2);
    }
    uint8_t *data = malloc((size_t)st.st_size ? (size_t)st.st_size : 1); /* of this size: one byte too far is noticed */
    size_t len = fread(data, 1, (size_t)st.st_size, file);
    fclose(file);
    fprintf(stderr, "%s\n", path); /* a crash then says of what */
    LLVMFuzzerTestOneInput(data, len);
    free(data);
    replayed++;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        struct dirent **names;
        int n = scandir(argv[i], &names, is_visible, alphasort);
        if (n < 0) {
            replay_file(argv[i]);
            continue;
        }
        for (int j = 0; j < n; j++) {
            char path[4096];
            snprintf(path, sizeof path, "%s/%s", argv[i], names[j]->d_name);
            replay_file(path);
            free(names[j]);
        }
        free(names);
    }
    printf("%u inputs\n", replayed);
    return replayed ? 0 : 1;
}
