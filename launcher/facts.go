package launcher

import (
	"context"
	"io/fs"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"jvm-entrypoint/launcher/host"
)

// Facts is what a plan needs to know of the machine.
type Facts struct {
	host.Facts
	Logs     ContainerFolder
	Dumps    ContainerFolder
	Agent    error  // why the JMXMP agent's jar can't be used
	Heapster string // the native agent's path, where there is one
	Missing  error  // why the native agent that was asked for can't be used
}

// heapsterPath is where the native agent is by custom.
const heapsterPath = "/usr/local/lib/libheapster.so"

// datadogSocket is where Datadog's agent keeps its socket on Kubernetes and ECS.
const datadogSocket = "/var/run/datadog/dsd.socket"

// Look finds the facts; a bare start asks for none but what it is told.
func Look(ctx context.Context, s Settings, sys System) Facts {
	f := Facts{Facts: told(s)}
	if !s.isOff() {
		f.Facts = host.Look(ctx, query(s), sys.Outside)
		name := folderName(f.ContainerID.Value, f.Hostname)
		f.Logs = lookAtFolder(s.JVMLogRoot, name, sys)
		f.Dumps = lookAtFolder(s.JVMHeapDumpRoot, name, sys)
	}
	f.Agent = sys.Access(string(s.JMXMPAgent), unix.R_OK)
	f.Heapster = s.HeapsterAgent
	if f.Heapster == "" {
		if _, err := fs.Stat(sys.Root, host.InRoot(heapsterPath)); err == nil {
			f.Heapster = heapsterPath
		}
	} else if err := sys.Access(f.Heapster, unix.R_OK); err != nil {
		f.Heapster, f.Missing = "", err
	}
	return f
}

// told are the facts that settings give by themselves.
func told(s Settings) host.Facts {
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
		facts.DatadogHost = fact(s.Platform.DDAgentHost, "DD_AGENT_HOST")
	}
	return facts
}

func query(s Settings) host.Query {
	return host.Query{
		HostIP:        string(s.HostIP),
		DatadogHost:   told(s).DatadogHost,
		ContainerID:   string(s.ContainerID),
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
