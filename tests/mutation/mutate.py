#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Change one place of a source, and see whether a test notices.

mutate.py BUILD [--sample N] [--seed S] [--out FILE] [SOURCE...]

BUILD is a Ninja build directory with its tests built. Each mutant is compiled with the flags of the original and linked
before the libraries, so that only one file is compiled. A mutant whose object is the original's byte for byte changes
nothing and is left out. A test that fails, crashes or takes too long has killed it; who survives goes into FILE.
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

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LIMIT_S = 120

# source: (program, [arguments of the test]); "quintet" is the program with the script that tests it.
TESTS = {
    "harness/measure/stats.c": [("test_stats", [])],
    "harness/measure/rank.c": [("test_rank", [])],
    "harness/measure/decision.c": [("test_decision", [])],
    "harness/measure/robust.c": [("test_robust", [])],
    "harness/record/line_sum.c": [("test_journal_files", []), ("test_journal", [])],
    "harness/record/journal.c": [("test_journal_files", []), ("test_journal", [])],
    "harness/record/seal.c": [("test_journal_files", []), ("test_journal", [])],
    "harness/record/frame.c": [("test_frame", [])],
    "harness/report/verify.c": [("quintet", ["tests/faults/verify_test.sh"])],
    "harness/cli/message.c": [("test_message", [])],
    "harness/cli/options.c": [("quintet", ["tests/faults/cli_test.sh"]), ("quintet", ["tests/faults/stats_test.sh"])],
    "harness/cli/option_values.c": [("quintet", ["tests/faults/cli_test.sh"]), ("quintet", ["tests/faults/stats_test.sh"])],
}
MUST_ALL = {"harness/report/verify.c", "harness/record/journal.c"}  # here every mutant must be killed

# What is exchanged for what: single tokens, so that a mutant still compiles as a rule.
SWAPS = [
    (r"<=", "<"), (r">=", ">"), (r"(?<![<>\-=])<(?![<=])", "<="), (r"(?<![<>\-=])>(?![>=])", ">="),
    (r"==", "!="), (r"!=", "=="), (r"&&", "||"), (r"\|\|", "&&"),
    (r"\+ 1\b", "- 1"), (r"- 1\b", "+ 1"), (r"\+\+", "--"), (r"(?<!-)--(?!-)", "++"),
    (r"\+=", "-="), (r"-=", "+="), (r"(?<=[\w)\]]) \+ (?=[\w(])", " - "), (r"(?<=[\w)\]]) - (?=[\w(])", " + "),
    (r"(?<=[\w)\]]) \* (?=[\w(])", " / "), (r"(?<=[\w)\]]) / (?=[\w(])", " * "),
    (r"\btrue\b", "false"), (r"\bfalse\b", "true"), (r"if \(!(?=\w)", "if ("), (r"\breturn 0;", "return 1;"),
]

# A call that gives something back is not dropped: what then leaks is for LeakSanitizer and the torture to find.
LEAKS = re.compile(r"(free|json_decref|close|fclose|\w+_free)\(")


