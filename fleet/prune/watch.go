package prune

import (
	"context"
	"time"
)

// Watched is a daemon that tells when it removes a container.
type Watched interface {
	Daemon
	// Removals has something in it for each removed container, from now on. It is
	// closed where the daemon can no longer be heard; the other channel tells why.
	Removals(ctx context.Context) (<-chan struct{}, <-chan error, error)
}

// Watch is when a Pruner runs again and again.
type Watch struct {
	Daemon Watched
	// Every is how long at most from one run to the next, whatever is heard.
	Every time.Duration
	// Run does one, and tells when the next folder will be old enough.
	Run func(ctx context.Context) (due time.Time)
	// Lost is told why the daemon was not heard.
	Lost func(error)
	Now  func() time.Time

	// settle is how long we wait for more after something was heard, or before we
	// try again. Failures in a row wait for longer, up to patience, which is also how
	// long at least it is from one run to the next that a folder's age asks for.
	settle, patience time.Duration
}

// NewWatch waits as a host's clock goes.
func NewWatch() Watch {
	return Watch{Now: time.Now, settle: 5 * time.Second, patience: time.Minute}
}

// Until runs until the context ends. Where the daemon tells nothing, the runs go on:
// it may answer all the same.
func (w Watch) Until(ctx context.Context) {
	pause, next := w.settle, w.Now().Add(w.Every)
	for ctx.Err() == nil {
		removals, lost, err := w.Daemon.Removals(ctx)
		if err == nil {
			began := w.Now()
			w.hear(ctx, removals)
			select {
			case err = <-lost:
			case <-ctx.Done():
			}
			if w.Now().Sub(began) > w.patience {
				pause = w.settle
			}
			next = w.Now().Add(w.Every)
		}
		if ctx.Err() != nil {
			return
		}
		w.Lost(err)
		if !w.Now().Before(next) {
			w.Run(ctx)
			next = w.Now().Add(w.Every)
		}
		sleep(ctx, pause)
		pause = min(2*pause, w.patience)
	}
}

// hear runs now, which makes up for what was not heard before, and whenever a
// container was removed, a folder will be old enough or it is time.
func (w Watch) hear(ctx context.Context, removals <-chan struct{}) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	next := w.Now()
	for {
		select {
		case _, more := <-removals:
			if !more {
				return
			}
			if soon := w.Now().Add(w.settle); soon.Before(next) {
				next = soon
				timer.Reset(w.settle)
			}
		case <-timer.C:
			due := w.Run(ctx)
			now := w.Now()
			next = now.Add(w.Every)
			switch {
			case due.After(now):
				if due = together(due, w.Every/12); due.Before(next) {
					next = later(due, now.Add(w.patience))
				}
			case !due.IsZero():
				next = now.Add(w.patience)
			}
			timer.Reset(next.Sub(now))
		case <-ctx.Done():
			return
		}
	}
}

// together makes one of many times that follow each other: the end of the stretch that
// one is in.
func together(due time.Time, stretch time.Duration) time.Time {
	if end := due.Truncate(stretch); end.Before(due) {
		return end.Add(stretch)
	}
	return due
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
