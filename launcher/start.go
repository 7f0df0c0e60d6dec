package launcher

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"syscall"
)

// MakeFolders makes the plan's folders. Where one can't be made it gives the
// plan that does without, whose folders are made by then; where that one is
// refused, no folder is left behind.
func (p Plan) MakeFolders(sys System) (Plan, error) {
	sys.RunAs = p.Request.RunAs
	f := p.Facts
	failed := false
	for _, folder := range p.Folders {
		if slices.ContainsFunc(p.made, func(made ContainerFolder) bool { return made.Path() == folder.Path() }) {
			continue
		}
		err := folder.make(sys)
		if len(folder.Made) > 0 {
			p.made = append(p.made, folder)
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
	without.made = p.made
	if err == nil {
		return without.MakeFolders(sys)
	}
	without.removeFolders(sys)
	return without, err
}

// removeFolders removes what MakeFolders has made, as long as nothing is in it.
func (p Plan) removeFolders(sys System) {
	for _, folder := range p.made {
		folder.remove(sys)
	}
}

// fail records that a folder could not be made.
func (f *Facts) fail(folder ContainerFolder, err error) {
	for _, fact := range []*ContainerFolder{&f.Logs, &f.Dumps} {
		if fact.Path() == folder.Path() {
			fact.Err = err
		}
	}
}

// Exec becomes java, as the user that the plan says. It returns only where that
// failed, with a *JavaError or *SettingError, or where the context ended before,
// and leaves no folder behind then.
func (p Plan) Exec(ctx context.Context, sys System) error {
	sys.RunAs = p.Request.RunAs
	if ctx.Err() != nil {
		p.removeFolders(sys)
		return ErrTerminated
	}
	err := sys.AsJava(func() error {
		return sys.Exec(p.Java, p.Argv, p.Request.Settings.Env.with(p.Changes))
	})
	p.removeFolders(sys)
	hint := "found by " + p.Request.Program.JavaSource
	var wrong *SettingError
	switch {
	case errors.As(err, &wrong):
		return err
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
