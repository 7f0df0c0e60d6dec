package launcher

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"syscall"

	"jvm-entrypoint/launcher/host"
	"jvm-entrypoint/launcher/jvm"
)

// Asked are the options that people wrote, a layer for each place where they
// write them, the lowest rank first.
type Asked []jvm.Layer

// The places that are ours to read and to refuse. JVM_OPTIONS_FILE's options
// have FILE:LINE as their source, the others the variable.
const (
	optionsFile = "JVM_OPTIONS_FILE"
	jvmOpts     = "JVM_OPTS"
	jvmArgs     = "JVM_ARGS"
)

// The longest files that are read. An argument file may hold a class path.
const (
	optionsFileMost  = 1 << 20
	argumentFileMost = 4 << 20
	pathMost         = 4096
)

// ReadOptions reads the options that people wrote, in variables and in files,
// for a Java version. Its errors are *SettingErrors, joined.
func ReadOptions(s Settings, version jvm.Version, sys System) (Asked, error) {
	fromFile, problems := s.readOptionsFile(version, sys)
	read := func(path string) (string, error) {
		if len(path) > pathMost || slices.Contains(strings.Split(path, "/"), "..") {
			// Behind a symbolic link java would find another file.
			return "", errors.New("the path is too long or has .. in it, write it out")
		}
		text, err := host.ReadText(sys.Root, sys.absolute(path), argumentFileMost)
		if err != nil {
			err = cause(err)
		}
		return text, err
	}
	// layer looks into the files that options name. What is wrong in a variable
	// that the JVM reads by itself is the JVM's to say.
	layer := func(name string, foreign bool, options []jvm.Option) jvm.Layer {
		options, wrong := jvm.LookInto(options, version, read)
		if !foreign {
			problems = append(problems, wrongOptions(name, wrong)...)
		}
		return jvm.Layer{Name: name, Options: options, Foreign: foreign}
	}
	ours := func(name string, words []string) jvm.Layer {
		options, wrong := jvm.ParseOptions(words, name, version)
		problems = append(problems, wrongOptions(name, wrong)...)
		return layer(name, false, options)
	}
	foreign := func(name, value string) jvm.Layer {
		return layer(name, true, jvm.ParseVariable(name, value, version))
	}
	asked := Asked{
		foreign(jvm.ToolOptions, s.Platform.JavaToolOptions),
		foreign(jvm.JDKOptions, s.Platform.JDKJavaOptions),
		layer(optionsFile, false, fromFile),
		ours(jvmOpts, s.JVMOpts),
		ours(jvmArgs, s.JVMArgs),
		foreign(jvm.JavaOptions, s.Platform.JavaOptions),
	}
	return asked, errors.Join(problems...)
}

func wrongOptions(name string, wrong []error) []error {
	var problems []error
	for _, err := range wrong {
		problems = append(problems, &SettingError{Name: name, Err: err})
	}
	return problems
}

// readOptionsFile reads the image's file. One that nobody named need not be there.
func (s Settings) readOptionsFile(version jvm.Version, sys System) ([]jvm.Option, []error) {
	if s.JVMOptionsFile == "" {
		return nil, nil
	}
	path := sys.absolute(string(s.JVMOptionsFile))
	text, err := host.ReadText(sys.Root, path, optionsFileMost)
	if (errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)) && !s.Env.isSet(optionsFile) {
		return nil, nil
	}
	if err != nil {
		return nil, []error{&SettingError{Name: optionsFile, Value: path, Err: fmt.Errorf("%w (name a readable file, or off)", cause(err))}}
	}
	options, wrong := jvm.ParseOptionsFile(text, path, version)
	return options, wrongOptions(optionsFile, wrong)
}

// each gives asked with every option of ours changed, or left out.
func (a Asked) each(change func(layer string, o jvm.Option) (changed jvm.Option, keep bool)) Asked {
	changed := slices.Clone(a)
	for i, layer := range a {
		if layer.Foreign {
			continue
		}
		var options []jvm.Option
		for _, o := range layer.Options {
			if o, keep := change(layer.Name, o); keep {
				options = append(options, o)
			}
		}
		changed[i].Options = options
	}
	return changed
}

