"""A full disk takes nothing away and is named."""

import json
import subprocess
import sys
from pathlib import Path

from tests.support.mounts import NAMESPACE, needs_mounts

ROOT = Path(__file__).resolve().parents[2]


@needs_mounts
def test_a_full_disk_takes_nothing_away_and_is_named(tmp_path: Path) -> None:
    ended = subprocess.run(
        [*NAMESPACE, sys.executable, "-m", "tests.storage.full_disk", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        timeout=20,
        check=False,
    )

    assert ended.returncode == 0, ended.stderr.decode()
    assert json.loads(ended.stdout) == {
        "journal": "disk-full",
        "journal with space": True,
        "finish": "disk-full",
        "append": "disk-full",
        "setting": "disk-full",
        "import": "disk-full",
        "attach": "disk-full",
        "attached": [],
        "back up": "backup-failed",
        "erase": "disk-full",
        "read meanwhile": [len("question"), len("arrived") + 500_001],
        "migrate": ["disk-full"],
        "notices": ["disk-full"],
        "read at the next start": [len("question"), len("arrived") + 500_001],
        "state at the next start": "interrupted",
        "erase with space": "done",
        "listed": ["标题"],
        "append with space": "done",
        "setting kept": "light",
        "sound": True,
    }
