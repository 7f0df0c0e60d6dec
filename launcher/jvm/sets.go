package jvm

import "strings"

// Families: options that are spelled differently and set the same thing, or
// that the JVM refuses beside each other.
const (
	heap      = "heap size"
	collector = "collector"
	// archiving writes a class data archive, which no -javaagent may disturb.
	archiving = "class data archive"
)

// flagFamilies are -XX flags that belong to a family when they are given a
// value or switched on. Sources: HotSpot's gcConfig.cpp and arguments.cpp, and
// what each release refuses.
var flagFamilies = map[string][]string{
	"MaxHeapSize": {heap}, "InitialHeapSize": {heap}, "MinHeapSize": {heap}, "SoftMaxHeapSize": {heap},
	"MaxRAM": {heap}, "MaxRAMPercentage": {heap}, "MinRAMPercentage": {heap}, "InitialRAMPercentage": {heap},
	"MaxRAMFraction": {heap}, "MinRAMFraction": {heap}, "InitialRAMFraction": {heap},
	"AggressiveHeap": {heap, collector}, // it means the parallel collector
	"UseSerialGC":    {collector}, "UseParallelGC": {collector}, "UseParallelOldGC": {collector},
	"UseG1GC": {collector}, "UseConcMarkSweepGC": {collector}, "UseParNewGC": {collector},
	"ArchiveClassesAtExit": {archiving}, "AutoCreateSharedArchive": {archiving},
	// Files of options, which are not looked into: they may set the heap.
	"VMOptionsFile": {heap}, "Flags": {heap},
	"UseZGC": {collector}, "UseShenandoahGC": {collector}, "UseEpsilonGC": {collector},
}

// plainSpellings are options other than -D and -XX that set one thing however
// often they are given, by their prefix. An option in none of these tables
// adds up with its like (--add-opens, -Xlog, -verbose), or the JVM takes the last.
var plainSpellings = []struct {
	prefix string
	sets   []string
}{
	{"-Xmx", []string{heap}},
	{"-Xms", []string{heap}},
	{"-mx", []string{heap}},
	{"-ms", []string{heap}},
	{"-Xincgc", []string{collector}}, // both mean CMS
	{"-Xconcgc", []string{collector}},
	{"-Xss", []string{"-XX:ThreadStackSize"}},
	{"-ss", []string{"-XX:ThreadStackSize"}},
	{"-Xmn", []string{"-XX:NewSize", "-XX:MaxNewSize"}},
	{"-Xshare:dump", []string{archiving}},
	{"@", []string{heap}}, // as VMOptionsFile
	{"-agentlib:jdwp", []string{"jdwp"}},
	{"-Xrunjdwp", []string{"jdwp"}},
}

// repeatable are -XX flags that take every occurrence, or whose absence breaks
// what stands behind them: a lower layer's experimental flag needs the unlock
// flag before it, even where a higher layer has its own.
var repeatable = map[string]bool{
	"UnlockExperimentalVMOptions": true, "UnlockDiagnosticVMOptions": true,
	"CompileCommand": true, "CompileOnly": true, "OnError": true, "OnOutOfMemoryError": true,
	"DisableIntrinsic": true, "ControlIntrinsic": true,
}

// sets lists what an option sets. Two options that share an entry can't both
// be meant: the higher layer's stays.
func sets(o Option) []string {
	word := o.Words[0]
	if property, ok := strings.CutPrefix(word, "-D"); ok {
		key, _, _ := strings.Cut(property, "=")
		return []string{"-D" + key}
	}
	if flag, ok := strings.CutPrefix(word, "-XX:"); ok {
		return flagSets(flag)
	}
	for _, plain := range plainSpellings {
		if strings.HasPrefix(word, plain.prefix) {
			return plain.sets
		}
	}
	switch kind, value, _ := strings.Cut(word, ":"); kind {
	case "-javaagent", "-agentpath", "-agentlib":
		// The same agent twice would run twice, whatever its arguments.
		agent, _, _ := strings.Cut(value, "=")
		return []string{kind + ":" + agent}
	}
	switch name, _, _ := strings.Cut(word, "="); name {
	case "-cp", "-classpath", "--class-path":
		return []string{"class path"}
	}
	return nil
}

// yieldsTo lists what an option can't live with beside what it sets itself.
func yieldsTo(o Option) []string {
	if strings.HasPrefix(o.Words[0], "-javaagent:") {
		return []string{archiving}
	}
	return nil
}

func flagSets(flag string) []string {
	name, _, _ := strings.Cut(flag, "=")
	off := strings.HasPrefix(name, "-")
	name = strings.TrimLeft(name, "+-")
	if repeatable[name] {
		return nil
	}
	if off {
		return []string{"-XX:" + name}
	}
	return append([]string{"-XX:" + name}, flagFamilies[name]...)
}

// LimitsHeap tells whether an option bounds the heap, by a size or by a share.
func (o Option) LimitsHeap() bool {
	switch name := o.Name(); name {
	case "-XX:MaxHeapSize", "-XX:MaxRAM", "-XX:MaxRAMPercentage", "-XX:MaxRAMFraction", "-XX:+AggressiveHeap", "-XX:VMOptionsFile", "-XX:Flags":
		return true
	default:
		return strings.HasPrefix(name, "-Xmx") || strings.HasPrefix(name, "-mx") || strings.HasPrefix(o.Words[0], "@")
	}
}

// MaxHeap is the maximum heap size that options ask for by a size, the last
// winning as in the JVM; 0 where none does.
func MaxHeap(options []Option) Bytes {
	var size Bytes
	for _, o := range options {
		for _, prefix := range []string{"-Xmx", "-mx", "-XX:MaxHeapSize="} {
			if text, ok := strings.CutPrefix(o.Words[0], prefix); ok {
				if n, err := ParseBytes(text); err == nil {
					size = n
				}
			}
		}
	}
	return size
}