def code_of(text):
    """The text with comments, strings and preprocessor lines blanked, at the same places."""
    blank = lambda m: re.sub(r"[^\n]", " ", m.group(0))
    text = re.sub(r'/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text, flags=re.S)
    return re.sub(r"^#(?:.*\\\n)*.*$", blank, text, flags=re.M)


def mutants_of(text):
    """(line, what, mutated text), in the order of the file."""
    code, found = code_of(text), []
    def add(start, end, new, what):
        found.append((start, text.count("\n", 0, start) + 1, what, text[:start] + new + text[end:]))
    for pattern, new in SWAPS:
        for m in re.finditer(pattern, code):
            add(m.start(), m.end(), new, "%s -> %s" % (m.group(0).strip(), new.strip()))
    for m in re.finditer(r"(?<![\w.\"])(0|[1-9]\d*)(?![\w.])", code):
        add(m.start(), m.end(), str(int(m.group(1)) + 1), "%s -> %d" % (m.group(1), int(m.group(1)) + 1))
    for m in re.finditer(r"^( +)(?!return\b|break\b)(\w+\([^;{}]*\));$", code, flags=re.M):
        if not LEAKS.match(m.group(2)):
            add(m.start(2), m.end(2), "(void)0", "drop " + text[m.start(2):m.end(2)][:40])
    for m in re.finditer(r"^( +)(\w[\w\->\.\[\]]*\s*=\s*[^;{}]*);$", code, flags=re.M):
        if not re.match(r"\s*(static|const|struct|unsigned|int|char|double|size_t|uint\d+_t|bool|long|FILE)\b", m.group(0)):
            add(m.start(2), m.end(2), "(void)0", "drop " + re.sub(r"\s+", " ", text[m.start(2):m.end(2)])[:40])
    return [f[1:] for f in sorted(found, key=lambda f: (f[0], f[2]))]


class Build:
    def __init__(self, path):
        self.path = os.path.abspath(path)
        with open(os.path.join(path, "compile_commands.json")) as file:
            self.entries = {}
            for e in json.load(file):
                self.entries.setdefault(os.path.realpath(os.path.join(e["directory"], e["file"])), e)
        self.links = {}

    def compile(self, source, text, out):
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
        command = at + ["-g0", "-w", "-iquote", os.path.dirname(os.path.join(TOP, source)), "-c", mutant, "-o", out]
        return subprocess.run(command, cwd=entry["directory"], stderr=subprocess.DEVNULL).returncode == 0

    def link(self, program, obj, out):
        if program not in self.links:
            target = "harness/cli/quintet" if program == "quintet" else "tests/" + program
            told = subprocess.run(["ninja", "-C", self.path, "-t", "commands", "-s", target], check=True,
                                  capture_output=True, text=True).stdout.strip().splitlines()[-1]
            self.links[program] = told[told.index("&& ") + 3:].rsplit(" && ", 1)[0]
        words = shlex.split(self.links[program])
        replaced = "/" + os.path.basename(obj)[:-2] + ".c.o"
        words = [w for w in words if not w.endswith(replaced)]  # where it is one of the program's own
        at = words.index("-o")
        words[at:at + 2] = [obj, "-o", out]
        return subprocess.run(words, cwd=self.path, stderr=subprocess.DEVNULL).returncode == 0


def killed(build, program, arguments, obj, work):
    exe = os.path.join(work, program)
    if not build.link(program, obj, exe):
        return True  # a function that became unused and was needed: the linker noticed
    if program == "quintet":
        command = ["sh", os.path.join(TOP, arguments[0]), exe]
    else:
        command = [exe, "--jobs", "2"] + arguments
    with open(os.path.join(work, "out"), "w") as out:
        process = subprocess.Popen(command, cwd=TOP, stdout=out, stderr=out, stdin=subprocess.DEVNULL,
                                   start_new_session=True)
        try:
            return process.wait(LIMIT_S) != 0
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()
            return True


def run(build, source, sample, rng, survivors):
    with open(os.path.join(TOP, source)) as file:
        text = file.read()
    mutants = mutants_of(text)
    tried = dead = same = broken = 0
    rng.shuffle(mutants)
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
        for line, what, mutated in mutants:
            if sample and tried == sample:
                break
            if not build.compile(source, mutated, obj):
                broken += 1
                continue
            if open(obj, "rb").read() == reference:
                same += 1
                continue
            tried += 1
            if any(killed(build, program, arguments, obj, work) for program, arguments in TESTS[source]):
                dead += 1
            else:
                survivors.write("%s:%d: %s | %s\n" % (source, line, what, text.splitlines()[line - 1].strip()))
                survivors.flush()
    print("%-28s %4d of %4d killed (%5.1f %%), %d equivalent, %d did not compile, %d mutants in all" %
          (source, dead, tried, 100 * dead / tried if tried else 100, same, broken, len(mutants)), flush=True)
    return dead, tried


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build")
    parser.add_argument("sources", nargs="*")
    parser.add_argument("--sample", type=int, default=0, help="at most so many mutants of each source (0: all)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", default="mutation-survivors.txt")
    options = parser.parse_intermixed_args()
    build, survivors, ok = Build(options.build), open(options.out, "w"), True
    all_dead = all_tried = 0
    for source in options.sources or TESTS:
        dead, tried = run(build, source, options.sample, random.Random(options.seed), survivors)
        all_dead, all_tried = all_dead + dead, all_tried + tried
        ok = ok and (dead == tried or (source not in MUST_ALL and dead >= 0.9 * tried))
    survivors.close()
    print("%d of %d killed (%.1f %%); survivors: %s" %
          (all_dead, all_tried, 100 * all_dead / max(all_tried, 1), options.out))
    return 0 if ok else 1


sys.exit(main())
