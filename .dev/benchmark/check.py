"""The short version for CI: are the ratios near those on record?

They are taken of the least times of turns with a baseline program, which does by the system's own tools what boxrun
does for a run, so that neither the machine nor what else it does counts for much.
"""

import json
import os
import sys

from measure import in_turn
from peers import Wrapper, has

NOT_HERE = 77
MOST = 1.5


def _ratios(machine):
    daemon = machine.daemon()
    run = {"image": machine.image, "cmd": ["true"]}
    daemon.ask("POST", "/v1/run", run)
    box = daemon.ask("POST", "/v1/boxes", {"image": machine.image})["id"]
    wrapper = Wrapper(os.path.join(machine.directory, "wrapper"), machine.root, machine.state, box)

    def execute():
        started = daemon.ask("POST", f"/v1/boxes/{box}/exec", {"cmd": ["true"], "workdir": "/"})
        daemon.events(f"/v1/boxes/{box}/exec/{started['id']}/events")

    times = in_turn(15, wrapper=wrapper.run, run=lambda: daemon.ask("POST", "/v1/run", run), exec=execute,
                    ls=lambda: machine.cli("ls"))
    return {name: times[name].least / times["wrapper"].least for name in ("run", "exec", "ls")}


def check(make_machine):
    """Returns the exit code: 0 when all is well, 1 when it is not, twice, and 77 where the baseline cannot run."""
    if os.geteuid() != 0 or not has("crun") or not os.path.exists("/dev/loop-control"):
        print("bench: the baseline needs root, crun and loop devices")
        return NOT_HERE
    with open(os.path.join(os.path.dirname(__file__), "recorded.json")) as file:
        recorded = json.load(file)
    for _ in range(2):
        machine = make_machine()
        try:
            ratios = _ratios(machine)
        finally:
            machine.close()
        worse = [name for name in recorded if ratios[name] > MOST * recorded[name]]
        for name, ratio in ratios.items():
            print(f"{name}: {ratio:.3f} × the baseline, on record {recorded[name]:.3f}")
        if not worse:
            return 0
        print(f"bench: above {MOST} × what is on record: {', '.join(worse)}", file=sys.stderr)
    return 1
