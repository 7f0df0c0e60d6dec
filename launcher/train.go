package launcher

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"jvm-entrypoint/launcher/jvm"
)

// Trainer makes, in an image's build, what a start is faster with: it starts the
// service by the plan of a start, watches it, and leaves in JVM_ARCHIVE what java
// wrote down. It works with files and processes directly, since nothing of it
// happens in a start.
type Trainer struct {
	Sys    System
	Log    Log
	Stdout io.Writer // the service's output goes there as it comes
	Stderr io.Writer
	// Decide plans a start by settings, and tells what is wrong with them and was
	// found before all at once.
	Decide func(wrong error, s Settings) (Plan, error)

	folder   string // JVM_ARCHIVE
	settings Settings
	plan     Plan
	kind     jvm.ArchiveKind
}

// Where in JVM_ARCHIVE things are. The first is there during a training only,
// and java's user may write in it.
const (
	workFolder     = ".training"
	unpackedFolder = "unpacked"
)

// Train trains. What is wrong with the settings, and what was found wrong before, is
// refused all at once, before anything is touched. After a failure nothing is left
// that a start would use.
func (t *Trainer) Train(ctx context.Context, wrong error, s Settings) error {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(s.TrainTimeout))
	defer cancel()
	if err := t.prepare(ctx, wrong, s); err != nil {
		return err
	}
	if t.kind == jvm.NoArchive {
		t.Log.Info(fmt.Sprintf("Java %s keeps no classes of an application: there is nothing to train", t.plan.Request.Program.Version))
		return nil
	}
	if err := errors.Join(t.clear(), t.makeFolders()); err != nil {
		return err
	}
	defer os.RemoveAll(t.work())
	err := t.leave(ctx)
	switch {
	case err == nil:
		return nil
	case errors.Is(ctx.Err(), context.Canceled):
		err = trainingEnded{}
	case ctx.Err() != nil:
		err = fmt.Errorf("%w (ENTRYPOINT_TRAIN_TIMEOUT is %v for all of it)", err, time.Duration(s.TrainTimeout))
	}
	return errors.Join(err, t.clear())
}

// prepare finds all that is wrong, and plans.
func (t *Trainer) prepare(ctx context.Context, wrong error, s Settings) (err error) {
	refused := t.refuse(s)
	if s.JVMArchive != "" {
		var noPlace error
		t.folder, noPlace = t.place(string(s.JVMArchive))
		refused = errors.Join(refused, noPlace)
	}
	t.settings, err = s.forTraining(path.Join("/", t.folder, workFolder))
	if wrong == nil { // else it is told already
		wrong = err
	}
	return t.decide(ctx, errors.Join(wrong, refused))
}

// trainingEnded is SIGTERM in a training.
type trainingEnded struct{}

func (trainingEnded) Error() string { return "the training was ended from outside" }

// Is makes it ErrTerminated for the exit code.
func (trainingEnded) Is(err error) bool { return err == ErrTerminated }

// refuse refuses what no training can come of.
func (t *Trainer) refuse(s Settings) error {
	var problems []error
	wrong := func(name, value, format string, a ...any) {
		problems = append(problems, &SettingError{Name: name, Value: value, Err: fmt.Errorf(format, a...)})
	}
	switch {
	case s.isOff() || s.isLeftOut(archiveName):
		wrong("JVM_DEFAULTS", s.Env.get("JVM_DEFAULTS"), "a start would not use what --train makes (leave -archive out of it)")
	case strings.EqualFold(s.Env.get("JVM_ARCHIVE"), "off"):
		wrong("JVM_ARCHIVE", "off", "--train has no place to leave anything (unset it, or name a folder)")
	}
	if !s.Env.isSet("ENTRYPOINT_TRAIN_READY") { // what is wrong with it is told elsewhere
		wrong("ENTRYPOINT_TRAIN_READY", "", "is not set, so --train can't tell when the service is ready (use http://127.0.0.1:8080/health, 8080, 20s or a pattern of a line that it writes)")
	}
	if t.Sys.UID() != 0 {
		problems = append(problems, errors.New("--train is for root, whose the archive has to be: else the service could change it (put USER root before it in the Dockerfile)"))
	}
	return errors.Join(problems...)
}

