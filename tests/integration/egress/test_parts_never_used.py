"""The proxy starts without what it never uses of mitmproxy: most of its time to the first call."""

import subprocess

from nab.edges.docker import proxy_box

PARTS = "h2,aioquic.quic.connection,pyparsing.core,ruamel.yaml.main,graphql.execution,mitmproxy.addons.view"
LOAD = """
import asyncio, sys
sys.path.insert(0, "/opt/nab")
import proxy
from orders import Orders
from record.journal import Journal
orders = Orders(run="r", session="s", address="127.0.0.1", numerai="local", light=True)
async def master():
    return proxy.make_master(orders, proxy.Recorder(proxy.Notes(None, None, None), light=True))
made = asyncio.run(master())
print(len(made.addons.chain), [one for one in sys.argv[1].split(",") if one in sys.modules])
"""


def test_a_proxy_has_all_its_addons_and_none_of_the_parts_that_nothing_leads_to():
    box = ["docker", "run", "--rm", "-i", "--network", "none", "--tmpfs", "/trust:mode=777", proxy_box.IMAGE]
    words = [*box, "/opt/proxy/bin/python", "-", PARTS]
    said = subprocess.run(words, input=LOAD, capture_output=True, text=True, check=False)

    assert said.returncode == 0, said.stderr
    addons, _, parts = said.stdout.partition(" ")
    assert int(addons) > 10
    assert parts.strip() == "[]"
