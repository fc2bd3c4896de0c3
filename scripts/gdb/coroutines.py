# SPDX-License-Identifier: Apache-2.0
"""gdb: what every coroutine of the program is doing. Load with `source scripts/gdb/coroutines.py`.

    coroutines [LOOP]         id, state, worker and stack of each, of all workers that run (or of the given struct loop *)
    coroutine ID COMMAND...   any gdb command as if that parked coroutine were running: coroutine 7 bt full

A live process only: `coroutine` puts the saved stack pointer, frame pointer and program counter into the registers of
the selected thread, and takes them out again. tests/examples/gdb_test.sh tries it.
"""
import gdb


def workers(loop=None):
    """Workers that run on some thread, and all others of their loops; or those of one loop, running or not."""
    found = {}
    if not loop:
        selected = gdb.selected_thread()
        for thread in gdb.selected_inferior().threads():
            thread.switch()
            here = gdb.lookup_global_symbol("worker_here").value()
            if here:
                found[int(here)] = here
                loop = here["config"]["loop"] or loop
        selected.switch()
    if loop:
        group = loop["group"]
        for i in range(int(group["count"])):
            found[int(group["worker"][i])] = group["worker"][i]
    return found.values()


def coroutines(loop=None):
    states = {field.enumval: field.name for field in gdb.lookup_type("enum coro_state").fields()}
    for worker in workers(loop):
        slab = worker["slabs"]
        while slab:
            for i in range(int(slab["count"])):
                coro = slab["coro"][i]
                state = states[int(coro["state"])]
                if state != "CORO_FREE":
                    yield coro, state
            slab = slab["next"]


class Coroutines(gdb.Command):
    def __init__(self):
        super().__init__("coroutines", gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        print("    id  state             worker  stack used")
        for coro, state in sorted(coroutines(gdb.parse_and_eval(argument) if argument else None),
                                  key=lambda pair: int(pair[0]["id"])):
            used = "" if state == "CORO_RUNNING" else int(coro["stack"]["top"]) - int(coro["context"]["sp"])
            cancel = "  asked to end" if int(coro["flags"]) & 1 else ""
            print(f"{int(coro['id']):6}  {state:16}  {int(coro['worker']['config']['index']):6}  {used:>10}{cancel}")


class Coroutine(gdb.Command):
    def __init__(self):
        super().__init__("coroutine", gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        number, _, command = argument.partition(" ")
        coro, state = next((c for c in coroutines() if int(c[0]["id"]) == int(number)), (None, None))
        if coro is None or state == "CORO_RUNNING":
            raise gdb.GdbError(f"coroutine {number} " + ("runs: look at its thread" if coro else "is not there"))
        gdb.newest_frame().select()
        x86 = gdb.selected_frame().architecture().name().startswith("i386")
        registers = {"rsp" if x86 else "sp": "sp", "rbp" if x86 else "x29": "fp", "rip" if x86 else "pc": "pc"}
        # orig_rax: else a system call that the stop has interrupted would not be begun again.
        saved = {r: int(gdb.parse_and_eval(f"(long)${r}")) for r in [*registers, *["orig_rax"] * x86]}
        try:
            for register, field in registers.items():
                gdb.execute(f"set ${register} = {int(coro['context'][field])}")
            gdb.execute(command or "bt")
        finally:
            gdb.newest_frame().select()
            for register, value in saved.items():
                gdb.execute(f"set ${register} = {value}")


Coroutines()
Coroutine()
