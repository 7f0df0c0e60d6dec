package host

import (
	"errors"
	"io/fs"
	"regexp"
	"strings"
	"sync"
)

// IsHex tells whether a text is so many hexadecimal digits, as container
// engines write them.
func IsHex(text string, digits int) bool {
	return len(text) == digits && strings.Trim(text, "0123456789abcdef") == ""
}

// Compiled when they are needed: they cost a good part of a start.
var (
	// cgroupID is an element of a cgroup path that names a container, over
	// Docker, systemd, containerd, CRI-O and podman; and Fargate's own form,
	// 32 digits and a number.
	cgroupID = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(?:(?:docker|cri-containerd|crio|libpod)-|.*:cri-containerd:)?([0-9a-f]{64})(?:\.scope)?$|^([0-9a-f]{32}-[0-9]{1,20})$`)
	})
	// mountID is where Docker keeps a container's /etc/hostname.
	mountID = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`/([0-9a-f]{64})/(?:hostname|etc-hostname|userdata/hostname)$`)
	})
)

// findContainerID asks what can't be fooled first: the cgroup, ECS, and last
// what another container's network would falsify.
func findContainerID(q Query, mode Mode, task task, root fs.FS) Fact {
	if q.ContainerID.Known() {
		return q.ContainerID
	}
	if text, err := ReadFile(root, "/proc/self/cgroup"); err == nil {
		if id := parseCgroup(text); id != "" {
			return Fact{Value: id, Source: "cgroup"}
		}
	}
	if task.containerID != "" {
		return Fact{Value: task.containerID, Source: "ECS metadata file"}
	}
	// On these /etc/hostname is that of the container that holds the network.
	if mode != AWSVPC && mode != Fargate && mode != Kubernetes {
		if text, err := ReadFile(root, "/proc/self/mountinfo"); err == nil {
			if id := parseMountinfo(text); id != "" {
				return Fact{Value: id, Source: "mountinfo"}
			}
		}
	}
	if IsHex(q.HostnameEnv, 12) {
		return Fact{Value: q.HostnameEnv, Source: "HOSTNAME"}
	}
	return Fact{Err: errors.New("no container's mark found")}
}

// parseCgroup finds the container in /proc/self/cgroup: lines of
// number:controllers:path, the innermost element of a path first.
func parseCgroup(text string) string {
	for line := range strings.Lines(text) {
		fields := strings.SplitN(strings.TrimSuffix(line, "\n"), ":", 3)
		if len(fields) != 3 {
			continue
		}
		elements := strings.Split(fields[2], "/")
		for i := len(elements) - 1; i >= 0; i-- {
			if found := cgroupID().FindStringSubmatch(elements[i]); found != nil {
				return found[1] + found[2]
			}
		}
	}
	return ""
}

// parseMountinfo finds the container in the source (field 4) of the mount at
// /etc/hostname (field 5); other lines may name other containers' layers.
func parseMountinfo(text string) string {
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) < 5 || fields[4] != "/etc/hostname" {
			continue
		}
		if found := mountID().FindStringSubmatch(fields[3]); found != nil {
			return found[1]
		}
	}
	return ""
}
