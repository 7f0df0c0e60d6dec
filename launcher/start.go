package launcher

import (
	"context"
	"errors"
	"io/fs"
	"os/exec"
	"syscall"
)

// MakeFolders makes the plan's folders. Where one can't be made it gives the
// plan that does without, whose folders are made by then.
func (p Plan) MakeFolders(sys System) (Plan, error) {
	f, made := p.Facts, true
	for _, folder := range p.Folders {
		err := sys.MakeFolder(folder.Root, folder.Name)
		if err == nil {
			continue
		}
		made = false
		for _, fact := range []*ContainerFolder{&f.Logs, &f.Dumps} {
			if fact.Path() == folder.Path() {
				fact.Err = err
			}
		}
	}
	if made {
		return p, nil
	}
	// Each failure takes a folder off the plan, so this comes to an end.
	without, err := NewPlan(p.Request, f)
	if err != nil {
		return without, err
	}
	return without.MakeFolders(sys)
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
	case errors.Is(err, syscall.ENOEXEC), errors.Is(err, exec.ErrNotFound):
		hint = "it is not a program for this machine"
	case errors.Is(err, syscall.E2BIG):
		hint = "arguments and environment are too long together"
	}
	return &JavaError{p.Java, err, hint}
}
