#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Change one place of a source, and see whether a test notices.

mutate.py BUILD [--sample N] [--seed S] [--out FILE] [--again FILE] [SOURCE...]

BUILD is a Ninja build directory with its tests built. Each mutant is compiled with the flags of the original and linked
before the libraries, so that only one file is compiled. A mutant whose object is the original's byte for byte changes
nothing and is left out. A test that fails, crashes or takes too long has killed it. Who survives is compiled once more
with the sanitizers of memory and of undefined behaviour, under which the tests are run too (-DQUINTET_SANITIZE), and
who survives that goes into FILE.

equivalent.txt beside this file lists the mutants that change nothing that anybody can observe: SOURCE | LINE | CHANGE |
REASON, one a line, where LINE is the text of the line; " (2)" after the change is the second such change of such a line
in the source. They are tried as all are, and counted apart. An entry that names no mutant, or one that a test kills, is
stale and fails the run.
"""
import argparse
import json
import os
import random
import re
import shlex
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EQUIVALENT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "equivalent.txt")
# A test may take so long, and so many times what it takes without a change: a mutant that hangs must not cost much.
LIMIT_S, LIMIT_TIMES = 5, 8
SANITIZE = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]

# source: (program, [arguments of the test]); "quintet": the program with the script that tests it. The quickest first.
TESTS = {
    "harness/measure/stats.c": [("test_stats", [])],
    "harness/measure/rank.c": [("test_rank", [])],
    "harness/measure/decision.c": [("test_claim", []), ("test_decision", [])],
    "harness/measure/robust.c": [("test_robust", [])],
    "harness/measure/resample.c": [("test_resample", []), ("test_student", [])],
    "harness/measure/student.c": [("test_student", [])],
    "harness/measure/hist.c": [("test_hist", [])],
    "harness/measure/changepoint.c": [("test_changepoint", []), ("test_robust", [])],
    "harness/measure/usl.c": [("test_usl", []), ("test_robust", [])],
    "harness/measure/components.c": [("test_components", []), ("test_robust", [])],
    "harness/measure/distributions.c": [("test_distributions", [])],
    "harness/report/paired.c": [("test_paired", [])],
    "harness/report/compare.c": [("test_compared", [])],
    "harness/report/compare_facts.c": [("test_compared", [])],
    "harness/report/compare_ranking.c": [("test_compared", [])],
    "harness/report/reproduce.c": [("test_judged", [])],
    "harness/report/memory_slope.c": [("test_memory_slope", [])],
    "harness/record/line_sum.c": [("test_journal_files", []), ("test_journal", [])],
    "harness/record/journal.c": [("test_journal_lines", []), ("test_journal_faults", []), ("test_journal_files", []),
                                 ("test_journal", [])],
    "harness/record/journal_read.c": [("test_journal_lines", []), ("test_journal_faults", []), ("test_journal_files", []),
                                      ("test_journal", [])],
    "harness/record/seal.c": [("test_seal", []), ("test_journal_files", []), ("test_journal", [])],
    "harness/report/salvage.c": [("test_salvage", [])],
    "harness/run/resume.c": [("test_resume", [])],
    "harness/run/replay.c": [("test_replay", [])],
    "harness/record/frame.c": [("test_frame", [])],
    "harness/report/verify.c": [("test_verify", [])],
    "harness/run/trial_judge.c": [("test_trial_judge", [])],
    "harness/run/trial_failure.c": [("test_trial_judge", [])],
    "harness/run/trial_collect.c": [("test_trial_collect", [])],
    "harness/run/campaign_tally.c": [("test_campaign_tally", [])],
    "harness/run/gates.c": [("test_gates", [])],
    "harness/cli/message.c": [("test_message", [])],
    "harness/cli/exit_map.c": [("test_exit_map", [])],
    "harness/cli/options.c": [("test_options", [])],
    "harness/cli/option_values.c": [("test_options", [])],
}
CHECK = [("test_workload_check", [])]
# Of the workloads what tells done work from work that was not done: the oracle, the check, and what looks at bytes.
WITHIN = {
    "workloads/floor.c": "floor_value floor_expect floor_check",
    "workloads/handoff.c": "ball_first handoff_expect handoff_check",
    "workloads/switch_footprint.c": "word_of ledger_of footprint_expect footprint_check",
    "workloads/spawn_join.c": "spawn_join_expect resident_check spawn_join_check",
    "workloads/idle_memory.c": "idle_memory_expect idle_memory_check",
    "workloads/contention.c": "first_value contention_expect contention_check",
    "workloads/channel.c": "value_of consume values_sum channel_expect channel_check_one channel_check",
    "workloads/wake_latency.c": "token_of wake_latency_expect wake_latency_check",
    "workloads/sleep_fanout.c": "sleep_value sleep_fanout_op sleep_fanout_expect",
    "workloads/fetch_many.c": "page_sum_add page_value failure_value fetch_many_expect number_parse head_parse "
                              "answer_receive page_fetch fetch_many_op",
    "workloads/pipe_pairs.c": "head_of question_head answer_head message_receive pipe_pairs_op pipe_pairs_expect",
    "workloads/file_random_read.c": "block_word block_check block_fill block_header_ok block_value permuted "
                                    "block_chosen block_read file_random_read_op file_random_read_expect file_look",
    "workloads/mandelbrot.c": "mandelbrot_expect",
    "workloads/sha256.c": "sha256_expect",
    "workloads/fib.c": "fib_expect",
    "workloads/skynet.c": "skynet_expect",
    "workloads/hash_tree.c": "file_bytes file_fill file_of file_hash hash_tree_op hash_tree_expect file_look",
    "workloads/grain.c": "grain_value grain_expect",
    "workloads/io_cpu_mix.c": "io_cpu_mix_op io_cpu_mix_expect",
    "workloads/hog.c": "is_big hog_value hog_op hog_expect",
}
TESTS.update({source: CHECK for source in WITHIN})

# Here every mutant must be killed: what is stored, and whether work was done.
MUST_ALL = {"harness/report/verify.c", "harness/record/journal.c", "harness/record/journal_read.c",
            "harness/run/trial_judge.c", "harness/run/trial_failure.c", "harness/run/campaign_tally.c"}

# What is exchanged for what: single tokens, so that a mutant still compiles as a rule.
SWAPS = [
    (r"<=", "<"), (r">=", ">"), (r"(?<![<>\-=])<(?![<=])", "<="), (r"(?<![<>\-=])>(?![>=])", ">="),
    (r"==", "!="), (r"!=", "=="), (r"&&", "||"), (r"\|\|", "&&"),
    (r"\+ 1\b", "- 1"), (r"- 1\b", "+ 1"), (r"\+\+", "--"), (r"(?<!-)--(?!-)", "++"),
    (r"\+=", "-="), (r"-=", "+="), (r"(?<=[\w)\]]) \+ (?=[\w(])", " - "), (r"(?<=[\w)\]]) - (?=[\w(])", " + "),
    (r"(?<=[\w)\]]) \* (?=[\w(])", " / "), (r"(?<=[\w)\]]) / (?=[\w(])", " * "),
    (r"\btrue\b", "false"), (r"\bfalse\b", "true"), (r"if \(!(?=\w)", "if ("), (r"\breturn 0;", "return 1;"),
]

# An array that is declared with room for one more is no other program.
SIZES = re.compile(r"^\s+(?:static\s+)?(?:const\s+)?(?:unsigned\s+|struct\s+)?(?!return)\w+\s[^=;()]*\w(?:\[\w+\])*\[$")

# A call that gives something back is not dropped: what then leaks is for LeakSanitizer and the torture to find.
LEAKS = re.compile(r"(free|json_decref|close|fclose|\w+_free|\w+_fini)\(")


def code_of(text):
    """The text with comments, strings and preprocessor lines blanked, at the same places."""
    blank = lambda m: re.sub(r"[^\n]", " ", m.group(0))
    text = re.sub(r'/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text, flags=re.S)
    return re.sub(r"^#(?:.*\\\n)*.*$", blank, text, flags=re.M)


def only_functions(code, names):
    """The code with everything blanked but the definitions of these functions."""
    kept = re.sub(r"[^\n]", " ", code)
    for name in names.split():
        m = re.search(r"^\w[^;{}=]*\b%s\([^;{}]*\)\n\{\n.*?^\}" % name, code, flags=re.M | re.S)
        if not m:
            sys.exit("no function " + name)
        kept = kept[:m.start()] + m.group(0) + kept[m.end():]
    return kept


def mutants_of(text, names=None):
    """(line, name, mutated text), in the order of the file; a name is "LINE | CHANGE", and no two have the same."""
    code, found, seen, named = code_of(text), [], {}, []
    code = only_functions(code, names) if names else code
    def add(start, end, new, what):
        found.append((start, text.count("\n", 0, start) + 1, what, text[:start] + new + text[end:]))
    for pattern, new in SWAPS:
        for m in re.finditer(pattern, code):
            add(m.start(), m.end(), new, "%s -> %s" % (m.group(0).strip(), new.strip()))
    for m in re.finditer(r"(?<![\w.\"])(0|[1-9]\d*)(?![\w.])", code):
        if not SIZES.match(code[code.rfind("\n", 0, m.start()) + 1:m.start()]):
            add(m.start(), m.end(), str(int(m.group(1)) + 1), "%s -> %d" % (m.group(1), int(m.group(1)) + 1))
    for m in re.finditer(r"^( +)(?!return\b|break\b)(\w+\([^;{}]*\));$", code, flags=re.M):
        if not LEAKS.match(m.group(2)):
            add(m.start(2), m.end(2), "(void)0", "drop " + re.sub(r"\s+", " ", text[m.start(2):m.end(2)])[:40])
    for m in re.finditer(r"^( +)(\w[\w\->\.\[\]]*\s*=\s*[^;{}]*);$", code, flags=re.M):
        if not re.match(r"\s*(static|const|struct|unsigned|int|char|double|size_t|uint\d+_t|bool|long|FILE)\b", m.group(0)):
            add(m.start(2), m.end(2), "(void)0", "drop " + re.sub(r"\s+", " ", text[m.start(2):m.end(2)])[:40])
    lines = text.splitlines()
    for _, line, what, mutated in sorted(found, key=lambda f: (f[0], f[2])):
        name = "%s | %s" % (lines[line - 1].strip(), what)
        seen[name] = seen.get(name, 0) + 1
        named.append((line, name + (" (%d)" % seen[name] if seen[name] > 1 else ""), mutated))
    return named


def listed(path):
    """{source: set of names} of a file of SOURCE | LINE | CHANGE | REASON; LINE may have bars of its own."""
    found = {}
    for line in open(path):
        if line.strip() and not line.startswith("#"):
            source, rest = line.strip().split(" | ", 1)
            found.setdefault(source, set()).add(rest.rsplit(" | ", 1)[0])
    return found


class Build:
    def __init__(self, path):
        self.path = os.path.abspath(path)
        with open(os.path.join(path, "compile_commands.json")) as file:
            self.entries = {}
            for e in json.load(file):
                self.entries.setdefault(os.path.realpath(os.path.join(e["directory"], e["file"])), e)
        self.links, self.limits = {}, {}

    def compile(self, source, text, out, more=()):
        """The object of `text` in the place of `source`; without debug data, which knows line numbers."""
        entry = self.entries[os.path.realpath(os.path.join(TOP, source))]
        words = [w for w in shlex.split(entry["command"]) if os.path.basename(w) != "ccache"]
        at, skip = [], False
        for word in words:  # drop -o FILE, -c FILE and the dependency file
            if skip:
                skip = False
            elif word in ("-o", "-c", "-MF", "-MT"):
                skip = True
            elif word not in ("-MD", "-g", "-Werror"):
                at.append(word)
        mutant = out[:-2] + ".c"
        with open(mutant, "w") as file:
            file.write(text)
        beside = os.path.dirname(os.path.join(TOP, source))
        command = at + [*more, "-g0", "-w", "-iquote", beside, "-c", mutant, "-o", out]
        return subprocess.run(command, cwd=entry["directory"], stderr=subprocess.DEVNULL).returncode == 0

    def link(self, program, obj, out, more):
        if program not in self.links:
            target = "harness/cli/quintet" if program == "quintet" else "tests/" + program
            told = subprocess.run(["ninja", "-C", self.path, "-t", "commands", "-s", target], check=True,
                                  capture_output=True, text=True).stdout.strip().splitlines()[-1]
            self.links[program] = told[told.index("&& ") + 3:].rsplit(" && ", 1)[0]
        words = shlex.split(self.links[program])
        replaced = "/" + os.path.basename(obj)[:-2] + ".c.o"
        words = [w for w in words if not w.endswith(replaced)]  # where it is one of the program's own
        at = words.index("-o")
        words[at:at + 2] = [*more, obj, "-o", out]
        return subprocess.run(words, cwd=self.path, stderr=subprocess.DEVNULL).returncode == 0


def killed(build, program, arguments, obj, work, more=()):
    """How the test ended: "link" (the linker missed something), "failed", "time", or "" if it passed."""
    exe, key = os.path.join(work, program), (program, *arguments, *more)
    if not build.link(program, obj, exe, more):
        return "link"
    if program == "quintet":
        command = ["sh", os.path.join(TOP, arguments[0]), exe]
    else:
        command = [exe, "--jobs", "2"] + arguments
    with open(os.path.join(work, "out"), "w") as out:
        start = time.monotonic()
        process = subprocess.Popen(command, cwd=TOP, stdout=out, stderr=out, stdin=subprocess.DEVNULL,
                                   start_new_session=True, env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"})
        try:
            status = process.wait(build.limits.get(key, 600))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()
            return "time"
        build.limits.setdefault(key, LIMIT_S + LIMIT_TIMES * (time.monotonic() - start))
        return "failed" if status else ""


def sanitized(build, source, text, obj, work):
    """The tests of `source` that pass with it sanitized: a program that limits its own memory does not start so."""
    if not build.compile(source, text, obj, SANITIZE):
        return []
    return [t for t in TESTS[source] if t[0] != "quintet" and not killed(build, *t, obj, work, SANITIZE)]


def run(build, source, options, argued, again, survivors):
    """Tries the mutants of `source`; (killed, tried without those argued away, number of stale entries)."""
    with open(os.path.join(TOP, source)) as file:
        text = file.read()
    mutants = mutants_of(text, WITHIN.get(source))
    stale = ["no such mutant: " + name for name in argued - {m[1] for m in mutants}]
    if again is not None:
        mutants = [m for m in mutants if m[1] in again]
    tried = dead = late = same = broken = excused = 0
    random.Random(options.seed).shuffle(mutants)
    name = os.path.basename(source)[:-2] + ".o"
    with tempfile.TemporaryDirectory() as work:
        original, obj = os.path.join(work, "original", name), os.path.join(work, name)
        os.mkdir(os.path.dirname(original))
        if not build.compile(source, text, original):
            sys.exit("%s does not compile" % source)
        reference = open(original, "rb").read()
        for program, arguments in TESTS[source]:
            if killed(build, program, arguments, original, work):
                sys.exit("%s: %s fails without any change:\n%s" % (source, program, open(work + "/out").read()[-2000:]))
        strict = sanitized(build, source, text, original, work)
        for line, mutant, mutated in mutants:
            if options.sample and tried == options.sample:
                break
            if not build.compile(source, mutated, obj):
                broken += 1
                continue
            if open(obj, "rb").read() == reference:
                same += 1
                continue
            end = next(filter(None, (killed(build, *t, obj, work) for t in TESTS[source])), "")
            if not end and build.compile(source, mutated, obj, SANITIZE):
                end = next(filter(None, (killed(build, *t, obj, work, SANITIZE) for t in strict)), "")
            if mutant in argued:
                excused += 1
                stale += ["killed (%s): %s" % (end, mutant)] if end else []
                continue
            tried += 1
            dead += end != ""
            late += end == "time"
            if not end:
                survivors.write("%s | %s | line %d\n" % (source, mutant, line))
                survivors.flush()
    print("%-28s %4d of %4d killed (%5.1f %%), %d of them by time; %d argued equivalent, %d the same object, "
          "%d did not compile, %d mutants in all" % (source, dead, tried, 100 * dead / tried if tried else 100, late,
                                                     excused, same, broken, len(mutants)), flush=True)
    for entry in sorted(stale):
        print("%s: stale in equivalent.txt: %s" % (source, entry), flush=True)
    return dead, tried, len(stale)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build")
    parser.add_argument("sources", nargs="*")
    parser.add_argument("--sample", type=int, default=0, help="at most so many mutants of each source (0: all)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", default="mutation-survivors.txt")
    parser.add_argument("--again", help="only the mutants of this file, the --out of an earlier run")
    options = parser.parse_intermixed_args()
    argued, again = listed(EQUIVALENT), listed(options.again) if options.again else None
    unknown = sorted(set(argued) - set(TESTS))
    if unknown:
        sys.exit("equivalent.txt names sources that have no tests here: " + ", ".join(unknown))
    build, survivors, ok = Build(options.build), open(options.out, "w"), True
    all_dead = all_tried = 0
    for source in options.sources or TESTS:
        dead, tried, stale = run(build, source, options, argued.get(source, set()),
                                 None if again is None else again.get(source, set()), survivors)
        all_dead, all_tried = all_dead + dead, all_tried + tried
        ok = ok and not stale and (dead == tried or (source not in MUST_ALL and dead >= 0.9 * tried))
    survivors.close()
    print("%d of %d killed (%.1f %%); survivors: %s" %
          (all_dead, all_tried, 100 * all_dead / max(all_tried, 1), options.out))
    return 0 if ok else 1


sys.exit(main())
