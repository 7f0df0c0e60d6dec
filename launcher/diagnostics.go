package launcher

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"path"
	"slices"
	"strings"

	"jvm-entrypoint/launcher/host"
	"jvm-entrypoint/launcher/jvm"
)

// Diagnostics that a service gets when a setting asks for them. What they write
// is bounded, and is in the container's log folder under a name of its own in each
// life.

// The files that a JVM leaves in the container's folders, and how many lives'
// are kept. Nothing is deleted, so past that no file is asked for, or the last
// one is used again.
var (
	errorLogs  = numbered{"hs_err", ".log", 10}
	gcLogs     = numbered{"gc", ".log", 5}
	recordings = numbered{"recording", ".jfr", 3}
	heapDumps  = numbered{"java", ".hprof", 0} // which JVM_HEAP_DUMPS bounds
)

// A GC log is five files of 10 MiB, a recording the last day, or 64 MiB of it.
const (
	gcLogFiles     = 5
	gcLogFileSize  = "10m"
	recordingBound = "maxsize=64m,maxage=1d"
	// recordingRoom is for its chunks, the one that is being written, and the file
	// that they become at the end.
	recordingRoom = (64 + 12 + 64) * jvm.MiB
)

// gcLog logs collections and safepoints with a time that other logs can be held
// against.
func gcLog(in inputs) [][]string {
	if !bool(in.JVMGCLog) || !in.Logs.IsWanted() {
		return nil
	}
	file, _ := gcLogs.file(in.Logs)
	if in.Version.AtLeast(9) {
		return [][]string{{fmt.Sprintf("-Xlog:gc*,safepoint:file=%s:time,uptime,level,tags:filecount=%d,filesize=%s", file, gcLogFiles-1, gcLogFileSize)}}
	}
	return [][]string{
		{"-Xloggc:" + file},
		{"-XX:+PrintGCDetails"},
		{"-XX:+PrintGCDateStamps"},
		{"-XX:+PrintGCApplicationStoppedTime"},
		{"-XX:+UseGCLogFileRotation"},
		{fmt.Sprintf("-XX:NumberOfGCLogFiles=%d", gcLogFiles)},
		{"-XX:GCLogFileSize=" + gcLogFileSize},
	}
}

// noGCLog is why there can be no GC log.
func noGCLog(in inputs) string {
	if reason := in.noFileInLogs(); reason != "" {
		return reason
	}
	return notOverwritten("JVM_GC_LOG", gcLogs.inTheWay(in.Logs))
}

// noFileInLogs is why an option whose value has parts can name no file in the
// log folder.
func (in inputs) noFileInLogs() string { return cmp.Or(noLogs(in), in.oddLogRoot()) }

// notOverwritten is why java must not use a file again: what is in its way.
func notOverwritten(setting, inTheWay string) string {
	if inTheWay == "" {
		return ""
	}
	return fmt.Sprintf("%s %s: it would be written over, and is no file of java's own with but one name (move or delete it)", setting, inTheWay)
}

// oddLogRoot is why the log folder can't stand in options whose value has parts:
// java would not start.
func (in inputs) oddLogRoot() string {
	if strings.ContainsAny(string(in.JVMLogRoot), ":,%\"") {
		return fmt.Sprintf("JVM_LOG_ROOT %s: has one of : , %% \" in it, where java's options end a path (name another folder)", shown(string(in.JVMLogRoot)))
	}
	return ""
}

// flightRecording records from the start. What it has not put into its file when
// the JVM dies is in the repository, in the log folder too.
func flightRecording(in inputs) [][]string {
	if !bool(in.JVMJFR) || !in.Logs.IsWanted() {
		return nil
	}
	file, _ := recordings.file(in.Logs)
	words := [][]string{
		{fmt.Sprintf("-XX:StartFlightRecording=filename=%s,settings=default,%s,dumponexit=true", file, recordingBound)},
		{"-XX:FlightRecorderOptions=repository=" + repository(in.Logs)},
	}
	if in.Version.AtLeast(17) { // earlier ones write it to stdout, come what may
		words = append(words, []string{"-Xlog:jfr+startup=error"})
	}
	return words
}

// repository is where a recording's chunks are: a folder for each life, which is
// gone when that ended in good order.
func repository(logs ContainerFolder) string { return path.Join(logs.Path(), "jfr") }

// noRecording is why there can be no flight recording, or why java would end by
// it, as it does where it can't write a chunk.
func noRecording(in inputs) string {
	if reason := cmp.Or(in.noFileInLogs(), notOverwritten("JVM_JFR", recordings.inTheWay(in.Logs))); reason != "" {
		return reason
	}
	switch {
	case in.NoRecorder || in.Version.IsBeforeUpdate(262):
		return "JVM_JFR: this java has no flight recorder"
	case in.ChunksErr != nil:
		return fmt.Sprintf("JVM_JFR %s: %v", repository(in.Logs), cause(in.ChunksErr))
	case in.Chunks >= recordings.most:
		return fmt.Sprintf("JVM_JFR %s: chunks of %s already (move or delete them)", repository(in.Logs), count(in.Chunks, "killed recording"))
	case !in.Logs.hasRoom(recordingRoom):
		return fmt.Sprintf("JVM_JFR %s: %s, a recording may need %s and a tenth is to stay free", in.Logs.Path(), in.Logs.room(), recordingRoom)
	}
	return ""
}

// keptAdvice tells of files that are used again, since there are as many as are kept.
func (p Plan) keptAdvice() []string {
	var again []string
	for _, kind := range []numbered{gcLogs, recordings} {
		file, isAgain := kind.file(p.Facts.Logs)
		isAsked := slices.ContainsFunc(p.Options, func(o jvm.Kept) bool { return strings.Contains(o.String(), file) })
		if isAgain && isAsked {
			again = append(again, path.Base(file))
		}
	}
	if len(again) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("JVM_LOG_ROOT %s: as many lives' files are there as are kept: writing over %s (move or delete some)",
		p.Facts.Logs.Path(), strings.Join(again, " and "))}
}

