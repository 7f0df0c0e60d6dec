package launcher

import (
	"fmt"
	"strings"
	"time"

	"jvm-entrypoint/launcher/host"
	"jvm-entrypoint/launcher/jvm"
)

// Explain gives the plan for people, secrets masked: what would run, where
// each option comes from, and what it took the place of.
func (p Plan) Explain() string {
	var page strings.Builder
	f, program := p.Facts, p.Request.Program
	row := func(label, value, where string) {
		if where != "" {
			where = " (" + where + ")"
		}
		fmt.Fprintf(&page, "%-14s%s\n", label, show(value+where))
	}
	row("java", p.Java, orUnknown(program.Version.String())+", by "+program.JavaSource)
	if program.MainClass != "" {
		row("class", program.MainClass, "JVM_MAIN_CLASS")
	} else {
		row("jar", program.Jar, "BIN_JAR")
	}
	row("memory limit", orNone(jvm.Bytes(f.MemoryLimit)), f.MemoryLimitSource)
	for _, fact := range []struct {
		label string
		fact  host.Fact
	}{{"host", f.HostIP}, {"statsd host", f.DatadogHost}, {"container", f.ContainerID}} {
		row(fact.label, orNotKnown(fact.fact.Value), whence(fact.fact))
	}
	row("network", network(f.Network), "")
	for _, folder := range p.Folders {
		row("makes folder", folder.Path(), "")
	}
	for _, change := range p.Changes {
		if change.Remove {
			row("unsets", change.Name, "")
		} else {
			row("sets", change.Name+"="+change.shown(), "")
		}
	}
	section(&page, "Options, by where they come from, lowest rank first", p.Options, explainedOption)
	section(&page, "Left out", p.Dropped, func(d jvm.Dropped) string {
		return column(d.Source, fmt.Sprintf("%s: %s", maskedOption(d.Option), d.Reason))
	})
	section(&page, "Application arguments", maskWords(p.Request.Arguments), jvm.Quote)
	section(&page, "Warnings", p.Warnings, show)
	return page.String()
}

// column puts the source first, since sources are short and options are not.
func column(source, text string) string { return fmt.Sprintf("%-22s%s", source, show(text)) }

func explainedOption(o jvm.Kept) string {
	text := column(o.Source, maskedOption(o.Option))
	for _, replaced := range o.Replaces {
		text += "\n  " + column("", fmt.Sprintf("in place of %s (%s)", maskedOption(replaced), replaced.Source))
	}
	return text
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

// whence tells where a fact is from, and why nothing better was found.
func whence(f host.Fact) string {
	if f.Err == nil {
		return f.Source
	}
	return strings.TrimPrefix(f.Source+"; ", "; ") + f.Err.Error()
}

// maskedOption is an option for showing.
func maskedOption(o jvm.Option) string { return strings.Join(maskWords(o.Words), " ") }

func orUnknown(text string) string {
	if text == "" {
		return "unknown version"
	}
	return text
}

func orNotKnown(text string) string {
	if text == "" {
		return "not known"
	}
	return text
}

func orNone(size jvm.Bytes) string {
	if size == 0 {
		return "none"
	}
	return size.String()
}

// Summary is the one line at the start.
func (p Plan) Summary(version string, took time.Duration) string {
	f := p.Facts
	heap := "by the JVM"
	if p.MaxHeap > 0 {
		heap = p.MaxHeap.String()
	}
	if f.MemoryLimit > 0 {
		heap += " of " + jvm.Bytes(f.MemoryLimit).String()
	}
	parts := []string{
		version, "java " + orUnknown(p.Request.Program.Version.String()), "heap " + heap,
		"host " + brief(f.HostIP), "statsd " + brief(f.DatadogHost), "container " + brief(short(f.ContainerID)),
	}
	if f.Logs.IsUsable() {
		parts = append(parts, "logs "+f.Logs.Path())
	}
	switch n := len(p.Warnings); n {
	case 0:
	case 1:
		parts = append(parts, "1 warning")
	default:
		parts = append(parts, fmt.Sprintf("%d warnings", n))
	}
	return strings.Join(append(parts, took.Round(100*time.Microsecond).String()), ", ")
}

// short gives a container's id as docker ps prints it.
func short(id host.Fact) host.Fact {
	if id.Known() {
		id.Value = folderName(id.Value, "")
	}
	return id
}

func brief(f host.Fact) string {
	if !f.Known() {
		return "unknown"
	}
	return fmt.Sprintf("%s (%s)", f.Value, f.Source)
}
