package launcher

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"jvm-entrypoint/launcher/host"
	"jvm-entrypoint/launcher/jvm"
)

// Explain gives the plan for people, secrets masked: whether it would start,
// what is wrong, what would run, where each option comes from, and what it took
// the place of and why.
func (p Plan) Explain() string {
	var page strings.Builder
	fmt.Fprintf(&page, "%s\n", show(p.verdict()))
	section(&page, "Warnings", p.Warnings, show)
	page.WriteString("\n")
	p.explainFacts(&page)
	section(&page, p.memoryTitle(), p.Memory.Parts, explainedPart)
	section(&page, "Options for java, lowest rank first; where two set the same thing only the higher one is here", p.Options, explainedOption)
	section(&page, "Options that java reads by itself", maskedTogether(p.Foreign), func(o jvm.Option) string {
		return column(o.Source, o.String()) + held(o)
	})
	section(&page, "Left out", p.Dropped, func(d jvm.Dropped) string {
		return column(d.Source, fmt.Sprintf("%s: %s", maskedOption(d.Option), maskText(d.Reason)))
	})
	section(&page, "Application arguments", maskWords(p.Request.Arguments), func(word string) string {
		return plain(jvm.Quote(word))
	})
	return page.String()
}

// verdict answers the question that the page is read for.
func (p Plan) verdict() string {
	program := p.Request.Program
	what := program.Jar
	if program.MainClass != "" {
		what = program.MainClass
	}
	java := "java"
	if program.Version.Feature > 0 {
		java = fmt.Sprintf("Java %d", program.Version.Feature)
	}
	if program.Assumed {
		java += " (as asked)"
	}
	switch n := len(p.Refused); {
	case n > 0:
		return fmt.Sprintf("%s would not start %s: it refuses %s.", java, what, count(n, "option"))
	case len(p.Warnings) > 0:
		return fmt.Sprintf("%s would start %s, with %s.", java, what, count(len(p.Warnings), "warning"))
	}
	return fmt.Sprintf("%s would start %s.", java, what)
}

func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// explainFacts tells what runs, where, and what is done before.
func (p Plan) explainFacts(page *strings.Builder) {
	f, program := p.Facts, p.Request.Program
	row := func(label, value, where string) {
		if where != "" {
			where = " (" + where + ")"
		}
		fmt.Fprintf(page, "%-17s%s\n", label, show(value+where))
	}
	version := orUnknown(program.Version.String())
	if program.Assumed {
		version = "as if it were " + version
	}
	row("java", p.Java, version+", by "+program.JavaSource)
	if program.MainClass != "" {
		row("class", program.MainClass, "JVM_MAIN_CLASS")
	} else {
		row("jar", program.Jar, program.jarSource())
	}
	row("heap", p.heap(), p.heapLimit().source)
	if p.Processors.Count > 0 {
		row("processors", strconv.Itoa(p.Processors.Count), p.Processors.Reason)
	}
	if served, guarded := p.jmx(); served != "" {
		row("JMX", served, guarded)
	}
	for _, r := range factRows {
		fact := r.of(f)
		if fact.text == "" && !p.misses(r) {
			continue
		}
		if r.unknown != "" {
			fact.err = nil // which it says in full
		}
		row(r.label, cmp.Or(fact.text, r.unknown, "not known"), fact.whence())
	}
	if id := p.Request.RunAs; id != nil {
		row("runs as", fmt.Sprintf("uid %d, gid %d, groups %s", id.UID, id.GID, strings.Trim(fmt.Sprint(id.Groups), "[]")), jvmRunAs+" "+id.Name)
	}
	if line := p.Skipped(); line != "" {
		row("runs as", "the container's user", line)
	}
	if previous := f.Previous.String(); previous != "" {
		row("previous life", previous, "")
	}
	for _, folder := range p.Folders {
		how := ""
		if folder.HandedOver {
			how = "as root, and hands it over"
		}
		row("makes folder", folder.Path(), how)
	}
	for _, change := range p.Changes {
		if change.Remove {
			row("unsets", change.Name, "")
		} else {
			row("sets", change.Name+"="+change.shown(), change.Source)
		}
	}
}

// column puts the source first, since sources are short and options are not.
// The text has its secrets masked already: behind a masked one more may follow.
func column(source, text string) string { return fmt.Sprintf("%-22s %s", show(source), plain(text)) }

func explainedOption(o jvm.Kept) string {
	text := column(o.Source, maskedOption(o.Option)) + held(o.Option)
	for i := 0; i < len(o.Replaces); {
		// Those of one place and for one reason are one line.
		first, alike := o.Replaces[i], []string{}
		for ; i < len(o.Replaces) && o.Replaces[i].Source == first.Source && o.Replaces[i].Why == first.Why; i++ {
			alike = append(alike, maskedOption(o.Replaces[i].Option))
		}
		text += "\n  " + column("", fmt.Sprintf("  in place of %s (%s): %s", strings.Join(alike, " "), first.Source, maskText(first.Why)))
	}
	return text
}

