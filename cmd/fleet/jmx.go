package main

import (
	"context"
	"fmt"

	"jvm-entrypoint/fleet/docker"
)

// jmxCommand tells where the JMX port of containers is reached.
type jmxCommand struct {
	Docker bool `required:"" help:"Ask the Docker daemon."`
}

// Run prints the answer.
func (c jmxCommand) Run(ctx context.Context, std streams) error {
	daemon, err := docker.Open()
	if err != nil {
		return err
	}
	defer daemon.Close()
	all, err := daemon.Containers(ctx)
	for _, container := range all {
		fmt.Fprintln(std.out, plain(container.Name()), container.State)
	}
	return err
}
