package docker

import (
	"context"
	"errors"

	"github.com/moby/moby/api/types/system"
	"github.com/moby/moby/client"
)

// Identity is what the daemon calls itself. It stays the same over restarts, as long
// as the daemon's folder does.
func (d *Daemon) Identity(ctx context.Context) (string, error) {
	const asked = "who it is"
	info, err := d.info(ctx, asked)
	if err == nil && info.ID == "" {
		err = failed(ctx, asked, errors.New("it does not say"))
	}
	return info.ID, err
}

// info is what the daemon tells of itself and its machine.
func (d *Daemon) info(ctx context.Context, asked string) (system.Info, error) {
	ctx, cancel := d.inTime(ctx)
	defer cancel()
	answer, err := d.client.Info(ctx, client.InfoOptions{})
	if err != nil {
		return system.Info{}, failed(ctx, asked, err)
	}
	return answer.Info, nil
}
