package jmx

import (
	"net/netip"
	"slices"
	"testing"
)

// TestPublished finds where port 5555 is reached on a machine.
func TestPublished(t *testing.T) {
	here := []string{"127.0.0.1", "::1"}
	instance := []string{"10.0.0.5"}
	four, six, none := netip.IPv4Unspecified(), netip.IPv6Unspecified(), netip.Addr{}
	ip := netip.MustParseAddr
	for name, c := range map[string]struct {
		mappings  []Mapping
		machine   []string
		want      []string
		published bool
	}{
		"nothing":                       {nil, here, nil, false},
		"another port":                  {[]Mapping{{IP: four, Container: 8080, Host: 32768}}, here, nil, false},
		"exposed only":                  {[]Mapping{{Container: 5555}}, here, nil, false},
		"UDP":                           {[]Mapping{{Protocol: "udp", IP: four, Container: 5555, Host: 32768}}, here, nil, false},
		"IPv4":                          {[]Mapping{{Protocol: "tcp", IP: four, Container: 5555, Host: 32768}}, here, []string{"127.0.0.1:32768"}, true},
		"both, one number":              {[]Mapping{{IP: six, Container: 5555, Host: 32768}, {IP: four, Container: 5555, Host: 32768}}, here, []string{"127.0.0.1:32768", "[::1]:32768"}, true},
		"both, two numbers":             {[]Mapping{{IP: six, Container: 5555, Host: 49153}, {IP: four, Container: 5555, Host: 49154}}, here, []string{"127.0.0.1:49154", "[::1]:49153"}, true},
		"both, the machine has IPv4":    {[]Mapping{{IP: six, Container: 5555, Host: 49153}, {IP: four, Container: 5555, Host: 49153}}, instance, []string{"10.0.0.5:49153"}, true},
		"IPv6 alone":                    {[]Mapping{{IP: six, Container: 5555, Host: 7000}}, here, []string{"[::1]:7000"}, true},
		"IPv6 alone, machine with IPv4": {[]Mapping{{IP: six, Container: 5555, Host: 7000}}, instance, []string{"10.0.0.5:7000"}, true},
		"machine with a name":           {[]Mapping{{IP: six, Container: 5555, Host: 7000}, {IP: four, Container: 5555, Host: 7000}}, []string{"box.example"}, []string{"box.example:7000"}, true},
		"no address told":               {[]Mapping{{Container: 5555, Host: 7000}}, instance, []string{"10.0.0.5:7000"}, true},
		"one of its addresses":          {[]Mapping{{IP: ip("10.0.0.9"), Container: 5555, Host: 7000}}, instance, []string{"10.0.0.9:7000"}, true},
		"its loopback, from here":       {[]Mapping{{IP: ip("127.0.0.1"), Container: 5555, Host: 7000}}, here, []string{"127.0.0.1:7000"}, true},
		"another loopback, from here":   {[]Mapping{{IP: ip("127.0.0.2"), Container: 5555, Host: 7000}}, here, []string{"127.0.0.2:7000"}, true},
		"another one, from elsewhere":   {[]Mapping{{IP: ip("127.0.0.2"), Container: 5555, Host: 7000}}, instance, nil, true},
		"its loopback, from elsewhere":  {[]Mapping{{IP: ip("127.0.0.1"), Container: 5555, Host: 7000}}, instance, nil, true},
		"loopback and an address":       {[]Mapping{{IP: ip("127.0.0.1"), Container: 5555, Host: 7000}, {IP: ip("10.0.0.5"), Container: 5555, Host: 7001}}, instance, []string{"10.0.0.5:7001"}, true},
		"IPv4 in IPv6":                  {[]Mapping{{IP: ip("::ffff:10.0.0.9"), Container: 5555, Host: 7000}}, instance, []string{"10.0.0.9:7000"}, true},
		"twice":                         {[]Mapping{{IP: four, Container: 5555, Host: 7001}, {IP: four, Container: 5555, Host: 7000}, {IP: four, Container: 5555, Host: 7001}}, here, []string{"127.0.0.1:7000", "127.0.0.1:7001"}, true},
		"within a range":                {[]Mapping{{IP: four, Container: 5550, Host: 7000, Count: 10}}, here, []string{"127.0.0.1:7005"}, true},
		"a range's last":                {[]Mapping{{IP: four, Container: 5550, Host: 7000, Count: 6}}, here, []string{"127.0.0.1:7005"}, true},
		"beyond a range":                {[]Mapping{{IP: four, Container: 5550, Host: 7000, Count: 5}}, here, nil, false},
		"before a range":                {[]Mapping{{IP: four, Container: 5556, Host: 7000, Count: 5}}, here, nil, false},
		"a range beyond all ports":      {[]Mapping{{IP: four, Container: 5550, Host: 65533, Count: 10}}, here, nil, false},
		"machine that nobody knows":     {[]Mapping{{IP: none, Container: 5555, Host: 7000}}, nil, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			addresses, published := Published(5555, c.mappings, c.machine...)
			var got []string
			for _, a := range addresses {
				got = append(got, a.String())
			}
			if !slices.Equal(got, c.want) || published != c.published {
				t.Errorf("%q, %t; want %q, %t", got, published, c.want, c.published)
			}
		})
	}
}
