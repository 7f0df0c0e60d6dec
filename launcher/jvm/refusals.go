package jvm

import (
	"fmt"
	"strings"
)

// A Refusal is an option that a Java version refuses.
type Refusal struct {
	Option
	Reason string // removed in Java 14 (use ...)
}

// Refusals are those of the options that a Java version refuses to start with,
// because it no longer has them, doesn't yet, or has them locked. The options
// are all that the JVM gets, in its order. It is known for -XX flags by a table
// of what six JVMs take, and for other options by a table of those that came and
// went; what neither knows is the JVM's to judge.
func Refusals(options []Option, version Version) []Refusal {
	if version.Feature == 0 {
		return nil
	}
	var open unlocking
	for _, o := range options {
		if name, _, on := o.parts(); name == "-XX:IgnoreUnrecognizedVMOptions" {
			open.unrecognized = on // wherever it stands
		}
	}
	var list []Refusal
	for _, o := range options {
		// A flag is unlocked by what stands before it.
		switch name, _, on := o.parts(); name {
		case "-XX:UnlockDiagnosticVMOptions":
			open.diagnostic = on
		case "-XX:UnlockExperimentalVMOptions":
			open.experimental = on
		}
		if reason := o.refusal(version, open); reason != "" {
			list = append(list, Refusal{o, reason})
		}
	}
	return list
}

// unlocking is what the JVM is told to let pass.
type unlocking struct{ diagnostic, experimental, unrecognized bool }

// refusal is why a version refuses an option; empty where it takes it.
func (o Option) refusal(version Version, open unlocking) string {
	name, value, on := o.parts()
	// What is no word of the JVM's may be overlooked; properties and modules are not words.
	overlooked := open.unrecognized && !strings.HasPrefix(name, "-D") && name != "--add-modules"
	if life, found := o.findLifetime(); found && !overlooked {
		if reason := life.refusal(version.Feature, on); reason != "" {
			return reason
		}
	}
	if since := twoWords[o.Words[0]]; len(o.Words) > 1 && !version.AtLeast(since) {
		return fmt.Sprintf("takes its value as the next word from Java %d on (write %s=...)", since, o.Words[0])
	}
	flag, isFlag := strings.CutPrefix(name, "-XX:")
	switch {
	case !isFlag:
		return ""
	case version.Feature == 8 && strings.HasSuffix(flag, "RAMPercentage") && !strings.Contains(value, "."):
		return "needs a decimal point in Java 8 (write 75.0 for 75)"
	}
	return flagRefusal(flag, version, open, overlooked)
}

// flagRefusal is why a version refuses a -XX flag, by what was measured.
func flagRefusal(flag string, version Version, open unlocking, overlooked bool) string {
	letters := flagLetters(flag)
	switch letterAt(letters, version.Feature) {
	case refused:
		if !overlooked {
			return refusedBetween(letters, version.Feature)
		}
	case diagnostic:
		if !open.diagnostic {
			return fmt.Sprintf("diagnostic in Java %d (put -XX:+UnlockDiagnosticVMOptions before it)", version.Feature)
		}
	case experimental:
		if !open.experimental {
			return fmt.Sprintf("experimental in Java %d (put -XX:+UnlockExperimentalVMOptions before it)", version.Feature)
		}
	}
	return ""
}
