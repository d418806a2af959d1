"""An image of three layers in a registry on the loopback, to be pulled from."""

import contextlib
import gzip
import hashlib
import io
import json
import os
import random
import shutil
import socket
import subprocess
import tarfile
import time

from machine import ARCHITECTURE

MEGABYTES = 100

CONFIG = """version: 0.1
log: {level: error, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: DIRECTORY}, delete: {enabled: true}}
http: {addr: 127.0.0.1:PORT}
"""


class Image:
    """100 MB compressed, of files of all sizes that compress to about half, in three gzip layers."""

    def __init__(self, directory):
        self.layout = os.path.join(directory, "layout")
        os.makedirs(os.path.join(self.layout, "blobs/sha256"))
        chance = random.Random(7)
        layers, diffs = [], []
        for number in range(3):
            compressed, diff = self._layer(number, chance)
            layers.append(self._blob(compressed, "application/vnd.oci.image.layer.v1.tar+gzip"))
            diffs.append("sha256:" + diff)
        config = self._json({"architecture": ARCHITECTURE, "os": "linux", "config": {},
                             "rootfs": {"type": "layers", "diff_ids": diffs}},
                            "application/vnd.oci.image.config.v1+json")
        manifest = self._json({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                               "config": config, "layers": layers}, "application/vnd.oci.image.manifest.v1+json")
        manifest["annotations"] = {"org.opencontainers.image.ref.name": "latest"}
        self._write("index.json", {"schemaVersion": 2, "manifests": [manifest]})
        self._write("oci-layout", {"imageLayoutVersion": "1.0.0"})
        self.size = sum(layer["size"] for layer in layers)

    def _layer(self, number, chance):
        plain = io.BytesIO()
        wanted = MEGABYTES * (1 << 20) // 3
        with tarfile.open(fileobj=plain, mode="w") as tar:
            random_bytes = 0
            while random_bytes < wanted:
                size = min(chance.choice((300, 4_000, 4_000, 30_000, 200_000, 2_000_000)), wanted - random_bytes)
                # Half of it cannot be compressed, the other half can to nearly nothing.
                content = chance.randbytes(size) + b"0123456789abcdef" * (size // 16)
                entry = tarfile.TarInfo(f"opt/layer{number}/{random_bytes % 50}/{random_bytes}")
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))
                random_bytes += size
        text = plain.getvalue()
        return gzip.compress(text, compresslevel=6, mtime=0), hashlib.sha256(text).hexdigest()

    def _blob(self, content, media_type):
        digest = hashlib.sha256(content).hexdigest()
        with open(os.path.join(self.layout, "blobs/sha256", digest), "wb") as file:
            file.write(content)
        return {"mediaType": media_type, "digest": "sha256:" + digest, "size": len(content)}

    def _json(self, document, media_type):
        return self._blob(json.dumps(document).encode(), media_type)

    def _write(self, name, document):
        with open(os.path.join(self.layout, name), "w") as file:
            json.dump(document, file)


@contextlib.contextmanager
def serving(image, directory):
    """A registry that has the image; gives the image's name in it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = os.path.join(directory, "registry.yml")
    with open(config, "w") as file:
        file.write(CONFIG.replace("DIRECTORY", os.path.join(directory, "registry")).replace("PORT", str(port)))
    process = subprocess.Popen(["docker-registry", "serve", config], stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await(port)
        name = f"127.0.0.1:{port}/bench:latest"
        subprocess.run(["skopeo", "copy", "-q", "--dest-tls-verify=false", f"oci:{image.layout}:latest",
                        f"docker://{name}"], check=True, stdin=subprocess.DEVNULL)
        yield name
    finally:
        process.terminate()
        process.wait()


def _await(port):
    deadline = time.monotonic() + 30
    while True:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        if time.monotonic() > deadline:
            raise RuntimeError("docker-registry does not answer")
        time.sleep(0.05)


def unpack_by_hand(name, directory):
    """What takes the place of a pull without boxrun: skopeo and umoci."""
    shutil.rmtree(directory, ignore_errors=True)
    os.makedirs(directory)
    quiet = {"check": True, "stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(["skopeo", "copy", "-q", "--src-tls-verify=false", f"docker://{name}", f"oci:{directory}/oci:latest"],
                   **quiet)
    subprocess.run(["umoci", "unpack", "--image", f"{directory}/oci:latest", f"{directory}/bundle"], **quiet)
