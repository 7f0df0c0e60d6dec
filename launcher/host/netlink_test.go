package host

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path"
	"runtime"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// The networks below are the kernel's own: each row builds its links and routes
// in a network namespace of its own. What is expected is what is right for a
// person who waits for metrics: a statsd host that answers, or none.

// noRoute is what a row expects where no packet can leave.
const noRoute = "no route"

func TestNetworks(t *testing.T) {
	ecs := Query{ExecutionEnv: "AWS_ECS_EC2"}
	kubernetes := Query{Kubernetes: true, HostIP: Given("10.0.0.9", "HOST_IP")}
	pod := []step{veth("eth0", "10.244.1.5/32"), way{via: "169.254.1.1", onlink: true}.add}

	for _, test := range []struct {
		name   string
		build  []step
		query  Query
		route  string // a pattern, since of two equal ways the kernel takes either
		mode   Mode
		statsd string // a pattern
	}{
		// Bridges: the host answers at the gateway.
		{"Docker's own bridge", []step{veth("eth0", "172.17.0.2/16"), via("172.17.0.1")}, Query{}, "via 172.17.0.1 from 172.17.0.2 over veth", Bridge, "172.17.0.1"},
		{"a bridge that a user made", []step{veth("eth0", "172.18.0.7/16"), via("172.18.0.1")}, Query{}, "via 172.18.0.1 from 172.18.0.7 over veth", Bridge, "172.18.0.1"},
		{"a /20 whose gateway is not .1 of the address's first three octets", []step{veth("eth0", "10.200.0.2/20"), via("10.200.7.1")}, Query{}, "via 10.200.7.1 from 10.200.0.2 over veth", Bridge, "10.200.7.1"},
		{"a /31, which is nothing but the two", []step{veth("eth0", "10.0.0.1/31"), via("10.0.0.0")}, Query{}, "via 10.0.0.0 from 10.0.0.1 over veth", Bridge, "10.0.0.0"},
		{"a bridge on addresses for documentation", []step{veth("eth0", "192.0.2.2/24"), via("192.0.2.1")}, Query{}, "via 192.0.2.1 from 192.0.2.2 over veth", Bridge, "192.0.2.1"},
		{"a bridge on ECS", []step{veth("eth0", "172.17.0.2/16"), via("172.17.0.1")}, ecs, "via 172.17.0.1 from 172.17.0.2 over veth", Bridge, "172.17.0.1"},
		{"a bridge of both families", []step{veth("eth0", "172.18.0.2/16", "fd00:18::2/64"), via("172.18.0.1"), via("fd00:18::1")}, Query{}, "via 172.18.0.1 from 172.18.0.2 over veth", Bridge, "172.18.0.1"},
		{"a bridge of IPv6 alone", []step{veth("eth0", "fd00:18::2/64"), via("fd00:18::1")}, Query{}, "via fd00:18::1 from fd00:18::2 over veth", Bridge, "fd00:18::1"},
		{"IPv6 by a link-local gateway, which is nothing without its zone", []step{veth("eth0", "fd00:18::2/64"), via("fe80::1")}, Query{}, "via fe80::1 from fd00:18::2 over veth", Unknown, ""},

		// More ways than one.
		{"of two metrics the lowest", []step{veth("eth0", "172.17.0.2/16"), way{via: "172.17.0.9", metric: 200}.add, way{via: "172.17.0.1", metric: 100}.add}, Query{}, "via 172.17.0.1 from 172.17.0.2 over veth", Bridge, "172.17.0.1"},
		{"two bridges, the metric decides", []step{veth("eth0", "172.17.0.2/16"), veth("eth1", "172.18.0.2/16"), way{via: "172.17.0.1", metric: 9}.add, way{via: "172.18.0.1", on: "eth1", metric: 1}.add}, Query{}, "via 172.18.0.1 from 172.18.0.2 over veth", Bridge, "172.18.0.1"},
		{"of two next hops either", []step{veth("eth0", "172.17.0.2/16"), multipath("172.17.0.1", "172.17.0.3")}, Query{}, "via 172.17.0.[13] from 172.17.0.2 over veth", Bridge, "172.17.0.[13]"},
		{"halves instead of a default", []step{veth("eth0", "172.17.0.2/16"), way{to: "0.0.0.0/1", via: "172.17.0.1"}.add, way{to: "128.0.0.0/1", via: "172.17.0.1"}.add}, Query{}, "via 172.17.0.1 from 172.17.0.2 over veth", Bridge, "172.17.0.1"},
		{"a VPN that takes everything by halves", []step{veth("eth0", "172.17.0.2/16"), via("172.17.0.1"), tun("tun0", "10.8.0.2/24"), way{to: "0.0.0.0/1", via: "10.8.0.1", on: "tun0"}.add, way{to: "128.0.0.0/1", via: "10.8.0.1", on: "tun0"}.add}, Query{}, "via 10.8.0.1 from 10.8.0.2 over tuntap", Unknown, ""},
		{"a default in a table of its own", []step{veth("eth0", "172.17.0.2/16"), way{via: "172.17.0.1", table: 100}.add, rule(100)}, Query{}, "via 172.17.0.1 from 172.17.0.2 over veth", Bridge, "172.17.0.1"},
		{"a route that names the source", []step{veth("eth0", "172.17.0.2/16", "172.17.0.3/16"), way{via: "172.17.0.1", source: "172.17.0.3"}.add}, Query{}, "via 172.17.0.1 from 172.17.0.3 over veth", Bridge, "172.17.0.1"},
		{"a cable that is out: the route stays", []step{veth("eth0", "172.17.0.2/16"), via("172.17.0.1"), down("eth0-peer")}, Query{}, "via 172.17.0.1 from 172.17.0.2 over veth", Bridge, "172.17.0.1"},

		// Host networking: docker0 is there, usually without a carrier.
		{"the host's network", []step{card("eth0", "10.0.0.7/24"), via("10.0.0.1"), bridge("docker0", "172.17.0.1/16")}, Query{}, "via 10.0.0.1 from 10.0.0.7 over card", HostMode, "172.17.0.1"},
		{"docker0 is down", []step{card("eth0", "10.0.0.7/24"), via("10.0.0.1"), bridge("docker0", "172.17.0.1/16"), down("docker0")}, Query{}, "via 10.0.0.1 from 10.0.0.7 over card", HostMode, "172.17.0.1"},
		{"docker0 was given another address", []step{card("eth0", "10.0.0.7/24"), via("10.0.0.1"), bridge("docker0", "192.168.200.1/24")}, Query{}, "via 10.0.0.1 from 10.0.0.7 over card", HostMode, "192.168.200.1"},
		{"a host without a network", []step{bridge("docker0", "172.17.0.1/16")}, Query{}, noRoute, HostMode, "172.17.0.1"},
		{"docker0 without an address", []step{card("eth0", "10.0.0.7/24"), via("10.0.0.1"), bridge("docker0")}, Query{}, "via 10.0.0.1 from 10.0.0.7 over card", Unknown, ""},
		{"the host's network on ECS", []step{card("eth0", "10.0.0.7/24"), via("10.0.0.1"), bridge("docker0", "172.17.0.1/16")}, ecs, "via 10.0.0.1 from 10.0.0.7 over card", HostMode, "172.17.0.1"},
		{"a host among many networks", []step{card("eth0", "10.0.0.7/24"), via("10.0.0.1"), bridge("docker0", "172.17.0.1/16"), manyLinks(100), manyRoutes(1000)}, Query{}, "via 10.0.0.1 from 10.0.0.7 over card", HostMode, "172.17.0.1"},

		// Interfaces of the container's own: behind the gateway is a router.
		{"awsvpc", []step{card("eth0", "10.0.0.7/24"), via("10.0.0.1"), veth("ecs-eth0", "169.254.172.2/22")}, ecs, "via 10.0.0.1 from 10.0.0.7 over card", AWSVPC, "10.0.0.5"},
		{"awsvpc of IPv6 alone", []step{card("eth0", "2600:1f18::7/64"), via("fe80::1")}, ecs, "via fe80::1 from 2600:1f18::7 over card", AWSVPC, "10.0.0.5"},
		{"macvlan", []step{veth("parent"), macvlan("eth0", "192.168.1.7/24"), via("192.168.1.1")}, Query{}, "via 192.168.1.1 from 192.168.1.7 over macvlan", Unknown, ""},
		{"ipvlan", []step{veth("parent"), ipvlan("eth0", "192.168.1.7/24"), via("192.168.1.1")}, Query{}, "via 192.168.1.1 from 192.168.1.7 over ipvlan", Unknown, ""},
		{"a VPN's point-to-point link", []step{tun("tun0", "10.8.0.2/24"), way{on: "tun0"}.add}, Query{}, "via nothing from 10.8.0.2 over tuntap", Unknown, ""},
		{"a veth without a gateway", []step{veth("eth0", "172.17.0.2/16"), way{}.add}, Query{}, "via nothing from 172.17.0.2 over veth", Unknown, ""},
		{"IPv4 through an IPv6 gateway", []step{veth("eth0", "10.9.0.2/32"), way{via6: "fe80::1"}.add}, Query{}, "via nothing from 10.9.0.2 over veth", Unknown, ""},

		// Link-local gateways answer for everybody and are nobody.
		{"Calico", pod, kubernetes, "via 169.254.1.1 from 10.244.1.5 over veth", Kubernetes, "10.0.0.9"},
		{"EKS, where a pod doesn't know its host", pod, Query{Kubernetes: true}, "via 169.254.1.1 from 10.244.1.5 over veth", Kubernetes, ""},
		{"Calico without a mark of Kubernetes", pod, Query{}, "via 169.254.1.1 from 10.244.1.5 over veth", Unknown, ""},
		{"a pod behind a bridge", []step{veth("eth0", "10.244.1.5/24"), via("10.244.1.1")}, kubernetes, "via 10.244.1.1 from 10.244.1.5 over veth", Kubernetes, "10.0.0.9"},
		{"an address that is link-local itself", []step{veth("eth0", "169.254.10.2/16"), via("169.254.10.1")}, Query{}, "via 169.254.10.1 from 169.254.10.2 over veth", Unknown, ""},

		// No way out.
		{"the network none", nil, Query{}, noRoute, None, ""},
		{"not even a loopback", []step{down("lo")}, Query{}, noRoute, None, ""},
		{"an internal network", []step{veth("eth0", "172.19.0.2/16")}, Query{}, noRoute, None, ""},
		{"an internal network of IPv6", []step{veth("eth0", "fd00:19::2/64")}, Query{}, noRoute, None, ""},
		{"the network none on ECS", nil, ecs, noRoute, None, ""},
		{"a link that was taken down", []step{veth("eth0", "172.17.0.2/16"), via("172.17.0.1"), down("eth0")}, Query{}, noRoute, None, ""},
		{"an unreachable default", []step{veth("eth0", "172.17.0.2/16"), way{kind: unix.RTN_UNREACHABLE}.add}, Query{}, noRoute, None, ""},
		{"a blackhole", []step{veth("eth0", "172.17.0.2/16"), way{kind: unix.RTN_BLACKHOLE}.add}, Query{}, noRoute, None, ""},
		{"a prohibited default", []step{veth("eth0", "172.17.0.2/16"), way{kind: unix.RTN_PROHIBIT}.add}, Query{}, noRoute, None, ""},
		{"a default that is thrown back", []step{veth("eth0", "172.17.0.2/16"), way{kind: unix.RTN_THROW}.add}, Query{}, noRoute, None, ""},
		{"an unreachable default of IPv6", []step{veth("eth0", "fd00:18::2/64"), way{to: "::/0", kind: unix.RTN_UNREACHABLE}.add}, Query{}, noRoute, None, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			inNewNetwork(t, test.build...)
			if got := describe(Netlink{}.Default()); !like(test.route, got) {
				t.Errorf("got %s, want %s", got, test.route)
			}
			docker0, err := Netlink{}.Docker0()
			if (err == nil) != (test.mode == HostMode) {
				t.Errorf("docker0: %v, %v", docker0, err)
			}
			// A host that is known shows who takes it without being told to.
			known := Facts{HostIP: Given("10.0.0.5", "ECS metadata file")}
			known.Network = findNetwork(test.query, Outside{Routes: Netlink{}, Now: time.Now})
			statsd := findDatadogHost(test.query, known)
			if known.Network.Mode != test.mode || !like(test.statsd, statsd.Value) {
				t.Errorf("got %q on %s, want %q on %s", statsd.Value, known.Network.Mode, test.statsd, test.mode)
			}
		})
	}
}

