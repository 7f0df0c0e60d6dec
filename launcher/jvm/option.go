package jvm

import (
	"errors"
	"fmt"
	"strings"
)

// Option is one option of the java command with the place it comes from.
type Option struct {
	Words  []string // one word, or two: --add-opens java.base/java.lang=ALL-UNNAMED
	Source string   // a variable's name, default:NAME, or FILE:LINE
}

// NewOption makes an option of its words.
func NewOption(source string, words ...string) Option { return Option{Words: words, Source: source} }

// String joins the words with a space. It is for people, not for a shell.
func (o Option) String() string { return strings.Join(o.Words, " ") }

// Name is the option without its value, so that it can be shown where the
// value may be a secret: -Dgreeting, -XX:HeapDumpPath, -javaagent.
func (o Option) Name() string {
	word := o.Words[0]
	if flag, ok := strings.CutPrefix(word, "-XX:"); ok {
		name, _, _ := strings.Cut(flag, "=")
		return "-XX:" + name
	}
	if end := strings.IndexAny(word, ":="); end > 0 {
		return word[:end]
	}
	return word
}

// twoWords are the options whose value is the next word, and the feature
// release that they came with. Source: docs of the java command, and what
// each release accepts (8 to 28).
var twoWords = map[string]int{
	"-cp": 1, "-classpath": 1, "-jar": 1,
	"--class-path": 9, "-p": 9, "--module-path": 9, "--upgrade-module-path": 9,
	"--add-modules": 9, "--limit-modules": 9, "--add-reads": 9, "--add-exports": 9,
	"--add-opens": 9, "--patch-module": 9, "-d": 9, "--describe-module": 9,
	"-m": 9, "--module": 9,
	"--source":                11,
	"--enable-native-access":  17,
	"--finalization":          18,
	"--illegal-native-access": 24, "--sun-misc-unsafe-memory-access": 23,
	"--enable-final-field-mutation": 26, "--illegal-final-field-mutation": 26,
}

// whatToRun are options that choose the program, which is not theirs to choose.
var whatToRun = map[string]bool{"-jar": true, "-m": true, "--module": true, "--source": true}

// ParseOptions groups words into options for a Java version; Feature 0 (not
// known) counts as the newest. Its errors quote no value, since values may be
// secrets, and are joined, one a line.
func ParseOptions(words []string, source string, version Version) ([]Option, error) {
	feature := version.Feature
	if feature == 0 {
		feature = 1 << 10
	}
	var options []Option
	var problems []error
	for i := 0; i < len(words); i++ {
		word := words[i]
		since, takesNext := twoWords[word]
		switch {
		case whatToRun[word] || strings.HasPrefix(word, "--module="):
			problems = append(problems, fmt.Errorf("%s can't be used here: what runs is set by BIN_JAR or JVM_MAIN_CLASS", NewOption("", word).Name()))
			i++ // its value
		case takesNext && since <= feature && i+1 == len(words):
			problems = append(problems, fmt.Errorf("%s at the end has no value: write it behind", word))
		case takesNext && since <= feature:
			i++
			options = append(options, NewOption(source, word, words[i]))
		case len(word) > 1 && word[0] == '-', len(word) > 1 && word[0] == '@' && feature >= 9:
			options = append(options, NewOption(source, word))
		default:
			problems = append(problems, bareWord(i, options))
		}
	}
	return options, errors.Join(problems...)
}

// bareWord tells where a word stands that is no option: java would take it
// for the main class. Most often it is the rest of a value with a space.
func bareWord(index int, before []Option) error {
	if len(before) == 0 {
		return fmt.Errorf("word %d is neither an option nor an option's value (options begin with -)", index+1)
	}
	name := before[len(before)-1].Name()
	return fmt.Errorf("word %d, behind %s, is neither an option nor an option's value (put a value with spaces in quotes: %s=\"two words\")",
		index+1, name, name)
}

// Words are the words of options, in order, as they go into argv.
func Words(options []Option) []string {
	var words []string
	for _, o := range options {
		words = append(words, o.Words...)
	}
	return words
}
