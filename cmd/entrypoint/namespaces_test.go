package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
	"testing"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

const (
	imdsAddress = "169.254.169.254"
	ecsAddress  = "169.254.170.2"
	proxyPort   = "3128"

	// ownHostname is the container's own name: no answer to who the host is.
	ownHostname = "service"
)

// place is where a row's starts happen: a network, and who answers there.
type place struct {
	network func() error    // nil: the metadata services' addresses are on this very machine
	peers   map[string]peer // by their address, on port 80; nil: nobody listens
	proxied bool            // HTTP_PROXY leads to somebody who listens
}

// runIn runs a test on a thread that is in the place, and in no other than it.
func runIn(t *testing.T, name string, p place, test func(*testing.T)) {
	t.Run(name, func(t *testing.T) {
		// Not unlocked: the thread, which is in other namespaces than the
		// process, must end with the test's goroutine.
		runtime.LockOSThread()
		p.lay(t)
		test(t)
	})
}

// needNamespaces skips where the kernel allows no namespaces of our own.
func needNamespaces(t *testing.T) {
	tried := make(chan error)
	go func() {
		runtime.LockOSThread()
		tried <- enterNamespaces()
	}()
	err := <-tried
	switch {
	case err == nil:
	case !errors.Is(err, unix.EPERM):
		t.Fatal(err)
	case os.Getenv("CI") == "true":
		t.Fatalf("%v: CI must run this as root (CAP_SYS_ADMIN and CAP_NET_ADMIN)", err)
	default:
		t.Skipf("%v: needs root (CAP_SYS_ADMIN and CAP_NET_ADMIN)", err)
	}
}

// lay makes the place around the calling thread.
func (p place) lay(t *testing.T) {
	network := p.network
	if network == nil {
		network = onThisMachine
	}
	// One after the other: what the second does must never be done to the machine.
	if err := enterNamespaces(); err != nil {
		t.Fatal(err)
	}
	if err := network(); err != nil {
		t.Fatal(err)
	}
	for address, meet := range p.peers {
		if meet != nil {
			serve(t, net.JoinHostPort(address, "80"), meet)
		}
	}
	if p.proxied {
		serve(t, net.JoinHostPort(imdsAddress, proxyPort), func(net.Conn) { t.Error("the proxy was asked") })
	}
}

// environ is what the place has in its environment.
func (p place) environ() []string {
	environ := []string{"HOSTNAME=" + ownHostname}
	if p.proxied {
		for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"} {
			environ = append(environ, name+"=http://"+net.JoinHostPort(imdsAddress, proxyPort))
		}
	}
	return environ
}

// enterNamespaces puts the calling thread, which must be locked, where nothing
// tells of the machine: into a network that has nothing but loopback, under
// another host name, in no control group and without a container's mounts. What
// the thread listens on and whom it starts are there too.
func enterNamespaces() error {
	if err := unix.Unshare(unix.CLONE_NEWNET | unix.CLONE_NEWUTS | unix.CLONE_NEWNS | unix.CLONE_NEWCGROUP); err != nil {
		return fmt.Errorf("namespaces of our own: %w", err)
	}
	// Private before anything else: what is unmounted here must stay there.
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return err
	}
	for _, mount := range []string{"/sys/fs/cgroup", "/etc/hostname"} {
		if err := unix.Unmount(mount, unix.MNT_DETACH); err != nil && !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.ENOENT) {
			return fmt.Errorf("unmount %s: %w", mount, err)
		}
	}
	loopback, err := netlink.LinkByName("lo")
	if err != nil {
		return err
	}
	return errors.Join(unix.Sethostname([]byte(ownHostname)), netlink.LinkSetUp(loopback))
}

// The networks that a fault can have beside loopback.

func noWayOut() error { return nil }

// onThisMachine puts the metadata services' addresses on loopback, for the test
// to listen on or not. The way out must be there: without one nobody is asked.
func onThisMachine() error {
	if _, err := wayOut(); err != nil {
		return err
	}
	loopback, err := netlink.LinkByName("lo")
	if err != nil {
		return err
	}
	return errors.Join(
		netlink.AddrAdd(loopback, &netlink.Addr{IPNet: netlink.NewIPNet(net.ParseIP(imdsAddress))}),
		netlink.AddrAdd(loopback, &netlink.Addr{IPNet: netlink.NewIPNet(net.ParseIP(ecsAddress))}),
	)
}

// packetsVanish has a gateway with a hardware address that nobody has: unlike
// with a blackhole route nobody tells the sender.
func packetsVanish() error {
	link, err := wayOut()
	if err != nil {
		return err
	}
	return netlink.NeighAdd(&netlink.Neigh{
		LinkIndex: link.Attrs().Index, IP: faultGateway, State: netlink.NUD_PERMANENT,
		HardwareAddr: net.HardwareAddr{0x02, 0, 0, 0, 0, 0x01},
	})
}

// gatewayIsGone has a gateway that does not even answer where it is.
func gatewayIsGone() error {
	_, err := wayOut()
	return err
}

func unreachable() error {
	if _, err := wayOut(); err != nil {
		return err
	}
	return netlink.RouteAdd(&netlink.Route{Type: unix.RTN_UNREACHABLE, Dst: netlink.NewIPNet(net.ParseIP(imdsAddress))})
}

var faultGateway = net.IPv4(172, 17, 0, 1)

// wayOut is what a container on a bridge has: one end of a veth and a default route.
func wayOut() (netlink.Link, error) {
	attributes := netlink.NewLinkAttrs()
	attributes.Name = "eth0"
	link := &netlink.Veth{LinkAttrs: attributes, PeerName: "bridge"}
	if err := netlink.LinkAdd(link); err != nil {
		return nil, fmt.Errorf("add a veth: %w", err)
	}
	far, err := netlink.LinkByName(link.PeerName)
	if err != nil {
		return nil, err
	}
	own := &netlink.Addr{IPNet: &net.IPNet{IP: net.IPv4(172, 17, 0, 2), Mask: net.CIDRMask(16, 32)}}
	return link, errors.Join(
		netlink.LinkSetUp(far),
		netlink.LinkSetUp(link),
		netlink.AddrAdd(link, own),
		netlink.RouteAdd(&netlink.Route{LinkIndex: link.Attrs().Index, Gw: faultGateway}),
	)
}