// TestNetlinkNeedsNoPrivilege asks as a container does that runs with
// --cap-drop ALL.
func TestNetlinkNeedsNoPrivilege(t *testing.T) {
	inNewNetwork(t, veth("eth0", "172.18.0.2/16"), via("172.18.0.1"), bridge("docker0", "172.17.0.1/16"))
	var none [2]unix.CapUserData // this thread's, which ends with the test
	if err := unix.Capset(&unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}, &none[0]); err != nil {
		t.Fatal(err)
	}
	if err := down("eth0")(); !errors.Is(err, unix.EPERM) {
		t.Fatalf("still privileged: %v", err)
	}
	if got, want := describe(Netlink{}.Default()), "via 172.18.0.1 from 172.18.0.2 over veth"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if docker0, err := (Netlink{}).Docker0(); err != nil || docker0.String() != "172.17.0.1" {
		t.Errorf("docker0: %v, %v", docker0, err)
	}
}

// TestDocker0WhileTheHostIsBusy asks while addresses come and go, as they do
// where containers start; of so many that the kernel's answer comes in parts.
func TestDocker0WhileTheHostIsBusy(t *testing.T) {
	inNewNetwork(t, bridge("docker0", "172.17.0.1/16"), veth("busy", addresses(1000)...))
	stop := comeAndGo(t, "busy", "172.30.0.1/16")
	for range 200 {
		if docker0, err := (Netlink{}).Docker0(); err != nil || docker0.String() != "172.17.0.1" {
			t.Errorf("docker0: %v, %v", docker0, err)
			break
		}
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

// comeAndGo adds an address to a link and removes it until it is stopped.
func comeAndGo(t *testing.T, name, address string) (stop func() error) {
	t.Helper()
	network, err := netlink.NewHandle(unix.NETLINK_ROUTE) // of this namespace, also on other threads
	if err != nil {
		t.Fatal(err)
	}
	link, err := network.LinkByName(name)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := netlink.ParseAddr(address)
	if err != nil {
		t.Fatal(err)
	}
	over, result := make(chan bool), make(chan error)
	go func() {
		defer network.Close()
		for {
			select {
			case <-over:
				result <- nil
				return
			default:
			}
			if err := errors.Join(network.AddrAdd(link, parsed), network.AddrDel(link, parsed)); err != nil {
				<-over
				result <- err
				return
			}
		}
	}()
	return func() error { close(over); return <-result }
}

// TestNetlinkRefused forbids the thread to open a socket, with the answer that
// AppArmor gives and that a prohibited route gives as well.
func TestNetlinkRefused(t *testing.T) {
	inNewNetwork(t, veth("eth0", "172.18.0.2/16"), via("172.18.0.1"))
	filter := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS}, // the system call's number
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: 1, K: unix.SYS_SOCKET},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ERRNO | uint32(unix.EACCES)},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW},
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		t.Fatal(err)
	}
	if err := unix.Prctl(unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER, uintptr(unsafe.Pointer(&program)), 0, 0); err != nil {
		t.Skip(err)
	}
	if network := findNetwork(Query{}, Outside{Routes: Netlink{}, Now: time.Now}); network.Mode != Unknown || !errors.Is(network.Err, unix.EACCES) {
		t.Errorf("got %s, %v, want the refusal", network.Mode, network.Err)
	}
}

