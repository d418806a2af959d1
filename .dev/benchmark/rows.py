"""The rows of the table: each measures, and says what it found beside what it should have found."""

import concurrent.futures
import os
import subprocess
import time

from client import Daemon
from machine import memory_of
from measure import Times, in_turn, once
from peers import LIMITS, Wrapper, bwrap, has, podman, quietly
from registry import Image, serving, unpack_by_hand


# Of podman's container.
NAME = f"boxrun-bench-{os.getpid()}"

# A daemon's code is compiled while it runs; what counts is a daemon that has run for a while.
WARM_UP = 20


class Result:
    """One line: what, what was measured, what it should be, and whether it is."""

    def __init__(self, what, measured, target, met):
        self.what, self.measured, self.target, self.met = what, measured, target, met


def _ms(times):
    return f"{times.p50:.1f} ms (p95 {times.percentile(95):.1f})"


def _ratio(what, ours, theirs, most):
    ratio = ours.p50 / theirs.p50
    return Result(what, f"{ratio:.2f} × ({_ms(theirs)})", f"≤ {most:g} ×", ratio <= most)


def _at_most(what, value, unit, most, measured=None):
    return Result(what, measured or f"{value:.1f} {unit}", f"≤ {most:g} {unit}", value <= most)


def _at_least(what, value, unit, least):
    return Result(what, f"{value:.0f} {unit}", f"≥ {least:g} {unit}", value >= least)


def _run(daemon, machine):
    answer = daemon.ask("POST", "/v1/run", {"image": machine.image, "cmd": ["true"]})
    if answer["exit_code"] != 0:
        raise RuntimeError(str(answer))


def run(machine, rounds):
    daemon = machine.daemon()
    for _ in range(WARM_UP):
        _run(daemon, machine)
    actions = {"boxrun": lambda: _run(daemon, machine)}
    if os.geteuid() == 0 and has("crun"):
        box = daemon.ask("POST", "/v1/boxes", {"image": machine.image})["id"]
        wrapper = Wrapper(os.path.join(machine.directory, "wrapper"), machine.root, machine.state, box)
        daemon.ask("DELETE", f"/v1/boxes/{box}?force=true")
        actions["wrapper"] = wrapper.run
        if has("runc"):
            actions["runc"] = lambda: wrapper.run("runc")
    if has("podman"):
        actions["podman"] = lambda: podman("run", *LIMITS, "--rm", "--network", "none", "--rootfs", machine.root, "true")
    if has("bwrap"):
        actions["bwrap"] = lambda: bwrap(machine.root)
    times = in_turn(rounds, **actions)
    yield Result("POST /v1/run true", _ms(times["boxrun"]), "", True)
    if "wrapper" in times:
        yield _ratio("… beside crun in a shell script doing the same", times["boxrun"], times["wrapper"], 1.5)
    if "runc" in times:
        yield Result("(runc in the same script, without the filter of system calls)", _ms(times["runc"]), "", True)
    if "podman" in times:
        yield _ratio("… beside podman run --rm", times["boxrun"], times["podman"], 0.25)
    if "bwrap" in times:
        yield Result("(bwrap, which has no disk, no limits and no image)", _ms(times["bwrap"]), "", True)


def spare(machine, rounds):
    """With a box that was started in advance; making the next one is not measured, nor does anything run beside it."""
    machine.environment["BOXRUN_SPARES"] = "1"
    daemon = machine.daemon()
    request = {"image": machine.layered(), "cmd": ["true"]}

    def run():
        answer = daemon.ask("POST", "/v1/run", request)
        if answer["exit_code"] != 0:
            raise RuntimeError(str(answer))

    for _ in range(WARM_UP):
        run()
    actions = {
        "ready": machine.await_spare,
        "run": run,
        "ready_again": machine.await_spare,
        "cli": lambda: machine.cli("run", request["image"], "--", "true"),
        "calm": machine.await_spare,
    }
    if has("podman"):
        actions["podman"] = lambda: podman("run", *LIMITS, "--rm", "--network", "none", "--rootfs", machine.root, "true")
    times = in_turn(rounds, **actions)
    yield Result("POST /v1/run true, with a spare box", _ms(times["run"]), "", True)
    if "podman" in times:
        yield _ratio("… beside podman run --rm", times["run"], times["podman"], 0.25)
    yield _at_most("boxrun run, from the shell, with a spare box", times["cli"].p50, "ms", 100, _ms(times["cli"]))
    if "podman" in times:
        yield _ratio("… beside podman run", times["cli"], times["podman"], 0.8)


