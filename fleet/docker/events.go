package docker

import (
	"context"
	"time"

	"github.com/moby/moby/client"
)

// Event is something that happened to a container.
type Event struct {
	ID     string // the container's, whole
	Action string // create, start, die, destroy ...
	Time   time.Time
}

// Events are what happens to containers from now on, those of the given actions
// only, until the context ends or the daemon does: then the channel of events is
// closed, and the other one tells why. Who wants to miss none asks for these
// before asking for Containers.
func (d *Daemon) Events(ctx context.Context, actions ...string) (<-chan Event, <-chan error, error) {
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
	events, ended := make(chan Event), make(chan error, 1)
	go func() {
		defer end(nil)
		defer close(events)
		for {
			select {
			case m := <-stream.Messages:
				select {
				case events <- Event{ID: m.Actor.ID, Action: string(m.Action), Time: time.Unix(0, m.TimeNano)}:
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
