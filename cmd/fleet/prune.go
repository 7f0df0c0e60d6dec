package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"jvm-entrypoint/fleet/docker"
	"jvm-entrypoint/fleet/prune"
	"jvm-entrypoint/fleet/words"
)

// pruneCommand clears what containers left on this host.
type pruneCommand struct {
	Logs          []string      `placeholder:"PATTERN" sep:"none" default:"/var/log/*/*/containers/ID" help:"Where containers' log folders are: * is one folder of any name, ID the container's. Several times for several places; off for none. ${default}"`
	MinAge        time.Duration `placeholder:"24h" default:"24h" help:"A folder stays until nothing in it has changed for so long."`
	KeepBytes     bytes         `placeholder:"SIZE" default:"none" help:"Remove the oldest only, until all containers' log folders take no more than that, such as 20g."`
	Dumps         []string      `placeholder:"PATTERN" sep:"none" default:"/var/log/*/*/heap_dumps/ID" help:"Where containers' heap dump folders are. ${default}"`
	DumpMinAge    time.Duration `placeholder:"168h" default:"168h" help:"The same for heap dumps as --min-age."`
	DumpKeepBytes bytes         `placeholder:"SIZE" default:"none" help:"The same for heap dumps as --keep-bytes."`

	DryRun bool `help:"Tell what would be removed, and remove nothing."`
	Kept   bool `help:"Tell also what stays, and why."`
	JSON   bool `name:"json" help:"Print an object a line: one for each folder, then the sum."`

	Watch bool          `help:"Stay, and run whenever a container was removed and its folder is old enough."`
	Every time.Duration `placeholder:"1h" default:"1h" help:"With --watch: run at least that often."`

	AllowEmpty   bool   `help:"Believe a daemon that knows no container at all."`
	NetworkRoot  bool   `help:"Delete on network file systems, too. Other hosts' containers are not known here."`
	RemoteDaemon bool   `help:"Believe a daemon that may be on another machine."`
	Lock         string `placeholder:"FILE" help:"What keeps a second run out. /run/fleet-prune.lock for root."`
}

// Run clears once, or stays.
func (c pruneCommand) Run(ctx context.Context, std streams) error {
	rules, err := c.rules()
	if err != nil {
		return usageError{err}
	}
	daemon, err := c.daemon()
	if err != nil {
		return err
	}
	defer daemon.Close()
	if !c.DryRun {
		lock, err := c.lock()
		if err != nil {
			return err
		}
		defer lock.Close()
	}
	out := &pruneOutput{std: std, json: c.JSON, dryRun: c.DryRun, kept: c.Kept}
	p := c.pruner()
	p.Daemon, p.Rules, p.Report = watched{daemon}, rules, out.finding
	if !c.Watch {
		_, err := c.once(ctx, p, out)
		return err
	}
	c.watch(ctx, watched{daemon}, p, out)
	return out.err
}

// pruner is one that may what the flags allow.
func (c pruneCommand) pruner() prune.Pruner {
	p := prune.New()
	p.AllowEmpty, p.NetworkRoots, p.DryRun = c.AllowEmpty, c.NetworkRoot, c.DryRun
	return p
}

// once is one run.
func (c pruneCommand) once(ctx context.Context, p prune.Pruner, out *pruneOutput) (prune.Summary, error) {
	sum, err := p.Run(ctx)
	if err == nil || errors.Is(err, prune.ErrFailed) || sum.Removed > 0 { // whatever ended it
		out.summary(sum)
	}
	return sum, errors.Join(err, out.err)
}

// watch runs until it is ended, whatever fails meanwhile. It hurries only after a
// run that ended early: what can't be done with a folder is no better a minute later.
func (c pruneCommand) watch(ctx context.Context, daemon prune.Watched, p prune.Pruner, out *pruneOutput) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lost := func(err error) { complain(out.std.err, err) }
	w := prune.NewWatch()
	w.Daemon, w.Every, w.Lost = daemon, c.Every, lost
	w.Run = func(ctx context.Context) time.Time {
		sum, err := c.once(ctx, p, out)
		switch {
		case out.err != nil: // nobody reads it
			cancel()
		case err != nil && ctx.Err() == nil:
			lost(err)
			if !errors.Is(err, prune.ErrFailed) {
				return w.Now()
			}
		}
		return sum.Due
	}
	w.Until(ctx)
}

