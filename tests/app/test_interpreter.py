"""What the interpreter is spared works all the same."""

import asyncio
import ssl
import sys
from pathlib import Path

import pytest

from tests.api.asking import KEY
from tests.api.sockets import join, listening
from tests.support.certificates import self_signed
from tests.support.service import Service

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).resolve().parents[2]

ASK_THROUGH_TLS = """
import sys
from glmdesk.app.interpreter import import_plainly, without_ssl

import_plainly()
with without_ssl():
    import asyncio
    from PySide6.QtWidgets import QApplication
    from glmdesk.ui import loop

assert "ssl" not in sys.modules
base_url, key, certificate = sys.argv[1:]

async def main():
    import ssl
    from glmdesk.api.client import Client
    from glmdesk.domain.endpoint import Endpoint

    tls = ssl.create_default_context(cafile=certificate)
    async with Client(Endpoint.parse(base_url), key, tls=tls) as client:
        print(len(await client.list_models()) > 0)
    return 0

sys.exit(loop.run(QApplication([]), main()))
"""


async def test_tls_is_spoken_although_asyncio_was_loaded_without_it(service: Service, tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    async with listening(lambda reader, writer: join(reader, writer, service.port), context) as port:
        base_url = f"https://localhost:{port}/api/paas/v4"
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-c", ASK_THROUGH_TLS, base_url, KEY, str(certificate)),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        output, problem = await asyncio.wait_for(process.communicate(), timeout=20)

    assert (process.returncode, output, problem) == (0, b"True\n", b"")
