"""How much memory a build may use."""

import pytest
from pelican.plugins.stylize.model.memory_limit import find_free_memory, find_memory_limit, parse_bytes

GIB = 2**30


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("3 GB", 3_000_000_000),
        ("1.5GB", 1_500_000_000),
        ("800 MB", 800_000_000),
        ("2 GiB", 2_147_483_648),
        ("3000000000", 3_000_000_000),
        (" 512 mib ", 536_870_912),
    ],
)
def test_amounts_of_memory_are_read(text, count):
    assert parse_bytes(text) == count


@pytest.mark.parametrize("text", ["", "much", "3 TBB", "-1 GB", "0 GB", "GB 3", "3,5 GB"])
def test_other_words_are_no_amounts(text):
    with pytest.raises(ValueError) as refused:
        parse_bytes(text)
    assert str(refused.value) == f"{text!r} is no amount of memory; write '3 GB' or '800 MB'"


def system(root, files):
    """Write files as Linux shows them below /proc and /sys."""
    files = {"proc/meminfo": "MemTotal: 33554432 kB\nMemAvailable:   16777216 kB\n"} | files
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def test_what_the_machine_can_spare_is_free(tmp_path):
    assert find_free_memory(system(tmp_path, {})) == 16 * GIB


def test_a_control_group_leaves_its_limit_minus_what_it_uses(tmp_path):
    root = system(
        tmp_path,
        {
            "proc/self/cgroup": "0::/user/blog\n",
            "sys/fs/cgroup/user/blog/memory.max": f"{3 * GIB}\n",
            "sys/fs/cgroup/user/blog/memory.current": f"{2 * GIB}\n",
            "sys/fs/cgroup/user/blog/memory.stat": f"anon 5\ninactive_file {GIB}\n",
        },
    )
    assert find_free_memory(root) == 2 * GIB  # files in its cache make room


def test_the_limit_of_a_group_above_counts_as_well(tmp_path):
    root = system(
        tmp_path,
        {
            "proc/self/cgroup": "0::/user/blog\n",
            "sys/fs/cgroup/user/blog/memory.max": "max\n",
            "sys/fs/cgroup/user/memory.max": f"{GIB}\n",
            "sys/fs/cgroup/user/memory.current": "0\n",
        },
    )
    assert find_free_memory(root) == GIB


def test_a_container_sees_its_own_group_at_the_root(tmp_path):
    root = system(
        tmp_path,
        {
            "proc/self/cgroup": "0::/docker/ab12\n",
            "sys/fs/cgroup/memory.max": f"{4 * GIB}\n",
            "sys/fs/cgroup/memory.current": f"{GIB}\n",
        },
    )
    assert find_free_memory(root) == 3 * GIB


def test_the_first_version_of_control_groups_is_understood(tmp_path):
    root = system(
        tmp_path,
        {
            "proc/self/cgroup": "12:cpu,cpuacct:/a\n9:memory:/a\n1:name=systemd:/a\n",
            "sys/fs/cgroup/memory/a/memory.limit_in_bytes": f"{2 * GIB}\n",
            "sys/fs/cgroup/memory/a/memory.usage_in_bytes": f"{GIB}\n",
            "sys/fs/cgroup/memory/a/memory.stat": "total_inactive_file 0\n",
        },
    )
    assert find_free_memory(root) == GIB


def test_a_system_that_says_nothing_has_some_memory(tmp_path):
    assert find_free_memory(tmp_path) > 0


def test_an_executor_s_word_counts_more_than_the_machine_s(monkeypatch):
    monkeypatch.setenv("STYLIZE_MEMORY_LIMIT", "123456789")
    assert find_memory_limit() == 123_456_789