func (c pruneCommand) rules() ([]prune.Rule, error) {
	logs, err := patterns("--logs", c.Logs)
	dumps, dumpsErr := patterns("--dumps", c.Dumps)
	wrong := []error{err, dumpsErr, prune.Distinct(append(logs, dumps...))}
	for _, age := range []struct {
		flag string
		is   time.Duration
	}{{"--min-age", c.MinAge}, {"--dump-min-age", c.DumpMinAge}} {
		if age.is < 0 {
			wrong = append(wrong, fmt.Errorf("%s=%s: not an age (write 24h)", age.flag, age.is))
		}
	}
	if c.Every < time.Minute {
		wrong = append(wrong, fmt.Errorf("--every=%s: too often (write 1m or more)", c.Every))
	}
	return []prune.Rule{
		{Kind: "logs", Patterns: logs, MinAge: c.MinAge, KeepBytes: int64(c.KeepBytes)},
		{Kind: "dumps", Patterns: dumps, MinAge: c.DumpMinAge, KeepBytes: int64(c.DumpKeepBytes)},
	}, errors.Join(wrong...)
}

func patterns(flag string, texts []string) ([]prune.Pattern, error) {
	if len(texts) == 1 && texts[0] == "off" {
		return nil, nil
	}
	var all []prune.Pattern
	var wrong []error
	for _, text := range texts {
		p, err := prune.ParsePattern(text)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s=%w", flag, err))
			continue
		}
		all = append(all, p)
	}
	return all, errors.Join(wrong...)
}

// daemon refuses one that may be another machine's: it does not know whose
// containers wrote here.
func (c pruneCommand) daemon() (*docker.Daemon, error) {
	daemon, err := docker.Open()
	if err != nil {
		return nil, err
	}
	if !daemon.IsLocal() && !c.RemoteDaemon {
		return nil, errors.Join(daemon.Close(), fmt.Errorf("DOCKER_HOST=%s: may not be this machine's daemon, so nothing is deleted (--remote-daemon, if it is)", words.Plain(daemon.Host())))
	}
	return daemon, nil
}

// lock keeps other runs out, by a file where no container writes, nor any other user.
func (c pruneCommand) lock() (*os.File, error) {
	file, folder := c.Lock, "/run"
	if os.Geteuid() != 0 {
		folder = os.Getenv("XDG_RUNTIME_DIR")
	}
	switch {
	case file != "":
	case folder == "":
		return nil, errors.New("XDG_RUNTIME_DIR is not set, and only root may lock in /run (--lock FILE)")
	default:
		file = path.Join(folder, "fleet-prune.lock")
	}
	return prune.Lock(file)
}

// watched is a Docker daemon as prune asks it.
type watched struct{ *docker.Daemon }

// IDs are those of all containers, and of those whose network others are in: these
// take that one's id for their own and write in its folder, even when it is gone.
func (w watched) IDs(ctx context.Context) ([]string, error) {
	containers, err := w.Containers(ctx)
	var ids []string
	for _, c := range containers {
		ids = append(ids, c.ID)
		other, shares := strings.CutPrefix(c.NetworkMode, "container:")
		isName := func(c docker.Container) bool { return slices.Contains(c.Names, other) }
		if shares && !slices.ContainsFunc(containers, isName) { // whoever has the name is in the list
			ids = append(ids, other)
		}
	}
	return ids, err
}

// Removals are told one at a time, however many there were.
func (w watched) Removals(ctx context.Context) (<-chan struct{}, <-chan error, error) {
	events, lost, err := w.Events(ctx, "destroy")
	if err != nil {
		return nil, nil, err
	}
	removals := make(chan struct{}, 1)
	go func() {
		defer close(removals)
		for range events {
			select {
			case removals <- struct{}{}:
			default: // there is one to be heard yet
			}
		}
	}()
	return removals, lost, nil
}

// bytes is a size, or none: below 0.
type bytes int64

