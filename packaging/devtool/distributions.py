"""What is installed with pip: the wheel, and the sources it is made of."""

import os
from pathlib import Path

from devtool import bundle, environment
from devtool.terminal import run_quietly, say


def make(folder: Path) -> tuple[Path, Path]:
    """Return the sources and the wheel, made from them in `folder`; the same commit makes the same files.

    Raises:
        Refusal: They could not be made, or an index would not take them; the text says why.
    """
    say("Making the wheel")
    python = environment.PEOPLE.program("python")
    # The builder is locked too, and nothing is fetched.
    options = ("--no-build-isolation", "--offline", "--quiet", f"--python={python}", f"--out-dir={folder}")
    run_quietly(
        [python, "-m", "uv", "build", *options, str(environment.ROOT)],
        environment={**os.environ, "SOURCE_DATE_EPOCH": bundle.epoch()},
    )
    sources = folder / f"glmdesk-{bundle.version()}.tar.gz"
    wheel = folder / f"glmdesk-{bundle.version()}-py3-none-any.whl"
    run_quietly([python, "-m", "twine", "check", "--strict", str(sources), str(wheel)])
    return sources, wheel
