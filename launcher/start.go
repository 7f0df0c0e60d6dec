package launcher

import (
	"context"
	"errors"
	"io/fs"
	"syscall"
)

// MakeFolders makes the plan's folders. Where one can't be made it gives the
// plan that does without, whose folders are made by then; where that one is
// refused, no folder is left behind.
func (p Plan) MakeFolders(sys System) (Plan, error) {
	f := p.Facts
	var isNew []string
	failed := false
	for _, folder := range p.Folders {
		made, err := sys.MakeFolder(folder.Root, folder.Name)
		if made {
			isNew = append(isNew, folder.Path())
		}
		if err != nil {
			failed = true
			f.fail(folder, err)
		}
	}
	if !failed {
		return p, nil
	}
	// Each failure takes a folder off the plan, so this comes to an end.
	without, err := NewPlan(p.Request, f)
	if err == nil {
		return without.MakeFolders(sys)
	}
	for _, path := range isNew {
		_ = sys.RemoveFolder(path) // empty, or somebody else's by now
	}
	return without, err
}

// fail records that a folder could not be made.
func (f *Facts) fail(folder ContainerFolder, err error) {
	for _, fact := range []*ContainerFolder{&f.Logs, &f.Dumps} {
		if fact.Path() == folder.Path() {
			fact.Err = err
		}
	}
}

// Exec becomes java. It returns only where that failed, with a *JavaError, or
// where the context ended before.
func (p Plan) Exec(ctx context.Context, sys System) error {
	if ctx.Err() != nil {
		return ErrTerminated
	}
	err := sys.Exec(p.Java, p.Argv, p.Request.Settings.Env.with(p.Changes))
	hint := "found by " + p.Request.Program.JavaSource
	switch {
	case errors.Is(err, fs.ErrNotExist):
		// The file is there: what is missing is what it needs to run.
		hint = "its loader or interpreter is missing, as in an image with another C library"
	case errors.Is(err, syscall.ENOEXEC):
		hint = "it is not a program for this machine"
	case errors.Is(err, syscall.E2BIG):
		hint = "arguments and environment are too long together"
	}
	return &JavaError{shown(p.Java), err, hint}
}
