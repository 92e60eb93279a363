"""What is said of a price before something is sent, by one rule wherever that is."""

from dataclasses import dataclass
from typing import Final

from glmdesk.domain.model import Model
from glmdesk.domain.money import Money, sum_of
from glmdesk.i18n import _, ngettext


@dataclass(frozen=True, slots=True)
class PriceForecast:
    """The price of what is read, about. Answers come to it: one may be a hundred times as long as another.

    Attributes:
        cost: None where it is not known.
        answers: How many answers are paid for beside it.
        has_images: Whether images are: how many tokens one takes, only the service knows.
    """

    cost: Money | None = None
    answers: int = 0
    has_images: bool = False

    @classmethod
    def of(cls, model: Model, tokens: int, *, has_images: bool = False) -> "PriceForecast":
        """Return that of a question to a model, with all that is read before it."""
        is_paid = not model.is_free
        return cls(model.reading_cost(tokens), int(is_paid), has_images and is_paid and not model.is_blind)

    def plus(self, other: "PriceForecast") -> "PriceForecast":
        """Return what both cost together."""
        cost = sum_of((self.cost, other.cost))
        return PriceForecast(cost, self.answers + other.answers, self.has_images or other.has_images)

    @property
    def words(self) -> str:
        """Return it in few words, in the current language."""
        if self.cost is None:
            return _("price not known")
        if not (self.cost.amount or self.answers):
            return _("free")
        words = str(self.cost.about)
        if self.has_images:
            words = with_images(words)
        match self.answers:
            case 0:
                return words
            case 1:
                # Translators: an amount of money, and what comes to it: “≈¥0.01 + answer”.
                return _("{sum} + answer").format(sum=words)
            case count:
                several = ngettext("{sum} + {count} answer", "{sum} + {count} answers", count)
                return several.format(sum=words, count=f"{count:,}")


UNKNOWN: Final = PriceForecast()


def with_images(figure: str) -> str:
    """Return a figure that images come to."""
    # Translators: tokens or an amount of money, and what comes to it: “≈ 120 tokens + images”.
    return _("{sum} + images").format(sum=figure)
