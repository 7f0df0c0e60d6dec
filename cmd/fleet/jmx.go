package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/alecthomas/kong"

	"jvm-entrypoint/fleet/docker"
	"jvm-entrypoint/fleet/ecs"
	"jvm-entrypoint/fleet/jmx"
)

// jmxCommand tells where the JMX port of containers is reached.
type jmxCommand struct {
	Which string `arg:"" optional:"" name:"name|id|label" help:"With --docker: a container's name, its id or the beginning of it, or a label (KEY or KEY=VALUE)."`

	Docker  bool   `xor:"whom" help:"Ask the Docker daemon that DOCKER_HOST names, or this machine's."`
	Cluster string `xor:"whom" help:"Ask ECS for the tasks of a cluster, in AWS_REGION and with the credentials that the AWS command takes."`
	Service string `xor:"part" help:"With --cluster: only those of a service."`
	Task    string `xor:"part" help:"With --cluster: only this one."`

	Container string `placeholder:"NAME" help:"Only containers of that name."`
	Port      uint16 `placeholder:"N" help:"The port in the container; else its JMXMP_PORT, else 5555."`

	JSON     bool         `name:"json" xor:"form" help:"Print an object a line, with all that is known."`
	URL      bool         `name:"url" xor:"form" help:"Print only the URLs."`
	Exec     commandWords `xor:"form" placeholder:"COMMAND ..." help:"Run a command for each, without a shell; {} in it is HOST:PORT, {url} the URL. The rest of the line is the command."`
	Output   string       `placeholder:"FOLDER" help:"With --exec: what each prints goes into a file of its own there, side by side."`
	Parallel int          `default:"8" help:"With --output: how many at a time."`
}

// commandWords are all that is left of the command line.
type commandWords []string

// Decode takes them as they are.
func (c *commandWords) Decode(ctx *kong.DecodeContext) error {
	for !ctx.Scan.Peek().IsEOL() {
		*c = append(*c, ctx.Scan.Pop().String())
	}
	if len(*c) == 0 {
		return errors.New("no command")
	}
	return nil
}

// Validate refuses flags that can't be meant together.
func (c *jmxCommand) Validate() error {
	switch {
	case !c.Docker && c.Cluster == "":
		return errors.New("who is to be asked? --docker, or --cluster NAME")
	case c.Docker && c.Service+c.Task != "":
		return errors.New("--service and --task are for --cluster; --docker takes a name, an id or a label")
	case !c.Docker && c.Which != "":
		return fmt.Errorf("%q is for --docker; --cluster takes --service, --task and --container", c.Which)
	case c.Output != "" && len(c.Exec) == 0:
		return errors.New("--output is for what --exec runs")
	case len(c.Exec) > 0 && !slices.ContainsFunc(c.Exec, hasPlace):
		return errors.New("--exec: no {} or {url} in the command says where the address goes")
	case c.Parallel < 1:
		return fmt.Errorf("--parallel=%d: at least 1", c.Parallel)
	}
	return nil
}

// hasPlace tells whether an address goes into a word of a command.
func hasPlace(word string) bool {
	return strings.Contains(word, "{}") || strings.Contains(word, "{url}")
}

// Run finds the targets and prints them, or runs the command for each. Those that
// have no address are told on stderr.
func (c *jmxCommand) Run(ctx context.Context, std streams) error {
	targets, notes, incomplete := c.find(ctx)
	for _, line := range notes {
		tell(std.err, line)
	}
	if len(targets) == 0 {
		return incomplete
	}
	reached, without := c.sort(targets)
	note(std.err, reached)
	if c.Cluster != "" && without == nil && len(reached) < len(targets) {
		tell(std.err, fmt.Sprintf("%d of %d have no address (--service, --task or --container tells why)", len(targets)-len(reached), len(targets)))
	}
	return errors.Join(incomplete, without, c.answer(ctx, targets, reached, std))
}

// find gives the targets, what may be wrong in them, and why those may not be all.
func (c *jmxCommand) find(ctx context.Context) (targets []jmx.Target, notes []string, err error) {
	if c.Cluster != "" {
		return ecs.Find(ctx, ecs.Query{Cluster: c.Cluster, Service: c.Service, Task: c.Task, Container: c.Container, Port: c.Port})
	}
	daemon, err := docker.Open()
	if err != nil {
		return nil, nil, err
	}
	defer daemon.Close()
	targets, err = daemon.Find(ctx, docker.Query{Which: c.Which, Container: c.Container, Port: c.Port})
	return targets, nil, err
}

// sort keeps those that are reached, and says why others aren't. Where nobody was
// asked for by name, most containers of a machine or a cluster have nothing to do
// with JMX.
func (c *jmxCommand) sort(targets []jmx.Target) (reached []jmx.Target, err error) {
	var without []error
	for _, t := range targets {
		if len(t.Addresses) > 0 {
			reached = append(reached, t)
		} else {
			without = append(without, fmt.Errorf("%s: %s", t.Name(), t.Reason))
		}
	}
	everything := c.Which+c.Service+c.Task+c.Container == ""
	switch {
	case everything && len(reached) > 0:
		return reached, nil
	case everything:
		what := "running containers"
		if c.Cluster != "" {
			what = "tasks"
		}
		return nil, fmt.Errorf("none of %d %s has a JMX port that is reached (name one to be told why)", len(without), what)
	}
	return reached, errors.Join(without...)
}

// note tells what may keep a client from an address. Tasks of a service are alike:
// it is told once of all that it holds for.
func note(to io.Writer, reached []jmx.Target) {
	counts := map[string]int{}
	for _, t := range reached {
		counts[t.Note]++
	}
	for _, t := range reached {
		if count := counts[t.Note]; t.Note != "" && count > 0 {
			who := t.Name()
			if count > 1 {
				who += fmt.Sprintf(" and %d more", count-1)
			}
			tell(to, who+": "+t.Note)
			counts[t.Note] = 0
		}
	}
}

func (c *jmxCommand) answer(ctx context.Context, all, reached []jmx.Target, std streams) error {
	switch {
	case len(c.Exec) > 0:
		return runner{c.Exec, c.Output, c.Parallel, std}.each(ctx, reached)
	case c.JSON:
		for _, t := range all {
			if err := printJSON(std.out, t); err != nil {
				return err
			}
		}
		return nil
	case c.URL:
		for _, t := range reached {
			if _, err := fmt.Fprintln(std.out, t.URL()); err != nil {
				return err
			}
		}
		return nil
	}
	table := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	for _, t := range reached {
		fmt.Fprintln(table, strings.Join(t.Fields(), "\t"))
	}
	return table.Flush()
}
