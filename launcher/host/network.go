package host

import (
	"errors"
	"net/netip"
)

// Network is how the container meets its host.
type Network struct {
	Mode    Mode
	Address netip.Addr // ours on the way out; invalid where there is none
	Gateway netip.Addr
	Docker0 netip.Addr
	Err     error // why nothing better than Unknown was found
}

// Mode names a way of networking.
type Mode string

// The modes that decide where statsd goes and who may reach a port.
const (
	Unknown    Mode = "unknown"
	None       Mode = "none"       // no way out
	HostMode   Mode = "host"       // we see what the host sees
	Bridge     Mode = "bridge"     // Docker's own or a user-made one
	AWSVPC     Mode = "awsvpc"     // an interface of the task's own
	Fargate    Mode = "fargate"    // no host to speak of
	Kubernetes Mode = "kubernetes" // never a gateway that answers
)

// findNetwork tells the mode by the platform's marks first, since on those
// platforms a route says nothing about the host, and by routes otherwise.
func findNetwork(q Query, routes Routes) Network {
	var n Network
	route, err := routes.Default()
	n.Address, n.Gateway = route.Source, route.Gateway
	switch {
	case q.ExecutionEnv == "AWS_ECS_FARGATE":
		n.Mode = Fargate
		return n
	case q.Kubernetes:
		n.Mode = Kubernetes
		return n
	}
	if docker0, err := routes.Docker0(); err == nil {
		n.Mode, n.Docker0 = HostMode, docker0
		return n
	}
	switch {
	case errors.Is(err, ErrNoRoute):
		n.Mode = None
	case err != nil:
		n.Mode, n.Err = Unknown, err
	case route.LinkType == "veth" && route.Gateway.Is4() && !route.Gateway.IsLinkLocalUnicast():
		n.Mode = Bridge
	case q.ExecutionEnv == "AWS_ECS_EC2":
		n.Mode = AWSVPC
	default:
		n.Mode = Unknown
	}
	return n
}

// ErrNoRoute is what Routes.Default answers where no packet can leave.
var ErrNoRoute = errors.New("no route to the outside")

// findDatadogHost follows the table in docs/host.md.
func findDatadogHost(q Query, f Facts) Fact {
	if q.DatadogHost.Known() {
		return q.DatadogHost
	}
	switch f.Network.Mode {
	case HostMode:
		return Fact{Value: f.Network.Docker0.String(), Source: "docker0"}
	case Bridge:
		return Fact{Value: f.Network.Gateway.String(), Source: "default route"}
	case AWSVPC:
		// A name or localhost would be the container itself.
		if _, err := netip.ParseAddr(f.HostIP.Value); err == nil {
			return f.HostIP
		}
		return Fact{Err: errors.New("the host's address is not known")}
	case Fargate:
		return Fact{Value: "127.0.0.1", Source: "Fargate sidecar"}
	case Kubernetes:
		if q.HostIP.Known() {
			return q.HostIP
		}
		return Fact{Err: errors.New("set HOST_IP or DD_AGENT_HOST from the downward API (status.hostIP)")}
	case None:
		return Fact{Err: ErrNoRoute}
	}
	if f.Network.Err != nil {
		return Fact{Err: f.Network.Err}
	}
	return Fact{Err: errors.New("no Docker bridge in sight")}
}
