"""Images from a real socket: what is told to the host, what is believed of what it says, and every bound."""

import asyncio
import gzip
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import closing
from ipaddress import ip_address
from pathlib import Path

import pytest

from glmdesk.api.images import MOST_REDIRECTS, ImageFetcher, Patience
from glmdesk.api.public_network import Address
from glmdesk.domain.address import WebAddress, parse_address
from glmdesk.domain.errors import Action, ImageNotLoaded, Problem
from glmdesk.domain.image import MOST_BYTES, Elsewhere, EncodedImage
from tests.api.asking import NO_ROOTS
from tests.api.sockets import Handler, listening, read_request, socks_to, tunnel_to
from tests.support.certificates import self_signed, server_tls
from tests.support.image_host import ENDLESS, ImageHost, Page, redirect
from tests.support.image_samples import DRAWING, png
from tests.support.tripwire import NETWORK, tripwire

pytestmark = pytest.mark.anyio

PNG = png()
PATIENT = Patience(connect_s=30, silence_s=30, whole_s=30)


@pytest.fixture
async def host(anyio_backend: str) -> AsyncIterator[ImageHost]:
    async with ImageHost() as host:
        yield host


def web(url: str) -> WebAddress:
    address = parse_address(url)
    assert isinstance(address, WebAddress)
    return address


class Looking:
    """A name server: answers with what it has next for a name, and notes that it was asked."""

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[Address]:
        self.asked.append(host)
        return [ip_address(text) for text in self._answers.pop(0).split()]


async def fetch(
    url: str,
    *,
    ports: Collection[int] = (),
    proxy: str | None = None,
    tls: ssl.SSLContext = NO_ROOTS,
    patience: Patience = PATIENT,
    resolve: Looking | None = None,
    heard: list[tuple[int, int | None]] | None = None,
) -> EncodedImage | Elsewhere:
    """Fetch what is at an address; `ports` of this machine may be asked."""
    fetcher = ImageFetcher(tls, lambda _url: proxy, patience=patience, open_ports=ports, resolve=resolve)
    told: list[tuple[int, int | None]] = [] if heard is None else heard
    return await fetcher.fetch(web(url), lambda done, total: told.append((done, total)))


async def problem(url: str, **options: object) -> Problem:
    """Return why nothing came."""
    with pytest.raises(ImageNotLoaded) as caught:
        await fetch(url, **options)  # type: ignore[arg-type]
    return caught.value.problem


async def get(host: ImageHost, page: Page, **options: object) -> EncodedImage | Elsewhere:
    host.pages["/it"] = page
    return await fetch(host.url("/it"), ports=[host.port], **options)  # type: ignore[arg-type]


async def refused(host: ImageHost, page: Page, **options: object) -> str:
    """Return the code of what is wrong with a page."""
    host.pages["/it"] = page
    return (await problem(host.url("/it"), ports=[host.port], **options)).code


class TestAnImage:
    async def test_it_comes_as_it_is(self, host: ImageHost) -> None:
        assert await get(host, Page(PNG)) == EncodedImage(PNG, "png")

    @pytest.mark.parametrize(
        ("kind", "beginning", "found"),
        [
            ("image/jpeg", b"\xff\xd8\xff\xe0", "jpeg"),
            ("image/jpg; charset=binary", b"\xff\xd8\xff\xdb", "jpeg"),
            ("image/gif", b"GIF89a", "gif"),
            ("image/gif", b"GIF87a", "gif"),
            ("IMAGE/WEBP", b"RIFF\x10\x00\x00\x00WEBPVP8 ", "webp"),
            ("image/bmp", b"BM", "bmp"),
            # Its bytes say what it is; hosts that convert images leave the name as it was.
            ("image/jpeg", b"RIFF\x10\x00\x00\x00WEBPVP8 ", "webp"),
        ],
    )
    async def test_it_is_what_it_begins_like(
        self, host: ImageHost, kind: str, beginning: bytes, found: str
    ) -> None:
        body = beginning + bytes(20)

        assert await get(host, Page(body, kind)) == EncodedImage(body, found)  # type: ignore[arg-type]

    async def test_it_may_have_no_length(self, host: ImageHost) -> None:
        heard: list[tuple[int, int | None]] = []

        assert await get(host, Page(PNG, says_length=False), heard=heard) == EncodedImage(PNG, "png")
        assert heard[-1] == (len(PNG), None)

    async def test_progress_is_told(self, host: ImageHost) -> None:
        heard: list[tuple[int, int | None]] = []
        await get(host, Page(PNG, size=1_000_000), heard=heard)

        assert heard[-1] == (1_000_000, 1_000_000)
        assert heard == sorted(heard)
        assert len(heard) > 2

    async def test_the_largest_one_comes(self, host: ImageHost) -> None:
        image = await get(host, Page(PNG, size=MOST_BYTES))

        assert isinstance(image, EncodedImage)
        assert len(image.data) == MOST_BYTES


