#!/usr/bin/env python3
"""programmes_test.py ZHIYUN CLOCK [NAME…]: lives through the scenarios beside it (scenario.py says how they read)."""
import glob
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import scenario  # noqa: E402  (it finds the helpers of other tests)
import makers  # noqa: E402

if __name__ == "__main__":
    wanted = sys.argv[3:]
    paths = [p for p in sorted(glob.glob(os.path.join(HERE, "*.scenario")))
             if not wanted or os.path.basename(p).removesuffix(".scenario") in wanted]
    scenario.run(os.path.abspath(sys.argv[1]), sys.argv[2], paths, makers)
