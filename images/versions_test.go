package images

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"jvm-entrypoint/launcher/jvm"
)

// TestVersionTables asks each JVM what the tables say of it: which -XX flags it has, which of them are locked, ignored
// or refused, and which other options came and went. A wrong row fails, and so does a flag that has none.
func TestVersionTables(t *testing.T) {
	rows := map[string]string{}
	for _, flag := range jvm.MeasuredFlags() {
		rows[flag.Name] = flag.Letters
	}
	var lock sync.Mutex
	versions := 0
	common := map[string]int{}       // flags without a row, and how many versions have them
	t.Run("of", func(t *testing.T) { // which ends when all versions have
		onEachJava(t, nil, func(t *testing.T, image string, version jvm.Version) {
			column := slices.Index(jvm.MeasuredVersions(), version.Feature)
			if column < 0 {
				missing(t, fmt.Sprintf("no table tells of Java %d", version.Feature))
			}
			has := flagsOf(t, image)
			lock.Lock()
			versions++
			for flag := range has {
				if _, known := rows[flag]; !known {
					common[flag]++
				}
			}
			lock.Unlock()
			checkFlags(t, image, rows, column, has)
			checkLifetimes(t, image, version)
		})
	})
	for flag, n := range common {
		if n != versions && !slices.Contains(renamed, flag) {
			t.Errorf("%s: %d versions have it, and no row tells which", flag, n)
		}
	}
}

// renamed are flags that all versions take, some of them as another one's old name.
var renamed = []string{"CreateMinidumpOnCrash"}

// unlock makes every flag visible.
var unlock = []string{"java", "-XX:+UnlockDiagnosticVMOptions", "-XX:+UnlockExperimentalVMOptions"}

var printedFlag = regexp.MustCompile(`(?m)^ *\w+ (\w+) +:?= .*\{([^{}]*)\}(?: \{[a-z ]*\})?$`)

// flagsOf are the flags that a JVM prints, with the letter of the table for each.
func flagsOf(t *testing.T, image string) map[string]string {
	t.Helper()
	results := runTrials(t, image, "unlimited", []trialRun{{Argv: append(slices.Clone(unlock), "-XX:+PrintFlagsFinal", "-version")}})
	flags := map[string]string{}
	for _, match := range printedFlag.FindAllStringSubmatch(results[0].Output, -1) {
		switch {
		case strings.Contains(match[0], "diagnostic}"):
			flags[match[1]] = "D"
		case strings.Contains(match[0], "experimental}"):
			flags[match[1]] = "E"
		default:
			flags[match[1]] = "+"
		}
	}
	if len(flags) < 700 {
		t.Fatalf("only %d flags in\n%s", len(flags), results[0].Output)
	}
	return flags
}

// checkFlags holds a column of the table against the flags that a JVM prints, and tries those that it does not print.
func checkFlags(t *testing.T, image string, rows map[string]string, column int, has map[string]string) {
	t.Helper()
	var hidden []string
	var runs []trialRun
	for flag, letters := range rows {
		if printed := has[flag]; printed == "" {
			hidden = append(hidden, flag)
			runs = append(runs, trialRun{Argv: append(slices.Clone(unlock), "-XX:"+form(flag), "-version")})
		} else if letter := letters[column : column+1]; letter != printed {
			t.Errorf("%s: the table has %q, the JVM %q", flag, letter, printed)
		}
	}
	for i, result := range runTrials(t, image, "unlimited", runs) {
		letter := rows[hidden[i]][column : column+1]
		if got := letterOf(result); got != letter {
			t.Errorf("%s: the table has %q, the JVM %q: %s", hidden[i], letter, got, result.Output)
		}
	}
}

// form gives a flag a value. A number that is switched on is known by what the JVM says of that, but for one that
// stands for another flag.
func form(flag string) string {
	if flag == "DefaultMaxRAMFraction" {
		return flag + "=2"
	}
	return "+" + flag
}

var ignoring = regexp.MustCompile(`(?i)ignoring option|support was removed`)

// letterOf is what a JVM made of a flag that it does not print: it may be the old name of another one, which counts as
// taken.
func letterOf(r trialResult) string {
	switch {
	case strings.Contains(r.Output, "Unrecognized VM option"), strings.Contains(r.Output, "debug version"):
		return "-"
	case ignoring.MatchString(r.Output):
		return "w"
	}
	return "+"
}

// values complete options that need one, or stand for what begins in one way.
var values = map[string]string{
	"-Xlog:*": "gc", "-Xrunhprof*": "", "-agentlib:hprof*": "", "-Xoss*": "512k", "-oss*": "512k", "-Xmaxjitcodesize*": "64m",
	"-Xbootclasspath/p:*": "/opt/app/boot.jar", "-Djava.ext.dirs": "=/opt/app/ext", "-Djava.endorsed.dirs": "=/opt/app/ext",
	"-Djava.compiler": "=NONE", "--add-modules": "=java.sql", "--add-reads": "=java.sql=ALL-UNNAMED",
	"--add-exports": "=java.base/sun.security.x509=ALL-UNNAMED", "--add-opens": "=java.base/java.lang=ALL-UNNAMED",
	"--patch-module": "=java.base=/opt/app/classes", "--limit-modules": "=java.base", "--module-path": "=/opt/app/mods",
	"--upgrade-module-path": "=/opt/app/mods", "--class-path": "=/opt/app/classes", "--illegal-access": "=permit",
	"--enable-native-access": "=ALL-UNNAMED", "--finalization": "=enabled", "--sun-misc-unsafe-memory-access": "=allow",
	"--illegal-native-access": "=allow", "--enable-final-field-mutation": "=ALL-UNNAMED", "--illegal-final-field-mutation": "=allow",
}

// notTried are rows that no start of a java can show: they need another path of classes, or what Debian's JVMs lack.
var notTried = []string{"-Xbootclasspath:*", "-version:*", "-p", "-Djava.security.manager", "-Djava.security.manager=allow", "-Djava.security.manager=disallow"}

// checkLifetimes tries each option that is no flag.
func checkLifetimes(t *testing.T, image string, version jvm.Version) {
	t.Helper()
	var tried []jvm.Lifetime
	var runs []trialRun
	for _, life := range jvm.Lifetimes() {
		if strings.HasPrefix(life.Option, "-XX:") || slices.Contains(notTried, life.Option) {
			continue
		}
		word := strings.TrimSuffix(life.Option, "*") + values[life.Option]
		tried = append(tried, life)
		runs = append(runs, trialRun{Argv: []string{"java", word, "-version"}})
	}
	for i, result := range runTrials(t, image, "unlimited", runs) {
		word := runs[i].Argv[1]
		refusals := jvm.Refusals([]jvm.Option{jvm.NewOption("", word)}, version)
		if refused := result.Code != 0; refused != (len(refusals) > 0) {
			t.Errorf("%s (%s): exit code %d, the table says %q: %s", word, tried[i].Source, result.Code, refusals, result.Output)
		}
	}
}
