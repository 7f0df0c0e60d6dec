package docker

import (
	"net/netip"
	"strings"
	"testing"

	"jvm-entrypoint/fleet/jmx"
)

func named(name, id string, more ...func(*Container)) Container {
	c := Container{ID: id + strings.Repeat("0", 64-len(id)), Names: []string{name}, State: "running", NetworkMode: "default"}
	for _, change := range more {
		change(&c)
	}
	return c
}

func labelled(key, value string) func(*Container) {
	return func(c *Container) {
		if c.Labels == nil {
			c.Labels = map[string]string{}
		}
		c.Labels[key] = value
	}
}

func state(s string) func(*Container)      { return func(c *Container) { c.State = s } }
func network(mode string) func(*Container) { return func(c *Container) { c.NetworkMode = mode } }
func publishes(ip string, host, container uint16) func(*Container) {
	return func(c *Container) {
		c.Ports = append(c.Ports, Port{"tcp", container, host, netip.MustParseAddr(ip)})
	}
}

func TestChoose(t *testing.T) {
	all := []Container{
		named("web-1", "aaa1", labelled("service", "web"), labelled(ecsContainer, "app")),
		named("web-2", "aaa2", labelled("service", "web"), state("exited")),
		named("worker", "bbb1", labelled("service", "worker"), labelled("old", ""), state("exited")),
		named("bbb1", "ccc1", func(c *Container) { c.Names = append(c.Names, "worker/alias") }),
		named("created", "ddd1", state("created")),
	}
	for _, c := range []struct {
		q    Query
		want string
		err  string
	}{
		{Query{}, "web-1 bbb1", ""},
		{Query{Which: "web-1"}, "web-1", ""},
		{Query{Which: "web-2"}, "web-2", ""},
		{Query{Which: "web"}, "", "no container has the name, id or label web"},
		{Query{Which: "aaa1"}, "web-1", ""},
		{Query{Which: "aaa"}, "", "aaa: the ids of 2 containers begin so (give more digits)"},
		{Query{Which: "aaa1" + strings.Repeat("0", 60)}, "web-1", ""},
		{Query{Which: "aaa1" + strings.Repeat("0", 61)}, "", "no container has"},
		{Query{Which: "bbb1"}, "bbb1", ""}, // a name goes before an id
		{Query{Which: "worker/alias"}, "bbb1", ""},
		{Query{Which: "service=web"}, "web-1", ""}, // the other one is an earlier life
		{Query{Which: "service=worker"}, "worker", ""},
		{Query{Which: "service"}, "web-1", ""},
		{Query{Which: "old="}, "worker", ""},
		{Query{Which: "service="}, "", "no container has"},
		{Query{Container: "app"}, "web-1", ""},
		{Query{Container: "worker"}, "", "no container worker runs"},
		{Query{Which: "service", Container: "worker"}, "worker", ""},
		{Query{Which: "service", Container: "x"}, "", "no container x has the name, id or label service"},
	} {
		chosen, err := c.q.choose(all)
		var names []string
		for _, one := range chosen {
			names = append(names, one.Name())
		}
		if got := strings.Join(names, " "); got != c.want || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%+v: %s, %v; want %s, %s", c.q, got, err, c.want, c.err)
		}
	}
}

