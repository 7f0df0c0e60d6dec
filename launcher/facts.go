package launcher

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"runtime"
	"strings"
	"time"

	"jvm-entrypoint/launcher/host"
	"jvm-entrypoint/launcher/jvm"
)

// Facts is what a plan needs to know of the machine.
type Facts struct {
	host.Facts
	Logs        ContainerFolder
	Dumps       ContainerFolder
	OldDumps    int // heap dumps under their root, as far as they count
	Previous    PreviousLife
	Chunks      int    // lives that left chunks of a flight recording
	ChunksErr   error  // why those can't be written
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
		f.Memory, f.CPU = host.Limits(sys.Outside)
	} else {
		f.Facts = host.Look(ctx, query(s, f.Facts), sys.Outside)
		name := folderName(f.ContainerID.Value, f.Hostname)
		f.Logs = lookAtFolder(s.JVMLogRoot, name, sys)
		f.Dumps = lookAtFolder(s.JVMHeapDumpRoot, name, sys)
		f.lookAtTraces(s, sys)
	}
	if s.JMXMP != "off" {
		f.AgentErr = sys.AsJava(func() error { return usableAgent(ctx, sys.absolute(string(s.JMXMPAgent)), sys) })
	}
	f.Heapster = s.HeapsterAgent
	if _, err := fs.Stat(sys.Root, host.InRoot(heapsterPath)); f.Heapster == "" && err == nil {
		f.Heapster = heapsterPath
	}
	if f.Heapster != "" {
		f.HeapsterErr = sys.AsJava(func() error { return usableLibrary(sys.absolute(f.Heapster), sys) })
	}
	return f
}

// lookAtTraces finds what earlier lives left in the folders, with the eyes of the
// user that java will be: links that others put there lead no further than that
// user may go.
func (f *Facts) lookAtTraces(s Settings, sys System) {
	_ = sys.AsJava(func() error {
		f.OldDumps = countDumps(f.Dumps, int(s.JVMHeapDumps), sys)
		f.Previous = lookAtPreviousLife(f.Logs, f.Dumps, sys)
		if bool(s.JVMJFR) && f.Logs.IsUsable() {
			f.Chunks, f.ChunksErr = countChunks(f.Logs, sys)
		}
		return nil
	})
}

// usableLibrary is why a native library can't be loaded, by how such files
// begin: java would not start with it.
func usableLibrary(name string, sys System) error {
	file, err := host.OpenFile(sys.Root, name)
	if err != nil {
		return err
	}
	defer file.Close()
	var head [20]byte
	if _, err := io.ReadFull(file, head[:]); err != nil || !strings.HasPrefix(string(head[:]), "\x7fELF") {
		return errNotItsName
	}
	machine := binary.LittleEndian.Uint16(head[18:]) // as on all machines that Java's images are for
	if ours := machines[runtime.GOARCH]; ours != 0 && machine != ours {
		return fmt.Errorf("is for another machine than this one (%s)", runtime.GOARCH)
	}
	return nil
}

// machines are those of ELF's, e_machine, that we are built for.
var machines = map[string]uint16{"amd64": 62, "arm64": 183}

// given are the facts that settings give by themselves.
func given(s Settings) host.Facts {
	facts := host.Facts{
		HostIP:      host.Given(string(s.HostIP), "HOST_IP"),
		DatadogHost: host.Given(string(s.DatadogHost), "DATADOG_HOST"),
		ContainerID: host.Given(string(s.ContainerID), "CONTAINER_ID"),
	}
	if !facts.DatadogHost.Known() {
		facts.DatadogHost = host.Given(string(s.Platform.DDAgentHost), "DD_AGENT_HOST")
	}
	return facts
}

func query(s Settings, known host.Facts) host.Query {
	p := s.Platform
	return host.Query{
		HostIP:        known.HostIP,
		DatadogHost:   known.DatadogHost,
		ContainerID:   known.ContainerID,
		Timeout:       time.Duration(s.HostIPTimeout),
		NeedsLimits:   s.JVMHeap.IsOfLimit() && !s.isLeftOut("heap"),
		DatadogSocket: datadogSocket,
		HostnameEnv:   p.Hostname,
		IMDS:          imds(p),
		ExecutionEnv:  p.ExecutionEnv,
		MetadataFile:  p.MetadataFile,
		MetadataURI:   p.MetadataURI,
		Kubernetes:    p.KubernetesHost != "",
		Pod: host.Pod{
			Name:      downward("POD_NAME", p.PodName),
			Namespace: downward("POD_NAMESPACE", p.PodNamespace),
			Node:      downward("NODE_NAME", p.NodeName),
		},
	}
}

// imds reads the variables by which AWS's own libraries are told.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-client.html
func imds(p Platform) host.IMDS {
	how := host.IMDS{
		Endpoint:   p.IMDSEndpoint,
		Disabled:   strings.EqualFold(p.IMDSDisabled, "true"),
		V1Disabled: strings.EqualFold(p.IMDSV1Disabled, "true"),
	}
	switch strings.ToLower(p.IMDSEndpointMode) {
	case "", "ipv4":
	case "ipv6":
		how.IPv6 = true
	default:
		how.Err = errors.New("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE is neither IPv4 nor IPv6")
	}
	return how
}

// downward is a fact that Kubernetes' downward API puts into a variable.
func downward(name, value string) host.Fact[string] {
	if value == "" {
		return host.Fact[string]{Err: errors.New(name + " is not set (take it from the downward API)")}
	}
	isOfName := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-' || r == '.'
	}
	if value[0] == '.' || value[0] == '-' || strings.ContainsFunc(value, func(r rune) bool { return !isOfName(r) }) {
		return host.Fact[string]{Err: errors.New(name + " is no name of Kubernetes")}
	}
	return host.Given(value, name)
}

// memoryLimit is what bounds this container's memory, in bytes: what the kernel
// shows for it alone; else what ECS says, as the kernel of version 2 hides a
// task's limit and that of version 1 shows all of it, the other containers'
// part too.
func (f Facts) memoryLimit() host.Fact[int64] {
	// Nothing below can be meant for a JVM, and nothing above be had.
	const least = 64 << 20
	if f.Memory.IsOurs() {
		return f.Memory.Limit
	}
	bound, task := f.Memory.Limit, f.Task.TaskMemory
	if !bound.Known() {
		bound = f.Memory.Machine
	}
	for _, limit := range []struct {
		host.Fact[int64]
		of string
	}{
		{f.Task.ContainerMemory, "the container's"},
		{f.Task.MemoryForUs, f.whatIsLeft()},
		// For where the others want more than there is.
		{task, "the task's"},
	} {
		isWithin := (!bound.Known() || limit.Value < bound.Value) && (task.Value < least || limit.Value <= task.Value)
		if limit.Value >= least && isWithin {
			limit.Source += ": " + limit.of
			return limit.Fact
		}
	}
	return f.Memory.Limit
}

// whatIsLeft tells what the task's memory is less.
func (f Facts) whatIsLeft() string {
	task, left := f.Task.TaskMemory.Value, f.Task.MemoryForUs.Value
	if left >= task {
		return "the task's"
	}
	return fmt.Sprintf("the task's %s less %s for its other containers", jvm.Bytes(task), jvm.Bytes(task-left))
}
