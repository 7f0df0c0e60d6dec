package jvm_test

import (
	"slices"
	"strings"
	"testing"

	"jvm-entrypoint/launcher/jvm"
)

func TestParseOptions(t *testing.T) {
	for _, test := range []struct {
		name    string
		feature int
		words   []string
		want    []string // options, a two-word one joined by a space
	}{
		{"one word each", 17, []string{"-Xmx1g", "-Dx=a b"}, []string{"-Xmx1g", "-Dx=a b"}},
		{"two words", 17, []string{"--add-opens", "java.base/java.lang=ALL-UNNAMED", "-Xmx1g"}, []string{"--add-opens java.base/java.lang=ALL-UNNAMED", "-Xmx1g"}},
		{"the same joined", 17, []string{"--add-opens=java.base/java.lang=ALL-UNNAMED"}, []string{"--add-opens=java.base/java.lang=ALL-UNNAMED"}},
		{"a class path on 8", 8, []string{"-cp", "/a:/b"}, []string{"-cp /a:/b"}},
		{"a value that looks like an option", 17, []string{"--add-modules", "-x"}, []string{"--add-modules -x"}},
		{"a value that begins with @", 17, []string{"-cp", "@@x"}, []string{"-cp @@x"}},
		{"... which is plain on 8", 8, []string{"-cp", "@x"}, []string{"-cp @x"}},
		{"an argument file", 17, []string{"@/app/args"}, []string{"@/app/args"}},
		{"version not known counts as new", 0, []string{"--enable-native-access", "ALL-UNNAMED"}, []string{"--enable-native-access ALL-UNNAMED"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			options, err := jvm.ParseOptions(test.words, "JVM_ARGS", jvm.Version{Feature: test.feature})
			var got []string
			for _, o := range options {
				got = append(got, o.String())
			}
			if len(err) > 0 || !slices.Equal(got, test.want) {
				t.Errorf("got %q, %v, want %q", got, err, test.want)
			}
		})
	}
}

func TestParseOptionsRefuses(t *testing.T) {
	for _, test := range []struct {
		name    string
		feature int
		words   []string
		want    []string // in the message
	}{
		{"a bare word", 17, []string{"-Dx=hello", "world"}, []string{"word 2", "-Dx"}},
		{"an empty word", 17, []string{""}, []string{"word 1"}},
		{"an argument file on 8, where it is a main class", 8, []string{"@/app/args"}, []string{"Java 9"}},
		{"another jar", 17, []string{"-jar", "x.jar"}, []string{"-jar", "BIN_JAR"}},
		{"a value that java takes for a file", 17, []string{"-cp", "@/x"}, []string{"-cp", "@@"}},
		{"a source file's version", 17, []string{"--source=17"}, []string{"--source"}},
		{"a module", 17, []string{"--module=a/b"}, []string{"--module", "JVM_MAIN_CLASS"}},
		{"a missing value, for which java would take our -jar", 17, []string{"--add-opens"}, []string{"--add-opens", "no value"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, wrong := jvm.ParseOptions(test.words, "JVM_ARGS", jvm.Version{Feature: test.feature})
			if len(wrong) != 1 {
				t.Fatalf("got %q, want one error", wrong)
			}
			err := wrong[0]
			for _, part := range test.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not tell %q", err, part)
				}
			}
		})
	}
}

func TestParseOptionsTellsNoValue(t *testing.T) {
	for _, words := range [][]string{
		{"-Dpassword=SECRET", "SECRET"},
		{"-Dpassword SECRET", "SECRET"},
		{"-javaagent:/a.jar=key:SECRET", "SECRET"},
		{"-pSECRET", "SECRET"},
		{"--module=SECRET"},
		{"-XX:OnError=SECRET", "SECRET"},
		{"SECRET", "-jar", "SECRET"},
	} {
		_, wrong := jvm.ParseOptions(words, "JVM_ARGS", jvm.Version{})
		if len(wrong) == 0 {
			t.Errorf("%q accepted", words)
		}
		for _, err := range wrong {
			if strings.Contains(err.Error(), "SECRET") {
				t.Errorf("%q shows the secret", err)
			}
		}
	}
}
