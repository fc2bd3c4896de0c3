/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/procfs.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

FILE *procfs_open(const char *root, const char *path)
{
    char full[PATH_MAX];
    int n = snprintf(full, sizeof full, "%s%s", root, path);
    if (n < 0 || (size_t)n >= sizeof full) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    return fopen(full, "re");
}

bool procfs_number(const char *root, const char *path, const char *key, int base, uint64_t *out)
{
    char line[512];
    bool found = false;
    FILE *file = procfs_open(root, path);

    while (file && !found && fgets(line, sizeof line, file)) {
        char *end, *at = line + strlen(key);
        if (strncmp(line, key, strlen(key)) != 0)
            continue;
        *out = strtoull(at, &end, base);
        found = end != at;
    }
    if (file)
        fclose(file);
    return found;
}

const char *procfs_line(const char *root, const char *path, char *buf, size_t len)
{
    FILE *file = procfs_open(root, path);
    if (!file)
        return NULL;
    bool any = fgets(buf, (int)len, file) != NULL;
    fclose(file);
    size_t n = any ? strlen(buf) : 0;
    while (n && isspace((unsigned char)buf[n - 1]))
        buf[--n] = '\0';
    errno = ENODATA;
    return n ? buf : NULL;
}

/* --- control groups ----------------------------------------------------------------------------------------------- */

/* Is `word` one of the comma-separated words of `list`? */
static bool has_word(const char *list, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = list; (at = strstr(at, word)); at += len)
        if ((at == list || at[-1] == ',') && (at[len] == ',' || at[len] == '\0' || at[len] == '\n'))
            return true;
    return false;
}

/* Our path in the hierarchy that has this controller. `unified`: version 2. */
static bool group_of_process(const char *root, const char *controller, bool unified, char out[PATH_MAX])
{
    char line[PATH_MAX + 256];
    bool found = false;
    FILE *file = procfs_open(root, "/proc/self/cgroup");

    while (file && !found && fgets(line, sizeof line, file)) { /* 4:memory:/path, or 0::/path */
        char *controllers = strchr(line, ':'), *path = controllers ? strchr(controllers + 1, ':') : NULL;
        if (!path)
            continue;
        *path++ = '\0';
        path[strcspn(path, "\n")] = '\0';
        found = unified ? !strncmp(line, "0:", 2) : has_word(controllers + 1, controller);
        if (found)
            snprintf(out, PATH_MAX, "%s", path);
    }
    if (file)
        fclose(file);
    return found;
}

/* One line of mountinfo: "36 35 98:0 /root /mount/point options ... - type source super,options". */
static bool mount_parse(char *line, char **root, char **point, char **type, char **options)
{
    char *save, *rest = strstr(line, " - ");
    if (!rest)
        return false;
    *rest = '\0';
    strtok_r(line, " ", &save);
    strtok_r(NULL, " ", &save);
    strtok_r(NULL, " ", &save);
    *root = strtok_r(NULL, " ", &save);
    *point = strtok_r(NULL, " ", &save);
    *type = strtok_r(rest + 3, " ", &save);
    strtok_r(NULL, " ", &save);
    *options = strtok_r(NULL, " \n", &save);
    return *root && *point && *type && *options;
}

bool cgroup_find(const char *root, const char *controller, bool unified, struct cgroup *out)
{
    char line[2 * PATH_MAX], path[PATH_MAX];
    bool found = false;
    FILE *file = group_of_process(root, controller, unified, path) ? procfs_open(root, "/proc/self/mountinfo") : NULL;

    while (file && !found && fgets(line, sizeof line, file)) {
        char *mounted, *point, *type, *options;
        if (!mount_parse(line, &mounted, &point, &type, &options) ||
            strcmp(type, unified ? "cgroup2" : "cgroup") != 0 || (!unified && !has_word(options, controller)))
            continue;
        size_t skip = strcmp(mounted, "/") == 0 ? 0 : strlen(mounted); /* what of the path is above the mount */
        if (strncmp(path, mounted, skip) != 0)
            continue;
        int n = snprintf(out->path, sizeof out->path, "%s%s", point, strcmp(path + skip, "/") ? path + skip : "");
        out->mount_length = strlen(point);
        found = n > 0 && (size_t)n < sizeof out->path;
    }
    if (file)
        fclose(file);
    return found;
}

