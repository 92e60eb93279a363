"""The tiers of accounts. By them the service counts how many questions for a model may be in flight."""

from typing import Literal, get_args

Tier = Literal["V0", "V1", "V2", "V3"]
TIERS: tuple[Tier, ...] = get_args(Tier)
"""Lowest first."""
