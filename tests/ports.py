"""Ports of the loopback for servers under test. A port that the kernel gave and took back may be given to another test
before its server listens there; these are this process's until it ends, and not among those the kernel gives away."""
import random
import socket

_held = []  # sockets whose names say which ports are taken


def free_port():
    for port in random.sample(range(10000, 30000), 1000):
        guard = socket.socket(socket.AF_UNIX)
        try:
            guard.bind(f"\0zhiyun-test-port-{port}")
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            guard.close()
            continue
        _held.append(guard)
        return port
    raise RuntimeError("no port is free")
