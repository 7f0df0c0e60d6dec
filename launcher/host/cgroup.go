package host

import (
	"path"
	"strings"
	"time"
)

// process is what the kernel tells of this process, "" where it does not.
type process struct {
	cgroup, mountinfo string
	took              time.Duration // to read them
}

func readProcess(out Outside) process {
	began := out.Now()
	var p process
	p.cgroup, _ = readFile(out.Root, "/proc/self/cgroup")
	p.mountinfo, _ = readFile(out.Root, "/proc/self/mountinfo")
	p.took = out.Now().Sub(began)
	return p
}

// controllers finds the control groups that bound this process, as far as
// they can be seen: for a controller of version 1, or "" for version 2, the
// folder of its own group and those of the groups above it, own first. A
// container mostly sees only its own, at the root of what is mounted; a
// process of the host's, or one in the host's namespace, sees them all, and a
// limit of any of them holds.
type controllers map[string][]string

// usualMounts are where control groups are where /proc does not tell.
var usualMounts = controllers{
	"": {"/sys/fs/cgroup"}, "memory": {"/sys/fs/cgroup/memory"}, "cpu": {"/sys/fs/cgroup/cpu"}, "cpuset": {"/sys/fs/cgroup/cpuset"},
}

// parseControllers finds where groups are mounted and which is ours; none where
// /proc does not tell.
func parseControllers(p process) controllers {
	paths := groupPaths(parseGroups(p.cgroup))
	found := controllers{}
	for line := range strings.Lines(p.mountinfo) {
		// number parent device root mount-point options [tags] - type source super-options
		before, after, _ := strings.Cut(line, " - ")
		fields, kind := strings.Fields(before), strings.Fields(after)
		if len(fields) < 5 || len(kind) < 1 {
			continue
		}
		var names []string
		switch {
		case kind[0] == "cgroup2":
			names = []string{""}
		case kind[0] == "cgroup" && len(kind) > 2:
			names = strings.Split(kind[2], ",")
		}
		for _, name := range names {
			_, isOurs := usualMounts[name]
			if isOurs && found[name] == nil { // a later mount of the same is somebody's copy
				found[name] = chain(unescaped(fields[4]), unescaped(fields[3]), paths[name])
			}
		}
	}
	return found
}

// orUsual gives the usual places where /proc tells of none.
func (c controllers) orUsual() controllers {
	if len(c) == 0 {
		return usualMounts
	}
	return c
}

// version is 1 where a controller of version 1 bounds us, whatever else is
// mounted beside it, else 2; 0 where nothing is mounted.
func (c controllers) version() int64 {
	switch {
	case len(c) == 0:
		return 0
	case len(c) == 1 && c[""] != nil:
		return 2
	}
	return 1
}

// group is a line of /proc/self/cgroup, number:controllers:path.
type group struct{ number, controllers, path string }

func parseGroups(cgroup string) []group {
	var groups []group
	for line := range strings.Lines(cgroup) {
		if fields := strings.SplitN(strings.TrimSuffix(line, "\n"), ":", 3); len(fields) == 3 {
			groups = append(groups, group{fields[0], fields[1], fields[2]})
		}
	}
	return groups
}

// groupPaths gives the path of our group for each controller.
func groupPaths(groups []group) map[string]string {
	paths := map[string]string{}
	for _, g := range groups {
		if g.controllers == "" && g.number != "0" {
			continue // version 2's has the number 0
		}
		for name := range strings.SplitSeq(g.controllers, ",") {
			paths[name] = g.path
		}
	}
	return paths
}

// chain gives the folders from our own group's up to the mount point, where
// our group is below what is mounted there; else what is mounted is ours.
func chain(mountPoint, root, group string) []string {
	below, isBelow := strings.CutPrefix(path.Clean("/"+group), strings.TrimSuffix(path.Clean("/"+root), "/"))
	if !isBelow || below != "" && below[0] != '/' || strings.Contains(group, "..") {
		return []string{mountPoint}
	}
	var folders []string
	for folder := path.Join(mountPoint, below); len(folder) > len(mountPoint); folder = path.Dir(folder) {
		folders = append(folders, folder)
	}
	return append(folders, mountPoint)
}

// unescaped is a path of mountinfo, which writes what would end a field in octal.
func unescaped(text string) string { return escapes.Replace(text) }

var escapes = strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)

// files are those of a name in a controller's groups, own first.
func (c controllers) files(controller, name string) []string {
	var files []string
	for _, folder := range c[controller] {
		files = append(files, path.Join(folder, name))
	}
	return files
}

// own is that of our own group, none where the controller has none.
func (c controllers) own(controller, name string) []string {
	return c.files(controller, name)[:min(1, len(c[controller]))]
}
