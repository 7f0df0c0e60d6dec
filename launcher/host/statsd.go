package host

import (
	"errors"
	"io/fs"
	"net/netip"
)

// findDatadogHost follows the table in docs/host.md.
func findDatadogHost(q Query, f Facts) Fact[string] {
	if q.DatadogHost.Known() {
		return q.DatadogHost
	}
	found := func(value, source string) Fact[string] {
		return Fact[string]{Value: value, Source: source, Took: f.Network.Took}
	}
	unknown := func(why string) Fact[string] {
		return Fact[string]{Err: errors.New(why), Took: f.Network.Took}
	}
	switch f.Network.Mode {
	case HostMode:
		if !f.Network.Docker0.IsValid() {
			return found("127.0.0.1", "host networking")
		}
		return found(f.Network.Docker0.String(), "docker0")
	case Bridge:
		return found(f.Network.Gateway.String(), "default route")
	case AWSVPC:
		// A name or localhost would be the container itself.
		if _, err := netip.ParseAddr(f.HostIP.Value); err == nil {
			return f.HostIP
		}
		return unknown("the host's address is not known")
	case Fargate:
		return found("127.0.0.1", "Fargate sidecar")
	case Kubernetes:
		if q.HostIP.Known() {
			return q.HostIP
		}
		return unknown("set HOST_IP or DD_AGENT_HOST from the downward API (status.hostIP)")
	case None:
		return unknown(ErrNoRoute.Error())
	}
	if f.Network.Err != nil {
		return unknown(f.Network.Err.Error())
	}
	return unknown("no Docker bridge in sight")
}

// findSocket tells whether a Datadog agent's socket is mounted.
func findSocket(path string, out Outside) Fact[string] {
	return timed(out, func() Fact[string] {
		info, err := fs.Stat(out.Root, InRoot(path))
		if err != nil || info.Mode().Type() != fs.ModeSocket {
			return Fact[string]{Err: errors.New("none is mounted")}
		}
		return Fact[string]{Value: path, Source: "mounted"}
	})
}
