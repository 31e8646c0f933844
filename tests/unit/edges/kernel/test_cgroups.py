import pytest

from nab.edges.kernel import cgroups

V1 = "4:memory:/docker/x\n3:cpu,cpuacct:/docker/x\n2:pids:/docker/x\n1:blkio:/docker/x\n"
V2 = "0::/system.slice/docker-x.scope\n"


def lay(folder, **files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)


def proc(folder, text, mountinfo=""):
    lay(folder / "7", cgroup=text)
    if mountinfo:
        lay(folder / "self", mountinfo=mountinfo)
    return folder


def lay_v1(root):
    lay(root / "memory/docker/x", memory__usage_in_bytes="100\n", memory__max_usage_in_bytes="300\n")
    lay(root / "memory/docker/x", memory__limit_in_bytes="500\n", memory__failcnt="9\n")
    lay(root / "memory/docker/x", memory__oom_control="oom_kill_disable 0\nunder_oom 0\noom_kill 2\n")
    lay(root / "cpuacct/docker/x", cpuacct__usage="2500000000\n")
    lay(root / "cpu/docker/x", cpu__cfs_quota_us="150000\n", cpu__cfs_period_us="100000\n")
    lay(root / "cpu/docker/x", cpu__stat="nr_periods 8\nnr_throttled 3\nthrottled_time 500000000\n")
    lay(root / "pids/docker/x", pids__current="4\n", pids__max="50\n", pids__events="max 6\n")
    lay(root / "blkio/docker/x", blkio__throttle__io_service_bytes="8:0 Read 10\n8:0 Write 20\nTotal 30\n")


def lay_v2(box):
    lay(box, memory__current="100\n", memory__peak="300\n", memory__max="500\n", memory__events="")
    lay(box, memory__events="low 0\nhigh 0\nmax 9\noom 1\noom_kill 2\noom_group_kill 0\n")
    lay(box, cpu__stat="usage_usec 2500000\nuser_usec 1\nnr_throttled 3\nthrottled_usec 500000\n")
    lay(box, cpu__max="150000 100000\n", pids__current="4\n", pids__max="50\n", pids__events="max 6\n")
    lay(box, io__stat="8:0 rbytes=10 wbytes=20 rios=1\n8:1 rbytes=1 wbytes=2\n8:2 \n")


def common(sample):
    return (
        sample.cpu_seconds, sample.cpu_limit, sample.cpu_throttled_seconds, sample.cpu_throttled_periods,
        sample.memory_bytes, sample.memory_peak_bytes, sample.memory_limit_bytes, sample.memory_limit_hits,
        sample.oom_kills, sample.processes, sample.processes_limit, sample.processes_refused,
    )  # fmt: skip


COUNTED = (2.5, 1.5, 0.5, 3, 100, 300, 500, 9, 2, 4, 50, 6)


def test_v1_counters_are_read_from_each_controllers_own_folder(tmp_path):
    lay_v1(tmp_path / "sys")
    group = cgroups.group(7, tmp_path / "sys", proc(tmp_path / "proc", V1))

    sample = cgroups.sample(group)

    assert common(sample) == COUNTED
    assert (sample.read_bytes, sample.written_bytes, sample.out_of_memory) == (10, 20, None)
    assert sample.gpus == () and cgroups.oom_kills(group) == 2


def test_v2_counters_are_read_from_the_one_folder(tmp_path):
    lay_v2(tmp_path / "sys/system.slice/docker-x.scope")
    group = cgroups.group(7, tmp_path / "sys", proc(tmp_path / "proc", V2))

    sample = cgroups.sample(group)

    assert common(sample) == COUNTED
    assert (sample.read_bytes, sample.written_bytes, sample.out_of_memory) == (11, 22, 1)
    assert cgroups.oom_kills(group) == 2


def test_no_limit_is_absent_on_both(tmp_path):
    lay_v1(tmp_path / "one")
    lay(tmp_path / "one/memory/docker/x", memory__limit_in_bytes="9223372036854771712\n")
    lay(tmp_path / "one/pids/docker/x", pids__max="max\n")
    lay(tmp_path / "one/cpu/docker/x", cpu__cfs_quota_us="-1\n")
    lay_v2(tmp_path / "two/system.slice/docker-x.scope")
    lay(tmp_path / "two/system.slice/docker-x.scope", memory__max="max\n", pids__max="max\n")
    lay(tmp_path / "two/system.slice/docker-x.scope", cpu__max="max 100000\n")

    for root, text in (("one", V1), ("two", V2)):
        sample = cgroups.sample(cgroups.group(7, tmp_path / root, proc(tmp_path / f"proc-{root}", text)))
        assert (sample.memory_limit_bytes, sample.processes_limit, sample.cpu_limit) == (None, None, None)