class TestWhatTheHostLearns:
    async def test_it_learns_nothing_but_what_is_wanted(self, host: ImageHost) -> None:
        await get(host, Page(PNG))

        [asked] = host.requests
        assert asked.headers == {
            "host": f"127.0.0.1:{host.port}",
            "user-agent": "glmdesk",
            "accept": "image/png,image/jpeg,image/gif,image/webp,image/bmp",
            "accept-encoding": "identity",
            "connection": "close",
        }

    async def test_its_cookies_do_not_come_back(self, host: ImageHost) -> None:
        host.pages.update({"/a": redirect("/it"), "/it": Page(PNG)})
        await fetch(host.url("/a"), ports=[host.port])
        await fetch(host.url("/a"), ports=[host.port])

        assert host.targets == ["/a", "/it"] * 2
        assert all("cookie" not in asked.headers for asked in host.requests)

    async def test_a_user_name_in_the_address_is_not_sent(self, host: ImageHost) -> None:
        host.pages["/it"] = Page(PNG)
        await fetch(f"http://me:secret@127.0.0.1:{host.port}/it", ports=[host.port])

        assert "authorization" not in host.requests[0].headers
        assert "secret" not in str(host.requests)

    @pytest.mark.parametrize(
        ("rest", "target"),
        [
            ("", "/"),
            ("?a=1", "/?a=1"),
            ("/a b%20c/中?q=é#part", "/a%20b%20c/%E4%B8%AD?q=%C3%A9"),
            ("/a%0d%0aX:%201", "/a%0d%0aX:%201"),
        ],
    )
    async def test_it_is_asked_for_path_and_query(self, host: ImageHost, rest: str, target: str) -> None:
        host.pages[target] = Page(PNG)

        await fetch(f"http://127.0.0.1:{host.port}{rest}", ports=[host.port])

        assert host.targets == [target]


class TestWhatIsNoImage:
    @pytest.mark.parametrize(
        "kind", ["text/html", "application/octet-stream", "image/tiff", "image/avif", ""]
    )
    async def test_another_type_is_not_loaded(self, host: ImageHost, kind: str) -> None:
        assert await refused(host, Page(PNG, kind)) == "image-type"

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"<html>",
            DRAWING,
            b"\x89PNG",
            b"RIFF\x10\x00\x00\x00WAVE",
            b"II*\x00",
            b"%PDF-1.7",
            gzip.compress(PNG, mtime=0),
        ],
    )
    async def test_a_type_alone_makes_no_image(self, host: ImageHost, body: bytes) -> None:
        assert await refused(host, Page(body)) == "image-type"

    async def test_a_drawing_is_not_even_read(self, host: ImageHost) -> None:
        page = Page(DRAWING, "image/svg+xml; charset=utf-8", size=ENDLESS)

        assert await refused(host, page) == "image-drawing"

    async def test_what_comes_packed_is_not_unpacked(self, host: ImageHost) -> None:
        packed = gzip.compress(PNG + bytes(50_000_000))
        assert len(packed) < 100_000

        assert await refused(host, Page(packed, headers=("Content-Encoding: gzip",))) == "image-type"

    @pytest.mark.parametrize(
        ("status", "can_retry"),
        [(404, True), (410, True), (401, False), (403, False), (500, True), (206, True)],
    )
    async def test_another_status_is_told(self, host: ImageHost, status: int, *, can_retry: bool) -> None:
        host.pages["/it"] = Page(PNG, status=status)
        found = await problem(host.url("/it"), ports=[host.port])

        assert found.code == "image-status"
        assert str(status) in found.words
        assert (found.action is Action.RETRY) is can_retry


