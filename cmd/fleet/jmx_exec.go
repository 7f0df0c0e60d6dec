package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"jvm-entrypoint/fleet/jmx"
)

// endTime is what a command that was told to end has before it is killed.
const endTime = 10 * time.Second

// errNotBegun is for a command that has printed nothing, and never will.
var errNotBegun = errors.New("not begun")

// runner runs a command for each target.
type runner struct {
	command  commandWords
	folder   string // for files of what each prints; empty: one after the other, on our own streams
	parallel int
	std      streams
}

// each runs the command for all targets, whatever becomes of one of them. The
// errors are in the targets' order.
func (r runner) each(ctx context.Context, targets []jmx.Target) error {
	if _, err := exec.LookPath(r.command[0]); err != nil {
		return fmt.Errorf("--exec: %w", err)
	}
	failed := make([]error, len(targets))
	if r.folder == "" {
		for i, t := range targets {
			failed[i] = told(t, r.run(ctx, t, r.std.in, r.std.out))
		}
		return errors.Join(failed...)
	}
	if err := os.MkdirAll(r.folder, 0o777); err != nil {
		return fmt.Errorf("--output: %w", err)
	}
	places := make(chan struct{}, r.parallel)
	var running sync.WaitGroup
	for i, t := range targets {
		places <- struct{}{}
		running.Go(func() {
			failed[i] = told(t, r.intoFile(ctx, t))
			<-places
		})
	}
	running.Wait()
	return errors.Join(failed...)
}

func told(t jmx.Target, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", t.Name(), err)
	}
	return nil
}

// intoFile runs it into a file that was not there before, and is not there afterwards
// where nothing ran: it would be in the next one's way.
func (r runner) intoFile(ctx context.Context, t jmx.Target) error {
	if ctx.Err() != nil {
		return interrupted()
	}
	file, err := os.OpenFile(filepath.Join(r.folder, t.FileName()+".txt"), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	err = r.run(ctx, t, nil, file)
	if errors.Is(err, errNotBegun) {
		err = errors.Join(err, os.Remove(file.Name()))
	}
	return errors.Join(err, file.Close())
}

func interrupted() error { return fmt.Errorf("%w: interrupted", errNotBegun) }

// run runs it without a shell, so that nothing in an address is anything but one.
func (r runner) run(ctx context.Context, t jmx.Target, in io.Reader, out io.Writer) error {
	if ctx.Err() != nil {
		return interrupted()
	}
	replace := strings.NewReplacer("{}", t.Addresses[0].String(), "{url}", t.URL())
	var words []string
	for _, word := range r.command {
		words = append(words, replace.Replace(word))
	}
	command := exec.CommandContext(ctx, words[0], words[1:]...)
	command.Stdin, command.Stdout, command.Stderr = in, out, r.std.err
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.WaitDelay = endTime
	err := command.Run()
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil && command.Process == nil:
		return interrupted()
	case ctx.Err() != nil:
		err = errors.New("interrupted")
	case command.Process == nil:
		return fmt.Errorf("%w: %w", errNotBegun, err)
	}
	return fmt.Errorf("%s: %w", words[0], err)
}
