package prune

import (
	"context"
	"errors"
	"fmt"
	"path"
	"time"
)

// Daemon is asked for its containers.
type Daemon interface {
	// Identity tells daemons apart.
	Identity(ctx context.Context) (string, error)
	// IDs are the whole ids of all containers, whatever they do.
	IDs(ctx context.Context) ([]string, error)
}

// Pruner removes what containers left behind.
type Pruner struct {
	Daemon Daemon
	Rules  []Rule
	// AllowEmpty takes it for true where the daemon knows no container.
	AllowEmpty bool
	// NetworkRoots allows to delete where other hosts may write.
	NetworkRoots bool
	// DryRun does everything but remove.
	DryRun bool
	Now    func() time.Time
	// Report is told what became of each folder, in turn.
	Report func(Finding)

	// What tests put another in for: what a folder's file system is, how many folders
	// are in memory, and how long one is looked at or emptied.
	fileSystem func(*folder) (uint32, error)
	batch      int
	oldest     int
	patience   time.Duration
}

// New is a Pruner of this machine's folders.
func New() Pruner {
	return Pruner{Now: time.Now, fileSystem: magicOf, batch: 1000, oldest: 20_000, patience: 15 * time.Minute}
}

// ErrFailed is a run that could not do everything. What, was reported.
var ErrFailed = errors.New("not everything could be done")

// Run goes through all folders once. An error but ErrFailed ended it early: then
// nothing more is deleted.
func (p Pruner) Run(ctx context.Context) (Summary, error) {
	r := &run{Pruner: p, summary: Summary{Kept: map[Reason]int{}}}
	if err := r.ask(ctx); err != nil {
		return r.summary, err
	}
	for _, rule := range p.Rules {
		r.rule = rule
		clear := r.clearAll
		if rule.KeepBytes >= 0 {
			clear = r.clearOldest
		}
		if err := clear(ctx); err != nil {
			return r.summary, err
		}
	}
	if r.summary.Failed > 0 {
		return r.summary, ErrFailed
	}
	return r.summary, nil
}

// run is one of a Pruner's.
type run struct {
	Pruner
	rule    Rule
	daemon  *string // its identity
	known   Known
	summary Summary
	quiet   bool // what is found was told already
}

// ask makes the daemon's containers those that we know of. It has to be the same
// daemon each time.
func (r *run) ask(ctx context.Context) error {
	identity, err := r.Daemon.Identity(ctx)
	if err != nil {
		return err
	}
	if r.daemon == nil {
		r.daemon = &identity
	}
	if *r.daemon != identity {
		return errors.New("the Docker daemon is not the one that answered before, so nothing more is deleted")
	}
	ids, err := r.Daemon.IDs(ctx)
	if err != nil {
		return err
	}
	known, err := NewKnown(ids, r.AllowEmpty)
	if err != nil {
		return fmt.Errorf("the Docker daemon: %w", err)
	}
	r.known = known
	return nil
}

// inTime bounds what is done with one folder: a service may fill it faster than we
// look.
func (r *run) inTime(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, r.patience, fmt.Errorf("takes longer than %s, so the rest of it is left alone", r.patience))
}

// report tells what became of a folder.
func (r *run) report(f Finding) {
	if r.quiet {
		return
	}
	r.summary.add(f, r.rule.MinAge)
	r.Report(f)
}

// folder is one of the kind that the rule is for.
func (r *run) folder(path string) Folder { return Folder{Path: path, Kind: r.rule.Kind} }

// keep tells why a folder stays.
func (r *run) keep(folder Folder, reason Reason) {
	r.report(Finding{Folder: folder, Outcome: Kept, Reason: reason})
}

// fail tells what can't be done with a folder, and goes on.
func (r *run) fail(folder Folder, err error) {
	r.report(Finding{Folder: folder, Outcome: Failed, Err: err})
}

// clearAll removes whatever is old enough, a batch after the other.
func (r *run) clearAll(ctx context.Context) error {
	var batch []candidate
	err := r.find(ctx, func(in *folder, c candidate) error {
		if r.known.Has(path.Base(c.Path)) { // what is in it need not be known
			r.keep(c.Folder, OfContainer)
			return nil
		}
		c, old, err := r.survey(ctx, in, c)
		if err != nil || !old {
			return err
		}
		if batch = append(batch, c); len(batch) < r.batch {
			return nil
		}
		err = r.remove(ctx, batch)
		batch = batch[:0]
		return err
	})
	if err != nil {
		return err
	}
	return r.remove(ctx, batch)
}

// clearOldest removes the oldest until the rest may stay. Of very many, memory holds
// the oldest only: where those don't suffice, it looks again for what comes after them.
// Of others that may stay, only the number is told.
func (r *run) clearOldest(ctx context.Context) error {
	var use int64
	var last candidate
	untold := 0 // of those that were old enough at first
	for first := true; ; first = false {
		found := oldest{room: r.oldest}
		r.quiet = !first
		err := r.find(ctx, func(in *folder, c candidate) error {
			c, old, err := r.survey(ctx, in, c)
			if first {
				use += c.Bytes
			}
			if first && old {
				untold++
			}
			if old {
				found.add(c, last)
			}
			return err
		})
		r.quiet = false
		if err != nil {
			return err
		}
		all := found.sorted()
		untold -= len(all)
		rest := all
		for len(rest) > 0 && use > r.rule.KeepBytes {
			n := enough(rest, use-r.rule.KeepBytes, r.batch)
			before := r.summary.Freed
			if err := r.remove(ctx, rest[:n]); err != nil {
				return err
			}
			use -= r.summary.Freed - before
			rest = rest[n:]
		}
		for _, c := range rest {
			r.keep(c.Folder, Fits)
		}
		switch {
		case !found.more:
			return nil
		case use <= r.rule.KeepBytes:
			r.summary.Kept[Fits] += max(0, untold)
			return nil
		}
		last = all[len(all)-1]
	}
}

// enough is how many of the first candidates take so many bytes, at most so many.
func enough(candidates []candidate, bytes int64, most int) int {
	n := 0
	for ; n < min(most, len(candidates)) && bytes > 0; n++ {
		bytes -= candidates[n].Bytes
	}
	return n
}
