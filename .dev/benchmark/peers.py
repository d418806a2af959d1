"""What boxrun is measured beside: the same container made by crun and a shell, and other tools where installed."""

import json
import os
import shutil
import subprocess

PROGRAMS = {"podman": "podman", "crun": "crun", "runc": "runc", "bwrap": "bubblewrap", "skopeo": "skopeo",
            "umoci": "umoci", "docker-registry": "docker-registry"}

WRAPPER = """#!/bin/sh
# A box without boxrun: the same disk, mounts, namespaces, limits and filter, made by the system's own programs.
set -e
cd "$1"
cp --sparse=always template disk
unshare --mount --propagation private sh -c '
    if [ -e /sys/fs/cgroup/unified ]; then umount /sys/fs/cgroup/unified; fi
    mount -t tmpfs tmpfs mounts && mkdir mounts/disk mounts/root
    mount -o loop,discard,noinit_itable,nobarrier,nodev disk mounts/disk
    mkdir mounts/disk/upper mounts/disk/work
    mount -t overlay overlay -o lowerdir="$2",upperdir=mounts/disk/upper,workdir=mounts/disk/work mounts/root
    exec $3 --root state run -b bundle wrapper-$$' sh "$@" </dev/null
rm disk
"""

# podman's own defaults may be above what this process may set.
LIMITS = ("--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000")


def missing():
    path = os.environ["PATH"] + ":/usr/sbin:/sbin"
    return [package for program, package in PROGRAMS.items() if not shutil.which(program, path=path)]


def has(program):
    return PROGRAMS[program] not in missing()


def quietly(*command, check=True, **options):
    return subprocess.run(command, check=check, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, **options).returncode


def hybrid(command):
    """Runtimes refuse a machine that has both versions of cgroups; boxrun hides one from them, and so do we."""
    if not os.path.exists("/sys/fs/cgroup/unified"):
        return command
    return ["unshare", "--mount", "sh", "-c", 'umount /sys/fs/cgroup/unified; exec "$@"', "sh", *command]


class Wrapper:
    """The bare wrapper, with the configuration that boxrun gives a box."""

    def __init__(self, directory, root, state, box):
        self.directory, self.root = directory, root
        for name in ("bundle", "mounts", "state"):
            os.makedirs(os.path.join(directory, name), exist_ok=True)
        with open(os.path.join(state, "boxes", box, "engine/bundle/config.json")) as file:
            config = json.load(file)
        ours = ("/etc/", "/.boxrun/")
        config["mounts"] = [mount for mount in config["mounts"] if not mount["destination"].startswith(ours)]
        config["process"]["args"] = ["/bin/true"]
        config["process"]["cwd"] = "/"
        config["root"]["path"] = os.path.join(directory, "mounts/root")
        if "cgroupsPath" in config["linux"]:
            config["linux"]["cgroupsPath"] = "/boxrun-benchmark"
        with open(os.path.join(directory, "bundle/config.json"), "w") as file:
            json.dump(config, file)
        templates = os.path.join(state, "cache")
        names = sorted(name for name in os.listdir(templates) if name.startswith("disk-"))
        os.symlink(os.path.join(templates, names[-1]), os.path.join(directory, "template"))
        self.script = os.path.join(directory, "wrapper")
        with open(self.script, "w") as file:
            file.write(WRAPPER)

    def run(self, runtime="crun --cgroup-manager=cgroupfs"):
        quietly("sh", self.script, self.directory, self.root, runtime)


def bwrap(root):
    quietly("bwrap", "--bind", root, "/", "--unshare-all", "--proc", "/proc", "--dev", "/dev", "/bin/true")


def podman(*words, check=True):
    quietly(*hybrid(["podman", *words]), check=check)
