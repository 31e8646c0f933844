from nab.edges import cgroups


def lay(folder, **files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)


def proc(folder, text):
    lay(folder / "7", cgroup=text)
    return folder


def test_v1_counters_are_read_from_each_controllers_own_folder(tmp_path):
    root = tmp_path / "sys"
    lay(root / "memory/docker/x", memory__usage_in_bytes="100\n", memory__max_usage_in_bytes="300\n")
    lay(root / "memory/docker/x", memory__oom_control="oom_kill_disable 0\nunder_oom 0\noom_kill 2\n")
    lay(root / "cpuacct/docker/x", cpuacct__usage="2500000000\n")
    lay(root / "pids/docker/x", pids__current="4\n")
    lay(root / "blkio/docker/x", blkio__throttle__io_service_bytes="8:0 Read 10\n8:0 Write 20\nTotal 30\n")
    group = cgroups.group(
        7,
        root,
        proc(
            tmp_path / "proc",
            "4:memory:/docker/x\n3:cpu,cpuacct:/docker/x\n2:pids:/docker/x\n1:blkio:/docker/x\n",
        ),
    )

    sample = cgroups.sample(group)

    assert (sample.cpu_seconds, sample.memory_bytes, sample.memory_peak_bytes) == (2.5, 100, 300)
    assert (sample.processes, sample.oom_kills, sample.read_bytes, sample.written_bytes) == (4, 2, 10, 20)
    assert sample.gpus == ()


def test_v2_counters_are_read_from_the_one_folder(tmp_path):
    root = tmp_path / "sys"
    lay(root, cgroup__controllers="cpu memory")
    box = root / "system.slice/docker-x.scope"
    lay(box, memory__current="100\n", memory__peak="300\n", memory__events="oom 1\noom_kill 1\n")
    lay(box, cpu__stat="usage_usec 2500000\nuser_usec 1\n", pids__current="4\n")
    lay(box, io__stat="8:0 rbytes=10 wbytes=20 rios=1\n8:1 rbytes=1 wbytes=2\n")
    group = cgroups.group(7, root, proc(tmp_path / "proc", "0::/system.slice/docker-x.scope\n"))

    sample = cgroups.sample(group)

    assert (sample.cpu_seconds, sample.memory_bytes, sample.memory_peak_bytes) == (2.5, 100, 300)
    assert (sample.processes, sample.oom_kills, sample.read_bytes, sample.written_bytes) == (4, 1, 11, 22)


def test_a_box_that_is_gone_gives_no_sample(tmp_path):
    assert cgroups.group(7, tmp_path, tmp_path) is None
    gone = cgroups.group(7, tmp_path, proc(tmp_path / "proc", "4:memory:/docker/x\n"))

    assert cgroups.sample(gone) is None
