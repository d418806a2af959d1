"""A state directory, an image and a daemon of the benchmark's own."""

import os
import shutil
import subprocess
import tempfile

from client import Daemon

TEXT = b"The quick brown fox jumps over the lazy dog, and the dog lets it, 0123456789.\n"


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
