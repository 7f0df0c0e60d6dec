package docker

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
	"strings"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
)

// Container is one that the daemon knows, in whatever state.
type Container struct {
	ID     string   // whole: 64 hex digits
	Names  []string // without the slash that the API puts before them
	Labels map[string]string
	State  string // created, running, paused, restarting, removing, exited or dead
	// NetworkMode is what it was started with: bridge, host, none, container:ID or
	// a network's name.
	NetworkMode string
	Ports       []Port
}

// Port is one of a container's. What is only exposed has no port on the host.
type Port struct {
	Protocol        string
	Container, Host uint16
	IP              netip.Addr // of the host, where others than it don't lead there; else unspecified
}

// Containers are all that the daemon knows, those that don't run too, by their names.
func (d *Daemon) Containers(ctx context.Context) ([]Container, error) {
	ctx, cancel := d.inTime(ctx)
	defer cancel()
	answer, err := d.client.ContainerList(ctx, client.ContainerListOptions{All: true})
	if err != nil {
		return nil, failed(ctx, "listing containers", err)
	}
	var all []Container
	for _, c := range answer.Items {
		all = append(all, known(c))
	}
	slices.SortFunc(all, func(a, b Container) int { return cmp.Or(cmp.Compare(a.Name(), b.Name()), cmp.Compare(a.ID, b.ID)) })
	return all, nil
}

func known(c container.Summary) Container {
	k := Container{ID: c.ID, Labels: c.Labels, State: string(c.State), NetworkMode: c.HostConfig.NetworkMode}
	for _, name := range c.Names {
		k.Names = append(k.Names, strings.TrimPrefix(name, "/"))
	}
	for _, p := range c.Ports {
		k.Ports = append(k.Ports, Port{p.Type, p.PrivatePort, p.PublicPort, p.IP})
	}
	return k
}

// Name is the container's own: links give it further ones, with a slash in them.
func (c Container) Name() string {
	for _, name := range c.Names {
		if !strings.Contains(name, "/") {
			return name
		}
	}
	return ""
}

// Runs tells whether it has processes that do something.
func (c Container) Runs() bool { return c.State == "running" }
