package host

import (
	"context"
	"io/fs"
	"net"
	"net/netip"
	"time"
)

// Fact is one thing known about where we run, or not known.
type Fact struct {
	Value  string
	Source string // HOST_IP, IMDS, "default route" ...; empty when not known
	Err    error  // why it is not known, where that is worth telling
}

// Known tells whether there is a value.
func (f Fact) Known() bool { return f.Value != "" }

// Facts is what Look finds.
type Facts struct {
	HostIP      Fact // never empty: at the worst it is localhost
	DatadogHost Fact // where statsd goes
	ContainerID Fact // as found: 64 digits, or any other form
	Hostname    string
	Network     Network
	// MemoryLimit is the container's, in bytes; 0 where there is none.
	MemoryLimit       int64
	MemoryLimitSource string
	DatadogSocket     bool // a Datadog agent's socket is mounted
}

// Outside is all that Look touches.
type Outside struct {
	Root     fs.FS // the file system at /
	Routes   Routes
	Dial     Dialer
	Hostname func() (string, error)
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
	HostIP, DatadogHost, ContainerID Fact

	HostnameEnv   string        // $HOSTNAME, which Docker sets to the container's name
	Timeout       time.Duration // for everything that goes over the network; 0 asks nobody
	IMDSEndpoint  string        // empty: the usual one
	IMDSDisabled  bool
	ExecutionEnv  string // AWS_EXECUTION_ENV
	MetadataFile  string // ECS_CONTAINER_METADATA_FILE
	Kubernetes    bool
	DatadogSocket string // path
}

// Look finds the facts. It takes no longer than q.Timeout plus what reading a
// few small files takes.
func Look(ctx context.Context, q Query, out Outside) Facts {
	ctx, cancel := context.WithTimeout(ctx, q.Timeout)
	defer cancel()

	var f Facts
	task := readTask(q.MetadataFile, out.Root)
	f.Network = findNetwork(q, out.Routes)
	f.ContainerID = findContainerID(q, f.Network.Mode, task, out.Root)
	f.Hostname, _ = out.Hostname()
	f.HostIP = findHostIP(ctx, q, f, task, out.Dial)
	f.DatadogHost = findDatadogHost(q, f)
	f.MemoryLimit, f.MemoryLimitSource = MemoryLimit(out.Root)
	_, err := fs.Stat(out.Root, InRoot(q.DatadogSocket))
	f.DatadogSocket = err == nil
	return f
}
