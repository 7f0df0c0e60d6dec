package jvm

import (
	"slices"
	"strings"
)

// An act is what an option makes java do beyond its own process, and the file
// that it writes where it names one: one row for what a trial leaves out and for
// what a check looks at instead, so that nothing falls between the two.
type act struct {
	options string // names; one with a * is how a word begins
	file    func(Option) string
	place   Place
	// ends is the release from which on java does not start where the file can't
	// be; 0: it warns, or says nothing, and starts. Measured on 8, 11, 17, 21, 25
	// and 26.
	ends    int
	beside  string // it is only written beside one of these
	each    bool   // of several each is written, not the last one's alone
	isTried bool   // a java that only tells its version does no harm by it
}

// everyRelease ends by it.
const everyRelease = 1

var acts = []act{
	{options: "-Xlog:*", file: logFile, ends: 9, each: true, isTried: true}, // with another file
	{options: "-Xloggc:*", file: gcLogFile, ends: 9},
	{options: "-XX:StartFlightRecording", file: argument("filename"), place: FileOrFolder, ends: everyRelease, each: true},
	{options: "-XX:FlightRecorderOptions", file: argument("repository"), place: NewFolder, ends: everyRelease},
	{options: "-XX:FlightRecorderOptions", file: argument("dumppath"), place: Folder, ends: everyRelease}, // which 8 to 17 don't know, and end by
	{options: "-XX:HeapDumpPath", file: value, place: FileOrFolder, isTried: true},
	{options: "-XX:ErrorFile", file: value},
	{options: "-XX:LogFile", file: value, beside: "-XX:LogVMOutput -XX:LogCompilation"},
	{options: "-XX:PerfDataSaveFile", file: value},
	{options: "-XX:DumpLoadedClassList", file: value},
	{options: "-XX:ArchiveClassesAtExit", file: value},
	{options: "-XX:SharedArchiveFile", file: value, beside: autoArchive, isTried: true},
	{options: "-XX:AOTCacheOutput", file: value},
	{options: "-XX:AOTConfiguration", file: value, beside: "-XX:AOTMode=record"},
	// Agents and listeners.
	{options: "-javaagent:* -agentlib:* -agentpath:* -Xrun* -Dcom.sun.management.* -XX:ManagementServer -XX:StartAttachListener"},
	// What loads classes of the service's, restores another process, or runs programs.
	{options: "-Djava.system.class.loader=* -XX:CRaC* -XX:OnError -XX:OnOutOfMemoryError"},
	// What writes files whose names we don't know. Some only make sense beside
	// another one, and java would warn of them alone.
	{options: "-Xverbosegclog* -Xshareclasses* -Xdump* -Xtrace* -Xshare:dump* -XX:PerfData* -XX:UsePerfData -XX:UseGCLogFileRotation -XX:NumberOfGCLogFiles -XX:GCLogFileSize"},
	{options: "-XX:FlightRecorder -XX:LogVMOutput -XX:LogCompilation -XX:DumpPerfMapAtExit"},
	{options: "-XX:DumpSharedSpaces -XX:DynamicDumpSharedSpaces -XX:RecordDynamicDumpInfo " + autoArchive},
	// What waits, or takes all memory.
	{options: "-XX:AlwaysPreTouch -XX:PauseAtStartup -XX:PauseAtExit -XX:ShowMessageBoxOnError"},
}

// autoArchive makes java write the archive that it else would only read.
const autoArchive = "-XX:AutoCreateSharedArchive"

// has tells whether an option is in the row, switched on or off.
func (a act) has(o Option) bool {
	name, _, _ := o.parts()
	for pattern := range strings.FieldsSeq(a.options) {
		prefix, isOpen := strings.CutSuffix(pattern, "*")
		if name == pattern || isOpen && strings.HasPrefix(o.Words[0], prefix) {
			return true
		}
	}
	return false
}

// isCalledFor tells whether one of those is on beside which alone the file is written.
func (a act) isCalledFor(options []Option) bool {
	return a.beside == "" || slices.ContainsFunc(strings.Fields(a.beside), func(flag string) bool {
		flag, want, _ := strings.Cut(flag, "=")
		o, found := lastOf(options, flag)
		if !found {
			return false
		}
		_, value, isOn := o.parts()
		return isOn && value == want
	})
}

// value is the whole of an option's.
func value(o Option) string {
	_, value, _ := o.parts()
	return value
}

// argument gives a part of a value such as filename=a.jfr,maxage=1d, behind = or
// a colon. One with a comma in it stands in quotes.
func argument(key string) func(Option) string {
	return func(o Option) string {
		begin := strings.IndexAny(strings.TrimPrefix(o.Words[0], "-XX:"), "=:")
		if begin < 0 {
			return ""
		}
		quote := rune(0)
		parts := strings.FieldsFunc(o.Words[0][begin+len("-XX:")+1:], func(r rune) bool {
			switch {
			case quote == 0 && (r == '"' || r == '\''):
				quote = r
			case r == quote:
				quote = 0
			}
			return r == ',' && quote == 0
		})
		for _, part := range parts {
			if value, found := strings.CutPrefix(part, key+"="); found {
				return strings.Trim(value, `"'`)
			}
		}
		return ""
	}
}

func logFile(o Option) string {
	_, file, _ := o.logParts()
	return file
}

// gcLogFile is none where the name is that of a stream, as -Xlog has them.
func gcLogFile(o Option) string {
	file := strings.TrimPrefix(o.Words[0], "-Xloggc:")
	if isStream(file) {
		return ""
	}
	return file
}

// isStream tells whether an output of java's logs is no file.
func isStream(output string) bool {
	return output == "stdout" || output == "stderr" || strings.HasPrefix(output, "#")
}

// A Place is what may be where an option makes java write.
type Place int

// The places.
const (
	File         Place = iota // a file, or none yet
	FileOrFolder              // that, or a folder to put one in
	Folder                    // a folder that is there
	NewFolder                 // a folder that java makes, with those above it
)

// A Written is a file or folder that java is told to write.
type Written struct {
	Option
	Path  string // parts of it may be %p and %t
	Place Place
	// Fatal is true where java does not start if it can't be.
	Fatal bool
}

// Writes tells which files options make a java write, those of files of options
// included.
func Writes(options []Option, version Version) []Written {
	leaves := Leaves(options)
	var files []Written
	for _, a := range acts {
		if a.file == nil || !a.isCalledFor(leaves) {
			continue
		}
		var own []Written
		for _, o := range leaves {
			if a.has(o) {
				own = append(own, Written{o, a.file(o), a.place, a.ends > 0 && version.AtLeast(a.ends)})
			}
		}
		if !a.each && len(own) > 0 {
			own = own[len(own)-1:]
		}
		files = append(files, own...)
	}
	return slices.DeleteFunc(files, func(w Written) bool { return w.Path == "" })
}