def exec_(machine, rounds):
    daemon = machine.daemon()
    box = daemon.ask("POST", "/v1/boxes", {"image": machine.image})["id"]

    def ours():
        started = daemon.ask("POST", f"/v1/boxes/{box}/exec", {"cmd": ["true"], "workdir": "/"})
        daemon.events(f"/v1/boxes/{box}/exec/{started['id']}/events")

    actions = {"boxrun": ours}
    if has("podman"):
        podman("run", *LIMITS, "-d", "--name", NAME, "--network", "none", "--rootfs", machine.root, "sleep", "1000")
        actions["podman"] = lambda: podman("exec", NAME, "true")
    for _ in range(WARM_UP):
        ours()
    times = in_turn(rounds * 2, **actions)
    yield _at_most("POST …/exec true, until its exit event", times["boxrun"].p50, "ms", 3, _ms(times["boxrun"]))
    if "podman" in times:
        yield _ratio("… beside podman exec", times["boxrun"], times["podman"], 0.05)
        podman("rm", "-f", "-t", "0", NAME)
    daemon.ask("DELETE", f"/v1/boxes/{box}?force=true")


def create(machine, rounds):
    daemon = machine.daemon()
    creates, removes = [], []
    for _ in range(max(rounds * 3, 30)):
        made = []
        creates.append(once(lambda: made.append(daemon.ask("POST", "/v1/boxes", {"image": machine.image}))))
        removes.append(once(lambda: daemon.ask("DELETE", f"/v1/boxes/{made[0]['id']}?force=true")))
    times = Times(creates[2:])
    yield _at_most("POST /v1/boxes until running, p50", times.p50, "ms", 50)
    yield _at_most("… p99", times.percentile(99), "ms", 120)
    yield Result("DELETE of a running box", _ms(Times(removes[2:])), "", True)


def command_line(machine, rounds):
    daemon = machine.daemon()
    box = daemon.ask("POST", "/v1/boxes", {"image": machine.image})["id"]
    actions = {
        "run": lambda: machine.cli("run", machine.image, "--", "true"),
        "exec": lambda: machine.cli("exec", box, "--", "true"),
        "ls": lambda: machine.cli("ls"),
    }
    if has("podman"):
        podman("run", *LIMITS, "-d", "--name", NAME, "--network", "none", "--rootfs", machine.root, "sleep", "1000")
        actions["podman_run"] = lambda: podman("run", *LIMITS, "--rm", "--network", "none", "--rootfs", machine.root, "true")
        actions["podman_exec"] = lambda: podman("exec", NAME, "true")
    if machine.cli("exec", "--help", check=False) != 0:
        del actions["exec"]
    times = in_turn(rounds, **actions)
    for name, most, share in (("run", 100, 0.8), ("exec", 75, 0.6), ("ls", 65, None)):
        if name not in times:
            yield Result(f"boxrun {name}, from the shell", "there is no such command yet", f"≤ {most} ms", False)
            continue
        yield _at_most(f"boxrun {name}, from the shell", times[name].p50, "ms", most, _ms(times[name]))
        if share and "podman_run" in times:
            yield _ratio(f"… beside podman {name}", times[name], times[f"podman_{name}"], share)
    if "podman_run" in times:
        podman("rm", "-f", "-t", "0", NAME)
    daemon.ask("DELETE", f"/v1/boxes/{box}?force=true")


