package host

import (
	"context"
	"errors"
	"net/netip"
	"strings"
)

// findHostIP asks, in this order: HOST_IP, the ECS metadata file, IMDS where
// there can be one, the host name unless it is the container's own, and
// settles for localhost.
func findHostIP(ctx context.Context, q Query, f Facts, task task, dial Dialer) Fact {
	if q.HostIP.Known() {
		return q.HostIP
	}
	if task.hostIP.IsValid() {
		return Fact{Value: task.hostIP.String(), Source: "ECS metadata file"}
	}
	var err error
	switch {
	case f.Network.Mode == Kubernetes:
		err = errors.New("HOST_IP is not set (take it from the downward API: status.hostIP)")
	case mayAskIMDS(q, f.Network.Mode):
		var ip netip.Addr
		if ip, err = askIMDS(ctx, q, dial); err == nil {
			return Fact{Value: ip.String(), Source: "IMDS"}
		}
	}
	if f.Hostname != "" && !ownHostname(q, f) {
		return Fact{Value: f.Hostname, Source: "host name", Err: err}
	}
	return Fact{Value: "localhost", Source: "fallback", Err: err}
}

// ownHostname tells whether the host name is the container's own. On host
// networking it is the host's. Elsewhere Docker puts the container's name into
// HOSTNAME, and names it by its id unless told otherwise.
func ownHostname(q Query, f Facts) bool {
	if f.Network.Mode == HostMode {
		return false
	}
	return f.Hostname == q.HostnameEnv || IsHex(f.Hostname, 12) ||
		f.ContainerID.Known() && strings.HasPrefix(f.ContainerID.Value, f.Hostname)
}
