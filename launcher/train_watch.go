package launcher

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"sync"
	"syscall"
	"time"
)

// watch starts the service, waits until it is ready, sends it traffic, and ends
// it in good order. It tells how long it took to be ready.
func (t *Trainer) watch(ctx context.Context) (ready time.Duration, err error) {
	plan, err := t.plan.MakeFolders(t.Sys)
	if err != nil {
		return 0, err
	}
	t.plan = plan
	lines := &matcher{pattern: t.settings.TrainReady.Pattern, matched: make(chan struct{})}
	if address := t.settings.TrainReady.address(); address != "" && listens(ctx, address) {
		return 0, fmt.Errorf("ENTRYPOINT_TRAIN_READY: somebody answers at %s before the service is started, which would pass for it (build without the host's network, or name another port)", address)
	}
	began := time.Now()
	s, err := t.start(lines)
	if err != nil {
		return 0, err
	}
	defer t.Sys.AsJava(s.kill)
	if err := t.await(ctx, s, lines); err != nil {
		return 0, err
	}
	ready = time.Since(began)
	wrong := t.traffic(ctx)
	if wrong != nil { // it may be about to end, which says more
		select {
		case <-s.ended:
		case <-time.After(killDelay):
			return 0, wrong
		}
	}
	select {
	case <-s.ended:
		return 0, errors.Join(fmt.Errorf("the service ended before it was told to: %s", how(s.err)), wrong)
	default:
	}
	// As its user: root may lack KILL.
	if err := t.Sys.AsJava(func() error { return s.process.Signal(syscall.SIGTERM) }); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return 0, fmt.Errorf("the service can't be ended: %w", err)
	}
	select {
	case <-s.ended:
		return ready, nil
	case <-ctx.Done():
		return 0, errors.New("the service did not end after SIGTERM")
	}
}

// start starts java as its user. Its output is the build's.
func (t *Trainer) start(lines *matcher) (s *running, err error) {
	command := t.words(t.plan, t.kind.Record(t.work(), t.plan.final)...)
	// What is run, and its arguments, stand at the end of a start's.
	tail := slices.Clone(t.plan.Argv[len(t.plan.Argv)-t.plan.tail():])
	command = append(command, tail...)
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env = t.environ(t.plan)
	cmd.Stdout, cmd.Stderr = io.MultiWriter(t.Stdout, lines.stream()), io.MultiWriter(t.Stderr, lines.stream())
	err = t.Sys.AsJava(func() error {
		s, err = run(cmd)
		return err
	})
	if err != nil {
		return nil, &JavaError{shown(t.plan.Java), err, "found by " + t.plan.Request.Program.JavaSource}
	}
	return s, nil
}

// tail is how many words at the end of the command line are what is run, and
// its arguments.
func (p Plan) tail() int {
	n := 1 + len(p.Request.Arguments)
	if p.Request.Program.MainClass == "" {
		n++ // -jar
	}
	return n
}

// how a service ended.
func how(err error) string {
	if err == nil {
		return "exit code 0"
	}
	return err.Error()
}

// await waits until the service is ready.
func (t *Trainer) await(ctx context.Context, s *running, lines *matcher) error {
	r := t.settings.TrainReady
	isReady := func() bool { return false }
	ready := lines.matched
	var answer error // the last
	switch {
	case r.URL != "":
		isReady = func() bool {
			if err := ask(ctx, r.URL); ctx.Err() == nil {
				answer = err
			}
			return answer == nil
		}
	case r.Port > 0:
		isReady = func() bool { return listens(ctx, r.address()) }
	case r.After > 0:
		waited := time.After(r.After)
		isReady = func() bool {
			select {
			case <-waited:
				return true
			default:
				return false
			}
		}
	}
	for {
		select {
		case <-s.ended:
			return fmt.Errorf("the service ended before it was ready: %s, and %s", how(s.err), r.lack(answer))
		case <-ready:
			return nil
		case <-ctx.Done():
			return fmt.Errorf("the service was not ready: %s", r.lack(answer))
		case <-time.After(100 * time.Millisecond):
			if isReady() {
				return nil
			}
		}
	}
}

// rounds is how often each URL of ENTRYPOINT_TRAIN_TRAFFIC is asked: an AOT cache
// also has profiles of what ran.
const rounds = 50

// traffic sends the service what ENTRYPOINT_TRAIN_TRAFFIC says.
func (t *Trainer) traffic(ctx context.Context) error {
	words := t.settings.TrainTraffic
	switch {
	case len(words) == 0:
		return nil
	case isURL(words[0]):
		for range rounds {
			for i, address := range words { // which may have a secret anywhere
				if err := ask(ctx, address); err != nil {
					return fmt.Errorf("ENTRYPOINT_TRAIN_TRAFFIC: URL %d of %d: %w", i+1, len(words), err)
				}
			}
		}
		return nil
	}
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Env = t.environ(t.plan)
	cmd.Stdout, cmd.Stderr = t.Stdout, t.Stderr
	if err := t.Sys.AsJava(func() error { return runUntil(ctx, cmd) }); err != nil {
		return fmt.Errorf("ENTRYPOINT_TRAIN_TRAFFIC: %s: %w", shown(words[0]), cause(err))
	}
	return nil
}

// askTimeout bounds one request.
const askTimeout = 10 * time.Second

// ask gets a URL, through no proxy and without following where it leads: that may be
// another service.
func ask(ctx context.Context, address string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	client := http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       askTimeout,
	}
	answer, err := client.Do(request)
	if err != nil {
		if of, is := errors.AsType[*url.Error](err); is { // which has the URL
			err = of.Err
		}
		return err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	if answer.StatusCode >= http.StatusBadRequest {
		return errors.New(answer.Status)
	}
	return err
}

func listens(ctx context.Context, address string) bool {
	dialer := net.Dialer{Timeout: time.Second}
	connection, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	connection.Close()
	return true
}

// matcher looks for a line in several streams.
type matcher struct {
	pattern *regexp.Regexp // nil: for none
	once    sync.Once
	matched chan struct{}
}

// stream is one of them.
func (m *matcher) stream() io.Writer { return &stream{matcher: m} }

type stream struct {
	*matcher
	line []byte // what of one is there so far
}

// lineMost bounds what of a line is looked at.
const lineMost = 64 << 10

func (s *stream) Write(p []byte) (int, error) {
	if s.pattern == nil {
		return len(p), nil
	}
	for rest := p; len(rest) > 0; {
		part, behind, ended := bytes.Cut(rest, []byte("\n"))
		if room := lineMost - len(s.line); room > 0 {
			s.line = append(s.line, part[:min(len(part), room)]...)
		}
		if ended {
			if s.pattern.Match(bytes.TrimSuffix(s.line, []byte("\r"))) {
				s.once.Do(func() { close(s.matched) })
			}
			s.line = s.line[:0]
		}
		rest = behind
	}
	return len(p), nil
}