// forTraining are the settings of a start as they are in a build: nobody is asked
// over the network, nothing is written that would stay in the image, and JMX
// needs no port and no secret.
func (s Settings) forTraining(work string) (Settings, error) {
	changes := []Change{
		{Name: "ENTRYPOINT_HOST_IP_TIMEOUT", Value: "0"},
		{Name: "ENTRYPOINT_STRICT", Remove: true},
		{Name: "JVM_DEBUG_PORT", Remove: true},
		{Name: "JVM_DEBUG_SUSPEND", Remove: true},
		{Name: "JVM_DEBUG_BIND", Remove: true},
	}
	if s.JVMLogRoot != "" {
		changes = append(changes, Change{Name: "JVM_LOG_ROOT", Value: work + "/log"})
	}
	if s.JVMHeapDumpRoot != "" {
		changes = append(changes, Change{Name: "JVM_HEAP_DUMP_ROOT", Value: work + "/dumps"})
	}
	for _, name := range jmxmpVariables {
		if name != "JMXMP" && name != "JMXMP_AGENT" {
			changes = append(changes, Change{Name: name, Remove: true})
		}
	}
	if s.JMXMP != "off" {
		changes = append(changes, Change{Name: "JMXMP", Value: "read-only"}, Change{Name: "JMXMP_PORT", Value: "0"}, Change{Name: "JMXMP_BIND", Value: "loopback"})
	}
	trained, err := ParseSettings(s.Env.with(changes))
	trained.training = planned
	return trained, err
}

// decide plans a start, and what of it a training changes.
func (t *Trainer) decide(ctx context.Context, wrong error) (err error) {
	if t.plan, err = t.Decide(wrong, t.settings); err != nil {
		return err
	}
	t.Sys.RunAs = t.plan.Request.RunAs
	program := t.plan.Request.Program
	if t.kind = program.Archive.Kind; t.kind == jvm.NoArchive {
		return nil
	}
	if !t.plan.uses(archiveSource) {
		reason := cmp.Or(t.plan.archiveMisfit(), "options make or use an archive of their own")
		return &SettingError{Name: "JVM_ARCHIVE", Value: t.folder, Err: fmt.Errorf("a start would not use what --train makes: %s", reason)}
	}
	if o, found := jvm.Unrecorded(t.plan.final); found {
		return &SettingError{Name: o.Source, Err: fmt.Errorf("%s: java makes no archive beside it (leave it out, or --train)", o.Name())}
	}
	files, err := t.plan.archiveFiles(ctx, t.Sys)
	if err != nil {
		return err
	}
	for _, file := range files {
		if file.Content == fullFolder {
			return &SettingError{Name: "JVM_ARCHIVE", Value: t.folder, Err: fmt.Errorf("%s is a folder on the class path, and java archives no class then (put its classes into a jar)", shown(t.Sys.absolute(file.Path)))}
		}
	}
	return nil
}

// leave does all of it. The record is written last: without it a start looks at nothing.
func (t *Trainer) leave(ctx context.Context) error {
	unpacked, err := t.unpack(ctx)
	if err != nil {
		return err
	}
	t.settings.training = underWay
	if err := t.decide(ctx, nil); err != nil { // for the folders that are there now, and the unpacked jar
		return errors.New(err.Error()) // no setting is refused any more: the training has failed
	}
	for _, warning := range t.plan.Warnings[len(t.plan.lacks):] { // a build lacks what a host gives
		t.Log.Warn(warning)
	}
	ready, err := t.watch(ctx)
	if err != nil {
		return err
	}
	if err := t.create(ctx); err != nil {
		return err
	}
	record, err := t.record(ctx, unpacked)
	if err != nil {
		return err
	}
	if err := t.writeRecord(record); err != nil {
		return err
	}
	t.Log.Info(fmt.Sprintf("trained: %s of %s in %s; the service was ready after %s",
		t.kind, jvm.Bytes(record.Archive.Size).WholeMiB(), t.folder, ready.Round(10*time.Millisecond)))
	return nil
}