class TestBounds:
    async def test_a_length_beyond_the_bound_is_enough_to_know(self, host: ImageHost) -> None:
        page = Page(PNG, length=MOST_BYTES + 1, stalls=True)

        assert await refused(host, page) == "image-bytes"

    @pytest.mark.parametrize("length", ["99999999999999999999999", "-1", "1e9", "0x10"])
    async def test_a_length_that_is_none_is_an_error_and_no_crash(self, host: ImageHost, length: str) -> None:
        page = Page(PNG, says_length=False, headers=(f"Content-Length: {length}",), stalls=True)

        assert await refused(host, page, patience=Patience(silence_s=0.2)) in {
            "image-broken-off",
            "image-bytes",
        }

    async def test_bytes_are_counted_whatever_is_said_of_them(self, host: ImageHost) -> None:
        assert await refused(host, Page(PNG, says_length=False, size=MOST_BYTES + 1)) == "image-bytes"

    async def test_a_body_without_an_end_has_one(self, host: ImageHost) -> None:
        assert await refused(host, Page(PNG, says_length=False, size=ENDLESS)) == "image-bytes"
        await host.left.wait()

    async def test_chunks_are_counted_too(self) -> None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await read_request(reader)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n")
            while True:
                writer.write(b"10000\r\n" + bytes(0x10000) + b"\r\n")
                await writer.drain()

        async with listening(serve) as port:
            assert (await problem(f"http://127.0.0.1:{port}/", ports=[port])).code == "image-bytes"

    async def test_headers_without_an_end_have_one(self) -> None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await read_request(reader)
            writer.write(b"HTTP/1.1 200 OK\r\n")
            while True:
                writer.write(b"X-More: " + b"x" * 1000 + b"\r\n")
                await writer.drain()

        async with listening(serve) as port:
            assert (await problem(f"http://127.0.0.1:{port}/", ports=[port])).code == "image-broken-off"

    async def test_less_than_was_said_is_told(self, host: ImageHost) -> None:
        assert await refused(host, Page(PNG, length=len(PNG) + 5)) == "image-broken-off"

    async def test_silence_ends(self, host: ImageHost) -> None:
        page = Page(PNG, length=len(PNG) + 5, stalls=True)

        assert await refused(host, page, patience=Patience(silence_s=0.1)) == "image-slow"

    async def test_a_drop_now_and_then_ends(self) -> None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await read_request(reader)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n")
            while True:
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.01)

        patience = Patience(silence_s=30, whole_s=0.3)
        async with listening(serve) as port:
            found = await problem(f"http://127.0.0.1:{port}/", ports=[port], patience=patience)

        assert found.code == "image-slow"

    async def test_stopping_hangs_up(self, host: ImageHost) -> None:
        host.pages["/it"] = Page(PNG, length=1000, stalls=True)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(fetch(host.url("/it"), ports=[host.port]))
            await host.asked.wait()
            task.cancel()

        assert task.cancelled()


