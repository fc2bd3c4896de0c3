/* SPDX-License-Identifier: Apache-2.0 */
/* The facts that the doctor wants besides the manifest. Each is added once, with where it is from or why it is not
 * known; what they mean is for the checks. */
#include "record/doctor.h"

#include "measure/limits.h"
#include "measure/procfs.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/timex.h>
#include <unistd.h>

enum { STACK_BYTES = 64 << 10 }; /* what threads asks for by default */

static void add_count(json_t *manifest, const char *name, bool known, uint64_t value, const char *source)
{
    manifest_add(manifest, name, known ? json_integer((json_int_t)value) : NULL, source);
}

static void add_text(json_t *manifest, const char *name, const char *value, const char *source)
{
    manifest_add(manifest, name, value ? json_string(value) : NULL, source);
}

/* --- processors --------------------------------------------------------------------------------------------------- */

/* The slowest and the fastest CPU at this moment. */
static void add_frequencies(json_t *manifest, const char *root)
{
    char line[1024];
    double least = 0, most = 0, mhz;
    FILE *file = procfs_open(root, "/proc/cpuinfo");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "cpu MHz : %lf", &mhz) == 1 && mhz > 0) {
            least = least == 0 || mhz < least ? mhz : least;
            most = mhz > most ? mhz : most;
        }
    const char *why = file ? "/proc/cpuinfo: no line \"cpu MHz\"" : "/proc/cpuinfo cannot be read";
    manifest_add(manifest, "cpu.mhz_least", least > 0 ? json_real(least) : NULL, least > 0 ? "/proc/cpuinfo" : why);
    manifest_add(manifest, "cpu.mhz_most", least > 0 ? json_real(most) : NULL, least > 0 ? "/proc/cpuinfo" : why);
    if (file)
        fclose(file);
}

/* Is the number in a list like "0-3,8,10-11"? */
static bool list_has(const char *list, unsigned long number)
{
    for (char *end; isdigit((unsigned char)*list); list = *end == ',' ? end + 1 : end) {
        unsigned long first = strtoul(list, &end, 10), last = first;
        if (*end == '-')
            last = strtoul(end + 1, &end, 10);
        if (number >= first && number <= last)
            return true;
    }
    return false;
}

/* Do the CPUs that this process may run on differ? By the kernel's capacities, or by Intel's two kinds of cores. */
static void add_core_kinds(json_t *manifest, const char *root)
{
    static const char dir[] = "/sys/devices/system/cpu";
    char path[PATH_MAX], atoms[512], kinds[96];
    uint64_t least = UINT64_MAX, most = 0, capacity;
    unsigned small = 0, all = 0;
    size_t bytes = CPU_ALLOC_SIZE(CPUS_MAX);
    cpu_set_t *set = CPU_ALLOC(CPUS_MAX);
    bool has_atoms = procfs_line(root, "/sys/devices/cpu_atom/cpus", atoms, sizeof atoms) != NULL;
    for (unsigned cpu = 0; set && !sched_getaffinity(0, bytes, set) && cpu < CPUS_MAX; cpu++) {
        if (!CPU_ISSET_S(cpu, bytes, set))
            continue;
        all++;
        small += has_atoms && list_has(atoms, cpu);
        snprintf(path, sizeof path, "%s/cpu%u/cpu_capacity", dir, cpu);
        if (procfs_number(root, path, "", 10, &capacity)) {
            least = capacity < least ? capacity : least;
            most = capacity > most ? capacity : most;
        }
    }
    CPU_FREE(set);
    snprintf(path, sizeof path, "%s%s", root, dir);
    if (all == 0 || access(path, F_OK)) {
        manifest_add(manifest, "topology.core_kinds", NULL, "/sys/devices/system/cpu cannot be seen");
    } else if (small > 0 && small < all) {
        snprintf(kinds, sizeof kinds, "%u performance and %u efficiency cores", all - small, small);
        add_text(manifest, "topology.core_kinds", kinds, "/sys/devices/cpu_atom/cpus");
    } else if (most > least) {
        snprintf(kinds, sizeof kinds, "capacities from %llu to %llu", (unsigned long long)least,
                 (unsigned long long)most);
        add_text(manifest, "topology.core_kinds", kinds, "/sys/devices/system/cpu/cpu*/cpu_capacity");
    } else {
        add_text(manifest, "topology.core_kinds", "one", "/sys/devices/system/cpu/cpu*/cpu_capacity, cpu_atom");
    }
}

