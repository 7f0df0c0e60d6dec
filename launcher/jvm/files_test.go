package jvm_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"jvm-entrypoint/launcher/jvm"
)

var java17 = jvm.Version{Feature: 17}

// in gives what is in a file that an option names.
func in(t *testing.T, option, text string, version jvm.Version) (options []string, wrong []error) {
	t.Helper()
	read := func(string) (string, error) { return text, nil }
	looked, wrong := jvm.LookInto([]jvm.Option{jvm.NewOption("JVM_ARGS", option)}, version, read)
	for _, o := range looked[0].Holds {
		options = append(options, o.Source+" "+o.String())
	}
	return options, wrong
}

func TestLookInto(t *testing.T) {
	for _, test := range []struct {
		name, option, text string
		feature            int
		want               []string
	}{
		{"an argument file", "@f", "# comment\n-Xmx1g\n\"-Da=b c\" -Dd='e'\n", 17, []string{"f:2 -Xmx1g", "f:3 -Da=b c", "f:3 -Dd=e"}},
		{"escapes", "@f", `"-Da=\"\\\t\q" -Db=\c`, 17, []string{"f:1 -Da=\"\\\tq", `f:1 -Db=\c`}},
		{"a line continued between quotes", "@f", "\"-Da=b \\\n   c\" -Dd", 17, []string{"f:1 -Da=b c", "f:2 -Dd"}},
		{"an open quote ends with its line", "@f", "'-Da=b\n-Dc", 17, []string{"f:1 -Da=b", "f:2 -Dc"}},
		{"a comment swallows what stands before it", "@f", "-Da=b#c\n-Dd", 17, []string{"f:2 -Dd"}},
		{"... but not from 26 on", "@f", "-Da=b#c\n-Dd", 26, []string{"f:1 -Da=b", "f:2 -Dd"}},
		{"two words", "@f", "--add-opens\njava.base/java.lang=ALL-UNNAMED", 17, []string{"f:1 --add-opens java.base/java.lang=ALL-UNNAMED"}},
		{"HotSpot's options", "-XX:VMOptionsFile=f", "-Xmx1g '-Da=b\nc'\t-Dd#e", 17, []string{"f:1 -Xmx1g", "f:1 -Da=b\nc", "f:2 -Dd#e"}},
		{"... which 8 does not know", "-XX:VMOptionsFile=f", "-Xmx1g", 8, nil},
		{"HotSpot's flags", "-XX:Flags=f", "# comment\n+UseG1GC MaxHeapSize=1g # more\n  OnError=\"a b\"\n", 8, []string{"f:2 -XX:+UseG1GC", "f:2 -XX:MaxHeapSize=1g", "f:3 -XX:OnError=a b"}},
		{"no file", "-Xmx1g", "-Xms1g", 17, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, wrong := in(t, test.option, test.text, jvm.Version{Feature: test.feature})
			if len(wrong) > 0 || !slices.Equal(got, test.want) {
				t.Errorf("got %q, %v, want %q", got, wrong, test.want)
			}
		})
	}
}

func TestLookIntoRefuses(t *testing.T) {
	for text, line := range map[string]string{
		"-Xmx1g\n--add-opens": "line 2", "--source=17": "line 1", "-Da=1\x00": "NUL", strings.Repeat("-a ", 20001): "more than",
		"-Xmx1g\nSECRET": "line 2", "-jar SECRET": "line 1", "\n\n@SECRET": "line 3", "--module=SECRET": "line 1",
	} {
		_, wrong := in(t, "@f", text, java17)
		if len(wrong) != 1 || !strings.Contains(wrong[0].Error(), line) || strings.Contains(wrong[0].Error(), "SECRET") {
			t.Errorf("%q: %v", text, wrong)
		}
	}
	unreadable := func(string) (string, error) { return "", errors.New("gone") }
	for option, refused := range map[string]bool{"@f": true, "-XX:Flags=f": false, "-XX:VMOptionsFile=f": false} {
		options, wrong := jvm.LookInto([]jvm.Option{jvm.NewOption("JVM_ARGS", option)}, java17, unreadable)
		if (len(wrong) > 0) != refused || len(options) != 1 {
			t.Errorf("%s: %v, %v", option, options, wrong)
		}
	}
}

