package prune

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// candidate is a folder whose container may be gone.
type candidate struct {
	Folder
	inode
}

// find visits each folder with a container's name, exactly where the patterns say.
func (r *run) find(ctx context.Context, visit func(in *folder, c candidate) error) error {
	for _, p := range r.rule.Patterns {
		in, err := openFolder(p.fixed)
		switch {
		case errors.Is(err, fs.ErrNotExist): // no container was here yet
			continue
		case err != nil:
			r.fail(r.folder(p.fixed), fixedCause(err))
			continue
		}
		err = r.descend(ctx, in, p.below, func(in *folder) error { return r.among(ctx, in, visit) })
		in.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// descend goes through the folders of a pattern, one level after the other.
func (r *run) descend(ctx context.Context, in *folder, below []string, visit func(*folder) error) error {
	if len(below) == 0 {
		return visit(in)
	}
	step := func(name string) error {
		found, err := in.look(name)
		if err == nil && !found.is(unix.S_IFDIR) {
			if found.is(unix.S_IFLNK) { // logs that were moved to another disk stay there unseen
				r.keep(r.folder(in.under(name)), Link)
			}
			return nil
		}
		var next *folder
		if err == nil {
			next, err = in.enter(name)
		}
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			r.fail(r.folder(in.under(name)), cause(err))
			return nil
		}
		defer next.Close()
		return r.descend(ctx, next, below[1:], visit)
	}
	if below[0] != star {
		return step(below[0])
	}
	return r.each(ctx, in, step)
}

// each goes through a folder's names. What can't be read is told, and the run goes on.
func (r *run) each(ctx context.Context, in *folder, visit func(name string) error) error {
	var ended error
	err := in.each(ctx, func(name string) error {
		ended = visit(name)
		return ended
	})
	if ended != nil || ctx.Err() != nil {
		return cmp.Or(ended, err)
	}
	if err != nil {
		r.fail(r.folder(in.Name()), cause(err))
	}
	return nil
}

// among visits the containers' folders in a folder.
func (r *run) among(ctx context.Context, in *folder, visit func(*folder, candidate) error) error {
	magic, err := r.fileSystem(in)
	if err == nil && !r.NetworkRoots {
		err = network(magic)
	}
	if err != nil {
		r.fail(r.folder(in.Name()), err)
		return nil
	}
	return r.each(ctx, in, func(name string) error {
		if !IsID(name) {
			return nil
		}
		c := candidate{Folder: r.folder(in.under(name))}
		found, err := in.look(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			r.fail(c.Folder, cause(err))
			return nil
		case found.is(unix.S_IFLNK):
			r.keep(c.Folder, Link)
			return nil
		case !found.is(unix.S_IFDIR):
			r.keep(c.Folder, NoFolder)
			return nil
		}
		if !r.quiet {
			r.summary.Folders++
		}
		return visit(in, c)
	})
}

// survey finds out what a candidate holds, and whether it may go.
func (r *run) survey(ctx context.Context, in *folder, c candidate) (candidate, bool, error) {
	name := path.Base(c.Path)
	err := in.within(name, func(f *folder) error {
		timed, cancel := r.inTime(ctx)
		defer cancel()
		sum, err := f.survey(timed, r.Now())
		c.inode, c.Changed, c.Bytes = f.inode, sum.changed, sum.bytes
		return err
	})
	switch {
	case ctx.Err() != nil:
		return c, false, context.Cause(ctx)
	case err != nil && !r.known.Has(name): // what a container does there while it exists is its own affair
		r.fail(c.Folder, inside(c.Path, err))
		return c, false, nil
	case c.Changed.IsZero(): // gone meanwhile
		return c, false, nil
	}
	reason := judge(name, c.Changed, r.known, r.rule.MinAge, r.Now())
	if reason != "" {
		r.keep(c.Folder, reason)
	}
	return c, reason == "", nil
}

// inside is an error with its place in a folder, where that is not the folder.
func inside(folder string, err error) error {
	in, ok := errors.AsType[*fs.PathError](err)
	if !ok {
		return err
	}
	below, err := filepath.Rel(folder, in.Path)
	if err != nil || below == "." || strings.HasPrefix(below, "..") {
		return in.Err
	}
	return &placed{below, in.Err}
}

// placed is an error somewhere in a folder.
type placed struct {
	place string
	err   error
}

func (p *placed) Error() string { return shown(p.place) + ": " + p.err.Error() }
func (p *placed) Unwrap() error { return p.err }
