package host

import (
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

var (
	id    = strings.Repeat("0123456789abcdef", 4)
	other = strings.Repeat("fedcba9876543210", 4)
)

// The layouts are what /proc/self/cgroup shows under each runtime.
func TestParseCgroup(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"Docker on cgroup v1", "12:memory:/docker/" + id + "\n1:name=systemd:/docker/" + id + "\n", id},
		{"Docker with the systemd driver", "0::/system.slice/docker-" + id + ".scope\n", id},
		{"ECS on EC2", "11:cpuset:/ecs/0123456789abcdef0123456789abcdef/" + id + "\n", id},
		{"Fargate", "9:memory:/ecs/0123456789abcdef0123456789abcdef/0123456789abcdef0123456789abcdef-2495160603\n", "0123456789abcdef0123456789abcdef-2495160603"},
		{"containerd under Kubernetes", "0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-" + id + ".scope\n", id},
		{"containerd's other form", "0::/system.slice/containerd.service/kubepods-burstable-pod1.slice:cri-containerd:" + id + "\n", id},
		{"CRI-O", "0::/kubepods.slice/crio-" + id + ".scope/container\n", id},
		{"podman", "0::/machine.slice/libpod-" + id + ".scope/container\n", id},
		{"the innermost element counts", "4:memory:/docker/" + other + "/docker/" + id + "\n", id},
		{"CRI-O's monitor is not the container", "0::/kubepods.slice/crio-conmon-" + id + ".scope\n", ""},
		{"a private namespace", "0::/\n", ""},
		{"a machine", "0::/user.slice/user-1000.slice/session-1.scope\n", ""},
		{"too short an id", "0::/docker/0123456789ab\n", ""},
		{"nothing", "", ""},
		{"rubbish", ":::\n\x00\n/docker/" + id, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := parseCgroup(test.text); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestParseMountinfo(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{
			"Docker", "1 2 0:3 /lower/" + other + "/diff / rw - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/" + other + "\n" +
				"700 690 254:1 /var/lib/docker/containers/" + id + "/resolv.conf /etc/resolv.conf rw - ext4 /dev/vda rw\n" +
				"701 690 254:1 /var/lib/docker/containers/" + id + "/hostname /etc/hostname rw,relatime - ext4 /dev/vda rw\n", id,
		},
		{"another mount that ends so", "701 690 254:1 /x/" + id + "/hostname /data/hostname rw - ext4 /dev/vda rw\n", ""},
		{"a machine", "22 1 254:1 / / rw - ext4 /dev/vda rw\n", ""},
		{"rubbish", "1 2\n\n/etc/hostname", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := parseMountinfo(test.text); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestParseTask(t *testing.T) {
	for _, test := range []struct{ name, text, ip, id string }{
		{"at the container's creation", `{"Cluster":"c","HostPrivateIPv4Address":"10.0.0.5"}`, "10.0.0.5", ""},
		{"ready", `{"HostPrivateIPv4Address":"10.0.0.5","ContainerID":"` + id + `","MetadataFileStatus":"READY"}`, "10.0.0.5", id},
		{"an id before it is ready is not trusted", `{"ContainerID":"` + id + `"}`, "", ""},
		{"half written", `{"HostPrivateIPv4Address":"10.0.`, "", ""},
		{"of another type", `{"HostPrivateIPv4Address":5}`, "", ""},
		{"no address", `{"HostPrivateIPv4Address":"$(reboot)","ContainerID":"../..","MetadataFileStatus":"READY"}`, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := parseTask(test.text)
			ip := ""
			if got.hostIP.IsValid() {
				ip = got.hostIP.String()
			}
			if ip != test.ip || got.containerID != test.id {
				t.Errorf("got %q %q, want %q %q", ip, got.containerID, test.ip, test.id)
			}
		})
	}
}

func TestFindContainerID(t *testing.T) {
	mountinfo := "701 690 254:1 /var/lib/docker/containers/" + other + "/hostname /etc/hostname rw - ext4 /dev/vda rw\n"
	for _, test := range []struct {
		name         string
		query        Query
		mode         Mode
		task         task
		cgroup       string
		value, where string
	}{
		{"told", Query{ContainerID: Fact{Value: "mine", Source: "CONTAINER_ID"}}, Bridge, task{}, "0::/docker/" + id, "mine", "CONTAINER_ID"},
		{"by cgroup", Query{}, Bridge, task{}, "0::/docker/" + id, id, "cgroup"},
		{"by ECS", Query{}, Bridge, task{containerID: id}, "0::/", id, "ECS metadata file"},
		{"by mountinfo", Query{}, Bridge, task{}, "0::/", other, "mountinfo"},
		{"on awsvpc /etc/hostname is the pause container's", Query{HostnameEnv: "0123456789ab"}, AWSVPC, task{}, "0::/", "0123456789ab", "HOSTNAME"},
		{"a host name that is no id", Query{HostnameEnv: "web-1"}, Kubernetes, task{}, "0::/", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := fstest.MapFS{
				"proc/self/cgroup":    {Data: []byte(test.cgroup)},
				"proc/self/mountinfo": {Data: []byte(mountinfo)},
			}
			got := findContainerID(test.query, test.mode, test.task, root)
			if got.Value != test.value || got.Source != test.where {
				t.Errorf("got %q by %q, want %q by %q", got.Value, got.Source, test.value, test.where)
			}
			if !got.Known() && got.Err == nil {
				t.Error("not known, and does not say why")
			}
		})
	}
}

func TestFindMemoryLimit(t *testing.T) {
	const meminfo = "MemTotal:       24689340 kB\nMemFree: 1 kB\n"
	for _, test := range []struct {
		name, file, text string
		want             int64
	}{
		{"cgroup v2", "sys/fs/cgroup/memory.max", "536870912\n", 512 << 20},
		{"cgroup v2 without a limit", "sys/fs/cgroup/memory.max", "max\n", 0},
		{"cgroup v1", "sys/fs/cgroup/memory/memory.limit_in_bytes", "268435456\n", 256 << 20},
		{"cgroup v1 without a limit", "sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n", 0},
		{"a task's limit over the container's", "sys/fs/cgroup/memory/memory.stat", "cache 0\nhierarchical_memory_limit 419430400\nhierarchical_memsw_limit 9223372036854771712\n", 400 << 20},
		{"more than the machine has", "sys/fs/cgroup/memory.max", "109951162777600\n", 0},
		{"rubbish", "sys/fs/cgroup/memory.max", "-5\n", 0},
		{"no file", "x", "", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := fstest.MapFS{"proc/meminfo": {Data: []byte(meminfo)}, test.file: {Data: []byte(test.text)}}
			if got, source := MemoryLimit(root); got != test.want || (got != 0) != (source != "") {
				t.Errorf("got %d from %q, want %d", got, source, test.want)
			}
		})
	}
}

func FuzzContainerID(f *testing.F) {
	f.Add("0::/docker/"+id, "701 690 254:1 /c/"+id+"/hostname /etc/hostname rw", `{"ContainerID":"`+id+`","MetadataFileStatus":"READY"}`)
	form := regexp.MustCompile(`^([0-9a-f]{64}|[0-9a-f]{32}-[0-9]{1,20})?$`)
	f.Fuzz(func(t *testing.T, cgroup, mountinfo, file string) {
		// It names a folder, so nothing else may come through.
		for _, got := range []string{parseCgroup(cgroup), parseMountinfo(mountinfo), parseTask(file).containerID} {
			if !form.MatchString(got) {
				t.Errorf("id %q", got)
			}
		}
	})
}
