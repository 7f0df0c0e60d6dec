package host

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"net/netip"
	"time"
)

// Fact is one thing known about where we run, or not known, which its zero
// value stands for.
type Fact[T comparable] struct {
	Value  T
	Source string        // HOST_IP, IMDS, a file's path ...; empty when not known
	Took   time.Duration // to find it, or to find out that it can't be known
	Err    error         // why it is not known, or nothing better is
}

// Known tells whether there is a value.
func (f Fact[T]) Known() bool {
	var none T
	return f.Value != none
}

// Given is a fact that somebody set, where the value is not empty.
func Given(value, source string) Fact[string] {
	if value == "" {
		return Fact[string]{}
	}
	return Fact[string]{Value: value, Source: source}
}

// firstKnown is the first that is known, else the first that says why it is not.
func firstKnown[T comparable](facts ...Fact[T]) Fact[T] {
	var unknown Fact[T]
	for _, f := range facts {
		if f.Known() {
			return f
		}
		if unknown.Err == nil {
			unknown = f
		}
	}
	return unknown
}

// Facts is what Look finds.
type Facts struct {
	HostIP      Fact[string] // at the worst localhost
	DatadogHost Fact[string] // where statsd goes
	// DatadogSocket is the path of a Datadog agent's socket, where one is mounted.
	DatadogSocket Fact[string]
	ContainerID   Fact[string] // as found: 64 digits, or any other form
	Hostname      string
	InstanceID    Fact[string] // of EC2
	Network       Network
	Task          Task
	Pod           Pod
	Memory        Memory
	CPU           CPU
}

// Pod is what Kubernetes' downward API tells.
type Pod struct{ Name, Namespace, Node Fact[string] }

// Outside is all that Look touches.
type Outside struct {
	Root     fs.FS // the file system at /
	Routes   Routes
	Dial     Dialer
	Hostname func() (string, error)
	Now      func() time.Time
}

// Dialer opens a connection, as net.Dialer.DialContext does.
type Dialer func(ctx context.Context, network, address string) (net.Conn, error)

// Routes is what the kernel says of the network.
type Routes interface {
	// Default is the route that a packet to the outside takes.
	Default() (Route, error)
	// Docker0 is the address of the bridge of that name, where it is visible.
	Docker0() (netip.Addr, error)
}

// Route is the way out.
type Route struct {
	Gateway  netip.Addr // invalid where the route has none
	Source   netip.Addr // our own address on it
	LinkType string     // veth, device, bridge ... as netlink names it
}

// Query is what is known before looking: settings that answer a question, and
// the marks that platforms leave in the environment.
type Query struct {
	// HostIP, DatadogHost and ContainerID are known where somebody set them; then
	// they are not looked for.
	HostIP, DatadogHost, ContainerID Fact[string]

	Timeout       time.Duration // for everything that goes over the network; 0 asks nobody
	NeedsLimits   bool          // what ECS says of memory is wanted
	DatadogSocket string        // path

	HostnameEnv  string // $HOSTNAME, which Docker sets to the container's name
	IMDS         IMDS
	ExecutionEnv string // AWS_EXECUTION_ENV
	MetadataFile string // ECS_CONTAINER_METADATA_FILE
	MetadataURI  string // ECS_CONTAINER_METADATA_URI_V4
	Kubernetes   bool
	Pod          Pod
}

// platform is what a container is run by, where that decides.
func (q Query) platform() Mode {
	switch {
	case q.ExecutionEnv == "AWS_ECS_FARGATE":
		return Fargate
	case q.Kubernetes:
		return Kubernetes
	}
	return Unknown
}

// pod is what the downward API tells, where that is who set the variables.
func (q Query) pod() Pod {
	if q.Kubernetes {
		return q.Pod
	}
	unknown := Fact[string]{Err: errors.New("not on Kubernetes")}
	return Pod{unknown, unknown, unknown}
}

// Look finds the facts. It takes no longer than q.Timeout plus what reading a
// few small files takes.
func Look(ctx context.Context, q Query, out Outside) Facts {
	ctx, cancel := context.WithTimeout(ctx, q.Timeout)
	defer cancel()

	var f Facts
	f.Network = findNetwork(q, out)
	f.Hostname, _ = out.Hostname()
	proc := readProcess(out)
	f.Memory, f.CPU = limitsOf(proc, out)
	file := readTaskFile(q.MetadataFile, out)
	id := lookForContainerID(q, f.Network.Mode, file, proc)

	got := requestsFor(q, f, file, id).ask(ctx, q, self{file.containerName, id.own.Value}, out)

	f.Network = f.Network.correctedBy(got.task)
	f.ContainerID = firstKnown(id.own, id.mounted, factOf(got.task.ofContainer(), got.task.containerID), id.named)
	f.Task = newTask(q, file, got.task)
	f.InstanceID = got.instance.instanceID
	f.HostIP = findHostIP(q, f, file, got.instance)
	f.DatadogHost = findDatadogHost(q, f)
	f.DatadogSocket = findSocket(q.DatadogSocket, out)
	f.Pod = q.pod()
	return f
}

// timed finds a fact and tells how long that took.
func timed[T comparable](out Outside, find func() Fact[T]) Fact[T] {
	began := out.Now()
	f := find()
	f.Took = out.Now().Sub(began)
	return f
}