// What is quoted in an argument file as the java command's manual says is read
// as it was, and nothing makes the scanner fail.
func FuzzArgumentFile(f *testing.F) {
	for _, text := range []string{"a b", "\"\\\n", "'#'#", "\\", "a\x00b", "\xff"} {
		f.Add(text)
	}
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`)
	f.Fuzz(func(t *testing.T, text string) {
		in(t, "@f", text, java17)
		if text == "" || strings.Contains(text, "\x00") {
			return // a last word that is empty is lost; no argument can hold the other
		}
		got, _ := in(t, "@f", "-Da \""+escape.Replace(text)+"\"", java17)
		if want := []string{"f:1 -Da", "f:1 " + text}; !slices.Equal(got, want) {
			t.Errorf("%q came back as %q", text, got)
		}
	})
}

func FuzzFlagsFile(f *testing.F) {
	f.Add("+UseG1GC MaxHeapSize=1g # more\nOnError=\"a b\"\n")
	f.Add("'a\" \"'")
	f.Fuzz(func(t *testing.T, text string) {
		for _, option := range []string{"-XX:Flags=f", "-XX:VMOptionsFile=f"} {
			options, wrong := in(t, option, text, java17)
			if len(wrong) > 0 {
				t.Errorf("%q is refused: %v", text, wrong)
			}
			for _, o := range options {
				if option == "-XX:Flags=f" && !strings.Contains(o, " -XX:") {
					t.Errorf("%q holds %q", text, o)
				}
			}
		}
	})
}

func TestParseOptionsFile(t *testing.T) {
	const text = "\uFEFF# comment\r\n-Xmx1g\r\n\n8:-Da=8\n8-13:-Da=8-13\n17-:-Da=17-\n 9-:  --add-opens   a/b=c\n-Dx=\"y\" # z\n"
	for feature, want := range map[int]string{
		8:  "f:2 -Xmx1g|f:4 -Da=8|f:5 -Da=8-13|f:8 -Dx=\"y\" # z",
		11: "f:2 -Xmx1g|f:5 -Da=8-13|f:7 --add-opens a/b=c|f:8 -Dx=\"y\" # z",
		17: "f:2 -Xmx1g|f:6 -Da=17-|f:7 --add-opens a/b=c|f:8 -Dx=\"y\" # z",
	} {
		options, wrong := jvm.ParseOptionsFile(text, "f", jvm.Version{Feature: feature})
		var got []string
		for _, o := range options {
			got = append(got, o.Source+" "+o.String())
		}
		if len(wrong) > 0 || strings.Join(got, "|") != want {
			t.Errorf("%d: got %q, %v, want %q", feature, got, wrong, want)
		}
	}
}

// A file is read, or each line that is wrong is told by its number alone.
func FuzzParseOptionsFile(f *testing.F) {
	for _, text := range []string{"-Xmx1g", "8-13:-Da", "17-:--add-opens a/b=c", "# c\n\n8:x", "13-8:-a", "-a -b", "9:@f", "18446744073709551616:-a", "@0", "-d 0"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, feature := range []int{0, 8, 17} {
			options, wrong := jvm.ParseOptionsFile(text, "f", jvm.Version{Feature: feature})
			for _, o := range options {
				if o.Words[0] == "" || o.Words[0][0] != '-' && o.Words[0][0] != '@' || !strings.HasPrefix(o.Source, "f:") {
					t.Errorf("%q has %q by %q", text, o.Words, o.Source)
				}
				if _, bare := jvm.ParseOptions(o.Words, o.Source, jvm.Version{Feature: feature}); feature > 0 && len(bare) > 0 {
					t.Errorf("%q has %q, which java takes for something else: %v", text, o.Words, bare)
				}
			}
			for _, err := range wrong {
				if !strings.HasPrefix(err.Error(), "f:") {
					t.Errorf("%q: %v tells no line", text, err)
				}
			}
		}
	})
}

// What 8 does not read of a variable, nothing yields to.
func TestParseVariable(t *testing.T) {
	long := "-Da=" + strings.Repeat("x", 1020)
	for _, test := range []struct {
		name, value string
		feature     int
		want        int
	}{
		{jvm.JDKOptions, "-Da -Db", 8, 0},
		{jvm.JDKOptions, "-Da -Db", 11, 2},
		{jvm.ToolOptions, long, 8, 0},
		{jvm.ToolOptions, long[1:], 8, 1},
		{jvm.ToolOptions, long, 11, 1},
		{jvm.JavaOptions, strings.Repeat("-Da ", 65), 8, 64},
		{jvm.JavaOptions, strings.Repeat("-Da ", 65), 17, 65},
		{jvm.ToolOptions, "bare words", 17, 2},
	} {
		if got := jvm.ParseVariable(test.name, test.value, jvm.Version{Feature: test.feature}); len(got) != test.want {
			t.Errorf("%s=%.20s on %d: %d options, want %d", test.name, test.value, test.feature, len(got), test.want)
		}
	}
}
