package prune

import (
	"context"
	"errors"
	"io/fs"
	"path"

	"golang.org/x/sys/unix"
)

// remove removes folders that were old enough when they were looked at. Since then
// a container may have come: the daemon is asked again.
func (r *run) remove(ctx context.Context, batch []candidate) error {
	if len(batch) == 0 {
		return nil
	}
	if err := r.ask(ctx); err != nil {
		return err
	}
	for _, c := range batch {
		found, err := r.removeOne(ctx, c)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case errors.Is(err, fs.ErrNotExist): // somebody else removed it
		case err != nil:
			found.Outcome, found.Err = Failed, inside(c.Path, err)
			r.report(found)
		default:
			r.report(found)
		}
	}
	return nil
}

// removeOne opens a folder anew, by single names from the root down, and looks at it
// once more.
func (r *run) removeOne(ctx context.Context, c candidate) (Finding, error) {
	name := path.Base(c.Path)
	found := Finding{Folder: c.Folder, Outcome: Kept}
	in, err := openFolder(path.Dir(c.Path))
	if err != nil {
		return found, err
	}
	defer in.Close()
	err = fs.ErrNotExist
	opened := in.within(name, func(f *folder) error {
		ctx, cancel := r.inTime(ctx)
		defer cancel()
		found.Reason, err = r.lookAgain(ctx, f, c, &found.Folder)
		if err == nil && found.Reason == "" && !r.DryRun {
			err = f.empty(ctx, &found.Freed, 0)
		}
		return nil
	})
	if opened != nil {
		err = opened
	}
	if err != nil || found.Reason != "" {
		return found, err
	}
	if !r.DryRun {
		if err := in.unlink(name, unix.AT_REMOVEDIR); err != nil {
			return found, err
		}
	}
	found.Outcome, found.Freed = Removed, found.Bytes
	return found, nil
}

// lookAgain tells why a folder that was to go stays after all.
func (r *run) lookAgain(ctx context.Context, f *folder, c candidate, now *Folder) (Reason, error) {
	if f.inode != c.inode {
		return Replaced, nil
	}
	sum, err := f.survey(ctx, r.Now())
	if err != nil {
		return "", err
	}
	now.Changed, now.Bytes = sum.changed, sum.bytes
	return judge(path.Base(c.Path), sum.changed, r.known, r.rule.MinAge, r.Now()), nil
}
