package jvm

import (
	"fmt"
	"strings"
)

// A Rule is a row of the tables of this package as people read it.
type Rule struct {
	Options string // patterns, spaces between
	Effect  string
	Source  string
}

// Rules are all rules of merging, as docs/options.md has them.
func Rules() []Rule {
	rules := []Rule{
		{"-D*", "sets the property of that name", "the last counts"},
		{"-XX:*", "sets the flag of that name", "arguments.cpp: the last counts"},
		{"-javaagent:* -agentpath:* -agentlib:*", "loads the agent of that path or name", "a second copy would run"},
		{
			"-javaagent:*", "loads the same agent wherever its file is, where its name begins with one of: " + strings.Join(wellKnownAgents, " "),
			"the names that their makers give the files",
		},
		{"--patch-module", "patches the module of that name", "a second time is fatal"},
	}
	for _, s := range setters {
		effect := "sets " + strings.Join(s.sets, " and ")
		if s.sets[0] == collector {
			effect += " to " + s.value("")
		}
		rules = append(rules, Rule{s.options, effect, s.source})
	}
	rules = append(rules, Rule{addsUp.options, "adds up", addsUp.source})
	for _, o := range orders {
		rules = append(rules, Rule{o.lesser + " " + o.greater, o.effect(), o.source})
	}
	for _, e := range exclusions {
		rules = append(rules, Rule{e.options, "not beside " + e.others, e.source})
	}
	return rules
}

func (o order) effect() string {
	least := "the first"
	if o.times > 1 {
		least = fmt.Sprintf("the first times %s", o.times)
	}
	if o.lesser == survivorRatio {
		least += ", or times " + regionSize + ","
	}
	if o.above > 0 {
		least += fmt.Sprintf(", where that is more than %s,", o.above)
	}
	if o.only != "" {
		return least + " is at most the second, with " + o.only
	}
	return least + " is at most the second"
}

// TwoWords are the options whose value may be the next word, with the feature
// release from which on that is so.
func TwoWords() map[string]int { return twoWords }
