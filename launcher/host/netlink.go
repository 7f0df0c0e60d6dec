package host

import (
	"errors"
	"net"
	"net/netip"
	"syscall"

	"github.com/vishvananda/netlink"
)

// Netlink answers Routes by asking the kernel. It needs no privilege.
type Netlink struct{}

// somewhere is an address of no network (RFC 5737): the kernel tells which way
// it would go, and nothing is sent. Asking for a route, not listing the routes,
// also finds the pair 0/1 and 128/1 and the next hop of a multipath route.
var somewhere = net.IPv4(192, 0, 2, 1)

// Default is the route that a packet to the outside takes.
func (Netlink) Default() (Route, error) {
	routes, err := netlink.RouteGet(somewhere)
	switch {
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH),
		errors.Is(err, syscall.EACCES), errors.Is(err, syscall.EINVAL):
		// What unreachable, prohibit and blackhole routes answer.
		return Route{}, ErrNoRoute
	case err != nil:
		return Route{}, err
	case len(routes) == 0:
		return Route{}, ErrNoRoute
	}
	link, err := netlink.LinkByIndex(routes[0].LinkIndex)
	if err != nil {
		return Route{}, err
	}
	return Route{Gateway: address(routes[0].Gw), Source: address(routes[0].Src), LinkType: link.Type()}, nil
}

// Docker0 is the address of the bridge of that name.
func (Netlink) Docker0() (netip.Addr, error) {
	link, err := netlink.LinkByName("docker0")
	if err != nil {
		return netip.Addr{}, err
	}
	addresses, err := netlink.AddrList(link, netlink.FAMILY_V4)
	if err != nil {
		return netip.Addr{}, err
	}
	if len(addresses) == 0 {
		return netip.Addr{}, errors.New("docker0 has no IPv4 address")
	}
	return address(addresses[0].IP), nil
}

func address(ip net.IP) netip.Addr {
	a, _ := netip.AddrFromSlice(ip)
	return a.Unmap()
}