func BenchmarkNetlink(b *testing.B) {
	container := []step{veth("eth0", "172.18.0.2/16"), via("172.18.0.1")}
	host := []step{card("eth0", "10.0.0.7/24"), via("10.0.0.1"), bridge("docker0", "172.17.0.1/16")}
	for _, network := range []struct {
		name  string
		build []step
	}{
		{"in a container", container},
		{"on a host", host},
		{"on a host with 5000 routes", append(host[:len(host):len(host)], manyRoutes(5000))},
		{"on a host with 500 links", append(host[:len(host):len(host)], manyLinks(500))},
	} {
		for _, ask := range []struct {
			name string
			call func()
		}{
			{"default", func() { _, _ = Netlink{}.Default() }},
			{"docker0", func() { _, _ = Netlink{}.Docker0() }},
			{"both", func() { findNetwork(Query{}, Outside{Routes: Netlink{}, Now: time.Now}) }},
		} {
			b.Run(network.name+"/"+ask.name, func(b *testing.B) {
				inNewNetwork(b, network.build...)
				for b.Loop() {
					ask.call()
				}
			})
		}
	}
}

// describe puts a route into words.
func describe(r Route, err error) string {
	switch {
	case errors.Is(err, ErrNoRoute):
		return noRoute
	case err != nil:
		return err.Error()
	}
	gateway, link := "nothing", r.LinkType
	if r.Gateway.IsValid() {
		gateway = r.Gateway.String()
	}
	if link == "dummy" || link == "ifb" {
		link = "card"
	}
	return fmt.Sprintf("via %s from %s over %s", gateway, r.Source, link)
}

