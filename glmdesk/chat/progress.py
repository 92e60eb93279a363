"""What happens before the first word of an answer, in words."""

from glmdesk.domain.events import Progress, Retrying, Waiting
from glmdesk.i18n import _


def describe_progress(progress: Progress) -> str:
    """Return one line, in the current language."""
    match progress:
        case Waiting(elapsed_s):
            return _("Still waiting for the first word ({seconds} s).").format(seconds=round(elapsed_s))
        case Retrying(attempt=attempt, delay_s=delay_s, problem=problem):
            return _("{what} Trying again in {seconds} s (attempt {attempt}).").format(
                what=problem.headline, seconds=max(1, round(delay_s)), attempt=attempt + 1
            )
