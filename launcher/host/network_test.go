package host

import (
	"errors"
	"net/netip"
	"testing"
	"time"
)

// table answers Routes from values.
type table struct {
	route   Route
	err     error
	docker0 string
}

func (t table) Default() (Route, error) { return t.route, t.err }

func (t table) Docker0() (netip.Addr, error) {
	if t.docker0 == "" {
		return netip.Addr{}, errors.New("no such link")
	}
	return netip.MustParseAddr(t.docker0), nil
}

func TestDatadogHost(t *testing.T) {
	route := func(kind, gateway string) Route {
		return Route{LinkType: kind, Gateway: netip.MustParseAddr(gateway), Source: netip.MustParseAddr("10.200.0.2")}
	}
	hostIP := Given("10.0.0.5", "ECS metadata file")
	for _, test := range []struct {
		name   string
		query  Query
		routes table
		hostIP Fact[string]
		mode   Mode
		want   string
	}{
		{"set", Query{DatadogHost: Given("agent", "DATADOG_HOST")}, table{route: route("veth", "172.17.0.1")}, hostIP, Bridge, "agent"},
		{"Docker's bridge", Query{}, table{route: route("veth", "172.17.0.1")}, Fact[string]{}, Bridge, "172.17.0.1"},
		{"a bridge whose gateway is not .1 of the address's first three octets", Query{}, table{route: route("veth", "10.200.7.1")}, Fact[string]{}, Bridge, "10.200.7.1"},
		{"host networking", Query{}, table{route: route("device", "10.0.0.1"), docker0: "172.17.0.1"}, Fact[string]{}, HostMode, "172.17.0.1"},
		{"awsvpc goes to the host, never to the subnet's router", Query{ExecutionEnv: "AWS_ECS_EC2"}, table{route: route("device", "10.0.0.1")}, hostIP, AWSVPC, "10.0.0.5"},
		{"awsvpc without the host's address", Query{ExecutionEnv: "AWS_ECS_EC2"}, table{route: route("device", "10.0.0.1")}, Given("localhost", "fallback"), AWSVPC, ""},
		{"Fargate", Query{ExecutionEnv: "AWS_ECS_FARGATE"}, table{route: route("veth", "169.254.172.1")}, Fact[string]{}, Fargate, "127.0.0.1"},
		{"Kubernetes with the downward API", Query{Kubernetes: true, HostIP: Given("10.0.0.9", "HOST_IP")}, table{route: route("veth", "169.254.1.1")}, Fact[string]{}, Kubernetes, "10.0.0.9"},
		{"Kubernetes without", Query{Kubernetes: true}, table{route: route("veth", "10.244.0.1")}, Fact[string]{}, Kubernetes, ""},
		{"a link-local gateway, as Calico's", Query{}, table{route: route("veth", "169.254.1.1")}, Fact[string]{}, Unknown, ""},
		{"a machine", Query{}, table{route: route("device", "192.168.1.1")}, Fact[string]{}, Unknown, ""},
		{"no network", Query{}, table{err: ErrNoRoute}, Fact[string]{}, None, ""},
		{"netlink refused", Query{}, table{err: errors.New("permission denied")}, Fact[string]{}, Unknown, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			network := findNetwork(test.query, Outside{Routes: test.routes, Now: time.Now})
			got := findDatadogHost(test.query, Facts{Network: network, HostIP: test.hostIP})
			if network.Mode != test.mode || got.Value != test.want {
				t.Errorf("got %q on %s, want %q on %s", got.Value, network.Mode, test.want, test.mode)
			}
			if got.Known() == (got.Source == "") || got.Known() == (got.Err != nil) {
				t.Errorf("%+v tells neither where it is from nor why it is missing", got)
			}
		})
	}
}

// TestNetlink asks the kernel of wherever the tests run: it must answer, or
// say that there is no way out.
func TestNetlink(t *testing.T) {
	route, err := Netlink{}.Default()
	if err == nil && (!route.Source.IsValid() || route.LinkType == "") {
		t.Errorf("half a route: %+v", route)
	}
	if err != nil && !errors.Is(err, ErrNoRoute) {
		t.Errorf("default route: %v", err)
	}
}

// ECS may take a bridge away, and never make one: on a bridge JMX is served on
// our address, and metrics go to the gateway.
func TestECSCorrectsTheNetwork(t *testing.T) {
	for _, test := range []struct {
		kernel Mode
		ecs    string
		want   Mode
	}{
		{Bridge, "awsvpc", AWSVPC},
		{Unknown, "awsvpc", AWSVPC},
		{Unknown, "host", HostMode},
		{AWSVPC, "host", HostMode},
		{AWSVPC, "bridge", AWSVPC},
		{Unknown, "bridge", Unknown},
		{HostMode, "bridge", HostMode},
		{HostMode, "awsvpc", HostMode},
		{Bridge, "host", Bridge},
		{Fargate, "awsvpc", Fargate},
		{Kubernetes, "host", Kubernetes},
		{None, "bridge", None},
		{Bridge, "", Bridge},
	} {
		n := Network{Mode: test.kernel, Gateway: netip.MustParseAddr("10.0.0.1")}
		if got := n.correctedBy(taskMetadata{networkMode: test.ecs}); got.Mode != test.want {
			t.Errorf("%s, and %q by ECS: got %s, want %s", test.kernel, test.ecs, got.Mode, test.want)
		}
	}
}
