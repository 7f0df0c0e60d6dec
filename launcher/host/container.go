package host

import (
	"errors"
	"strings"
)

// IsHex tells whether a text is so many hexadecimal digits, as container
// engines write them.
func IsHex(text string, digits int) bool {
	return len(text) == digits && strings.Trim(text, "0123456789abcdef") == ""
}

// containerIDs are what the container's id may be: its own, for sure; that by
// the mounts, which another container's network falsifies; that by its name.
type containerIDs struct{ own, mounted, named Fact[string] }

// isKnown tells whether nobody else has to be asked.
func (c containerIDs) isKnown() bool { return c.own.Known() || c.mounted.Known() }

// lookForContainerID looks without asking anybody.
func lookForContainerID(q Query, mode Mode, file taskMetadata, p process) containerIDs {
	var ids containerIDs
	found := func(id, source string) Fact[string] {
		if id == "" {
			return Fact[string]{Err: errors.New("no container's mark found"), Took: p.took}
		}
		return Fact[string]{Value: id, Source: source, Took: p.took}
	}
	ids.own = firstKnown(q.ContainerID, found(parseCgroup(p.cgroup), "cgroup"), factOf(file, file.containerID))
	if ids.own.Known() {
		return ids
	}
	// On these /etc/hostname is that of the container that holds the network.
	if mode != AWSVPC && mode != Fargate && mode != Kubernetes {
		ids.mounted = found(parseMountinfo(p.mountinfo), "mountinfo")
	}
	if IsHex(q.HostnameEnv, 12) {
		ids.named = Given(q.HostnameEnv, "HOSTNAME")
	}
	return ids
}

// parseCgroup finds the container in /proc/self/cgroup, the innermost element of
// a path first.
func parseCgroup(text string) string {
	for _, group := range parseGroups(text) {
		for path := group.path; path != ""; {
			cut := strings.LastIndexByte(path, '/')
			if id := idOfCgroup(path[cut+1:]); id != "" {
				return id
			}
			path = path[:max(cut, 0)]
		}
	}
	return ""
}

// idOfCgroup is the id in an element of a path, over Docker, systemd,
// containerd, CRI-O and podman. Their monitors (crio-conmon-...) are not the
// container.
func idOfCgroup(element string) string {
	if _, behind, found := strings.Cut(element, ":cri-containerd:"); found {
		element = behind
	}
	element = strings.TrimSuffix(element, ".scope")
	for _, engine := range []string{"docker-", "cri-containerd-", "crio-", "libpod-"} {
		if behind, found := strings.CutPrefix(element, engine); found {
			element = behind
			break
		}
	}
	return containerID(element)
}

// containerID is a text if it is one of the forms of an id: 64 digits, or on
// Fargate 32 and a number. It names folders, so nothing else comes through.
func containerID(text string) string {
	task, number, isFargate := strings.Cut(text, "-")
	switch {
	case IsHex(text, 64):
		return text
	case isFargate && IsHex(task, 32) && number != "" && len(number) <= 20 && strings.Trim(number, "0123456789") == "":
		return text
	}
	return ""
}

// parseMountinfo finds the container in the source (field 4) of the mount at
// /etc/hostname (field 5); other lines may name other containers' layers. Of
// several mounts the last one lies on top.
func parseMountinfo(text string) (id string) {
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) < 5 || fields[4] != "/etc/hostname" {
			continue
		}
		for _, end := range []string{"/userdata/hostname", "/etc-hostname", "/hostname"} {
			if folder, found := strings.CutSuffix(fields[3], end); found {
				if last := folder[strings.LastIndexByte(folder, '/')+1:]; IsHex(last, 64) {
					id = last
				}
				break
			}
		}
	}
	return id
}
