package launcher

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"syscall"
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
	Kind       string     `json:"kind"` // empty where there is no archive, but what was unpacked
	Size       int64      `json:"size"` // a shorter one would crash Java 17
	Java       string     `json:"java"`
	Modules    FileMark   `json:"modules"` // java's own classes
	ClassPath  []FileMark `json:"classPath"`
	Agents     []FileMark `json:"agents"`
	Conditions []string   `json:"options"`            // what of the options it depends on
	Unpacked   *Unpacked  `json:"unpacked,omitempty"` // of a jar that holds jars
}

// Unpacked is the form of a jar that java runs in its place.
type Unpacked struct {
	Of  FileMark `json:"of"`
	Jar string   `json:"jar"`
}

// FileMark tells a file from others. Java itself goes by size and time; the
// content is that of a jar's table of contents, with each entry's checksum: where
// a build gives all files one time, it alone tells an older jar.
type FileMark struct {
	Path    string `json:"path"`
	Size    int64  `json:"size"`
	Time    int64  `json:"time"` // in seconds, all that images keep
	Content string `json:"content,omitempty"`
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

func (a Archive) file() string { return path.Join(a.Folder, a.Kind.FileName()) }

// FindArchive looks for what --train left, and, where the jar was unpacked, puts
// the unpacked form in its place. What does not fit is no error: the service
// starts without it.
func (p *Program) FindArchive(ctx context.Context, s Settings, sys System) {
	ctx, cancel := context.WithTimeout(ctx, archiveTimeout)
	defer cancel()
	p.Archive = Archive{Folder: string(s.JVMArchive), Kind: jvm.ArchiveOf(p.Version)}
	a := &p.Archive
	if a.Folder == "" || s.isOff() || a.Kind == jvm.NoArchive {
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
}

// read reads the record. Whoever can write there could make java run anything.
func (a *Archive) read(sys System) error {
	if err := rootOnly(a.Folder, sys); err != nil {
		return err
	}
	record := path.Join(a.Folder, trainedFile)
	if err := rootOnly(record, sys); err != nil {
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
	if err := rootOnly(u.Jar, sys); err != nil {
		return err
	}
	p.PackedJar, p.Jar = p.Jar, u.Jar
	return nil
}

// fits tells why an archive can't be this program's.
func (p Program) fits(ctx context.Context, sys System) error {
	a := p.Archive
	if java := p.Version.Text; a.Trained.Java != java && !(p.Assumed && a.isOfFeature(p.Version)) {
		return fmt.Errorf("it was trained by Java %s, and this is %s", a.Trained.Java, java)
	}
	if err := rootOnly(a.file(), sys); err != nil {
		return err
	}
	info, err := fs.Lstat(sys.Root, host.InRoot(a.file()))
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", a.Kind.FileName(), cause(err))
	case !info.Mode().IsRegular() || info.Size() != a.Trained.Size:
		return fmt.Errorf("%s is not the file that was written", a.Kind.FileName())
	}
	if err := sys.Access(a.file(), unix.R_OK); err != nil {
		return fmt.Errorf("%s: %w", a.Kind.FileName(), cause(err))
	}
	if !p.Assumed && p.modules(ctx, sys) != a.Trained.Modules {
		return errors.New("it was trained by another build of Java")
	}
	if err := sameFiles(ctx, p.classPathFiles(ctx, sys), a.Trained.ClassPath, sys); err != nil {
		return err
	}
	for _, agent := range a.Trained.Agents {
		if now, err := markOf(ctx, agent.Path, sys); err != nil || now != agent {
			return fmt.Errorf("%s is another agent than it was trained with", shown(agent.Path))
		}
	}
	return nil
}

func (a Archive) isOfFeature(v jvm.Version) bool {
	trained, err := jvm.ParseVersion(a.Trained.Java)
	return err == nil && trained.Feature == v.Feature
}

// sameFiles holds the class path against the one of the training.
func sameFiles(ctx context.Context, files []string, trained []FileMark, sys System) error {
	for i, file := range files {
		if i >= len(trained) || trained[i].Path != file {
			return fmt.Errorf("it was trained with another class path (%s)", shown(file))
		}
		if now, err := markOf(ctx, file, sys); err != nil || now != trained[i] {
			return fmt.Errorf("%s is another file than it was trained with", shown(file))
		}
	}
	if len(files) < len(trained) {
		return fmt.Errorf("it was trained with another class path (%s)", shown(trained[len(files)].Path))
	}
	return nil
}

// classPathFiles are what java finds the application's classes in.
func (p Program) classPathFiles(ctx context.Context, sys System) []string {
	var files []string
	for _, entry := range p.entries(ctx, sys) {
		files = append(files, entry)
		if j, err := openJar(ctx, entry, sys); err == nil {
			files = append(files, j.classPath()...)
			j.Close()
		}
	}
	return files
}

// markOf marks a file; one that is not there too, since java looks for it again.
func markOf(ctx context.Context, file string, sys System) (FileMark, error) {
	mark := FileMark{Path: file}
	info, err := fs.Stat(sys.Root, host.InRoot(file))
	if errors.Is(err, fs.ErrNotExist) {
		return mark, nil
	}
	if err != nil {
		return mark, err
	}
	mark.Size, mark.Time = info.Size(), info.ModTime().Unix()
	if j, err := openJar(ctx, file, sys); err == nil {
		defer j.Close()
		mark.Content, err = j.digest()
		return mark, err
	}
	return mark, ctx.Err()
}

// digest is that of a jar's table of contents, which has each entry's checksum.
func (j jar) digest() (string, error) {
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(j.table, 0, j.table.Size())); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)[:16]), nil
}

