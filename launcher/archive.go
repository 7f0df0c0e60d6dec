package launcher

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"jvm-entrypoint/launcher/host"
	"jvm-entrypoint/launcher/jvm"
)

// Archive is what --train left in the image for a faster start.
type Archive struct {
	Folder  string
	Kind    jvm.ArchiveKind
	Trained Trained // what it was made with
	Err     error   // why it can't be used
	// IsNew marks the one that a training is to make: it fits whatever it is
	// trained with.
	IsNew bool
}

// Trained is what an archive was made with, as it stands beside it in a file.
type Trained struct {
	Kind       string     `json:"kind"`    // empty where there is no archive, but what was unpacked
	Archive    FileMark   `json:"archive"` // a damaged one can crash java
	Java       string     `json:"java"`
	Modules    FileMark   `json:"modules"` // java's own classes
	ClassPath  string     `json:"classPath"`
	Classes    int        `json:"classes"`            // that are there; 0 where they are not known
	Files      []FileMark `json:"files"`              // that classes come from, and agents
	Conditions []string   `json:"options"`            // what of the options it depends on
	Unpacked   *Unpacked  `json:"unpacked,omitempty"` // of a jar that holds jars
}

// Unpacked is the form of a jar that java runs in its place.
type Unpacked struct {
	Of  FileMark `json:"of"`
	Jar string   `json:"jar"`
}

// trainedFile is the record's name, beside the archive.
const (
	trainedFile = "trained.json"
	trainedMost = 1 << 20 // bytes
)

// archiveTimeout bounds what it takes to hold all files against the record: some
// milliseconds for a hundred jars.
const archiveTimeout = 2 * time.Second

// IsThere tells whether a training left an archive, be it one that can't be used.
func (a Archive) IsThere() bool { return a.Err != nil || a.IsNew || a.Trained.Kind != "" }

// classes are those of a class path as a training counted them, where its files are
// the same still; else 0.
func (a Archive) classes(classPath string) int {
	if a.Err != nil || classPath != a.Trained.ClassPath {
		return 0
	}
	return a.Trained.Classes
}

func (a Archive) file() string { return path.Join(a.Folder, a.Kind.FileName()) }

// FindArchive looks for what --train left, and, where the jar was unpacked, puts
// the unpacked form in its place. What does not fit is no error: the service
// starts without it.
func (p *Program) FindArchive(ctx context.Context, s Settings, sys System) {
	ctx, cancel := context.WithTimeout(ctx, archiveTimeout)
	defer cancel()
	p.Archive = Archive{Folder: string(s.JVMArchive), Kind: jvm.ArchiveOf(p.Version)}
	a := &p.Archive
	if a.Folder == "" || s.isOff() || s.isLeftOut(archiveName) || a.Kind == jvm.NoArchive {
		return
	}
	if a.IsNew = s.training != noTraining; s.training == planned {
		return
	}
	if _, err := fs.Stat(sys.Root, host.InRoot(path.Join(a.Folder, trainedFile))); errors.Is(err, fs.ErrNotExist) {
		return
	}
	if a.Err = a.read(sys); a.Err == nil {
		a.Err = p.runUnpacked(ctx, sys)
	}
	if a.Err == nil && a.Trained.Kind != "" && !a.IsNew {
		a.Err = p.fits(ctx, sys)
	}
	if a.Err != nil && ctx.Err() != nil { // whatever that led to
		a.Err = fmt.Errorf("to hold the files against %s took more than %v", trainedFile, archiveTimeout)
	}
}

// read reads the record. Whoever can write there could make java run anything.
func (a *Archive) read(sys System) error {
	folder, err := rootOnly(a.Folder, sys)
	if err != nil {
		return err
	}
	a.Folder = folder
	record := path.Join(a.Folder, trainedFile)
	if _, err := rootOnly(record, sys); err != nil {
		return err
	}
	text, err := host.ReadText(sys.Root, record, trainedMost)
	if err == nil {
		err = json.Unmarshal([]byte(text), &a.Trained)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", trainedFile, cause(err))
	}
	return nil
}

// runUnpacked makes the unpacked form what is run, if it is this very jar's.
func (p *Program) runUnpacked(ctx context.Context, sys System) error {
	u := p.Archive.Trained.Unpacked
	if u == nil || p.Jar == "" {
		return nil
	}
	mark, err := markOf(ctx, p.Jar, sys)
	if err != nil {
		return err
	}
	mark.Time = u.Of.Time // java does not look at it
	if mark != u.Of {
		return fmt.Errorf("%s is another one than was unpacked", shown(p.Jar))
	}
	jar, err := rootOnly(u.Jar, sys)
	if err != nil {
		return err
	}
	for _, mark := range p.Archive.Trained.Files { // its libraries
		if strings.HasPrefix(mark.Path, path.Dir(u.Jar)+"/") {
			if _, err := rootOnly(mark.Path, sys); err != nil {
				return err
			}
		}
	}
	p.PackedJar, p.Jar = p.Jar, jar
	return nil
}

