package prune

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
)

// Pattern is where containers' folders are, such as /var/log/*/*/containers/ID: a
// star stands for one folder of any name, ID for a container's.
type Pattern struct {
	// fixed is what comes before the first star.
	fixed string
	// below are the names from there down to the folder that has the containers'
	// folders in it.
	below []string
}

const (
	star    = "*"
	idPlace = "ID"
)

// ParsePattern reads one.
func ParsePattern(text string) (Pattern, error) {
	above, last := path.Split(text)
	names := strings.Split(strings.Trim(above, "/"), "/")
	switch {
	case !strings.HasPrefix(text, "/"):
		return Pattern{}, fmt.Errorf("%s: not a whole path (write /var/log/*/containers/ID)", shown(text))
	case last != idPlace:
		return Pattern{}, fmt.Errorf("%s: does not end with /ID, which stands for the container's id (write %s/ID)", shown(text), shown(strings.TrimSuffix(text, "/")))
	case path.Clean(text) != text || slices.Contains(names, idPlace):
		return Pattern{}, fmt.Errorf("%s: has more in it than names, stars and one ID", shown(text))
	case names[0] == "" || strings.Contains(names[0], star):
		return Pattern{}, fmt.Errorf("%s: could be anywhere (begin with a folder's name)", shown(text))
	}
	for _, name := range names {
		if strings.Contains(name, star) && name != star {
			return Pattern{}, fmt.Errorf("%s: a star stands for a whole name (write * in place of %s)", shown(text), shown(name))
		}
	}
	first := slices.Index(names, star)
	if first < 0 {
		first = len(names)
	}
	return Pattern{"/" + strings.Join(names[:first], "/"), names[first:]}, nil
}

func (p Pattern) String() string {
	return path.Join(p.fixed, path.Join(p.below...), idPlace)
}

// names are all that it consists of but for the ID.
func (p Pattern) names() []string {
	return append(strings.Split(p.fixed, "/")[1:], p.below...)
}

// meets tells whether a folder could be in both patterns.
func (p Pattern) meets(other Pattern) bool {
	return slices.EqualFunc(p.names(), other.names(), func(a, b string) bool { return a == b || a == star || b == star })
}

// Distinct refuses patterns that share folders: those would be judged by two rules.
func Distinct(patterns []Pattern) error {
	var wrong []error
	for i, p := range patterns {
		for _, other := range patterns[:i] {
			if p.meets(other) {
				wrong = append(wrong, fmt.Errorf("%s and %s: name the same folders (leave one out)", shown(other.String()), shown(p.String())))
			}
		}
	}
	return errors.Join(wrong...)
}
