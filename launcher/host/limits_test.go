package host

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// What the layouts of testdata do not have.
func TestLimits(t *testing.T) {
	const (
		meminfo = "MemTotal:       24689340 kB\nMemFree: 1 kB\n"
		v2      = "30 1 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup rw\n"
	)
	for _, test := range []struct {
		name   string
		files  map[string]string
		memory int64
		cpu    float64
	}{
		{"nothing", nil, 0, 0},
		{"a limit at the usual place, and no word of where groups are mounted", map[string]string{"sys/fs/cgroup/memory.max": "536870912\n"}, 512 << 20, 0},
		{"... of version 1", map[string]string{"sys/fs/cgroup/memory/memory.limit_in_bytes": "268435456\n", "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "25000", "sys/fs/cgroup/cpu/cpu.cfs_period_us": "50000"}, 256 << 20, 0.5},
		{"no limit of version 2", map[string]string{"sys/fs/cgroup/memory.max": "max\n", "sys/fs/cgroup/cpu.max": "max 100000\n"}, 0, 0},
		{"no limit of version 1", map[string]string{"sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n", "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1", "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000"}, 0, 0},
		{"a task's limit over the container's", map[string]string{"sys/fs/cgroup/memory/memory.stat": "cache 0\nhierarchical_memory_limit 419430400\nhierarchical_memsw_limit 9223372036854771712\n"}, 400 << 20, 0},
		{"more than the machine has", map[string]string{"sys/fs/cgroup/memory.max": "109951162777600\n"}, 24689340 << 10, 0},
		{"no limit, on a machine that doesn't tell its memory", map[string]string{"proc/meminfo": "", "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"}, 0, 0},
		{"rubbish", map[string]string{"sys/fs/cgroup/memory.max": "-5\n", "sys/fs/cgroup/cpu.max": "1e9 0\n"}, 0, 0},
		{"our group is not where it says", map[string]string{"proc/self/mountinfo": v2, "proc/self/cgroup": "0::/gone\n", "sys/fs/cgroup/memory.max": "1073741824"}, 1 << 30, 0},
		{"a group outside of what is mounted", map[string]string{"proc/self/mountinfo": v2, "proc/self/cgroup": "0::/../../other\n", "sys/fs/cgroup/memory.max": "1073741824", "other/memory.max": "1048576"}, 1 << 30, 0},
		{
			"the lowest of all above",
			map[string]string{
				"proc/self/mountinfo": v2, "proc/self/cgroup": "0::/a/b/c\n",
				"sys/fs/cgroup/a/memory.max": "1073741824", "sys/fs/cgroup/a/b/memory.max": "max", "sys/fs/cgroup/a/b/c/memory.max": "2147483648",
				"sys/fs/cgroup/a/cpu.max": "max 100000", "sys/fs/cgroup/a/b/cpu.max": "150000 100000", "sys/fs/cgroup/a/b/c/cpu.max": "200000 100000",
			},
			1 << 30, 1.5,
		},
		{
			"a mount point with a space, and the host's hierarchy mounted a second time",
			map[string]string{
				"proc/self/mountinfo": "30 1 0:26 /docker/x /a\\040b rw - cgroup cgroup rw,memory\n31 1 0:26 / /host rw - cgroup cgroup rw,memory\n",
				"proc/self/cgroup":    "4:memory:/docker/x\n", "a b/memory.limit_in_bytes": "268435456", "host/memory.limit_in_bytes": "1048576",
			},
			256 << 20, 0,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := fstest.MapFS{"proc/meminfo": {Data: []byte(meminfo)}}
			for name, text := range test.files {
				root[name] = &fstest.MapFile{Data: []byte(text)}
			}
			memory, cpu := Limits(Outside{Root: root, Now: time.Now})
			if memory.Limit.Value != test.memory || cpu.Limit.Value != test.cpu {
				t.Errorf("got %+v and %+v, want %d and %v", memory.Limit, cpu.Limit, test.memory, test.cpu)
			}
			if memory.Limit.Known() == (memory.Limit.Err != nil) || cpu.Limit.Known() == (cpu.Limit.Err != nil) {
				t.Errorf("%+v and %+v tell neither a limit nor why there is none", memory.Limit, cpu.Limit)
			}
		})
	}
}

// A limit above our own group's is not ours alone.
func TestIsOurs(t *testing.T) {
	for _, test := range []struct {
		name  string
		files map[string]string
		ours  bool
	}{
		{"no limit", map[string]string{"sys/fs/cgroup/memory.max": "max\n"}, false},
		{"our own of version 2", map[string]string{"sys/fs/cgroup/memory.max": "536870912\n"}, true},
		{"our own of version 1", map[string]string{"sys/fs/cgroup/memory/memory.limit_in_bytes": "268435456\n", "sys/fs/cgroup/memory/memory.stat": "hierarchical_memory_limit 268435456\n"}, true},
		{"a task's, and none of our own", map[string]string{"sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n", "sys/fs/cgroup/memory/memory.stat": "hierarchical_memory_limit 419430400\n"}, false},
		{"a task's below our own", map[string]string{"sys/fs/cgroup/memory/memory.limit_in_bytes": "536870912\n", "sys/fs/cgroup/memory/memory.stat": "hierarchical_memory_limit 419430400\n"}, false},
		{
			"a parent's that can be seen",
			map[string]string{
				"proc/self/mountinfo": "30 1 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup rw\n", "proc/self/cgroup": "0::/a/b\n",
				"sys/fs/cgroup/a/memory.max": "1073741824", "sys/fs/cgroup/a/b/memory.max": "max",
			},
			false,
		},
	} {
		root := fstest.MapFS{}
		for name, text := range test.files {
			root[name] = &fstest.MapFile{Data: []byte(text)}
		}
		if memory, _ := Limits(Outside{Root: root, Now: time.Now}); memory.IsOurs() != test.ours {
			t.Errorf("%s: got %+v", test.name, memory)
		}
	}
}

// Which version bounds us, and what of it Java would not find in /proc/cgroups.
func TestControlGroups(t *testing.T) {
	const (
		v1     = "31 1 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
		v2     = "30 1 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup rw\n"
		header = "#subsys_name\thierarchy\tnum_cgroups\tenabled\n"
		others = "cpu\t0\t68\t1\ncpuacct\t0\t68\t1\n"
	)
	for _, test := range []struct {
		name, mounts, listed string
		version              int64
		unlisted             string
	}{
		{"none", "", header, 0, ""},
		{"version 1", v1, header, 1, ""},
		{"version 2 beside version 1", v2 + v1, header, 1, ""},
		{"version 2", v2, header + others + "cpuset\t0\t68\t1\nmemory\t0\t68\t1\n", 2, ""},
		{"a kernel without the memory of version 1", v2, header + others, 2, "cpuset memory"},
		{"a kernel without version 1", v2, header, 2, "cpuset cpu cpuacct memory"},
	} {
		root := fstest.MapFS{"proc/self/mountinfo": {Data: []byte(test.mounts)}, "proc/cgroups": {Data: []byte(test.listed)}}
		_, cpu := Limits(Outside{Root: root, Now: time.Now})
		if cpu.Cgroup.Value != test.version || cpu.Unlisted.Value != test.unlisted {
			t.Errorf("%s: got %+v and %+v", test.name, cpu.Cgroup, cpu.Unlisted)
		}
	}
}

func TestCountList(t *testing.T) {
	for text, want := range map[string]int64{"0\n": 1, "0-3\n": 4, "0-3,7,9-10": 7, "": 0, "\n": 0, "3-0": 0, "-1": 0, "0-99999999": 0, "a": 0} {
		if got := countList(text); got != want {
			t.Errorf("%q: got %d, want %d", text, got, want)
		}
	}
}

// Whatever the kernel's files say, only what is below a mount is looked at.
func FuzzControllers(f *testing.F) {
	f.Add("30 1 0:26 /docker/x /sys/fs/cgroup rw - cgroup2 cgroup rw\n", "0::/docker/x/y\n")
	f.Add("30 1 0:26 / /a\\040b rw shared:1 - cgroup cgroup rw,memory,cpu\n", "4:memory,cpu:/../x\n")
	f.Fuzz(func(t *testing.T, mountinfo, cgroup string) {
		for _, folders := range parseControllers(process{mountinfo: mountinfo, cgroup: cgroup}) {
			if len(folders) == 0 {
				t.Error("a controller without a group")
				continue
			}
			mount := folders[len(folders)-1]
			for _, folder := range folders {
				if !strings.HasPrefix(folder, mount) || strings.Contains(strings.TrimPrefix(folder, mount), "..") {
					t.Errorf("%q is not below %q", folder, mount)
				}
			}
		}
	})
}

func FuzzLimits(f *testing.F) {
	f.Add("536870912\n", "150000 100000\n", "0-3,7\n", "hierarchical_memory_limit 419430400\n")
	f.Fuzz(func(t *testing.T, memory, quota, list, stat string) {
		files := map[string]string{
			"memory.max": memory, "cpu.max": quota, "cpuset.cpus.effective": list, "memory.low": memory, "cpu.weight": memory, "memory/memory.stat": stat,
		}
		root := fstest.MapFS{}
		for name, text := range files {
			root["sys/fs/cgroup/"+name] = &fstest.MapFile{Data: []byte(text)}
		}
		m, c := Limits(Outside{Root: root, Now: time.Now})
		if m.Limit.Value < 0 || m.Reservation.Value < 0 || c.Shares.Value < 0 || c.Set.Value < 0 || !(c.Limit.Value >= 0) {
			t.Errorf("got %+v %+v", m, c)
		}
	})
}
