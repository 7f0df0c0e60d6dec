package host

import (
	"io/fs"
	"strconv"
	"strings"
)

// MemoryLimit gives the container's limit in bytes and the file that says so; 0
// where there is none, or none below the machine's memory, as cgroup v1 writes
// "no limit" as a number of 19 digits. A container sees its own group at the
// root of what is mounted there. Version 1 tells a limit of a parent (a task's)
// in memory.stat; version 2 hides it.
func MemoryLimit(root fs.FS) (limit int64, source string) {
	const v2, v1, stat = "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.stat"
	limit = machineMemory(root)
	for _, file := range []struct{ path, key string }{{v2, ""}, {v1, ""}, {stat, "hierarchical_memory_limit"}} {
		text, err := ReadFile(root, file.path)
		if err != nil {
			continue
		}
		// cgroup v2 says "max" where there is no limit.
		n, err := strconv.ParseInt(valueOf(file.key, text), 10, 64)
		if err == nil && n > 0 && (limit == 0 || n < limit) {
			limit, source = n, file.path
		}
	}
	if source == "" {
		return 0, ""
	}
	return limit, source
}

// valueOf finds the value behind a key at the beginning of a line; without a
// key it is all of the text.
func valueOf(key, text string) string {
	if key == "" {
		return strings.TrimSpace(text)
	}
	for line := range strings.Lines(text) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == key {
			return fields[1]
		}
	}
	return ""
}

// machineMemory is MemTotal of /proc/meminfo in bytes, 0 where it can't be read.
func machineMemory(root fs.FS) int64 {
	text, err := ReadFile(root, "/proc/meminfo")
	if err != nil {
		return 0
	}
	kib, err := strconv.ParseInt(valueOf("MemTotal:", text), 10, 53)
	if err != nil || kib <= 0 {
		return 0
	}
	return kib << 10
}