/* --- power and heat ----------------------------------------------------------------------------------------------- */

/* The first line of dir/file. */
static const char *line_in(const char *dir, const char *file, char *buf, size_t len)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "/%s", file);
    return procfs_line(dir, path, buf, len);
}

/* A mouse has a battery too: its scope is "Device". */
static void add_power_supply(json_t *manifest, const char *root)
{
    char pattern[PATH_MAX], type[32], state[32], scope[32];
    bool mains = false, discharging = false;
    glob_t found;
    snprintf(pattern, sizeof pattern, "%s/sys/class/power_supply", root);
    if (access(pattern, X_OK)) {
        manifest_add(manifest, "power.supply", NULL, "/sys/class/power_supply: cannot be seen");
        return;
    }
    snprintf(pattern, sizeof pattern, "%s/sys/class/power_supply/*", root);
    if (glob(pattern, 0, NULL, &found))
        found.gl_pathc = 0;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        const char *dir = found.gl_pathv[i];
        if (!line_in(dir, "type", type, sizeof type) ||
            (line_in(dir, "scope", scope, sizeof scope) && !strcmp(scope, "Device")))
            continue;
        if (!strcmp(type, "Battery"))
            discharging |= line_in(dir, "status", state, sizeof state) && !strcmp(state, "Discharging");
        else
            mains |= line_in(dir, "online", state, sizeof state) && !strcmp(state, "1");
    }
    add_text(manifest, "power.supply",
             discharging && !mains ? "battery"
             : found.gl_pathc      ? "mains"
                                   : "none reported",
             "/sys/class/power_supply");
    globfree(&found);
}

/* Least distance of a sensor (hwmon: tempN_input, tempN_crit, in 1/1000 degree) from where the hardware steps in. */
static void add_headroom(json_t *manifest, const char *root)
{
    char path[PATH_MAX];
    double least = 0;
    bool any = false;
    glob_t found;
    snprintf(path, sizeof path, "%s/sys/class/hwmon/hwmon*/temp*_crit", root);
    if (glob(path, 0, NULL, &found))
        found.gl_pathc = 0;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        uint64_t limit, now;
        snprintf(path, sizeof path, "%.*s_input", (int)(strlen(found.gl_pathv[i]) - strlen("_crit")),
                 found.gl_pathv[i]);
        if (!procfs_number(found.gl_pathv[i], "", "", 10, &limit) || !procfs_number(path, "", "", 10, &now) ||
            limit < 40000 || limit > 150000) /* no sensor: some report nonsense where nothing is connected */
            continue;
        double headroom = ((double)limit - (double)now) / 1000;
        least = !any || headroom < least ? headroom : least;
        any = true;
    }
    globfree(&found);
    manifest_add(manifest, "heat.headroom_celsius", any ? json_real(least) : NULL,
                 any ? "/sys/class/hwmon/hwmon*/temp*_crit" : "no sensor tells its limit (/sys/class/hwmon)");
}

/* --- limits, memory, storage, network ------------------------------------------------------------------------------
 */

static void add_rooms(json_t *manifest, const char *root)
{
    static const char unknown[] = "no limit can be read";
    struct limits_room room;
    struct rlimit files;
    bool known = limits_room(root, LIMITS_THREAD, STACK_BYTES, &room);
    add_count(manifest, "limits.thread_room_count", known, room.count, known ? room.name : unknown);
    known = limits_room(root, LIMITS_PROCESS, 0, &room);
    add_count(manifest, "limits.process_room_count", known, room.count, known ? room.name : unknown);
    known = limits_memory_room(root, &room);
    add_count(manifest, "memory.room_bytes", known, room.count, known ? room.name : "no limit can be read");
    known = !getrlimit(RLIMIT_NOFILE, &files);
    add_count(manifest, "limits.nofile_hard", known,
              known && files.rlim_max < INT64_MAX ? (uint64_t)files.rlim_max : INT64_MAX, "getrlimit");
}

