package launcher

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"jvm-entrypoint/launcher/host"
	"jvm-entrypoint/launcher/jvm"
)

// What a setting asks for is spelt as the running version wants it.
func TestDiagnostics(t *testing.T) {
	for _, test := range []struct {
		environ string
		feature int
		want    string
	}{
		{"JVM_GC_LOG=on", 17, "-Xlog:gc*,safepoint:file=/var/log/web/gc_1.log:time,uptime,level,tags:filecount=4,filesize=10m"},
		{"JVM_GC_LOG=on", 8, "-Xloggc:/var/log/web/gc_1.log"},
		{"JVM_GC_LOG=on", 8, "-XX:+UseGCLogFileRotation"},
		{"JVM_JFR=on", 11, "-XX:StartFlightRecording=filename=/var/log/web/recording_1.jfr,settings=default,maxsize=64m,maxage=1d,dumponexit=true"},
		{"JVM_JFR=on", 17, "-Xlog:jfr+startup=error"},
		{"JVM_NMT=detail", 17, "-XX:NativeMemoryTracking=detail"},
		{"JVM_DEBUG_PORT=5005", 8, "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,quiet=y,address=127.0.0.1:5005"},
		{"JVM_DEBUG_PORT=5005|JVM_DEBUG_SUSPEND=true|JVM_DEBUG_BIND=any", 17, "-agentlib:jdwp=transport=dt_socket,server=y,suspend=y,quiet=y,address=0.0.0.0:5005"},
	} {
		r := request(t, strings.Split(test.environ, "|")...)
		r.Program.Version = jvm.Version{Feature: test.feature}
		p := plan(t, r, container())
		if !slices.Contains(p.Argv, test.want) {
			t.Errorf("%s on %d: no %s in %q", test.environ, test.feature, test.want, p.Argv)
		}
		if warned := len(p.Warnings) > 0; warned != strings.Contains(test.environ, "any") {
			t.Errorf("%s on %d: warnings %q", test.environ, test.feature, p.Warnings)
		}
	}
}

// Without the log folder, or the module, what needs it is left out with a warning.
func TestDiagnosticsThatCantBeHad(t *testing.T) {
	f := container()
	f.Logs.Err = fs.ErrPermission
	r := request(t, "JVM_GC_LOG=on", "JVM_JFR=on", "JVM_NMT=summary", "JVM_DEBUG_PORT=5005")
	r.Program.Modules = []string{"java.base", "java.management", "java.instrument"}
	p := plan(t, r, f)
	if has(p, "-Xlog") || has(p, "-XX:StartFlight") || has(p, "-agentlib") || !has(p, "-XX:NativeMemoryTracking") || len(p.Warnings) != 2 {
		t.Errorf("plans %q with warnings %q", p.Argv, p.Warnings)
	}
}

func TestDiagnosticsYield(t *testing.T) {
	p := plan(t, request(t, "JVM_NMT=summary", "JVM_DEBUG_PORT=5005",
		"JVM_ARGS=-XX:NativeMemoryTracking=detail -agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:5006"), container())
	if slices.Contains(p.Argv, "-XX:NativeMemoryTracking=summary") || strings.Contains(strings.Join(p.Argv, " "), "5005") {
		t.Errorf("plans %q", p.Argv)
	}
}

func TestContradictionsAreRefused(t *testing.T) {
	for environ, variable := range map[string]string{
		"JVM_GC_LOG=on|JVM_LOG_ROOT=off":                      "JVM_GC_LOG",
		"JVM_JFR=on|JVM_DEFAULTS=off":                         "JVM_JFR",
		"JVM_DEBUG_SUSPEND=true":                              "JVM_DEBUG_SUSPEND",
		"JVM_DEBUG_BIND=any":                                  "JVM_DEBUG_BIND",
		"JVM_DEBUG_PORT=0":                                    "JVM_DEBUG_PORT",
		"JVM_DEBUG_PORT=5555":                                 "JVM_DEBUG_PORT",
		"JVM_DEBUG_PORT=5005|JVM_DEBUG_BIND=10.0.0.1,1.1.1.1": "JVM_DEBUG_BIND",
		"JVM_DEBUG_PORT=5005|JVM_DEBUG_BIND=::1":              "JVM_DEBUG_BIND",
		"JVM_NMT=much":                                        "JVM_NMT",
		"JVM_HEAP_DUMPS=many":                                 "JVM_HEAP_DUMPS",
	} {
		_, err := ParseSettings(strings.Split(environ, "|"))
		if err == nil || !strings.HasPrefix(err.Error(), variable+" ") {
			t.Errorf("%s: %v", environ, err)
		}
	}
	for _, environ := range []string{"JVM_DEBUG_PORT=5555|JMXMP=off", "JVM_GC_LOG=off|JVM_LOG_ROOT=off"} {
		if _, err := ParseSettings(strings.Split(environ, "|")); err != nil {
			t.Errorf("%s: %v", environ, err)
		}
	}
}