func TestTarget(t *testing.T) {
	here, elsewhere := machine{"box", []string{"127.0.0.1", "::1"}}, machine{"box", []string{"box.example"}}
	owner := named("owner", "eee1", publishes("0.0.0.0", 7000, 5555))
	hostOwner := named("on-host", "eee2", network("host"))
	for name, c := range map[string]struct {
		container   Container
		at          machine
		environment string
		exposed     []uint16
		q           Query
		want        string // the first address, or a part of the reason
	}{
		"bridge":                       {named("a", "1", publishes("0.0.0.0", 32768, 5555), publishes("::", 32768, 5555)), here, "", nil, Query{}, "127.0.0.1:32768"},
		"bridge, asked from elsewhere": {named("a", "1", publishes("0.0.0.0", 32768, 5555)), elsewhere, "", nil, Query{}, "box.example:32768"},
		"user-defined bridge":          {named("a", "1", network("front"), publishes("0.0.0.0", 32768, 5555)), here, "", nil, Query{}, "127.0.0.1:32768"},
		"to one address":               {named("a", "1", publishes("10.0.0.9", 32768, 5555)), here, "", nil, Query{}, "10.0.0.9:32768"},
		"to loopback":                  {named("a", "1", publishes("127.0.0.1", 32768, 5555)), here, "", nil, Query{}, "127.0.0.1:32768"},
		"to loopback, from elsewhere":  {named("a", "1", publishes("127.0.0.1", 32768, 5555)), elsewhere, "", nil, Query{}, "loopback only"},
		"another port":                 {named("a", "1", publishes("0.0.0.0", 80, 8080)), here, "", nil, Query{}, "port 5555 is not published (docker run -p 5555)"},
		"exposed only":                 {named("a", "1", func(c *Container) { c.Ports = []Port{{Protocol: "tcp", Container: 5555}} }), here, "", []uint16{5555}, Query{}, "port 5555 is not published"},
		"--port":                       {named("a", "1", publishes("0.0.0.0", 80, 8080), publishes("0.0.0.0", 81, 5555)), here, "", nil, Query{Port: 8080}, "127.0.0.1:80"},
		"JMXMP_PORT":                   {named("a", "1", publishes("0.0.0.0", 80, 6000), publishes("0.0.0.0", 81, 5555)), here, "JMXMP_PORT=6000", nil, Query{}, "127.0.0.1:80"},
		"--port before JMXMP_PORT":     {named("a", "1", publishes("0.0.0.0", 80, 6000), publishes("0.0.0.0", 81, 5555)), here, "JMXMP_PORT=6000", nil, Query{Port: 5555}, "127.0.0.1:81"},
		"a free port":                  {named("a", "1"), here, "JMXMP_PORT=0", nil, Query{}, "JMXMP_PORT=0"},
		"agent off":                    {named("a", "1", publishes("0.0.0.0", 80, 5555)), here, "JMXMP=off", nil, Query{}, "the agent is off (JMXMP=off)"},
		"agent on loopback":            {named("a", "1", publishes("0.0.0.0", 80, 5555)), here, "JMXMP_BIND=loopback", nil, Query{}, "listens on the container's loopback only (JMXMP_BIND=loopback)"},
		"exited":                       {named("a", "1", state("exited"), publishes("0.0.0.0", 80, 5555)), here, "", nil, Query{}, "not running (exited)"},
		"paused":                       {named("a", "1", state("paused"), publishes("0.0.0.0", 80, 5555)), here, "", nil, Query{}, "not running (paused)"},
		"no network":                   {named("a", "1", network("none")), here, "", []uint16{5555}, Query{}, "no network"},
		"host":                         {named("a", "1", network("host")), here, "", []uint16{5555}, Query{}, "127.0.0.1:5555"},
		"host, any":                    {named("a", "1", network("host")), here, "JMXMP_BIND=any", nil, Query{}, "127.0.0.1:5555"},
		"host, from elsewhere":         {named("a", "1", network("host")), elsewhere, "", []uint16{5555}, Query{}, "loopback only"},
		"host, any, from elsewhere":    {named("a", "1", network("host")), elsewhere, "JMXMP_BIND=any", nil, Query{}, "box.example:5555"},
		"host, one address":            {named("a", "1", network("host")), elsewhere, "JMXMP_BIND=127.0.0.1,10.0.0.9", nil, Query{}, "10.0.0.9:5555"},
		"host, JMXMP_PORT":             {named("a", "1", network("host")), here, "JMXMP_PORT=6000", nil, Query{}, "127.0.0.1:6000"},
		"host, nothing says so":        {named("a", "1", network("host")), here, "", []uint16{8080}, Query{Which: "a"}, "port 5555 is not exposed"},
		"host, asked for":              {named("a", "1", network("host")), here, "", nil, Query{Which: "a", Port: 5555}, "127.0.0.1:5555"},
		"host, all with a port":        {named("a", "1", network("host")), here, "", nil, Query{Port: 5555}, "port 5555 is not exposed"},
		"another's network":            {named("a", "1", network("container:"+owner.ID)), here, "", nil, Query{}, "127.0.0.1:7000"},
		"another's on the host":        {named("a", "1", network("container:"+hostOwner.ID)), here, "", []uint16{5555}, Query{}, "127.0.0.1:5555"},
		"another's that is gone":       {named("a", "1", network("container:fff")), here, "", nil, Query{}, "container that is gone"},
	} {
		t.Run(name, func(t *testing.T) {
			settings := inside{jmx.AgentOf(strings.Fields(c.environment)), c.exposed}
			got := c.at.target(c.container, []Container{owner, hostOwner}, settings, c.q)
			if len(got.Addresses) > 0 {
				if got.Addresses[0].String() != c.want || got.Reason != "" {
					t.Errorf("%+v, want %s", got, c.want)
				}
			} else if got.Reason == "" || !strings.Contains(got.Reason, c.want) {
				t.Errorf("%q, want %s", got.Reason, c.want)
			}
		})
	}
}

// What others say of a container by its labels.
func TestTargetNames(t *testing.T) {
	for name, c := range map[string]struct {
		labels                   map[string]string
		service, task, container string
	}{
		"none":    {nil, "", "", "a"},
		"Compose": {map[string]string{composeService: "web"}, "web", "", "a"},
		"Swarm":   {map[string]string{swarmService: "web", swarmTask: "x1"}, "web", "x1", "a"},
		"ECS": {
			map[string]string{ecsFamily: "web", ecsContainer: "app", ecsTask: "arn:aws:ecs:eu-west-1:1:task/prod/0a1b"},
			"web", "0a1b", "app",
		},
	} {
		got := machine{}.target(named("a", "1", func(one *Container) { one.Labels = c.labels }), nil, inside{}, Query{})
		if got.Service != c.service || got.Task != c.task || got.Container != c.container {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestHosts(t *testing.T) {
	for daemon, want := range map[string]string{
		"unix:///var/run/docker.sock": "127.0.0.1 ::1",
		"tcp://127.0.0.1:2375":        "127.0.0.1 ::1",
		"tcp://localhost:2375":        "127.0.0.1 ::1",
		"tcp://[::1]:2375":            "127.0.0.1 ::1",
		"tcp://10.0.0.5:2376":         "10.0.0.5",
		"tcp://[fd00::5]:2376":        "fd00::5",
		"https://box.example:2376":    "box.example",
	} {
		if got := strings.Join(hosts(daemon), " "); got != want {
			t.Errorf("%s: %s, want %s", daemon, got, want)
		}
	}
}
