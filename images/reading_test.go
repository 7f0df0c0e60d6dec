package images

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"jvm-entrypoint/launcher/jvm"
)

// echo is a program that writes down the options that its JVM got, and its arguments, a byte a number.
const echo = `public class Echo {
	public static void main(String[] arguments) {
		for (String option : java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments()) {
			print("option", option);
		}
		for (String argument : arguments) {
			print("argument", argument);
		}
	}

	private static void print(String kind, String word) {
		System.out.println(kind + " <" + word.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t").replace("\f", "\\f") + ">");
	}
}`

// TestReadsAsJavaDoes holds our reading of what java reads by itself against java: variables, argument files and the
// files of -XX:VMOptionsFile, with whatever quotes, comments and line ends they may have.
func TestReadsAsJavaDoes(t *testing.T) {
	jars := map[string]string{"app/bin/echo.jar": jar(t, "Echo", echo, "Main-Class: Echo\n")}
	onEachJava(t, jars, func(t *testing.T, image string, version jvm.Version) {
		readings := variableReadings(version)
		if version.AtLeast(9) {
			readings = append(readings, fileReadings(version)...)
		}
		var runs []trialRun
		for _, r := range readings {
			runs = append(runs, r.run)
		}
		for i, result := range runTrials(t, image, "unlimited", runs) {
			if got := echoed(result.Output, readings[i].kind); !slices.Equal(got, readings[i].want) {
				t.Errorf("%s: java has %q, we %q (exit code %d)", readings[i].name, got, readings[i].want, result.Code)
			}
		}
	})
}

// A reading is a start of echo, and what we think that it writes of one kind.
type reading struct {
	name, kind string
	run        trialRun
	want       []string
}

// echoed are the words of a kind in echo's output.
func echoed(output, kind string) []string {
	var words []string
	for line := range strings.Lines(output) {
		if word, found := strings.CutPrefix(line, kind+" <"); found {
			words = append(words, unescaped.Replace(strings.TrimSuffix(word, ">\n")))
		}
	}
	return words
}

var unescaped = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\r`, "\r", `\t`, "\t", `\f`, "\f")

func texts(options []jvm.Option) []string {
	var words []string
	for _, o := range options {
		words = append(words, o.Words...)
	}
	return words
}

func variableReadings(version jvm.Version) []reading {
	var all []reading
	for _, name := range []string{jvm.ToolOptions, jvm.JDKOptions, jvm.JavaOptions} {
		for _, value := range []string{
			"", "  ", "-Da=1 -Db=2", "\t-Da=1\n-Db=2\v-Dc=3\f", `-Da="b c"`, `"-Da=b c"`, `'-Da="b"'`, `-Da='it'"'"'s'`,
			`-Da=a\b`, `-Da=a\ -Db=c`, `-Da=x"y z"w`, `-Da=""`, "-Da='two\nlines'", `-Da=#b -Dc=@d`,
			strings.Repeat("-Da=1 ", 70), "-Da=" + strings.Repeat("x", 1019), "-Da=" + strings.Repeat("x", 1020), "-Da=" + strings.Repeat("x", 5000),
		} {
			all = append(all, reading{
				name + "=" + value, "option",
				trialRun{Argv: []string{"java", "-jar", "/app/bin/echo.jar"}, Env: []string{name + "=" + value}},
				texts(jvm.ParseVariable(name, value, version)),
			})
		}
	}
	return all
}

func fileReadings(version jvm.Version) []reading {
	var all []reading
	const file = "/tmp/options"
	add := func(option, kind, prefix, text string) {
		read := func(string) (string, error) {
			if text == "" {
				return "", errors.New("java reads no words either")
			}
			return prefix + text, nil
		}
		looked, _ := jvm.LookInto([]jvm.Option{jvm.NewOption("", option+file)}, version, read)
		want := texts(looked[0].Holds)
		argv := []string{"java", option + file, "-jar", "/app/bin/echo.jar"}
		if prefix != "" {
			argv, want = argv[:2], want[3:] // the class, which the file has, is not an option
		}
		all = append(all, reading{
			option + " with " + text, kind, trialRun{Argv: argv, File: file, FileText: prefix + text}, want,
		})
	}
	for _, text := range []string{
		"a b\tc\nd\r\ne", `"a b" 'c d' e"f g"h`, `a\b c\ d`, `"a\tb\nc\\d\"e\q"`, "\"a \\\n   b\" c", "\"a\\\r\n b\" c",
		"a # b c\nd", "a#b\nc", "'a'#b\nc", "'a'b#c\nd", "#a\nb", "'open\nnext'", "\"open", "a\\\nb", "\"\" a", "a\fb\vc",
		"@x @@y @ a", "'a' #\n'b'", "'#' \"#\"x", "a'b'c'd'", "\"a\\", "\"a\\\n",
	} {
		add("@", "argument", "-cp /app/bin/echo.jar Echo ", text)
	}
	for _, text := range []string{"-Da=1 -Db=2", "-Da='b c'\n-Db=\"d\ne\"", "-Da=#x\t-Db=a\\b", "\n-Da=''\n"} {
		add("-XX:VMOptionsFile=", "option", "", text)
	}
	return all
}