// fill puts the known facts in the place of ${NAME} in the options that are
// ours to read, once in each word. Any other ${...} stays: Spring uses it too.
// It also tells of the names that stand there and are not known, and refuses
// with *SettingErrors, joined, what by that is another option.
func (a Asked) fill(r Request, f Facts) (filled Asked, unknown []string, err error) {
	values := placeholders(r.Settings, f)
	var pairs []string
	for _, v := range values {
		if v.value != "" {
			pairs = append(pairs, "${"+v.name+"}", v.value)
		}
	}
	replacer := strings.NewReplacer(pairs...)
	var problems []error
	filled = a.each(func(layer string, o jvm.Option) (jvm.Option, bool) {
		if o.NamesFile(r.Program.Version) {
			return o, true // which has been looked into under the name that is written
		}
		o.Words = slices.Clone(o.Words)
		for i, word := range o.Words {
			for _, v := range values {
				// Without a log folder the option is left out, and that is told.
				missed := v.value == "" && v.name != logPathName && !(r.Check && r.Settings.isElsewhere(v.group))
				if missed && strings.Contains(word, "${"+v.name+"}") {
					unknown = append(unknown, fmt.Sprintf("%s: ${%s} is not known here and stays as it is", layer, v.name))
				}
			}
			o.Words[i] = replacer.Replace(word)
		}
		again, wrong := jvm.ParseOptions(o.Words, o.Source, r.Program.Version)
		if len(wrong) == 0 && len(again) != 1 {
			wrong = []error{errors.New("a placeholder makes another option of " + o.Name() + " (write its name out)")}
		}
		problems = append(problems, wrongOptions(layer, wrong)...)
		return o, true
	})
	slices.Sort(unknown)
	return filled, slices.Compact(unknown), errors.Join(problems...)
}

const logPathName = "LOG_PATH"

type placeholder struct{ name, value, group string }

// placeholders are the names that options may hold, with their values; one
// without a value is not known.
func placeholders(s Settings, f Facts) []placeholder {
	logs := ""
	if f.Logs.IsUsable() {
		logs = f.Logs.Path()
	}
	known := []placeholder{{name: logPathName, value: logs}, {name: "CLOUD_APP", value: s.CloudApp}}
	for _, fact := range factRows {
		if fact.variable != "" {
			known = append(known, placeholder{fact.variable, fact.of(f).text, fact.group})
		}
	}
	return known
}

// withoutLogPath leaves out the options of people that point into a log folder
// that can't be had: java would not start with -Xlog into nowhere.
func (a Asked) withoutLogPath(in inputs) (left Asked, missed []missedOption) {
	reason := noLogs(in)
	if !in.Logs.IsWanted() {
		reason = "${LOG_PATH}: there is no log folder"
	}
	left = a.each(func(_ string, o jvm.Option) (jvm.Option, bool) {
		if reason == "" || !strings.Contains(o.String(), "${"+logPathName+"}") {
			return o, true
		}
		missed = append(missed, missedOption{jvm.Dropped{Option: o, Reason: reason}, lacksLogs})
		return o, false
	})
	return left, missed
}

// withoutRemoved leaves out, where JVM_DROP_REMOVED says so, what the Java
// version does not have: so an option that could not work takes no other's place.
func (a Asked) withoutRemoved(s Settings, version jvm.Version) (left Asked, dropped []jvm.Dropped) {
	if !s.JVMDropRemoved {
		return a, nil
	}
	var all []jvm.Option
	for _, layer := range a {
		all = append(all, jvm.Leaves(layer.Options)...)
	}
	refused := jvm.Refusals(all, version)
	left = slices.Clone(a)
	for i, layer := range a {
		var gone []jvm.Dropped
		left[i].Options, gone = layer.Without(refused)
		dropped = append(dropped, gone...)
	}
	return left, dropped
}
