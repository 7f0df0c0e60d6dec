package jvm

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// Option is one option of the java command with the place it comes from.
type Option struct {
	Words  []string // one word, or two: --add-opens java.base/java.lang=ALL-UNNAMED
	Source string   // a variable's name, default:NAME, or FILE:LINE
	// Holds are the options in the file that this one names, where it names
	// one: @FILE, -XX:VMOptionsFile=FILE, -XX:Flags=FILE.
	Holds []Option
}

// NewOption makes an option of its words.
func NewOption(source string, words ...string) Option { return Option{Words: words, Source: source} }

// String joins the words with a space. It is for people, not for a shell.
func (o Option) String() string { return strings.Join(o.Words, " ") }

// Name is the option without what may be a secret in its value: -Dgreeting,
// -XX:HeapDumpPath, -javaagent, -Xmx1g, @/app/options.
func (o Option) Name() string {
	word, prefix := o.Words[0], ""
	if strings.HasPrefix(word, "@") {
		return word
	}
	if flag, ok := strings.CutPrefix(word, "-XX:"); ok {
		word, prefix = flag, "-XX:"
	}
	if end := strings.IndexFunc(word, endsName); end >= 0 {
		word = word[:end]
	}
	return prefix + word
}

func endsName(r rune) bool {
	return r > unicode.MaxASCII || !(unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-+_.", r))
}

// leaves are the options that count: those of the file where an option names
// one, and of those that are named in there, else the option itself.
func (o Option) leaves() []Option {
	if len(o.Holds) > 0 {
		return Leaves(o.Holds)
	}
	return []Option{o}
}

// filter gives an option, or nothing of it; of a file of options it gives the
// file, whole, while all of its options are kept, else those that are. A value
// in a file may begin with @, which elsewhere is written @@.
func (o Option) filter(keep func(leaf Option) bool) (left []Option, whole bool) {
	leaves := o.leaves()
	for _, leaf := range leaves {
		if !keep(leaf) {
			continue
		}
		if len(o.Holds) > 0 && len(leaf.Words) > 1 && strings.HasPrefix(leaf.Words[1], "@") {
			leaf.Words = []string{leaf.Words[0], "@" + leaf.Words[1]}
		}
		left = append(left, leaf)
	}
	if len(left) == len(leaves) {
		return []Option{o}, true
	}
	return left, false
}

// Leaves are options with those of the files that they name in the files' place.
func Leaves(options []Option) []Option {
	var all []Option
	for _, o := range options {
		all = append(all, o.leaves()...)
	}
	return all
}

// twoWords are the options whose value may be the next word, and the feature
// release that they came with. Source: docs of the java command, and what
// each release accepts (8 to 28).
var twoWords = map[string]int{
	"-cp": 1, "-classpath": 1, "-jar": 1,
	"--class-path": 9, "-p": 9, "--module-path": 9, "--upgrade-module-path": 9,
	"--add-modules": 9, "--limit-modules": 9, "--add-reads": 9, "--add-exports": 9,
	"--add-opens": 9, "--patch-module": 9, "-d": 9, "--describe-module": 9,
	"-m": 9, "--module": 9, "--source": 11, "--enable-native-access": 17,
	"--finalization": 28, "--illegal-native-access": 28, "--sun-misc-unsafe-memory-access": 28,
	"--enable-final-field-mutation": 28, "--illegal-final-field-mutation": 28,
}

// argumentFiles is the feature release from which on the launcher puts the
// words of FILE in the place of @FILE. Before, it is a main class.
const argumentFiles = 9

// takesNext tells whether an option's value is the next word. One of a later
// release takes it too, unless it looks like an option: java refuses the one
// by its name, and the word behind it belongs to it.
func takesNext(word string, rest []string, version Version) bool {
	since, known := twoWords[word]
	switch {
	case !known:
		return false
	case version.AtLeast(since):
		return true
	}
	return strings.HasPrefix(word, "--") && len(rest) > 0 && !strings.HasPrefix(rest[0], "-")
}

// isOption tells a word that is an option from one that java takes for the
// main class.
func isOption(word string, version Version) bool {
	switch {
	case len(word) < 2:
		return false
	case word[0] == '@':
		return word[1] != '@' && version.AtLeast(argumentFiles)
	}
	return word[0] == '-'
}

// whatToRun are options that choose the program, which is not theirs to choose.
var whatToRun = map[string]bool{"-jar": true, "-m": true, "--module": true, "--source": true}

// isWhatToRun also knows them with their value in the same word.
func isWhatToRun(word string) bool {
	name, _, _ := strings.Cut(word, "=")
	return whatToRun[name]
}

// A word with the line of a file where it stands; 0 where it is in no file.
type word struct {
	text string
	line int
}

func wordsOf(texts []string) []word {
	var words []word
	for _, text := range texts {
		words = append(words, word{text, 0})
	}
	return words
}

// errExpanded is for a value that java would put a file in the place of.
var errExpanded = errors.New("has a value that begins with @, which java takes for an argument file (write @@ for one @)")

// isExpanded tells a word in whose place java puts an argument file's words,
// even where it is an option's value.
func isExpanded(word string, version Version) bool {
	return len(word) > 1 && word[0] == '@' && word[1] != '@' && version.AtLeast(argumentFiles)
}

// ParseOptions groups words into options for a Java version; Feature 0 (not
// known) counts as the newest. What is wrong is told without values, since
// they may be secrets; of several bare words only the first is told, since the
// others mostly follow from it.
func ParseOptions(words []string, source string, version Version) (options []Option, wrong []error) {
	bare := false
	for i := 0; i < len(words); i++ {
		word := words[i]
		takesNext := takesNext(word, words[i+1:], version)
		switch {
		case isWhatToRun(word):
			wrong = append(wrong, notToChoose(word))
			i++ // its value
		case takesNext && i+1 == len(words):
			wrong = append(wrong, fmt.Errorf("%s at the end has no value: write it behind", word))
		case takesNext && isExpanded(words[i+1], version):
			i++
			wrong = append(wrong, fmt.Errorf("%s %w", word, errExpanded))
		case takesNext:
			i++
			options = append(options, NewOption(source, word, words[i]))
		case isOption(word, version):
			options = append(options, NewOption(source, word))
		case len(word) > 1 && word[0] == '@' && word[1] != '@':
			wrong = append(wrong, errNoArgumentFiles)
		case !bare:
			bare = true
			wrong = append(wrong, bareWord(i, options))
		}
	}
	return options, wrong
}

func notToChoose(word string) error {
	return fmt.Errorf("%s can't be used here: what runs is set by BIN_JAR or JVM_MAIN_CLASS", NewOption("", word).Name())
}

// group is ParseOptions for what the JVM reads by itself, which is the JVM's
// to judge: what is no option stays as it is.
func group(words []word, source string, version Version) []Option {
	var options []Option
	for i := 0; i < len(words); i++ {
		var next []string
		if i+1 < len(words) {
			next = []string{words[i+1].text}
		}
		o := NewOption(source, words[i].text)
		if words[i].line > 0 {
			o.Source = lineOf(source, words[i].line)
		}
		if len(next) > 0 && takesNext(words[i].text, next, version) {
			i++
			o.Words = append(o.Words, next...)
		}
		options = append(options, o)
	}
	return options
}

var errNoArgumentFiles = errors.New("argument files are read from Java 9 on (write their options out)")

// bareWord tells where a word stands that is no option: java would take it
// for the main class. Most often it is the rest of a value with a space.
func bareWord(index int, before []Option) error {
	behind := ""
	if len(before) > 0 {
		name := before[len(before)-1].Name()
		// Of what has no known form the name can't be told from the value.
		if strings.HasPrefix(name, "-D") || strings.HasPrefix(name, "-X") || strings.HasPrefix(name, "--") || strings.HasPrefix(name, "-java") {
			behind = " behind " + name
		}
	}
	return fmt.Errorf("word %d%s is neither an option nor an option's value (put a value with spaces in quotes: -Dname=\"two words\")",
		index+1, behind)
}
