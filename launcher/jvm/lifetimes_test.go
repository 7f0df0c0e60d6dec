package jvm_test

import (
	"slices"
	"strings"
	"testing"

	"jvm-entrypoint/launcher/jvm"
)

func options(line string) []jvm.Option { return layer("JVM_ARGS", line).Options }

func TestRefusals(t *testing.T) {
	for _, test := range []struct {
		line    string
		feature int
		want    string // NAME: REASON
	}{
		{"-XX:+UseConcMarkSweepGC", 8, ""},
		{"-XX:+UseConcMarkSweepGC", 14, ""}, // which ignores it
		{"-XX:+UseConcMarkSweepGC", 15, "-XX:+UseConcMarkSweepGC: removed in Java 14 (use -XX:+UseG1GC, or leave the choice to the JVM)"},
		{"-XX:-UseConcMarkSweepGC", 17, "-XX:-UseConcMarkSweepGC: removed in Java 14 (leave it out)"},
		{"-XX:PermSize=64m", 17, "-XX:PermSize: removed in Java 8 (use -XX:MetaspaceSize)"},
		{"-Xlog:gc", 8, "-Xlog: new in Java 9 (use -Xloggc:FILE and -XX:+PrintGCDetails before)"},
		{"-Xloggc:/x", 8, ""},
		{"--add-opens a/b=c", 8, "--add-opens: new in Java 9 (leave it out before: there are no modules)"},
		{"--add-opens a/b=c", 25, ""},
		{"--add-modules java.xml.bind", 11, "--add-modules: removed in Java 11 (put its library on the class path)"},
		{"--add-modules=java.sql", 11, ""},
		{"-Djava.ext.dirs=/x", 9, "-Djava.ext.dirs: removed in Java 9 (use -cp)"},
		{"-Xoss512k", 11, "-Xoss512k: removed in Java 9 (use -Xss)"},
		{"-Djava.security.manager", 25, "-Djava.security.manager: removed in Java 24 (leave it out, isolate by container or user)"},
		{"-Djava.security.manager=disallow", 25, ""},
		{"-XX:+UseZGC", 11, "-XX:+UseZGC: experimental in Java 11 (put -XX:+UnlockExperimentalVMOptions before it)"},
		{"-XX:+UnlockExperimentalVMOptions -XX:+UseZGC", 11, ""},
		{"-XX:+UseZGC -XX:+UnlockExperimentalVMOptions", 11, "-XX:+UseZGC: experimental in Java 11 (put -XX:+UnlockExperimentalVMOptions before it)"},
		{"-XX:+DebugNonSafepoints", 17, "-XX:+DebugNonSafepoints: diagnostic in Java 17 (put -XX:+UnlockDiagnosticVMOptions before it)"},
		{"-XX:+UnlockDiagnosticVMOptions -XX:+DebugNonSafepoints", 17, ""},
		{"-XX:MaxRAMPercentage=75", 8, "-XX:MaxRAMPercentage: needs a decimal point in Java 8 (write 75.0 for 75)"},
		{"-XX:MaxRAMPercentage=75.0", 8, ""},
		{"-XX:MaxRAMPercentage=75", 11, ""},
		{"-XX:VMOptionsFile=/x", 8, "-XX:VMOptionsFile: new in Java 9 (use JVM_OPTS before)"},
		{"-XX:+UseBiasedLocking", 23, "-XX:+UseBiasedLocking: removed in Java 18 (leave it out, biased locking is gone)"},
		{"-XX:+PrintSafepointStatistics", 18, "-XX:+PrintSafepointStatistics: removed in Java 12 (use -Xlog:safepoint*)"},
		{"-XX:BytecodeVerificationRemote=1", 19, "-XX:BytecodeVerificationRemote: diagnostic in Java 19 (put -XX:+UnlockDiagnosticVMOptions before it)"},
		{"-XX:CMSMagic=1 -XX:+UseZGC", 7, ""},
		{"--finalization disabled", 21, "--finalization: takes its value as the next word from Java 28 on (write --finalization=...)"},
		{"-XX:+IgnoreUnrecognizedVMOptions --add-modules=java.xml.bind", 17, "--add-modules: removed in Java 11 (put its library on the class path)"},
		{"-XX:+UseZGC", 8, "-XX:+UseZGC: new by Java 11 (leave it out before)"},
		{"-XX:+UseZGC", 17, ""},
		{"-XX:+UseZGC", 14, ""}, // between two that differ
		{"-XX:+UseFooBar", 17, ""},
		{"-XX:+IgnoreUnrecognizedVMOptions -XX:+UseConcMarkSweepGC -Xincgc", 17, ""},
		{"-XX:+IgnoreUnrecognizedVMOptions -Djava.ext.dirs=/x", 17, "-Djava.ext.dirs: removed in Java 9 (use -cp)"},
		{"-XX:+UseConcMarkSweepGC", 0, ""},
		{"-XX:+UseConcMarkSweepGC", 99, "-XX:+UseConcMarkSweepGC: removed in Java 14 (use -XX:+UseG1GC, or leave the choice to the JVM)"},
	} {
		var got []string
		for _, r := range jvm.Refusals(options(test.line), jvm.Version{Feature: test.feature}) {
			got = append(got, r.Name()+": "+r.Reason)
		}
		if strings.Join(got, "; ") != test.want {
			t.Errorf("%s on %d: got %q, want %q", test.line, test.feature, got, test.want)
		}
	}
}

// The table of exact releases and the measured one agree, and each row is whole.
func TestTablesAgree(t *testing.T) {
	measured := map[string]string{}
	for _, flag := range jvm.MeasuredFlags() {
		if len(flag.Letters) != len(jvm.MeasuredVersions()) || strings.Trim(flag.Letters, "+wDE-") != "" {
			t.Errorf("%s has the letters %q", flag.Name, flag.Letters)
		}
		measured[flag.Name] = flag.Letters
	}
	seen := map[string]bool{}
	for _, life := range jvm.Lifetimes() {
		if seen[life.Option] || life.Instead == "" || life.Source == "" || life.Since+life.Ignored+life.Refused == 0 {
			t.Errorf("%+v is no row, or the second one", life)
		}
		seen[life.Option] = true
		if life.Ignored > 0 && life.Refused > 0 && life.Ignored > life.Refused {
			t.Errorf("%s is ignored after it is refused", life.Option)
		}
		flag, isFlag := strings.CutPrefix(life.Option, "-XX:")
		letters := measured[flag]
		if !isFlag || letters == "" {
			continue
		}
		for i, version := range jvm.MeasuredVersions() {
			refused := life.Refused > 0 && version >= life.Refused
			// Before a flag came it is refused too, which only the measured table knows.
			before := !refused && !slices.Contains([]byte(letters[:i+1]), '+') && letters[i] == '-'
			if (letters[i] == '-') != refused && !before {
				t.Errorf("%s: refused from %d on by one table, %q by the other", life.Option, life.Refused, letters)
			}
		}
	}
	sorted := func(a, b string) {
		if a >= b {
			t.Errorf("%s stands before %s", a, b)
		}
	}
	flags, lives := jvm.MeasuredFlags(), jvm.Lifetimes()
	for i := range flags[1:] {
		sorted(flags[i].Name, flags[i+1].Name)
	}
	for i := range lives[1:] {
		sorted(lives[i].Option, lives[i+1].Option)
	}
	if len(seen) < 450 || len(measured) < 850 {
		t.Errorf("only %d and %d rows", len(seen), len(measured))
	}
}