def test_an_old_kernel_without_a_peak_gives_the_present_value(tmp_path):
    box = tmp_path / "sys/system.slice/docker-x.scope"
    lay_v2(box)
    for name in ("memory.peak", "io.stat", "memory.events"):
        (box / name).unlink()

    sample = cgroups.sample(cgroups.group(7, tmp_path / "sys", proc(tmp_path / "proc", V2)))

    assert (sample.memory_peak_bytes, sample.read_bytes, sample.oom_kills) == (100, None, None)


def test_a_hybrid_machine_keeps_its_counters_where_its_controllers_are(tmp_path):
    lay_v1(tmp_path / "sys")
    (tmp_path / "sys/unified/docker/x").mkdir(parents=True)
    mountinfo = (
        f"36 25 0:31 / {tmp_path}/sys/memory rw - cgroup cgroup rw,memory\n"
        f"37 25 0:32 / {tmp_path}/sys/cpu rw shared:9 - cgroup cgroup rw,cpu\n"
        f"38 25 0:33 / {tmp_path}/sys/cpuacct rw - cgroup cgroup rw,cpuacct\n"
        f"39 25 0:34 / {tmp_path}/sys/pids rw - cgroup cgroup rw,pids\n"
        f"40 25 0:35 / {tmp_path}/sys/blkio rw - cgroup cgroup rw,blkio\n"
        f"41 25 0:36 / {tmp_path}/sys/unified rw - cgroup2 cgroup2 rw\n"
    )
    group = cgroups.group(7, tmp_path, proc(tmp_path / "proc", f"{V1}0::/docker/x\n", mountinfo))

    assert common(cgroups.sample(group)) == COUNTED


@pytest.mark.parametrize("top", ["/docker/outer", "/docker/outer/"])
def test_in_a_container_of_our_own_the_path_begins_below_what_is_mounted(tmp_path, top):
    lay_v2(tmp_path / "mount/docker/x")
    mountinfo = f"41 25 0:36 {top} {tmp_path}/mount rw - cgroup2 cgroup2 rw\n"
    group = cgroups.group(7, tmp_path, proc(tmp_path / "proc", "0::/docker/outer/docker/x\n", mountinfo))

    assert cgroups.sample(group).oom_kills == 2


def test_a_group_that_we_cannot_see_gives_no_sample(tmp_path):
    mountinfo = f"41 25 0:36 /docker/outer {tmp_path}/mount rw - cgroup2 cgroup2 rw\n"
    group = cgroups.group(7, tmp_path, proc(tmp_path / "proc", "0::/../elsewhere\n", mountinfo))

    assert cgroups.sample(group) is None


def test_a_box_that_is_gone_gives_no_sample(tmp_path):
    assert cgroups.group(7, tmp_path, tmp_path) is None
    gone = cgroups.group(7, tmp_path, proc(tmp_path / "proc", "4:memory:/docker/x\n"))

    assert cgroups.sample(gone) is None


def test_bytes_on_the_network_are_those_of_the_containers_namespace_without_loopback(tmp_path):
    lay_v2(tmp_path / "sys/system.slice/docker-x.scope")
    lay(
        proc(tmp_path / "proc", V2) / "7/net",
        dev="Inter-|   Receive  |  Transmit\n face |bytes packets\n"
        "    lo: 999 9 0 0 0 0 0 0 999 9 0 0 0 0 0 0\n"
        "  eth0:  10 1 0 0 0 0 0 0  20 2 0 0 0 0 0 0\n  eth1: 1 1 0 0 0 0 0 0 2 2 0 0 0 0 0 0\n",
    )

    sample = cgroups.sample(cgroups.group(7, tmp_path / "sys", tmp_path / "proc"))

    assert (sample.received_bytes, sample.received_packets) == (11, 2)
    assert (sample.sent_bytes, sample.sent_packets) == (22, 4)


def test_a_process_is_the_boxes_when_it_is_in_its_cgroup_or_below(tmp_path):
    folder = proc(tmp_path / "proc", V1)
    lay(folder / "8", cgroup="4:memory:/docker/x/inner\n")
    lay(folder / "9", cgroup="4:memory:/docker/xy\n")
    lay(folder / "10", cgroup="4:memory:/\n")
    group = cgroups.group(7, tmp_path, folder)

    assert [group.holds(pid) for pid in (7, 8, 9, 10, 11)] == [True, True, False, False, False]