// held are the lines for what is in the file that an option names.
func held(o jvm.Option) string {
	text := ""
	for _, one := range maskedTogether(jvm.Leaves(o.Holds)) {
		text += "\n  " + column("", fmt.Sprintf("  holds %s (%s)", one, show(one.Source)))
	}
	return text
}

// maskedTogether are options of one place that java reads by itself, for
// showing. A secret may reach over words there, and a word that is no option be
// the rest of one.
func maskedTogether(options []jvm.Option) []jvm.Option {
	shown := maskWords(words(options))
	var list []jvm.Option
	for _, o := range options {
		masked := jvm.NewOption(o.Source, shown[:len(o.Words)]...)
		masked.Holds = o.Holds
		shown = shown[len(o.Words):]
		if first := o.Words[0]; first == "" || first[0] != '-' && first[0] != '@' {
			masked.Words = []string{"(a word that is no option)"}
		}
		list = append(list, masked)
	}
	return list
}

func section[T any](page *strings.Builder, title string, items []T, text func(T) string) {
	if len(items) == 0 {
		return
	}
	fmt.Fprintf(page, "\n%s:\n", title)
	for _, item := range items {
		fmt.Fprintf(page, "  %s\n", text(item))
	}
}

// misses tells whether a fact is worth a word where it is not known: not that
// of a platform which this is not, and none that a bare start does not look for.
func (p Plan) misses(r factRow) bool {
	switch {
	case p.Request.Settings.isOff():
		return false
	case r.group == ecs || r.group == kubernetes:
		return !p.Request.Settings.isElsewhere(r.group)
	case r.group == instanceID:
		var notAsked *host.NotAskedError
		return !errors.As(r.of(p.Facts).err, &notAsked)
	}
	return r.always
}

// whence tells where a fact is from, how long it took, and why nothing better
// was found.
func (f shownFact) whence() string {
	var parts []string
	if f.source != "" {
		parts = append(parts, f.source)
	}
	if f.took > 0 {
		parts = append(parts, brief(f.took))
	}
	whence := strings.Join(parts, ", ")
	if f.err != nil {
		whence = strings.TrimPrefix(whence+"; ", "; ") + f.err.Error()
	}
	return whence
}

// brief is a time as precise as people need it.
func brief(d time.Duration) string {
	if d < time.Millisecond {
		return d.Round(10 * time.Microsecond).String()
	}
	return d.Round(100 * time.Microsecond).String()
}

// maskedOption is an option for showing.
func maskedOption(o jvm.Option) string { return strings.Join(maskWords(o.Words), " ") }

func orUnknown(text string) string {
	if text == "" {
		return "unknown version"
	}
	return text
}

func orByJVM(size jvm.Bytes) string {
	if size == 0 {
		return "by the JVM"
	}
	return size.String()
}

// Summary is the one line at the start.
func (p Plan) Summary(version string, took time.Duration) string {
	f := p.Facts
	parts := []string{version, "java " + orUnknown(p.Request.Program.Version.String()), "heap " + p.heap()}
	for _, row := range factRows {
		fact := row.of(f)
		if row.name == "containerID" {
			fact.text = shortID(fact.text)
		}
		if row.summary != "" && (fact.text != "" || row.always) {
			parts = append(parts, row.summary+" "+fact.summary())
		}
	}
	if id := p.Request.RunAs; id != nil {
		parts = append(parts, "as "+id.String())
	}
	if f.Logs.IsUsable() {
		parts = append(parts, "logs "+f.Logs.Path())
	}
	if p.uses(archiveSource) {
		parts = append(parts, "with its "+p.Request.Program.Archive.Kind.String())
	}
	if previous := f.Previous.String(); previous != "" {
		parts = append(parts, "previous life: "+previous)
	}
	if n := len(p.Warnings); n > 0 {
		parts = append(parts, count(n, "warning"))
	}
	return strings.Join(append(parts, brief(took)), ", ")
}

// heap tells how large it may become, and of what.
func (p Plan) heap() string {
	heap := orByJVM(p.MaxHeap)
	limit := p.heapLimit()
	switch {
	case limit.text != "":
		heap += " of " + limit.text
	case p.Memory.Reserved:
		heap += " of " + p.Memory.Limit.String() + " reserved, without a limit"
	default:
		heap += " without a limit"
	}
	if p.Memory.IsTight() {
		heap += fmt.Sprintf(" (tight: %s would fit)", p.Memory.Fitting())
	}
	return heap
}

// heapLimit is what bounds the heap, where whoever decides about it knows: the
// JVM knows only what the kernel shows.
func (p Plan) heapLimit() shownFact {
	if p.MaxHeap == 0 {
		return sizeOf(func(f Facts) countFact { return f.Memory.Limit })(p.Facts)
	}
	return sizeOf(Facts.memoryLimit)(p.Facts)
}

func (f shownFact) summary() string {
	if f.text == "" {
		return "unknown"
	}
	f.err = nil // which the warnings tell
	return fmt.Sprintf("%s (%s)", f.text, f.whence())
}