def cold(machine, rounds):
    values = []
    for _ in range(max(3, rounds // 4)):
        machine.cli("daemon", "stop", check=False)
        values.append(once(lambda: machine.cli("ls")))
    yield _at_most("the first boxrun ls, which starts the daemon", Times(values).p50, "ms", 350)


def burst(machine, rounds):
    daemon = machine.daemon()
    sequential = in_turn(rounds, run=lambda: _run(daemon, machine))["run"].p50

    def one(_):
        try:
            own = Daemon(machine.state)
            _run(own, machine)
            own.close()
            return 1
        except (RuntimeError, OSError):
            return 0

    with concurrent.futures.ThreadPoolExecutor(100) as pool:
        succeeded = []
        total = once(lambda: succeeded.extend(pool.map(one, range(100))))
    yield Result("100 × POST /v1/run at once: succeeded", str(sum(succeeded)), "100", sum(succeeded) == 100)
    yield _at_most("… in", total, "ms", round(100 * sequential / 1.5), f"{total:.0f} ms")


def many(machine, rounds, boxes=200):
    daemon = machine.daemon()
    before, memory, up, runs = memory_of(machine.pid()), [], [], {}
    for count in (10, boxes // 2, boxes):
        while len(up) < count:
            up.append(daemon.ask("POST", "/v1/boxes", {"image": machine.image, "memory_mb": 64})["id"])
        runs[count] = in_turn(rounds, run=lambda: _run(daemon, machine))["run"].p50
    for box in up:
        with open(os.path.join(machine.state, "boxes", box, "engine/pid")) as file:
            memory.append(memory_of(int(file.read())))
    resident = memory_of(machine.pid())
    listing = in_turn(rounds, ls=lambda: machine.cli("ls"), names=lambda: machine.cli("__known", "boxes"))
    each = sum(memory) / len(memory) + (resident - before) / len(up)
    yield _at_most(f"each of {boxes} idle boxes: its process and its share of the daemon", each, "MB", 1.5, f"{each:.2f} MB")
    yield _at_most("the daemon with them", resident, "MB", 150)
    yield _at_most("boxrun ls with them", listing["ls"].p50, "ms", 80, _ms(listing["ls"]))
    yield _at_most("completing the name of one, as a shell asks for it", listing["names"].p50, "ms", 200, _ms(listing["names"]))
    growth = max(runs.values()) / runs[10]
    yield _at_most(f"POST /v1/run with {', '.join(map(str, runs))} boxes up: the worst beside the first", growth, "×", 1.3,
                   " / ".join(f"{value:.1f}" for value in runs.values()) + f" ms, {growth:.2f} ×")
    for box in up:
        daemon.ask("DELETE", f"/v1/boxes/{box}?force=true")


def output(machine, rounds, megabytes=256):
    size = machine.big_file(megabytes)
    daemon = machine.daemon()
    box = daemon.ask("POST", "/v1/boxes", {"image": machine.image})["id"]

    def sse():
        started = daemon.ask("POST", f"/v1/boxes/{box}/exec", {"cmd": ["cat", "/big"], "workdir": "/"})
        if daemon.stream("GET", f"/v1/boxes/{box}/exec/{started['id']}/events") < size:
            raise RuntimeError("output is missing")

    def attach():
        if daemon.web_socket(f"/v1/boxes/{box}/attach?cmd=cat&cmd=/big&cols=80&rows=24") < size:
            raise RuntimeError("output is missing")

    times = in_turn(3, sse=sse, raw=lambda: machine.cli("run", machine.image, "--", "cat", "/big"), attach=attach)
    yield _at_least("output through SSE", size / times["sse"].least / 1000, "MB/s", 300)
    yield _at_least("output of boxrun run, its start included", size / times["raw"].least / 1000, "MB/s", 500)
    yield _at_least("output of a terminal through attach", size / times["attach"].least / 1000, "MB/s", 100)
    daemon.ask("DELETE", f"/v1/boxes/{box}?force=true")


def files(machine, rounds, megabytes=1024):
    source, copy = os.path.join(machine.directory, "file"), os.path.join(machine.directory, "copy")
    with open(source, "wb") as file:
        for _ in range(megabytes):
            file.write(os.urandom(1 << 20))
    daemon = machine.daemon()
    box = daemon.ask("POST", "/v1/boxes", {"image": machine.image})["id"]
    # As long as curl's, and other clients'.
    boundary = b"-" * 24 + b"0123456789abcdef"
    head = b'--%b\r\nContent-Disposition: form-data; name="dest"\r\n\r\n/tmp/file\r\n' \
           b'--%b\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n\r\n' % (boundary, boundary)
    tail = b"\r\n--%b--\r\n" % boundary

    def pieces():
        yield head
        with open(source, "rb") as file:
            while piece := file.read(1 << 20):
                yield piece
        yield tail

    def upload():
        length = len(head) + (megabytes << 20) + len(tail)
        daemon.stream("POST", f"/v1/boxes/{box}/files/upload", pieces(),
                      {"Content-Type": f"multipart/form-data; boundary={boundary.decode()}", "Content-Length": str(length)})

    def download():
        answer = daemon.stream("POST", f"/v1/boxes/{box}/files/download", b'{"path": "/tmp/file"}',
                               {"Content-Type": "application/json"})
        if answer != megabytes << 20:
            raise RuntimeError("bytes are missing")

    times = in_turn(2, copy=lambda: quietly("cp", source, copy), upload=upload, download=download)
    for name in ("upload", "download"):
        share = times["copy"].least / times[name].least
        yield Result(f"{name} of {megabytes} MiB beside cp", f"{share:.2f} × ({megabytes * 1048.576 / times[name].least:.0f} MB/s)",
                     "≥ 0.5 ×", share >= 0.5)
    daemon.ask("DELETE", f"/v1/boxes/{box}?force=true")


def pull(machine, rounds):
    if not all(map(has, ("docker-registry", "skopeo", "umoci"))):
        return
    image = Image(machine.directory)

    def ours(name):
        """In a state directory of its own, because layers that are there are not fetched again."""
        other = machine.another()
        try:
            daemon = other.daemon()
            return once(lambda: daemon.events("/v1/images:pull", {"image": name}, end=b"event:done"))
        finally:
            other.close()

    with serving(image, machine.directory) as name:
        by_hand = os.path.join(machine.directory, "by-hand")
        pulls, hands = [], []
        for _ in range(3):
            pulls.append(ours(name))
            hands.append(once(lambda: unpack_by_hand(name, by_hand)))
    pulls, hands = Times(pulls), Times(hands)
    yield _at_most(f"pull of {image.size / 1e6:.0f} MB in three layers from a registry on the loopback", pulls.p50, "ms", 1200,
                   f"{pulls.p50:.0f} ms")
    yield _ratio("… beside skopeo copy and umoci unpack", pulls, hands, 0.6)


ROWS = {"run": run, "spare": spare, "exec": exec_, "create": create, "cli": command_line, "cold": cold, "burst": burst,
        "many": many, "output": output, "files": files, "pull": pull}