class TestRedirects:
    async def test_they_are_followed_on_the_same_host(self, host: ImageHost) -> None:
        host.pages.update({"/a": redirect("b/c"), "/b/c": redirect("/it?x", status=308), "/it?x": Page(PNG)})

        assert await fetch(host.url("/a"), ports=[host.port]) == EncodedImage(PNG, "png")
        assert host.targets == ["/a", "/b/c", "/it?x"]

    async def test_a_circle_ends(self, host: ImageHost) -> None:
        host.pages.update({"/a": redirect("/b"), "/b": redirect("/a")})

        assert (await problem(host.url("/a"), ports=[host.port])).code == "image-endless"
        assert len(host.requests) == MOST_REDIRECTS + 1

    async def test_another_host_is_named_and_not_asked(self, host: ImageHost) -> None:
        other = "https://images.example.org/a.png?b"

        assert await get(host, redirect(other)) == Elsewhere(web(other))
        assert len(host.requests) == 1

    async def test_a_part_of_the_same_domain_is_the_same_host(self, host: ImageHost) -> None:
        host.pages.update({"/a": redirect(f"//cdn.example.org:{host.port}/it"), "/it": Page(PNG)})
        resolve = Looking("127.0.0.1", "127.0.0.1")
        url = host.url("/a", host="example.org")

        assert await fetch(url, ports=[host.port], resolve=resolve) == EncodedImage(PNG, "png")
        assert [asked.headers["host"] for asked in host.requests] == [
            f"example.org:{host.port}",
            f"cdn.example.org:{host.port}",
        ]

    @pytest.mark.parametrize(
        "location",
        ["file:///etc/passwd", "javascript:1", "mailto:a@b.c", "http://", "http://[::1", "data:,x", ""],
    )
    async def test_they_lead_to_the_web_only(self, host: ImageHost, location: str) -> None:
        # An empty one leads to the same address for ever.
        assert await refused(host, redirect(location)) in {"image-malformed", "image-endless"}

    async def test_they_do_not_lead_to_another_port_of_this_machine(self, host: ImageHost) -> None:
        async with ImageHost() as other:
            assert await refused(host, redirect(other.url("/it"))) == "image-not-public"
        assert other.requests == []


