package jvm

import (
	"slices"
	"strings"
)

// beginsActing are the beginnings of options by which a java that only tells
// its version would reach beyond its own process: agents and listeners would
// start, files be written that are not its own, another process be restored.
var beginsActing = []string{
	"-javaagent:", "-agentlib:", "-agentpath:", "-Xrun",
	"-Dcom.sun.management.", "-Djava.system.class.loader=",
	"-Xloggc:", "-Xverbosegclog", "-Xshareclasses", "-Xdump", "-Xtrace", "-Xshare:dump",
	"-XX:StartFlightRecording", "-XX:FlightRecorderOptions", "-XX:CRaC", "-XX:PerfData",
}

// acting are flags of that kind. Some of them only make sense beside another
// one, and java would warn of them alone.
var acting = []string{
	"-XX:OnError", "-XX:OnOutOfMemoryError", "-XX:ErrorFile", "-XX:AlwaysPreTouch", "-XX:UsePerfData",
	"-XX:UseGCLogFileRotation", "-XX:NumberOfGCLogFiles", "-XX:GCLogFileSize", "-XX:FlightRecorder",
	"-XX:ArchiveClassesAtExit", "-XX:AutoCreateSharedArchive", "-XX:DumpSharedSpaces", "-XX:DynamicDumpSharedSpaces",
	"-XX:DumpLoadedClassList", "-XX:AOTCacheOutput", "-XX:AOTConfiguration", "-XX:RecordDynamicDumpInfo",
	"-XX:LogFile", "-XX:LogVMOutput", "-XX:LogCompilation", "-XX:DumpPerfMapAtExit", "-XX:StartAttachListener",
	"-XX:PauseAtStartup", "-XX:PauseAtExit", "-XX:ShowMessageBoxOnError", "-XX:ManagementServer",
}

// quiet goes behind all options of a trial: a crash, too, leaves no file, and
// no page of the heap is touched that the container may not have.
var quiet = []string{"-XX:-UsePerfData", "-XX:-AlwaysPreTouch", "-XX:ErrorFile=/dev/null"}

// Trial gives options as java can be tried with them and nothing happens by
// that but that it judges them. Of a file with options that act the others are
// left, without the file. Quiet also switches off what acts by default.
func Trial(options []Option, isQuiet bool) []string {
	var words, logs []string
	archive := slices.ContainsFunc(Leaves(options), func(o Option) bool {
		name, _, on := o.parts()
		return on && name == "-XX:AutoCreateSharedArchive"
	})
	for _, o := range options {
		kept, _ := o.filter(func(leaf Option) bool {
			if log, toFile := leaf.logToNowhere(); toFile {
				logs = append(logs, log)
				return false
			}
			name, _, _ := leaf.parts()
			return !leaf.acts() && !(archive && name == "-XX:SharedArchiveFile")
		})
		for _, k := range kept {
			words = append(words, k.Words...)
		}
	}
	words = append(words, logs...)
	if isQuiet {
		words = append(words, quiet...)
	}
	return words
}

func (o Option) acts() bool {
	name, value, _ := o.parts()
	switch name {
	case "-XX:AOTMode":
		return value == "record" || value == "create"
	case "-Djava.security.manager":
		return !slices.Contains([]string{"", "default", "allow", "disallow"}, value) // a class of the service's
	}
	return slices.Contains(acting, name) ||
		slices.ContainsFunc(beginsActing, func(prefix string) bool { return strings.HasPrefix(o.Words[0], prefix) })
}

// logToNowhere is an -Xlog that writes to a file, with another file.
func (o Option) logToNowhere() (word string, toFile bool) {
	what, file, rest := o.logParts()
	if file == "" {
		return "", false
	}
	decorators, _, _ := strings.Cut(rest, ":")
	return "-Xlog:" + what + ":file=/dev/null:" + decorators + ":filecount=0", true
}

// logParts cuts -Xlog:WHAT:OUTPUT:DECORATORS:OPTIONS; the file is empty where it
// writes to none: to a stream, which has a number, too, or where async's mode is set.
// A file's name with a colon in it is quoted.
func (o Option) logParts() (what, file, rest string) {
	selection, found := strings.CutPrefix(o.Words[0], "-Xlog:")
	what, output, hasOutput := strings.Cut(selection, ":")
	if !found || !hasOutput || what == "async" {
		return what, "", ""
	}
	if quoted, isQuoted := strings.CutPrefix(strings.TrimPrefix(output, "file="), `"`); isQuoted {
		file, rest, _ = strings.Cut(quoted, `"`)
		return what, file, strings.TrimPrefix(rest, ":")
	}
	file, rest, _ = strings.Cut(output, ":")
	if file == "stdout" || file == "stderr" || strings.HasPrefix(file, "#") {
		return what, "", ""
	}
	return what, strings.TrimPrefix(file, "file="), rest
}

// A Written is a file that java is told to write.
type Written struct {
	Path string
	// Fatal is true where java does not start if it can't be.
	Fatal bool
}

// Writes tells which file an option makes java write, where it does. Parts of
// its name may be %p and %t.
func (o Option) Writes() (file Written, found bool) {
	if _, path, _ := o.logParts(); path != "" {
		return Written{path, true}, true
	}
	name, value, _ := o.parts()
	if name == "-XX:HeapDumpPath" || name == "-XX:ErrorFile" {
		return Written{value, false}, value != ""
	}
	return Written{}, false
}

// Agent tells the file of an agent that an option loads by its path.
func (o Option) Agent() (path string, isJava, found bool) {
	kind, value, _ := strings.Cut(o.Words[0], ":")
	path, _, _ = strings.Cut(value, "=")
	return path, kind == "-javaagent", kind == "-javaagent" || kind == "-agentpath"
}
