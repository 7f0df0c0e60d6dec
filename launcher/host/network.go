package host

import (
	"errors"
	"net/netip"
	"strings"
	"time"
)

// Network is how the container meets its host.
type Network struct {
	Mode    Mode
	Address netip.Addr // ours on the way out; invalid where there is none
	Gateway netip.Addr
	Docker0 netip.Addr    // invalid where it is not visible
	Source  string        // by what the mode is known
	Took    time.Duration // to ask the kernel
	Err     error         // why nothing better than Unknown was found
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

// Neighbours are who shares our loopback; empty where nobody is known to.
func (m Mode) Neighbours() string {
	switch m {
	case AWSVPC, Fargate:
		return "all containers of the task"
	case Kubernetes:
		return "all containers of the pod"
	case HostMode:
		return "all processes of the host"
	}
	return ""
}

// findNetwork tells the mode by the platform's marks first, since on those
// platforms a route says nothing about the host, and by routes otherwise.
func findNetwork(q Query, out Outside) Network {
	if platform := q.platform(); platform != Unknown {
		return Network{Mode: platform, Source: "platform"}
	}
	began := out.Now()
	route, err := out.Routes.Default()
	n := Network{Mode: Unknown, Address: route.Source, Gateway: route.Gateway}
	n = n.byRoutes(q, route, err, out.Routes)
	n.Took = out.Now().Sub(began)
	return n
}

func (n Network) byRoutes(q Query, route Route, err error, routes Routes) Network {
	if docker0, err := routes.Docker0(); err == nil {
		n.Mode, n.Docker0, n.Source = HostMode, docker0, "docker0"
		return n
	}
	n.Source = "default route"
	switch {
	case errors.Is(err, ErrNoRoute):
		n.Mode = None
	case err != nil:
		n.Err = err
	case route.LinkType == "veth" && route.Gateway.IsValid() && !route.Gateway.IsLinkLocalUnicast():
		n.Mode = Bridge
	case strings.HasPrefix(q.ExecutionEnv, "AWS_ECS_"):
		n.Mode = AWSVPC
	}
	return n
}

// correctedBy takes ECS's word for the mode, where ECS was asked and the kernel
// does not know better. That it is a bridge only the kernel says: on one a port
// is opened and metrics are sent to the gateway.
func (n Network) correctedBy(endpoint taskMetadata) Network {
	switch endpoint.networkMode {
	case "awsvpc":
		if n.Mode == Bridge || n.Mode == Unknown {
			n.Mode = AWSVPC
		}
	case "host":
		if n.Mode == AWSVPC || n.Mode == Unknown {
			n.Mode = HostMode
		}
	default:
		return n
	}
	if n.Mode == AWSVPC || n.Mode == HostMode && !n.Docker0.IsValid() {
		n.Source, n.Took, n.Err = fromEndpoint, endpoint.containerTook, nil
	}
	return n
}

// ErrNoRoute is what Routes.Default answers where no packet can leave.
var ErrNoRoute = errors.New("no route to the outside")