func like(pattern, text string) bool {
	matched, err := path.Match(pattern, text)
	return matched && err == nil
}

// inNewNetwork moves the test into a network namespace with a loopback and what
// the steps build. The thread is not unlocked, so that both end with the test.
func inNewNetwork(t testing.TB, build ...step) {
	t.Helper()
	runtime.LockOSThread()
	err := unix.Unshare(unix.CLONE_NEWNET)
	if errors.Is(err, unix.EPERM) && os.Getenv("CI") != "true" {
		t.Skip("only root may make a network namespace")
	}
	if err != nil {
		t.Fatal(err)
	}
	for i, build := range append([]step{up("lo")}, build...) {
		err := build()
		if errors.Is(err, errNoSuchLink) {
			t.Skip(err)
		}
		if err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
	}
}

// step builds a part of a network.
type step func() error

var errNoSuchLink = errors.New("this kernel has no such link")

func veth(name string, addresses ...string) step {
	return func() error {
		link := &netlink.Veth{LinkAttrs: named(name), PeerName: name + "-peer"}
		return errors.Join(add(link, addresses...), up(link.PeerName)())
	}
}

func bridge(name string, addresses ...string) step {
	return func() error { return add(&netlink.Bridge{LinkAttrs: named(name)}, addresses...) }
}

