package launcher

import (
	"fmt"
	"io/fs"
	"net/netip"
	"slices"
	"strings"

	"jvm-entrypoint/launcher/host"
	"jvm-entrypoint/launcher/jvm"
)

// checkPorts listens for a moment wherever java is going to. What a running
// java with the same option holds is no finding: it is the service itself, where
// the check is run inside its container.
func (c *checker) checkPorts() {
	s := c.Request.Settings
	for _, o := range jvm.Leaves(c.everything()) {
		if isDefaultAgent(o) && s.JMXMPPort > 0 {
			for _, address := range jmxmpAddresses(s, c.Facts) {
				endpoint := netip.AddrPortFrom(address, uint16(s.JMXMPPort)).String()
				if err := c.listen(endpoint, o); err != nil {
					c.lacks = append(c.lacks, lack{lacksPort, fmt.Sprintf("JMXMP_PORT %d: %s: %v", s.JMXMPPort, endpoint, err), "starting without JMX there"})
				}
			}
		}
		if endpoint, listens := o.Listens(c.Request.Program.Version); listens {
			if err := c.listen(endpoint, o); err != nil {
				c.refuse(o.Source, "", "%s: %s: %w (java would not start: choose another port)", o.Name(), endpoint, err)
			}
		}
	}
}

// listen is why nobody can listen there; nil too where the same option's java does.
func (c *checker) listen(endpoint string, o jvm.Option) error {
	err := c.sys.Listen(endpoint)
	if err == nil || c.isRunning(o) {
		return nil
	}
	return err
}

// isRunning tells whether a process was started with an option.
func (c *checker) isRunning(o jvm.Option) bool {
	processes, _ := fs.Glob(c.sys.Root, "proc/[0-9]*/cmdline")
	return slices.ContainsFunc(processes, func(name string) bool {
		text, err := host.ReadText(c.sys.Root, name, commandLineMost)
		return err == nil && strings.Contains("\x00"+text, "\x00"+strings.Join(o.Words, "\x00")+"\x00")
	})
}

// commandLineMost is as much as the kernel takes, mostly.
const commandLineMost = 2 << 20