bool cgroup_number(const char *root, const struct cgroup *group, const char *name, const char *key, uint64_t *out)
{
    char path[PATH_MAX + 64];
    snprintf(path, sizeof path, "%s/%s", group->path, name);
    return procfs_number(root, path, key, 10, out);
}

bool cgroup_ascend(struct cgroup *group)
{
    char *slash = strrchr(group->path, '/');
    if (strlen(group->path) <= group->mount_length || !slash)
        return false;
    *slash = '\0';
    return true;
}

const char *cgroup_name(const struct cgroup *group)
{
    return strlen(group->path) > group->mount_length ? group->path + group->mount_length : "/";
}

bool cgroup_tightest(const char *root, const char *controller, const char *limit_file[2], const char *use_file[2],
                     struct use *out, char *name, size_t name_len)
{
    bool any = false;

    for (int version = 0; version < 2; version++) {
        struct cgroup group;
        for (bool more = cgroup_find(root, controller, version == 0, &group); more; more = cgroup_ascend(&group)) {
            struct use use;
            if (!cgroup_number(root, &group, limit_file[version], "", &use.limit) ||
                !cgroup_number(root, &group, use_file[version], "", &use.used))
                continue;
            if (any && (int64_t)(use.limit - use.used) >= (int64_t)(out->limit - out->used))
                continue;
            any = true;
            *out = use;
            snprintf(name, name_len, "%s", cgroup_name(&group));
        }
    }
    return any;
}

/* Of one group: cpu.max is "quota period", or "max period"; version 1 has a file for each, and -1 for none. */
static bool quota_of(const char *root, const struct cgroup *group, bool unified, double *cpus)
{
    char path[PATH_MAX + 64], text[64];
    double quota, period;
    snprintf(path, sizeof path, "%s/%s", group->path, unified ? "cpu.max" : "cpu.cfs_quota_us");
    const char *line = procfs_line(root, path, text, sizeof text);
    if (unified) {
        if (!line || sscanf(line, "%lf %lf", &quota, &period) != 2)
            return false;
    } else {
        uint64_t us;
        if (!line || sscanf(line, "%lf", &quota) != 1 || !cgroup_number(root, group, "cpu.cfs_period_us", "", &us))
            return false;
        period = (double)us;
    }
    *cpus = quota / period;
    return quota > 0 && period > 0;
}

int cgroup_cpu_quota(const char *root, double *cpus)
{
    char text[64];
    bool seen = false, any = false;

    for (int version = 0; version < 2; version++) {
        struct cgroup group;
        for (bool more = cgroup_find(root, "cpu", version == 0, &group); more; more = cgroup_ascend(&group)) {
            double quota;
            seen = true;
            if (!quota_of(root, &group, version == 0, &quota) || (any && quota >= *cpus))
                continue;
            any = true;
            *cpus = quota;
        }
    }
    if (!seen && !procfs_line(root, "/proc/self/cgroup", text, sizeof text))
        return errno == ENOENT || errno == ENODATA ? 0 : -1; /* a kernel without control groups */
    return any ? 1 : seen ? 0 : -1;
}

bool cgroup_add_up(const char *root, struct cgroup group, const char *name, const char *key, uint64_t *sum)
{
    bool any = false;

    do {
        uint64_t count;
        if (cgroup_number(root, &group, name, key, &count)) {
            *sum += count;
            any = true;
        }
    } while (cgroup_ascend(&group));
    return any;
}

bool cgroup_sum(const char *root, const char *controller, const char *name, const char *key, uint64_t *out)
{
    struct cgroup group;
    bool any = false;

    *out = 0;
    for (int version = 0; version < 2; version++)
        if (cgroup_find(root, controller, version == 0, &group))
            any |= cgroup_add_up(root, group, name, key, out);
    return any;
}
