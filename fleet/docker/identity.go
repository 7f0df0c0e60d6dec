package docker

import (
	"context"
	"errors"

	"github.com/moby/moby/client"
)

// Identity is what the daemon calls itself. It stays the same over restarts, as long
// as the daemon's folder does.
func (d *Daemon) Identity(ctx context.Context) (string, error) {
	ctx, cancel := d.inTime(ctx)
	defer cancel()
	answer, err := d.client.Info(ctx, client.InfoOptions{})
	if err != nil {
		return "", failed(ctx, "who it is", err)
	}
	if answer.Info.ID == "" {
		return "", failed(ctx, "who it is", errors.New("it does not say"))
	}
	return answer.Info.ID, nil
}
