"""``consentry run`` towards the network, and ``consentry trust``: the real commands."""

import asyncio
import json
import ssl
from pathlib import Path

import httpx

from tests.cli.hub_process import consentry, hub_process
from tests.port import free_port

EXPOSED = 'detect = false\nhost = "0.0.0.0"\nhosts = ["hub.example"]\n'


async def configured(data: Path, text: str) -> None:
    """Write the settings file."""
    await asyncio.to_thread(data.mkdir, exist_ok=True)
    await asyncio.to_thread((data / "consentry.toml").write_text, text)


async def test_a_hub_in_the_network_speaks_https(tmp_path: Path) -> None:
    """The same port answers plainly on this machine and by TLS under its name; the root lasts."""
    await configured(tmp_path, EXPOSED)
    fingerprints = set()
    for _ in range(2):
        async with hub_process(tmp_path) as hub:
            assert hub.greeting.startswith("Consentry runs at https://")
            assert (await hub.health())["total"] == 0
            answer = await consentry("trust", "--json", "--data", tmp_path)
            told = json.loads(answer.out)
            assert told["kind"] == "household"
            assert "hub.example" in told["names"]
            fingerprints.add(told["fingerprint"])
            root = (await asyncio.to_thread(httpx.get, f"{hub.url}/trust/consentry.crt")).content
            trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            trusting.load_verify_locations(cadata=root)
            async with httpx.AsyncClient(verify=trusting) as client:
                secure = await client.get(
                    hub.url.replace("http://localhost", "https://127.0.0.1") + "/api/health",
                    headers={"Host": "hub.example"},
                    extensions={"sni_hostname": "hub.example"},
                )
            assert secure.json()["status"] == "ok"
            assert secure.headers["strict-transport-security"].startswith("max-age=")
            drawn = (await consentry("trust", "--data", tmp_path)).out
            assert told["fingerprint"][:23] in drawn
            assert "█" in drawn
    assert len(fingerprints) == 1


async def test_a_hub_of_this_machine_alone_makes_no_authority(tmp_path: Path) -> None:
    """Nothing is there to be trusted or stolen, and the command says how to change that."""
    async with hub_process(tmp_path):
        answer = await consentry("trust", "--data", tmp_path)
        refused = await consentry("trust", "--renew", "--data", tmp_path)
    assert "--host 0.0.0.0" in answer.out
    assert (refused.status, len(refused.err.splitlines())) == (2, 1)
    assert not (tmp_path / "keys" / "authority.pem").exists()


async def test_a_mistake_in_the_certificate_stops_the_start(tmp_path: Path) -> None:
    """One sentence, exit 2, before a camera is started."""
    await configured(tmp_path, 'certificate = "chain.pem"\ncertificate_key = "key.pem"\n')
    port = str(await asyncio.to_thread(free_port))
    answer = await consentry("run", "--data", tmp_path, "--port", port)
    assert (answer.status, answer.err) == (
        2,
        f"consentry: certificate: there is no file {tmp_path}/chain.pem.\n",
    )
