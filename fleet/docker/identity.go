package docker

import (
	"context"
	"strings"

	"github.com/moby/moby/client"
)

// IsLocal tells whether the daemon is asked through a socket of this machine, as far
// as one can see: a tunnel to another machine looks like that, too.
func (d *Daemon) IsLocal() bool { return strings.HasPrefix(d.client.DaemonHost(), "unix://") }

// Host is where the daemon is asked.
func (d *Daemon) Host() string { return d.client.DaemonHost() }

// Identity is what the daemon calls itself. It stays the same over restarts, as long
// as the daemon's folder does.
func (d *Daemon) Identity(ctx context.Context) (string, error) {
	ctx, cancel := d.inTime(ctx)
	defer cancel()
	answer, err := d.client.Info(ctx, client.InfoOptions{})
	if err != nil {
		return "", failed(ctx, "who it is", err)
	}
	return answer.Info.ID, nil
}
