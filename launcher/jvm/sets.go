package jvm

import (
	"path"
	"slices"
	"strings"
)

// A setting is one thing that an option sets, and the value that it gives it.
type setting struct{ what, value string }

// sets lists what an option sets. Two options that set the same thing can't
// both be meant: the higher layer's stays.
func (o Option) sets() []setting {
	word := o.Words[0]
	if property, ok := strings.CutPrefix(word, "-D"); ok {
		key, value, _ := strings.Cut(property, "=")
		return []setting{{"-D" + key, value}}
	}
	var list []setting
	name, value, _ := o.parts()
	if strings.HasPrefix(name, "-XX:") {
		if addsUpFlags()[name] {
			return nil
		}
		list = append(list, setting{name, value})
	}
	if what, ok := sameAgent(word); ok {
		list = append(list, setting{what, ""})
	}
	if name == "--patch-module" {
		module, _, _ := strings.Cut(value, "=")
		list = append(list, setting{"--patch-module " + module, ""})
	}
	setterIndex().find(o, func(row int, value string) {
		s := setters[row]
		if s.value != nil {
			value = s.value(value)
		}
		for _, what := range s.sets {
			list = append(list, setting{what, value})
		}
	})
	return list
}

// parts are an option's name and value, and whether it switches something on
// or gives it a value: -XX:-UseG1GC, which does not, is named -XX:UseG1GC.
func (o Option) parts() (name, value string, on bool) {
	name, value, hasValue := strings.Cut(o.Words[0], "=")
	if !hasValue && len(o.Words) > 1 {
		value = o.Words[1]
	}
	if flag, ok := strings.CutPrefix(name, "-XX:"); ok {
		flag, _, _ = strings.Cut(flag, ":") // NAME:=VALUE empties a list before; StartFlightRecording:KEY=VALUE is another spelling
		plain := strings.TrimLeft(flag, "+-")
		return "-XX:" + plain, value, !strings.HasPrefix(flag, "-")
	}
	return name, value, true
}

// A side is one of the two of an exclusion, by its row.
type side struct{ row, of int }

// sides are those that an option is on.
func (o Option) sides() []side {
	var list []side
	for of := range 2 {
		exclusionIndex()[of].find(o, func(row int, _ string) { list = append(list, side{row, of}) })
	}
	return list
}

// opposite is the side that a side can't live with.
func (s side) opposite() side { return side{s.row, 1 - s.of} }

// wellKnownAgents are agents that people put in two places, under the names
// that their makers give the files.
var wellKnownAgents = []string{
	"dd-java-agent", "opentelemetry-javaagent", "newrelic", "elastic-apm-agent", "applicationinsights-agent",
	"jmx_prometheus_javaagent", "jacocoagent", "jmxmp-agent",
}

// sameAgent names the agent that an option loads: the same one twice would run
// twice, whatever its arguments.
func sameAgent(word string) (what string, ok bool) {
	kind, value, _ := strings.Cut(word, ":")
	file, _, _ := strings.Cut(value, "=")
	switch {
	case kind == "-javaagent":
		stem := strings.TrimSuffix(path.Base(file), ".jar")
		for _, known := range wellKnownAgents {
			// Their files carry a version: dd-java-agent-1.54.0.jar.
			if rest, found := strings.CutPrefix(stem, known); found && strings.Trim(rest, "-.0123456789") == "" {
				return "the agent " + known, true
			}
		}
		return "the agent " + path.Clean(file), true
	case kind == "-agentpath":
		library := strings.TrimSuffix(strings.TrimPrefix(path.Base(file), "lib"), ".so")
		if library == "jdwp" {
			return debugger, true
		}
		return "the agent " + path.Clean(file), true
	case kind == "-agentlib" && file != "jdwp":
		return "the agent " + file, true
	}
	return "", false
}

// isBroken tells whether two settings of an order are the wrong way round.
func (o order) isBroken(a, b setting) bool {
	lesser, greater := a, b
	if a.what == o.greater {
		lesser, greater = b, a
	}
	least, err := ParseBytes(lesser.value)
	if err != nil || least <= o.above {
		return false
	}
	most, err := ParseBytes(greater.value)
	return err == nil && least > most/o.times
}

// LimitsHeap tells whether options bound the heap, by a size or by a share.
func LimitsHeap(options []Option) bool {
	return slices.ContainsFunc(Leaves(options), func(o Option) bool {
		name, _, on := o.parts()
		return on && slices.Contains([]string{maxHeap, "-XX:MaxRAM", "-XX:MaxRAMPercentage", "-XX:MaxRAMFraction", "-XX:AggressiveHeap"}, name) ||
			strings.HasPrefix(name, "-Xmx") || strings.HasPrefix(name, "-mx")
	})
}

// HeapSetter is the last option that sets the heap's size, by whatever it does so;
// a zero one where none does.
func HeapSetter(options []Option) (last Option) {
	for _, o := range Leaves(options) {
		if o.setsHeap() {
			last = o
		}
	}
	return last
}

func (o Option) setsHeap() bool {
	return slices.ContainsFunc(o.sets(), func(s setting) bool { return s.what == heapSize })
}

// WithoutHeap gives options without those that set the heap's size.
func WithoutHeap(options []Option) []Option {
	return slices.DeleteFunc(Leaves(options), Option.setsHeap)
}

// MaxHeap is the maximum heap size that options ask for by a size, the last
// winning as in the JVM; 0 where none does.
func MaxHeap(options []Option) Bytes {
	var size Bytes
	for _, o := range Leaves(options) {
		for _, s := range o.sets() {
			if n, err := ParseBytes(s.value); s.what == maxHeap && err == nil {
				size = n
			}
		}
	}
	return size
}

// A namedSetting is a setting with the option that it is from.
type namedSetting struct {
	setting
	name   string // -Xss2m
	source string
}

// lastOf is the one that counts of the leaves that have a name, as parts gives it.
func lastOf(leaves []Option, name string) (last Option, found bool) {
	for _, o := range slices.Backward(leaves) {
		if n, _, _ := o.parts(); n == name {
			return o, true
		}
	}
	return Option{}, false
}

// lastSetting is the one that counts of those that set a flag, by any of its
// spellings.
func lastSetting(options []Option, flag string) (last namedSetting, found bool) {
	for _, o := range Leaves(options) {
		for _, s := range o.sets() {
			if s.what == flag {
				last, found = namedSetting{s, o.String(), o.Source}, true
			}
		}
	}
	return last, found
}
