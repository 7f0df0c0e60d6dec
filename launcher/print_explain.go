package launcher

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"jvm-entrypoint/launcher/host"
	"jvm-entrypoint/launcher/jvm"
)

// Explain gives the plan for people, secrets masked: what would run, where
// each option comes from, and what it took the place of.
func (p Plan) Explain() string {
	var page strings.Builder
	table := tabwriter.NewWriter(&page, 0, 0, 2, ' ', 0)
	row := func(cells ...string) { fmt.Fprintln(table, strings.Join(cells, "\t")) }
	f := p.Facts

	row("java", p.Java, fmt.Sprintf("%s, by %s", orUnknown(p.Request.Program.Version.String()), p.Request.Program.JavaSource))
	if p.Request.Program.MainClass != "" {
		row("class", p.Request.Program.MainClass, "JVM_MAIN_CLASS")
	} else {
		row("jar", p.Request.Program.Jar, "BIN_JAR")
	}
	row("memory limit", orNone(jvm.Bytes(f.MemoryLimit)), f.MemoryLimitSource)
	row("host address", explained(f.HostIP))
	row("statsd host", explained(f.DatadogHost))
	row("container", explained(f.ContainerID))
	row("network", network(f.Network))
	for _, folder := range p.Folders {
		row("makes folder", folder.Path())
	}
	for _, change := range p.Changes {
		row("sets", change.Name+"="+maskValue(change.Name, change.Value))
	}
	table.Flush()

	page.WriteString("\nOptions, lowest rank first:\n")
	for _, o := range p.Options {
		row("  "+maskedOption(o.Option), o.Source)
		for _, replaced := range o.Replaces {
			row("    in place of "+maskedOption(replaced), replaced.Source)
		}
	}
	table.Flush()
	section(&page, "Left out", p.Dropped, func(d jvm.Dropped) string {
		return fmt.Sprintf("%s (%s): %s", maskedOption(d.Option), d.Source, d.Reason)
	})
	section(&page, "Application arguments", maskWords(p.Request.Arguments), jvm.Quote)
	section(&page, "Warnings", p.Warnings, maskText)
	return page.String()
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

// explained gives a fact's cells: its value, and where it is from or why not.
func explained(f host.Fact) string {
	switch {
	case f.Known() && f.Err != nil:
		return fmt.Sprintf("%s\t%s; %v", f.Value, f.Source, f.Err)
	case f.Known():
		return f.Value + "\t" + f.Source
	case f.Err != nil:
		return "not known\t" + f.Err.Error()
	}
	return "not known\tnot looked for"
}

// maskedOption is an option for showing.
func maskedOption(o jvm.Option) string { return strings.Join(maskWords(o.Words), " ") }

func orUnknown(text string) string {
	if text == "" {
		return "unknown version"
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
		"host " + brief(f.HostIP), "statsd " + brief(f.DatadogHost), "container " + brief(f.ContainerID),
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

func brief(f host.Fact) string {
	if !f.Known() {
		return "unknown"
	}
	return fmt.Sprintf("%s (%s)", f.Value, f.Source)
}
