package host

import (
	"encoding/json"
	"io/fs"
	"net/netip"
)

// task is what ECS wrote about this container on an EC2 host.
type task struct {
	hostIP      netip.Addr // invalid: not told
	containerID string     // empty until the agent has seen the container run
}

// readTask reads ECS_CONTAINER_METADATA_FILE. The agent replaces it by rename,
// with the host's address from the start and the container's id later; it is
// never waited for. A file that can't be understood counts as absent.
func readTask(path string, root fs.FS) task {
	if path == "" {
		return task{}
	}
	text, err := ReadFile(root, path)
	if err != nil {
		return task{}
	}
	return parseTask(text)
}

func parseTask(text string) task {
	var file struct {
		HostPrivateIPv4Address string
		ContainerID            string
		MetadataFileStatus     string
	}
	if err := json.Unmarshal([]byte(text), &file); err != nil {
		return task{}
	}
	var t task
	if ip, ok := hostAddress(file.HostPrivateIPv4Address); ok {
		t.hostIP = ip
	}
	if file.MetadataFileStatus == "READY" && IsHex(file.ContainerID, 64) {
		t.containerID = file.ContainerID
	}
	return t
}
