"""Who is told of keys, in a test."""

import asyncio


class Told:
    """Remembers what it was told, and lets a test wait for that."""

    def __init__(self) -> None:
        self.presses: list[str] = []
        self.keys: list[str] = []
        self.losses: list[str] = []
        self.calls_to_arm = 0
        self._something = asyncio.Event()

    def take_press(self, token: str) -> None:
        self.presses.append(token)
        self._something.set()

    def take_keys(self, keys: str) -> None:
        self.keys.append(keys)
        self._something.set()

    def take_loss(self, reason: str) -> None:
        self.losses.append(reason)
        self._something.set()

    def arm_anew(self) -> None:
        self.calls_to_arm += 1
        self._something.set()

    async def next(self) -> None:
        """Wait until something is told that came after the last wait."""
        async with asyncio.timeout(5):
            await self._something.wait()
        self._something.clear()