// environ is the environment of all that a training runs by a plan: without what
// would disturb it.
func (t *Trainer) environ(p Plan) Environment { return p.environ(t.kind.Training) }

// words is java's command line by a plan, with what a training has in the place of
// the archive.
func (t *Trainer) words(p Plan, last ...string) []string {
	var options []jvm.Option
	for _, o := range p.Options {
		if o.Source != archiveSource {
			options = append(options, o.Option)
		}
	}
	return slices.Concat([]string{p.Java}, t.kind.Training(options), last)
}

// create makes the archive of what the service left, puts it in its place, and
// lets java say that it fits.
func (t *Trainer) create(ctx context.Context) error {
	program := t.plan.Request.Program
	var classes []string
	if program.MainClass == "" {
		classes = []string{"-cp", program.Jar}
	}
	written := t.kind.Recorded(t.work())
	if info, err := os.Lstat(written); err != nil || info.Size() == 0 {
		return fmt.Errorf("java left no %s as it ended (its output above may tell why)", path.Base(written))
	}
	if t.kind == jvm.ClassArchive {
		if err := t.Sys.AsJava(func() error { return dropOtherLoaders(written) }); err != nil {
			return fmt.Errorf("%s: %w", path.Base(written), err)
		}
	}
	creating := t.plan.under(t.kind.Creating(t.plan.final))
	if err := t.run(ctx, creating, "make the archive", t.words(creating, slices.Concat(t.kind.Create(t.work()), classes)...)); err != nil {
		return err
	}
	in, err := os.OpenRoot(t.work())
	if err != nil {
		return err
	}
	defer in.Close()
	archive := path.Join(t.folder, t.kind.FileName())
	if err := copyFile(in, t.kind.FileName(), archive); err != nil {
		return err
	}
	return t.run(ctx, t.plan, "use the archive", t.words(t.plan, slices.Concat(t.kind.RequireArchive(archive), classes, []string{"-version"})...))
}

// run runs a java that is not the service, as java's user and in a plan's environment.
func (t *Trainer) run(ctx context.Context, p Plan, what string, command []string) error {
	var text string
	err := t.Sys.AsJava(func() (err error) {
		text, err = t.Sys.askJava(ctx, t.environ(p), command...)
		return err
	})
	if err != nil {
		return fmt.Errorf("java could not %s: %w: %s", what, err, refusalOf(text))
	}
	return nil
}

// record describes what was made.
func (t *Trainer) record(ctx context.Context, unpacked *Unpacked) (Trained, error) {
	program := t.plan.Request.Program
	archive, err := markArchive(path.Join(t.folder, t.kind.FileName()), t.Sys)
	if err != nil {
		return Trained{}, err
	}
	trained := Trained{
		Kind: t.kind.String(), Archive: archive, Java: program.Version.Text, Unpacked: unpacked, Conditions: []string{},
	}
	if trained.Modules, err = program.modules(ctx, t.Sys); err != nil {
		return Trained{}, err
	}
	if trained.Files, err = t.plan.archiveFiles(ctx, t.Sys); err != nil {
		return Trained{}, err
	}
	trained.ClassPath, _ = program.archiveClassPath(t.plan.final)
	if trained.ClassPath == cmp.Or(program.ClassPath, program.Jar) && program.ClassesErr == nil {
		trained.Classes = program.Classes
	}
	for _, c := range archiveConditions(program, t.plan.final, t.plan.Memory) {
		if c.Text != jvm.Debugger { // which a training leaves out
			trained.Conditions = append(trained.Conditions, c.Text)
		}
	}
	return trained, nil
}
