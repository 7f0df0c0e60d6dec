package prune

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// deepest is how many folders may be in each other. Each costs an open file.
	deepest = 200
	// passes are how often we go through a folder that does not become empty.
	passes = 8
)

var (
	errMount   = errors.New("something is mounted there, so it is left alone")
	errDeep    = fmt.Errorf("more than %d folders are in each other there, so it is left alone", deepest)
	errWritten = errors.New("something is written there meanwhile")
)

// survey goes through all that is in a folder, for the newest change of anything
// in it and the bytes that it takes.
func (f *folder) survey(ctx context.Context, now time.Time) (entry, error) {
	sum := f.entry
	sum.changed = f.lastChange(now)
	err := f.surveyInto(ctx, &sum, now, 0)
	return sum, err
}

func (f *folder) surveyInto(ctx context.Context, sum *entry, now time.Time, depth int) error {
	if depth > deepest {
		return &fs.PathError{Op: "look", Path: f.Name(), Err: errDeep}
	}
	return f.each(ctx, func(name string) error {
		found, err := f.look(name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // the folder has a new time by that
		}
		if err != nil {
			return err
		}
		if found.mount != 0 && found.mount != f.mount {
			return &fs.PathError{Op: "look", Path: f.under(name), Err: errMount}
		}
		sum.changed = later(sum.changed, found.lastChange(now))
		sum.bytes += found.bytes
		if !found.is(unix.S_IFDIR) {
			return nil
		}
		return f.within(name, func(in *folder) error { return in.surveyInto(ctx, sum, now, depth+1) })
	})
}

// within opens a folder in this one for a while, where nothing is mounted on it.
func (f *folder) within(name string, do func(*folder) error) error {
	in, err := f.enter(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer in.Close()
	if in.mount != f.mount {
		return &fs.PathError{Op: "enter", Path: in.Name(), Err: errMount}
	}
	return do(in)
}

// empty removes all that is in a folder, as far as that can be done, and tells what
// came first in the way of the rest. It adds up what the disk has got back.
func (f *folder) empty(ctx context.Context, freed *int64, depth int) error {
	if depth > deepest {
		return &fs.PathError{Op: "remove", Path: f.Name(), Err: errDeep}
	}
	for range passes { // names may be skipped where others go meanwhile
		removed := 0
		var left error
		err := f.each(ctx, func(name string) error {
			err := f.removeTree(ctx, name, freed, depth)
			switch {
			case ctx.Err() != nil:
				return context.Cause(ctx)
			case err == nil:
				removed++
			case left == nil:
				left = err
			}
			return nil
		})
		if err != nil {
			return err
		}
		if removed == 0 {
			return left
		}
	}
	return &fs.PathError{Op: "remove", Path: f.Name(), Err: errWritten}
}

// removeTree removes a name with all that is below it.
func (f *folder) removeTree(ctx context.Context, name string, freed *int64, depth int) error {
	found, err := f.look(name)
	if err == nil {
		err = f.unlink(name, 0)
	}
	if errors.Is(err, unix.EISDIR) {
		err = f.within(name, func(in *folder) error { return in.empty(ctx, freed, depth+1) })
		if err == nil {
			err = f.unlink(name, unix.AT_REMOVEDIR)
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil // somebody else was faster
	}
	if err == nil && found.links == 1 { // else the other names have it still
		*freed += found.bytes
	}
	return err
}
