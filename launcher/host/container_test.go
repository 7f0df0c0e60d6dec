package host

import (
	"regexp"
	"strings"
	"testing"
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

func TestFindContainerID(t *testing.T) {
	mountinfo := "701 690 254:1 /var/lib/docker/containers/" + other + "/hostname /etc/hostname rw - ext4 /dev/vda rw\n"
	for _, test := range []struct {
		name         string
		query        Query
		mode         Mode
		file         taskMetadata
		cgroup       string
		value, where string
	}{
		{"told", Query{ContainerID: Given("mine", "CONTAINER_ID")}, Bridge, taskMetadata{}, "0::/docker/" + id, "mine", "CONTAINER_ID"},
		{"by cgroup", Query{}, Bridge, taskMetadata{}, "0::/docker/" + id, id, "cgroup"},
		{"by ECS", Query{}, Bridge, taskMetadata{containerID: id, source: "ECS metadata file"}, "0::/", id, "ECS metadata file"},
		{"by mountinfo", Query{}, Bridge, taskMetadata{}, "0::/", other, "mountinfo"},
		{"on awsvpc /etc/hostname is the pause container's", Query{HostnameEnv: "0123456789ab"}, AWSVPC, taskMetadata{}, "0::/", "0123456789ab", "HOSTNAME"},
		{"a host name that is no id", Query{HostnameEnv: "web-1"}, Kubernetes, taskMetadata{}, "0::/", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			ids := lookForContainerID(test.query, test.mode, test.file, process{cgroup: test.cgroup, mountinfo: mountinfo})
			got := firstKnown(ids.own, ids.mounted, ids.named)
			if got.Value != test.value || got.Source != test.where {
				t.Errorf("got %q by %q, want %q by %q", got.Value, got.Source, test.value, test.where)
			}
			if !got.Known() && got.Err == nil {
				t.Error("not known, and does not say why")
			}
		})
	}
}

func FuzzContainerID(f *testing.F) {
	f.Add("0::/docker/"+id, "701 690 254:1 /c/"+id+"/hostname /etc/hostname rw", `{"ContainerID":"`+id+`","MetadataFileStatus":"READY"}`)
	form := regexp.MustCompile(`^([0-9a-f]{64}|[0-9a-f]{32}-[0-9]{1,20})?$`)
	f.Fuzz(func(t *testing.T, cgroup, mountinfo, file string) {
		// It names a folder, so nothing else may come through.
		for _, got := range []string{parseCgroup(cgroup), parseMountinfo(mountinfo), parseTaskFile(file).containerID} {
			if !form.MatchString(got) {
				t.Errorf("id %q", got)
			}
		}
	})
}
