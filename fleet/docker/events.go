package docker

import (
	"context"
	"time"

	"github.com/moby/moby/client"
)

// Events has something in it for each thing that happens to a container from now on,
// of the given actions (create, start, die, destroy ...) only, until the context ends
// or the daemon does: then the channel of events is closed, and the other one tells
// why. Who wants to miss none asks for these before asking for Containers.
func (d *Daemon) Events(ctx context.Context, actions ...string) (<-chan struct{}, <-chan error, error) {
	asked, cancel := d.inTime(ctx)
	defer cancel()
	if _, err := d.client.Ping(asked, client.PingOptions{}); err != nil {
		return nil, nil, failed(asked, "events", err)
	}
	filters := make(client.Filters).Add("type", "container").Add("event", actions...)
	ctx, end := context.WithCancelCause(ctx)
	late := time.AfterFunc(d.time, func() { end(d.late()) })
	stream := d.client.Events(ctx, client.EventsListOptions{Filters: filters}) // waits for the answer's beginning
	if !late.Stop() {
		return nil, nil, failed(ctx, "events", context.Cause(ctx))
	}
	events, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		defer end(nil)
		defer close(events)
		for {
			select {
			case <-stream.Messages:
				select {
				case events <- struct{}{}:
				case <-ctx.Done():
					ended <- context.Cause(ctx)
					return
				}
			case err := <-stream.Err:
				ended <- failed(ctx, "events", err)
				return
			}
		}
	}()
	return events, ended, nil
}
