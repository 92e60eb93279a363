"""A start that wants a window: it becomes the running instance, or hands its wish to the one there is."""

from pathlib import Path

from glmdesk.cli.options import Options
from glmdesk.cli.wanted import wanted
from glmdesk.desktop.instance import Claim, InstanceCommand, claim_or_hand_over
from glmdesk.desktop.paths import Paths
from glmdesk.domain.errors import UserError


def claim_for(options: Options, home: Path | None) -> tuple[Claim | None, InstanceCommand] | int:
    """Return that this is the instance now and what it is to do, or the exit code of a start that is over.

    Where no place for a socket can be had, the window is opened without a claim.
    """
    try:
        command = wanted(options)
        try:
            claim = claim_or_hand_over(Paths.locate(home, demo=options.is_demo).data, command)
        except OSError:
            return None, command
    except UserError as error:
        from glmdesk.cli.streams import open_missing_streams, tell_problem  # noqa: PLC0415 - for who is refused

        _speak(options)
        open_missing_streams()
        tell_problem(error.problem)
        return error.exit_code
    if claim is None and options.is_safe:
        from glmdesk.cli.streams import open_missing_streams, tell  # noqa: PLC0415
        from glmdesk.i18n import _  # noqa: PLC0415

        _speak(options)
        open_missing_streams()
        tell(_("glmdesk is running already. Quit it, then start it safely."))
    return 0 if claim is None else (claim, command)


def _speak(options: Options) -> None:
    from glmdesk.cli.language import language_for  # noqa: PLC0415
    from glmdesk.i18n import set_language  # noqa: PLC0415
    from glmdesk.resources import own_catalogues  # noqa: PLC0415

    set_language(language_for([] if options.home is None else ["--home", options.home]), own_catalogues())