// A dump is asked for as long as there are few, and a tenth of the disk stays free.
func TestDumpsAreBounded(t *testing.T) {
	heap := plan(t, request(t), container()).MaxHeap
	for _, test := range []struct {
		name, environ string
		old           int
		free, disk    jvm.Bytes
		dumps, warns  bool
	}{
		{"none there", "", 0, jvm.GiB, 4 * jvm.GiB, true, false},
		{"two there", "", 2, jvm.GiB, 4 * jvm.GiB, true, false},
		{"three there", "", 3, jvm.GiB, 4 * jvm.GiB, false, true},
		{"more allowed", "JVM_HEAP_DUMPS=4", 3, jvm.GiB, 4 * jvm.GiB, true, false},
		{"none allowed", "JVM_HEAP_DUMPS=0", 0, jvm.GiB, 4 * jvm.GiB, false, false},
		{"just a tenth left", "", 0, heap + 100*jvm.MiB, 1000 * jvm.MiB, true, false},
		{"less than a tenth left", "", 0, heap + 99*jvm.MiB, 1000 * jvm.MiB, false, true},
	} {
		f := container()
		f.OldDumps, f.Dumps.Free, f.Dumps.Disk = test.old, test.free, test.disk
		p := plan(t, request(t, strings.Fields(test.environ)...), f)
		if has(p, "-XX:HeapDumpPath") != test.dumps || len(p.Warnings) > 0 != test.warns {
			t.Errorf("%s: plans %q with warnings %q", test.name, p.Argv, p.Warnings)
		}
	}
}

// Dumps are counted in the folders of all containers, and in nothing else.
func TestCountDumps(t *testing.T) {
	full := func() *fstest.MapFile { return &fstest.MapFile{Data: []byte("JAVA PROFILE 1.0.2")} }
	root := fstest.MapFS{
		"dumps/a/java_1.hprof": full(), "dumps/a/java_2.hprof": full(), "dumps/b/java_12.hprof": full(), "dumps/b/mine.hprof": full(), "dumps/b/java_x.hprof": full(),
		"dumps/java_1.hprof": full(), "dumps/c": {Mode: fs.ModeSymlink | 0o777}, "other/java_1.hprof": full(),
		"dumps/d/java_1.hprof": {}, "dumps/d/java_2.hprof": {Mode: fs.ModeDir | 0o755}, "dumps/d/java_3.hprof": {Mode: fs.ModeSymlink | 0o777, Data: []byte("../a/java_1.hprof")},
		"dumps/web/java_1.hprof": full(),
	}
	sys := System{Outside: host.Outside{Root: root}}
	web := ContainerFolder{Root: "/dumps", Name: "web", Names: []string{"java_1.hprof"}}
	if got := countDumps(web, 100, sys); got != 4 {
		t.Errorf("%d, want 4", got)
	}
	if got := countDumps(web, 2, sys); got != 2 {
		t.Errorf("%d, want no more than 2", got)
	}
	if got := countDumps(ContainerFolder{Root: "/nowhere", Name: "web"}, 100, sys) + countDumps(ContainerFolder{}, 100, sys); got != 0 {
		t.Errorf("%d where there is nothing", got)
	}
}

// However much others put beside it, a container's own dumps count, and to count
// comes to an end.
func TestCountDumpsComesToAnEnd(t *testing.T) {
	root := fstest.MapFS{"dumps/web/java_1.hprof": {Data: []byte("x")}, "dumps/zzz/java_1.hprof": {Data: []byte("x")}}
	for i := range 5 { // which fstest gives in the order of their names
		for j := range otherNamesMost / 4 {
			root[fmt.Sprintf("dumps/%d/%d", i, j)] = &fstest.MapFile{}
		}
	}
	web := ContainerFolder{Root: "/dumps", Name: "web", Names: []string{"java_1.hprof"}}
	if got := countDumps(web, 100, System{Outside: host.Outside{Root: root}}); got != 1 {
		t.Errorf("%d, want the own one", got)
	}
}

