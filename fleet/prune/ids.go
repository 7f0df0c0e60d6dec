package prune

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The lengths of an id: as docker ps prints it, which is what the entrypoint calls
// its folders, and as it is.
const (
	shortID = 12
	wholeID = 64
)

// IsID tells whether a name can be that of a container's folder.
func IsID(name string) bool {
	return (len(name) == shortID || len(name) == wholeID) && strings.Trim(name, "0123456789abcdef") == ""
}

// Known are the containers that a daemon knows, whatever they do: a stopped one can
// be started again, and its logs are what people look for.
type Known struct{ ids []string }

var errNobody = errors.New("it knows no container at all, so nothing is deleted (--allow-empty, where that can be)")

// NewKnown takes a daemon's answer, and doubts it.
func NewKnown(ids []string, allowEmpty bool) (Known, error) {
	for _, id := range ids {
		if len(id) != wholeID || !IsID(id) {
			return Known{}, fmt.Errorf("it answers with %s, which is no container's id, so nothing is deleted", shown(id))
		}
	}
	if len(ids) == 0 && !allowEmpty {
		return Known{}, errNobody
	}
	sorted := slices.Clone(ids)
	slices.Sort(sorted)
	return Known{sorted}, nil
}

// Has tells whether a folder's name is a known container's id, or the beginning of one.
func (k Known) Has(name string) bool {
	i, _ := slices.BinarySearch(k.ids, name)
	return i < len(k.ids) && strings.HasPrefix(k.ids[i], name)
}
