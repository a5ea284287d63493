"""What tests draw by, $DRAW or the hash of the last commit, so that one commit draws the same on each machine; and the
files that this commit touches, whose tests are not left to the draw."""
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
    """Paths of the files that the last commit and the working tree change; none without git."""
    def listed(*words):
        done = subprocess.run(["git", "-C", os.path.dirname(HERE), *words, "-z"], capture_output=True, text=True, check=False)
        return done.stdout.split("\0")[:-1] if done.returncode == 0 else None

    with contextlib.suppress(FileNotFoundError):
        changed = listed("diff", "--name-only", "HEAD~1")
        if changed is None:  # the first commit, or a clone without the one before
            changed = listed("diff", "--name-only", "HEAD") or []
        return set(changed) | set(listed("ls-files", "--others", "--exclude-standard") or [])
    return set()