// noModule tells of a module that an image made by jlink lacks.
func noModule(in inputs, setting, module string) string {
	if len(in.Modules) > 0 && !slices.Contains(in.Modules, module) {
		return fmt.Sprintf("%s: this java has no module %s", setting, module)
	}
	return ""
}

func nativeMemoryTracking(in inputs) [][]string {
	if in.JVMNMT == "off" {
		return nil
	}
	return [][]string{{"-XX:NativeMemoryTracking=" + string(in.JVMNMT)}}
}

// debugger lets one attach. The address is written out: to Java 8 a port alone
// means all addresses.
func debugger(in inputs) [][]string {
	if in.JVMDebugPort == 0 {
		return nil
	}
	suspend := "n"
	if in.JVMDebugSuspend {
		suspend = "y"
	}
	address := netip.AddrPortFrom(in.debugAddress(), uint16(in.JVMDebugPort))
	return [][]string{{fmt.Sprintf("-agentlib:jdwp=transport=dt_socket,server=y,suspend=%s,quiet=y,address=%s", suspend, address)}}
}

func noDebugger(in inputs) string { return noModule(in, "JVM_DEBUG_PORT", "jdk.jdwp.agent") }

// debugAddress is where a debugger is waited for.
func (s Settings) debugAddress() netip.Addr {
	if len(s.JVMDebugBind.Addresses) == 0 {
		return loopback
	}
	return s.JVMDebugBind.Addresses[0]
}

// debugAdvice tells that whoever reaches a debugger's port runs code.
func (s Settings) debugAdvice(n host.Network) []string {
	where := netip.AddrPortFrom(s.debugAddress(), uint16(s.JVMDebugPort))
	switch neighbours := n.Mode.Neighbours(); {
	case !where.Addr().IsLoopback():
		return []string{fmt.Sprintf("JVM_DEBUG_BIND: whoever reaches %s can run code in the service (keep that network closed, or use loopback and a port-forward)", where)}
	case neighbours != "":
		return []string{fmt.Sprintf("JVM_DEBUG_PORT: %s reach %s, by which they can run code in the service (leave it set no longer than it is needed)", neighbours, where)}
	}
	return nil
}

// refuseDiagnostics refuses what asks for one thing and for its opposite.
func (s Settings) refuseDiagnostics() []error {
	var problems []error
	refuse := func(isWrong bool, name, why string) {
		if isWrong {
			problems = append(problems, &SettingError{Name: name, Value: s.Env.get(name), Err: errors.New(why)})
		}
	}
	for name, isOn := range map[string]Switch{"JVM_GC_LOG": s.JVMGCLog, "JVM_JFR": s.JVMJFR} {
		refuse(bool(isOn) && s.JVMLogRoot == "", name, "needs the log folder, and JVM_LOG_ROOT is off (name a folder there)")
		refuse(bool(isOn) && s.isOff(), name, "needs the log folder, which JVM_DEFAULTS=off leaves out (write the option into JVM_ARGS)")
	}
	noPort := !s.Env.isSet("JVM_DEBUG_PORT")
	refuse(noPort && bool(s.JVMDebugSuspend), "JVM_DEBUG_SUSPEND", "waits for a debugger, and JVM_DEBUG_PORT is not set (set it, or unset this one)")
	refuse(noPort && s.Env.isSet("JVM_DEBUG_BIND"), "JVM_DEBUG_BIND", "is for JVM_DEBUG_PORT, which is not set (set it, or unset this one)")
	addresses := s.JVMDebugBind.Addresses
	isOther := slices.ContainsFunc(addresses, func(a netip.Addr) bool { return !a.Is4() })
	refuse(len(addresses) > 1 || isOther, "JVM_DEBUG_BIND", "java takes one address of IPv4 (use loopback, any or 10.0.0.5)")
	refuse(s.JVMDebugPort != 0 && s.wantsJMX() && Port(s.JVMDebugPort) == s.JMXMPPort, "JVM_DEBUG_PORT", "is JMX's port, too (use another, or JMXMP=off)")
	slices.SortFunc(problems, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return problems
}

// fullAdvice tells that there are as many files of an end as there may be. It is
// our own bound, and nothing that a host failed to give.
func (p Plan) fullAdvice() []string {
	s, f := p.Request.Settings, p.Facts
	isAsked := func(option string) bool {
		return slices.ContainsFunc(p.Options, func(o jvm.Kept) bool { return o.Name() == option })
	}
	isLeftOut := func(name string) bool { return s.isOff() || s.isLeftOut(name) }
	var lines []string
	if s.JVMHeapDumps > 0 && f.OldDumps >= int(s.JVMHeapDumps) && f.Dumps.IsUsable() && !isAsked("-XX:HeapDumpPath") && !isLeftOut("heap-dump") {
		lines = append(lines, fmt.Sprintf("JVM_HEAP_DUMP_ROOT %s: %s already, so no other is asked for (move or delete them, or raise JVM_HEAP_DUMPS)",
			f.Dumps.Root, count(f.OldDumps, "heap dump")))
	}
	if _, isFull := errorLogs.file(f.Logs); isFull && f.Logs.IsUsable() && !isAsked("-XX:ErrorFile") && !isLeftOut("error-file") {
		lines = append(lines, fmt.Sprintf("JVM_LOG_ROOT %s: %s already (move or delete them: java writes the next one into its working directory)",
			f.Logs.Path(), count(errorLogs.most, "hs_err file")))
	}
	return lines
}
