package launcher

import (
	"slices"
	"strings"

	"jvm-entrypoint/launcher/jvm"
)

// Environment is a list of NAME=value, as the kernel has it. Where a name is
// there twice the first counts, as in libc.
type Environment []string

// get gives a variable's value, "" where it is not set.
func (e Environment) get(name string) string {
	for _, entry := range e {
		if key, value, ok := strings.Cut(entry, "="); ok && key == name {
			return value
		}
	}
	return ""
}

// isSet tells whether a variable has a value; an empty one is none.
func (e Environment) isSet(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return e.get(name) != "" })
}

// isEmpty tells whether a variable is there without a value.
func (e Environment) isEmpty(name string) bool {
	return e.get(name) == "" && slices.Contains(e, name+"=")
}

// firstSet gives the first of some names that has a value, "" where none has.
func (e Environment) firstSet(names ...string) string {
	for _, name := range names {
		if e.isSet(name) {
			return name
		}
	}
	return ""
}

func (e Environment) variables() map[string]string {
	variables := make(map[string]string, len(e))
	for _, entry := range slices.Backward(e) {
		// An entry may lack a name, and the library would take it for many.
		if key, value, ok := strings.Cut(entry, "="); ok && key != "" {
			variables[key] = value
		}
	}
	return variables
}

// Change is one change to java's environment.
type Change struct {
	Name, Value string
	Remove      bool
	Source      string // of a default that has a name; else empty
}

// shown is the value with secrets masked. A variable of options is masked as
// the words that it holds.
func (c Change) shown() string {
	if slices.Contains(jvm.Variables, c.Name) {
		return jvm.JoinVariable(maskWords(jvm.SplitVariable(c.Value)))
	}
	return maskValue(c.Name, c.Value)
}

// with gives the environment after changes, each name there once.
func (e Environment) with(changes []Change) Environment {
	after := slices.Clone(e)
	for _, change := range changes {
		after = slices.DeleteFunc(after, func(entry string) bool {
			return strings.HasPrefix(entry, change.Name+"=")
		})
		if !change.Remove {
			after = append(after, change.Name+"="+change.Value)
		}
	}
	return after
}

// changes are what java's environment gets: the facts where they aren't set,
// a locale where there is none (Java would write ? for what is not ASCII), the
// agent's host for Datadog's own libraries where nothing else tells it, and the
// defaults that are variables.
func (in inputs) changes() []Change {
	s, f := in.Settings, in.Facts
	if s.isOff() {
		return nil
	}
	var list []Change
	add := func(name, value string, unless ...string) {
		if value != "" && !s.Env.isSet(name) && !s.Env.isSet(unless...) {
			list = append(list, Change{Name: name, Value: value})
		}
	}
	for _, row := range factRows {
		if row.variable != "" {
			add(row.variable, row.of(f).text)
		}
	}
	add("LANG", "C.UTF-8", "LC_ALL", "LC_CTYPE")
	if !f.DatadogSocket.Known() {
		add("DD_AGENT_HOST", f.DatadogHost.Value, "DD_TRACE_AGENT_URL", "DD_DOGSTATSD_URL")
	}
	for _, d := range defaultOptions {
		if d.variables == nil || s.isLeftOut(d.name) {
			continue
		}
		for _, change := range d.variables(in) {
			change.Source = ofDefault + d.name
			list = append(list, change)
		}
	}
	return list
}
