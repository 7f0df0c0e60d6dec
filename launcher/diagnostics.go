package launcher

import (
	"errors"
	"fmt"
	"net/netip"
	"path"
	"slices"
	"strings"
)

// Diagnostics that a service gets when a setting asks for them. What they write
// is bounded, and is in the container's log folder under a name of its own in each
// life.

// The files that a JVM leaves in the container's folders, each with a number.
const (
	errorFiles, errorFileEnd = "hs_err", ".log"
	dumpFiles, dumpFileEnd   = "java", ".hprof"
)

// A GC log is five files of 10 MiB, a recording the last day, or 64 MiB of it.
const (
	gcLogFiles     = 5
	gcLogFileSize  = "10m"
	recordingBound = "maxsize=64m,maxage=1d"
)

// gcLog logs collections and safepoints with a time that other logs can be held
// against.
func gcLog(in inputs) [][]string {
	if !bool(in.JVMGCLog) || !in.Logs.IsWanted() {
		return nil
	}
	file := in.Logs.freeFile("gc", ".log")
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

// flightRecording records from the start. What it has not put into its file when
// the JVM dies is in the repository, in the log folder too.
func flightRecording(in inputs) [][]string {
	if !bool(in.JVMJFR) || !in.Logs.IsWanted() {
		return nil
	}
	words := [][]string{
		{"-XX:FlightRecorderOptions=repository=" + path.Join(in.Logs.Path(), "jfr")},
		{fmt.Sprintf("-XX:StartFlightRecording=filename=%s,settings=default,%s,dumponexit=true", in.Logs.freeFile("recording", ".jfr"), recordingBound)},
	}
	if in.Version.AtLeast(17) { // earlier ones write it to stdout, come what may
		words = append(words, []string{"-Xlog:jfr+startup=error"})
	}
	return words
}

func noRecording(in inputs) string {
	if reason := noLogs(in); reason != "" {
		return reason
	}
	return noModule(in, "JVM_JFR", "jdk.jfr")
}

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
func (s Settings) debugAdvice() []string {
	if s.JVMDebugPort == 0 || s.debugAddress().IsLoopback() {
		return nil
	}
	return []string{fmt.Sprintf("JVM_DEBUG_BIND: whoever reaches %s can run code in the service (keep that network closed, or use loopback and a port-forward)",
		netip.AddrPortFrom(s.debugAddress(), uint16(s.JVMDebugPort)))}
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
	noPort := s.JVMDebugPort == 0
	refuse(noPort && s.Env.isSet("JVM_DEBUG_PORT"), "JVM_DEBUG_PORT", "not a port for a debugger (use 1 to 65535)")
	refuse(noPort && bool(s.JVMDebugSuspend), "JVM_DEBUG_SUSPEND", "waits for a debugger, and JVM_DEBUG_PORT is not set (set it, or unset this one)")
	refuse(noPort && s.Env.isSet("JVM_DEBUG_BIND"), "JVM_DEBUG_BIND", "is for JVM_DEBUG_PORT, which is not set (set it, or unset this one)")
	addresses := s.JVMDebugBind.Addresses
	isOther := slices.ContainsFunc(addresses, func(a netip.Addr) bool { return !a.Is4() })
	refuse(len(addresses) > 1 || isOther, "JVM_DEBUG_BIND", "java takes one address of IPv4 (use loopback, any or 10.0.0.5)")
	refuse(!noPort && s.wantsJMX() && s.JVMDebugPort == s.JMXMPPort, "JVM_DEBUG_PORT", "is JMX's port, too (use another, or JMXMP=off)")
	slices.SortFunc(problems, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return problems
}