// fits tells why an archive can't be this program's.
func (p Program) fits(ctx context.Context, sys System) error {
	a := p.Archive
	if java := p.Version.Text; a.Trained.Java != java && !(p.Assumed && a.isOfFeature(p.Version)) {
		return fmt.Errorf("it was trained by Java %s, and this is %s", a.Trained.Java, java)
	}
	if _, err := rootOnly(a.file(), sys); err != nil {
		return err
	}
	info, err := fs.Lstat(sys.Root, host.InRoot(a.file()))
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", a.Kind.FileName(), cause(err))
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is no file", a.Kind.FileName())
	}
	if err := sys.Access(a.file(), unix.R_OK); err != nil {
		return fmt.Errorf("%s: %w", a.Kind.FileName(), cause(err))
	}
	switch mark, err := markArchive(a.file(), sys); {
	case err != nil:
		return fmt.Errorf("%s: %w", a.Kind.FileName(), cause(err))
	case mark != a.Trained.Archive:
		return fmt.Errorf("%s is not the file that was written", a.Kind.FileName())
	}
	if !p.Assumed {
		if modules, err := p.modules(ctx, sys); err != nil {
			return err
		} else if modules != a.Trained.Modules {
			return errors.New("it was trained by another build of Java")
		}
	}
	for _, mark := range a.Trained.Files {
		if err := mark.isStill(ctx, sys); err != nil {
			return err
		}
	}
	return nil
}

func (a Archive) isOfFeature(v jvm.Version) bool {
	trained, err := jvm.ParseVersion(a.Trained.Java)
	return err == nil && trained.Feature == v.Feature
}

// classArchive uses what --train left.
func classArchive(in inputs) [][]string {
	a := in.Archive
	if a.Err != nil || !a.IsThere() {
		return nil
	}
	var options [][]string
	for _, o := range a.Kind.UseArchive(a.file()) {
		options = append(options, []string{o})
	}
	return options
}

// misfit is why the archive is no use with the options that java gets. Java
// would find out by itself, but on 17 it would then do without its own, too.
func misfit(in inputs) string {
	others := slices.DeleteFunc(slices.Clone(in.final), func(o jvm.Option) bool { return o.Source == archiveSource })
	if jvm.OwnsArchive(others) {
		return "options make or use an archive of their own"
	}
	if by, found := in.Archive.Kind.Switch(others); found {
		return fmt.Sprintf("%s (%s) decides about archives", by, by.Source)
	}
	if in.Archive.IsNew {
		return ""
	}
	if classPath, by := in.archiveClassPath(in.final); classPath != in.Archive.Trained.ClassPath {
		return fmt.Sprintf("it was trained with another class path (%s)", by)
	}
	return jvm.Differs(in.Archive.Trained.Conditions, archiveConditions(in.Program, in.final, in.memory))
}

// archiveConditions are what of a start's options an archive depends on.
func archiveConditions(p Program, final []jvm.Option, m jvm.Memory) []jvm.Condition {
	return p.Archive.Kind.Conditions(final, max(jvm.MaxHeap(final), m.Heap()))
}

// archiveClassPath is where java finds the application's classes, of all options
// that it gets.
func (p Program) archiveClassPath(final []jvm.Option) (classPath, by string) {
	if p.MainClass != "" {
		return jvm.ClassPath(final)
	}
	return p.Jar, p.jarSource()
}

// archiveAdvice tells, where an archive is there and not used, why.
func (p Plan) archiveAdvice() []string {
	a := p.Request.Program.Archive
	s := p.Request.Settings
	if !a.IsThere() || s.isOff() || s.isLeftOut(archiveName) {
		return nil
	}
	reason := p.archiveMisfit()
	if reason == "" || jvm.OwnsArchive(p.final) { // as somebody wants it
		return nil
	}
	mend := "let the image set the same before it runs --train"
	if a.Err != nil {
		mend = "run --train in the image's build again"
	}
	return []string{fmt.Sprintf("JVM_ARCHIVE %s: the %s is left out: %s (%s, or JVM_ARCHIVE=off)", a.Folder, a.Kind, reason, mend)}
}

// archiveMisfit is why an archive that is there, or to be made, is not used.
func (p Plan) archiveMisfit() string {
	if err := p.Request.Program.Archive.Err; err != nil {
		return err.Error()
	}
	for _, d := range p.Dropped {
		if d.Source == archiveSource {
			return d.Reason
		}
	}
	return ""
}

// The default option's name, and its source.
const (
	archiveName   = "archive"
	archiveSource = ofDefault + archiveName
)

// jarSource tells where the jar that is run comes from.
func (p Program) jarSource() string {
	if p.PackedJar == "" {
		return "BIN_JAR"
	}
	return "unpacked from " + p.PackedJar + ", BIN_JAR"
}
