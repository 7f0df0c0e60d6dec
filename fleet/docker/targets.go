package docker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"

	"jvm-entrypoint/fleet/jmx"
)

// Query says whose JMX port is looked for.
type Query struct {
	Which     string // a container's name or id, or a label: KEY or KEY=VALUE; empty: all that run
	Container string // the name, of those that Which means; empty: all
	Port      uint16 // in the container; 0: the one that its environment says
}

// Find gives a target for each container that the query means.
func (d *Daemon) Find(ctx context.Context, q Query) ([]jmx.Target, error) {
	all, err := d.Containers(ctx)
	if err != nil {
		return nil, err
	}
	chosen, err := q.choose(all)
	if err != nil {
		return nil, err
	}
	here, err := d.machine(ctx)
	if err != nil {
		return nil, err
	}
	var targets []jmx.Target
	for _, c := range chosen {
		var inside inside
		if c.Runs() {
			inside, err = d.inspect(ctx, c.ID)
			if errors.Is(err, errdefs.ErrNotFound) { // it went while we looked
				c.State = "removed"
			} else if err != nil {
				return nil, err
			}
		}
		targets = append(targets, here.target(c, all, inside, q))
	}
	return targets, nil
}

// inside is what a container's settings say of the agent in it.
type inside struct {
	agent   jmx.Agent
	exposed []uint16 // by the image or docker run --expose, TCP
}

func (d *Daemon) inspect(ctx context.Context, id string) (inside, error) {
	ctx, cancel := d.inTime(ctx)
	defer cancel()
	answer, err := d.client.ContainerInspect(ctx, id, client.ContainerInspectOptions{})
	if err != nil {
		return inside{}, failed(ctx, "inspecting "+id, err)
	}
	config := answer.Container.Config
	if config == nil {
		return inside{}, fmt.Errorf("docker: inspecting %s: it has no settings", id)
	}
	found := inside{agent: jmx.AgentOf(config.Env)}
	for port := range config.ExposedPorts {
		if port.Proto() == "tcp" {
			found.exposed = append(found.exposed, port.Num())
		}
	}
	return found, nil
}

// machine is where the daemon runs: its name, and what a client calls it.
type machine struct {
	name  string
	hosts []string
}

func (d *Daemon) machine(ctx context.Context) (machine, error) {
	info, err := d.info(ctx, "info")
	return machine{info.Name, hosts(d.client.DaemonHost())}, err
}

// hosts are what a client calls the machine that a daemon is asked on, who is here
// unless it is asked over TCP.
func hosts(daemon string) []string {
	if at, err := url.Parse(daemon); err == nil && at.Scheme != "unix" && at.Hostname() != "" {
		ip, err := netip.ParseAddr(at.Hostname())
		if at.Hostname() != "localhost" && (err != nil || !ip.IsLoopback()) {
			return []string{at.Hostname()}
		}
	}
	return []string{"127.0.0.1", "::1"}
}

// Labels that others put on containers.
const (
	ecsContainer   = "com.amazonaws.ecs.container-name"
	ecsFamily      = "com.amazonaws.ecs.task-definition-family"
	ecsTask        = "com.amazonaws.ecs.task-arn"
	composeService = "com.docker.compose.service"
	swarmService   = "com.docker.swarm.service.name"
	swarmTask      = "com.docker.swarm.task.id"
)

// target finds a container's address.
func (m machine) target(c Container, all []Container, inside inside, q Query) jmx.Target {
	t := jmx.Target{
		Service:     cmp.Or(c.Labels[ecsFamily], c.Labels[composeService], c.Labels[swarmService]),
		ContainerID: c.ID,
		Container:   cmp.Or(c.Labels[ecsContainer], c.Name()),
		Instance:    m.name,
		Task:        c.Labels[swarmTask],
	}
	if arn := c.Labels[ecsTask]; arn != "" {
		t.Task = path.Base(arn)
	}
	port, network := cmp.Or(q.Port, inside.agent.Port), c.network(all)
	switch {
	case !c.Runs():
		t.Reason = jmx.NotRunning(c.State)
	case inside.agent.Off != "":
		t.Reason = inside.agent.AgentOff()
	case port == 0:
		t.Reason = jmx.FreePort()
	case network.NetworkMode == "host" && !inside.mayListen(q, port):
		t.Reason = jmx.NotExposed(port)
	default:
		t.Addresses, t.Reason = m.reach(network, inside.agent, port)
	}
	return t
}