// card stands for a network card: whatever the kernel has that is no veth.
func card(name string, addresses ...string) step {
	return func() error {
		err := add(&netlink.Dummy{LinkAttrs: named(name)}, addresses...)
		if errors.Is(err, errNoSuchLink) {
			return add(&netlink.Ifb{LinkAttrs: named(name)}, addresses...)
		}
		return err
	}
}

func tun(name string, addresses ...string) step {
	return func() error {
		return add(&netlink.Tuntap{LinkAttrs: named(name), Mode: netlink.TUNTAP_MODE_TUN}, addresses...)
	}
}

// macvlan and ipvlan sit on the link "parent".
func macvlan(name string, addresses ...string) step {
	return onParent(func(parent int) error {
		link := &netlink.Macvlan{LinkAttrs: named(name), Mode: netlink.MACVLAN_MODE_BRIDGE}
		link.ParentIndex = parent
		return add(link, addresses...)
	})
}

func ipvlan(name string, addresses ...string) step {
	return onParent(func(parent int) error {
		link := &netlink.IPVlan{LinkAttrs: named(name), Mode: netlink.IPVLAN_MODE_L2}
		link.ParentIndex = parent
		return add(link, addresses...)
	})
}

func onParent(build func(parent int) error) step {
	return func() error {
		parent, err := netlink.LinkByName("parent")
		if err != nil {
			return err
		}
		return build(parent.Attrs().Index)
	}
}