class TestWhereItMayLead:
    @pytest.mark.parametrize(
        "place",
        [
            "127.0.0.1", "localhost", "127.1", "0x7f.1", "2130706433", "0", "[::1]", "[::]",
            "[::ffff:127.0.0.1]", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1",
            "224.0.0.1", "255.255.255.255", "[fe80::1]", "[fd00::1]", "[fec0::1]", "[ff02::1]",
            "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[2001:db8::1]", "[2001:0:7f00:1::]",
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("scheme", ["http", "https"])
    async def test_no_connection_leads_into_the_readers_network(self, place: str, scheme: str) -> None:
        with tripwire("socket.connect") as connected:
            found = await problem(f"{scheme}://{place}:9/a.png")

        assert found.code == "image-not-public"
        assert connected == []

    @pytest.mark.parametrize("place", ["example.org", "93.184.216.34"])
    async def test_a_name_may_not_stand_for_a_private_address(self, place: str) -> None:
        resolve = Looking("192.168.1.1 10.0.0.1 ::1 fe80::1")

        assert (await problem(f"http://{place}/", resolve=resolve)).code == "image-not-public"

    async def test_what_was_judged_is_connected_to(self, host: ImageHost) -> None:
        # A second answer would lead elsewhere; it is never asked for.
        resolve = Looking("10.0.0.1 127.0.0.1", "10.0.0.1")
        host.pages["/it"] = Page(PNG)

        with tripwire("socket.connect") as connected:
            await fetch(host.url("/it", host="rebinding.example"), ports=[host.port], resolve=resolve)

        assert resolve.asked == ["rebinding.example"]
        assert host.requests[0].headers["host"] == f"rebinding.example:{host.port}"
        assert len(connected) == 1
        assert f"('127.0.0.1', {host.port})" in connected[0]

    async def test_a_malformed_address_leads_nowhere(self) -> None:
        with tripwire(*NETWORK) as caught:
            for url in ("http://a_b..c/x.png", "http://example.org\\@evil.example/", "http://e.org:99999/"):
                assert (await problem(url)).code == "image-malformed"

        assert caught == []

    async def test_nobody_there_is_told(self) -> None:
        with closing(socket.socket()) as bound:
            bound.bind(("127.0.0.1", 0))
            port = bound.getsockname()[1]

            assert (await problem(f"http://127.0.0.1:{port}/", ports=[port])).code == "image-unreachable"

    async def test_an_unknown_name_is_told(self) -> None:
        async def unknown(_host: str, _port: int) -> Sequence[Address]:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")

        fetcher = ImageFetcher(NO_ROOTS, lambda _url: None, resolve=unknown)
        with pytest.raises(ImageNotLoaded) as caught:
            await fetcher.fetch(web("http://example.org/"), lambda _done, _total: None)

        assert caught.value.problem.code == "image-unreachable"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with a certificate of `images.example`, signed by itself, and its key."""
    return self_signed(tmp_path_factory.mktemp("tls"), "images.example")


class TestEncrypted:
    async def test_a_trusted_host_is_believed(self, certificate: Path) -> None:
        tls = ssl.create_default_context(cafile=certificate)
        async with ImageHost({"/it": Page(PNG)}, server_tls(certificate)) as host:
            url = host.url("/it", host="images.example")

            assert await fetch(url, ports=[host.port], tls=tls, resolve=Looking("127.0.0.1")) == EncodedImage(
                PNG, "png"
            )

    async def test_another_one_is_not(self, certificate: Path) -> None:
        tls = ssl.create_default_context(cafile=certificate)
        async with ImageHost({"/it": Page(PNG)}, server_tls(certificate)) as host:
            url = host.url("/it", host="other.example")
            found = await problem(url, ports=[host.port], tls=tls, resolve=Looking("127.0.0.1"))

        assert found.code == "image-tls"
        assert host.requests == []

    async def test_it_does_not_lead_to_what_is_not_encrypted(
        self, certificate: Path, host: ImageHost
    ) -> None:
        tls = ssl.create_default_context(cafile=certificate)
        plain = host.url("/it", host="images.example")
        async with ImageHost({"/it": redirect(plain)}, server_tls(certificate)) as encrypted:
            url = encrypted.url("/it", host="images.example")
            ports = [host.port, encrypted.port]
            found = await problem(url, ports=ports, tls=tls, resolve=Looking("127.0.0.1", "127.0.0.1"))

        assert found.code == "image-downgrade"
        assert host.requests == []


async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
    await writer.drain()


class TestProxies:
    @pytest.mark.parametrize(
        ("lead", "proxy"), [(tunnel_to, "http://user:word@127.0.0.1"), (socks_to, "socks5://127.0.0.1")]
    )
    async def test_they_look_the_name_up(
        self, certificate: Path, lead: Callable[[int], Handler], proxy: str
    ) -> None:
        tls = ssl.create_default_context(cafile=certificate)
        async with (
            ImageHost({"/it": Page(PNG)}, server_tls(certificate)) as host,
            listening(lead(host.port)) as port,
        ):
            with tripwire("socket.getaddrinfo") as looked_up:
                image = await fetch("https://images.example/it", proxy=f"{proxy}:{port}", tls=tls)

        assert image == EncodedImage(PNG, "png")
        assert not any("images.example" in call for call in looked_up)

    @pytest.mark.parametrize("url", ["http://images.example/", "http://1.1.1.1/"])
    async def test_they_are_not_trusted_with_what_is_not_encrypted(self, url: str) -> None:
        with tripwire(*NETWORK) as caught:
            assert (await problem(url, proxy="http://127.0.0.1:9")).code == "image-plain"

        assert caught == []

    @pytest.mark.parametrize(
        "place",
        ["localhost", "printer", "nas.local", "10.0.0.1", "[::1]", "0x7f.1", "224.0.0.1", "[fec0::1]"],
    )
    async def test_they_are_not_asked_for_private_hosts(self, place: str) -> None:
        with tripwire(*NETWORK) as caught:
            assert (await problem(f"https://{place}/", proxy="http://127.0.0.1:9")).code == "image-not-public"

        assert caught == []

    async def test_one_that_refuses_is_told(self) -> None:
        async with listening(refuse) as port:
            assert (
                await problem("https://a.example/", proxy=f"http://127.0.0.1:{port}")
            ).code == "image-proxy"

    async def test_each_host_has_its_own(self, host: ImageHost) -> None:
        asked: list[str] = []

        def choose(url: str) -> str | None:
            asked.append(url)
            return None

        host.pages.update({"/a": redirect(f"http://a.example.org:{host.port}/it"), "/it": Page(PNG)})
        fetcher = ImageFetcher(
            NO_ROOTS, choose, open_ports=[host.port], resolve=Looking("127.0.0.1", "127.0.0.1")
        )
        await fetcher.fetch(web(host.url("/a", host="example.org")), lambda _done, _total: None)

        assert asked == ["http://example.org", "http://a.example.org"]