// The newest trace tells of the previous life.
func TestPreviousLife(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	at := func(ago time.Duration, text string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(text), ModTime: now.Add(-ago)}
	}
	const crash = "#\n#  SIGSEGV (0xb) at pc=0x1\n# Problematic frame:\n# C  [libfoo.so+0x1]\n"
	for _, test := range []struct {
		name  string
		files fstest.MapFS
		want  string
	}{
		{"nothing", fstest.MapFS{}, ""},
		{"a crash", fstest.MapFS{"log/web/hs_err_1.log": at(20*time.Second, crash)}, "crash, SIGSEGV in libfoo.so, /log/web/hs_err_1.log of 71, 20 seconds ago"},
		{"a crash that tells nothing", fstest.MapFS{"log/web/hs_err_1.log": at(3*time.Minute, "x")}, "crash, /log/web/hs_err_1.log of 1, 3 minutes ago"},
		{
			"a dump after a crash",
			fstest.MapFS{"log/web/hs_err_1.log": at(3*time.Hour, crash), "dumps/web/java_2.hprof": at(2*time.Hour, strings.Repeat("x", 3<<20))},
			"OutOfMemoryError, /dumps/web/java_2.hprof of 3m, 2 hours ago",
		},
		{"a crash after a dump", fstest.MapFS{"log/web/hs_err_7.log": at(time.Second, crash), "dumps/web/java_2.hprof": at(time.Hour, "x")}, "crash, SIGSEGV in libfoo.so, /log/web/hs_err_7.log of 71, 1 second ago"},
		{"a life since that left no trace", fstest.MapFS{"log/web": {Mode: fs.ModeDir | 0o755, ModTime: now.Add(-time.Minute)}, "log/web/hs_err_1.log": at(2*time.Minute, crash)}, ""},
		{"... by the other folder's time", fstest.MapFS{"dumps/web": {Mode: fs.ModeDir | 0o755, ModTime: now.Add(-time.Minute)}, "log/web/hs_err_1.log": at(2*time.Minute, crash)}, ""},
		{"a crash just when its file was made", fstest.MapFS{"log/web": {Mode: fs.ModeDir | 0o755, ModTime: now.Add(-time.Minute)}, "log/web/hs_err_1.log": at(time.Minute, "x")}, "crash, /log/web/hs_err_1.log of 1, 60 seconds ago"},
		{"a link", fstest.MapFS{"log/web/hs_err_1.log": {Mode: 1<<27 | 0o777, Data: []byte("/etc/passwd"), ModTime: now}}, ""},
		{"files of others", fstest.MapFS{"log/web/hs_err_pid1.log": at(0, crash), "dumps/web/heap.hprof": at(0, "x")}, ""},
		{"by a clock that is ahead", fstest.MapFS{"dumps/web/java_1.hprof": at(-time.Minute, "x")}, "OutOfMemoryError, /dumps/web/java_1.hprof of 1, 0 seconds ago"},
		{"from the future", fstest.MapFS{"dumps/web/java_1.hprof": at(-time.Hour, "x"), "log/web/hs_err_1.log": at(time.Second, "x")}, "crash, /log/web/hs_err_1.log of 1, 1 second ago"},
		{"a folder from the future", fstest.MapFS{"log/web": {Mode: fs.ModeDir | 0o755, ModTime: now.Add(time.Hour)}, "log/web/hs_err_1.log": at(time.Second, "x")}, "crash, /log/web/hs_err_1.log of 1, 1 second ago"},
	} {
		sys := System{Outside: host.Outside{Root: test.files, Now: func() time.Time { return now }}}
		folder := func(root string) ContainerFolder {
			c := ContainerFolder{Root: root, Name: "web"}
			c.Names, _ = list(c.Path(), namesMost, sys)
			return c
		}
		if got := lookAtPreviousLife(folder("/log"), folder("/dumps"), sys).String(); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// However often a service starts in its folder, what is asked for there is bounded.
func TestLivesAreBounded(t *testing.T) {
	all := []string{"JVM_GC_LOG=on", "JVM_JFR=on"}
	for _, test := range []struct {
		name  string
		facts func(*Facts)
		has   string
		hasNo string
		warns string
	}{
		{"few", func(f *Facts) { f.Logs.Names = []string{"hs_err_1.log", "gc_1.log.0.current", "recording_1.jfr"} }, "/gc_2.log /recording_2.jfr /hs_err_2.log", "", ""},
		{"as many GC logs as are kept", func(f *Facts) { f.Logs.Names = names("gc_%d.log", 5) }, "/gc_5.log", "/gc_6", "writing over gc_5.log "},
		{"as many recordings", func(f *Facts) { f.Logs.Names = names("recording_%d.jfr", 3) }, "/recording_3.jfr", "/recording_4", "writing over recording_3.jfr "},
		{"as many crashes", func(f *Facts) { f.Logs.Names = names("hs_err_%d.log", 10) }, "/gc_1.log", "ErrorFile", "/var/log/web: 10 hs_err files already (move or delete them"},
		{"a link for the last GC log", func(f *Facts) { f.Logs.Names, f.Logs.NotOurs = names("gc_%d.log", 5), []string{"gc_5.log"} }, "/recording_1.jfr", "/gc_5", "JVM_GC_LOG /var/log/web/gc_5.log: it would be written over"},
		{"... for a part of it", func(f *Facts) { f.Logs.Names, f.Logs.NotOurs = names("gc_%d.log", 5), []string{"gc_5.log.0"} }, "/recording_1.jfr", "/gc_5", "JVM_GC_LOG /var/log/web/gc_5.log.0: it"},
		{"... which is not its turn yet", func(f *Facts) { f.Logs.Names, f.Logs.NotOurs = []string{"gc_5.log"}, []string{"gc_5.log"} }, "/gc_1.log", "", ""},
		{"a pipe for the last recording", func(f *Facts) {
			f.Logs.Names, f.Logs.NotOurs = names("recording_%d.jfr", 3), []string{"recording_3.jfr"}
		}, "/gc_1.log", "StartFlight", "JVM_JFR /var/log/web/recording_3.jfr: it would"},
		{"two that were killed while recording", func(f *Facts) { f.Chunks = 2 }, "/recording_1.jfr", "", ""},
		{"three", func(f *Facts) { f.Chunks = 3 }, "/gc_1.log", "FlightRec", "JVM_JFR /var/log/web/jfr: chunks of 3 killed recordings already"},
		{"something else is there", func(f *Facts) { f.ChunksErr = errNoFolder }, "/gc_1.log", "FlightRec", "JVM_JFR /var/log/web/jfr: something else"},
		{"just room enough", func(f *Facts) { f.Logs.Free, f.Logs.Disk = 240*jvm.MiB, 1000*jvm.MiB }, "/recording_1.jfr", "", ""},
		{"too little room", func(f *Facts) { f.Logs.Free, f.Logs.Disk = 239*jvm.MiB, 1000*jvm.MiB }, "/gc_1.log", "FlightRec", "239m free of 1000m, a recording may need 140m"},
	} {
		f := container()
		test.facts(&f)
		p := plan(t, request(t, all...), f)
		line, warnings := strings.Join(p.Argv, " "), strings.Join(p.Warnings, "\n")
		for want := range strings.FieldsSeq(test.has) {
			if !strings.Contains(line, want) {
				t.Errorf("%s: no %s in %s", test.name, want, line)
			}
		}
		if test.hasNo != "" && strings.Contains(line, test.hasNo) {
			t.Errorf("%s: %s in %s", test.name, test.hasNo, line)
		}
		if test.warns == "" && warnings != "" || !strings.Contains(warnings, test.warns) {
			t.Errorf("%s: warnings %q", test.name, warnings)
		}
	}
}

// What the application is told is no option, whatever path is in it.
func TestKeptAdviceIsOfOptions(t *testing.T) {
	for _, test := range []struct {
		name, environ string
		arguments     []string
		warns         bool
	}{
		{"asked for", "JVM_GC_LOG=on", nil, true},
		{"written by hand", "JVM_ARGS=-Xlog:gc:file=/var/log/web/gc_5.log", nil, true},
		{"an argument", "", []string{"--read", "/var/log/web/gc_5.log", "/var/log/web/gc_5.log"}, false},
	} {
		r := request(t, strings.Fields(test.environ)...)
		r.Arguments = test.arguments
		f := container()
		f.Logs.Names = names("gc_%d.log", 5)
		if p := plan(t, r, f); (len(p.Warnings) > 0) != test.warns {
			t.Errorf("%s: warnings %q", test.name, p.Warnings)
		}
	}
}

func names(format string, most int) []string {
	var list []string
	for n := range most {
		list = append(list, fmt.Sprintf(format, n+1))
	}
	return list
}

// What java could not do, or would end by, is left out with a line.
func TestRecorderThatIsNone(t *testing.T) {
	r := request(t, "JVM_JFR=on")
	r.Program.NoRecorder = true
	old := request(t, "JVM_JFR=on")
	old.Program.Version, _ = jvm.ParseVersion("1.8.0_252")
	odd := request(t, "JVM_JFR=on", "JVM_LOG_ROOT=/var/lo,g")
	for want, r := range map[string]Request{"JVM_JFR: this java has no flight recorder": r, "JVM_JFR: this java has": old, "JVM_LOG_ROOT /var/lo,g: has one of": odd} {
		p := plan(t, r, container())
		if has(p, "-XX:StartFlight") || len(p.Warnings) != 1 || !strings.Contains(p.Warnings[0], want) {
			t.Errorf("plans %q with warnings %q", p.Argv, p.Warnings)
		}
	}
}
