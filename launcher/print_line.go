package launcher

import (
	"strings"

	"jvm-entrypoint/launcher/jvm"
)

// Line gives the plan as one command of a POSIX shell: the changes to the
// environment, java and its arguments. It shows secrets, since it is there to
// be run.
func (p Plan) Line() string {
	words := []string{"env"}
	for _, change := range p.Changes {
		words = append(words, jvm.Quote(change.Name+"="+change.Value))
	}
	for _, word := range p.Argv {
		words = append(words, jvm.Quote(word))
	}
	return strings.Join(words, " ") + "\n"
}
