"""What is drawn by: $DRAW, else the hash of the last commit, so that one commit draws the same on each machine."""
import contextlib
import hashlib
import os
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))


def draw():
    if os.environ.get("DRAW"):  # not SEED, which tests read as a number
        return os.environ["DRAW"]
    with contextlib.suppress(FileNotFoundError):  # a copy without git draws the same each time
        done = subprocess.run(["git", "-C", HERE, "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=False)
        return done.stdout.strip() or "0"
    return "0"


def shuffled(names, by):
    """In the order of their digests with the draw."""
    return sorted(names, key=lambda name: hashlib.sha256(f"{by}:{name}".encode()).digest())


def touched():
    """Paths that the last commit and the working tree change; none where there is no git."""
    paths = set()
    for words in (["diff", "--name-only", "HEAD~1"], ["ls-files", "--others", "--exclude-standard"]):
        with contextlib.suppress(FileNotFoundError):
            done = subprocess.run(["git", "-C", os.path.dirname(HERE), *words], capture_output=True, text=True, check=False)
            paths.update(done.stdout.splitlines() if done.returncode == 0 else [])
    return paths
