package launcher

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
	"unicode"
	"unicode/utf8"

	"jvm-entrypoint/launcher/jvm"
)

// trialTimeout bounds a trial of java, which takes a tenth of a second or so.
const trialTimeout = 20 * time.Second

// checkJava runs the plan's java with the plan's options, as far as they can do
// no harm, and lets it tell its version: options that are misspelt, that this
// Java does not have, or that can't stand together, it refuses.
func (c *checker) checkJava(ctx context.Context) {
	trial, cancel := context.WithTimeout(ctx, trialTimeout)
	defer cancel()
	text, err := c.sys.askJava(trial, c.trialEnviron(), c.trialCommand()...)
	var ended *exec.ExitError
	switch {
	case ctx.Err() != nil: // which is told elsewhere
	case trial.Err() != nil:
		c.advise("java did not tell its version within %v (its options could not be tried)", trialTimeout)
	case err == nil:
		for _, line := range warningsOf(text) {
			c.advise("java warns: %s", line)
		}
	case errors.As(err, &ended) && ended.ExitCode() < 0:
		c.adviseOfEnd(ended)
	case errors.As(err, &ended):
		refusal := fmt.Errorf("java would not start: %s", refusalOf(text))
		if source := c.sourceOf(refusal.Error()); source != "" {
			refusal = &SettingError{Name: source, Err: refusal}
		}
		c.wrong = append(c.wrong, refusal)
	default:
		c.wrong = append(c.wrong, &JavaError{shown(c.Java), err, "found by " + c.Request.Program.JavaSource})
	}
}

// adviseOfEnd tells of a trial that a signal ended. Where it is KILL that is the
// kernel's, most likely, which takes it first where the memory ends.
func (c *checker) adviseOfEnd(ended *exec.ExitError) {
	status, isKnown := ended.Sys().(syscall.WaitStatus)
	m := c.Memory
	if !isKnown || status.Signal() != syscall.SIGKILL || m.Limit == 0 || m.Reserved {
		c.advise("java was ended as it was tried: %v (its options could not be tried)", ended)
		return
	}
	remedy := fmt.Sprintf("set the limit to %s", m.Fitting())
	if !m.IsTight() {
		remedy = "try it where nothing else takes of that"
	}
	c.advise("java was killed as it was tried, likely since the container's memory ends at %s: its options could not be tried (%s)", m.Limit, remedy)
}

func (c *checker) trialCommand() []string {
	var options []jvm.Option
	for _, o := range c.Options {
		options = append(options, o.Option)
	}
	return slices.Concat([]string{c.Java}, jvm.Trial(options, true), []string{"-version"})
}

// trialEnviron is java's environment, without what its own variables would make
// it do.
func (c *checker) trialEnviron() Environment {
	return c.environ(func(options []jvm.Option) []string { return jvm.Trial(options, false) })
}

// The most that is quoted of what java says.
const (
	quotedMost   = 400 // bytes
	warningsMost = 10
)

// askJava runs a java, and gives what it printed that may be quoted.
func (s System) askJava(ctx context.Context, environ Environment, command ...string) (string, error) {
	text, err := s.Output(ctx, environ, command...)
	return withoutVariables(text, environ), err
}

// withoutVariables leaves out the values of those variables that java says it
// picked up: the second line of one is torn from the key that tells it a secret.
func withoutVariables(text string, environ Environment) string {
	for _, name := range jvm.Variables {
		said, value := "Picked up "+name+": ", environ.get(name)
		before, rest, found := strings.Cut(text, said)
		switch {
		case found && strings.HasPrefix(rest, value):
			text = before + said + rest[len(value):]
		case found && strings.HasPrefix(value, rest): // what java says is bounded
			text = before + said
		}
	}
	return text
}

// refusalOf is what java says in its own words, in one line.
func refusalOf(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		isIdle := line == "" || strings.Contains(line, "Picked up ") ||
			line == "Error: Could not create the Java Virtual Machine." || strings.HasPrefix(line, "Error: A fatal exception has occurred")
		if !isIdle {
			lines = append(lines, line)
		}
	}
	return quoted(strings.Join(lines, "; "))
}

// warningsOf are the lines by which java warns.
func warningsOf(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.Contains(line, "Picked up ") {
			continue
		}
		if _, behind, found := strings.Cut(line, " VM warning: "); found {
			lines = append(lines, quoted(behind))
		} else if strings.Contains(line, "[warning]") || strings.HasPrefix(line, "WARNING: ") || strings.HasPrefix(line, "warning: ") {
			lines = append(lines, quoted(line))
		}
	}
	return lines[:min(len(lines), warningsMost)]
}

func quoted(text string) string {
	return cut(mask(text, true), quotedMost) // masked before a cut hides that it is a secret
}

// sourceOf is where an option is written that java names; empty where none is
// found. Of several it is the longest name, which may have another one in it, and
// of those that are the same the highest layer's, which counts. Defaults are not
// the reason as long as anything else is.
func (c *checker) sourceOf(said string) (source string) {
	said, _, _ = strings.Cut(said, "Did you mean ") // which is not what is written
	longest := 2                                    // shorter names are in any text
	for _, o := range slices.Backward(jvm.Leaves(c.everything())) {
		name := nameInJava(o)
		if len(name) > longest && !isDefault(o.Source) && hasWord(said, name) {
			longest, source = len(name), o.Source
		}
	}
	return source
}

// nameInJava is an option as java names it: a flag without what is before it, and
// a file without its @.
func nameInJava(o jvm.Option) string {
	if flag, isFlag := strings.CutPrefix(o.Name(), "-XX:"); isFlag {
		return strings.TrimLeft(flag, "+-")
	}
	return strings.TrimPrefix(o.Name(), "@")
}

// hasWord tells whether a name stands in a text, and not as a part of a longer one.
func hasWord(text, name string) bool {
	isInside := func(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
	for from := 0; ; {
		at := strings.Index(text[from:], name)
		if at < 0 {
			return false
		}
		at += from
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		// A dot or a dash may end a sentence, and may go on with the name.
		after, _ := utf8.DecodeRuneInString(strings.TrimLeft(text[at+len(name):], ".-"))
		if !isInside(before) && !isInside(after) {
			return true
		}
		from = at + 1
	}
}