// mayListen tells whether there is a reason to believe that an agent is there, which on host networking no
// mapping gives: most containers there have none.
func (i inside) mayListen(q Query, port uint16) bool {
	return slices.Contains(i.exposed, port) || i.agent.Named || q.Which != "" && q.Port != 0
}

// network is the container whose network this one is in: itself, or the one that
// it was told to share with.
func (c Container) network(all []Container) Container {
	if id, shares := strings.CutPrefix(c.NetworkMode, "container:"); shares {
		for _, other := range all {
			if other.ID == id {
				return other
			}
		}
	}
	return c
}

// reach finds where a port of a container's network is reached, or why it isn't.
func (m machine) reach(c Container, agent jmx.Agent, port uint16) ([]jmx.Address, string) {
	var mappings []jmx.Mapping
	switch {
	case c.NetworkMode == "none":
		return nil, "Docker gave it no network (--network none, or ECS with awsvpc, which --cluster finds)"
	case strings.HasPrefix(c.NetworkMode, "container:"):
		return nil, "it shares the network of a container that is gone"
	case c.NetworkMode == "host":
		for _, ip := range agent.OnHost() {
			mappings = append(mappings, jmx.Mapping{IP: ip, Container: port, Host: port})
		}
	default:
		for _, p := range c.Ports {
			mappings = append(mappings, jmx.Mapping{Protocol: p.Protocol, IP: p.IP, Container: p.Container, Host: p.Host})
		}
	}
	addresses, published := jmx.Published(port, mappings, m.hosts...)
	switch {
	case !published:
		return nil, jmx.NotPublished(port, fmt.Sprintf("docker run -p %d", port))
	case c.NetworkMode != "host" && agent.Hidden():
		return nil, agent.OnlyInside(port)
	case len(addresses) == 0:
		return nil, jmx.OnLoopback(port)
	}
	return addresses, ""
}

var hexadecimal = regexp.MustCompile(`^[0-9a-f]{1,64}$`)

// choose gives the containers that are meant: those that run, where some do.
func (q Query) choose(all []Container) ([]Container, error) {
	chosen, err := q.which(all)
	if err != nil {
		return nil, err
	}
	if q.Container != "" {
		chosen = keep(chosen, func(c Container) bool {
			return c.Labels[ecsContainer] == q.Container || slices.Contains(c.Names, q.Container)
		})
	}
	if running := keep(chosen, Container.Runs); len(running) > 0 || q.Which == "" {
		chosen = running
	}
	if len(chosen) == 0 {
		return nil, errors.New(q.nobody())
	}
	return chosen, nil
}

// which takes the first reading of a word that somebody answers to.
func (q Query) which(all []Container) ([]Container, error) {
	if q.Which == "" {
		return all, nil
	}
	key, value, isPair := strings.Cut(q.Which, "=")
	if isPair {
		return keep(all, func(c Container) bool { got, has := c.Labels[key]; return has && got == value }), nil
	}
	if named := keep(all, func(c Container) bool { return slices.Contains(c.Names, q.Which) }); len(named) > 0 {
		return named, nil
	}
	if hexadecimal.MatchString(q.Which) {
		begin := keep(all, func(c Container) bool { return strings.HasPrefix(c.ID, q.Which) })
		if len(begin) > 1 {
			return nil, fmt.Errorf("%s: the ids of %d containers begin so (give more digits)", q.Which, len(begin))
		}
		if len(begin) == 1 {
			return begin, nil
		}
	}
	return keep(all, func(c Container) bool { _, has := c.Labels[q.Which]; return has }), nil
}

// nobody says that no container is meant.
func (q Query) nobody() string {
	who := "no container"
	if q.Container != "" {
		who += " " + q.Container
	}
	if q.Which == "" {
		return who + " runs"
	}
	return fmt.Sprintf("%s has the name, id or label %s", who, q.Which)
}

func keep(all []Container, wanted func(Container) bool) []Container {
	var kept []Container
	for _, c := range all {
		if wanted(c) {
			kept = append(kept, c)
		}
	}
	return kept
}