// UnmarshalText reads 512m and its like.
func (b *bytes) UnmarshalText(text []byte) error {
	if string(text) == "none" {
		*b = -1
		return nil
	}
	number, shift := strings.ToLower(string(text)), 0
	if i := strings.IndexByte("kmgt", lastOf(number)); i >= 0 {
		number, shift = number[:len(number)-1], 10*(i+1)
	}
	n, err := strconv.ParseUint(number, 10, 63-shift)
	if err != nil {
		return fmt.Errorf("%q: not a size (write 512m or 20g)", text)
	}
	*b = bytes(n << shift)
	return nil
}

func lastOf(text string) byte {
	if text == "" {
		return 0
	}
	return text[len(text)-1]
}

// String is the size with a unit that suits it.
func (b bytes) String() string {
	size, unit := float64(b), 0
	for ; size >= 1024 && unit < 4; unit++ {
		size /= 1024
	}
	if unit == 0 {
		return fmt.Sprintf("%d bytes", int64(b))
	}
	return fmt.Sprintf("%.1f %ciB", size, "KMGT"[unit-1])
}

// pruneOutput prints what a run does, as it does it.
type pruneOutput struct {
	std                streams
	json, dryRun, kept bool
	err                error // from then on nothing is printed
}

func (o *pruneOutput) print(line string) {
	if o.err == nil {
		_, o.err = fmt.Fprintln(o.std.out, line)
	}
}

func (o *pruneOutput) printJSON(value any) {
	if o.err == nil {
		o.err = printJSON(o.std.out, value)
	}
}

// pruneLine is a folder in JSON.
type pruneLine struct {
	Path    string        `json:"path"`
	Kind    string        `json:"kind"`
	Outcome prune.Outcome `json:"outcome"`
	DryRun  bool          `json:"dryRun,omitempty"`
	Reason  string        `json:"reason,omitempty"`
	Bytes   int64         `json:"bytes"`
	Changed *time.Time    `json:"changed,omitempty"`
}

func (o *pruneOutput) finding(f prune.Finding) {
	if f.Outcome == prune.Failed {
		complain(o.std.err, fmt.Errorf("%s: %w", words.Plain(f.Path), f.Err))
	}
	if f.Outcome == prune.Kept && !o.kept {
		return
	}
	if o.json {
		line := pruneLine{Path: f.Path, Kind: f.Kind, Outcome: f.Outcome, DryRun: o.dryRun, Reason: string(f.Reason), Bytes: f.Bytes}
		if f.Err != nil {
			line.Reason = f.Err.Error()
		}
		if !f.Changed.IsZero() {
			line.Changed = &f.Changed
		}
		o.printJSON(line)
		return
	}
	switch f.Outcome {
	case prune.Removed:
		o.print(fmt.Sprintf("%s %s, %s, unchanged since %s", o.verb(), words.Plain(f.Path), bytes(f.Bytes), f.Changed.UTC().Format(time.RFC3339)))
	case prune.Kept:
		o.print(fmt.Sprintf("kept %s: %s", words.Plain(f.Path), f.Reason))
	}
}

func (o *pruneOutput) verb() string {
	if o.dryRun {
		return "would remove"
	}
	return "removed"
}

// pruneSum is a run's sum in JSON.
type pruneSum struct {
	Folders int                  `json:"folders"`
	Removed int                  `json:"removed"`
	Freed   int64                `json:"freed"`
	Failed  int                  `json:"failed"`
	Kept    map[prune.Reason]int `json:"kept"`
	DryRun  bool                 `json:"dryRun,omitempty"`
}

func (o *pruneOutput) summary(s prune.Summary) {
	if o.json {
		o.printJSON(struct {
			Sum pruneSum `json:"sum"`
		}{pruneSum{s.Folders, s.Removed, s.Freed, s.Failed, s.Kept, o.dryRun}})
		return
	}
	line := fmt.Sprintf("%s %d of %d folders, %s", o.verb(), s.Removed, s.Folders, bytes(s.Freed))
	for _, reason := range []prune.Reason{prune.OfContainer, prune.Young, prune.Fits, prune.Link, prune.NoFolder, prune.Replaced} {
		if n := s.Kept[reason]; n > 0 {
			line += fmt.Sprintf("; kept %d: %s", n, reason)
		}
	}
	if s.Failed > 0 {
		line += fmt.Sprintf("; failed with %d", s.Failed)
	}
	o.print(line)
}
