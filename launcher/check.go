package launcher

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"jvm-entrypoint/launcher/jvm"
)

// Finding is one thing that a check found.
type Finding struct {
	Level   string `json:"level"` // error: a start is refused, or would fail; or warning
	Message string `json:"message"`
	Setting string `json:"setting,omitempty"` // the variable that it is about, where it is about one
}

const (
	levelError   = "error"
	levelWarning = "warning"
)

// checker collects what a check finds.
type checker struct {
	Plan
	sys    System
	wrong  []error  // a start is refused, or would fail
	lacks  []lack   // warnings, or refusals where ENTRYPOINT_STRICT says so
	advice []string // warnings
}

// FindAll tells what a start of a plan would stumble over: what the plan says
// itself, and what only trying tells. Where there is no plan, refused is why.
// Nothing that it does outlives it.
func FindAll(ctx context.Context, p Plan, refused error, sys System) []Finding {
	if p.Java == "" {
		return findings(refused, nil, nil)
	}
	// A folder that can't be had changes the plan, as it would a start's.
	sys.RunAs = p.Request.RunAs
	p, _ = p.MakeFolders(trying(sys)) // the lacks tell why not
	p.removeFolders(sys)
	c := checker{Plan: p, sys: sys, lacks: p.lacks, advice: p.Warnings[len(p.lacks):]}
	// Where memory is short the kernel is to take java's trial, which inherits this,
	// not the service that may be running in this container. As root: the file is its.
	_ = sys.WriteExisting("/proc/self/oom_score_adj", "1000")
	if err := sys.AsJava(func() error { c.try(ctx); return nil }); err != nil {
		c.wrong = append(c.wrong, err)
	}
	if p.Request.Settings.Strict {
		c.wrong, c.lacks = append([]error{refuse(c.lacks)}, c.wrong...), nil
	}
	return findings(errors.Join(c.wrong...), c.lacks, c.advice)
}

// trying is a system where a folder is only had when java can write in it, and
// where making it begins no new life.
func trying(sys System) System {
	try := sys
	try.MarkStart = func(string) {}
	try.MakeFolder = func(root, name string) (made []string, err error) {
		if made, err = sys.MakeFolder(root, name); err == nil {
			err = sys.TryFile(path.Join(root, name))
		}
		return made, err
	}
	try.MakeFolderFor = func(root, name string, owner Identity) (made []string, err error) {
		if made, err = sys.MakeFolderFor(root, name, owner); err == nil {
			err = sys.AsJava(func() error { return sys.TryFile(path.Join(root, name)) })
		}
		return made, err
	}
	return try
}

// try tries what java will do, as the user that it will be.
func (c *checker) try(ctx context.Context) {
	c.checkProgram(ctx)
	c.checkAgents(ctx)
	c.checkFiles()
	c.checkPorts()
	c.checkJava(ctx)
}

func findings(wrong error, lacks []lack, advice []string) []Finding {
	var list []Finding
	if wrong != nil {
		for _, line := range Lines(wrong) {
			list = append(list, Finding{levelError, line, settingOf(line)})
		}
	}
	for _, l := range lacks {
		list = append(list, Finding{levelWarning, show(l.String()), settingOf(l.what)})
	}
	for _, line := range advice {
		list = append(list, Finding{levelWarning, show(line), settingOf(line)})
	}
	return list
}

// settingOf gives the variable that a message begins with.
func settingOf(message string) string {
	end := strings.IndexFunc(message, func(r rune) bool { return !('A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_') })
	name := message[:max(end, 0)]
	isOurs := slices.ContainsFunc(AllSettings(), func(s Setting) bool { return s.Name == name })
	if isOurs || slices.Contains(jvm.Variables, name) {
		return name
	}
	return ""
}

// PrintFindings writes them, one a line, and gives the exit code of a check.
func PrintFindings(to io.Writer, list []Finding, form Mode) (code int) {
	for _, f := range list {
		line := f.Level + ": " + f.Message + "\n"
		if form == CheckJSON {
			line = f.json()
		}
		if _, err := io.WriteString(to, line); err != nil {
			return ExitOther
		}
		if f.Level == levelError {
			code = ExitSetting
		}
	}
	return code
}

func (f Finding) json() string {
	var line strings.Builder
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(f) // texts alone
	return line.String()
}

// refuse records that a start would fail by something of a setting's.
func (c *checker) refuse(setting, value, format string, a ...any) {
	c.wrong = append(c.wrong, &SettingError{Name: setting, Value: value, Err: fmt.Errorf(format, a...)})
}

func (c *checker) advise(format string, a ...any) {
	c.advice = append(c.advice, fmt.Sprintf(format, a...))
}