static void add_swap(json_t *manifest, const char *root)
{
    uint64_t total, left;
    char line[512];
    bool zram = false, known = procfs_number(root, "/proc/meminfo", "SwapTotal:", 10, &total) &&
                               procfs_number(root, "/proc/meminfo", "SwapFree:", 10, &left) && left <= total;
    add_count(manifest, "memory.swap_used_bytes", known, known ? (total - left) * 1024 : 0, "/proc/meminfo");
    FILE *file = procfs_open(root, "/proc/swaps");
    while (file && fgets(line, sizeof line, file))
        zram |= !strncmp(line, "/dev/zram", strlen("/dev/zram"));
    manifest_add(manifest, "memory.zram", file ? json_boolean(zram) : NULL, "/proc/swaps");
    if (file)
        fclose(file);
}

/* The device that a directory lies on, by the mount of its file system: "36 35 98:0 / /mnt ... - ext4 /dev/sda1 rw". */
static void add_place(json_t *manifest, const char *root, const char *place)
{
    char line[4096], source[256] = "", id[32];
    struct stat at;
    if (stat(place, &at)) {
        manifest_add(manifest, "storage.device", NULL, "there is no such directory");
        manifest_add(manifest, "storage.writable", NULL, "there is no such directory");
        return;
    }
    snprintf(id, sizeof id, " %u:%u ", major(at.st_dev), minor(at.st_dev));
    FILE *file = procfs_open(root, "/proc/self/mountinfo");
    while (file && !source[0] && fgets(line, sizeof line, file)) {
        const char *rest = strstr(line, id) ? strstr(line, " - ") : NULL;
        if (rest && sscanf(rest, " - %*s %255s", source) != 1)
            source[0] = '\0';
    }
    if (file)
        fclose(file);
    add_text(manifest, "storage.device", source[0] ? source : NULL,
             source[0] ? "/proc/self/mountinfo" : "/proc/self/mountinfo: no such device");
    manifest_add(manifest, "storage.writable", json_boolean(!access(place, W_OK | X_OK)), "access");
}

static void add_network(json_t *manifest, const char *root)
{
    static const char range[] = "/proc/sys/net/ipv4/ip_local_port_range";
    char text[64];
    unsigned first = 0, last = 0;
    const char *line = procfs_line(root, range, text, sizeof text);
    bool known = line && sscanf(line, "%u %u", &first, &last) == 2 && first <= last;
    manifest_add_file(manifest, root, "net.somaxconn", "/proc/sys/net/core/somaxconn");
    add_count(manifest, "net.port_first", known, first, range);
    add_count(manifest, "net.port_last", known, last, range);
}

/* --- what else is going on ---------------------------------------------------------------------------------------- */

static void add_pressure(json_t *manifest, const char *root)
{
    static const char path[] = "/proc/pressure/cpu";
    char text[256], why[160];
    double percent = 0;
    const char *line = procfs_line(root, path, text, sizeof text);
    bool known = line && sscanf(line, "some avg10=%lf", &percent) == 1;
    snprintf(why, sizeof why, "%s: %s", path, line ? "not as expected" : strerror(errno));
    manifest_add(manifest, "load.pressure_percent", known ? json_real(percent) : NULL, known ? path : why);
}

static bool is_ancestor(const char *root, unsigned long pid)
{
    char path[64];
    uint64_t up = (uint64_t)getpid();
    for (unsigned depth = 0; depth < 64 && up > 1; depth++) {
        if (up == pid)
            return true;
        snprintf(path, sizeof path, "/proc/%llu/status", (unsigned long long)up);
        if (!procfs_number(root, path, "PPid:", 10, &up))
            return false;
    }
    return up == pid;
}

