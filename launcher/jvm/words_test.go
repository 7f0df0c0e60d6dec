package jvm_test

import (
	"bytes"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"jvm-entrypoint/launcher/jvm"
)

func TestSplit(t *testing.T) {
	for _, test := range []struct {
		line string
		want []string
	}{
		{"", nil},
		{"  \t\n ", nil},
		{"-Xmx1g -Dx=y", []string{"-Xmx1g", "-Dx=y"}},
		{`-Dgreeting="hello world"`, []string{"-Dgreeting=hello world"}},
		{`'-Dgreeting=hello world'`, []string{"-Dgreeting=hello world"}},
		{`-Da=b\ c`, []string{"-Da=b c"}},
		{"-Dcolour=#fff #x", []string{"-Dcolour=#fff", "#x"}},
		{`-Dregex="\d+"`, []string{`-Dregex=\d+`}}, // a shell keeps this backslash
		{"-Xmx1g \\\n  -Xms1g", []string{"-Xmx1g", "-Xms1g"}},
		{`-Dempty= ""`, []string{"-Dempty=", ""}},
		{`-Dcost=$5 -Dhome=${HOME} -Dall=*`, []string{"-Dcost=$5", "-Dhome=${HOME}", "-Dall=*"}},
		{"-Dlatin=\xe9t\xe9", []string{"-Dlatin=\xe9t\xe9"}},
	} {
		got, err := jvm.Split(test.line)
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("Split(%q) = %q, %v, want %q", test.line, got, err, test.want)
		}
	}
	for _, line := range []string{`-Dx="a`, `-Dx='a`, `-Dx=a\`} {
		if got, err := jvm.Split(line); err == nil {
			t.Errorf("Split(%q) = %q, want an error", line, got)
		}
	}
}

func TestSplitVariable(t *testing.T) {
	for _, test := range []struct {
		value string
		want  []string
	}{
		{"", nil},
		{"-Xmx1g\t-Dx=y ", []string{"-Xmx1g", "-Dx=y"}},
		{`-Dx="a b"c 'd "e'`, []string{"-Dx=a bc", `d "e`}},
		{`-Dx=a\ b`, []string{`-Dx=a\`, "b"}},
		{`-Dx="a b`, []string{"-Dx=a b"}},
		{`""`, []string{""}},
	} {
		if got := jvm.SplitVariable(test.value); !slices.Equal(got, test.want) {
			t.Errorf("SplitVariable(%q) = %q, want %q", test.value, got, test.want)
		}
	}
}

func FuzzJoinVariable(f *testing.F) {
	f.Add("-Da=b c", `it's "x"`)
	f.Add("", "\t")
	f.Fuzz(func(t *testing.T, a, b string) {
		if got := jvm.SplitVariable(jvm.JoinVariable([]string{a, b})); !slices.Equal(got, []string{a, b}) {
			t.Errorf("%q and %q came back as %q", a, b, got)
		}
	})
}

// FuzzSplit holds Split against the shell itself, for what the shell would not
// expand.
func FuzzSplit(f *testing.F) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		f.Skip("no sh to compare with")
	}
	for _, line := range []string{`-Da="b c" 'd' e\ f`, "a \\\n b", `"\d\\\$\"" x`, `''`, "-Dx=\xe9"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if strings.ContainsAny(line, "\x00$`*?[]{}~#;&|<>()!\r") {
			t.Skip("the shell means more by these")
		}
		words, err := jvm.Split(line)
		output, shellErr := exec.Command(shell, "-c", "printf '%s\\0' "+line).Output()
		if err != nil {
			return // shells differ in what they make of an open quote
		}
		if shellErr != nil {
			t.Skip("the shell refuses it")
		}
		want := strings.Split(strings.TrimSuffix(string(output), "\x00"), "\x00")
		if len(words) == 0 {
			words = []string{""} // printf prints its format once all the same
		}
		if !slices.Equal(words, want) {
			t.Errorf("Split(%q) = %q, the shell has %q", line, words, want)
		}
	})
}

// FuzzQuote lets the shell read what Quote wrote.
func FuzzQuote(f *testing.F) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		f.Skip("no sh to compare with")
	}
	for _, word := range []string{"", "a b", "it's", "$HOME", "*", "#x", "~", "a\nb", "\xff", `\`, "-n", "a=b", "!", "{a,b}"} {
		f.Add(word)
	}
	f.Fuzz(func(t *testing.T, word string) {
		if strings.Contains(word, "\x00") {
			t.Skip("no argument can hold it")
		}
		output, err := exec.Command(shell, "-c", "printf '%s|' "+jvm.Quote(word)).Output()
		if err != nil || !bytes.Equal(output, []byte(word+"|")) {
			t.Errorf("the shell reads %s as %q (%v), want %q", jvm.Quote(word), output, err, word)
		}
	})
}
