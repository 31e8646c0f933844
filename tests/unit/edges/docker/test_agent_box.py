from pathlib import Path

from nab.config import Limits
from nab.edges.docker import agent_box, proxy_box
from nab.edges.docker.trust import Trust
from nab.paths import AgentFolder

READ = {
    "/r/control": "ro",
    "/r/control/resolv.conf": "ro",
    "/trust/bundle.crt": "ro",
    "/trust/ca.crt": "ro",
}
WRITTEN = {
    "/workspace": "/r/disk/workspace",
    "/home/agent": "/r/disk/home",
    "/run/nab-out": "/r/outbox",
    "/tmp": "/r/disk/tmp",
    "/var/tmp": "/r/disk/var-tmp",
}


DISK = AgentFolder(Path("/r/disk"))


def options(scratch=DISK, **limits):
    box = agent_box.AgentBox(
        name="nab-slot-gpu0",
        image="sha256:1",
        command=("codex", "run"),
        network="nab-net-r",
        workspace=AgentFolder(Path("/r/disk/workspace")),
        control=Path("/r/control"),
        trusted=Trust(Path("/trust")),
        limits=Limits(**limits),
        labels=agent_box.labels(Path("/state"), "r", "codex-l4", "agent"),
        environment=proxy_box.client_environment(),
        home=AgentFolder(Path("/r/disk/home")),
        outbox=AgentFolder(Path("/r/outbox")),
        scratch=scratch,
        seeded=("/opt/venv",),
    )
    return agent_box.options(box)


def test_the_box_has_no_capability_no_privilege_and_no_way_to_the_engine():
    made = options()

    assert made["cap_drop"] == ["ALL"]
    assert made["security_opt"] == ["no-new-privileges"]
    assert not {"privileged", "cap_add", "pid_mode", "ipc_mode", "userns_mode", "devices"} & set(made)
    assert made["network"] == "nab-net-r"


def test_what_it_is_told_can_only_be_read():
    assert {host: mount["mode"] for host, mount in options()["volumes"].items()} == READ


def test_it_writes_in_its_own_folders_and_nowhere_else():
    made = options()
    bound = {one["Target"]: one["Source"] for one in made["mounts"] if one["Type"] == "bind"}
    (seeded,) = (one for one in made["mounts"] if one["Type"] != "bind")

    assert made["read_only"] is True
    assert bound == WRITTEN
    assert (seeded["Target"], seeded["Source"]) == ("/opt/venv", None)
    assert seeded["VolumeOptions"]["DriverConfig"]["Options"] == {
        "type": "none",
        "o": "bind",
        "device": "/r/disk/opt-venv",
    }


def test_a_trial_without_a_scratch_folder_writes_in_its_own_layer():
    made = options(scratch=None)

    assert made["read_only"] is False
    assert {one["Target"] for one in made["mounts"]} == {"/workspace", "/home/agent", "/run/nab-out"}


def test_names_are_asked_of_the_proxy_alone_never_of_the_engines_resolver():
    made = options()

    assert made["volumes"]["/r/control/resolv.conf"]["bind"] == "/etc/resolv.conf"
    assert made["dns"] == ["192.0.2.1"]
    assert made["dns_search"] == ["."]


def test_every_resource_is_bounded():
    made = options(cpus=1.5, memory_gib=2, processes=64)

    assert made["nano_cpus"] == 1_500_000_000
    assert made["mem_limit"] == made["memswap_limit"] == 2 << 30
    assert made["pids_limit"] == 64
    assert made["log_config"]["Config"]["max-size"]


def test_the_engine_never_restarts_it():
    assert options()["restart_policy"] == {"Name": "no"}


def test_the_keys_in_it_are_placeholders():
    environment = options()["environment"]

    assert environment["NUMERAI_SECRET_KEY"] == proxy_box.PLACEHOLDER_SECRET
    assert environment["HTTPS_PROXY"] == "http://proxy:3128"


def test_gpus_are_asked_for_only_when_the_settings_say_so():
    assert "device_requests" not in options(gpu=False)

    (request,) = options(gpu=True)["device_requests"]
    assert request["Count"] == -1
    assert request["Capabilities"] == [["gpu"]]