/* Programs by the names that they go by; whoever started us (make, perf stat) is none. */
static void add_rivals(json_t *manifest, const char *root)
{
    static const char *const rivals[] = {"quintet", "perf",      "cc1",     "cc1plus",  "lto1",  "clang",
                                         "clang++", "rustc",     "ld",      "ld.lld",   "ninja", "cargo",
                                         "go",      "javac",     "apt-get", "dpkg",     "fio",   "sysbench",
                                         "stress",  "stress-ng", "wrk",     "updatedb", "rsync", "unattended-upgr"};
    enum { RIVALS = sizeof rivals / sizeof *rivals };
    char path[PATH_MAX], name[32], text[256] = "";
    unsigned count[RIVALS] = {0};
    bool sees_others = false;
    snprintf(path, sizeof path, "%s/proc", root);
    DIR *dir = opendir(path);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        unsigned long pid = strtoul(entry->d_name, NULL, 10);
        snprintf(path, sizeof path, "/proc/%.20s/comm", entry->d_name);
        if (pid == 0 || !procfs_line(root, path, name, sizeof name))
            continue;
        sees_others |= pid == 1;
        for (unsigned i = 0; i < RIVALS; i++)
            count[i] += !strcmp(name, rivals[i]) && !is_ancestor(root, pid);
    }
    if (dir)
        closedir(dir);
    size_t n = 0;
    for (unsigned i = 0; i < RIVALS; i++)
        if (count[i] && n + 40 < sizeof text)
            n += (size_t)snprintf(text + n, sizeof text - n, "%s%u %s", n ? ", " : "", count[i], rivals[i]);
    if (n == 0 && !sees_others)
        manifest_add(manifest, "processes.rivals", NULL, "/proc shows no processes of others");
    else
        add_text(manifest, "processes.rivals", n ? text : "none", "/proc/*/comm");
}

/* Only whether there are siblings: nothing of the environment is kept. */
static void add_launcher(json_t *manifest)
{
    static const struct {
        const char *variable, *launcher;
    } known[] = {{"OMPI_COMM_WORLD_SIZE", "mpirun"}, {"PMI_SIZE", "an MPI launcher"}, {"SLURM_STEP_NUM_TASKS", "srun"}};
    for (unsigned i = 0; i < sizeof known / sizeof *known; i++) {
        const char *size = getenv(known[i].variable);
        if (size && strtol(size, NULL, 10) > 1) {
            add_text(manifest, "process.launcher", known[i].launcher, known[i].variable);
            return;
        }
    }
    add_text(manifest, "process.launcher", "none", "OMPI_COMM_WORLD_SIZE, PMI_SIZE, SLURM_STEP_NUM_TASKS");
}

/* --- what the kernel lets us do ----------------------------------------------------------------------------------- */

static void add_perf(json_t *manifest)
{
    struct perf_event_attr attr = {.type = PERF_TYPE_HARDWARE,
                                   .size = sizeof attr,
                                   .config = PERF_COUNT_HW_CPU_CYCLES,
                                   .disabled = 1,
                                   .exclude_kernel = 1,
                                   .exclude_hv = 1};
    long fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
    add_text(manifest, "perf.cycles", fd >= 0 ? "available" : strerror(errno), "perf_event_open");
    if (fd >= 0)
        close((int)fd);
}

static void add_process(json_t *manifest)
{
    struct timex time = {.modes = 0};
    int persona = personality(0xffffffff), state = adjtimex(&time);
    manifest_add(manifest, "process.aslr", persona < 0 ? NULL : json_boolean(!(persona & ADDR_NO_RANDOMIZE)),
                 "personality");
    manifest_add(manifest, "clock.synchronized", state < 0 ? NULL : json_boolean(!(time.status & STA_UNSYNC)),
                 "adjtimex");
}

void doctor_read(json_t *manifest, const char *root, const char *place)
{
    manifest_add_file(manifest, root, "cpu.boost", "/sys/devices/system/cpu/cpufreq/boost");
    manifest_add_file(manifest, root, "clock.available_sources",
                      "/sys/devices/system/clocksource/clocksource0/available_clocksource");
    add_frequencies(manifest, root);
    add_core_kinds(manifest, root);
    add_power_supply(manifest, root);
    add_headroom(manifest, root);
    add_rooms(manifest, root);
    add_swap(manifest, root);
    add_place(manifest, root, place);
    add_network(manifest, root);
    add_pressure(manifest, root);
    add_rivals(manifest, root);
    add_launcher(manifest);
    add_perf(manifest);
    add_process(manifest);
}
