package host

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"

	"github.com/vishvananda/netlink"
)

// Netlink answers Routes by asking the kernel. It needs no privilege.
type Netlink struct{}

// somewhere are addresses of a root name server: the kernel tells which way they
// would go, and nothing is sent. No container's network has them: on those for
// documentation (RFC 5737) people put bridges, where 192.0.2.1 is no way out but
// the gateway itself. IPv6 is asked about only where IPv4 has no way out.
var somewhere = [...]net.IP{net.IPv4(198, 41, 0, 4), net.ParseIP("2001:503:ba3e::2:30")}

// Default is the route that a packet to the outside takes.
func (Netlink) Default() (Route, error) {
	kernel, err := open()
	if err != nil {
		return Route{}, err
	}
	defer kernel.Close()
	for _, there := range somewhere {
		route, err := wayTo(there, kernel)
		if !errors.Is(err, ErrNoRoute) {
			return route, err
		}
	}
	return Route{}, ErrNoRoute
}

// wayTo asks for a route and does not list the routes: so it also finds the pair
// 0/1 and 128/1 and the next hop of a multipath route.
func wayTo(there net.IP, kernel *netlink.Handle) (Route, error) {
	routes, err := kernel.RouteGet(there)
	switch {
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH),
		errors.Is(err, syscall.EACCES), errors.Is(err, syscall.EINVAL):
		// What unreachable, prohibit and blackhole routes answer.
		return Route{}, ErrNoRoute
	case errors.Is(err, syscall.EOPNOTSUPP), errors.Is(err, syscall.EAFNOSUPPORT):
		// What a kernel without IPv6 answers.
		return Route{}, ErrNoRoute
	case err != nil:
		return Route{}, err
	case len(routes) == 0:
		return Route{}, ErrNoRoute
	}
	link, err := kernel.LinkByIndex(routes[0].LinkIndex)
	if err != nil {
		return Route{}, err
	}
	return Route{Gateway: address(routes[0].Gw), Source: address(routes[0].Src), LinkType: link.Type()}, nil
}

// Docker0 is the address of the bridge of that name.
func (Netlink) Docker0() (netip.Addr, error) {
	kernel, err := open()
	if err != nil {
		return netip.Addr{}, err
	}
	defer kernel.Close()
	link, err := kernel.LinkByName("docker0")
	if err != nil {
		return netip.Addr{}, err
	}
	addresses, err := kernel.AddrList(link, netlink.FAMILY_V4)
	// Of all the host's addresses one came or went meanwhile: not docker0's.
	if err != nil && !errors.Is(err, netlink.ErrDumpInterrupted) {
		return netip.Addr{}, err
	}
	if len(addresses) == 0 {
		return netip.Addr{}, errors.New("docker0 has no IPv4 address")
	}
	return address(addresses[0].IP), nil
}

// open takes one socket for all requests of a question, since each would open
// its own. To be refused it (EACCES) is not to be told of a prohibited route.
func open() (*netlink.Handle, error) {
	kernel, err := netlink.NewHandle(syscall.NETLINK_ROUTE)
	if err != nil {
		return nil, fmt.Errorf("netlink: %w", err)
	}
	if err := kernel.SetSocketTimeout(time.Second); err != nil {
		kernel.Close()
		return nil, fmt.Errorf("netlink: %w", err)
	}
	return kernel, nil
}

func address(ip net.IP) netip.Addr {
	a, _ := netip.AddrFromSlice(ip)
	return a.Unmap()
}
