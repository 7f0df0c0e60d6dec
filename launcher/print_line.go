package launcher

import (
	"fmt"
	"strings"

	"jvm-entrypoint/launcher/jvm"
)

// BesideLine says what a start does before the command that Line gives; empty
// where that is all.
func (p Plan) BesideLine() string {
	if id := p.Request.RunAs; id != nil {
		return fmt.Sprintf("%s: a start becomes %s before, which this command does not", jvmRunAs, id)
	}
	return ""
}

// Line gives the plan as one command of a POSIX shell: the changes to the
// environment, java and its arguments. It shows secrets, since it is there to
// be run.
func (p Plan) Line() string {
	words := []string{"env"}
	for _, change := range p.Changes {
		if change.Remove {
			words = append(words, "-u", change.Name)
		}
	}
	for _, change := range p.Changes {
		if !change.Remove {
			words = append(words, jvm.Quote(change.Name+"="+change.Value))
		}
	}
	if strings.Contains(p.Java, "=") {
		// env would take it for a variable; sh does not.
		words = append(words, "sh", "-c", `'exec "$0" "$@"'`)
	}
	for _, word := range p.Argv {
		words = append(words, jvm.Quote(word))
	}
	return strings.Join(words, " ") + "\n"
}
