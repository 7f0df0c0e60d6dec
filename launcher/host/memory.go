package host

import (
	"io/fs"
	"strconv"
	"strings"
)

// memoryFiles hold the container's limit: cgroup v2's, then v1's. A container
// sees its own group at the root of what is mounted there.
var memoryFiles = []string{
	"/sys/fs/cgroup/memory.max",
	"/sys/fs/cgroup/memory/memory.limit_in_bytes",
}

// MemoryLimit gives the limit in bytes and the file that says so; 0 where
// there is none, or none below the machine's memory, as v1 writes "no limit"
// as a number of 19 digits.
func MemoryLimit(root fs.FS) (limit int64, source string) {
	machine := machineMemory(root)
	for _, path := range memoryFiles {
		text, err := ReadFile(root, path)
		if err != nil {
			continue
		}
		// cgroup v2 says "max" where there is no limit.
		limit, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
		if err == nil && limit > 0 && (machine == 0 || limit < machine) {
			return limit, path
		}
	}
	return 0, ""
}

// machineMemory is MemTotal of /proc/meminfo in bytes, 0 where it can't be read.
func machineMemory(root fs.FS) int64 {
	text, err := ReadFile(root, "/proc/meminfo")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) != 3 || fields[0] != "MemTotal:" || fields[2] != "kB" {
			continue
		}
		if kib, err := strconv.ParseInt(fields[1], 10, 53); err == nil && kib > 0 {
			return kib << 10
		}
	}
	return 0
}