func named(name string) netlink.LinkAttrs {
	attributes := netlink.NewLinkAttrs()
	attributes.Name = name
	return attributes
}

// add makes a link, gives it addresses and takes it up.
func add(link netlink.Link, addresses ...string) error {
	err := netlink.LinkAdd(link)
	if errors.Is(err, unix.EOPNOTSUPP) || errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %s", errNoSuchLink, link.Type())
	}
	for _, address := range addresses {
		parsed, parseErr := netlink.ParseAddr(address)
		if parseErr != nil {
			return parseErr
		}
		if parsed.IP.To4() == nil {
			parsed.Flags = unix.IFA_F_NODAD // or it could not be used for a second or two
		}
		err = errors.Join(err, netlink.AddrAdd(link, parsed))
	}
	return errors.Join(err, up(link.Attrs().Name)())
}

func up(name string) step {
	return func() error { return netlink.LinkSetUp(&netlink.Device{LinkAttrs: named(name)}) }
}

func down(name string) step {
	return func() error { return netlink.LinkSetDown(&netlink.Device{LinkAttrs: named(name)}) }
}

// way is a route: a default route over eth0 unless it says otherwise.
type way struct {
	to, via, via6, on, source string
	metric, table, kind       int
	onlink                    bool
}

func via(gateway string) step { return way{via: gateway}.add }

func (w way) add() error {
	route := netlink.Route{Gw: net.ParseIP(w.via), Src: net.ParseIP(w.source), Priority: w.metric, Table: w.table, Type: w.kind}
	if w.via6 != "" {
		route.Via = &netlink.Via{AddrFamily: netlink.FAMILY_V6, Addr: net.ParseIP(w.via6)}
	}
	if w.onlink {
		route.Flags = int(netlink.FLAG_ONLINK)
	}
	if w.via == "" && w.kind == 0 {
		route.Scope = netlink.SCOPE_LINK
	}
	var err error
	if route.Dst, err = w.destination(); err != nil {
		return err
	}
	if w.kind == 0 {
		link, err := netlink.LinkByName(cmp.Or(w.on, "eth0"))
		if err != nil {
			return err
		}
		route.LinkIndex = link.Attrs().Index
	}
	return netlink.RouteAdd(&route)
}

func (w way) destination() (*net.IPNet, error) {
	everywhere := "0.0.0.0/0"
	if strings.Contains(w.via, ":") {
		everywhere = "::/0"
	}
	return netlink.ParseIPNet(cmp.Or(w.to, everywhere))
}

func multipath(gateways ...string) step {
	return func() error {
		link, err := netlink.LinkByName("eth0")
		if err != nil {
			return err
		}
		route := netlink.Route{Dst: &net.IPNet{IP: net.IPv4zero, Mask: net.CIDRMask(0, 32)}}
		for _, gateway := range gateways {
			route.MultiPath = append(route.MultiPath, &netlink.NexthopInfo{LinkIndex: link.Attrs().Index, Gw: net.ParseIP(gateway)})
		}
		return netlink.RouteAdd(&route)
	}
}

// rule sends every packet through a table.
func rule(table int) step {
	return func() error {
		rule := netlink.NewRule()
		rule.Table, rule.Priority = table, 100
		return netlink.RuleAdd(rule)
	}
}

// manyRoutes is what a router of a large network knows.
func manyRoutes(count int) step {
	return func() error {
		var err error
		for i := range count {
			err = errors.Join(err, way{to: fmt.Sprintf("100.%d.%d.0/24", 64+i/256, i%256), via: "10.0.0.1"}.add())
		}
		return err
	}
}

// addresses are of as many networks.
func addresses(count int) []string {
	list := make([]string, count)
	for i := range list {
		list[i] = fmt.Sprintf("10.%d.%d.1/24", 100+i/256, i%256)
	}
	return list
}

// manyLinks is what a host of many containers sees; half of the links have an address.
func manyLinks(count int) step {
	return func() error {
		var err error
		for i, address := range addresses(count / 2) {
			err = errors.Join(err, veth(fmt.Sprintf("many%d", i), address)())
		}
		return err
	}
}
