package jvm

import (
	"fmt"
	"slices"
	"strings"
)

// Layer is options of one rank. Within a layer nothing is reordered, dropped
// or judged: that is the JVM's to do.
type Layer struct {
	Name    string
	Options []Option
	// Foreign marks a variable that the JVM reads itself, such as
	// JAVA_TOOL_OPTIONS: it never goes into argv, but lower layers yield to it.
	Foreign bool
}

// Replaced is an option that another one took the place of, and why.
type Replaced struct {
	Option
	Why string
}

// Kept is an option of the command line with those it replaced.
type Kept struct {
	Option
	Replaces []Replaced
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
	// Layers are what is left of each layer, in their order.
	Layers []Layer
}

// Without gives a layer's options without those that are refused.
func (l Layer) Without(refused []Refusal) (left []Option, dropped []Dropped) {
	for _, o := range l.Options {
		kept, _ := o.filter(func(leaf Option) bool {
			i := slices.IndexFunc(refused, func(r Refusal) bool {
				return r.Source == leaf.Source && slices.Equal(r.Words, leaf.Words)
			})
			if i >= 0 {
				dropped = append(dropped, Dropped{leaf, refused[i].Reason})
			}
			return i < 0
		})
		left = append(left, kept...)
	}
	return left, dropped
}

// ReplacedHeap is the maximum heap size that an option took the place of; 0
// where there was none.
func (k Kept) ReplacedHeap() Bytes {
	var size Bytes
	for _, r := range k.Replaces {
		size = max(size, MaxHeap([]Option{r.Option}))
	}
	return size
}

// InEffect are all options that the JVM gets, those of its own variables and
// of files included, in its order: the last one counts.
func (m Merged) InEffect() []Option {
	var first, all []Option
	for _, layer := range m.Layers {
		for _, o := range layer.Options {
			if o.isFlagsFile() {
				first = append(first, Leaves([]Option{o})...)
			} else {
				all = append(all, Leaves([]Option{o})...)
			}
		}
	}
	return append(first, all...)
}

// A holder is who sets a thing.
type holder struct {
	*Kept
	foreign bool
	value   string // as it was given
}

// A rival is who an option yields to, and why.
type rival struct {
	holder
	why string
}

// merging is a merge under way, from the highest layer down.
type merging struct {
	Merged
	holders map[string]holder
	sides   map[side]holder   // of exclusions
	own     map[string]string // the values that the layer which is being added gives
	noHeap  *rival            // why that layer's heap sizes go
	kept    [][]*Kept         // by layer, the highest first
}

// Merge puts layers, lowest first, into one command line, lowest first. An
// option yields where an option of a higher layer, itself kept, sets one of
// the things that it sets, or can't live with it. Nothing is ever negated:
// negating the collector that the JVM would choose itself is fatal.
func Merge(layers ...Layer) Merged {
	m := merging{holders: map[string]holder{}, sides: map[side]holder{}}
	for _, layer := range slices.Backward(layers) {
		m.add(layer)
	}
	slices.Reverse(m.Layers)
	for _, kept := range slices.Backward(m.kept) {
		for _, k := range kept {
			m.Options = append(m.Options, *k)
		}
	}
	return m.Merged
}

// add puts a layer below those that are there.
func (m *merging) add(layer Layer) {
	m.look(layer)
	left := Layer{Name: layer.Name, Foreign: layer.Foreign}
	for _, o := range layer.Options {
		kept := m.settle(o)
		if o.isFlagsFile() && len(kept) > 0 && !kept[0].isFlagsFile() {
			// HotSpot reads such a file before the command line.
			left.Options = append(kept, left.Options...)
		} else {
			left.Options = append(left.Options, kept...)
		}
	}
	var own []*Kept
	// Only now: one layer's own options are no rivals.
	for _, o := range left.Options {
		k := &Kept{Option: o}
		own = append(own, k)
		for _, one := range append(o.leaves(), o) {
			for _, s := range one.sets() {
				m.holders[s.what] = holder{k, layer.Foreign, s.value}
			}
			for _, s := range one.sides() {
				m.sides[s] = holder{k, layer.Foreign, ""}
			}
		}
	}
	m.Layers = append(m.Layers, left)
	if !layer.Foreign {
		m.kept = append(m.kept, own)
	}
}

