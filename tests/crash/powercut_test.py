#!/usr/bin/env python3
"""powercut_test.py ZHIYUN SHIM: what was acknowledged survives a power cut (D2).

The server is killed under load and the changes that it had not synced are taken back: all of them,
or a choice of pages, or of sectors. The control does the same with synchronous=NORMAL and must lose
acknowledged writes, or this test would say nothing. CYCLES (12; LONG=1: 20), SEED.
"""
import os
import random
import shutil
import sys
import tempfile
import time
import types

import load
import powercut
import client
import tap

del os.environ["ZHIYUN_UNSYNCED"]  # what is acknowledged is on the disk

ZHIYUN, SHIM = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
CYCLES = int(os.environ.get("CYCLES", "20" if os.environ.get("LONG") else "12"))
CONTROL_CYCLES = 20
SEED = int(os.environ.get("SEED", random.SystemRandom().randrange(1 << 31)))


class Cuts:
    """A world whose server dies by power cuts."""

    def __init__(self, normal):
        self.chance = random.Random(SEED)
        self.beside = tempfile.mkdtemp(prefix="zhiyun-ledger-")
        self.ledger = load.Ledger(os.path.join(self.beside, "ledger"))
        self.world = client.World(ZHIYUN, people=load.PEOPLE)
        self.run = load.Load(self.world, self.ledger, SEED)
        self.shim = powercut.Shim(SHIM, self.world.data)
        self.normal, self.acked, self.loose = normal, 0, 0
        self.world.server.stop()
        os.sync()

    def start(self, tracks=True):
        self.shim.forget()
        self.shim.set(tracks=tracks)
        self.shim.around(self.world.server, self.normal)
        self.world.server.start()

    def cycle(self, number):
        """Writers, kill, cut; the server runs again afterwards, without the shim."""
        way = list(powercut.WAYS)[number % len(powercut.WAYS)]
        self.start()
        self.run.start()
        assert self.run.first_ack.wait(600), "nothing is acknowledged"
        time.sleep(self.chance.uniform(0.010, 1.0))
        self.world.server.kill()
        self.acked += self.run.stop()
        self.loose += self.shim.cut(self.chance, way)
        self.shim.away_from(self.world.server)
        self.world.server.start()

    def close(self):
        self.world.close()
        self.shim.close()
        self.ledger.close()
        shutil.rmtree(self.beside)


def test_a_power_cut_takes_nothing_that_was_acknowledged():
    print(f"# SEED={SEED}", flush=True)
    cuts = Cuts(normal=False)
    try:
        for number in range(CYCLES):
            cuts.cycle(number)
            lost = cuts.run.lost()
            assert not lost, f"cycle {number}: {len(lost)} acknowledged writes lost, the first: {lost[:3]}"
            cuts.run.settle_unknown()
            cuts.run.check()
            cuts.run.verify()
            cuts.world.server.stop()
        assert cuts.loose > 0, "no cut took anything back"
        print(f"# {CYCLES} power cuts, {cuts.acked} acknowledged writes, 0 lost; {cuts.loose} changes "
              "were not synced", flush=True)
    finally:
        cuts.close()


def test_the_control_with_less_syncing_loses_some():
    lost_writes = lost_cycles = acked = done = 0
    while done < CONTROL_CYCLES and lost_cycles == 0:
        cuts = Cuts(normal=True)  # a new store each time: what is lost would disturb the next
        try:
            cuts.cycle(0)
            lost = cuts.run.lost()
            lost_writes, acked, done = lost_writes + len(lost), acked + cuts.acked, done + 1
            lost_cycles += 1 if lost else 0
        finally:
            cuts.close()
    print(f"# control: {lost_writes} of {acked} acknowledged writes lost in {lost_cycles} of {done} cuts",
          flush=True)
    assert lost_cycles >= 1, "synchronous=NORMAL lost nothing: the cuts prove nothing"


tap.run(types.SimpleNamespace(**{k: v for k, v in globals().items() if k.startswith("test_")}))