// modules marks java's own classes: builds of one version differ in them.
func (p Program) modules(ctx context.Context, sys System) FileMark {
	java := p.Java
	if resolved, err := sys.Resolve(java); err == nil {
		java = resolved
	}
	mark, _ := markOf(ctx, path.Join(path.Dir(path.Dir(java)), "lib/modules"), sys)
	return mark
}

// rootOnly tells why a file may be another's than root's. An archive is code: in
// a folder where the service's user can write, a service that was broken into
// could leave its next life something to run.
func rootOnly(file string, sys System) error {
	resolved, err := sys.Resolve(file)
	if err != nil {
		return fmt.Errorf("%s: %w", shown(file), cause(err))
	}
	for where := resolved; ; where = path.Dir(where) {
		info, err := fs.Lstat(sys.Root, host.InRoot(where))
		if err != nil {
			return fmt.Errorf("%s: %w", shown(where), cause(err))
		}
		stat, known := info.Sys().(*syscall.Stat_t)
		mode := info.Mode()
		switch {
		case !known || stat.Uid != 0:
			return fmt.Errorf("%s does not belong to root", shown(where))
		case mode.Perm()&0o022 != 0 && mode&fs.ModeSticky == 0:
			return fmt.Errorf("%s can be written by others than root", shown(where))
		}
		if where == "/" {
			return nil
		}
	}
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

// noArchive is why the archive is no use with the options that java gets. Java
// would find out by itself, but on 17 it would then do without its own, too.
func noArchive(in inputs) string {
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
	return jvm.Differs(in.Archive.Trained.Conditions, archiveConditions(in.Program, in.final, in.memory))
}

// archiveConditions are what of a start an archive depends on.
func archiveConditions(p Program, final []jvm.Option, m jvm.Memory) []jvm.Condition {
	list := p.Archive.Kind.Conditions(final, max(jvm.MaxHeap(final), m.Heap()))
	if p.MainClass != "" {
		list = append(list, jvm.ClassPathCondition(final)...)
	}
	return list
}

// archiveAdvice tells, where an archive is there and not used, why.
func (p Plan) archiveAdvice() []string {
	a := p.Request.Program.Archive
	s := p.Request.Settings
	if !a.IsThere() || s.isOff() || s.isLeftOut(archiveName) {
		return nil
	}
	reason := ""
	if a.Err != nil {
		reason = a.Err.Error()
	}
	for _, d := range p.Dropped {
		if reason == "" && d.Source == archiveSource {
			reason = d.Reason
		}
	}
	if reason == "" || jvm.OwnsArchive(p.final) { // as somebody wants it
		return nil
	}
	what := strings.TrimPrefix(a.Kind.String(), "nothing")
	if what == "" {
		what = "archive"
	}
	return []string{fmt.Sprintf("JVM_ARCHIVE %s: the %s is left out: %s (run --train in the image's build again, or JVM_ARCHIVE=off)", a.Folder, what, reason)}
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