// look takes from a layer what its options are judged by together: the values
// that it gives, and whether its maximum heap has to go. With that go its initial
// and its least size, which could be above the JVM's own maximum.
func (m *merging) look(layer Layer) {
	m.own, m.noHeap = map[string]string{}, nil
	own := map[string]string{}
	for _, o := range Leaves(layer.Options) {
		if _, yields := m.rival(o); yields {
			continue
		}
		for _, s := range o.sets() {
			own[s.what] = s.value
		}
	}
	m.own = own
	for _, o := range Leaves(layer.Options) {
		for _, s := range o.sets() {
			if r, found := m.outOfOrder(s); found && s.what == maxHeap {
				m.noHeap = &r
			}
		}
	}
}

// settle gives what is left of an option: itself or nothing, or, of a file of
// options some of which must not reach java, the others. Where the last of two
// counts anyway a file stays whole: its options may be secrets, which would be
// there for all to read on the command line.
func (m *merging) settle(o Option) []Option {
	isFile := len(o.Holds) > 0
	_, open := m.rival(o) // two files of one kind may be fatal; what is in them is not
	yields := map[int]bool{}
	for i, leaf := range o.leaves() {
		if r, found := m.rival(leaf); found {
			m.yield(leaf, r)
			yields[i] = true
			open = open || o.isReadLast() || !m.isOverridden(leaf)
		}
	}
	if isFile && !open {
		return []Option{o}
	}
	i := -1
	left, whole := o.filter(func(Option) bool {
		i++
		return !yields[i]
	})
	if isFile && whole {
		return o.leaves()
	}
	return left
}

// isReadLast tells whether java reads a file behind the command line, which then
// overrides nothing of it.
func (o Option) isReadLast() bool { return o.Source == JavaOptions && !o.isFlagsFile() }

// isOverridden tells whether all that an option sets is set again behind it, so
// that java does not mind that it is there.
func (m *merging) isOverridden(o Option) bool {
	own := 0
	for _, s := range o.sets() {
		switch _, held := m.holders[s.what]; {
		case s.what == heapSize: // of which the flags below are what is set
		case !held || !strings.HasPrefix(s.what, "-D") && !strings.HasPrefix(s.what, "-XX:"):
			return false
		default:
			own++
		}
	}
	return own > 0
}

// yield records that an option is left out.
func (m *merging) yield(o Option, r rival) {
	if r.foreign {
		m.Dropped = append(m.Dropped, Dropped{o, fmt.Sprintf("%s sets %s; %s", r.Source, r.Name(), r.why)})
	} else {
		r.Replaces = append(r.Replaces, Replaced{o, r.why})
	}
}

// rival finds whom an option yields to.
func (m *merging) rival(o Option) (r rival, yields bool) {
	for _, s := range o.sides() {
		if holder, held := m.sides[s.opposite()]; held {
			return rival{holder, "java refuses both together"}, true
		}
	}
	for _, s := range o.sets() {
		if s.what == heapSize && m.noHeap != nil {
			return *m.noHeap, true
		}
		holder, held := m.holders[s.what]
		if held && !(s.what == collector && s.value == holder.value) {
			return rival{holder, "both set " + s.what}, true
		}
		if r, found := m.outOfOrder(s); found {
			return r, true
		}
	}
	return rival{}, false
}

// outOfOrder finds an option that makes another one's value impossible:
// -XX:MaxHeapFreeRatio=60 beside -XX:MinHeapFreeRatio=70.
func (m *merging) outOfOrder(s setting) (r rival, found bool) {
	for _, order := range orders {
		other := order.greater
		if s.what == order.greater {
			other = order.lesser
		} else if s.what != order.lesser {
			continue
		}
		if chosen := m.text(collector); order.only != "" && chosen != "" && chosen != order.only {
			continue
		}
		if order.lesser == survivorRatio {
			size, _ := ParseBytes(m.text(regionSize))
			order.times = max(order.times, size)
		}
		holder, held := m.holders[other]
		if held && order.isBroken(s, setting{other, holder.value}) {
			return rival{holder, "java refuses such values together"}, true
		}
	}
	return rival{}, false
}

// text is a setting's value, as the highest layer gives it; empty where none does.
func (m *merging) text(what string) string {
	if holder, held := m.holders[what]; held {
		return holder.value
	}
	return m.own[what]
}
