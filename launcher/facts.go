package launcher

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"strings"
	"time"

	"jvm-entrypoint/launcher/host"
)

// Facts is what a plan needs to know of the machine.
type Facts struct {
	host.Facts
	Logs        ContainerFolder
	Dumps       ContainerFolder
	AgentErr    error  // why the JMXMP agent's jar can't be used
	Heapster    string // the native agent's path, where there is to be one
	HeapsterErr error  // why it can't be used
}

// heapsterPath is where the native agent is by custom.
const heapsterPath = "/usr/local/lib/libheapster.so"

// datadogSocket is where Datadog's agent keeps its socket on Kubernetes and ECS.
const datadogSocket = "/var/run/datadog/dsd.socket"

// Look finds the facts. For a bare start it looks no further than this
// container: at the memory limit and the agents' files.
func Look(ctx context.Context, s Settings, sys System) Facts {
	f := Facts{Facts: given(s)}
	if s.isOff() {
		f.MemoryLimit, f.MemoryLimitSource = host.MemoryLimit(sys.Root)
	} else {
		f.Facts = host.Look(ctx, query(s, f.Facts), sys.Outside)
		name := folderName(f.ContainerID.Value, f.Hostname)
		f.Logs = lookAtFolder(s.JVMLogRoot, name, sys)
		f.Dumps = lookAtFolder(s.JVMHeapDumpRoot, name, sys)
	}
	if s.JMXMP != "off" {
		f.AgentErr = usable(sys.absolute(string(s.JMXMPAgent)), "PK", sys)
	}
	f.Heapster = s.HeapsterAgent
	if _, err := fs.Stat(sys.Root, host.InRoot(heapsterPath)); f.Heapster == "" && err == nil {
		f.Heapster = heapsterPath
	}
	if f.Heapster != "" {
		f.HeapsterErr = usable(sys.absolute(f.Heapster), "\x7fELF", sys)
	}
	return f
}

// usable tells whether a file is one that java can load, by how such files
// begin: a wrong one would keep java from starting.
func usable(name, begins string, sys System) error {
	file, err := host.OpenFile(sys.Root, name)
	if err != nil {
		return err
	}
	defer file.Close()
	head := make([]byte, len(begins))
	if _, err := io.ReadFull(file, head); err != nil || string(head) != begins {
		return errors.New("not what its name says")
	}
	return nil
}

// given are the facts that settings give by themselves.
func given(s Settings) host.Facts {
	fact := func(value, source string) host.Fact {
		if value == "" {
			return host.Fact{}
		}
		return host.Fact{Value: value, Source: source}
	}
	facts := host.Facts{
		HostIP:      fact(string(s.HostIP), "HOST_IP"),
		DatadogHost: fact(string(s.DatadogHost), "DATADOG_HOST"),
		ContainerID: fact(string(s.ContainerID), "CONTAINER_ID"),
	}
	if !facts.DatadogHost.Known() {
		facts.DatadogHost = fact(string(s.Platform.DDAgentHost), "DD_AGENT_HOST")
	}
	return facts
}

func query(s Settings, known host.Facts) host.Query {
	return host.Query{
		HostIP:        known.HostIP,
		DatadogHost:   known.DatadogHost,
		ContainerID:   known.ContainerID,
		HostnameEnv:   s.Platform.Hostname,
		Timeout:       time.Duration(s.HostIPTimeout),
		IMDSEndpoint:  s.Platform.IMDSEndpoint,
		IMDSDisabled:  strings.EqualFold(s.Platform.IMDSDisabled, "true"),
		ExecutionEnv:  s.Platform.ExecutionEnv,
		MetadataFile:  s.Platform.MetadataFile,
		Kubernetes:    s.Platform.KubernetesHost != "",
		DatadogSocket: datadogSocket,
	}
}
