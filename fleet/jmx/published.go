package jmx

import (
	"cmp"
	"net/netip"
	"slices"
)

// Mapping is a port of a machine that leads to a container's, or a range of them.
type Mapping struct {
	Protocol        string     // tcp where it is empty
	IP              netip.Addr // of the machine, where no other one leads there; unspecified or none: all of a family, or of both
	Container, Host uint16     // the first of each
	Count           uint16     // how many, 0 counts as 1
}

// Published gives the addresses at which a machine's mappings lead to a
// container's port: IPv4 first, and lower ports before higher ones. The machine
// is known by addresses and names; the loopback addresses are among them where
// whoever connects is on it. It also tells whether there was a mapping at all,
// since one of the loopback addresses helps nobody elsewhere.
func Published(port uint16, mappings []Mapping, machine ...string) (addresses []Address, published bool) {
	for _, m := range mappings {
		host, leads := m.host(port)
		if !leads {
			continue
		}
		published = true
		for _, name := range m.names(machine) {
			addresses = append(addresses, Address{name, host})
		}
	}
	slices.SortStableFunc(addresses, func(a, b Address) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Port, b.Port), cmp.Compare(a.Host, b.Host))
	})
	return slices.Compact(addresses), published
}

// host is the machine's port that leads to a container's.
func (m Mapping) host(port uint16) (uint16, bool) {
	if m.Protocol != "" && m.Protocol != "tcp" || m.Host == 0 || port < m.Container {
		return 0, false
	}
	offset := port - m.Container
	if offset >= max(m.Count, 1) || m.Host+offset < m.Host {
		return 0, false
	}
	return m.Host + offset, true
}

// names are what a client may call the machine to come in by this mapping.
func (m Mapping) names(machine []string) []string {
	switch {
	case m.IP.Zone() != "": // which can be any text
		return nil
	case !m.IP.IsValid():
		return machine
	case m.IP.IsUnspecified():
		fitting := slices.DeleteFunc(slices.Clone(machine), func(name string) bool {
			ip, err := netip.ParseAddr(name)
			return err == nil && ip.Is4() != m.IP.Unmap().Is4()
		})
		if len(fitting) == 0 { // :: takes IPv4 as well, unless it was told not to
			return machine
		}
		return fitting
	case m.IP.Unmap().IsLoopback() && !slices.ContainsFunc(machine, isLoopback): // whoever has one of them is there
		return nil
	}
	return []string{m.IP.Unmap().String()}
}

func isLoopback(name string) bool {
	ip, err := netip.ParseAddr(name)
	return err == nil && ip.IsLoopback()
}

// rank puts IPv4 first: everybody has it, and what listens on IPv6 alone is rare.
func rank(a Address) int {
	switch ip, err := netip.ParseAddr(a.Host); {
	case err != nil:
		return 1
	case ip.Is4():
		return 0
	}
	return 2
}
