package prune

import "time"

// Rule is how folders of one kind are kept.
type Rule struct {
	Kind     string // logs or dumps
	Patterns []Pattern
	// MinAge is for how long nothing in a folder may have changed before it goes.
	MinAge time.Duration
	// KeepBytes is what all the containers' folders of this kind may take, those that
	// are there included: only while they take more does one go, the oldest first.
	// Below 0 all go.
	KeepBytes int64
}

// Folder is one of a container's.
type Folder struct {
	Path    string
	Kind    string
	Changed time.Time // the newest change of anything in it
	Bytes   int64     // what it takes of the disk
}

// Outcome is what became of a folder, or would become of it.
type Outcome string

const (
	Removed Outcome = "removed"
	Kept    Outcome = "kept"
	Failed  Outcome = "failed"
)

// Reason is why a folder was kept.
type Reason string

const (
	OfContainer Reason = "its container is there"
	Young       Reason = "changed too recently"
	Fits        Reason = "fits into what may be kept"
	NoFolder    Reason = "is no folder"
	Link        Reason = "is a symbolic link"
	Replaced    Reason = "was replaced by another meanwhile"
)

// Finding is what is told of one folder.
type Finding struct {
	Folder
	Outcome Outcome
	Freed   int64  // what went of it, where it failed in part, too
	Reason  Reason // why it was kept
	Err     error  // why it failed
}

// judge tells why a container's folder stays, with nothing where it may go. What
// seems to have changed in the future has changed.
func judge(name string, changed time.Time, known Known, minAge time.Duration, now time.Time) Reason {
	switch {
	case known.Has(name):
		return OfContainer
	case changed.After(now) || now.Sub(changed) < minAge:
		return Young
	}
	return ""
}

// Summary is what a run did, or would do.
type Summary struct {
	Folders int   // that were found with a container's name
	Removed int   // of them
	Freed   int64 // bytes of the disk
	Failed  int
	Kept    map[Reason]int
	// Due is when the next folder will be old enough; zero: none that is known now.
	Due time.Time
}

func (s *Summary) add(f Finding, minAge time.Duration) {
	s.Freed += f.Freed
	switch f.Outcome {
	case Removed:
		s.Removed++
	case Failed:
		s.Failed++
	case Kept:
		s.Kept[f.Reason]++
	}
	if due := f.Changed.Add(minAge); f.Reason == Young && (s.Due.IsZero() || due.Before(s.Due)) {
		s.Due = due
	}
}
