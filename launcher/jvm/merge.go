package jvm

import (
	"fmt"
	"slices"
)

// Layer is options of one rank. Within a layer nothing is reordered, dropped
// or judged: that is the JVM's to do.
type Layer struct {
	Options []Option
	// Foreign marks a variable that the JVM reads itself, such as
	// JAVA_TOOL_OPTIONS: it never goes into argv, but lower layers yield to it.
	Foreign bool
}

// Kept is an option of the command line with those it replaced.
type Kept struct {
	Option
	Replaces []Option
}

// Dropped is an option that is left out without one of ours in its place.
type Dropped struct {
	Option
	Reason string
}

// Merged is what comes of layers.
type Merged struct {
	Options []Kept    // of the command line
	Dropped []Dropped // yielded to a variable that the JVM reads itself
	// Left is what is left of each layer, in the layers' order.
	Left [][]Option
}

// Merge puts layers, lowest first, into one command line, lowest first. An
// option yields where an option of a higher layer, itself kept, sets one of
// the things that it sets, or can't live with it. Nothing is ever negated:
// negating the collector that the JVM would choose itself is fatal.
func Merge(layers ...Layer) Merged {
	type holder struct {
		*Kept
		foreign bool
	}
	m := Merged{Left: make([][]Option, len(layers))}
	var kept []*Kept // lowest first
	holders := map[string]holder{}
	for i, layer := range slices.Backward(layers) {
		var own []*Kept
		for _, o := range layer.Options {
			winner, yields := firstHolder(append(yieldsTo(o), sets(o)...), holders)
			switch {
			case yields && winner.foreign:
				m.Dropped = append(m.Dropped, Dropped{o, fmt.Sprintf("%s sets %s", winner.Source, winner.Name())})
			case yields:
				winner.Replaces = append(winner.Replaces, o)
			default:
				own = append(own, &Kept{Option: o})
				m.Left[i] = append(m.Left[i], o)
			}
		}
		// Only now: one layer's own options are no rivals.
		for _, k := range own {
			for _, what := range sets(k.Option) {
				holders[what] = holder{k, layer.Foreign}
			}
		}
		if !layer.Foreign {
			kept = slices.Concat(own, kept)
		}
	}
	for _, k := range kept {
		m.Options = append(m.Options, *k)
	}
	return m
}

// firstHolder finds who holds one of the things, in the order of their naming.
func firstHolder[T any](things []string, holders map[string]T) (holder T, held bool) {
	for _, thing := range things {
		if holder, held = holders[thing]; held {
			return holder, true
		}
	}
	return holder, false
}
