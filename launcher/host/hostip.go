package host

import (
	"errors"
	"strings"
)

// findHostIP takes, in this order: HOST_IP, the ECS metadata file, IMDS, the
// host name unless it is the container's own, and settles for localhost. Then it
// also tells why nobody knew the address: with a *NotAskedError where nobody was
// to tell it.
func findHostIP(q Query, f Facts, file taskMetadata, instance instance) Fact[string] {
	found := firstKnown(q.HostIP, factOf(file, file.hostIP), instance.hostIP)
	if found.Known() {
		return found
	}
	found = Fact[string]{Value: "localhost", Source: "fallback", Took: file.took + instance.hostIP.Took}
	if f.Hostname != "" && !ownHostname(q, f) {
		found.Value, found.Source = f.Hostname, "host name"
	}
	var notAsked *NotAskedError
	switch {
	case f.Network.Mode == Kubernetes:
		found.Err = errors.New("on Kubernetes only the downward API tells it (status.hostIP)")
	case file.err != nil && errors.As(instance.hostIP.Err, &notAsked):
		found.Err = file.err
	default:
		found.Err = both(file.err, instance.hostIP.Err)
	}
	return found
}

// both are two reasons in one line, said once where they are the same.
func both(a, b error) error {
	switch {
	case a == nil:
		return b
	case b == nil, a.Error() == b.Error():
		return a
	}
	return errors.New(a.Error() + "; " + b.Error())
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
