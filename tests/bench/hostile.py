"""How long the window stands still at most while each message of the hostile corpus is read."""

import json
import subprocess
import sys

LENGTH = 100_000
GOAL_S = 0.25
SHOWN = 25


def main() -> None:
    """Read and print."""
    command = [
        sys.executable,
        "-m",
        "tests.support.hostile_reading",
        "/nowhere/x.png",
        "9",
        str(LENGTH),
        "0",
        "1",
    ]
    ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    found = [(seconds, name) for name, seconds in map(json.loads, ran.stdout.splitlines())]
    found.sort(reverse=True)
    print(f"\nthe window stands still (ms at most, {len(found)} messages, mostly {LENGTH} characters)")
    for seconds, name in found[:SHOWN]:
        print(f"  {name:44s} {seconds * 1000:8.0f}")
    over = sum(seconds > GOAL_S for seconds, _name in found)
    print(f"  over {GOAL_S * 1000:.0f} ms: {over}; median {found[len(found) // 2][0] * 1000:.0f} ms")


if __name__ == "__main__":
    main()
