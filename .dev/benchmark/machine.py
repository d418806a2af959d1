"""A state directory, an image and a daemon of the benchmark's own."""

import glob
import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
import time

from client import Daemon

TEXT = b"The quick brown fox jumps over the lazy dog, and the dog lets it, 0123456789.\n"


ARCHITECTURE = os.uname().machine.replace("x86_64", "amd64").replace("aarch64", "arm64")


class Machine:
    def __init__(self, installation):
        self.boxrun = os.path.join(installation, "bin/boxrun")
        self.directory = tempfile.mkdtemp(prefix="bxbench")
        os.chmod(self.directory, 0o755)
        self.state = os.path.join(self.directory, "s")
        self.root = os.path.join(self.directory, "root")
        self.image = "rootfs:" + self.root
        self.environment = {**os.environ, "BOXRUN_STATE_DIR": self.state, "BOXRUN_IDLE_TIMEOUT": "10m",
                            "BOXRUN_MAX_MEMORY_MB": "1000000", "BOXRUN_CPU_OVERCOMMIT": "1000"}
        for name in ("bin", "root", "tmp", "etc", "proc", "dev", "sys"):
            os.makedirs(os.path.join(self.root, name))
        shutil.copy(shutil.which("busybox", path="/bin:/usr/bin"), os.path.join(self.root, "bin/busybox"))
        for name in ("sh", "true", "cat", "sleep"):
            os.symlink("busybox", os.path.join(self.root, "bin", name))

    def another(self):
        """One of the same installation, in a state directory of its own."""
        return Machine(os.path.dirname(os.path.dirname(self.boxrun)))

    def big_file(self, megabytes):
        """A file of text in the image; the pages are in memory when it is read."""
        path = os.path.join(self.root, "big")
        with open(path, "wb") as file:
            piece = TEXT * ((1 << 20) // len(TEXT))
            for _ in range(megabytes):
                file.write(piece)
        return len(piece) * megabytes

    def layered(self):
        """The image as one of layers, which has its name in the store."""
        layer = io.BytesIO()
        with tarfile.open(fileobj=layer, mode="w") as tar:
            tar.add(self.root, ".")
        digest = "sha256:" + hashlib.sha256(layer.getvalue()).hexdigest()
        parts = {
            "layer.tar": layer.getvalue(),
            "config.json": json.dumps({"os": "linux", "architecture": ARCHITECTURE, "config": {},
                                       "rootfs": {"type": "layers", "diff_ids": [digest]}}).encode(),
            "manifest.json": json.dumps([{"Config": "config.json", "RepoTags": ["bench:latest"],
                                          "Layers": ["layer.tar"]}]).encode(),
        }
        archive = os.path.join(self.directory, "image.tar")
        with tarfile.open(archive, "w") as tar:
            for name, content in parts.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))
        self.cli("load", archive)
        return "bench:latest"

    def await_spare(self):
        """Waits until the daemon has a box that was started in advance and nothing else to do."""
        deadline = time.monotonic() + 30
        while len(glob.glob(os.path.join(self.state, "boxes/*/engine/launched.json"))) != 1:
            if time.monotonic() > deadline:
                raise RuntimeError("no box is started in advance")
            time.sleep(0.002)
        # From its last file to the connection to its agent.
        time.sleep(0.02)

    def cli(self, *words, check=True):
        return subprocess.run([self.boxrun, *words], env=self.environment, check=check, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode

    def daemon(self):
        self.cli("info")
        return Daemon(self.state)

    def pid(self):
        with open(os.path.join(self.state, "daemon.lock")) as file:
            return int(file.read())

    def close(self):
        daemon = self.daemon()
        for box in daemon.ask("GET", "/v1/boxes?status=all"):
            daemon.ask("DELETE", f"/v1/boxes/{box['id']}?force=true")
        self.cli("daemon", "stop", check=False)
        shutil.rmtree(self.directory, ignore_errors=True)


def memory_of(pid):
    """The proportional share of memory in MB."""
    with open(f"/proc/{pid}/smaps_rollup") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Pss:")) / 1024
